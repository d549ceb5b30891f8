"""CSV for spreadsheets: one row for each answer, the item's own columns on its first row.

The columns are described in docs/items.md. Written as UTF-8 with a byte order mark and commas, as
spreadsheets want it; read with commas, semicolons or tabs. A cell that a spreadsheet would take for a
formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from items.exchange.arrivals import collect_items, left_out, parse_exact
from items.exchange.departures import question_from_item
from items.exchange.markup import looks_like_html, text_to_html
from items.exchange.records import (
    CODE,
    ExchangeItem,
    ExportLoss,
    FileProblem,
    FileReading,
    FileWriting,
    LeftOutError,
    UnreadableFileError,
)
from items.exchange.shapes import ExchangeQuestion
from items.exchange.sheet_rows import HELD, TOLERANCE, SheetRow, rows_from_shape, shape_from_rows
from items.exchange.text_held import COLUMNS, CSV_RULES, OWN, list_spare_cells
from items.exchange.texts import decode_text
from items.exchange.wording import question_html
from items.kinds.spec import ContentError

FORMULA = ("=", "+", "-", "@", "\t", "'")
DELIMITERS = ",;\t"
WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
VALUED = frozenset({"number", "accept", "level"})
# Not 1,000: it may be a thousand.
DECIMAL = re.compile(r"\A\s*(?![-+]?[1-9][0-9]{0,2},[0-9]{3}\s*\Z)([-+]?[0-9]+),([0-9]+)\s*\Z")
MORE = "cells beyond the last column"
IN_COLUMNS = ("principle:", "difficulty:", "points:", "kind:", "unit:", "case:")
CREDIT = {
    "multiple": "proportional",
    "spot": "proportional_correct",
    "rate_post": "near",
    "ranking": "distance",
}


def read_csv(data: bytes, name: str) -> FileReading:
    """Return the items of a CSV file. Never raises: what cannot be read is a problem with its line."""
    try:
        rows = list(_rows(decode_text(data)))
    except UnreadableFileError as fault:
        return fault.reading()
    except csv.Error as fault:
        return FileReading((), (FileProblem("", 0, f"This is not CSV: {fault}."),))
    return collect_items(_questions(rows), name)


def write_csv(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a CSV file, and what it could not hold."""
    losses: list[ExportLoss] = []
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items:
        question, gone = question_from_item(item)
        # The column `kind` keeps our kind, so losses about related kinds do not apply.
        losses += [loss for loss in gone if not loss.what.startswith("kind:")]
        if question is None:
            continue
        own = _own(question, item)
        for part in rows_from_shape(question.shape, _settings(question)) or [SheetRow("", "")]:
            writer.writerow([_safe(cell) for cell in (*own, *part.cells())])
            own = (question.name, *[""] * (len(OWN) - 1))
    return FileWriting(f"\ufeff{out.getvalue()}".encode(), tuple(losses))


def _own(question: ExchangeQuestion, item: ExchangeItem) -> tuple[str, ...]:
    points = "" if question.points == 1 or not question.points else f"{question.points:f}"
    critical = "yes" if item.critical else "no"
    return (
        *(question.name, item.kind, item.principle or "", str(item.difficulty), critical),
        *(points, question.stem, question.feedback, question.hint),
    )


def _settings(question: ExchangeQuestion) -> list[str]:
    return [tag for tag in question.tags if ":" in tag and not tag.startswith(IN_COLUMNS)]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in FORMULA else cell


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the line each row begins on, and its cells by column."""
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not columns:
                columns = _columns(cells)
            elif any(cell.strip() for cell in cells):
                row = dict(zip(columns, map(_bare, cells), strict=False))
                row = _with_points(row) if delimiter == ";" else row
                more = "".join(cells[len(columns) :]).strip()
                yield line, row | ({MORE: more} if more else {})
            line = reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableFileError(f"This is not CSV: {fault}.", line) from fault


def _with_points(row: dict[str, str]) -> dict[str, str]:
    """Return a row with its numbers as others write them: where semicolons part cells, a comma may part decimals.

    Only cells that hold a number and no words are read so."""
    part, value = row.get("part", "").strip(), row.get("value", "").strip()
    names = {"points"}
    if part in VALUED or part.startswith("gap "):
        names.add("value")
    if part == "number" or (part.startswith("gap ") and value == TOLERANCE):
        names.add("text")
    return {
        name: DECIMAL.sub(r"\1.\2", cell) if name in names else cell for name, cell in row.items()
    }


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    unknown = [column for column in columns if column not in COLUMNS]
    missing = [
        column for column in ("code", "kind", "stem", "part", "text") if column not in columns
    ]
    if unknown or missing or len(set(columns)) < len(columns):
        wrong = (unknown or missing or ["twice the same"])[0]
        raise UnreadableFileError(
            f"{CSV_RULES['another column'].words} {', '.join(COLUMNS)}: see {wrong[:40]!r}.", 1
        )
    return columns


def _questions(rows: list[tuple[int, dict[str, str]]]) -> Iterator[ExchangeQuestion | FileProblem]:
    """Rows belong to one question as long as they give no kind and the same code or none."""
    place = 0
    while place < len(rows):
        line, first = rows[place]
        end = place + 1
        while end < len(rows) and _goes_on(first, rows[end][1]):
            end += 1
        code = first.get("code", "").strip()
        try:
            _check_width(rows[place:end])
            yield _question(line, first, [row for _line, row in rows[place:end]])
        except LeftOutError as fault:
            yield FileProblem(code[:60], fault.line or line, left_out(fault), fatal=False)
        except ContentError as fault:
            yield FileProblem(code[:60], line, left_out(fault), fatal=False)
        place = end


def _check_width(rows: list[tuple[int, dict[str, str]]]) -> None:
    """Raise LeftOutError for a row that is longer than the first one: its cells may stand in wrong columns."""
    for line, row in rows:
        if MORE in row:
            raise LeftOutError(CSV_RULES["more cells than columns"].words, line)


def _goes_on(first: dict[str, str], row: dict[str, str]) -> bool:
    return not row.get("kind", "").strip() and row.get("code", "").strip() in (
        "",
        first["code"].strip(),
    )


def _question(line: int, first: dict[str, str], rows: list[dict[str, str]]) -> ExchangeQuestion:
    code, kind = first.get("code", "").strip(), first.get("kind", "").strip()
    if not CODE.fullmatch(code):
        raise ContentError("code", CSV_RULES["another code"].words)
    if kind not in HELD:
        raise ContentError("kind", "Choose one of: %(allowed)s.", allowed=", ".join(HELD))
    parts = [
        SheetRow(*(row.get(name, "").strip() for name in ("part", "text", "value", "reason")))
        for row in rows
    ]
    settings = [f"{part.text}:{part.value}" for part in parts if part.name == "setting"]
    shape = shape_from_rows(
        kind, [part for part in parts if part.name not in ("", "setting")], settings
    )
    if kind in CREDIT and not any(each.startswith("credit:") for each in settings):
        settings.append(f"credit:{CREDIT[kind]}")
    notes = [*_spare(kind, rows, parts)]
    points = first.get("points", "").strip()
    return ExchangeQuestion(
        name=code,
        stem=_stem(first.get("stem", ""), notes),
        shape=shape,
        feedback=first.get("feedback", ""),
        hint=first.get("hint", ""),
        points=parse_exact(points, "points") if points else Decimal(1),
        tags=(*settings, *_tags(first, kind)),
        line=line,
        notes=tuple(notes),
    )


def _spare(kind: str, rows: list[dict[str, str]], parts: list[SheetRow]) -> Iterator[str]:
    """Return a note for each filled cell that says nothing where it stands."""
    for part in parts:
        name = "answer of a survey" if (kind, part.name) == ("survey", "answer") else part.name
        yield from list_spare_cells(name, zip(COLUMNS[-3:], part[1:], strict=True))
    words = CSV_RULES["a cell of the question below its first row"].words
    for row in rows[1:]:
        for name in OWN[2:]:
            if cell := row.get(name, "").strip():
                yield f"{name} {words}: “{cell[:40]}”"


def _tags(first: dict[str, str], kind: str) -> Iterator[str]:
    for name in ("principle", "difficulty"):
        if first.get(name, "").strip():
            yield f"{name}:{first[name].strip()}"
    critical = first.get("critical", "").strip().casefold()
    if critical not in WORDS:
        raise ContentError("critical", CSV_RULES["another word for critical"].words)
    if WORDS[critical]:
        yield "critical"
    if kind in ("ranking", "categorise", "rate_post", "confidence", "spot", "survey"):
        yield f"kind:{kind}"


def _stem(text: str, notes: list[str]) -> str:
    if not looks_like_html(text):
        return text_to_html(text)
    return question_html(text, notes)

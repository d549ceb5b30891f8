"""Mappings that HR has saved under a name: made from a sample, corrected on a page, used by each import of the feed."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.importing import cells, guesses, mappings, reader
from accounts.importing.columns import COLUMNS_BY_NAME
from accounts.importing.mappings import FeedMapping, MappingRefusedError
from accounts.importing.problems import PeopleFileProblem
from accounts.models import Region, SavedMapping
from ledger import entries

HEAD = 64 * 1024
SAMPLE_ROWS = 40
PREVIEWED = 10
# So many characters of a cell fit on a small screen.
EXAMPLE = 24
MOST_LINES_ABOVE = 20
LINE_ENDS = (b"\n\x00", b"\x00\n", b"\n", b"\r")
Rows = list[tuple[int, list[str]]]


class MappingTakenError(MappingRefusedError):
    """Another mapping has this name."""


@dataclass(slots=True)
class MappingPreview:
    """What the first records of the sample become: `columns` are ours, `rows` (number, cells), and what is wrong."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[PeopleFileProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def find_mapping(name: str) -> FeedMapping:
    """The mapping of this name. Raises MappingRefusedError if there is none, or if it is not ready."""
    saved = SavedMapping.objects.filter(name=name).first()
    if saved is None:
        names = ", ".join(SavedMapping.objects.filter(ready=True).values_list("name", flat=True))
        text = _("There is no mapping “%(name)s”. There are: %(names)s.")
        raise MappingRefusedError(text % {"name": name, "names": names or _("none")})
    if not saved.ready:
        text = _(
            "The mapping “%(name)s” was begun and never saved. Open it in the browser and save it."
        )
        raise MappingRefusedError(text % {"name": name})
    return mappings.require_usable_mapping(mappings.read_mapping(saved.settings))


def start_mapping(name: str, source: BinaryIO, *, actor: str, at: datetime) -> SavedMapping:
    """Keep the beginning of a file as sample, with a guess of what it says. Raises MappingRefusedError."""
    sample = _take_sample(source)
    guess = _guess(sample)
    begun = SavedMapping(
        name=name,
        settings=guess.as_json(),
        sample=sample,
        created_at=at,
        created_by=actor,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            begun.save(force_insert=True)
    except IntegrityError as taken:
        text = _("There is a mapping of this name. Open it below, or choose another name.")
        raise MappingTakenError(text) from taken
    return begun


@transaction.atomic
def save_mapping(saved: SavedMapping, mapping: FeedMapping, *, actor: str, at: datetime) -> None:
    """Keep the mapping; from now on imports use it. Raises MappingRefusedError if no file could be read with it."""
    saved.settings = mappings.require_usable_mapping(mapping).as_json()
    saved.ready, saved.changed_at = True, at
    saved.save(update_fields=["settings", "ready", "changed_at"])
    entries.append_entry(
        kind="mapping.saved",
        subject=f"mapping:{saved.name}",
        actor=actor,
        at=at,
        data={"id": saved.pk},
    )


@transaction.atomic
def delete_mapping(saved: SavedMapping, *, actor: str, at: datetime) -> None:
    entries.append_entry(
        kind="mapping.deleted",
        subject=f"mapping:{saved.name}",
        actor=actor,
        at=at,
        data={"id": saved.pk},
    )
    saved.delete()


def read_headers(saved: SavedMapping, mapping: FeedMapping) -> list[str]:
    """The names of the columns in the sample, if it is laid out as the mapping says."""
    rows = _rows_of(saved.sample, mapping)[mapping.lines_above :]
    return [cell.strip() for cell in rows[0][1] if cell.strip()] if rows else []


def read_examples(saved: SavedMapping, mapping: FeedMapping) -> dict[str, str]:
    """For each column of the sample its first few values, as they stand in the file."""
    rows = _rows_of(saved.sample, mapping)[mapping.lines_above :]
    if not rows:
        return {}
    body = [row for _number, row in rows[1 + mapping.label_rows :]]
    return {
        name.strip(): ", ".join(list(dict.fromkeys(_column(body, place)))[:3])
        for place, name in enumerate(rows[0][1])
    }


def _column(rows: Iterable[list[str]], place: int) -> list[str]:
    texts = (row[place].strip() for row in rows if place < len(row))
    return [
        textwrap.shorten(text, EXAMPLE, placeholder="…") if " " in text else text[:EXAMPLE]
        for text in texts
        if text
    ]


def guess_new_columns(mapping: FeedMapping, headers: list[str]) -> FeedMapping:
    """The mapping for these headers: what is known of them stays, new ones are guessed without taking a name twice."""
    guessed = guesses.guess_columns(headers)
    used = {target for header, target in mapping.columns.items() if header in headers}
    columns = {
        header: mapping.columns.get(header, "" if guessed[header] in used else guessed[header])
        for header in guessed
    }
    spare = mapping.region_from if mapping.region_from in columns else ""
    return replace(mapping, columns=columns, region_from=spare)


def preview_mapping(saved: SavedMapping, mapping: FeedMapping) -> MappingPreview:
    """The first records of the sample as an import would read them. People are not looked up."""
    table = reader.PeopleTable(mapping)
    if (rows := _open(saved.sample, table)) is not None:
        reader.read_rows(rows, table)
    shown = table.rows[:PREVIEWED]
    last = shown[-1][0] if shown else None
    columns = [name for name in COLUMNS_BY_NAME if name in table.columns]
    made = MappingPreview(columns, warnings=table.warnings)
    made.problems = [p for p in table.problems if last is None or p.row is None or p.row <= last]
    regions = set(Region.objects.values_list("code", flat=True))
    for number, texts in shown:
        made.rows.append((number, [texts.get(name, "") for name in columns]))
        made.problems += _cell_problems(number, texts, mapping, regions)
    return made


def _cell_problems(
    number: int, texts: dict[str, str], mapping: FeedMapping, regions: set[str]
) -> Iterable[PeopleFileProblem]:
    for name, text in texts.items():
        try:
            value = cells.read_cell(COLUMNS_BY_NAME[name], text)
        except cells.CellRefusedError as reason:
            yield PeopleFileProblem(number, mapping.header_of(name), str(reason))
            continue
        if name == "region" and value and value not in regions:
            said = _("There is no region “%(code)s”. Say in the mapping which region is meant.")
            yield PeopleFileProblem(number, mapping.header_of(name), said % {"code": value})


def _take_sample(source: BinaryIO) -> dict[str, Any]:
    """The beginning of the file: bytes of a text file, the first rows of a workbook. Raises MappingRefusedError."""
    data = source.read(settings.IMPORT_MAX_BYTES + 1)
    if len(data) > settings.IMPORT_MAX_BYTES:
        raise MappingRefusedError(
            _("The file is too large for a sample. Use its first hundred rows.")
        )
    table = reader.PeopleTable(FeedMapping())
    rows = reader.open_rows(data, table)
    if table.problems or rows is None:
        raise MappingRefusedError(str(table.problems[0]))
    if not table.short_rows:
        return {"head": base64.b64encode(_first_lines(data)).decode()}
    try:
        return {"rows": [[number, row] for number, row in reader.take_rows(rows, SAMPLE_ROWS)]}
    except reader.SheetRefusedError as reason:
        raise MappingRefusedError(str(reason)) from reason


def _first_lines(data: bytes) -> bytes:
    """Whole lines only: half a character at the end would be no text in any encoding."""
    if len(data) <= HEAD:
        return data
    head = data[:HEAD]
    ends = ((head.rfind(mark), mark) for mark in LINE_ENDS)
    return next((head[: place + len(mark)] for place, mark in ends if place > 0), head)


def _open(sample: dict[str, Any], table: reader.PeopleTable) -> reader.Numbered | None:
    if "rows" in sample:
        table.short_rows = True
        return iter([(number, list(row)) for number, row in sample["rows"]])
    if "head" not in sample:
        return None
    return reader.open_rows(base64.b64decode(sample["head"]), table)


def _rows_of(sample: dict[str, Any], mapping: FeedMapping) -> Rows:
    rows = _open(sample, reader.PeopleTable(mapping))
    return reader.take_rows(rows, SAMPLE_ROWS) if rows is not None else []


def _guess(sample: dict[str, Any]) -> FeedMapping:
    """The guess with as many lines above the header as make most columns known."""
    _refuse_nul(_rows_of(sample, FeedMapping()))
    regions = dict(Region.objects.values_list("code", "name"))
    found: list[tuple[int, FeedMapping]] = []
    for above in range(MOST_LINES_ABOVE):
        rows = [row for _number, row in _rows_of(sample, FeedMapping(lines_above=above))[above:]]
        if not rows:
            break
        header = [cell.strip() for cell in rows[0]]
        guess = replace(guesses.guess_mapping(header, rows[1:], regions), lines_above=above)
        found.append((sum(bool(target) for target in guess.columns.values()), guess))
    if not found:
        raise MappingRefusedError(_("The file has no rows."))
    return max(found, key=lambda one: one[0])[1]


def _refuse_nul(rows: Rows) -> None:
    """A guess keeps headers and values as they stand, and PostgreSQL keeps no NUL."""
    for number, row in rows:
        for place, cell in enumerate(row, start=1):
            if "\0" in cell:
                text = _(
                    "Row %(row)d, column %(column)d holds a NUL character."
                    " Remove it, or save the file as UTF-8, and choose it again."
                )
                raise MappingRefusedError(text % {"row": number, "column": place})

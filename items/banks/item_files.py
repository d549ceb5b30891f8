"""Reading and writing of item files in any format, for import into a bank and export from it.

`items.exchange` has the formats of other systems, `items.banks.importing` our own JSON and TOML, and plans.
Nothing is imported from a file with a fatal problem. An odd question of another system is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS
from items.banks import importing
from items.banks.importing import ItemFault, ItemImportPlan, ItemImportRefusedError
from items.exchange import arrivals
from items.exchange.formats import FORMATS, detect_format
from items.exchange.records import ExchangeItem, ExportLoss, FileWriting, UnreadableFileError
from items.exchange.texts import MOST_BYTES, decode_text
from items.models import Item, ItemBank
from items.phrases import gettext_noop

JSON, TOML = "json", "toml"
NAMES = (*FORMATS, JSON, TOML)
WRITTEN = (*(name for name, each in FORMATS.items() if each.write), JSON)
UNKNOWN = gettext_noop("The file is of no known format. Name it: %(names)s.")
NOTHING = gettext_noop("There is no question in it.")
CODE_FIELD = re.compile(r"""["']?\bcode["']?\s*[:=]\s*["']([^"']{1,50})["']""")
RETIRED = "left out: it is retired, and the format has no place for that"
UNPUBLISHED = "left out: it is not published"
DEEP = gettext_noop("The file is nested too deeply to hold questions.")


@dataclass(frozen=True)
class FileNote:
    """What was changed to make an item fit, or left out: the line (0 if unknown), the item, and the words."""

    line: int
    code: str
    words: str

    def __str__(self) -> str:
        return f"{f'line {self.line}' if self.line else 'file'}: {self.code or '-'}: {self.words}"


@dataclass(frozen=True)
class ItemFile:
    """The rows of a file, ready to be planned; the line of each code; and what was changed or left out.

    `read` has the items of a file in a format of others, by code.
    """

    rows: list[dict[str, Any]]
    form: str
    lines: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[FileNote, ...] = ()
    read: Mapping[str, ExchangeItem] = field(default_factory=dict)

    def says_same(self, item: Item) -> bool:
        """Whether the format would say of the item as it stands just what the file says, whatever it has no place for.

        So our own file that comes back changes nothing, and takes nothing from what was named as lost.
        """
        write, said = FORMATS[self.form].write, self.read.get(item.code)
        if write is None or said is None:
            return False
        return write([_item_of(item)]).data == write([said]).data


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than the limit of an import. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def read_item_file(data: bytes, name: str, form: str = "") -> ItemFile:
    """Return the rows of a file; `form` is one of `NAMES`, or '' to detect it.

    Raises ItemImportRefusedError with every fatal problem.
    """
    suffix = name.casefold().rpartition(".")[2]
    form = form or (suffix if suffix in (JSON, TOML) else detect_format(data, name))
    if form in (JSON, TOML):
        rows = _own_rows(data, toml=form == TOML)
        return ItemFile(rows, form, _own_lines(data, rows))
    if form not in FORMATS:
        raise ItemImportRefusedError([ItemFault("", "", _(UNKNOWN) % {"names": ", ".join(NAMES)})])
    reading = FORMATS[form].read(data, name)
    fatal = [problem for problem in reading.problems if problem.fatal]
    if fatal:
        wholes = [each.message == arrivals.NOTHING for each in fatal]
        raise ItemImportRefusedError(
            [
                ItemFault(each.item, "", each.message, each.line, whole)
                for each, whole in zip(fatal, wholes, strict=True)
            ]
        )
    notes = [FileNote(each.line, each.item, each.message) for each in reading.problems]
    notes += [FileNote(item.line, item.code, note) for item in reading.items for note in item.notes]
    lines = {item.code: item.line for item in reading.items}
    rows, read = [row_from_exchange(item) for item in reading.items], reading.items
    return ItemFile(rows, form, lines, tuple(notes), {item.code: item for item in read})


def plan_file(
    bank: ItemBank, found: ItemFile, *, drafts: bool = False
) -> tuple[ItemImportPlan, tuple[FileNote, ...]]:
    """Return what importing a file would do, and every note on it; faults have their lines.

    A file that brings nothing is at fault, with what was left out while it was read.
    """
    own = found.form in (JSON, TOML)
    says_same = None if own else found.says_same
    made = importing.plan_import(
        bank, found.rows, drafts=drafts, lenient=not own, says_same=says_same
    )
    made.faults = [_with_line(fault, found) for fault in made.faults]
    made.left_out = [_with_line(fault, found) for fault in made.left_out]
    same = {change.item.code for change in made.changes if change.action == importing.UNCHANGED}
    # Nothing was made to fit of what stays as it is.
    notes = tuple(note for note in found.notes if note.code not in same)
    if not found.rows or not (own or made.changes):
        gone = [note for note in notes if note.code not in found.lines]
        notes = tuple(note for note in notes if note not in gone)
        made.faults[:0] = [ItemFault(note.code, "", note.words, note.line) for note in gone]
        made.faults.append(ItemFault("", "", _(NOTHING), whole=True))
    told = tuple(
        FileNote(fault.line, fault.code, _left_out_words(fault)) for fault in made.left_out
    )
    return made, (*notes, *told)


def _with_line(fault: ItemFault, found: ItemFile) -> ItemFault:
    return replace(fault, line=fault.line or found.lines.get(fault.code, 0))


def _left_out_words(fault: ItemFault) -> str:
    words = ": ".join(filter(None, [fault.where, fault.message]))
    return _("left out: %(why)s") % {"why": words}


def write_item_file(bank: ItemBank, form: str) -> FileWriting:
    """Return a bank's published items in one of the formats `WRITTEN`, and what the file does not hold."""
    writing = _write_published(bank, form)
    drafts = bank.items.filter(live=False).order_by("code").values_list("code", flat=True)
    gone = [ExportLoss(code, UNPUBLISHED) for code in drafts]
    return replace(writing, losses=(*writing.losses, *gone))


def _write_published(bank: ItemBank, form: str) -> FileWriting:
    if form == JSON:
        return FileWriting(importing.export_bank(bank).encode())
    codec = FORMATS[form].write
    if codec is None:
        raise ValueError(form)
    items = [
        _item_of(item)
        for item in bank.items.filter(live=True).select_related("principle").order_by("code")
    ]
    if FORMATS[form].holds_retired:
        return codec(items)
    writing = codec([item for item in items if not item.retired])
    gone = [ExportLoss(item.code, RETIRED) for item in items if item.retired]
    return replace(writing, losses=(*writing.losses, *gone))


def row_from_exchange(item: ExchangeItem) -> dict[str, Any]:
    """Return one item as a row of our own files, without ids."""
    content = item.content
    row: dict[str, Any] = {"code": item.code, "kind": item.kind, "stem_html": content["stem"]}
    if item.principle:
        row["principle"] = item.principle
    row |= {"difficulty": item.difficulty, "critical": item.critical}
    if item.retired:
        row["retired"] = True
    row |= {name: content[name] for name in ("points", "hint", "feedback") if content.get(name)}
    return row | FORMS[item.kind].row(content)


def _own_rows(data: bytes, *, toml: bool) -> list[dict[str, Any]]:
    try:
        text = decode_text(data)
        return importing.read_rows(text, toml=toml) if text.strip() else []
    except UnreadableFileError as fault:
        raise ItemImportRefusedError([ItemFault("", "", fault.message, fault.line)]) from fault
    except RecursionError as fault:
        raise ItemImportRefusedError([ItemFault("", "", _(DEEP))]) from fault


def _own_lines(data: bytes, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return the line, from 1, on which each code of a JSON or TOML file is first written."""
    lines: dict[str, int] = {}
    for number, line in enumerate(decode_text(data).split("\n"), start=1):
        for found in CODE_FIELD.finditer(line):
            lines.setdefault(found[1], number)
    return {code: lines[code] for row in rows if (code := str(row.get("code"))) in lines}


def _item_of(item: Any) -> ExchangeItem:
    return ExchangeItem(
        code=item.code,
        kind=item.kind,
        content=content_of(item),
        principle=item.principle.code if item.principle else None,
        difficulty=item.difficulty,
        critical=item.critical,
        retired=item.retired,
    )

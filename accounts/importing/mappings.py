"""How one feed of HR's system is written, and how its cells become those of our own columns. No database, no clock."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.importing.cells import country_codes, country_names
from accounts.importing.columns import COLUMNS_BY_NAME, REQUIRED_COLUMNS, CellKind

IGNORED = ""
# Stands for a value of ours that nobody has chosen yet.
UNSAID = "?"
ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp850",
    "cp437",
    "mac-roman",
)
DELIMITERS = {
    ",": gettext_lazy("Comma ,"),
    ";": gettext_lazy("Semicolon ;"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Pipe |"),
}
# The columns whose values a mapping translates.
VALUE_COLUMNS = ("status", "kind", "region", "country")
# Spreadsheets count days from here (with 1900 as a leap year, which only matters before March 1900).
EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIAL = re.compile(r"([0-9]{1,6})(\.0+)?\Z")
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
CODE_LIMIT = COLUMNS_BY_NAME["team_code"].limit


class DateFormat(StrEnum):
    """How a feed writes its dates. ISO dates are understood in each, because they mean one day only."""

    ISO = "iso"
    DOTS = "dd.mm.yyyy"
    DAY_FIRST = "dd/mm/yyyy"
    MONTH_FIRST = "mm/dd/yyyy"
    COMPACT = "yyyymmdd"
    SERIAL = "serial"


DATE_LABELS: dict[str, str | Promise] = {
    DateFormat.ISO: gettext_lazy("2026-12-31"),
    DateFormat.DOTS: gettext_lazy("31.12.2026 (day, month, year)"),
    DateFormat.DAY_FIRST: gettext_lazy("31/12/2026 (day, month, year)"),
    DateFormat.MONTH_FIRST: gettext_lazy("12/31/2026 (month, day, year)"),
    DateFormat.COMPACT: gettext_lazy("20261231"),
    DateFormat.SERIAL: gettext_lazy("46387 (the number that a spreadsheet keeps)"),
}
EXAMPLES = {
    DateFormat.ISO: "2026-12-31",
    DateFormat.DOTS: "31.12.2026",
    DateFormat.DAY_FIRST: "31/12/2026",
    DateFormat.MONTH_FIRST: "12/31/2026",
    DateFormat.COMPACT: "20261231",
    DateFormat.SERIAL: "46387",
}
PATTERNS = {
    DateFormat.DOTS: re.compile(
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\Z", re.ASCII
    ),
    DateFormat.DAY_FIRST: re.compile(
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})\Z", re.ASCII
    ),
    DateFormat.MONTH_FIRST: re.compile(
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\Z", re.ASCII
    ),
    DateFormat.COMPACT: re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\Z", re.ASCII),
}


class MappingRefusedError(ValueError):
    """The mapping cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """One feed: `columns` leads from the header of each column to ours ("": ignored), in the file's order.

    `delimiter`, `encoding` and `sheet` are found by themselves when empty. `lines_above` stand above the header,
    `label_rows` right below it. `region_from` is a column that says the region as well as what it is mapped to.
    """

    columns: dict[str, str] = field(default_factory=dict)
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    date_format: str = DateFormat.ISO
    lines_above: int = 0
    label_rows: int = 0
    region_from: str = ""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    empties: tuple[str, ...] = ()
    last_day_means_left: bool = False
    leavers_end_today: bool = False

    def as_json(self) -> dict[str, Any]:
        # A database may sort the keys of an object: the columns have an order.
        columns = [list(pair) for pair in self.columns.items()]
        return asdict(self) | {"columns": columns, "empties": list(self.empties)}

    @property
    def targets(self) -> set[str]:
        """Our columns that this feed fills."""
        made = {target for target in self.columns.values() if target}
        made |= {"region"} if self.region_from else set()
        made |= {"team_code"} if "team_name" in made else set()
        return made | ({"status"} if self.last_day_means_left and "left_on" in made else set())

    def header_of(self, column: str) -> str:
        """The header of the column in the file from which one of ours is read, else our own name."""
        found = [header for header, target in self.columns.items() if target == column]
        spare = {"region": self.region_from, "team_code": self._header("team_name")}
        return next(iter(found), "") or spare.get(column, "") or column

    def _header(self, column: str) -> str:
        return next((header for header, target in self.columns.items() if target == column), "")


def read_mapping(stored: Mapping[str, Any]) -> FeedMapping:
    """The mapping of its JSON."""
    known = {name: stored[name] for name in FeedMapping.__dataclass_fields__ if name in stored}
    known |= {"columns": dict(known.get("columns", ())), "empties": tuple(known.get("empties", ()))}
    return FeedMapping(**known)


def require_usable_mapping(mapping: FeedMapping) -> FeedMapping:
    """The mapping itself. Raises MappingRefusedError if a file could not be read with it."""
    broken = [header for header in mapping.columns if "\0" in header]
    if broken:
        text = _("The header “%(header)s” holds a NUL character. Choose another encoding.")
        raise MappingRefusedError(text % {"header": broken[0].replace("\0", "␀")})
    used = [target for target in mapping.columns.values() if target]
    twice = sorted({target for target in used if used.count(target) > 1})
    if twice:
        text = _("Two columns of the file are read as %(column)s. Ignore one of them.")
        raise MappingRefusedError(text % {"column": twice[0]})
    missing = [name for name in REQUIRED_COLUMNS if name not in used]
    if missing:
        text = _("No column of the file is read as %(column)s, and each file needs one.")
        raise MappingRefusedError(text % {"column": missing[0]})
    if mapping.region_from and "region" in used:
        raise MappingRefusedError(
            _(
                "The region is read from two columns. Choose “the same as its column” for one of them."
            )
        )
    for pairs in mapping.values.values():
        if open_texts := [text for text, value in pairs.items() if value == UNSAID]:
            text = _("Say what “%(text)s” means: put our value in the place of the question mark.")
            raise MappingRefusedError(text % {"text": open_texts[0]})
    return mapping


def fold_header(text: str) -> str:
    """A header as it is compared: without case and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """A column of the file that the mapping does not know (`unknown`), or one it needs and does not find."""

    header: str
    unknown: bool


def match_headers(
    mapping: FeedMapping, cells: Sequence[str]
) -> tuple[list[str], list[HeaderFault]]:
    """For each cell of the header the header's name in the mapping, and what does not fit.

    A column without a name is ignored: it cannot be asked for.
    """
    named = {fold_header(header): header for header in mapping.columns}
    found = [named.get(fold_header(cell), cell.strip()) for cell in cells]
    faults = [
        HeaderFault(name, unknown=True) for name in found if name and name not in mapping.columns
    ]
    needed = [header for header, target in mapping.columns.items() if target]
    needed += [mapping.region_from] if mapping.region_from else []
    faults += [
        HeaderFault(name, unknown=False) for name in dict.fromkeys(needed) if name not in found
    ]
    return found, faults


class RowTranslator:
    """Reads the rows of one feed in our own columns."""

    def __init__(self, mapping: FeedMapping) -> None:
        self.mapping = mapping
        self._empties = {text.casefold() for text in mapping.empties}
        self._targets = {header: [target] for header, target in mapping.columns.items() if target}
        if mapping.region_from:
            self._targets.setdefault(mapping.region_from, []).append("region")
        self._values = {
            column: {text.strip().casefold(): value for text, value in pairs.items()}
            for column, pairs in mapping.values.items()
        }

    def translate(self, cells: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The row in our own columns, and what is wrong with it: (header, message)."""
        faults: list[tuple[str, str]] = []
        said: dict[str, str] = {}
        for header, targets in self._targets.items():
            text = cells.get(header, "")
            if self._empties and text.strip().casefold() in self._empties:
                text = ""
            for target in targets:
                try:
                    said[target] = self._cell(target, text)
                except MappingRefusedError as reason:
                    faults.append((header, str(reason)))
        return _fill_derived_cells(self.mapping, said), faults

    def _cell(self, target: str, text: str) -> str:
        plain = text.strip()
        if not plain:
            return ""
        known = self._values.get(target)
        if known and plain.casefold() in known:
            return _chosen(plain, known[plain.casefold()])
        if COLUMNS_BY_NAME[target].kind == CellKind.DATE:
            return translate_date(plain, self.mapping.date_format)
        return TRANSLATORS[target](text) if target in TRANSLATORS else text


def _chosen(text: str, value: str) -> str:
    if value == UNSAID:
        raise MappingRefusedError(
            _("Say in the mapping what “%(text)s” means.") % {"text": text[:50]}
        )
    return value


def translate_date(text: str, date_format: str) -> str:
    """The day as ISO 8601. Raises MappingRefusedError for text that is no date in this format."""
    if ISO.match(text) or date_format == DateFormat.ISO:
        return text
    if date_format == DateFormat.SERIAL:
        if found := SERIAL.match(text):
            return (EXCEL_DAY_ZERO + timedelta(days=int(found[1]))).isoformat()
    elif found := PATTERNS[DateFormat(date_format)].match(text):
        try:
            return date(**{name: int(part) for name, part in found.groupdict().items()}).isoformat()
        except ValueError:
            pass
    said = {"text": text[:50], "example": EXAMPLES[DateFormat(date_format)]}
    raise MappingRefusedError(_("“%(text)s” is no date like %(example)s.") % said)


def _country(text: str) -> str:
    """A country's code for its code or its English name. Raises MappingRefusedError for another text."""
    plain = text.strip()
    if plain.upper() in country_codes():
        return plain
    if code := country_names().get(plain.casefold()):
        return code
    text = _("“%(text)s” is no country that we know. Say in the mapping which code it has.")
    raise MappingRefusedError(text % {"text": plain[:50]})


def _locale(text: str) -> str:
    return text.strip().replace("_", "-")


TRANSLATORS: dict[str, Callable[[str], str]] = {"country": _country, "locale": _locale}


def _fill_derived_cells(mapping: FeedMapping, said: dict[str, str]) -> dict[str, str]:
    """The row with a code for a team that has only a name, and with the status that a last working day means."""
    if said.get("team_name", "").strip() and not said.get("team_code", "").strip():
        said["team_code"] = make_team_code(said["team_name"])
    elif "team_name" in said:
        said.setdefault("team_code", "")
    if mapping.last_day_means_left and "left_on" in said:
        if said["left_on"].strip():
            said["status"] = "left"
        else:
            said.setdefault("status", "active")
    return said


def make_team_code(name: str) -> str:
    """A code for a team that the feed knows by its name only: the same for the same name, and different otherwise."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").upper()
    if (
        len(code) <= CODE_LIMIT
        and plain == folded
        and re.fullmatch(r"[a-z0-9]+([ -][a-z0-9]+)*", plain)
    ):
        return code
    mark = hashlib.sha256(folded.encode()).hexdigest()[:8].upper()
    return f"{code[: CODE_LIMIT - 9]}-{mark}".lstrip("-")


def read_value_lines(text: str) -> dict[str, str]:
    """The pairs in lines like “Finland = FI”. Raises MappingRefusedError for a line without the sign."""
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        said, sign, value = line.rpartition("=")
        if not sign or not said.strip():
            raise MappingRefusedError(
                _("“%(line)s”: write what the file says, the sign = and our value.")
                % {"line": line[:60]}
            )
        pairs[said.strip()] = value.strip()
    return pairs


def write_value_lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{said} = {value}" for said, value in pairs.items())

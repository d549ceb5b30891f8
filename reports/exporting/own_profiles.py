"""Export profiles of the organisation's own: a ready one, and what the file says otherwise. No database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.query_strings import CONTROL
from accounts.spreadsheets import FORMULA_STARTS
from certificates.rules.standings import Status
from reports.exporting.profiles import (
    PROFILES,
    ColumnText,
    ExportProfile,
    FileKind,
    StatusCells,
)
from reports.status_columns import COLUMNS, DATE, INSTANT, TEXT, YES_NO

CellText = Callable[[StatusCells], str]
MARKED = "utf-8-sig"
ENCODINGS: dict[str, str | Promise] = {
    "utf-8": gettext_lazy("UTF-8"),
    MARKED: gettext_lazy("UTF-8 with a mark, for spreadsheets"),
    "cp1252": gettext_lazy("Windows 1252"),
    "iso-8859-1": gettext_lazy("ISO 8859-1"),
    "iso-8859-15": gettext_lazy("ISO 8859-15"),
}
DELIMITERS: dict[str, str | Promise] = {
    ",": gettext_lazy("Comma ,"),
    ";": gettext_lazy("Semicolon ;"),
    "tab": gettext_lazy("Tab"),
    "|": gettext_lazy("Pipe |"),
}
TRUTHS: dict[str, tuple[str, str]] = {
    "Y/N": ("Y", "N"),
    "Yes/No": ("Yes", "No"),
    "true/false": ("true", "false"),
    "1/0": ("1", "0"),
}
LONGEST_HEADER = 100


class DateStyle(StrEnum):
    """How a file writes a day."""

    ISO = "iso"
    DOTS = "dd.mm.yyyy"
    DAY_FIRST = "dd/mm/yyyy"
    MONTH_FIRST = "mm/dd/yyyy"
    COMPACT = "yyyymmdd"


class InstantStyle(StrEnum):
    """How a file writes a moment."""

    ISO = "iso"
    PLAIN = "plain"
    OFFSET = "offset"
    DATED = "dated"


DATE_PATTERNS = {
    DateStyle.ISO: "{0:%Y}-{0:%m}-{0:%d}",
    DateStyle.DOTS: "{0:%d}.{0:%m}.{0:%Y}",
    DateStyle.DAY_FIRST: "{0:%d}/{0:%m}/{0:%Y}",
    DateStyle.MONTH_FIRST: "{0:%m}/{0:%d}/{0:%Y}",
    DateStyle.COMPACT: "{0:%Y}{0:%m}{0:%d}",
}
DATE_LABELS: dict[str, str | Promise] = {
    DateStyle.ISO: gettext_lazy("2026-12-31"),
    DateStyle.DOTS: gettext_lazy("31.12.2026"),
    DateStyle.DAY_FIRST: gettext_lazy("31/12/2026 (day first)"),
    DateStyle.MONTH_FIRST: gettext_lazy("12/31/2026 (month first)"),
    DateStyle.COMPACT: gettext_lazy("20261231"),
}
INSTANT_LABELS: dict[str, str | Promise] = {
    InstantStyle.ISO: gettext_lazy("2026-12-31T09:00:00Z, with the difference from UTC"),
    InstantStyle.PLAIN: gettext_lazy("2026-12-31 09:00:00, without it"),
    InstantStyle.OFFSET: gettext_lazy("2026-12-31 09:00:00 +00:00"),
    InstantStyle.DATED: gettext_lazy("The day as days look, then 09:00:00"),
}


class ProfileRefusedError(ValueError):
    """No file can be written with this profile. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """What a profile says: `columns` are pairs of a source and its header, `statuses` the words for our statuses."""

    based_on: str
    columns: tuple[tuple[str, str], ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    quoted: bool = False
    guarded: bool = False
    date_style: str = DateStyle.ISO.value
    instant_style: str = InstantStyle.ISO.value
    zone: str = "UTC"
    truths: str = "Y/N"
    statuses: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"columns": [list(pair) for pair in self.columns]}


def read_own_profile(stored: Mapping[str, Any]) -> OwnProfile:
    """The profile that `as_json` wrote; what only another version knows is left out."""
    pairs = tuple((str(source), str(header)) for source, header in stored["columns"])
    known = {name: stored[name] for name in OwnProfile.__dataclass_fields__ if name in stored}
    return OwnProfile(**known | {"columns": pairs})


def copy_ready_profile(name: str) -> OwnProfile:
    """What the ready profile of this name says, to begin with."""
    ready = PROFILES[name]
    return OwnProfile(
        based_on=name,
        columns=tuple(
            (text.name if isinstance(text, ColumnText) else f"{name}:{header}", header)
            for header, text in ready.columns
        ),
        delimiter="tab" if ready.delimiter == "\t" else ready.delimiter,
        encoding=MARKED if ready.marked else ready.encoding,
        quoted=ready.quoted,
        guarded=ready.guarded,
    )


def find_sources() -> dict[str, tuple[CellText, str]]:
    """What a column may hold, by name: each column of our table, and what a ready profile works out from them.

    Each with its text and its type. The latter are called `workday:Rescind_Enrollment`, after profile and header.
    """
    found: dict[str, tuple[CellText, str]] = {
        column.name: (ColumnText(column.name), column.type) for column in COLUMNS
    }
    for ready in PROFILES.values():
        for header, text in ready.columns:
            if not isinstance(text, ColumnText):
                found[f"{ready.name}:{header}"] = text, TEXT
    return found


def find_lost_columns(own: OwnProfile) -> list[str]:
    """The columns that the profile names and the export no longer has."""
    known = find_sources()
    return [source for source, _header in own.columns if source not in known]


def make_profile(name: str, own: OwnProfile) -> ExportProfile:
    """The profile, ready to write files. Raises ProfileRefusedError: half a file is none."""
    if lost := find_lost_columns(own):
        text = _(
            "The profile “%(name)s” names a column that the export does not have: %(columns)s."
            " Nothing was written. Open the profile and choose another column."
        )
        raise ProfileRefusedError(text % {"name": name, "columns": ", ".join(lost)})
    if problems := find_problems(own):
        told = {"name": name, "problem": problems[0]}
        raise ProfileRefusedError(_("The profile “%(name)s”: %(problem)s") % told)
    known, ready = find_sources(), PROFILES[own.based_on]
    is_csv = ready.kind == FileKind.CSV
    encoding = "utf-8" if own.encoding == MARKED or not is_csv else own.encoding
    return replace(
        ready,
        name=name,
        label=name,
        description=_("Your own, begun from: %(what)s") % {"what": ready.label},
        columns=tuple(
            (header, _spell_as(own, source, known[source])) for source, header in own.columns
        ),
        types=tuple(known[source][1] for source, _header in own.columns),
        delimiter="\t" if own.delimiter == "tab" else own.delimiter,
        quoted=own.quoted,
        marked=is_csv and own.encoding == MARKED,
        guarded=is_csv and own.guarded,
        encoding=encoding,
        content_type=ready.content_type.replace("utf-8", encoding),
    )


def find_problems(own: OwnProfile) -> list[str]:
    """What is wrong with a profile, apart from lost columns: a sentence for each."""
    found = []
    if own.based_on not in PROFILES:
        found.append(_("It was begun from a profile that there is not: %s.") % own.based_on)
    if not own.columns:
        found.append(_("Give at least one column a place."))
    if not is_time_zone(own.zone):
        found.append(_("There is no time zone “%s”. Write it like Europe/Helsinki.") % own.zone)
    choices = (
        (own.encoding, ENCODINGS),
        (own.delimiter, DELIMITERS),
        (own.date_style, DATE_LABELS),
        (own.instant_style, INSTANT_LABELS),
        (own.truths, TRUTHS),
    )
    found += [
        _("“%s” is no way to write a file.") % said for said, known in choices if said not in known
    ]
    return found + _find_header_problems(own) + _find_status_problems(own.statuses)


def _find_header_problems(own: OwnProfile) -> list[str]:
    headers = [header for _source, header in own.columns]
    twice = sorted({one for one in headers if headers.count(one) > 1})
    found = [_("Two columns are called “%s”. Give each its own name.") % one for one in twice]
    encoding = own.encoding if own.encoding in ENCODINGS else "utf-8"
    for header in headers:
        if not header or header.startswith(FORMULA_STARTS) or CONTROL.search(header):
            text = _("“%s” is no name of a column: it may not be empty or begin like a formula.")
            found.append(text % CONTROL.sub("�", header))
        elif not _can_encode([header], encoding):
            found.append(_("“%s” has a sign that the encoding cannot write.") % header)
    return found


def _find_status_problems(statuses: Mapping[str, str]) -> list[str]:
    known = {status.value for status in Status}
    found = [_("There is no status “%s”.") % status for status in statuses if status not in known]
    odd = [said for said in statuses.values() if said.startswith(FORMULA_STARTS) or "\0" in said]
    return found + [_("A spreadsheet would run “%s”.") % said for said in odd]


def _can_encode(cells: Sequence[str], encoding: str) -> bool:
    try:
        "".join(cells).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def is_time_zone(name: str) -> bool:
    """Whether a moment can be told in a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def _spell_as(own: OwnProfile, source: str, told: tuple[CellText, str]) -> CellText:
    """The text of a column as the profile writes it."""
    text, kind = told
    if source == "status" and own.statuses:
        return lambda cells: own.statuses.get(text(cells), text(cells))
    if kind == YES_NO:
        truth = dict(zip(("Y", "N"), TRUTHS[own.truths], strict=True))
        return lambda cells: truth.get(text(cells), "")
    if kind == DATE and own.date_style != DateStyle.ISO:
        return lambda cells: _spell_date(text(cells), own)
    if kind == INSTANT and (own.instant_style, own.zone) != (InstantStyle.ISO, "UTC"):
        return lambda cells: _spell_instant(text(cells), own)
    return text


def _spell_date(text: str, own: OwnProfile) -> str:
    return _pattern(own).format(date.fromisoformat(text)) if text else ""


def _spell_instant(text: str, own: OwnProfile) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(own.zone))
    if own.instant_style == InstantStyle.ISO:
        return moment.isoformat().replace("+00:00", "Z")
    if own.instant_style == InstantStyle.DATED:
        return f"{_pattern(own).format(moment)} {moment:%H:%M:%S}"
    plain = moment.isoformat(sep=" ", timespec="seconds")
    return plain[:19] if own.instant_style == InstantStyle.PLAIN else f"{plain[:19]} {plain[19:]}"


def _pattern(own: OwnProfile) -> str:
    return DATE_PATTERNS[DateStyle(own.date_style)]

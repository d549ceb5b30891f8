"""Turn the text of one cell into a value, or say why it cannot be used. No database, no clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.dates import NO_END, DateRefusedError, read_day
from accounts.importing.columns import CellKind, PeopleColumn

CellValue = str | date | None
# A spreadsheet that opens an export runs a cell that starts with one of these signs, full-width ones included.
FORMULA_SIGNS = tuple("=+-@＝＋－＠")
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
JOINERS = "\u200c\u200d"
CODE_PATTERN = re.compile(r"[\w.:/ &()-]+\Z")
# The last day of something: 9999-12-31 says that it has none.
END_COLUMNS = frozenset({"contract_ends_on", "left_on"})
# Names that HR's systems use and the table of the time zone data does not.
OTHER_COUNTRY_NAMES = {
    "united kingdom": "GB",
    "great britain": "GB",
    "united states of america": "US",
    "south korea": "KR",
    "korea, republic of": "KR",
    "czechia": "CZ",
    "russian federation": "RU",
    "viet nam": "VN",
    "türkiye": "TR",
}


class CellRefusedError(ValueError):
    """The cell cannot be used; the message says what to do."""


def read_cell(column: PeopleColumn, text: str) -> CellValue:
    """The cell's value: NFC text without direction marks, a casefolded address, or a date.

    Raises CellRefusedError with a message for HR."""
    cleaned = DIRECTION_MARKS.sub("", unicodedata.normalize("NFC", text)).strip()
    if not cleaned:
        return None if column.kind == CellKind.DATE else ""
    if cleaned.startswith(FORMULA_SIGNS):
        raise CellRefusedError(_("A value may not start with %(sign)s.") % {"sign": cleaned[0]})
    if any(unicodedata.category(character) == "Cc" for character in cleaned):
        raise CellRefusedError(_("The cell holds a line break or another control character."))
    cleaned = _without_odd_spaces(column, cleaned)
    if len(cleaned) > column.limit:
        raise CellRefusedError(_("At most %(limit)d characters fit.") % {"limit": column.limit})
    return READERS[column.kind](column, cleaned)


def _without_odd_spaces(column: PeopleColumn, text: str) -> str:
    """Text with plain spaces only. Raises CellRefusedError for a character that nobody sees."""
    for character in dict.fromkeys(text):
        odd_space = unicodedata.category(character) == "Zs" and character != " "
        if odd_space and column.kind == CellKind.TEXT:
            text = text.replace(character, " ")
        elif odd_space or (is_invisible(character) and not _joins_letters(column, character)):
            fault = _("The cell holds an invisible character: %(name)s. Remove it.")
            raise CellRefusedError(fault % {"name": name_character(character)})
    return text


def is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _joins_letters(column: PeopleColumn, character: str) -> bool:
    """Persian and Indian names need the two joiners."""
    return column.kind == CellKind.TEXT and character in JOINERS


def name_character(character: str) -> str:
    """The character's Unicode name and number, for example ZERO WIDTH SPACE (U+200B)."""
    return f"{unicodedata.name(character, '?')} (U+{ord(character):04X})"


def _text(column: PeopleColumn, text: str) -> str:
    if column.name == "time_zone" and text not in known_time_zones():
        raise CellRefusedError(
            _("“%(text)s” is no time zone. Write it like Europe/Helsinki.") % {"text": text}
        )
    return text


def _code(column: PeopleColumn, text: str) -> str:
    if not CODE_PATTERN.match(text):
        raise CellRefusedError(
            _("“%(text)s” is no code: use letters, digits, dots and hyphens.") % {"text": text}
        )
    if column.name == "country":
        text = text.upper()
        if text not in country_codes():
            raise CellRefusedError(
                _("“%(text)s” is no country code. Write two letters, like FI.") % {"text": text}
            )
    return text.lower() if column.name == "locale" else text


def _email(column: PeopleColumn, text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise CellRefusedError(_("“%(text)s” is no e-mail address.") % {"text": text}) from None
    return text.casefold()


def _date(column: PeopleColumn, text: str) -> date | None:
    try:
        day = read_day(text)
    except DateRefusedError as reason:
        raise CellRefusedError(str(reason)) from None
    if day != NO_END:
        return day
    if column.name in END_COLUMNS:
        return None
    raise CellRefusedError(
        _("%(day)s means “no end”, and nothing begins then.") % {"day": NO_END.isoformat()}
    )


def _choice(column: PeopleColumn, text: str) -> str:
    if text.casefold() not in column.choices:
        raise CellRefusedError(
            _("“%(text)s” is not one of: %(choices)s.")
            % {"text": text, "choices": ", ".join(column.choices)}
        )
    return text.casefold()


READERS: dict[CellKind, Callable[[PeopleColumn, str], CellValue]] = {
    CellKind.TEXT: _text,
    CellKind.CODE: _code,
    CellKind.EMAIL: _email,
    CellKind.DATE: _date,
    CellKind.CHOICE: _choice,
}


@cache
def known_time_zones() -> frozenset[str]:
    """The names of all IANA time zones."""
    return frozenset(available_timezones())


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, from the table in the IANA time zone data."""
    return frozenset(country_names().values())


@cache
def country_names() -> dict[str, str]:
    """The code of each country by its English name without case, from the same table."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    pairs = (
        line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#")
    )
    return {name.casefold(): code for code, name in pairs} | OTHER_COUNTRY_NAMES

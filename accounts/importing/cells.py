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

from accounts.importing.columns import Column, Kind

Value = str | date | None
# A spreadsheet that opens an export runs a cell that starts with one of these signs, full-width ones included.
FORMULA = tuple("=+-@＝＋－＠")
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CODE = re.compile(r"[\w.:/ &()-]+\Z")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class Refused(ValueError):
    """The cell cannot be used; the message says what to do."""


def value(column: Column, text: str) -> Value:
    """The cell's value: NFC text without direction marks, a casefolded address, or a date.

    Raises CellRefusedError with a message for HR."""
    cleaned = BIDI.sub("", unicodedata.normalize("NFC", text)).strip()
    if not cleaned:
        return None if column.kind == Kind.DATE else ""
    if cleaned.startswith(FORMULA):
        raise Refused(_("A value may not start with %(sign)s.") % {"sign": cleaned[0]})
    if any(unicodedata.category(character) == "Cc" for character in cleaned):
        raise Refused(_("The cell holds a line break or another control character."))
    if len(cleaned) > column.limit:
        raise Refused(_("At most %(limit)d characters fit.") % {"limit": column.limit})
    return READERS[column.kind](column, cleaned)


def _text(column: Column, text: str) -> str:
    if column.name == "time_zone" and text not in time_zones():
        raise Refused(
            _("“%(text)s” is no time zone. Write it like Europe/Helsinki.") % {"text": text}
        )
    return text


def _code(column: Column, text: str) -> str:
    if not CODE.match(text):
        raise Refused(
            _("“%(text)s” is no code: use letters, digits, dots and hyphens.") % {"text": text}
        )
    if column.name == "country":
        text = text.upper()
        if text not in countries():
            raise Refused(
                _("“%(text)s” is no country code. Write two letters, like FI.") % {"text": text}
            )
    return text.lower() if column.name == "locale" else text


def _email(column: Column, text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Refused(_("“%(text)s” is no e-mail address.") % {"text": text}) from None
    return text.casefold()


def _date(column: Column, text: str) -> date:
    try:
        if ISO_DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("There is no day %(text)s.") % {"text": text}) from None
    raise Refused(
        _("“%(text)s” could be read in several ways. Write year-month-day, like 2026-03-14.")
        % {"text": text}
    )


def _choice(column: Column, text: str) -> str:
    if text.casefold() not in column.choices:
        raise Refused(
            _("“%(text)s” is not one of: %(choices)s.")
            % {"text": text, "choices": ", ".join(column.choices)}
        )
    return text.casefold()


READERS: dict[Kind, Callable[[Column, str], str | date]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.EMAIL: _email,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
}


@cache
def time_zones() -> frozenset[str]:
    """The names of all IANA time zones."""
    return frozenset(available_timezones())


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, from the table in the IANA time zone data."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))

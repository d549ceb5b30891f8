"""Checks of the content that an author wrote: the common part of every kind of item.

Stored content is a plain JSON object. Each kind turns it into a frozen `Spec`
with the help of `ContentFields`, which names the place of every fault (``options.2.text``)
so that the author's form can show the words beside the right control.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypedDict

from items.phrases import Phrase, gettext_noop

MOST_CHARACTERS = 20_000
MOST_ROWS = 50
MOST_DIGITS = 30
MOST_COUNT = 2**31
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
TAG = re.compile(r"<[^>]*>")


class ContentError(ValueError):
    """The content at `path` cannot be used; `phrase` says what the author does next."""

    def __init__(self, path: str, message: str, **params: object) -> None:
        self.path = path
        self.phrase = Phrase(message, params)
        self.message = str(self.phrase)
        super().__init__(f"{path or 'content'}: {self.message}")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One version of one item, valid and ready to ask.

    `stem` is the question (HTML the CMS has already cleaned, or text), `points` the
    most one can earn, `feedback` the general explanation for after the answer.
    """

    kind: str
    stem: str
    points: Decimal
    feedback: str
    hint: str = ""


@dataclass(frozen=True)
class ItemLabel:
    """Something a learner can pick, place or pair, known by its stored id."""

    id: str
    text: str


class ContentFields:
    """A JSON object being read, with the path that leads to it."""

    def __init__(self, content: object, path: str = "") -> None:
        if not isinstance(content, Mapping):
            raise ContentError(path, gettext_noop("This part is not filled in."))
        self._content = content
        self._path = path

    def at(self, name: str) -> str:
        """Return the path of the field `name`."""
        return f"{self._path}.{name}" if self._path else name

    def fault(self, name: str, message: str, **params: object) -> ContentError:
        """Return (not raise) the error for the field `name`."""
        return ContentError(self.at(name), message, **params)

    def has(self, name: str) -> bool:
        """Tell whether the author gave `name` at all."""
        return self._content.get(name) not in (None, "", [])

    def text(self, name: str, default: str | None = None, *, markup: bool = False) -> str:
        """Return trimmed words; without `default` they are required.

        In `markup` a tag is no word, elsewhere ``<br>`` is what it says."""
        value = self._content.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise self.fault(name, gettext_noop("Write words here."))
        value = value.strip()
        if len(value) > MOST_CHARACTERS:
            raise self.fault(
                name,
                gettext_noop("Shorten this to %(most)s characters."),
                most=MOST_CHARACTERS,
            )
        if TAG.sub("", value).strip() if markup else value:
            return value
        if default is None:
            raise self.fault(name, gettext_noop("Write the words for this field."))
        return default

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return yes or no; without `default` it is required."""
        value = self._content.get(name, default)
        if isinstance(value, bool):
            return value
        raise self.fault(name, gettext_noop("Choose yes or no."))

    def word(self, name: str, allowed: Sequence[str], default: str) -> str:
        """Return one of `allowed`."""
        value = self._content.get(name, default)
        if isinstance(value, str) and value in allowed:
            return value
        raise self.fault(
            name,
            gettext_noop("Choose one of: %(allowed)s."),
            allowed=", ".join(allowed),
        )

    def ident(self, name: str = "id") -> str:
        """Return a stored id: letters, digits, hyphen and underscore, at most 64."""
        value = self._content.get(name)
        if isinstance(value, str) and ID.fullmatch(value):
            return value
        raise self.fault(name, _NO_NAME if name in ("name", "to") else _NO_ID)

    def amount(self, name: str, default: str | None = None, least: int | None = 0) -> Decimal:
        """Return an exact number of at most 30 characters, not below `least`."""
        value = self._content.get(name, default)
        number = None if isinstance(value, bool) else _decimal(value)
        if number is None:
            raise self.fault(name, gettext_noop("Write a number, such as 2 or 0.5."))
        if least is not None and number < least:
            raise self.fault(
                name, gettext_noop("Write a number of at least %(least)s."), least=least
            )
        return number

    def fraction(self, name: str, default: str | None = None) -> Decimal:
        """Return an exact number from 0 to 1."""
        number = self.amount(name, default)
        if number > 1:
            raise self.fault(name, gettext_noop("Write a fraction between 0 and 1."))
        return number

    def count(self, name: str, default: int | None = None, least: int = 0) -> int:
        """Return a whole number of at least `least`; without `default` it is required."""
        value = self._content.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value < MOST_COUNT:
            return value
        raise self.fault(
            name, gettext_noop("Write a whole number of at least %(least)s."), least=least
        )

    def picture(self, name: str) -> int:
        """Return the id of a stored picture; the picture itself is not looked up here."""
        value = self._content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < MOST_COUNT:
            return value
        raise self.fault(name, gettext_noop("Choose a picture."))

    def rows(self, name: str, least: int = 1, most: int = MOST_ROWS) -> list[ContentFields]:
        """Return the objects of a list, each knowing its own path."""
        value = self._content.get(name)
        rows = value if isinstance(value, list) else []
        if len(rows) < least:
            raise self.fault(name, gettext_noop("Add rows until there are %(least)s."), least=least)
        if len(rows) > most:
            raise self.fault(name, gettext_noop("Keep at most %(most)s rows."), most=most)
        return [ContentFields(row, f"{self.at(name)}.{n}") for n, row in enumerate(rows)]

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of at least one non-empty text."""
        value = self._content.get(name)
        rows = value[:MOST_ROWS] if isinstance(value, list) else []
        found = tuple(row.strip() for row in rows if isinstance(row, str))
        if found and all(found):
            return found
        raise self.fault(name, gettext_noop("Write at least one accepted answer."))

    def labels(self, name: str, least: int = 2) -> tuple[ItemLabel, ...]:
        """Return a list of ``{"id", "text"}`` rows with ids that differ."""
        rows = self.rows(name, least)
        found = tuple(ItemLabel(row.ident(), row.text("text")) for row in rows)
        require_distinct(rows, (label.id for label in found))
        return found


def require_distinct(rows: Sequence[ContentFields], ids: Iterator[str], name: str = "id") -> None:
    """Raise ContentError at the first row whose id (in the field `name`) an earlier row has."""
    seen: set[str] = set()
    for row, ident in zip(rows, ids, strict=True):
        if ident in seen:
            raise row.fault(name, _SAME_ID if name == "id" else _SAME_NAME)
        seen.add(ident)


class CommonFields(TypedDict):
    """The keyword arguments that every `Spec` shares."""

    kind: str
    stem: str
    points: Decimal
    feedback: str
    hint: str


def read_common_fields(fields: ContentFields, kind: str, *, scored: bool = True) -> CommonFields:
    """Read what every kind has; an unscored kind is worth 0 points."""
    points = fields.amount("points", "1") if scored else Decimal(0)
    if scored and points == 0:
        raise fields.fault("points", gettext_noop("Give at least part of a point."))
    return {
        "kind": kind,
        "stem": fields.text("stem", markup=True),
        "points": points,
        "feedback": fields.text("feedback", ""),
        "hint": fields.text("hint", ""),
    }


def _decimal(value: object) -> Decimal | None:
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    if not text or len(text) > MOST_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    # 1E+999 has few characters, but a thousand digits when written out: limit the exponent as well.
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


_NO_ID = gettext_noop("This row has no usable id.")
_NO_NAME = gettext_noop("Write a name of letters, digits and hyphens, at most 64.")
_SAME_ID = gettext_noop("Another row has the same id.")
_SAME_NAME = gettext_noop("Another row has the same name.")

"""Keyset pages: each page is filtered by the sort keys of the last row seen, so every page costs the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Rows in reading order and the marks of the pages around them; "" where there is none."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """Which page is asked for: the first, the one behind a row, or (`back`) the one before it.

    `keys` are order_by names without nulls, the last one unique; all ascending or all descending.
    """

    keys: tuple[str, ...]
    mark: tuple[Any, ...] | None = None
    back: bool = False

    def first(self) -> PageQuestion:
        return replace(self, mark=None, back=False)

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """The rows from this page on, in the order in which they are to be read."""
        order = [_turned(key) for key in self.keys] if self.back else list(self.keys)
        return rows.filter(_behind(order, self.mark)).order_by(*order)

    def make_page(self, rows: list[Any], *, more: bool) -> KeysetPage:
        """The page of these rows, which stand as `narrow` gave them; `more`: others follow."""
        if not rows:
            return KeysetPage([])
        if self.back:
            shown = rows[::-1]
            return KeysetPage(shown, self._mark(shown[0]) if more else "", self._mark(shown[-1]))
        before = self._mark(rows[0]) if self.mark else ""
        return KeysetPage(rows, before, self._mark(rows[-1]) if more else "")

    def _mark(self, row: Any) -> str:
        values = [getattr(row, key.lstrip("-")) for key in self.keys]
        return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode()


def ask_page(params: Mapping[str, str], keys: Sequence[str]) -> PageQuestion:
    """The page that `after` or `before` in `params` asks for; what is no mark asks for the first page."""
    back = "before" in params and "after" not in params
    mark = _read(params.get("before" if back else "after", ""), len(keys))
    return PageQuestion(tuple(keys), mark, back and mark is not None)


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _read(text: str, length: int) -> tuple[Any, ...] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError):
        return None
    fits = isinstance(values, list) and len(values) == length
    plain = fits and all(
        isinstance(value, str | int) and "\0" not in str(value) for value in values
    )
    return tuple(values) if plain else None


def _behind(order: Sequence[str], mark: tuple[Any, ...] | None) -> Q:
    """Rows that come after the mark in this order."""
    condition, equal = Q(), Q()
    if mark is None:
        return condition
    for key, value in zip(order, mark, strict=True):
        name, falls = key.lstrip("-"), key.startswith("-")
        condition |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{name: value})
    return condition

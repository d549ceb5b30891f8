"""Keyset pages: each page is filtered by the sort keys of the last row seen, so every page costs the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Rows in reading order and the marks of the pages around them; "" where there is none."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def read_page(
    rows: QuerySet[Any], keys: Sequence[str], params: Mapping[str, str], *, size: int
) -> KeysetPage:
    """The page that `after` or `before` in `params` asks for; an invalid mark gives the first page.

    `keys` are order_by names without nulls, the last one unique; all ascending or all descending.
    """
    back = "before" in params and "after" not in params
    mark = _read(params.get("before" if back else "after", ""), len(keys))
    order = [_turned(key) for key in keys] if back and mark else list(keys)
    try:
        found = list(rows.filter(_behind(order, mark)).order_by(*order)[: size + 1])
    except (ValidationError, ValueError, TypeError, OverflowError):
        mark, back, order = None, False, list(keys)
        found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back and mark:
        found.reverse()
        return KeysetPage(found, _mark(found[0], keys) if found and more else "", _end(found, keys))
    return KeysetPage(
        found,
        _mark(found[0], keys) if found and mark else "",
        _end(found, keys) if more else "",
    )


def _end(found: list[Any], keys: Sequence[str]) -> str:
    return _mark(found[-1], keys) if found else ""


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _mark(row: Any, keys: Sequence[str]) -> str:
    values = [getattr(row, key.lstrip("-")) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode()


def _read(text: str, length: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError):
        return None
    fits = isinstance(values, list) and len(values) == length
    plain = fits and all(
        isinstance(value, str | int) and "\0" not in str(value) for value in values
    )
    return values if plain else None


def _behind(order: Sequence[str], mark: list[Any] | None) -> Q:
    """Rows that come after the mark in this order."""
    condition, equal = Q(), Q()
    if mark is None:
        return condition
    for key, value in zip(order, mark, strict=True):
        name, falls = key.lstrip("-"), key.startswith("-")
        condition |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{name: value})
    return condition

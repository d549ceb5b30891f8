"""Template filters for quiz screens: `{% load quiz_tags %}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from items import sentences
from items.kinds.kind import RevealPart
from items.phrases import Phrase
from quizzes.screens.part_looks import PartLook, look_of

register = template.Library()

NAMED = re.compile(r'(<(?:input|select|textarea)\b[^>]*?\sname=")')


@register.filter
def said(phrase: Phrase | None) -> str:
    """A phrase in the reader's language; nothing for none."""
    return sentences.translate(phrase) if phrase else ""


@register.filter
def in_words(text: str) -> str:
    """A text of the product itself (True, False), translated; authors' texts are never passed here."""
    return gettext(text) if text else ""


@register.simple_tag
def part_look(part: RevealPart, manner: str, key_only: object) -> PartLook:
    """How a part of a told answer looks; see `quizzes.screens.part_looks`."""
    return look_of(part, manner, key_only=bool(key_only))


@register.filter
def place_suffix(row: int, column: int) -> str:
    """What the id of a control in a grid ends with: nothing for the first, to which messages lead."""
    return "" if (row, column) == (1, 1) else f"-{row}-{column}"


@register.filter
def letter(place: int) -> str:
    """The letter of the 1st, 2nd… row: A to Z, then AA, AB…"""
    rounds, rest = divmod(place - 1, 26)
    return (chr(ord("A") + rounds - 1) if rounds else "") + chr(ord("A") + rest)


@register.filter
def points(mark: Decimal) -> str:
    """Points with at most two decimals, "1.67", "2.1" or "2"."""
    return sentences.format_points(mark)


@register.filter
def minutes_up(seconds: int) -> int:
    """Seconds as whole minutes, rounded up: nobody with 61 seconds has "1 minute"."""
    return -(-seconds // 60)


@register.filter
def picture_of(pictures: Mapping[int, Any], number: int | None) -> Any:
    """The stored picture with this number, None if it has been deleted."""
    return pictures.get(number) if number else None


@register.filter
def percent(number: Decimal) -> str:
    """A share as an attribute of SVG takes it, "12.5%", in every language."""
    return f"{number:f}%"


@register.filter(is_safe=True)
def fields_of(markup: str, prefix: str) -> str:
    """A question's controls with their names prefixed, so that several questions fit into one form."""
    return mark_safe(NAMED.sub(rf"\1{prefix}", markup))  # noqa: S308 - rendered by a template just now


@register.filter
def right_edge(area: tuple[Decimal, Decimal, Decimal, Decimal]) -> Decimal:
    """Where a place on a picture ends: its number stands there, beside the words it begins with."""
    return area[0] + area[2]

"""What hangs on a page or question, in the editor's own confirmations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone

from home.editing.dependents import find_dependents, find_dependents_on_seen

register = template.Library()


@register.inclusion_tag("home/cms/_dependents.html")
def what_hangs_on(*things: Any) -> dict[str, Any]:
    """A box with what hangs on these pages or questions; nothing if nothing does."""
    return {"lines": find_dependents(_flatten(things), at=timezone.now()).lines}


@register.inclusion_tag("home/cms/_dependents.html")
def what_hangs_on_seen(*things: Any) -> dict[str, Any]:
    """The same of what is about to be moved or deleted: of a draft that was never published nothing."""
    return {"lines": find_dependents_on_seen(_flatten(things), at=timezone.now()).lines}


def _flatten(things: Iterable[Any]) -> list[Any]:
    flat = [one for thing in things for one in (thing if isinstance(thing, list) else [thing])]
    return [one["item"] if isinstance(one, dict) else one for one in flat]

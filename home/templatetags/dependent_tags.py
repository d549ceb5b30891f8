"""What hangs on a page or question, in the editor's own confirmations."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from home.editing.dependents import find_dependents

register = template.Library()


@register.inclusion_tag("home/cms/_dependents.html")
def what_hangs_on(*things: Any) -> dict[str, Any]:
    """A box with what hangs on these pages or questions; nothing if nothing does."""
    flat = [one for thing in things for one in (thing if isinstance(thing, list) else [thing])]
    objects = [one["item"] if isinstance(one, dict) else one for one in flat]
    return {"lines": find_dependents(objects, at=timezone.now()).lines}

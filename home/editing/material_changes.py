"""What the author of a material change reads before it is published, and the reviewer before approving it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from courses.models import CoursePage
from courses.models.records import ChangeClass
from reports.console.change_effects import MaterialEffect, foretell_material_change

MOST_TITLES = 10


def tell_material_change(thing: Any, at: datetime) -> list[str]:
    """Sentences about who would have to catch up; none for other pages, other classes, or if it is nobody."""
    if not isinstance(thing, CoursePage) or thing.change_class != ChangeClass.MATERIAL:
        return []
    effect = foretell_material_change(thing.course, at=at) if thing.course else None
    if effect is None or not effect.people:
        return []
    told = ngettext(
        "This is a material change. It affects %(n)s person: once a reviewer has confirmed it, their certificate counts"
        " until the day that is set then, usually 30 days later.",
        "This is a material change. It affects %(n)s people: once a reviewer has confirmed it, their certificates count"
        " until the day that is set then, usually 30 days later.",
        effect.people,
    )
    return [told % {"n": effect.people}, *tell_limits(effect)]


def tell_limits(effect: MaterialEffect) -> list[str]:
    """Who cannot catch up for now, and which channels would have too few people."""
    lines = []
    if effect.on_leave:
        away = ngettext(
            "%(n)s of them is on leave.", "%(n)s of them are on leave.", effect.on_leave
        )
        lines.append(away % {"n": effect.on_leave})
    if effect.channels:
        lost = ngettext(
            "If nobody catches up by then, %(n)s channel has too few people who may post: %(titles)s.",
            "If nobody catches up by then, %(n)s channels have too few people who may post: %(titles)s.",
            len(effect.channels),
        )
        titles = ", ".join(effect.channels[:MOST_TITLES])
        lines.append(lost % {"n": len(effect.channels), "titles": titles})
    return lines

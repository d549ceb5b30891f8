"""What the author of a material change reads before it is published, and the reviewer before approving it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from courses.models import CoursePage
from courses.models.records import ChangeClass
from reports.console.change_effects import foretell_material_change

MOST_TITLES = 10


def tell_material_change(thing: Any, at: datetime) -> list[str]:
    """Sentences about who would have to catch up; none for other pages, other classes, or if it is nobody."""
    if not isinstance(thing, CoursePage) or thing.change_class != ChangeClass.MATERIAL:
        return []
    effect = foretell_material_change(thing.course, at=at) if thing.course else None
    if effect is None or not effect.people:
        return []
    told = ngettext(
        "This is a material change. It affects %(n)s person: their certificate counts until a day is set from which"
        " older versions stop counting.",
        "This is a material change. It affects %(n)s people: their certificates count until a day is set from which"
        " older versions stop counting.",
        effect.people,
    )
    lines = [told % {"n": effect.people}]
    if effect.channels:
        lost = ngettext(
            "If nobody catches up within 30 days, %(n)s channel has too few people who may post: %(titles)s.",
            "If nobody catches up within 30 days, %(n)s channels have too few people who may post: %(titles)s.",
            len(effect.channels),
        )
        titles = ", ".join(effect.channels[:MOST_TITLES])
        lines.append(lost % {"n": len(effect.channels), "titles": titles})
    return lines

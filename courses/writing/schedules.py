"""Schedules that are spent: a day to go live or to expire that has passed belongs to no next draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

DAYS = ("go_live_at", "expire_at")


def spent_days(fields: dict[str, Any], at: datetime) -> list[str]:
    """The names of the days among these fields that have passed; they may be written as text."""
    moments = {name: fields.get(name) for name in DAYS}
    read = {n: parse_datetime(v) if isinstance(v, str) else v for n, v in moments.items()}
    return [name for name, moment in read.items() if moment and moment <= at]


def was_written_after(content: dict[str, Any], published_at: datetime) -> bool:
    """Whether a stored draft knew of this publication of its page. JSON keeps milliseconds."""
    known = content.get("last_published_at")
    known = parse_datetime(known) if isinstance(known, str) else known
    return known is not None and abs(known - published_at) < timedelta(milliseconds=1)


def content_without_spent_days(
    instance: Any, content: dict[str, Any], *, at: datetime
) -> dict[str, Any]:
    """A stored draft without the days that have passed, unless they are still to be carried out."""
    spent = spent_days(content, at)
    if not spent or instance.revisions.filter(approved_go_live_at__isnull=False).exists():
        return content
    return content | dict.fromkeys(spent)


def clear_spent_days(instance: Any, *, at: datetime) -> None:
    """Empty the passed days of a page or question that was published or unpublished just now.

    What is live with a last day that has passed is still to be taken offline: that day stays.
    """
    names = DAYS[:1] if instance.live else DAYS
    spent = spent_days({name: getattr(instance, name) for name in names}, at)
    for name in spent:
        setattr(instance, name, None)
    if spent:
        type(instance).objects.filter(pk=instance.pk).update(**dict.fromkeys(spent))

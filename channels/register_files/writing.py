"""The registry as a CSV file: one row for each channel, in the columns that are read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.spreadsheets import BYTE_ORDER_MARK, write_line
from channels.models import Channel, Owner
from channels.register_files.columns import COLUMNS, DAYS, FLAGS, TEXTS


def write_register(channels: QuerySet[Channel], at: datetime) -> Iterator[str]:
    """Lines of CSV for spreadsheets, with a byte order mark; two queries. `channels` have `state_now`."""
    posts: dict[int, dict[str, str]] = defaultdict(dict)
    for owner in Owner.objects.current(at).select_related("person"):
        posts[owner.channel_id][owner.kind] = owner.person.hr_id or owner.person.email
    yield BYTE_ORDER_MARK + write_line(column.name for column in COLUMNS)
    for channel in channels.select_related("platform", "region").order_by("code"):
        values = _values(channel) | posts[channel.pk]
        yield write_line(values.get(column.name, "") for column in COLUMNS)


def _values(channel: Channel) -> dict[str, str]:
    flags = {name: "yes" if getattr(channel, name) else "no" for name in FLAGS}
    plain = (*TEXTS, "code", "classification", "review_mode")
    days = (*DAYS, "opened_on")
    return {
        **{name: str(getattr(channel, name)) for name in plain},
        **{name: _day(getattr(channel, name)) for name in days},
        **flags,
        "platform": channel.platform.code,
        "address": channel.url,
        "region": channel.region.code if channel.region else "",
        "min_cover": str(channel.min_cover),
        "state": channel.state_now,  # type: ignore[attr-defined]
        "confirmed_at": channel.confirmed_at.isoformat() if channel.confirmed_at else "",
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""

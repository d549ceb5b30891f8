"""The stored rows about people and channels, all in one query.

The rows of every table come as one UNION ALL of (kind, JSON): a batch of any size costs one round
trip, and everything in it is from the same snapshot of the database.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from accounts.models import EmploymentEvent, HrAlias, User
from certificates.models import Hold
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    Freeze,
    PostingPermission,
    RulesAcceptance,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]

SPAN = ("starts_at", "recorded_at", "ended_at", "end_recorded_at")
EMPLOYMENT = {"region": "region__code"} | {
    name: name for name in ("what", "effective_at", "recorded_at", "ends_at")
}


def read(hr_ids: set[str], codes: set[str]) -> Rows:
    """Everything about these people and channels, by kind of row, oldest first."""
    first, *others = [
        *_about_people(list(hr_ids)),
        *_about_channels(list(codes)),
        *_about_both(list(hr_ids), list(codes)),
    ]
    rows: Rows = defaultdict(list)
    for kind, row in first.union(*others, all=True):
        rows[kind].append(row)
    for found in rows.values():
        found.sort(key=lambda row: row["id"])
    return rows


def _rows(kind: str, rows: QuerySet, *names: str, **renamed: str) -> QuerySet:
    columns = {name: F(name) for name in ("id", *names)} | {n: F(f) for n, f in renamed.items()}
    return rows.order_by().values_list(Value(kind), JSONObject(**columns))


def _about_people(hr_ids: list[str]) -> list[QuerySet]:
    mine = Q(person__hr_id__in=hr_ids)
    employment = EmploymentEvent.objects.all()
    contractors = User.objects.filter(hr_id__in=hr_ids, kind="contractor", sponsor__isnull=False)
    return [
        _rows("person", User.objects.filter(hr_id__in=hr_ids), "hr_id"),
        _rows("alias", HrAlias.objects.filter(hr_id__in=hr_ids), "hr_id", main="person__hr_id"),
        _rows("employment", employment.filter(mine), person="person_id", **EMPLOYMENT),
        _rows("sponsor", contractors, sponsor="sponsor_id"),
        _rows(
            "sponsor_employment",
            employment.filter(person__in=contractors.values("sponsor")),
            person="person_id",
            **EMPLOYMENT,
        ),
        _rows("hold", Hold.objects.filter(mine, certification=None), *SPAN, person="person_id"),
    ]


def _about_channels(codes: list[str]) -> list[QuerySet]:
    theirs = Q(channel__code__in=codes)
    of_scope = {
        "region": "region__code",
        "platform": "platform_id",
        "channel": "channel_id",
    }
    return [
        _rows(
            "channel",
            Channel.objects.filter(code__in=codes),
            *("code", "title", "classification", "region_bound", "review_mode", "sunset_on"),
            platform="platform_id",
            region="region__code",
            zone="region__time_zone",
        ),
        _rows(
            "state",
            ChannelEvent.objects.filter(theirs),
            *("state", "effective_at", "recorded_at"),
            channel="channel_id",
        ),
        _rows(
            "access",
            AccessRule.objects.filter(theirs),
            *(*SPAN, "group"),
            channel="channel_id",
            certification="certification_id",
        ),
        _rows(
            "rules",
            ChannelRules.objects.filter(theirs),
            *("version", "effective_at", "recorded_at"),
            channel="channel_id",
        ),
        _rows(
            "freeze",
            Freeze.objects.filter(theirs | Q(channel=None)),
            *(*SPAN, "ends_at", "scope", "classification", "allowed"),
            **of_scope,
        ),
    ]


def _about_both(hr_ids: list[str], codes: list[str]) -> list[QuerySet]:
    grants = PostingPermission.objects.filter(person__hr_id__in=hr_ids, channel__code__in=codes)
    accepted = RulesAcceptance.objects.filter(
        person__hr_id__in=hr_ids, rules__channel__code__in=codes
    )
    return [
        _rows(
            "grant",
            grants,
            *(*SPAN, "ends_at", "uuid", "role"),
            person="person_id",
            channel="channel_id",
        ),
        _rows(
            "acceptance",
            accepted,
            *("accepted_at", "recorded_at"),
            version="rules__version",
            person="person_id",
            channel="rules__channel_id",
        ),
    ]

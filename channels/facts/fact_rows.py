"""The stored rows about people and channels, all in one query.

The rows of every table come as one UNION ALL of (kind, JSON): a batch of any size costs one round
trip, and all rows come from one snapshot of the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from accounts.dated_columns import APART, SWITCHES
from accounts.models import Absence, EmploymentEvent, HrAlias, Region, User
from certificates.facts.gathering import SNAPSHOT_FIELDS
from certificates.models import (
    Award,
    AwardEvent,
    Certification,
    CertificationEvent,
    Hold,
    Requirement,
    Waiver,
)
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    Freeze,
    PostingPermission,
    RulesAcceptance,
)
from courses.models import VersionFloor
from ledger.prepared_queries import PreparedQuery

KeysOrQuery = Iterable[str] | QuerySet[Any]
FactRow = dict[str, Any]
FactRows = dict[str, list[FactRow]]

SPAN = ("starts_at", "recorded_at", "ended_at", "end_recorded_at")
PLACE = {"region": "region__code", "zone": "region__time_zone"}
EMPLOYMENT = PLACE | {
    name: name for name in ("what", "effective_at", "recorded_at", "ends_at", "corrects")
}


def read_fact_rows(hr_ids: KeysOrQuery, codes: KeysOrQuery, *more: QuerySet[Any]) -> FactRows:
    """Everything about these people and channels, by kind of row, oldest first.

    Names are HR ids and codes, or querysets of them. `more`: further queries by `rows_of_kind`.
    """
    if not isinstance(hr_ids, QuerySet) and not isinstance(codes, QuerySet):
        people, channels = list(hr_ids), list(codes)
        if people and channels and not more:
            return sort_fact_rows(_kept_query.fetch(people, channels))
    return sort_fact_rows(query_fact_rows(hr_ids, codes, *more))


def query_fact_rows(
    hr_ids: KeysOrQuery,
    codes: KeysOrQuery,
    *more: QuerySet[Any],
    every_certification: bool = False,
) -> QuerySet[Any]:
    """The query of `read_fact_rows`, for a `PreparedQuery` of its own.

    Certifications are those that the channels ask for or have asked for, or every one.
    """
    hr_ids = hr_ids if isinstance(hr_ids, QuerySet) else list(hr_ids)
    codes = codes if isinstance(codes, QuerySet) else list(codes)
    first, *others = [
        *_about_people(hr_ids),
        *_about_channels(codes),
        *_about_both(hr_ids, codes),
        *_about_certifications(hr_ids, None if every_certification else codes),
        *more,
    ]
    return first.union(*others, all=True)


def sort_fact_rows(rows: Iterable[tuple[str, FactRow]]) -> FactRows:
    """The rows of `query_fact_rows` by kind, oldest first."""
    found: FactRows = defaultdict(list)
    for kind, row in rows:
        found[kind].append(row)
    for of_kind in found.values():
        of_kind.sort(key=lambda row: row["id"])
    return found


# What `_query` gives: for a few names, building the SQL costs ten times what the database takes.
_kept_query = PreparedQuery[tuple[str, FactRow]](query_fact_rows)


def rows_of_kind(kind: str, queryset: QuerySet[Any], *names: str, **renamed: str) -> QuerySet[Any]:
    """A query for `read_fact_rows` of rows of one kind: (kind, JSON of the columns)."""
    columns = {name: F(name) for name in ("id", *names)} | {n: F(f) for n, f in renamed.items()}
    return queryset.order_by().values_list(Value(kind), JSONObject(**columns))


def _about_people(hr_ids: KeysOrQuery) -> list[QuerySet[Any]]:
    mine = Q(person__hr_id__in=hr_ids)
    employment = EmploymentEvent.objects.exclude(what__in=APART)
    # Of a sponsor the kind counts as well: only an employee answers for a contractor.
    of_sponsors = EmploymentEvent.objects.exclude(what__in=set(APART) - {"kind"})
    dated = EmploymentEvent.objects.filter(mine, what__in=["sponsor", "kind", "team", *SWITCHES])
    sponsored = User.objects.filter(hr_id__in=hr_ids, sponsor__isnull=False)
    was_sponsor = dated.filter(what="sponsor", former__isnull=False)
    is_sponsor = dated.filter(what="sponsor", other__isnull=False)
    return [
        rows_of_kind(
            "person",
            User.objects.filter(hr_id__in=hr_ids),
            *("hr_id", "kind"),
            sponsor="sponsor_id",
            team="team__code",
        ),
        rows_of_kind(
            "alias",
            HrAlias.objects.filter(hr_id__in=hr_ids),
            *("hr_id", "recorded_at"),
            main="person__hr_id",
        ),
        rows_of_kind("employment", employment.filter(mine), person="person_id", **EMPLOYMENT),
        _dated(dated),
        rows_of_kind(
            "sponsor_employment",
            of_sponsors.filter(
                Q(person__in=sponsored.values("sponsor"))
                | Q(person__in=is_sponsor.values("other"))
                | Q(person__in=was_sponsor.values("former"))
            ),
            *("kind", "former_kind"),
            person="person_id",
            latest="person__kind",
            **EMPLOYMENT,
        ),
        *_spans_of_people(mine),
    ]


def _dated(events: QuerySet[Any]) -> QuerySet[Any]:
    """The changes of columns that have dates."""
    return rows_of_kind(
        "dated",
        events,
        *("what", "effective_at", "recorded_at", "kind", "former_kind"),
        person="person_id",
        other="other_id",
        former="former_id",
        team="team__code",
        former_team="former_team__code",
    )


def _spans_of_people(mine: Q) -> list[QuerySet[Any]]:
    return [
        rows_of_kind(
            "hold",
            Hold.objects.filter(mine),
            *(*SPAN, "reason"),
            person="person_id",
            certification="certification_id",
        ),
        rows_of_kind(
            "waiver",
            Waiver.objects.filter(mine),
            *(*SPAN, "reason", "until"),
            person="person_id",
            certification="certification_id",
        ),
        rows_of_kind(
            "absence", Absence.objects.filter(mine), *SPAN, person="person_id", ends_at="until"
        ),
    ]


def _about_channels(codes: KeysOrQuery) -> list[QuerySet[Any]]:
    theirs = Q(channel__code__in=codes)
    return [
        rows_of_kind(
            "channel",
            Channel.objects.filter(code__in=codes),
            *("code", "title", "classification", "region_bound", "review_mode", "sunset_on"),
            platform="platform_id",
            team="team__code",
            **PLACE,
        ),
        rows_of_kind(
            "state",
            ChannelEvent.objects.filter(theirs),
            *("state", "changes", "effective_at", "recorded_at"),
            channel="channel_id",
        ),
        rows_of_kind(
            "access",
            AccessRule.objects.filter(theirs),
            *(*SPAN, "group"),
            channel="channel_id",
            certification="certification_id",
        ),
        rows_of_kind(
            "rules",
            ChannelRules.objects.filter(theirs),
            *("version", "effective_at", "recorded_at"),
            channel="channel_id",
        ),
        rows_of_kind("region", Region.objects.all(), "code", "name"),
        _freezes(codes),
        rows_of_kind(
            "floor",
            VersionFloor.objects.all(),
            *("effective_at", "recorded_at"),
            course="course_id",
            number="release__number",
        ),
    ]


def _freezes(codes: KeysOrQuery) -> QuerySet[Any]:
    """The freezes of these channels, and all freezes whose scope is not a single channel. A drill stops nobody."""
    return rows_of_kind(
        "freeze",
        Freeze.objects.filter(Q(channel__code__in=codes) | Q(channel=None), drill=False),
        *(*SPAN, "ends_at", "scope", "classification", "allowed"),
        region="region__code",
        platform="platform_id",
        channel="channel_id",
        certification="certification_id",
    )


def _about_both(hr_ids: KeysOrQuery, codes: KeysOrQuery) -> list[QuerySet[Any]]:
    grants = PostingPermission.objects.filter(person__hr_id__in=hr_ids, channel__code__in=codes)
    accepted = RulesAcceptance.objects.filter(
        person__hr_id__in=hr_ids, rules__channel__code__in=codes
    )
    return [
        rows_of_kind(
            "grant",
            grants,
            *(*SPAN, "ends_at", "uuid", "role"),
            person="person_id",
            channel="channel_id",
        ),
        rows_of_kind(
            "acceptance",
            accepted,
            *("accepted_at", "recorded_at"),
            version="rules__version",
            person="person_id",
            channel="rules__channel_id",
        ),
    ]


def _about_certifications(hr_ids: KeysOrQuery, codes: KeysOrQuery | None) -> list[QuerySet[Any]]:
    """The certifications that these channels ask for (None: every one), and what the people hold of them."""
    certifications, awards = Certification.objects.all(), Award.objects.all()
    requirements, changes = Requirement.objects.all(), CertificationEvent.objects.all()
    happened = AwardEvent.objects.all()
    if codes is not None:
        asked = AccessRule.objects.filter(channel__code__in=codes).values("certification")
        certifications = certifications.filter(pk__in=asked)
        requirements = requirements.filter(certification__in=asked)
        changes = changes.filter(certification__in=asked)
        awards = awards.filter(certification__in=asked)
        happened = happened.filter(award__certification__in=asked)
    return [
        rows_of_kind("certification", certifications, "code", "title", "policy_tz", "retired_at"),
        rows_of_kind(
            "requirement", requirements, certification="certification_id", course="course_id"
        ),
        rows_of_kind(
            "certification_event",
            changes,
            *("effective_at", "recorded_at", "changes"),
            certification="certification_id",
        ),
        rows_of_kind(
            "award",
            awards.filter(recipient__hr_id__in=hr_ids),
            *(*SNAPSHOT_FIELDS, "releases"),
            person="recipient_id",
            certification="certification_id",
            course="release__course_id",
            release="release__number",
        ),
        rows_of_kind(
            "award_event",
            happened.filter(award__recipient__hr_id__in=hr_ids),
            *("kind", "effective_at", "recorded_at"),
            award="award_id",
        ),
    ]

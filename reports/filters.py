"""The filters of the people list; the same filters apply to the screen and to the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import query_strings
from accounts.models import EmploymentEvent, PersonKind, User
from accounts.querysets import PersonQuerySet
from certificates.rules.standings import HOLDING, Status
from reports import status_labels
from reports.console import moments
from reports.console.moments import AskedMoment
from reports.console.sql_employment import filter_by_employment
from reports.listing.policies import CertificationPolicy
from reports.sql_standings import with_status

FAR = datetime(9999, 1, 1, tzinfo=UTC)
EMPLOYMENTS: dict[str, str | Promise] = {
    "employed": gettext_lazy("Employed today"),
    "contractor": gettext_lazy("Contractors"),
    "left": gettext_lazy("Left"),
    "all": gettext_lazy("Everybody"),
}
SORTS = {
    "name": ("family_name", "given_name", "id"),
    "hr_id": ("hr_id", "id"),
    "until": ("until", "id"),
}
LONGEST = 100
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """The chosen filters; an empty one means any. `ends` is a number of days: certificates that end within them.

    `at` and `known_at` are the days asked about. `misread` says what was not understood: such filters list nobody.
    """

    certification: str = ""
    q: str = ""
    region: str = ""
    team: str = ""
    status: str = ""
    ends: str = ""
    employment: str = "employed"
    sort: str = "name"
    at: str = ""
    known_at: str = ""
    misread: tuple[str, ...] = ()

    def said(self) -> dict[str, str]:
        """The filters that differ from their defaults, for addresses and for the ExportRun."""
        plain, chosen = asdict(PeopleFilters()), asdict(self)
        return {name: chosen[name] for name in NAMES if chosen[name] != plain[name]}

    def address(self, **changes: Any) -> str:
        """The query string of these filters with `changes`; it starts at the first page."""
        return urlencode(replace(self, **changes).said()) if changes else urlencode(self.said())

    @property
    def keys(self) -> list[str]:
        falls = self.sort.startswith("-")
        return [f"-{key}" if falls else key for key in SORTS[self.sort.lstrip("-")]]


NAMES = tuple(name for name in PeopleFilters.__dataclass_fields__ if name != "misread")
# What else the addresses of the list and of its export say.
OTHER_NAMES = ("after", "before", "profile")


def read_filters(
    params: Mapping[str, str],
    programmes: Sequence[CertificationPolicy],
    regions: Mapping[str, str],
    asked: AskedMoment,
    names: Sequence[str] = NAMES,
) -> PeopleFilters:
    """The filters in the query parameters; `misread` has a sentence for each name and value that was no choice.

    `names`: the filters that the list has.
    """
    allowed: dict[str, set[str]] = {
        "certification": {programme.code for programme in programmes},
        "region": set(regions),
        "status": {status.value for status in Status},
        "employment": set(EMPLOYMENTS),
        "sort": {*SORTS, *(f"-{name}" for name in SORTS)},
    }
    chosen: dict[str, str] = {} if asked.misread else dict(asked.said)
    misread = [
        *query_strings.describe_misread(params, (*names, *OTHER_NAMES)),
        *asked.misread,
    ]
    for name in names:
        if name in moments.NAMES:
            continue
        value = params.get(name, "").strip()
        if not value:
            continue
        if _understood(name, value, allowed):
            chosen[name] = value
        else:
            misread.append(query_strings.describe_unknown_value(name, value))
    return PeopleFilters(**chosen, misread=tuple(dict.fromkeys(misread)))


def _understood(name: str, value: str, allowed: Mapping[str, set[str]]) -> bool:
    if len(value) > LONGEST or "\0" in value:
        return False
    if name == "ends":
        return value.isascii() and value.isdigit() and int(value) <= MOST_DAYS
    return name not in allowed or value in allowed[name]


def choose_certification(
    filters: PeopleFilters, programmes: Sequence[CertificationPolicy]
) -> CertificationPolicy | None:
    """The certification whose status is shown: the one asked for, else the first that still runs."""
    named = [programme for programme in programmes if programme.code == filters.certification]
    running = [programme for programme in programmes if programme.retired_at is None]
    return next(iter([*named, *running, *programmes]), None)


def filter_people(
    filters: PeopleFilters,
    within: PersonQuerySet,
    programme: CertificationPolicy | None,
    *,
    asked: AskedMoment,
) -> QuerySet[User]:
    """The people of `within` who match; with a programme each has `status`, `valid_through`, `expires_at` and more.

    Nobody matches filters that were not understood.
    """
    at, found = asked.at, narrow_people(filters, within, asked=asked)
    if programme is None:
        return found.annotate(until=Value(FAR, DateTimeField()))
    known_at = asked.known_at if asked.known_day else None
    return _of_status(filters, with_status(found, programme, at=at, known_at=known_at), at)


def narrow_people(
    filters: PeopleFilters, within: PersonQuerySet, *, asked: AskedMoment
) -> PersonQuerySet:
    """The people of `within` who match what is chosen about them, whatever their status."""
    found = _of_employment(filters.employment, _known_people(within, asked), asked)
    if filters.misread:
        found = found.none()
    if filters.q:
        found = found.named(filters.q)
    if filters.region:
        found = found.filter(region__code=filters.region)
    if filters.team:
        found = found.filter(
            Q(team__code__iexact=filters.team) | Q(team__name__icontains=filters.team)
        )
    return found


def _known_people(within: PersonQuerySet, asked: AskedMoment) -> PersonQuerySet:
    """Without the people about whom nothing had been recorded by then."""
    if not asked.known_day:
        return within
    told = EmploymentEvent.objects.filter(person=OuterRef("pk"))
    early = told.filter(recorded_at__lte=asked.known_at)
    return within.filter(Exists(early) | ~Exists(told))


def _of_employment(employment: str, within: PersonQuerySet, asked: AskedMoment) -> PersonQuerySet:
    """For now by what the rows of people say, for any other moment by the facts."""
    at = asked.at
    if not asked.is_now:
        return filter_by_employment(employment, within, at=at, known_at=asked.known_at)
    if employment == "left":
        return within.filter(left_at__lte=at)
    if employment == "all":
        return within
    here = within.filter(Q(left_at__isnull=True) | Q(left_at__gt=at))
    return here.filter(kind=PersonKind.CONTRACTOR) if employment == "contractor" else here


def _of_status(filters: PeopleFilters, found: QuerySet[Any], at: datetime) -> QuerySet[User]:
    found = found.annotate(until=Coalesce("expires_at", Value(FAR, DateTimeField())))
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.ends:
        soon = at + timedelta(days=int(filters.ends))
        found = found.filter(status__in=[s.value for s in HOLDING], expires_at__lte=soon)
    return found


def saved_views(filters: PeopleFilters) -> list[tuple[str | Promise, str, bool]]:
    """The saved views: label, query string, and whether the view is the current one."""
    at, known_at = filters.at, filters.known_at
    plain = PeopleFilters(certification=filters.certification, at=at, known_at=known_at)
    saved = (
        (_("All"), plain),
        (_("Ends in 30 days"), replace(plain, ends="30", sort="until")),
        (status_labels.status_label(Status.LAPSED), replace(plain, status=Status.LAPSED.value)),
        (status_labels.status_label(Status.OVERDUE), replace(plain, status=Status.OVERDUE.value)),
        (_("Never started"), replace(plain, status=Status.ASSIGNED.value)),
    )
    return [(text, view.address(), view == filters) for text, view in saved]

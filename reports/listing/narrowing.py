"""From the filters of a list to its people: who fits, among those whom a reader may see.

What is asked about a person comes first and costs no status; only then is everybody judged who is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import query_strings
from accounts.models import Absence, EmploymentEvent, PersonKind, Team, User
from accounts.querysets import PersonQuerySet
from certificates.models import Award, Hold, Waiver
from certificates.rules.dates import start_of_day
from certificates.rules.standings import COMPLIANT, HOLDING, Status
from channels.models import Channel, PostingPermission
from courses.models import Assignment
from reports.console.moments import AskedMoment
from reports.console.sql_employment import filter_by_employment, filter_left_since
from reports.filters import FAR, PeopleFilters
from reports.listing import trees
from reports.listing.changes import changed_since
from reports.listing.policies import CertificationPolicy
from reports.sql_standings import with_status

# Assignments that were closed to give more time (`certificates.acts.extensions`).
EXTENDED = "extended"


def refuse_unknown_names(filters: PeopleFilters, within: PersonQuerySet) -> PeopleFilters:
    """The filters, misread where they name a team, a manager or a channel that there is not. A query for each named.

    A manager whom the reader may not see is as unknown as one who does not exist.
    """
    known: dict[str, Callable[[str], bool]] = {
        "unit": lambda code: Team.objects.filter(code__iexact=code).exists(),
        "manager": lambda hr_id: within.filter(hr_id__iexact=hr_id).exists(),
        "channel": lambda code: Channel.objects.filter(code__iexact=code).exists(),
    }
    unknown = [
        query_strings.describe_unknown_value(name, value)
        for name, exists in known.items()
        if (value := getattr(filters, name)) and not exists(value)
    ]
    return replace(filters, misread=(*filters.misread, *unknown)) if unknown else filters


def filter_people(
    filters: PeopleFilters,
    within: PersonQuerySet,
    programme: CertificationPolicy | None,
    *,
    asked: AskedMoment,
) -> QuerySet[User]:
    """The people of `within` who match; with a programme each has `status`, `valid_through`, `expires_at` and more.

    Nobody matches filters that were not understood, or that ask for a status where there is no certification.
    """
    at, found = asked.at, narrow_people(filters, within, programme, asked=asked)
    if programme is None:
        found = found.none() if filters.asks_status else found
        return found.annotate(until=Value(FAR, DateTimeField()))
    known_at = _known_at(asked)
    return _of_status(filters, with_status(found, programme, at=at, known_at=known_at), at)


def narrow_people(
    filters: PeopleFilters,
    within: PersonQuerySet,
    programme: CertificationPolicy | None,
    *,
    asked: AskedMoment,
) -> PersonQuerySet:
    """The people of `within` who match what is chosen about them, whatever their status."""
    found = _of_employment(filters, _known_people(within, asked), asked)
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
    found = _of_place(filters, found)
    found = _of_channel(filters, found, asked)
    found = _of_programme(filters, found, programme, asked)
    if filters.changed_since:
        found = changed_since(found, _begin(filters.changed_since), asked)
    return found


def _known_at(asked: AskedMoment) -> datetime | None:
    return asked.known_at if asked.known_day else None


def _begin(day: str) -> datetime:
    """The first instant of the day in the reader's zone."""
    return start_of_day(date.fromisoformat(day), timezone.get_current_timezone_name())


def _known_people(within: PersonQuerySet, asked: AskedMoment) -> PersonQuerySet:
    """Without the people about whom nothing had been recorded by then."""
    if not asked.known_day:
        return within
    told = EmploymentEvent.objects.filter(person=OuterRef("pk"))
    early = told.filter(recorded_at__lte=asked.known_at)
    return within.filter(Exists(early) | ~Exists(told))


def _of_employment(
    filters: PeopleFilters, within: PersonQuerySet, asked: AskedMoment
) -> PersonQuerySet:
    """For now by what the rows of people say, for any other moment by the facts."""
    found = within
    if filters.employment == "leave":
        away = Absence.objects.current(asked.at, _known_at(asked)).filter(person=OuterRef("pk"))
        found = within.filter(Exists(away))
    employment = "employed" if filters.employment == "leave" else filters.employment
    since = _begin(filters.left_since) if filters.left_since else None
    if asked.is_now:
        found = _employed_now(employment, found, asked.at)
        return found if since is None else found.filter(left_at__gte=since, left_at__lte=asked.at)
    told = {"at": asked.at, "known_at": asked.known_at}
    found = filter_by_employment(employment, found, **told)
    return found if since is None else filter_left_since(found, since, **told)


def _employed_now(employment: str, within: PersonQuerySet, at: datetime) -> PersonQuerySet:
    if employment == "left":
        return within.filter(left_at__lte=at)
    if employment == "all":
        return within
    here = within.filter(Q(left_at__isnull=True) | Q(left_at__gt=at))
    return here.filter(kind=PersonKind.CONTRACTOR) if employment == "contractor" else here


def _of_place(filters: PeopleFilters, found: PersonQuerySet) -> PersonQuerySet:
    """Where they work, as what and under whom: what the rows say today."""
    if filters.country:
        found = found.filter(country=filters.country.upper())
    if filters.site:
        found = found.filter(site__icontains=filters.site)
    if filters.job:
        found = found.filter(Q(job_code__iexact=filters.job) | Q(job_title__icontains=filters.job))
    if filters.unit:
        found = found.filter(team__in=trees.teams_below(filters.unit))
    if filters.manager:
        found = found.filter(pk__in=trees.people_below(filters.manager))
    return found


def _of_channel(
    filters: PeopleFilters, found: PersonQuerySet, asked: AskedMoment
) -> PersonQuerySet:
    """Those with a role on the channel, or with this role somewhere."""
    if not filters.asks_role:
        return found
    held = PostingPermission.objects.current(asked.at, _known_at(asked))
    held = held.filter(person=OuterRef("pk"))
    if filters.channel:
        held = held.filter(channel__code__iexact=filters.channel)
    if filters.role:
        held = held.filter(role=filters.role)
    return found.filter(Exists(held))


def _of_programme(
    filters: PeopleFilters,
    found: PersonQuerySet,
    programme: CertificationPolicy | None,
    asked: AskedMoment,
) -> PersonQuerySet:
    """Those of whom the certification's courses are asked by a day, or about whom there is an exception."""
    if not filters.asks_programme:
        return found
    if programme is None:
        return found.none()
    at, known_at, whose = asked.at, _known_at(asked), {"person": OuterRef("pk")}
    due = Assignment.objects.current(at, known_at).filter(course__in=programme.course_ids, **whose)
    if filters.due_before:
        found = found.filter(Exists(due.filter(due_on__lt=filters.due_before)))
    if filters.exception == "extension":
        before = Assignment.objects.ended(at).filter(
            person=OuterRef("person"),
            course=OuterRef("course"),
            assigned_at=OuterRef("assigned_at"),
            closed_why=EXTENDED,
        )
        found = found.filter(Exists(due.filter(Exists(before))))
    if filters.exception == "waiver":
        waived = Waiver.objects.current(at, known_at).filter(certification=programme.id, **whose)
        found = found.filter(Exists(waived))
    if filters.exception == "hold":
        held = Hold.objects.current(at, known_at).filter(**whose)
        wide = Q(certification=programme.id) | Q(certification=None)
        found = found.filter(Exists(held.filter(wide)))
    return found


def _of_status(filters: PeopleFilters, found: QuerySet[Any], at: datetime) -> QuerySet[User]:
    found = found.annotate(until=Coalesce("expires_at", Value(FAR, DateTimeField())))
    if filters.status:
        found = found.filter(status__in=filters.statuses)
    if filters.compliant:
        fulfilled = [status.value for status in COMPLIANT]
        found = (
            found.filter(status__in=fulfilled)
            if filters.compliant == "yes"
            else found.exclude(status__in=[*fulfilled, Status.NOT_REQUIRED.value])
        )
    if filters.ends:
        soon = at + timedelta(days=int(filters.ends))
        found = found.filter(status__in=[s.value for s in HOLDING], expires_at__lte=soon)
    return _of_award(filters, found)


def _of_award(filters: PeopleFilters, found: QuerySet[Any]) -> QuerySet[User]:
    """Those whose newest certificate is like this, whether or not it still counts."""
    like: dict[str, object] = {}
    if filters.release:
        like["release__number"] = int(filters.release.lstrip("v"))
    if filters.locale:
        like["locale"] = filters.locale
    if filters.exception == "equivalence":
        like["basis"] = "equivalence"
    return (
        found.filter(Exists(Award.objects.filter(pk=OuterRef("award"), **like))) if like else found
    )

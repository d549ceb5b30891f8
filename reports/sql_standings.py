"""`certificates.rules.standing` in SQL, for lists: the database computes everybody's status at one moment.

With `known_at` by what had been recorded until then, else by everything. A test compares the two readings
(tests/reports/test_standings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import caches
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression

from accounts.models import User
from certificates.facts.gathering import CertificationTerms, certification_terms
from certificates.models import Award, AwardEvent, Certification, Hold, Waiver
from certificates.rules.dates import end_of_day, window_opens
from certificates.rules.standings import Status
from courses.models import Assignment, Enrolment, VersionFloor
from reports.console.moments import AskedMoment

TERMS_KEPT = 24 * 60 * 60
# Field of CertificationPolicy: column of the certification.
POLICY_FIELDS = {
    name: name for name in ("id", "code", "title", "policy_tz", "window_days", "retired_at")
} | {"grace_days": "posting_grace_days"}


@dataclass(frozen=True, slots=True)
class FloorTerms:
    course_id: int
    number: int
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class CertificationPolicy:
    """A certification with the terms, courses and floors that its statuses depend on."""

    id: int
    code: str
    title: str
    policy_tz: str
    window_days: int
    grace_days: int
    retired_at: datetime | None
    course_ids: frozenset[int]
    floors: tuple[FloorTerms, ...]

    @property
    def terms(self) -> tuple[str, int, int]:
        return self.policy_tz, self.window_days, self.grace_days


def certification_policies() -> list[CertificationPolicy]:
    """All certifications, by code, in one query."""
    found: dict[int, dict[str, Any]] = {}
    rows = Certification.objects.order_by("code").values_list(
        *POLICY_FIELDS.values(),
        *("requirements__course_id", "requirements__course__floors__release__number"),
        "requirements__course__floors__effective_at",
    )
    for *values, course, number, effective_at in rows:
        own = dict(zip(POLICY_FIELDS, values, strict=True))
        parts = found.setdefault(own["id"], {"own": own, "courses": set(), "floors": set()})
        if course is not None:
            parts["courses"].add(course)
        if number is not None:
            parts["floors"].add(FloorTerms(course, number, effective_at))
    return [
        CertificationPolicy(
            **parts["own"],
            course_ids=frozenset(parts["courses"]),
            floors=tuple(parts["floors"]),
        )
        for parts in found.values()
    ]


def read_policies(asked: AskedMoment) -> list[CertificationPolicy]:
    """The certifications as the days asked about want them: one query for today, else three."""
    return certification_policies() if asked.is_now else policies_as_known(asked.at, asked.known_at)


def policies_as_known(at: datetime, known_at: datetime) -> list[CertificationPolicy]:
    """The certifications as they were at `at`, by what had been recorded by `known_at`. Three queries."""
    now = {policy.id: policy for policy in certification_policies()}
    terms = certification_terms()
    courses = {course for one in terms for course in one.courses_ever}
    known = VersionFloor.objects.filter(course__in=courses, recorded_at__lte=known_at)
    floors = [
        FloorTerms(*row)
        for row in known.values_list("course_id", "release__number", "effective_at")
    ]
    return [_policy_then(now[one.id], one, floors, (at, known_at)) for one in terms]


def _policy_then(
    policy: CertificationPolicy,
    terms: CertificationTerms,
    floors: list[FloorTerms],
    asked: tuple[datetime, datetime],
) -> CertificationPolicy:
    then = {fact: dated.value_at(*asked) for fact, dated in terms.dated.items()}
    courses = then.get("courses", policy.course_ids)
    return replace(
        policy,
        title=then.get("certification_title", policy.title),
        policy_tz=then.get("policy_tz", policy.policy_tz),
        retired_at=then.get("retired_at", policy.retired_at),
        course_ids=courses,
        floors=tuple(floor for floor in floors if floor.course_id in courses),
    )


def with_status(
    people: QuerySet[User],
    programme: CertificationPolicy,
    *,
    at: datetime,
    known_at: datetime | None = None,
) -> QuerySet[User]:
    """`people` with `award`, `status`, `award_number`, `valid_through` and `expires_at` in the programme.

    For an earlier `known_at` the programme is one of `policies_as_known`.
    """
    chosen = Award.objects.filter(pk=OuterRef("award"))
    word = _award_status(programme, at, known_at)
    return people.annotate(
        award=_newest(programme, at, known_at),
        award_status=Subquery(chosen.annotate(word=word).values("word")),
        award_number=Subquery(chosen.values("number")),
        valid_through=Subquery(chosen.values("valid_through")),
        expires_at=Subquery(chosen.values("expires_at")),
    ).annotate(status=_status(programme, at, known_at))


def _known(rows: QuerySet[Any], known_at: datetime | None) -> QuerySet[Any]:
    return rows if known_at is None else rows.filter(recorded_at__lte=known_at)


def _newest(programme: CertificationPolicy, at: datetime, known_at: datetime | None) -> Subquery:
    """The award that decides the status: the last one begun that was not superseded, else the last one begun."""
    replaced = _known(
        AwardEvent.objects.filter(
            award=OuterRef("pk"), kind=AwardEvent.Kind.SUPERSEDED, effective_at__lte=at
        ),
        known_at,
    )
    begun = _known(Award.objects.alias(programme=_unindexed("certification_id")), known_at).filter(
        recipient=OuterRef("pk"), programme=programme.id, valid_from__lte=at
    )
    ordered = begun.annotate(replaced=Exists(replaced)).order_by("replaced", "-valid_from", "-id")
    return Subquery(ordered.values("pk")[:1])


def _award_status(programme: CertificationPolicy, at: datetime, known_at: datetime | None) -> Case:
    """The status by the award alone; an empty text when the award no longer counts."""
    in_force = [floor for floor in programme.floors if floor.effective_at <= at]
    replaced = _known(
        AwardEvent.objects.filter(
            award=OuterRef("pk"), kind=AwardEvent.Kind.SUPERSEDED, effective_at__lte=at
        ),
        known_at,
    )
    opened, grace_over = Q(pk__in=[]), Q(pk__in=[])
    for zone, window, grace in _all_terms(programme):
        last = last_opened_day(zone, window, at)
        opened |= Q(policy_tz=zone, window_days=window, valid_through__lte=last)
        gone = (
            Q(expires_at__lte=at)
            if not grace
            else Q(valid_through__lte=last_gone_day(zone, grace, at))
        )
        grace_over |= Q(policy_tz=zone, grace_days=grace) & gone
    return Case(
        When(_revoked(at, known_at), then=Value(Status.REVOKED.value)),
        When(grace_over | Exists(replaced) | _unmet(in_force), then=Value("")),
        When(expires_at__lte=at, then=Value(Status.GRACE.value)),
        When(_unmet(programme.floors), then=Value(Status.UPDATE_DUE.value)),
        When(opened, then=Value(Status.EXPIRING.value)),
        default=Value(Status.CERTIFIED.value),
        output_field=CharField(),
    )


def _status(programme: CertificationPolicy, at: datetime, known_at: datetime | None) -> Case:
    hold = Hold.objects.current(at, known_at).filter(person=OuterRef("pk"))
    held = hold.filter(Q(certification=programme.id) | Q(certification=None))
    waivers = Waiver.objects.alias(programme=_unindexed("certification_id")).current(at, known_at)
    waiver = waivers.filter(person=OuterRef("pk"), programme=programme.id)
    asked = {"person": OuterRef("pk"), "asked__in": programme.course_ids}
    given = Assignment.objects.alias(asked=_unindexed("course_id")).current(at, known_at)
    due = given.filter(**asked)
    # What somebody does counts as known from the moment they do it.
    begun = Enrolment.objects.begun(at if known_at is None else min(at, known_at))
    work = begun.unended(at, known_at).alias(asked=_unindexed("course_id")).filter(**asked)
    today = at.astimezone(ZoneInfo(programme.policy_tz)).date()
    words = [
        When(Exists(held), then=Value(Status.SUSPENDED.value)),
        When(award_status__gt="", then=F("award_status")),
        When(Exists(waiver), then=Value(Status.EXEMPT.value)),
    ]
    if programme.retired_at is None or programme.retired_at > at:
        words += [
            When(award__isnull=False, then=Value(Status.LAPSED.value)),
            When(Exists(due.filter(due_on__lt=today)), then=Value(Status.OVERDUE.value)),
            When(Exists(work), then=Value(Status.IN_PROGRESS.value)),
            When(Exists(due), then=Value(Status.ASSIGNED.value)),
        ]
    return Case(*words, default=Value(Status.NOT_REQUIRED.value), output_field=CharField())


def _unindexed(name: str) -> CombinedExpression:
    """The column as an expression, so that SQLite, which has no statistics of a new database, uses the index on
    the person and not the one on the certification or course that nearly all rows share."""
    return F(name) + 0


def _revoked(at: datetime, known_at: datetime | None) -> Exists:
    """A revocation counts that no later-recorded reinstatement has ended."""
    events = _known(AwardEvent.objects.all(), known_at)
    undone = events.filter(
        award=OuterRef("award"),
        kind=AwardEvent.Kind.REINSTATED,
        recorded_at__gte=OuterRef("recorded_at"),
        id__gt=OuterRef("id"),
        effective_at__lte=at,
    )
    return Exists(
        events.filter(
            ~Exists(undone),
            award=OuterRef("pk"),
            kind=AwardEvent.Kind.REVOKED,
            effective_at__lte=at,
        )
    )


class EarnedRelease(Func):
    """The release number under a course's id in `releases`. Django would read a numeric key as a list index."""

    output_field = IntegerField()

    def __init__(self, course_id: int) -> None:
        super().__init__(F("releases"))
        self.course_id = int(course_id)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        template = f"JSON_EXTRACT(%(expressions)s, '$.\"{self.course_id}\"')"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        template = f"(%(expressions)s ->> '{self.course_id}')::integer"
        return self.as_sql(compiler, connection, template=template)


def _unmet(floors: tuple[FloorTerms, ...] | list[FloorTerms]) -> Q:
    """The award was earned on an older release than one of the floors asks for."""
    unmet = Q(pk__in=[])
    for floor in floors:
        own = Case(
            When(release__course=floor.course_id, then=F("release__number")),
            output_field=IntegerField(),
        )
        earned = Func(
            EarnedRelease(floor.course_id), own, function="COALESCE", output_field=IntegerField()
        )
        unmet |= Q(_IsBelow(earned, floor.number))
    return unmet


class _IsBelow(Func):
    """`number < limit` as a condition; nothing is below where there is no number."""

    arity = 2
    template = "COALESCE(%(expressions)s, FALSE)"
    arg_joiner = " < "

    def __init__(self, number: Any, limit: int) -> None:
        super().__init__(number, Value(limit), output_field=BooleanField())


def _all_terms(programme: CertificationPolicy) -> Iterator[tuple[str, int, int]]:
    """The (zone, window, grace) terms of all awards ever issued: present terms are fresh, others cached a day."""
    key = f"terms:{programme.id}:{hash(programme.terms)}"
    kept = caches["pages"].get(key)
    if kept is None:
        awards = Award.objects.filter(certification=programme.id).order_by()
        kept = set(awards.values_list("policy_tz", "window_days", "grace_days").distinct())
        caches["pages"].set(key, kept, TERMS_KEPT)
    yield from {programme.terms, *kept}


def last_opened_day(zone: str, window_days: int, at: datetime) -> date:
    """The last `valid_through` whose renewal window has opened at `at`."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=window_days + 2)
    while window_opens(day, window_days, zone) > at:
        day -= timedelta(days=1)
    return day


def last_gone_day(zone: str, grace_days: int, at: datetime) -> date:
    """The last `valid_through` whose grace is over at `at`."""
    day = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=grace_days - 1)
    while end_of_day(day + timedelta(days=grace_days), zone) > at:
        day -= timedelta(days=1)
    return day

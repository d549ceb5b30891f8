"""`certificates.rules.standing` in SQL, for lists: the database computes everybody's status at one moment.

With `known_at` by what had been recorded until then, else by everything. A test compares the two readings
(tests/reports/test_standings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import caches
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
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
from certificates.models import Award, AwardEvent, Hold, Waiver
from certificates.rules.dates import end_of_day, last_day_before, window_opens
from certificates.rules.standings import Status
from courses.models import Assignment, Enrolment
from reports.listing.policies import CertificationPolicy, FloorTerms

TERMS_KEPT = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class StatusPolicy:
    """What the statuses of a programme come down to at one moment: in the SQL only the moment itself is left to vary.

    `opened`: for each zone and window the last `valid_through` whose renewal has opened; `gone`: for each zone and
    number of days of grace the last one whose grace is over.
    """

    programme: int
    course_ids: frozenset[int]
    floors: tuple[FloorTerms, ...]
    floors_in_force: tuple[FloorTerms, ...]
    opened: frozenset[tuple[str, int, date]]
    gone: frozenset[tuple[str, int, date]]
    is_retired: bool
    today: date


def read_terms(programme: CertificationPolicy, at: datetime) -> StatusPolicy:
    """The terms at `at`. A query once a day for those that awards were issued with."""
    ever = set(_all_terms(programme))
    return StatusPolicy(
        programme=programme.id,
        course_ids=programme.course_ids,
        floors=programme.floors,
        floors_in_force=tuple(floor for floor in programme.floors if floor.effective_at <= at),
        opened=frozenset(
            (zone, window, last_opened_day(zone, window, at)) for zone, window, _grace in ever
        ),
        gone=frozenset((zone, grace, last_gone_day(zone, grace, at)) for zone, _w, grace in ever),
        is_retired=programme.retired_at is not None and programme.retired_at <= at,
        today=at.astimezone(ZoneInfo(programme.policy_tz)).date(),
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
    return annotate_status(people, read_terms(programme, at), at, known_at)


def annotate_status(
    people: QuerySet[User], terms: StatusPolicy, at: datetime, known_at: datetime | None
) -> QuerySet[User]:
    """As `with_status`; nothing but `at` and `known_at` differs in the SQL for the same terms."""
    chosen = Award.objects.filter(pk=OuterRef("award"))
    word = _award_status(terms, at, known_at)
    return people.annotate(
        award=_newest(terms, at, known_at),
        award_status=Subquery(chosen.annotate(word=word).values("word")),
        award_number=Subquery(chosen.values("number")),
        valid_through=Subquery(chosen.values("valid_through")),
        expires_at=Subquery(chosen.values("expires_at")),
    ).annotate(status=_status(terms, at, known_at))


def _known(rows: QuerySet[Any], known_at: datetime | None) -> QuerySet[Any]:
    return rows if known_at is None else rows.filter(recorded_at__lte=known_at)


def _newest(terms: StatusPolicy, at: datetime, known_at: datetime | None) -> Subquery:
    """The award that decides the status: the last one begun that was not superseded, else the last one begun."""
    replaced = _known(
        AwardEvent.objects.filter(
            award=OuterRef("pk"), kind=AwardEvent.Kind.SUPERSEDED, effective_at__lte=at
        ),
        known_at,
    )
    begun = _known(Award.objects.alias(programme=_unindexed("certification_id")), known_at).filter(
        recipient=OuterRef("pk"), programme=terms.programme, valid_from__lte=at
    )
    ordered = begun.annotate(replaced=Exists(replaced)).order_by("replaced", "-valid_from", "-id")
    return Subquery(ordered.values("pk")[:1])


def _award_status(terms: StatusPolicy, at: datetime, known_at: datetime | None) -> Case:
    """The status by the award alone; an empty text when the award no longer counts."""
    replaced = _known(
        AwardEvent.objects.filter(
            award=OuterRef("pk"), kind=AwardEvent.Kind.SUPERSEDED, effective_at__lte=at
        ),
        known_at,
    )
    opened, grace_over = Q(pk__in=[]), Q(pk__in=[])
    for zone, window, last in sorted(terms.opened):
        opened |= Q(policy_tz=zone, window_days=window, valid_through__lte=last)
    for zone, grace, last in sorted(terms.gone):
        over = Q(valid_through__lte=last) if grace else Q(expires_at__lte=at)
        grace_over |= Q(policy_tz=zone, grace_days=grace) & over
    return Case(
        When(_revoked(at, known_at), then=Value(Status.REVOKED.value)),
        When(grace_over | Exists(replaced) | _unmet(terms.floors_in_force), then=Value("")),
        When(expires_at__lte=at, then=Value(Status.GRACE.value)),
        When(opened, then=Value(Status.EXPIRING.value)),
        When(_unmet(terms.floors), then=Value(Status.UPDATE_DUE.value)),
        default=Value(Status.CERTIFIED.value),
        output_field=CharField(),
    )


def floor_through(terms: StatusPolicy) -> Subquery:
    """The last day, in the zone of the award, before the first floor that its version does not reach; None without."""
    zones = sorted({zone for zone, _window, _grace in terms.opened})
    days = [
        When(
            _unmet([floor]) & Q(policy_tz=zone),
            then=Value(last_day_before(floor.effective_at, zone)),
        )
        for floor in sorted(terms.floors, key=lambda floor: floor.effective_at)
        for zone in zones
    ]
    found = Award.objects.filter(pk=OuterRef("award"))
    told = Case(*days, default=Value(None), output_field=DateField())
    return Subquery(found.annotate(floor_day=told).values("floor_day"))


def _status(terms: StatusPolicy, at: datetime, known_at: datetime | None) -> Case:
    hold = Hold.objects.current(at, known_at).filter(person=OuterRef("pk"))
    held = hold.filter(Q(certification=terms.programme) | Q(certification=None))
    waivers = Waiver.objects.alias(programme=_unindexed("certification_id")).current(at, known_at)
    waiver = waivers.filter(person=OuterRef("pk"), programme=terms.programme)
    asked = {"person": OuterRef("pk"), "asked__in": sorted(terms.course_ids)}
    given = Assignment.objects.alias(asked=_unindexed("course_id")).current(at, known_at)
    due = given.filter(**asked)
    begun = Enrolment.objects.begun(at)
    if known_at is not None:
        # What somebody does counts as known from the moment they do it.
        begun = begun.begun(known_at)
    work = begun.unended(at, known_at).alias(asked=_unindexed("course_id")).filter(**asked)
    words = [
        When(Exists(held), then=Value(Status.SUSPENDED.value)),
        When(award_status__gt="", then=F("award_status")),
        When(Exists(waiver), then=Value(Status.EXEMPT.value)),
    ]
    if not terms.is_retired:
        words += [
            When(award__isnull=False, then=Value(Status.LAPSED.value)),
            When(Exists(due.filter(due_on__lt=terms.today)), then=Value(Status.OVERDUE.value)),
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

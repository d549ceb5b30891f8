"""The status computed in SQL equals the status of the rules for everybody."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from django.core.cache import caches

import pytest

from accounts.models import User
from certificates.acts.programmes import record_changes
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Certification, Hold, Waiver
from certificates.rules.standings import Standing, standing
from courses.models import Assignment, CourseRelease, Enrolment, VersionFloor
from reports import sql_standings
from reports.listing import people, policies
from reports.listing.columns import FurtherPaths
from tests.conftest import NOW
from tests.factories.people import make_person
from tests.reports.makers import happen, make_award, make_certification

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)
EVER = datetime.max.replace(tzinfo=UTC)
ZONES = ("Europe/Helsinki", "Pacific/Kiritimati", "America/Santiago")


def some_day(chance: random.Random, *, around: datetime = NOW, spread: int = 3) -> datetime:
    return around + timedelta(hours=chance.randint(-24 * spread, 24 * spread))


def live(person: User, certification: Certification, chance: random.Random) -> None:
    """Give a person a random history of awards, holds, waivers and learning around NOW."""
    last = None
    for renewal in range(chance.choice([0, 0, 1, 1, 2])):
        around = NOW + chance.choice([-400, -3, 0, 3, 59, 60, 61, 300]) * DAY + renewal * DAY
        through = some_day(chance, around=around).date()
        ends_at = datetime.combine(through, time.min, tzinfo=UTC) - DAY
        award = make_award(
            person,
            certification,
            through=through,
            release=chance.choice([1, 2]),
            policy_tz=chance.choice(ZONES),
            window_days=chance.choice([30, 60]),
            grace_days=chance.choice([0, 0, 5]),
            valid_from=min(ends_at, some_day(chance, around=NOW - 30 * DAY, spread=31)),
        )
        if last and chance.random() < 0.7:
            happen(last, "superseded", award.valid_from)
        if chance.random() < 0.3:
            happen(award, "revoked", some_day(chance))
            if chance.random() < 0.5:
                happen(award, "reinstated", some_day(chance, around=NOW + DAY))
        last = award
    be_held_and_excused(person, certification, chance)
    learn(person, certification, chance)


def be_held_and_excused(person: User, certification: Certification, chance: random.Random) -> None:
    own = {"person": person, "actor": "system:test", "recorded_at": NOW - 9 * DAY}
    if chance.random() < 0.2:
        ended = chance.choice([None, some_day(chance)])
        Hold.objects.create(
            **own,
            certification=chance.choice([None, certification]),
            reason="r",
            starts_at=NOW - chance.randint(-1, 5) * DAY,
            ended_at=ended,
            end_recorded_at=ended and NOW - DAY,
        )
    if chance.random() < 0.3:
        starts_at = NOW - 5 * DAY
        Waiver.objects.create(
            **own,
            certification=certification,
            starts_at=starts_at,
            until=some_day(chance, around=NOW + DAY),
            reason="r",
        )


def learn(person: User, certification: Certification, chance: random.Random) -> None:
    course = certification.requirements.get().course
    if chance.random() < 0.6:
        Assignment.objects.create(
            person=person,
            actor="system:test",
            recorded_at=NOW - 9 * DAY,
            course=course,
            assigned_at=NOW - 8 * DAY,
            due_on=chance.choice([None, some_day(chance).date()]),
            reason="r",
            closed_at=chance.choice([None, None, some_day(chance)]),
        )
    if chance.random() < 0.4:
        Enrolment.objects.create(
            person=person,
            course=course,
            started_at=some_day(chance),
            closed_at=chance.choice([None, NOW + 5 * DAY, NOW - 4 * DAY]),
        )


def by_rules(
    certification: Certification, at: datetime, known_at: datetime | None = None
) -> dict[int, Standing]:
    facts = gather_certification_facts(
        User.objects.values_list("pk", flat=True), [certification.pk]
    )
    return {
        person: standing(known, at=at, known_at=known_at or EVER)
        for (person, _), known in facts.items()
    }


def listed_through(
    programme: policies.CertificationPolicy, at: datetime, known_at: datetime | None = None
) -> dict[int, date | None]:
    """Until when the list of people says that the certificate of each counts."""
    keys = list(User.objects.people().values_list("pk", flat=True))
    terms = sql_standings.read_terms(programme, at)
    rows = people.query_rows(keys, terms, at, known_at, FurtherPaths())
    return {row.pk: row.counts_through for row in (people.ListedPerson(*row) for row in rows)}


@pytest.mark.parametrize("seed", range(4))
def test_sql_status_agrees_with_rules(db, seed):
    caches["pages"].clear()
    chance = random.Random(seed)
    certification = make_certification(retired_at=NOW + DAY if seed == 3 else None)
    course = certification.requirements.get().course
    for _floor in range(chance.choice([0, 1, 1])):
        VersionFloor.objects.create(
            course=course,
            release=CourseRelease.objects.get(course=course, number=2),
            effective_at=some_day(chance),
            recorded_at=NOW - 9 * DAY,
            actor="system:test",
        )
    for _person in range(80):
        live(make_person(), certification, chance)
    seen: Counter[str] = Counter()
    for hours in (-30, 0, 13, 30):
        at = NOW + timedelta(hours=hours)
        [programme] = policies.certification_policies()
        listed = sql_standings.with_status(User.objects.people(), programme, at=at)
        statuses = dict(listed.values_list("pk", "status"))
        ruled = by_rules(certification, at)
        assert statuses == {pk: one.status for pk, one in ruled.items()}
        assert listed_through(programme, at) == {
            pk: one.counts_through for pk, one in ruled.items()
        }
        seen.update(statuses.values())
    assert len(seen) > 8


@pytest.mark.parametrize("seed", range(3))
def test_sql_status_agrees_with_rules_about_what_was_known(db, seed):
    """What happened is recorded at its moment or days later, and the certification itself has changed."""
    caches["pages"].clear()
    chance = random.Random(seed)
    certification = make_certification()
    course = certification.requirements.get().course
    with record_changes(certification.pk, actor="system:test", at=NOW - DAY):
        certification.policy_tz = "America/Santiago"
        certification.retired_at = NOW - DAY if seed == 2 else None
        certification.save()
    VersionFloor.objects.create(
        course=course,
        release=CourseRelease.objects.get(course=course, number=2),
        effective_at=NOW - 2 * DAY,
        recorded_at=NOW - DAY,
        actor="system:test",
    )
    for _person in range(60):
        live(make_person(), certification, chance)
    seen: Counter[str] = Counter()
    for hours, known_hours in ((-30, -30), (0, -20), (0, 20), (30, -100), (-60, 0), (13, 13)):
        at, known_at = NOW + timedelta(hours=hours), NOW + timedelta(hours=known_hours)
        [programme] = policies.policies_as_known(at, known_at)
        everybody = User.objects.people()
        listed = sql_standings.with_status(everybody, programme, at=at, known_at=known_at)
        statuses = dict(listed.values_list("pk", "status"))
        ruled = by_rules(certification, at, known_at)
        assert statuses == {pk: one.status for pk, one in ruled.items()}
        through = {pk: one.counts_through for pk, one in ruled.items()}
        assert listed_through(programme, at, known_at) == through
        seen.update(statuses.values())
    assert len(seen) > 6

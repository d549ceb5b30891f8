"""The status table that PostgreSQL writes by itself equals, cell by cell, the one that is folded by the rules."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from django.db import connection

import pytest

from accounts.models import EmploymentEvent, User
from certificates.acts.programmes import record_changes
from certificates.models import AwardEvent, Certification
from courses.models import CourseRelease, VersionFloor
from reports import exports
from reports.exporting import sql_rows
from reports.exporting.profiles import PROFILES
from reports.exporting.writers import write_rows
from reports.listing.policies import certification_policies
from reports.status_columns import NAMES
from reports.status_rows import StatusQuery, read_status_rows
from tests.conftest import NOW
from tests.factories.certificates import make_passed_attempt
from tests.factories.channels import make_channel, make_permission
from tests.factories.people import make_person, make_region, make_team
from tests.reports.makers import make_award, make_certification
from tests.reports.test_standings import be_held_and_excused, learn, live, some_day

pytestmark = [
    pytest.mark.databases,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no COPY"),
]

DAY = timedelta(days=1)
# Moments and by what was known: now, the past as known now and then, and the future.
ASKED = ((0, 0), (-30, -30), (0, -20), (30, -100), (-60, 24), (40, 40), (-24 * 400, 0))
NAMES_TO_RUN = ("=1+1", "@sum", "'=1", "-3", "＋1", "Zoë, “Zo”", 'O"Hara\nLind', "plain")


def work(person: User, others: list[User], chance: random.Random) -> None:
    """Random facts of employment, which correct and follow each other; a manager who changes."""
    told = {"person": person, "actor": "system:test"}
    for _fact in range(chance.choice([0, 0, 1, 2])):
        what = chance.choice(["left", "returned", "moved", "contract", "manager"])
        at = some_day(chance, spread=20)
        fields = {
            "moved": {"region": make_region("BR")},
            "contract": {"ends_at": chance.choice([None, at + 9 * DAY])},
            "manager": {"former": person.manager, "other": chance.choice([None, *others])},
        }.get(what, {})
        earlier = person.employment.filter(what=what).first()
        corrected = earlier.effective_at if earlier and chance.random() < 0.4 else None
        recorded = chance.choice([at, NOW - DAY, NOW])
        EmploymentEvent.objects.create(
            **told, what=what, effective_at=at, recorded_at=recorded, corrects=corrected, **fields
        )


def earn(person: User, certification: Certification, chance: random.Random) -> None:
    """A pass at some moment; an award that a second person corrected, which then never counted."""
    course = certification.requirements.get().course
    release = CourseRelease.objects.get(course=course, number=1)
    attempt = None
    if chance.random() < 0.4:
        at = some_day(chance) - timedelta(microseconds=chance.choice([0, 250_000]))
        attempt = make_passed_attempt(person, course, release, at=at)
    if chance.random() < 0.3:
        through = some_day(chance, around=NOW + chance.choice([-2, 2, 50, 200]) * DAY).date()
        proof = {"basis": "attempt", "attempt": attempt} if attempt else {}
        wrong = make_award(person, certification, through=through, **proof)
        AwardEvent.objects.create(
            award=wrong,
            kind="revoked",
            effective_at=wrong.valid_from,
            recorded_at=NOW - DAY,
            actor="system:test",
        )
        make_award(
            person, certification, through=through + 9 * DAY, recorded_at=NOW - DAY, release=2
        )


def make_organisation(chance: random.Random, size: int) -> None:
    core, extra = make_certification(), make_certification("EXTRA")
    with record_changes(core.pk, actor="system:test", at=NOW - DAY):
        core.policy_tz, core.title = "America/Havana", 'Channels, "old" and new'
        core.save()
    for certification, number, hours in ((core, 2, -20), (core, 2, 30), (extra, 2, 10)):
        course = certification.requirements.get().course
        VersionFloor.objects.create(
            course=course,
            release=CourseRelease.objects.get(course=course, number=number),
            effective_at=NOW + timedelta(hours=hours),
            recorded_at=NOW - 9 * DAY if hours < 0 else NOW - DAY,
            actor="system:test",
        )
    extra.retired_at = NOW + 35 * timedelta(hours=1)
    extra.save()
    channels = [make_channel(code) for code in ("ONE", "TWO")]
    people: list[User] = []
    for number in range(size):
        person = make_person(
            joined=chance.choice([NOW - 500 * DAY, NOW - DAY, NOW + 9 * DAY]),
            family_name=NAMES_TO_RUN[number % len(NAMES_TO_RUN)],
            team=chance.choice([None, make_team()]),
            manager=chance.choice([None, *people[:3]]),
        )
        work(person, people[:3], chance)
        live(person, core, chance)
        be_held_and_excused(person, extra, chance)
        learn(person, extra, chance)
        earn(person, chance.choice([core, extra]), chance)
        for channel in channels[: chance.choice([0, 0, 1, 2])]:
            make_permission(channel, person, days=chance.choice([-100, -1, 1]))
        people.append(person)


@pytest.mark.parametrize("seed", range(2))
def test_copied_status_table_equals_the_one_of_the_rules(db, seed):
    make_organisation(random.Random(seed), 50)
    seen: Counter[str] = Counter()
    for hours, known_hours in ASKED:
        question = StatusQuery(
            people=User.objects.people(),
            programmes=certification_policies(),
            as_of=NOW + timedelta(hours=hours),
            known_at=NOW + timedelta(hours=known_hours),
            scores=seed == 1,
        )
        rows, folded = list(sql_rows.read_sql_rows(question)), list(read_status_rows(question))
        assert len(rows) == len(folded)
        for row, rule in zip(rows, folded, strict=True):
            assert dict(zip(NAMES, row, strict=True)) == dict(zip(NAMES, rule, strict=True))
        seen.update(row[NAMES.index("status")] for row in rows)
    # All but waiting for a reviewer, which no recorded fact says.
    assert len(seen) == 12, seen


def test_copied_file_equals_the_written_one(db, monkeypatch):
    """To the byte, with its ends of lines, its quotes and its guards; and the same cells are noted as dangerous."""
    make_organisation(random.Random(7), 12)
    question = StatusQuery(User.objects.people(), certification_policies(), NOW, NOW)
    rows = list(read_status_rows(question))
    place = NAMES.index("family_name")
    for profile in (PROFILES["people"], PROFILES["machine"]):
        told = exports._Told()
        copied = b"".join(exports._make_pieces(profile, exports.status_table(question), told))
        assert copied == b"".join(write_rows(profile, rows, most=1_000))
        assert told.rows == len(rows)
        assert len(told.hits) == sum(row[place].startswith(("=", "@", "-", "＋")) for row in rows)
    monkeypatch.setattr(sql_rows, "SPARSE", -1)
    assert list(sql_rows.read_sql_rows(question)) == rows

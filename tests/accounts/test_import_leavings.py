"""Files that say who leaves, stays after all or is back, in any order: employment is what a naive model of it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import people
from accounts.importing.employment_plans import plan_status_events
from accounts.importing.known_people import KnownPerson, find_leaving
from accounts.importing.rows import PeopleRow
from accounts.models import EmploymentEvent, User
from accounts.rules import EmploymentFact, end_of_day, fold_employment, standing_facts, start_of_day
from channels.decisions import DecisionQuery, judge_queries
from home.operations.daily import STEPS
from tests.factories.channels import make_channel, make_poster
from tests.factories.hr_files import import_file, make_row, plan_file
from tests.factories.people import make_region

DAY = timedelta(days=1)
FIRST = date(2026, 11, 1)
T0 = datetime(2026, 11, 1, 12, tzinfo=UTC)
EVER = datetime(2099, 1, 1, tzinfo=UTC)

DAYS = st.integers(-8, 30)
SAYINGS = st.lists(
    st.one_of(
        st.tuples(st.just("left"), DAYS),
        st.tuples(st.just("active"), st.one_of(st.none(), DAYS)),
    ),
    min_size=1,
    max_size=7,
)


@dataclass
class NaiveJob:
    """Spells of employment as somebody without events would keep them: [start, end)."""

    spells: list[tuple[datetime, datetime | None]]

    def leave(self, end: datetime) -> None:
        begun = [spell for spell in self.spells if spell[0] <= end] or [(end, end)]
        self.spells = [*begun[:-1], (begun[-1][0], end)]

    def be_active(self, start: datetime | None, now: datetime) -> None:
        begun, end = self.spells[-1]
        if end is None:
            return
        if end > now:
            self.spells[-1] = (begun, None)
        else:
            self.spells.append((start if start and start > end else now, None))

    def employs(self, at: datetime) -> bool:
        return any(start <= at and (end is None or at < end) for start, end in self.spells)


@dataclass
class Records:
    """The facts that the same sayings make."""

    facts: list[EmploymentFact] = field(default_factory=list)

    def plan(self, what: str, day: date | None, now: datetime) -> list[dict[str, Any]]:
        facts = standing_facts(self.facts, EVER)
        person = KnownPerson(1, "E1", {}, find_leaving(facts), tuple(facts))
        said: dict[str, Any] = {"status": what, "left_on": day if what == "left" else None}
        starts_on = day if what == "active" else None
        merged = {"region": "FI", "starts_on": starts_on, "contract_ends_on": None}
        row = PeopleRow(1, "E1", said, person, merged)
        return plan_status_events(row, person, "UTC", now)[1]

    def record(self, events: list[dict[str, Any]], now: datetime) -> None:
        self.facts += [
            EmploymentFact(
                *(event["what"], event["effective_at"], now, event["region"] or None),
                corrects=event.get("corrects"),
            )
            for event in events
        ]


def said_day(number: int | None) -> date | None:
    return None if number is None else FIRST + number * DAY


@given(SAYINGS, st.integers(-6, 3))
def test_leavings_and_returns_in_any_order_equal_the_naive_model(sayings, joined):
    joined_at = T0 + joined * DAY
    naive = NaiveJob([(joined_at, None)])
    records = Records([EmploymentFact("joined", joined_at, T0 - 9 * DAY, "FI")])
    known = [(T0 - 9 * DAY, list(naive.spells))]
    for number, (what, offset) in enumerate(sayings):
        now, day = T0 + 2 * number * DAY, said_day(offset)
        records.record(records.plan(what, day, now), now)
        assert records.plan(what, day, now) == [], "the same file a second time changes nothing"
        if what == "left":
            naive.leave(end_of_day(day, "UTC"))
        else:
            naive.be_active(start_of_day(day, "UTC") if day else None, now)
        known.append((now, list(naive.spells)))
    for known_at, spells in known:
        for half in range(-20, 70):
            at = T0 + half * DAY / 2 + timedelta(hours=1)
            job = fold_employment(records.facts, at=at, known_at=known_at)
            assert job.employed == NaiveJob(spells).employs(at), (at, known_at)


@pytest.fixture
def regions(db: None) -> None:
    make_region("FI", time_zone="UTC")


def bring(time_machine: Any, at: datetime, **cells: str) -> User:
    time_machine.move_to(at, tick=False)
    import_file(make_row("E1", **cells), at=at)
    return User.objects.get(hr_id="E1")


LEFT = {"status": "left", "left_on": ""}
ACTIVE = {"status": "active"}
# Day of the month of November on which the file comes, and what it says.
HISTORIES = {
    "called-off-then-earlier": [
        (2, LEFT | {"left_on": "2026-12-31"}),
        (4, ACTIVE),
        (6, "2026-11-20"),
    ],
    "earlier-then-back": [(2, LEFT | {"left_on": "2026-11-28"}), (4, "2026-11-05"), (9, ACTIVE)],
    "back-later-and-gone-again": [
        (5, LEFT | {"left_on": "2026-11-03"}),
        (6, ACTIVE | {"starts_on": "2026-11-20"}),
        (7, LEFT | {"left_on": "2026-12-10"}),
    ],
    "back-later": [
        (5, LEFT | {"left_on": "2026-11-03"}),
        (6, ACTIVE | {"starts_on": "2026-11-20"}),
    ],
    "begins-and-leaves": [(2, LEFT | {"starts_on": "2026-11-20", "left_on": "2026-12-10"})],
    "begins-with-a-contract": [(2, {"starts_on": "2026-11-20", "contract_ends_on": "2026-12-10"})],
}


@pytest.mark.databases
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_row_of_the_person_agrees_with_the_events_after_daily(regions, time_machine, history):
    if "starts_on" not in history[0][1]:
        bring(time_machine, T0 - 90 * DAY)
    for number, said in history:
        cells = said if isinstance(said, dict) else LEFT | {"left_on": said}
        at = T0 + (number - 1) * DAY
        who = bring(time_machine, at, **cells)
        assert plan_file(make_row("E1", **cells), at=at).plan["counts"]["unchanged"] == 1
    for days in (10, 25, 45, 70):
        at = T0 + days * DAY
        time_machine.move_to(at, tick=False)
        people_steps(at)
        who.refresh_from_db()
        job = people.employment_of(who, at=at)
        begun = job.employed or job.left_at is not None
        assert who.is_active == (job.employed or not begun), days
        assert who.left_at == (job.ends_at if job.employed else job.left_at), days


def people_steps(at: datetime) -> None:
    """The steps of the daily job that concern rows of people, in its order."""
    for step in STEPS[:2]:
        step.do(at)


def test_called_off_leaving_does_not_come_back_as_a_return(regions, time_machine):
    channel = make_channel()
    make_poster(bring(time_machine, T0 - 90 * DAY, starts_on="2024-01-01"), channel)
    bring(time_machine, T0, status="left", left_on="2026-12-31")
    bring(time_machine, T0 + DAY, status="active")
    who = bring(time_machine, T0 + 2 * DAY, status="left", left_on="2026-11-20")
    at = datetime(2027, 1, 2, 9, tzinfo=UTC)
    (decision,) = judge_queries(
        [DecisionQuery("E1", channel.code, "publish", at)], evaluated_at=T0 + 2 * DAY
    )
    assert "person_left" in {reason.code for reason in decision.reasons}
    assert people.employment_of(who, at=at).last_day == date(2026, 11, 20)
    again = plan_file(make_row("E1", status="left", left_on="2026-11-20"), at=T0 + 3 * DAY)
    assert again.plan["counts"]["unchanged"] == 1


def test_first_day_of_a_return_does_not_move_the_joining(regions, time_machine):
    bring(time_machine, T0 - 90 * DAY, starts_on="2024-01-01")
    bring(time_machine, T0, status="left", left_on="2026-10-20")
    who = bring(time_machine, T0 + DAY, status="active", starts_on="2026-11-15")
    joined = EmploymentEvent.objects.filter(person=who, what="joined")
    assert [event.effective_at.date() for event in joined] == [date(2024, 1, 1)]
    jobs = [people.employment_of(who, at=T0 + days * DAY).employed for days in (-30, 0, 16)]
    assert jobs == [True, False, True]

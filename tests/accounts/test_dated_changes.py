"""HR's dates count from their own day, at and known at, and a file corrects them; what was known before stays."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts import people
from accounts.dated_columns import follow_planned_changes
from accounts.importing.timelines import UNKNOWN, plan_dated_change, said_day
from accounts.models import EmploymentEvent, User
from accounts.rules import EmploymentFact, fold_employment
from channels.decisions import DecisionQuery, judge_queries
from tests.factories.channels import make_channel, make_poster
from tests.factories.hr_files import import_file, make_row, plan_file
from tests.factories.people import make_person, make_region

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 28, 9, tzinfo=UTC)


CLOCK: dict[str, Callable[[datetime], None]] = {}


@pytest.fixture(autouse=True)
def today(db: None, time_machine) -> None:
    CLOCK["move"] = lambda at: time_machine.move_to(at, tick=False)
    CLOCK["move"](TODAY)
    make_region("FI", time_zone="UTC")
    make_region("BR", time_zone="UTC")


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


def person(hr_id: str) -> User:
    return User.objects.get(hr_id=hr_id)


def bring(at: datetime = TODAY, **cells: str) -> User:
    """Import one row about E1 at that moment and return the person."""
    CLOCK["move"](at)
    import_file(make_row("E1", **cells), at=at)
    return person("E1")


def employed(who: User, on: str, *, known: datetime | None = None) -> bool:
    known = known or TODAY + 3_000 * DAY
    return people.employment_of(who, at=day(on), known_at=known).employed


def region(who: User, on: str, *, known: datetime | None = None) -> str | None:
    known = known or TODAY + 3_000 * DAY
    return people.employment_of(who, at=day(on), known_at=known).region_code


def codes(who: User, on: str, channel, *, known: datetime | None = None) -> list[str]:
    ask = DecisionQuery(who.hr_id or "", channel.code, "publish", day(on), known)
    (decision,) = judge_queries([ask], evaluated_at=known or TODAY)
    return [reason.code for reason in decision.reasons]


def test_past_contract_end_denies_from_its_own_day():
    channel = make_channel()
    who = make_poster(bring(at=TODAY - 400 * DAY, starts_on="2024-01-01"), channel)
    before = TODAY - timedelta(hours=1)
    bring(contract_ends_on="2026-09-30")
    assert "contract_ended" in codes(who, "2026-11-10", channel)
    assert "contract_ended" not in codes(who, "2026-09-30", channel)
    assert codes(who, "2026-11-10", channel, known=before) == []
    assert not person("E1").is_active


def test_set_contract_end_in_the_past_counts_from_its_day(ada):
    people.set_contract_end(ada, day("2026-09-30").date(), actor="system:test", at=TODAY)
    assert not employed(ada, "2026-10-02")
    assert employed(ada, "2026-09-29")


def test_longer_contract_counts_from_now_or_from_contract_since():
    bring(at=TODAY - 400 * DAY, starts_on="2024-01-01", contract_ends_on="2026-09-30")
    who = bring(contract_ends_on="2027-09-30")
    assert [employed(who, on) for on in ("2026-10-15", "2026-11-29")] == [False, True]
    who = bring(contract_ends_on="2027-09-30", contract_since="2026-01-01")
    assert employed(who, "2026-10-15")
    assert bring(contract_ends_on="2027-09-30", contract_since="2026-01-01")
    again = plan_file(
        make_row("E1", contract_ends_on="2027-09-30", contract_since="2026-01-01"), at=TODAY
    )
    assert again.plan["counts"]["unchanged"] == 1


def test_earlier_contract_end_corrects_what_was_recorded_after_it():
    bring(at=TODAY - 400 * DAY, starts_on="2024-01-01")
    bring(at=TODAY - 100 * DAY, contract_ends_on="2026-12-31")
    who = bring(contract_ends_on="2026-06-30")
    assert [employed(who, on) for on in ("2026-06-30", "2026-07-02", "2026-11-28")] == [
        *(True, False, False)
    ]


def test_region_since_dates_the_move_and_a_later_file_corrects_it():
    who = bring(at=TODAY - 400 * DAY, starts_on="2024-01-01")
    bring(region="BR", region_since="2026-05-01")
    assert [region(who, on) for on in ("2026-04-30", "2026-05-01")] == ["FI", "BR"]
    bring(at=TODAY + DAY, region="BR", region_since="2026-06-01")
    assert [region(who, on) for on in ("2026-05-15", "2026-06-02")] == ["FI", "BR"]
    assert region(who, "2026-05-15", known=TODAY + timedelta(hours=1)) == "BR"
    bring(at=TODAY + 2 * DAY, region="BR", region_since="2026-03-01")
    assert [region(who, on) for on in ("2026-02-28", "2026-03-02", "2026-05-15")] == [
        *("FI", "BR", "BR")
    ]
    same = plan_file(make_row("E1", region="BR", region_since="2026-03-01"), at=TODAY + 2 * DAY)
    assert same.plan["counts"]["unchanged"] == 1


def test_planned_move_reaches_the_row_of_the_person_on_its_day():
    who = bring(at=TODAY - 400 * DAY, starts_on="2024-01-01")
    planned = make_row("E1", region="BR", region_since="2027-01-01")
    import_file(planned, at=TODAY)
    assert person("E1").region.code == "FI"
    assert region(who, "2027-01-02") == "BR"
    assert plan_file(planned, at=TODAY).plan["counts"]["unchanged"] == 1
    assert plan_file(make_row("E1"), at=TODAY).plan["counts"]["unchanged"] == 1
    assert follow_planned_changes(at=TODAY) == 0
    assert [follow_planned_changes(at=day("2027-01-01")) for _ in range(2)] == [1, 0]
    assert person("E1").region.code == "BR"


def test_sponsor_since_decides_who_answers_for_a_contractor():
    channel = make_channel()
    gone, here = make_person(hr_id="S1", region=None), make_person(hr_id="S2", region=None)
    contract = {"kind": "contractor", "contract_ends_on": "2027-12-31", "starts_on": "2024-01-01"}
    who = bring(at=TODAY - 400 * DAY, **contract, sponsor_hr_id="S1")
    make_poster(who, channel)
    people.record_leaving(gone, actor="system:test", at=day("2026-06-01"))
    bring(**contract, sponsor_hr_id="S2", sponsor_since="2026-08-01")
    assert "sponsor_left" in codes(who, "2026-07-01", channel)
    assert "sponsor_left" not in codes(who, "2026-08-02", channel)
    assert EmploymentEvent.objects.get(what="sponsor").other == here


def test_manager_since_dates_the_change_of_manager():
    bring(at=TODAY - 400 * DAY, starts_on="2024-01-01")
    make_person(hr_id="M1")
    bring(manager_hr_id="M1", manager_since="2026-08-01")
    event = EmploymentEvent.objects.get(what="manager")
    assert (event.other.hr_id, event.former, event.effective_at) == (
        *("M1", None),
        datetime(2026, 8, 1, tzinfo=UTC),
    )
    same = plan_file(make_row("E1", manager_hr_id="M1"), at=TODAY)
    assert same.plan["counts"]["unchanged"] == 1


def test_changed_starts_on_moves_a_joining_that_was_only_by_date():
    who = bring(at=TODAY - 90 * DAY, starts_on="2026-09-01")
    bring(starts_on="2026-10-01")
    assert [employed(who, on) for on in ("2026-09-15", "2026-10-01")] == [False, True]
    assert employed(who, "2026-09-15", known=TODAY - timedelta(hours=1))
    bring(at=TODAY + DAY, starts_on="2026-08-01")
    assert [employed(who, on) for on in ("2026-07-31", "2026-08-01")] == [False, True]
    assert not employed(who, "2026-08-15", known=TODAY + timedelta(hours=1))


def test_changed_starts_on_leaves_a_joining_that_was_an_act():
    who = bring(at=TODAY)
    bring(starts_on="2026-01-01")
    assert not employed(who, "2026-06-01")


def test_correction_of_start_is_known_only_from_its_recording():
    facts = [
        EmploymentFact("joined", day("2026-09-01"), day("2026-08-01"), "FI"),
        EmploymentFact(
            "joined", day("2026-10-01"), day("2026-11-01"), "FI", corrects=day("2026-09-01")
        ),
    ]

    def here(known: str) -> bool:
        return fold_employment(facts, at=day("2026-09-15"), known_at=day(known)).employed

    assert [here("2026-10-31"), here("2026-11-01")] == [True, False]


def test_plan_dated_change_leaves_the_past_unknown_where_nothing_was_said():
    def timeline(moment: datetime) -> object:
        return "FI" if moment >= day("2026-01-01") else UNKNOWN

    since = said_day(day("2026-05-01").date(), "UTC", ["UTC"], [])
    told = plan_dated_change(timeline, [(day("2026-01-01"), TODAY)], "FI", since=since, now=TODAY)
    assert told == []


HELSINKI, SAO_PAULO = "Europe/Helsinki", "America/Sao_Paulo"
ZONES = {"FI": HELSINKI, "BR": SAO_PAULO, "JP": "Asia/Tokyo"}


def timeline_after(said: list[tuple[str, str]], start: str, today: datetime):
    """The values by rows that say (value, day) one after the other, and what the last row recorded."""
    told: list[tuple[datetime, datetime, str]] = [
        (day("2024-01-01"), day("2024-01-01"), "SE"),
        (day("2025-01-01"), day("2025-01-01"), start),
    ]

    def timeline(moment: datetime) -> str:
        begun = sorted(
            one[:2] + (number, one[2]) for number, one in enumerate(told) if one[0] <= moment
        )
        return begun[-1][-1]

    found: list[tuple[datetime, str]] = []
    for number, (value, since) in enumerate(said):
        begins = said_day(datetime.fromisoformat(since).date(), ZONES[value], ZONES.values(), [])
        recorded = [(effective, known) for effective, known, _value in told]
        found = plan_dated_change(timeline, recorded, value, since=begins, now=today)
        told += [(moment, today + timedelta(seconds=number), one) for moment, one in found]
    return timeline, found


@pytest.mark.parametrize("today", [day("2026-11-28"), day("2026-10-01")], ids=["past", "planned"])
@pytest.mark.parametrize(("wrong", "right"), list(itertools.permutations(["FI", "JP", "BR"], 2)))
def test_corrected_day_leaves_no_hole_between_the_zones(wrong, right, today):
    said = [(wrong, "2026-10-15"), (right, "2026-10-15")]
    timeline, _found = timeline_after(said, right, today)
    around = [datetime(2026, 10, 14, tzinfo=UTC) + timedelta(hours=hour) for hour in range(60)]
    assert {timeline(moment) for moment in around} == {right}
    assert timeline(day("2025-06-01")) == right
    _timeline, again = timeline_after([*said, said[-1]], right, today)
    assert again == []


def test_file_that_corrects_a_region_covers_all_that_it_corrects():
    make_region("HEL", time_zone=HELSINKI)
    make_region("SAO", time_zone=SAO_PAULO)
    bring(at=TODAY - 400 * DAY, region="SAO", starts_on="2024-01-01")
    for since in ("2026-10-15", "2026-12-15"):
        bring(region="HEL", region_since=since)
        who = bring(at=TODAY + timedelta(hours=1), region="SAO", region_since=since)
        moved = [
            one.effective_at for one in EmploymentEvent.objects.filter(person=who, what="moved")
        ]
        job = [people.employment_of(who, at=at, known_at=TODAY + DAY) for at in moved]
        assert {one.region_code for one in job} == {"SAO"}


def test_changed_starts_on_moves_a_joining_recorded_in_another_region():
    make_region("HEL", time_zone=HELSINKI)
    make_region("SAO", time_zone=SAO_PAULO)
    bring(at=TODAY - 400 * DAY, region="HEL", starts_on="2025-12-01")
    bring(region="SAO", region_since="2026-05-01")
    who = bring(at=TODAY + DAY, region="SAO", starts_on="2026-02-01")
    assert [employed(who, on) for on in ("2026-01-15", "2026-02-02")] == [False, True]
    assert region(who, "2026-02-02") == "HEL"

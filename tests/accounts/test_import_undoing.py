"""An applied import is taken back by a plan of its own, made of new facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.dated_columns import EVER, follow_planned_changes
from accounts.importing import imports
from accounts.importing.known_people import DATED, FIELDS, read_known_people
from accounts.importing.step_words import spell_changes
from accounts.models import EmploymentEvent, PeopleImport, Team, User
from accounts.rules import fold_employment
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import make_region

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COLUMNS = {
    **dict.fromkeys(
        ("kind", "starts_on", "contract_ends_on", "contract_since", "status", "left_on"), ""
    ),
    **dict.fromkeys(
        ("site", "team_code", "team_name", "manager_hr_id", "manager_since", "region_since"), ""
    ),
    **dict.fromkeys(("sponsor_hr_id", "sponsor_since", "kind_since", "team_since"), ""),
}


def full_row(hr_id: str, **cells: str) -> dict[str, str]:
    return make_row(hr_id, **COLUMNS | {"starts_on": "2024-01-01"} | cells)


@pytest.fixture(autouse=True)
def regions():
    make_region("FI")
    make_region("BR", time_zone="America/Sao_Paulo")


def load(*rows: dict[str, str], at: datetime) -> PeopleImport:
    with time_machine.travel(at, tick=False):
        return import_file(*rows, at=at, accept_warnings=True, allow_many_leavers=True)


def take_back(upload: PeopleImport, at: datetime) -> PeopleImport:
    with time_machine.travel(at, tick=False):
        made = imports.make_undo_plan(upload, actor="system:test", at=at)
        digest = made.plan["digest"]
        return imports.apply_plan(
            made, digest=digest, actor="system:test", at=at, accept_warnings=True
        )


def state(hr_id: str) -> dict[str, Any]:
    """Everything that is known of somebody: today's values, and the employment at each day of some years."""
    person = read_known_people([hr_id], at=NOW).people[hr_id]
    days = [NOW + number * 5 * DAY for number in range(-200, 200)]
    jobs = [fold_employment(person.facts, at=day, known_at=EVER) for day in days]
    return {
        **{name: person.values[name] for name in FIELDS},
        "left_at": person.left_at,
        "away": [(one.starts_at, one.until) for one in person.absences],
        "jobs": [(job.employed, job.left_at, job.region_code) for job in jobs],
        "ends": [job.contract_ends_at for job in jobs if job.employed],
        "dated": {
            name: [
                person.dated[name].value_at(day, EVER)
                if name in person.dated
                else person.values[name]
                for day in days
            ]
            for name in DATED
        },
    }


CONTRACT = {"kind": "contractor", "sponsor_hr_id": "S1", "contract_ends_on": "2026-12-31"}
CASES = {
    "names": ({}, {"given_name": "Mo", "site": "Oulu", "email": "mo@northlight.example"}),
    "region": ({}, {"region": "BR"}),
    "region-since": ({}, {"region": "BR", "region_since": "2025-03-01"}),
    "manager": ({"manager_hr_id": "S1"}, {"manager_hr_id": "S2", "manager_since": "2026-01-01"}),
    "no-manager": ({"manager_hr_id": "S1"}, {"manager_hr_id": ""}),
    "leaves": ({}, {"status": "left", "left_on": "2026-05-01"}),
    "will-leave": ({}, {"status": "left", "left_on": "2026-11-01"}),
    "leaves-later": (
        {"status": "left", "left_on": "2026-11-01"},
        {"status": "left", "left_on": "2026-12-01"},
    ),
    "leaves-earlier": (
        {"status": "left", "left_on": "2026-11-01"},
        {"status": "left", "left_on": "2026-06-01"},
    ),
    "stays-after-all": ({"status": "left", "left_on": "2026-11-01"}, {"status": "active"}),
    "returns": ({"status": "left", "left_on": "2026-01-31"}, {"status": "active"}),
    "contract": (CONTRACT, {**CONTRACT, "contract_ends_on": "2026-06-30"}),
    "contract-longer": (CONTRACT, {**CONTRACT, "contract_ends_on": "2027-06-30"}),
    "start-moves": ({}, {"starts_on": "2024-03-01"}),
    "on-leave": ({}, {"leave_from": "2026-03-01"}),
    "leave-corrected": (
        {"leave_from": "2026-03-01", "leave_until": "2026-04-30"},
        {"leave_from": "2026-03-01"},
    ),
    "leave-called-off": (
        {"leave_from": "2026-03-01"},
        {"leave_from": "2026-03-01", "leave_until": "2026-02-28"},
    ),
    "region-to-come": ({}, {"region": "BR", "region_since": "2027-01-01", "family_name": "Berg"}),
    "manager-to-come": (
        {"manager_hr_id": "S1"},
        {"manager_hr_id": "S2", "manager_since": "2026-09-01"},
    ),
    "team-and-kind-to-come-and-leaves": (
        {},
        {
            **CONTRACT,
            "team_code": "T",
            "team_since": "2026-09-01",
            "manager_hr_id": "S1",
            "manager_since": "2027-01-01",
            "kind_since": "2026-10-01",
            "sponsor_since": "2026-10-01",
            "status": "left",
            "left_on": "2026-12-01",
        },
    ),
    "becomes-employee": (CONTRACT, {"kind": "employee", "contract_ends_on": ""}),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_undo_makes_people_what_they_were(before, after):
    others = [full_row("S1"), full_row("S2")]
    load(*others, full_row("E1", **before), at=NOW - 20 * DAY)
    was = state("E1")
    upload = load(*others, full_row("E1", **after), at=NOW - DAY)
    assert state("E1") != was
    facts = EmploymentEvent.objects.count()
    taken = take_back(upload, NOW)
    found = state("E1")
    assert found == was
    assert EmploymentEvent.objects.count() >= facts
    assert taken.undoes == upload


def test_undo_takes_a_change_back_whose_day_has_come_since():
    others = [full_row("S1"), full_row("S2")]
    load(*others, full_row("E1", manager_hr_id="S1"), at=NOW - 20 * DAY)
    was = state("E1")
    days = {"region_since": "2026-06-20", "manager_since": "2026-06-20"}
    upload = load(full_row("E1", region="BR", manager_hr_id="S2", **days), at=NOW - DAY)
    follow_planned_changes(at=NOW + 9 * DAY)
    assert User.objects.get(hr_id="E1").region.code == "BR"
    take_back(upload, NOW + 9 * DAY)
    assert state("E1") == was


LEAVES = {"status": "left", "left_on": "2026-11-01"}
BACK_AFTER_ALL = {
    "earlier-than-one-called-off": [
        LEAVES,
        {"status": "active"},
        LEAVES | {"left_on": "2026-05-01"},
    ],
    "back-while-a-later-one-is-planned": [
        LEAVES,
        LEAVES | {"left_on": "2026-05-01"},
        {"status": "active"},
    ],
    "before-the-return": [
        LEAVES | {"left_on": "2026-02-01"},
        {"status": "active"},
        LEAVES | {"left_on": "2026-01-10"},
    ],
    "later-but-before-the-return": [
        LEAVES | {"left_on": "2026-02-01"},
        {"status": "active"},
        LEAVES | {"left_on": "2026-03-01"},
    ],
}


@pytest.mark.parametrize("said", BACK_AFTER_ALL.values(), ids=BACK_AFTER_ALL)
def test_undo_of_the_last_of_several_leavings_and_returns(said):
    load(full_row("E1"), at=NOW - 60 * DAY)
    for number, cells in enumerate(said[:-1]):
        load(full_row("E1", **cells), at=NOW - (40 - 10 * number) * DAY)
    was = state("E1")
    upload = load(full_row("E1", **said[-1]), at=NOW - DAY)
    assert state("E1") != was
    take_back(upload, NOW)
    assert state("E1") == was


def test_undo_tells_days_in_the_zones_in_which_they_were_said():
    """Back in São Paulo, from a day of Helsinki: each day is told as the file that said it."""
    load(full_row("S1"), full_row("E1", **CONTRACT | {"region": "BR"}), at=NOW - 20 * DAY)
    moved = CONTRACT | {"region": "FI", "region_since": "2026-03-05"}
    moved |= {"contract_ends_on": "2026-08-31", "contract_since": "2026-03-05"}
    upload = load(full_row("E1", **moved), at=NOW - DAY)
    with time_machine.travel(NOW, tick=False):
        made = imports.make_undo_plan(upload, actor="system:test", at=NOW)
    (told,) = [dict(spell_changes(step)) for step in made.plan["steps"]]
    assert told["region"] == "FI → BR, BR from 5 March 2026"
    assert told["contract_ends_on"] == "2026-08-31 → 2026-12-31, 2026-12-31 from 5 March 2026"


def test_undo_of_a_moved_last_day_says_the_day_that_stands_again():
    load(full_row("E1"), at=NOW - 30 * DAY)
    load(full_row("E1", status="left", left_on="2026-06-04"), at=NOW - 5 * DAY)
    moved = load(full_row("E1", status="left", left_on="2026-06-01"), at=NOW - 4 * DAY)
    (step,) = imports.make_undo_plan(moved, actor="system:test", at=NOW).plan["steps"]
    said = dict(spell_changes(step))
    assert (step["act"], said["left_on"]) == ("update", "last day 4 June 2026")
    assert "status" not in said


def test_undo_says_that_new_people_have_left_and_wants_a_tick():
    upload = load(full_row("E1"), at=NOW - DAY)
    with time_machine.travel(NOW, tick=False):
        made = imports.make_undo_plan(upload, actor="system:test", at=NOW)
    assert "1 person would have left" in str(imports.stored_cautions(made)[0])
    told = [dict(spell_changes(step)) for step in made.plan["steps"]]
    assert told == [{"left_on": "last day 31 December 2023"}]
    take_back(upload, NOW)
    person = User.objects.get(hr_id="E1")
    assert person.has_left(NOW)
    assert not person.is_active


def test_undo_leaves_people_who_were_changed_since():
    load(full_row("E1"), full_row("E2"), at=NOW - 9 * DAY)
    upload = load(full_row("E1", site="Oulu"), full_row("E2", site="Oulu"), at=NOW - 2 * DAY)
    load(full_row("E1", site="Espoo"), at=NOW - DAY)
    taken = take_back(upload, NOW)
    assert (taken.plan["counts"]["update"], taken.plan["caution_count"]) == (1, 1)
    assert dict(User.objects.values_list("hr_id", "site")) == {"E1": "Espoo", "E2": ""}


def test_undo_gives_swapped_addresses_and_team_names_back():
    one, two = full_row("E1", team_code="T", team_name="Press"), full_row("E2")
    load(one, two, at=NOW - 2 * DAY)
    swapped = (
        one | {"email": "e2@northlight.example", "team_name": "News"},
        two | {"email": "e1@northlight.example"},
    )
    upload = load(*swapped, at=NOW - DAY)
    take_back(upload, NOW)
    assert User.objects.get(hr_id="E1").email == "e1@northlight.example"
    assert Team.objects.get(code="T").name == "Press"


def test_undo_is_possible_once_and_for_thirty_days():
    upload = load(full_row("E1"), at=NOW - DAY)
    with pytest.raises(imports.PlanNotAppliedError, match="older than 30 days"):
        imports.make_undo_plan(upload, actor="system:test", at=NOW + 30 * DAY)
    taken = take_back(upload, NOW)
    for done in (upload, taken):
        with pytest.raises(imports.PlanNotAppliedError, match="taken back already"):
            imports.make_undo_plan(done, actor="system:test", at=NOW)
    entry = Entry.objects.filter(kind="people.imported").order_by("seq").last()
    assert entry.data["undoes"] == str(upload.uuid)


def test_undo_that_was_overtaken_is_refused():
    load(full_row("E1"), at=NOW - 3 * DAY)
    upload = load(full_row("E1", site="Oulu"), at=NOW - 2 * DAY)
    made = imports.make_undo_plan(upload, actor="system:test", at=NOW - DAY)
    load(full_row("E1", site="Espoo"), at=NOW - DAY)
    with pytest.raises(imports.PlanNotAppliedError, match="changed after the plan"):
        imports.apply_plan(made, digest=made.plan["digest"], actor="system:test", at=NOW)

"""What a plan warns about, and the guard against files by which many people lose something."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.importing.cautions import STEADY
from accounts.importing.columns import COLUMNS_BY_NAME
from accounts.importing.look_alikes import LOOK_ALIKES, draw_skeleton
from accounts.models import Absence
from accounts.rules import EmploymentFact
from channels.rules.fact_types import PersonFacts
from tests.accounts.test_import_planning import a_known, plan, said
from tests.conftest import NOW
from tests.factories.hr_files import make_row

DAY = timedelta(days=1)
MANY = [f"E{number:03d}" for number in range(1, 101)]
NEW_PERSON = {"given_name": "Tom", "email": "tom@northlight.example"}


def cautions(*rows: dict[str, str], known) -> list[str]:
    found = plan(*rows, known=known)
    assert found.problems == []
    return [str(caution) for caution in found.cautions]


def crowd(**values):
    """A hundred people, all of them here since last year."""
    known = a_known(*MANY, **values)
    for person in known.people.values():
        joined = EmploymentFact("joined", NOW - 300 * DAY, NOW - 300 * DAY, "FI")
        person.facts = (joined,)
    return known


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(
            make_row("E1", **NEW_PERSON), "Name and address of E1 both change", id="other-person"
        ),
        pytest.param(
            {"hr_id": "E1", "email": "tom@northlight.example", "display_name": "Tom Berg"},
            "Name and address of E1 both change",
            id="other-person-by-one-name",
        ),
        pytest.param(make_row("e1", email="x@northlight.example"), "from “E1” only", id="case"),
        pytest.param(make_row("Е1", email="x@northlight.example"), "from “E1” only", id="cyrillic"),
        pytest.param(make_row("EI", email="x@northlight.example"), "from “E1” only", id="i-for-1"),
        pytest.param(make_row("O42"), "from “042” only", id="o-for-0"),
        pytest.param(make_row("42"), "from “042” only", id="leading-zero"),
        pytest.param(make_row("100123.0"), "wrote with decimals", id="decimals"),
        pytest.param(
            make_row("E7", email="a@else.example"),
            "Nobody has an address at else.example",
            id="new",
        ),
    ],
)
def test_plan_warns_about(row, message):
    (caution,) = cautions(row, known=a_known("E1", "042"))
    assert message in caution
    assert caution.startswith("Row 2, column ")


@pytest.mark.parametrize(
    "row",
    [
        make_row("E1", email="mia.lind@northlight.example"),
        make_row("E1", given_name="Maia", family_name="Berg"),
        make_row("E1X", email="x@northlight.example"),
    ],
)
def test_plan_does_not_warn_about_usual_changes(row):
    assert cautions(row, known=a_known("E1")) == []


def test_unknown_language_falls_back_with_a_note():
    known = a_known("E1", locale="fi")
    rows = [
        make_row("E1", locale="tlh"),
        make_row("E2", locale="tlh"),
        make_row("E3", locale="fi-FI"),
    ]
    found = plan(*rows, known=known)
    assert found.problems == found.cautions == []
    assert [step.values["locale"] for step in found.steps] == ["en", "fi"]
    assert "Row 2, column locale: Postworthy does not speak “tlh” (2 rows)" in found.notes[0]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"email": "mia\u200b@x.example"}, "ZERO WIDTH SPACE (U+200B)"),
        ({"hr_id": "E\u00ad1"}, "SOFT HYPHEN (U+00AD)"),
        ({"hr_id": "E\u00a01"}, "NO-BREAK SPACE (U+00A0)"),
        ({"given_name": "Mi\ufeffa"}, "ZERO WIDTH NO-BREAK SPACE (U+FEFF)"),
    ],
)
def test_invisible_character_is_named(cells, message):
    assert any(message in problem for problem in said({**make_row("E1"), **cells}))


def test_joiners_and_odd_spaces_in_names_are_no_problem():
    step = plan(make_row("E1", given_name="می\u200cرا", family_name="van\u00a0Dijk")).steps[0]
    assert (step.values["given_name"], step.values["family_name"]) == ("می\u200cرا", "van Dijk")


LOSSES = {
    "leaving": {"status": "left", "left_on": "2026-06-30"},
    "past contract end": {"contract_ends_on": "2026-05-31"},
    "contract end to come": {"contract_ends_on": "2026-09-30"},
    "start moved to the future": {"starts_on": "2026-09-01"},
    "leave without an end": {"leave_from": "2026-03-01"},
    "leave that is long": {"leave_from": "2026-03-01", "leave_until": "2026-12-31"},
}
# Columns that decide nothing about the right to be here or to post.
HARMLESS = {
    *("hr_id", "given_name", "family_name", "display_name", "country", "site", "job_code"),
    *("job_title", "locale", "time_zone", "team_name"),
}
# When a value counts: by this alone nothing changes that the column with the value does not.
SINCE = {name for name in COLUMNS_BY_NAME if name.endswith("_since")}
# What a decision reads of a person, and the columns of the file that say it; of holds a file says nothing.
DECIDES = {
    "employment": {"starts_on", "contract_ends_on", "status", "left_on", "region"},
    "kind": {"kind"},
    "sponsor": {"sponsor_hr_id"},
    "sponsors": {"status", "left_on"},
    "sponsor_kinds": {"kind"},
    "switched_off": set(),  # an administrator's act: no file reaches it
    "team": {"team_code"},
    "absences": {"leave_from", "leave_until"},
    "holds": set(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_guard_counts_everybody_who_would_lose_the_right_to_be_here(loss):
    known = crowd(starts_on=(NOW - 300 * DAY).date())
    for person in known.people.values():
        begun = person.values["starts_on"]
        midnight = NOW.replace(year=begun.year, month=begun.month, day=begun.day, hour=0)
        person.values["region"] = "UTC"
        person.facts = (replace(person.facts[0], effective_at=midnight, region="UTC"),)
    known.zones["UTC"] = "UTC"
    rows = [make_row(hr_id, region="UTC", **LOSSES[loss]) for hr_id in MANY[:21]]
    assert (
        "21 of 100 people would lose the right to be here or to post, or lose it earlier; the limit is 20"
        in said(*rows, known=known)[0]
    )
    assert said(*rows[:20], known=known) == []
    assert plan(*rows, known=known, allow_many_leavers=True).problems == []


def test_guard_counts_contractors_whose_sponsor_leaves():
    known = crowd()
    known.sponsored = {"E001": set(MANY[1:31])}
    row = make_row("E001", status="left", left_on="2026-06-30")
    assert (
        "31 of 100 people would lose the right to be here or to post" in said(row, known=known)[0]
    )


def test_sponsor_who_becomes_a_contractor_is_warned_of_with_the_people_who_lose_them():
    known = crowd()
    known.kinds["S2"] = "employee"
    known.sponsored = {"E001": {"E002", "E003", "E004"}}
    turned = {"kind": "contractor", "sponsor_hr_id": "S2", "contract_ends_on": "2031-01-01"}
    made = plan(make_row("E001", **turned), known=known)
    assert made.problems == []
    (warned,) = [str(one) for one in made.cautions]
    assert "3 contractors lose their sponsor" in warned
    assert "E001" in warned
    # Who gets another sponsor in the same file loses none.
    others = {"kind": "employee", "sponsor_hr_id": "S2"}
    rows = [make_row("E001", **turned), *(make_row(f"E00{n}", **others) for n in (2, 3, 4))]
    assert not [one for one in plan(*rows, known=known).cautions if "sponsor" in str(one)]


def test_guard_counts_contractors_whose_sponsor_becomes_a_contractor():
    known = crowd()
    known.kinds["S2"] = "employee"
    known.sponsored = {"E001": set(MANY[1:31])}
    turned = {"kind": "contractor", "sponsor_hr_id": "S2", "contract_ends_on": "2031-01-01"}
    assert "31 of 100 people would lose" in said(make_row("E001", **turned), known=known)[0]


def test_guard_counts_contractors_whose_new_sponsor_has_left():
    known = crowd(kind="contractor", contract_ends_on=(NOW + 300 * DAY).date())
    known.kinds["S1"], known.gone = "employee", {"S1"}
    rows = [make_row(hr_id, sponsor_hr_id="S1") for hr_id in MANY[:21]]
    assert any(
        "21 of 100 people would lose the right to be here or to post" in problem
        for problem in said(*rows, known=known)
    )


def test_guard_does_not_count_a_longer_contract():
    known = crowd(contract_ends_on=(NOW + 30 * DAY).date())
    for person in known.people.values():
        ends = (NOW + 31 * DAY).replace(hour=21) - DAY
        person.facts = (replace(person.facts[0], ends_at=ends),)
    rows = [make_row(hr_id, contract_ends_on="2027-06-30") for hr_id in MANY]
    assert said(*rows, known=known) == []


def test_guard_does_not_count_short_leaves():
    rows = [
        make_row(hr_id, leave_from="2026-07-01", leave_until="2026-09-28") for hr_id in MANY[:60]
    ]
    found = plan(*rows, known=crowd())
    assert (found.problems, found.cautions) == ([], [])


def test_guard_counts_a_leave_that_becomes_long_by_what_follows_or_by_a_correction():
    known = crowd()
    midnight = datetime(2026, 6, 30, 21, tzinfo=UTC)
    for person in known.people.values():
        person.absences = (Absence(starts_at=midnight - 60 * DAY, until=midnight),)
    for first, last in (("2026-07-01", "2026-08-31"), ("2026-05-02", "2026-08-31")):
        rows = [make_row(hr_id, leave_from=first, leave_until=last) for hr_id in MANY[:21]]
        assert "21 of 100 people would lose the right" in said(*rows, known=known)[0]


def test_everything_that_decides_is_counted_by_the_guard_or_wants_a_tick():
    assert {one.name for one in fields(PersonFacts)} - {"id", "hr_id"} == DECIDES.keys()
    counted = {name for loss in LOSSES.values() for name in loss}
    decides = set().union(*DECIDES.values())
    assert decides <= counted | set(STEADY)
    assert COLUMNS_BY_NAME.keys() == decides | HARMLESS | SINCE | {"email", "manager_hr_id"}


CHANGED = {
    "region": {"region": "BR"},
    "email": {"email": "{}.new@northlight.example"},
    "manager_hr_id": {"manager_hr_id": "E100"},
    "sponsor_hr_id": {"sponsor_hr_id": "E100"},
    "team_code": {"team_code": "T"},
    "kind": {"kind": "employee"},
}


@pytest.mark.parametrize("column", STEADY)
def test_plan_warns_about_large_shares(column):
    def changed(hr_id: str) -> dict[str, str]:
        cells = {name: value.format(hr_id) for name, value in CHANGED[column].items()}
        return make_row(hr_id, **cells)

    def a_crowd():
        return crowd(kind="contractor" if column == "kind" else "employee")

    rows = [changed(hr_id) for hr_id in MANY[:21]]
    assert cautions(*rows, known=a_crowd()) == [
        f"Column {column}: 21 of 100 people would get another value here."
    ]
    assert cautions(*rows[:20], known=a_crowd()) == []


@pytest.mark.parametrize("script", [name for name in LOOK_ALIKES if name[0] in "GCAL"])
def test_ids_in_letters_of_another_script_look_like_known_ones(script):
    for odd, plain in zip(*LOOK_ALIKES[script], strict=True):
        assert draw_skeleton(f"{odd}0101") == draw_skeleton(f"{plain}0101"), odd


@pytest.mark.parametrize(
    "odd", ["Ν0101", "Н0101", "ꓠ0101", "Ⲛ0101", "N٠101", "N०१०१", "N101", "N00101"]
)
def test_plan_warns_about_ids_that_look_like_a_known_one(odd):
    known = a_known("H0101" if odd[0] == "Н" else "N0101")
    (caution,) = cautions(make_row(odd, email="x@northlight.example"), known=known)
    assert "look alike" in caution


def test_ids_that_differ_to_the_eye_are_no_look_alikes():
    ids = ["N0101", "N0110", "N1010", "N1011", "M0101", "H0101", "Z0101", "N-0101", "N1001"]
    assert len({draw_skeleton(one) for one in ids}) == len(ids)


def test_one_row_is_spelled_as_one():
    (caution,) = cautions(make_row("E7", email="a@else.example"), known=a_known("E1"))
    assert "in this file 1 row does" in caution
    assert "(1 row)" in plan(make_row("E7", locale="tlh")).notes[0]

"""What a plan warns about, and the guard against files by which many people lose something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.importing.look_alikes import LOOK_ALIKES, draw_skeleton
from accounts.rules import EmploymentFact
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


@pytest.mark.parametrize("column", ["region", "email", "manager_hr_id"])
def test_plan_warns_about_large_shares(column):
    def changed(hr_id: str) -> dict[str, str]:
        values = {
            "region": "BR",
            "email": f"{hr_id}.new@northlight.example",
            "manager_hr_id": "E100",
        }
        return make_row(hr_id, **{column: values[column]})

    rows = [changed(hr_id) for hr_id in MANY[:21]]
    assert cautions(*rows, known=crowd()) == [
        f"Column {column}: 21 of 100 people would get another value here."
    ]
    assert cautions(*rows[:20], known=crowd()) == []


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

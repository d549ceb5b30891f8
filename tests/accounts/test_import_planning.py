"""Planning an import from rows and known people. No database: `Known` is made by hand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.importing import planner
from accounts.importing.columns import COLUMNS_BY_NAME, CellKind
from accounts.importing.date_pairs import PAIRS
from accounts.importing.known_people import FIELDS, KnownPeople, KnownPerson
from accounts.importing.manager_chains import find_circles
from accounts.importing.step_words import spell_changes
from accounts.models import Absence
from accounts.readers.days import spell_day
from accounts.rules import EmploymentFact, end_of_day, start_of_day
from tests.conftest import NOW
from tests.factories.hr_files import make_row

DAY = timedelta(days=1)
ZONES = {"FI": "Europe/Helsinki", "BR": "America/Sao_Paulo", "NZ": "Pacific/Auckland"}


def a_known(*hr_ids: str, left_at: datetime | None = None, **values: str) -> KnownPeople:
    known = KnownPeople(
        zones={"FI": "Europe/Helsinki", "BR": "America/Sao_Paulo"},
        languages=frozenset({"en", "fi"}),
        active=len(hr_ids),
    )
    for number, hr_id in enumerate(hr_ids):
        said = dict.fromkeys(FIELDS, "") | {
            "email": f"{hr_id.lower()}@northlight.example",
            "given_name": "Mia",
            "family_name": "Lind",
            "display_name": "Mia Lind",
            "kind": "employee",
            "region": "FI",
            "locale": "en",
            "time_zone": "Europe/Helsinki",
            "starts_on": None,
            "contract_ends_on": None,
            **values,
        }
        known.people[hr_id] = KnownPerson(number, hr_id, said, left_at)
        known.emails[said["email"]] = hr_id
        known.kinds[hr_id] = said["kind"]
    return known


def plan(
    *rows: dict[str, str], known: KnownPeople | None = None, **options: bool
) -> planner.PeoplePlan:
    numbered = list(enumerate(rows, start=2))
    return planner.plan_import(numbered, known or a_known(), at=NOW, **options)


def said(*rows: dict[str, str], known: KnownPeople | None = None) -> list[str]:
    return [str(problem) for problem in plan(*rows, known=known).problems]


CONTRACT = {"kind": "contractor", "sponsor_hr_id": "E9", "contract_ends_on": "2026-12-31"}
LEFT = datetime(2026, 6, 1, 21, tzinfo=UTC)
LEAVES = datetime(2026, 6, 30, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param({"email": "mia"}, "column email: “mia” is no e-mail", id="no-address"),
        pytest.param({"email": ""}, "Row 2, column email: The cell is empty.", id="empty-address"),
        pytest.param({"hr_id": " "}, "Row 2, column hr_id: The cell is empty.", id="empty-hr-id"),
        pytest.param({"hr_id": "E1;DROP"}, "column hr_id: “E1;DROP” is no code", id="odd-hr-id"),
        pytest.param(
            {"given_name": "=1+1"}, "column given_name: A value may not start with =", id="formula"
        ),
        pytest.param({"family_name": "＠sum"}, "may not start with ＠", id="full-width-formula"),
        pytest.param({"given_name": "  -Mia"}, "may not start with -", id="formula-behind-spaces"),
        pytest.param({"site": "a\tb"}, "column site: The cell holds a line break", id="tab-inside"),
        pytest.param({"given_name": "", "family_name": ""}, "Fill one of the names", id="no-name"),
        pytest.param(
            {"region": "XX"}, "There is no region “XX”. There are: BR, FI.", id="unknown-region"
        ),
        pytest.param({"region": ""}, "A new person needs a region", id="no-region"),
        pytest.param({"country": "UK"}, "“UK” is no country code", id="unknown-country"),
        pytest.param({"time_zone": "Mars/Base"}, "“Mars/Base” is no time zone", id="unknown-zone"),
        pytest.param(
            {"starts_on": "14/03/2026"}, "could be read in several ways", id="date-not-iso"
        ),
        pytest.param({"starts_on": "2026-02-30"}, "There is no day 2026-02-30", id="no-such-day"),
        pytest.param(
            {"status": "gone"}, "“gone” is not one of: active, left.", id="unknown-status"
        ),
        pytest.param(
            {"status": "left"}, "column left_on: Say the last working day", id="left-without-day"
        ),
        pytest.param({"left_on": "2026-06-30"}, "has the status left", id="day-without-left"),
        pytest.param(
            {"status": "left", "starts_on": "2026-06-01", "left_on": "2026-05-01"},
            "lies before the first one",
            id="left-before-start",
        ),
        pytest.param({"kind": "contractor"}, "A contractor needs an employee", id="no-sponsor"),
        pytest.param(
            {"kind": "contractor", "sponsor_hr_id": "E9"},
            "last day of the contract",
            id="no-contract-end",
        ),
        pytest.param(CONTRACT, "Nobody has the HR id E9", id="unknown-sponsor"),
        pytest.param(
            CONTRACT | {"sponsor_hr_id": "E1"}, "cannot answer for a contractor", id="own-sponsor"
        ),
        pytest.param(
            {"manager_hr_id": "E99"},
            "column manager_hr_id: Nobody has the HR id E99",
            id="unknown-manager",
        ),
        pytest.param({"manager_hr_id": "E1"}, "Nobody is their own manager", id="own-manager"),
        pytest.param({"job_title": "x" * 201}, "At most 200 characters fit", id="too-long"),
    ],
)
def test_bad_cell_problem_names_row_and_column(row, message):
    problems = said({**make_row("E1"), **row})
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("Row 2") for problem in problems)


def test_duplicate_hr_id_is_a_problem():
    row = make_row("E1")
    assert "“E1” stands in row 2 already" in said(row, row | {"email": "other@x.example"})[0]


def test_duplicate_email_in_other_case_is_a_problem():
    found = said(make_row("E1", email="Mia@X.example"), make_row("E2", email="mia@x.EXAMPLE"))
    assert "Row 3, column email: “mia@x.example” stands in row 2 already" in found[0]


def test_email_of_another_hr_id_is_a_conflict():
    found = said(make_row("E2", email="e1@northlight.example"), known=a_known("E1"))
    assert "belongs to HR id E1. An HR id never changes" in found[0]


def test_hr_alias_updates_the_same_person():
    known = a_known("E1")
    known.aliases["OLD-7"] = "E1"
    found = plan(make_row("OLD-7", email="e1@northlight.example", given_name="Maia"), known=known)
    assert (found.steps[0].hr_id, found.steps[0].act) == ("E1", "update")


@pytest.mark.parametrize(
    ("managers", "circles"),
    [
        pytest.param({"a": "b", "b": "c"}, [], id="chain"),
        pytest.param({"a": "b", "b": "a"}, [["a", "b"]], id="two"),
        pytest.param({"x": "a", "a": "b", "b": "c", "c": "a"}, [["a", "b", "c"]], id="tail"),
        pytest.param({"a": "a"}, [["a"]], id="self"),
    ],
)
def test_manager_circles_are_found(managers, circles):
    assert find_circles(managers) == circles


def test_manager_circle_through_person_outside_file_is_found():
    known = a_known("E1", "E2", "E3")
    known.managers = {"E2": "E3", "E3": "E1"}
    found = said(make_row("E1", manager_hr_id="E2"), known=known)
    assert found == ["Row 2, column manager_hr_id: The managers form a circle: E1 → E2 → E3 → E1."]


def test_managers_can_be_swapped_in_one_file():
    known = a_known("E1", "E2")
    known.managers = {"E1": "E2"}
    swapped = plan(
        make_row("E1", manager_hr_id=""), make_row("E2", manager_hr_id="E1"), known=known
    )
    assert swapped.problems == []


def test_manager_with_a_problem_row_is_not_unknown():
    found = said(make_row("E1", region="XX"), make_row("E2", manager_hr_id="E1"))
    assert [problem for problem in found if "E1" in problem] == []


def test_unchanged_row_makes_no_step():
    found = plan(make_row("E1"), known=a_known("E1"))
    assert (found.steps, found.counts["unchanged"]) == ([], 1)


def test_absent_column_keeps_value_and_empty_cell_clears_it():
    known = a_known("E1", site="Oulu", job_title="Editor")
    step = plan(make_row("E1", site=""), known=known).steps[0]
    assert (step.values, step.before) == ({"site": ""}, {"site": "Oulu"})


def test_display_name_follows_new_name_unless_hr_chose_one():
    row = make_row("E1", family_name="Berg")
    assert plan(row, known=a_known("E1")).steps[0].values["display_name"] == "Mia Berg"
    chosen = a_known("E1", display_name="Mia of Oulu")
    assert "display_name" not in plan(row, known=chosen).steps[0].values


def test_names_drop_invisible_direction_marks():
    assert plan(make_row("E1", given_name="\u202eMia")).steps[0].values["given_name"] == "Mia"


def test_new_person_joins_on_first_day_in_region_zone():
    step = plan(make_row("E1", starts_on="2026-07-01")).steps[0]
    assert step.events[0]["effective_at"] == datetime(2026, 6, 30, 21, tzinfo=UTC)
    assert step.values["time_zone"] == "Europe/Helsinki"


def test_contract_ends_after_last_day_in_region_zone():
    step = plan(make_row("E9"), make_row("E1", **CONTRACT)).steps[1]
    assert step.events[0]["ends_at"] == datetime(2026, 12, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left_at", "row", "act", "events"),
    [
        pytest.param(None, {"status": "active"}, "unchanged", [], id="active-stays"),
        pytest.param(
            None,
            {"status": "left", "left_on": "2026-06-30"},
            "leave",
            [("left", LEAVES)],
            id="leaves",
        ),
        pytest.param(
            LEAVES,
            {"status": "left", "left_on": "2026-06-30"},
            "unchanged",
            [],
            id="leaves-as-planned",
        ),
        pytest.param(LEFT, {"status": "left"}, "unchanged", [], id="has-left"),
        pytest.param(
            LEAVES,
            {"status": "left", "left_on": "2026-06-01"},
            "leave",
            [("left", LEFT)],
            id="leaves-earlier",
        ),
        pytest.param(
            LEFT,
            {"status": "left", "left_on": "2026-06-30"},
            "leave",
            [("returned", LEFT), ("left", LEAVES)],
            id="leaves-later",
        ),
        pytest.param(
            LEAVES, {"status": "active"}, "return", [("returned", LEAVES)], id="leaving-called-off"
        ),
        pytest.param(LEFT, {"status": "active"}, "return", [("returned", NOW)], id="returns-now"),
        pytest.param(
            LEFT,
            {"status": "active", "starts_on": "2026-07-01"},
            "return",
            [("returned", LEAVES)],
            id="returns-on-the-first-day",
        ),
        pytest.param(LEFT, {"site": ""}, "unchanged", [], id="no-status-no-change"),
    ],
)
def test_status_column_plans_leavings_and_returns(left_at, row, act, events):
    known = a_known("E1", left_at=left_at)
    found = plan(make_row("E1", **row), known=known)
    steps = [
        (step.act, [(e["what"], e["effective_at"]) for e in step.events]) for step in found.steps
    ]
    assert found.problems == []
    assert steps == ([] if act == "unchanged" else [(act, events)])


def test_region_change_is_a_move_and_shifts_contract_end():
    known = a_known("E1", contract_ends_on=date(2026, 12, 31))
    step = plan(make_row("E1", region="BR"), known=known).steps[0]
    assert [event["what"] for event in step.events] == ["moved", "contract"]
    assert step.events[1]["ends_at"] == datetime(2027, 1, 1, 3, tzinfo=UTC)


def test_many_leavers_are_refused_unless_allowed():
    hr_ids = [f"E{number}" for number in range(100)]
    known = a_known(*hr_ids)
    rows = [make_row(hr_id, status="left", left_on="2026-06-30") for hr_id in hr_ids[:21]]
    assert (
        "21 of 100 people would lose the right to be here or to post, or lose it earlier; the limit is 20"
        in said(*rows, known=known)[0]
    )
    assert said(*rows[:20], known=known) == []
    assert plan(*rows, known=known, allow_many_leavers=True).problems == []


def test_team_with_two_names_is_a_problem():
    rows = [
        make_row("E1", team_code="T", team_name="Tea"),
        make_row("E2", team_code="T", team_name="Tee"),
    ]
    assert "The team T is called “Tea” in another row" in said(*rows)[0]


def test_day_9999_12_31_plans_no_end_of_contract_and_no_leaving():
    known = a_known("E1", contract_ends_on=date(2026, 12, 31))
    row = make_row("E1", contract_ends_on="9999-12-31", status="active", left_on="9999-12-31")
    found = plan(row, known=known)
    assert found.problems == []
    assert found.steps[0].values == {"contract_ends_on": None}


def test_empty_email_of_a_known_person_changes_nothing():
    found = plan(make_row("E1", email="", site="Espoo"), known=a_known("E1"))
    assert found.problems == []
    assert list(found.steps[0].values) == ["site"]


def test_plan_tells_the_days_it_applies():
    row = {"region": "BR", "region_since": "2026-03-01", "manager_since": "2026-04-01"}
    (step,) = plan(make_row("E1", manager_hr_id="E2", **row), known=a_known("E1", "E2")).steps
    told = dict(spell_changes(step.as_json()))
    assert told["region"] == "FI → BR, BR from 1 March 2026"
    assert told["manager_hr_id"] == "– → E2, E2 from 1 April 2026"
    known = a_known("E1")
    was = EmploymentFact("contract", NOW - 300 * DAY, NOW, ends_at=NOW + DAY)
    none = EmploymentFact("contract", NOW - 100 * DAY, NOW)
    known.people["E1"].facts = (*known.people["E1"].facts, was, none)
    (step,) = plan(
        make_row("E1", contract_ends_on="9999-12-31", contract_since="2026-01-01"), known=known
    ).steps
    told = dict(spell_changes(step.as_json()))
    assert told["contract_ends_on"] == "2026-06-16 → no end from 1 January 2026"
    leaver = make_row("E1", status="left", left_on="2026-06-30", contract_ends_on="2026-06-30")
    (step,) = plan(leaver, known=a_known("E1")).steps
    told = dict(spell_changes(step.as_json()))
    assert told["left_on"] == "last day 30 June 2026"
    assert told["contract_ends_on"].startswith("– → 2026-06-30, 2026-06-30 from ")


@given(
    st.permutations([*ZONES]),
    st.lists(st.dates(date(2026, 1, 2), date(2026, 5, 1)), min_size=3, max_size=3, unique=True),
)
def test_plan_tells_the_days_of_each_zone_in_which_they_were_said(codes, days):
    """Whoever moves between zones has days of the old region and of the new one."""
    old, new, _other = codes
    moves, ends, first = days
    known = a_known("E1", region=old, contract_ends_on=ends)
    known.zones = ZONES
    joined = start_of_day(date(2024, 3, 1), ZONES[old])
    facts = [
        EmploymentFact("joined", joined, NOW, old, end_of_day(ends, ZONES[old])),
        EmploymentFact("moved", start_of_day(first, ZONES[old]), NOW, old),
    ]
    known.people["E1"].facts = tuple(facts)
    cells = {"region": new, "region_since": moves.isoformat(), "contract_since": first.isoformat()}
    row = make_row("E1", contract_ends_on="2026-12-31", **cells)
    (step,) = plan(row, known=known).steps
    told = dict(spell_changes(step.as_json()))
    region = told["region"].removeprefix(f"{old} → {new}, ")
    assert f"{new} from {spell_day(moves)}" in region
    assert set(re.findall("from ([^,]*)", region)) <= {spell_day(moves), spell_day(first)}
    assert told["contract_ends_on"].startswith(f"{ends} → 2026-12-31, 2026-12-31 from ")
    assert spell_day(first) in told["contract_ends_on"]


DATES = [column.name for column in COLUMNS_BY_NAME.values() if column.kind == CellKind.DATE]
SINCE = [name for name in DATES if name.endswith("_since") and name != "contract_since"]
# Pairs of days that may stand either way round, and why.
EITHER_WAY = {
    **{(name, other): "each value has days of its own" for name in SINCE for other in DATES},
    ("starts_on", "contract_since"): "nothing counts from before the first day",
    ("starts_on", "leave_until"): "the leave begins before it, which is said",
    ("contract_since", "left_on"): "a contract may be changed until the end of it",
    ("contract_since", "leave_from"): "two things",
    ("contract_since", "leave_until"): "two things",
    ("contract_ends_on", "left_on"): "people leave before the end of the contract, and renew it",
    ("contract_ends_on", "leave_until"): "the leave may outlast the contract",
    ("left_on", "leave_until"): "the leave may outlast the employment",
}


def test_every_pair_of_dates_has_an_order_or_a_reason_for_none():
    ordered = {frozenset((pair.first, pair.last)) for pair in PAIRS}
    free = {frozenset(pair) for pair in EITHER_WAY}
    pairs = {frozenset(pair) for pair in combinations(DATES, 2)}
    assert pairs - ordered - free == set()
    assert ordered & free == set()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.first}-{pair.last}")
def test_reversed_dates_are_a_problem_with_row_and_column(pair):
    wrong = {pair.first: "2026-12-10", pair.last: "2026-12-01"}
    more = {"status": "left"} if "left_on" in wrong else {}
    assert said(make_row("E1", **wrong, **more)) == [
        f"Row 2, column {pair.fault}: {pair.text}",
    ]
    right = {pair.first: "2026-12-01", pair.last: "2026-12-10"}
    assert said(make_row("E1", **right, **more)) == []
    assert said(make_row("E1", **right | {pair.last: "2026-12-01"}, **more)) == []


def test_leave_without_a_first_day_is_a_problem():
    found = said(make_row("E1", leave_until="2026-12-01"))
    assert found == ["Row 2, column leave_from: Say the first day of the leave, too."]


def test_leave_is_called_off_by_the_day_before_it_only():
    known = a_known("E1", starts_on=date(2026, 7, 1))
    begun = datetime(2026, 5, 31, 21, tzinfo=UTC)
    known.people["E1"].absences = (Absence(starts_at=begun),)
    row = make_row("E1", leave_from="2026-06-01", leave_until="2026-05-31")
    (step,) = plan(row, known=known).steps
    assert [(one["what"], one["corrects"]) for one in step.events] == [("leave", begun)]
    typo = row | {"leave_until": "2026-05-01"}
    assert "The leave ends before it begins" in said(typo, known=known)[0]

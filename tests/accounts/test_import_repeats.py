"""Files about start, region and contract in any order: each of them a second time changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from accounts.importing.employment_plans import plan_dated_events
from accounts.importing.known_people import KnownPeople, KnownPerson
from accounts.importing.rows import PeopleRow
from accounts.rules import EmploymentFact, fold_employment, standing_facts, start_of_day

DAY = timedelta(days=1)
FIRST = date(2026, 8, 1)
T0 = datetime(2026, 11, 1, 12, tzinfo=UTC)
EVER = datetime(2099, 1, 1, tzinfo=UTC)
ZONES = {"FI": "Europe/Helsinki", "UK": "Europe/London", "BR": "America/Sao_Paulo"}
KNOWN = KnownPeople(zones=ZONES)
REST = dict.fromkeys(("kind", "manager_hr_id", "sponsor_hr_id", "team_code"), "")
DAYS = st.integers(-2, 2) | st.integers(-40, 200)
FILES = st.one_of(
    st.fixed_dictionaries(
        {"region": st.sampled_from(sorted(ZONES))}, optional={"region_since": DAYS}
    ),
    st.fixed_dictionaries(
        {"contract_ends_on": DAYS | st.none()}, optional={"contract_since": DAYS}
    ),
    st.fixed_dictionaries({"starts_on": DAYS}),
)


@dataclass
class Records:
    """What is recorded of one person, and what the person's row says."""

    facts: list[EmploymentFact]
    values: dict[str, Any]
    said: list[dict[str, Any]] = field(default_factory=list)

    def plan(self, cells: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        facts = tuple(standing_facts(self.facts, EVER))
        person = KnownPerson(1, "E1", self.values, facts=facts)
        merged = self.values | {name: cells[name] for name in cells if name in self.values}
        return plan_dated_events(PeopleRow(1, "E1", cells, person, merged), person, KNOWN, now)

    def apply(self, cells: dict[str, Any], now: datetime) -> None:
        for event in self.plan(cells, now):
            region = event["region"] or None
            self.facts.append(
                EmploymentFact(
                    *(event["what"], event["effective_at"], now, region, event["ends_at"]),
                    corrects=event.get("corrects"),
                    zone=ZONES[region] if region else None,
                )
            )
        self.values |= {name: cells[name] for name in cells if name in self.values}
        self.follow(now)

    def follow(self, now: datetime) -> str | None:
        """Let the row say today's region, as `accounts.dated_columns` does, and return it; None before the start."""
        job = fold_employment(self.facts, at=now, known_at=EVER)
        self.values["region"] = job.region_code or self.values["region"]
        return job.region_code


def as_cells(numbers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: FIRST + value * DAY if isinstance(value, int) else value
        for name, value in numbers.items()
    }


LATER_START = [
    {"contract_ends_on": 0},
    {"region": "FI", "region_since": 0},
    {"contract_ends_on": 162},
    {"starts_on": 0},
]


@given(st.lists(FILES, min_size=1, max_size=5))
@example(LATER_START)
@example([{"region": "BR", "region_since": 94}, {"starts_on": 94}])
@example([{"starts_on": 95}, {"region": "BR"}, {"starts_on": 0}])
def test_file_applied_twice_is_all_unchanged_and_moves_nobody_unasked(files):
    start = date(2024, 12, 17)
    joined = EmploymentFact("joined", start_of_day(start, ZONES["UK"]), T0 - DAY, "UK")
    values = {"region": "UK", "starts_on": start, "contract_ends_on": None} | REST
    records = Records([joined], values)
    for number, said in enumerate(files):
        now, cells = T0 + number * DAY, as_cells(said)
        region = records.follow(now)
        after = values | cells
        if after["contract_ends_on"] and after["contract_ends_on"] < after["starts_on"]:
            continue  # the planner refuses it: the contract ends before the first working day
        records.apply(cells, now)
        assert records.plan(cells, now) == [], cells
        if region is not None and "region" not in cells:
            assert records.follow(now) in (region, None)

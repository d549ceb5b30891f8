"""Who was employed then, in SQL, equals the rule for everybody."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from accounts.dated_columns import dated_value, employment_facts
from accounts.models import EmploymentEvent, User
from accounts.rules import fold_employment
from ledger import planner_statistics
from reports.console.sql_employment import filter_by_employment, filter_left_since
from tests.conftest import NOW
from tests.factories.people import make_person

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)
DAYS = range(12)


def make_history(chance: random.Random) -> list[EmploymentEvent]:
    """Facts about one person in no order that HR would choose, some recorded late, early or as corrections."""
    person = make_person(joined=NOW + chance.choice(DAYS) * DAY)
    told: list[EmploymentEvent] = []
    for _fact in range(chance.randint(0, 5)):
        what = chance.choice(["left", "returned", "contract", "joined", "kind", "moved"])
        effective_at = NOW + chance.choice(DAYS) * DAY
        fact = EmploymentEvent(
            person=person,
            what=what,
            effective_at=effective_at,
            recorded_at=NOW + chance.choice(DAYS) * DAY,
            actor="system:test",
        )
        if what in {"contract", "returned", "joined"} and chance.random() < 0.6:
            fact.ends_at = effective_at + chance.choice(DAYS) * DAY
        if what == "kind":
            fact.former_kind, fact.kind = chance.sample(["employee", "contractor"], 2)
        same = [one.effective_at for one in told if one.what == what]
        if what in {"left", "joined"} and same and chance.random() < 0.7:
            fact.corrects = chance.choice(same)
        told.append(fact)
    return told


def make_called_off(chance: random.Random) -> list[EmploymentEvent]:
    """A planned leaving that was called off, and an earlier one, said before or after that."""
    person, later, earlier = make_person(joined=NOW), NOW + 5 * DAY, NOW + 3 * DAY
    said = [("left", later), ("returned", later)]
    said.insert(chance.randint(0, 2), ("left", earlier))
    return [
        EmploymentEvent(
            person=person,
            what=what,
            effective_at=effective_at,
            recorded_at=NOW + chance.choice([0, number]) * DAY,
            actor="system:test",
        )
        for number, (what, effective_at) in enumerate(said)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_sql_employment_agrees_with_the_rule(db, seed):
    chance = random.Random(seed)
    histories = [fact for _person in range(150) for fact in make_history(chance)]
    histories += [fact for _person in range(20) for fact in make_called_off(chance)]
    EmploymentEvent.objects.bulk_create(histories)
    planner_statistics.count_tables_anew()
    everybody = list(User.objects.people().prefetch_related("employment__region"))
    seen: Counter[str] = Counter()
    for days, known_days in ((3, 3), (6, 2), (6, 9), (9, 12), (12, 6)):
        at, known_at = NOW + days * DAY, NOW + known_days * DAY
        since = at - 3 * DAY
        right: dict[str, set[int]] = {"employed": set(), "left": set(), "contractor": set()}
        lately: set[int] = set()
        for person in everybody:
            events = sorted(person.employment.all(), key=lambda event: event.pk)
            then = fold_employment(employment_facts(events), at=at, known_at=known_at)
            kind = dated_value("kind", person.kind, events).value_at(at, known_at)
            if then.employed:
                right["employed"].add(person.pk)
                right["contractor"] |= {person.pk} if kind == "contractor" else set()
            elif then.left_at is not None:
                right["left"].add(person.pk)
                lately |= {person.pk} if then.left_at >= since else set()
        for employment, people in right.items():
            found = filter_by_employment(
                employment, User.objects.people(), at=at, known_at=known_at
            )
            assert set(found.values_list("pk", flat=True)) == people, (employment, days)
            seen[employment] += len(people)
        told = {"at": at, "known_at": known_at}
        left = filter_by_employment("left", User.objects.people(), **told)
        found = filter_left_since(left, since, **told)
        assert set(found.values_list("pk", flat=True)) == lately, days
        seen["lately"] += len(lately)
    assert min(seen.values()) > 20

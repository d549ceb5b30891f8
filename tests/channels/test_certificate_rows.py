"""The certifications of a decision come with its other rows, and are what `gather_certification_facts` gathers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import AwardEvent, CertificationEvent, Hold, Waiver
from certificates.rules.fact_types import CertificationFacts
from channels.facts.certificate_rows import read_certifications
from channels.facts.fact_rows import query_fact_rows, sort_fact_rows
from channels.facts.gathering import gather_posting_facts
from tests.conftest import NOW
from tests.factories.certificates import raise_floor
from tests.factories.channels import (
    DAY,
    SYSTEM,
    ask_for,
    make_award,
    make_certification,
    make_channel,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
WHEN = {"recorded_at": NOW - DAY, "actor": SYSTEM}
ENDED = {"ended_at": NOW, "end_recorded_at": NOW, "end_actor": SYSTEM, "end_reason": "over"}


@pytest.fixture
def told(ada: User, ben: User) -> tuple[list[User], list[int]]:
    """Two people and two certifications, with each kind of fact about them; another certification is asked nowhere."""
    core, other = make_certification(), make_certification("POST-OTHER")
    unasked = make_certification("POST-UNASKED")
    ask_for(make_channel("BLOG"), other, group=2)
    for person in (ada, ben):
        first = make_award(person, core, start=-400, end=-35)
        AwardEvent.objects.create(award=first, kind="superseded", effective_at=NOW, **WHEN)
        make_award(person, unasked)
        Waiver.objects.create(
            person=person,
            certification=other,
            starts_at=NOW - DAY,
            until=NOW + DAY,
            reason="Away",
            **WHEN,
        )
    Hold.objects.create(person=ada, starts_at=NOW, reason="", **WHEN, **ENDED)
    Hold.objects.create(person=ada, certification=core, starts_at=NOW, reason="asked", **WHEN)
    course = core.requirements.get().course
    raise_floor(course, 2, effective_at=NOW + DAY)
    change = {"certification": core, "effective_at": NOW, **WHEN}
    for changes in (
        {"title": ["Before", core.title], "policy_tz": ["Asia/Tokyo", core.policy_tz]},
        {"courses": [[], [course.pk]], "retired_at": ["2026-01-02T03:04:05+00:00", None]},
    ):
        CertificationEvent.objects.create(changes=changes, **change)
    return [ada, ben], [core.pk, other.pk]


def in_any_order(facts: CertificationFacts) -> Any:
    """Holds, waivers and floors are read in no order."""
    sets = {name: frozenset(getattr(facts, name)) for name in ("holds", "waivers", "floors")}
    return replace(facts, **sets)


def gather(people: list[User], certifications: list[int] | None = None) -> dict[Any, Any]:
    found = gather_certification_facts(
        [person.pk for person in people], certifications, training=False
    )
    return {pair: in_any_order(facts) for pair, facts in found.items()}


def test_decision_reads_what_certificates_gather(told) -> None:
    people, asked = told
    expected = gather(people, asked)
    for facts in gather_posting_facts([(str(person.hr_id), "BLOG") for person in people]):
        assert facts.person
        found = {(facts.person.id, pk): one for pk, one in facts.certifications.items()}
        assert {pair: in_any_order(one) for pair, one in found.items()} == {
            pair: one for pair, one in expected.items() if pair[0] == facts.person.id
        }


def test_rows_of_every_certification_are_those_of_all(told) -> None:
    people, asked = told
    codes: list[str] = []
    query = query_fact_rows([str(one.hr_id) for one in people], codes, every_certification=True)
    rows = read_certifications([one.pk for one in people], sort_fact_rows(query))
    found = {
        (person, pk): in_any_order(facts)
        for person, of_person in rows.items()
        for pk, facts in of_person.items()
    }
    assert found == gather(people)
    assert {pk for _person, pk in found} > set(asked)
    every = set().union(*(facts.dated for facts in found.values()))
    assert every == {"certification_title", "policy_tz", "courses", "retired_at"}


def test_channel_that_asks_for_nothing_reads_no_certification(told) -> None:
    make_channel("OPEN", asks=False)
    ((person, _other), _asked) = told
    (facts,) = gather_posting_facts([(str(person.hr_id), "OPEN")])
    assert facts.certifications == {}

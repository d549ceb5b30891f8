"""What is current, and what was known when: the query agrees with the rules that decide."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from certificates.models import Waiver
from certificates.rules.fact_types import SpanFact
from channels.models import Freeze
from courses.models import Assignment, Course
from tests.conftest import NOW
from tests.factories.channels import make_certification

DAY = timedelta(days=1)
MOMENTS = [NOW + days * DAY for days in range(-1, 5)]


@pytest.fixture
def waivers(ada):
    """Waivers from NOW that end at different moments, recorded sooner or later."""
    certification = make_certification()
    return Waiver.objects.bulk_create(
        Waiver(
            person=ada,
            certification=certification,
            reason="x",
            starts_at=NOW,
            until=NOW + 3 * DAY,
            recorded_at=NOW + recorded * DAY,
            actor="system:test",
            ended_at=ended and NOW + ended * DAY,
            end_recorded_at=ended and NOW + (ended + later) * DAY,
        )
        for recorded, ended, later in product((0, 1), (None, 1, 2), (-1, 0, 1))
    )


def test_current_agrees_with_the_rules(waivers):
    facts = {
        one.pk: SpanFact(
            *(one.starts_at, one.recorded_at, one.reason),
            until=one.until,
            ended_at=one.ended_at,
            end_recorded_at=one.end_recorded_at,
        )
        for one in waivers
    }
    for at, known_at in product(MOMENTS, MOMENTS):
        expected = {
            pk
            for pk, fact in facts.items()
            if fact.recorded_at <= known_at and fact.as_known(known_at).covers(at)
        }
        found = Waiver.objects.current(at, known_at)
        assert set(found.values_list("pk", flat=True)) == expected, (at, known_at)
    now = set(Waiver.objects.current(NOW + DAY).values_list("pk", flat=True))
    assert now == {pk for pk, fact in facts.items() if fact.covers(NOW + DAY)}


def test_unended_has_what_is_past_its_agreed_end(waivers):
    late = NOW + 9 * DAY
    assert not Waiver.objects.current(late).exists()
    assert {one.ended_at for one in Waiver.objects.unended(late)} == {None}
    assert {one.ended_at for one in Waiver.objects.open()} == {None}
    assert Waiver.objects.begun(NOW - DAY).count() == 0


def test_end_without_recording_counts_as_recorded_when_it_took_effect(ada):
    course = Course.objects.create(key="0" * 32, code="C", title="C")
    Assignment.objects.create(
        person=ada,
        course=course,
        assigned_at=NOW,
        recorded_at=NOW,
        reason="x",
        actor="system:test",
        closed_at=NOW + 2 * DAY,
        closed_why="completed",
    )
    assert Assignment.objects.current(NOW + 3 * DAY, NOW + DAY).exists()
    assert not Assignment.objects.current(NOW + 3 * DAY, NOW + 2 * DAY).exists()


def test_stop_everywhere_has_no_agreed_end(db):
    span = {"starts_at": NOW, "recorded_at": NOW, "actor": "system:test", "reason": "x"}
    freeze = Freeze.objects.create(scope="global", ends_at=NOW + DAY, **span)
    assert Freeze.objects.current(NOW + 2 * DAY).get() == freeze

"""Catching up with material changes: whose certificate is of an old version, what changed, and what that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award, Requirement
from certificates.rules.dates import last_day_before
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import (
    AwardFact,
    earlier_end,
    newest_award_fact,
    still_runs,
)
from courses.changes.reading import changes_since, read_change_states
from courses.changes.states import join_principles
from courses.models import Principle
from courses.progress.updates import CourseUpdate
from quizzes.attempts.updates import count_update_questions


@dataclass(frozen=True, slots=True)
class OutdatedAward:
    """A certificate that has not ended, of a version of a course that stops counting, or has stopped, at `floor_at`."""

    award: AwardFact
    course_id: int
    since: int
    floor_at: datetime

    @property
    def last_day(self) -> date:
        """The last day on which it counts, in the policy's zone."""
        ends_at = earlier_end(self.award.expires_at, self.floor_at)
        return last_day_before(ends_at, self.award.policy_tz)


def find_outdated(
    person: User, certifications: Iterable[int], at: datetime
) -> dict[int, list[OutdatedAward]]:
    """By certification what the person holds of old versions, one for each course, as is known now. Five queries."""
    facts = gather_certification_facts([person.pk], list(certifications), training=False)
    return {pk: list(_outdated(known, at)) for (_person, pk), known in facts.items()}


def _outdated(facts: CertificationFacts, at: datetime) -> Iterator[OutdatedAward]:
    known = facts.as_known(at, at)
    award = newest_award_fact(known.awards, at)
    if award is None or not still_runs(award, at):
        return
    for course, earned in award.releases:
        unmet = [
            floor for floor in known.floors if floor.course_id == course and earned < floor.number
        ]
        if unmet:
            first = min(floor.effective_at for floor in unmet)
            yield OutdatedAward(award, course, earned, first)


def is_recognised(person: int, course: OuterRef) -> Exists:
    """Whether the person was given, for training elsewhere, a certificate that the course earns."""
    return Exists(
        Award.objects.filter(
            recipient=person,
            basis=Award.Basis.EQUIVALENCE,
            certification__requirements__course=course,
        )
    )


def read_update(person: User, course_id: int, at: datetime) -> CourseUpdate | None:
    """What the person catches up on in a course, if a short quiz can ask about it; None if the whole course is due."""
    asking = Requirement.objects.filter(course=course_id).values_list("certification", flat=True)
    found = [
        one
        for held in find_outdated(person, asking, at).values()
        for one in held
        if one.course_id == course_id
    ]
    if not found:
        return None
    return plan_update(course_id, min(one.since for one in found))


def plan_update(course_id: int, since: int) -> CourseUpdate | None:
    """What everybody catches up on who passed on release `since`; None if that is the whole course."""
    changes = changes_since(course_id, since)
    principles = join_principles(read_change_states(changes).values())
    if principles is None:
        return None
    touched = list(Principle.objects.filter(pk__in=principles))
    codes = frozenset(one.code for one in touched)
    questions = count_update_questions(course_id, codes)
    if not questions:
        return None
    numbers = frozenset(one.number for one in touched if one.number is not None)
    return CourseUpdate(course_id, since, numbers=numbers, codes=codes, questions=questions)

"""What follows from a correction of marks: new passes that complete a course, and passes that are lost.

Apps above (certificates) know what a pass leads to. They register a function here that says it in words, for
the dry run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.models import Enrolment
from quizzes.models import Attempt
from quizzes.regrades.affected import AffectedAttempt, find_round_start

# Takes the attempts that would complete their course and those that would lose their pass; returns a sentence
# by the primary key of the attempt.
ConsequenceTeller = Callable[[Sequence[Attempt], Sequence[Attempt]], Mapping[int, str]]
RoundKey = tuple[int, int, datetime | None]

_tellers: dict[str, ConsequenceTeller] = {}


@dataclass(frozen=True)
class Consequences:
    """`completing`: new passes that complete a course. `gone`: lost passes without another pass in their round."""

    completing: Sequence[AffectedAttempt]
    gone: Sequence[AffectedAttempt]

    def words(self) -> dict[int, list[str]]:
        """The sentences of all registered functions, by the primary key of the attempt."""
        found: dict[int, list[str]] = defaultdict(list)
        won = [one.attempt for one in self.completing]
        lost = [one.attempt for one in self.gone]
        for tell in _tellers.values() if won or lost else ():
            for key, said in tell(won, lost).items():
                found[key].append(said)
        return found


def register_consequences(name: str, function: ConsequenceTeller) -> None:
    """Register a function that says what a won or lost pass leads to; a name registered again is replaced."""
    _tellers[name] = function


def find_consequences(changes: Iterable[AffectedAttempt]) -> Consequences:
    """Find new passes in rounds without a pass, and lost passes that no other replaces. Three queries."""
    won = [one for one in changes if one.won]
    lost = [one for one in changes if one.lost]
    starts = _starts([*won, *lost])
    passed = _passed([*won, *lost], starts)
    completing = []
    for one in sorted(won, key=lambda one: (one.attempt.person_id, one.attempt.submitted_at)):
        place = _round(one.attempt, starts)
        if place not in passed and one.completes:
            completing.append(one)
        passed.add(place)
    gone = [one for one in lost if _round(one.attempt, starts) not in passed]
    return Consequences(completing, gone)


def _passed(
    changes: Sequence[AffectedAttempt], starts: Mapping[tuple[int, int], list[datetime]]
) -> set[RoundKey]:
    """The rounds in which these people have passed these quizzes by an attempt that does not change."""
    changing = {one.attempt.pk for one in changes}
    passes = Attempt.objects.filter(
        person__in={one.attempt.person_id for one in changes},
        quiz__in={one.attempt.quiz_id for one in changes},
        passed=True,
    )
    found = passes.select_related("quiz").defer("result")
    return {_round(attempt, starts) for attempt in found if attempt.pk not in changing}


def _starts(changes: Sequence[AffectedAttempt]) -> dict[tuple[int, int], list[datetime]]:
    """When these people's enrolments began, by person and course."""
    found: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    rows = Enrolment.objects.filter(
        person__in={one.attempt.person_id for one in changes},
        course__in={one.attempt.quiz.course_id for one in changes},
    )
    for person, course, start in rows.values_list("person_id", "course_id", "started_at"):
        found[person, course].append(start)
    return found


def _round(attempt: Attempt, starts: Mapping[tuple[int, int], list[datetime]]) -> RoundKey:
    course = attempt.quiz.course_id or 0
    began = find_round_start(attempt, starts.get((attempt.person_id, course), []))
    return attempt.person_id, attempt.quiz_id, began

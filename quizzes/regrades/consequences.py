"""What follows from a correction of marks, for whom: passes that complete a course, passes that are gone.

The rooms above know what a pass is worth. They register here to say it in words before anything is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.models import Enrolment
from quizzes.models import Attempt
from quizzes.regrades.affected import Affected, round_of

# From attempts that would complete their course, and attempts whose pass would be gone, to words by attempt key.
Teller = Callable[[Sequence[Attempt], Sequence[Attempt]], Mapping[int, str]]
Round = tuple[int, int, datetime | None]

_tellers: dict[str, Teller] = {}


@dataclass(frozen=True)
class Consequences:
    """`completing`: new passes that complete a course. `gone`: passes that nothing stands in for."""

    completing: Sequence[Affected]
    gone: Sequence[Affected]

    def words(self) -> dict[int, list[str]]:
        """What each room above says will follow, by the attempt's key."""
        found: dict[int, list[str]] = defaultdict(list)
        won = [one.attempt for one in self.completing]
        lost = [one.attempt for one in self.gone]
        for tell in _tellers.values() if won or lost else ():
            for key, said in tell(won, lost).items():
                found[key].append(said)
        return found


def register(name: str, function: Teller) -> None:
    """Let a room above say what a won or lost pass will bring; registering a name again replaces it."""
    _tellers[name] = function


def follow(changes: Iterable[Affected]) -> Consequences:
    """Which new passes count, and which lost ones hurt: in each round one pass is enough. Three queries."""
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
    changes: Sequence[Affected], starts: Mapping[tuple[int, int], list[datetime]]
) -> set[Round]:
    """The rounds in which these people have passed these quizzes by an attempt that does not change."""
    changing = {one.attempt.pk for one in changes}
    passes = Attempt.objects.filter(
        person__in={one.attempt.person_id for one in changes},
        quiz__in={one.attempt.quiz_id for one in changes},
        passed=True,
    )
    found = passes.select_related("quiz").defer("rules", "result")
    return {_round(attempt, starts) for attempt in found if attempt.pk not in changing}


def _starts(changes: Sequence[Affected]) -> dict[tuple[int, int], list[datetime]]:
    """When these people's enrolments began, by person and course."""
    found: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    rows = Enrolment.objects.filter(
        person__in={one.attempt.person_id for one in changes},
        course__in={one.attempt.quiz.course_id for one in changes},
    )
    for person, course, start in rows.values_list("person_id", "course_id", "started_at"):
        found[person, course].append(start)
    return found


def _round(attempt: Attempt, starts: Mapping[tuple[int, int], list[datetime]]) -> Round:
    course = attempt.quiz.course_id or 0
    began = round_of(attempt, starts.get((attempt.person_id, course), []))
    return attempt.person_id, attempt.quiz_id, began

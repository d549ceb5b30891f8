"""The cost of quiz statistics from the database to the report: `python -m benchmarks.item_analysis [attempts]`.

40 items each (10,000 attempts unless another number is given), one process with Django in it. Budget for 100,000
attempts: 10 s for the analysis and 300 MB in all; reading is printed apart.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.sites import empty_site

if TYPE_CHECKING:
    from items.models import ItemVersion
    from quizzes.models import Quiz

ITEMS, BATCH = 40, 500


def memory() -> float:
    """The peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_quiz() -> tuple[Quiz, list[ItemVersion]]:
    from items.models import ItemVersion
    from tests.factories import quizzes

    bank = quizzes.make_bank("MEASURED", *[quizzes.make_row() for _ in range(ITEMS)])
    return quizzes.make_quiz(bank).quiz, list(ItemVersion.objects.order_by("pk"))


def make_attempts(quiz: Quiz, versions: list[ItemVersion], number: int, at: datetime) -> None:
    """Write answers of a Rasch model in batches, so that they are not held in memory."""
    from quizzes.attempts.snapshots import snapshot_rules
    from quizzes.models import Attempt, Response
    from tests.factories.measured import make_people

    rng, rules = Random(1), snapshot_rules({})
    hard = [rng.gauss(0, 1) for _ in versions]
    options = [[option["id"] for option in version.content["options"]] for version in versions]
    for start in range(0, number, BATCH):
        people = make_people(min(BATCH, number - start))
        shares = [rng.gauss(0, 1) for _ in people]
        attempts = Attempt.objects.bulk_create(
            Attempt(
                person=person,
                quiz=quiz,
                number=1,
                locale="en",
                seed="s",
                snapshot=rules,
                state="submitted",
                started_at=at,
                submitted_at=at,
                passed=share > 0,
                percent=round(100 / (1 + math.exp(-share)), 2),
            )
            for person, share in zip(people, shares, strict=True)
        )
        rows: list[dict[str, Any]] = []
        for attempt, share in zip(attempts, shares, strict=True):
            for slot, version in enumerate(versions):
                right = rng.random() < 1 / (1 + math.exp(hard[slot] - share))
                chosen = options[slot][1 if right else rng.choice((0, 2, 3))]
                answer, mark = {"choice": chosen}, int(right)
                what = {"slot": slot, "version": version, "answer": answer, "mark": mark}
                rows.append({"attempt": attempt, **what})
        Response.objects.bulk_create((Response(order=[], **row) for row in rows), batch_size=2_000)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with empty_site():
        from django.utils import timezone

        from quizzes.reporting import reports
        from quizzes.reporting.collecting import measure_quiz
        from quizzes.statistics.item_analysis import analyse_quiz

        quiz, versions = make_quiz()
        make_attempts(quiz, versions, number, timezone.now())
        before = memory()
        start = time.process_time()
        measured = measure_quiz(quiz)
        read = time.process_time()
        found = analyse_quiz(measured.columns, slots=measured.slots)
        done = time.process_time()
        print(
            f"{number:,} attempts × {ITEMS}: read {read - start:.1f} s, analysed {done - read:.1f} s of CPU, "
            f"{memory():.0f} MB ({before:.0f} MB before); reliability {found.quiz.cic:.0f}"
        )
        del measured, found
        start = time.perf_counter()
        reports.get_report(quiz, at=timezone.now())
        first = time.perf_counter()
        reports.get_report(quiz, at=timezone.now())
        print(
            f"report: {first - start:.1f} s the first time, {time.perf_counter() - first:.3f} s from the cache"
        )


if __name__ == "__main__":
    main()

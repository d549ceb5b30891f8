"""`check_integrity` of a large organisation: `python -m benchmarks.integrity [awards]`.

200,000 awards (unless another number is given), each with a passed attempt of 10 answers, its completion and four
ledger entries. Budget: a minute, in memory that does not grow with the number of awards. With PostgreSQL:
`python -m tests.postgres .venv/bin/python -m benchmarks.integrity`.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.budgets import Measurement, require_budgets
from benchmarks.sites import empty_site

QUESTIONS, BATCH, FIRST = 10, 2_000, 1_000_000
# Seconds for so many awards, and how much more memory it may take, in MB, however many there are.
AWARDS, BUDGET, MOST_GROWN = 200_000, 60, 100
ACTS = ("attempt.started", "attempt.submitted", "course.completed", "award.issued")


def forget_peak() -> None:
    """Let the peak begin anew (Linux), so that what making the rows took does not hide what checking them takes."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> float:
    """The highest memory of this process since `forget_peak`, in MB; elsewhere than on Linux since its start."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Copier:
    """Copies rows by one statement for a table: key n + FIRST, and what else differs from the pattern."""

    def __init__(self, number: int) -> None:
        from django.db import connection

        self.connection, self.number = connection, number
        is_postgres = connection.vendor == "postgresql"
        # A public id that follows from n: the last of its five parts is n in sixteens.
        tail = "lpad(to_hex(n), 12, '0')" if is_postgres else "printf('%%012x', n)"
        self.id_text = f"'00000000-0000-4000-8000-' || {tail}"
        self.id_value = (
            f"({self.id_text})::uuid" if is_postgres else f"replace({self.id_text}, '-', '')"
        )

    def copy(self, *rows: Any, **differing: str) -> None:
        """`number` copies of `rows`, in the order of n, of which the columns `differing` are SQL expressions with n."""
        (model,) = {type(row) for row in rows}
        table, columns = model._meta.db_table, [f.column for f in model._meta.concrete_fields]
        first = f"{FIRST} + n * {len(rows)}"
        told = {"id": f"{first} + id - {rows[0].pk}"} | differing
        chosen = ", ".join(told.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        with self.connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
                f' INSERT INTO "{table}" ({names}) SELECT {chosen} FROM numbers CROSS JOIN "{table}"'
                ' WHERE "id" BETWEEN %s AND %s ORDER BY n, "id"',
                [self.number, rows[0].pk, rows[-1].pk],
            )


def make_pattern() -> Any:
    """One person who passed a quiz of QUESTIONS and got the award."""
    from django.utils import timezone

    from tests.factories import quizzes
    from tests.factories.certificates import make_certification
    from tests.factories.people import make_person

    kinds = ("single", "multiple", "true_false", "number", "ordering", "matching")
    rows = [quizzes.make_row(kinds[place % len(kinds)]) for place in range(QUESTIONS)]
    page = quizzes.make_quiz(quizzes.make_bank("MEASURED", *rows))
    make_certification("MEASURED", courses=(page.quiz.course,))
    person = make_person("Pattern")
    return quizzes.take(quizzes.make_ready(person, page), page, timezone.now())


def copy_awards(number: int) -> None:
    """`number` people who did the same as the one of the pattern."""
    from certificates.models import Award

    attempt = make_pattern()
    award, copier = Award.objects.get(), Copier(number)
    assert award.completion is not None
    mine = {"uuid": copier.id_value}
    key = f"{FIRST} + n"
    who = mine | {"hr_id": "'M' || n", "email": "'m' || n || '@measured.example'"}
    copier.copy(attempt.person, **who)
    copier.copy(attempt, **mine, person_id=key)
    copier.copy(*attempt.responses.order_by("pk"), attempt_id=key)
    copier.copy(award.completion, person_id=key, evidence=f"'attempt:' || {copier.id_text}")
    told = {"number": "'PW-' || n", "code": "'M' || n", "attempt_id": key, "completion_id": key}
    copier.copy(award, **mine, **told, recipient_id=key)


def describe_copies(model: Any) -> Iterator[str]:
    """What an entry tells of each copy, in the order of n."""
    from ledger.facts import describe_stored_rows, proved_model

    return describe_stored_rows(proved_model(model), FIRST - 1)


def write_ledger(number: int) -> None:
    """The entries of all these acts, sealed as the sealer does."""
    from django.utils import timezone

    from accounts.models import User
    from certificates.models import Award
    from courses.models import CourseCompletion
    from ledger import entries
    from ledger.models import Entry
    from quizzes.models import Attempt
    from tests.factories.ledger import tell_of_facts

    tell_of_facts()
    last, now = Entry.objects.order_by("-place")[0], timezone.now()
    place, previous = last.place or 0, last.hash
    models = (User, Attempt, CourseCompletion, Award)
    told = [describe_copies(model) for model in models]
    for start in range(0, number * len(ACTS), BATCH):
        batch = []
        for act in range(start, min(start + BATCH, number * len(ACTS))):
            place += 1
            entry = Entry(
                seq=FIRST + act,
                kind=ACTS[act % len(ACTS)],
                subject=f"attempt:{act}",
                actor="system:measured",
                at=now,
                effective_at=now,
                data={"person": str(act), "percent": "92.50"},
                facts=next(told[act % len(ACTS)]),
                place=place,
                previous_hash=previous,
            )
            entry.hash = previous = entries.hash_entry(entry, previous)
            batch.append(entry)
        Entry.objects.bulk_create(batch)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else AWARDS
    with empty_site():
        from django.db import connection
        from django.utils import timezone

        from home.operations import integrity

        start = time.perf_counter()
        copy_awards(number)
        write_ledger(number)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{connection.vendor}: {number:,} awards made in {time.perf_counter() - start:.0f} s")
        whole, cpu, grown = time.perf_counter(), time.process_time(), 0.0
        for check in integrity.CHECKS:
            gc.collect()
            forget_peak()
            before, began = peak_memory(), time.perf_counter()
            broken = list(check(timezone.now()))
            took, more = time.perf_counter() - began, peak_memory() - before
            print(f"  {check.__name__}: {took:.1f} s, {before:.0f} MB before, {more:.0f} MB more")
            grown = max(grown, more)
            assert broken == [], broken[:3]
        took = time.perf_counter() - whole
        print(f"  in all {took:.1f} s, {time.process_time() - cpu:.1f} s of CPU; budget {BUDGET} s")
        require_budgets(
            Measurement("seconds", took, BUDGET * number / AWARDS if number > AWARDS else BUDGET),
            Measurement("MB more than before", grown, MOST_GROWN),
        )


if __name__ == "__main__":
    main()

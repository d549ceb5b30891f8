"""The cost of the pure quiz rules: draw and grade one attempt, analyse many.

Run: ``python -m benchmarks.quiz_rules``. Budgets: 5 ms of CPU to draw and grade an attempt
of 60 items; 10 s and 300 MB to analyse 100,000 attempts × 40 items.
"""

from __future__ import annotations

import math
import resource
import time
from array import array
from decimal import Decimal
from random import Random

from benchmarks.budgets import Measurement, require_budgets
from items.kinds.content import parse_content
from items.kinds.spec import Spec
from quizzes.rules.drawing import DrawPlan, DrawSection, PoolItem, draw_items
from quizzes.rules.grading import MarkedItem, PassRules, grade_response, score_attempt
from quizzes.statistics.item_analysis import ItemColumn, analyse_quiz
from tests.quizzes.contents import SAMPLES

KINDS = ("single", "multiple", "true_false", "number", "ordering", "matching")
RULES = PassRules(Decimal(80), Decimal(60))
PLAN = DrawPlan(
    (*(DrawSection(f"p{n}", 9) for n in range(6)), DrawSection(None, 6, critical_only=True))
)
POOL = [PoolItem(n, f"p{n % 6}", critical=n % 9 == 0) for n in range(300)]


def attempt(specs: list[Spec], responses: list[object]) -> float:
    """Draw 60 of 300 items, grade and judge 60 responses; return the CPU seconds."""
    start = time.process_time()
    draw_items(POOL, PLAN, "seed")
    rows = enumerate(zip(specs, responses, strict=True))
    items = [MarkedItem(n, f"p{n % 6}", s.points, grade_response(s, r)) for n, (s, r) in rows]
    score_attempt(items, RULES)
    return time.process_time() - start


def columns(attempts: int, items: int) -> list[ItemColumn]:
    """Return item columns from a Rasch model (ability against difficulty), with two options each."""
    rng = Random(1)
    abilities = [rng.gauss(0, 1) for _ in range(attempts)]
    found = []
    for number in range(items):
        hard = rng.gauss(0, 1)
        right = bytearray(rng.random() < 1 / (1 + math.exp(hard - a)) for a in abilities)
        wrong = bytearray(1 - r for r in right)
        marks = array("d", map(float, right))
        found.append(ItemColumn(f"q{number}", 1.0, marks, {"a": right, "b": wrong}, frozenset("a")))
    return found


def main() -> None:
    samples = [SAMPLES[KINDS[n % 6]] for n in range(60)]
    specs = [parse_content(sample[0]) for sample in samples]
    responses: list[object] = [sample[1] for sample in samples]
    best = min(attempt(specs, responses) for _ in range(50))
    print(f"draw and grade 60 items: {best * 1000:.1f} ms of CPU (budget 5 ms)")
    data = columns(100_000, 40)
    start = time.process_time()
    analyse_quiz(data)
    spent = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"analyse 100,000 × 40: {spent:.1f} s of CPU, {memory:.0f} MB (budget 10 s, 300 MB)")
    require_budgets(
        Measurement("ms to draw and grade", best * 1000, 5),
        Measurement("s to analyse", spent, 10),
        Measurement("MB to analyse", memory, 300),
    )


if __name__ == "__main__":
    main()

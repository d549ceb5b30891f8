"""The cost of opening a lesson in the editor, compared with a plain Wagtail page: `python -m benchmarks.edit_page`.

Both pages hold the same 60 blocks: ours in the blocks of a lesson, the plain one in Wagtail's own blocks with the
same fields (`benchmarks/plain`). Both are opened in this process, in interleaved rounds, on the same database, ours
through the whole product, the plain one with the middleware of `startproject`. Budget: 1.5 times the CPU;
above it the command fails.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.autosave import STARTPROJECT, noting, request
from benchmarks.budgets import Measurement, require_budgets
from benchmarks.sites import empty_site, sign_in

BLOCKS, ROUNDS, BUDGET = 60, 25, 1.5


def make_blocks(number: int) -> list[dict[str, Any]]:
    """`number` blocks as a revision stores them, of each kind in turn."""
    from courses.blocks import LessonBlocks

    kinds = list(LessonBlocks().child_blocks.values())
    chosen = [kinds[place % len(kinds)] for place in range(number)]
    return [{"type": block.name, "value": block.meta.preview_value} for block in chosen]


def make_pages() -> tuple[int, int]:
    """The ids of a lesson and of a plain page with the same blocks."""
    from benchmarks.plain.models import PlainPage
    from tests.factories.courses import add, lessons_of, make_course, make_home

    lesson = lessons_of(make_course(modules=1, lessons=1))[0]
    body = make_blocks(BLOCKS)
    lesson.body = lesson.body.stream_block.to_python(body)
    lesson.save_revision().publish()
    blocks = PlainPage.body.field.stream_block.to_python(body)
    plain = PlainPage(title="Plain", slug="plain", body=blocks)
    return lesson.pk, add(make_home(), plain).pk


def seconds(page: Callable[[], bytes]) -> float:
    """The CPU seconds of opening a page once."""
    start = time.process_time()
    page()
    return time.process_time() - start


def main() -> None:
    os.environ["REQUIRE_TWO_STEP"] = "0"
    with empty_site("benchmarks.plain.settings"):
        from django.core.handlers.wsgi import WSGIHandler
        from django.db import connection
        from django.test.utils import override_settings

        from accounts.models import User

        session = sign_in(User.objects.create_superuser("root@measured.example", None))
        ours, plain = make_pages()
        whole = WSGIHandler()
        with override_settings(MIDDLEWARE=STARTPROJECT[1:]):
            bare = WSGIHandler()

        def opener(application: Any, pk: int) -> Callable[[], bytes]:
            return lambda: request(application, f"/cms/pages/{pk}/edit/", session)

        sides = opener(whole, ours), opener(bare, plain)
        counts = []
        for page in sides:
            page()
            words: list[str] = []
            with connection.execute_wrapper(noting(words)):
                page()
            counts.append(len(words))
        rounds = [(seconds(sides[0]), seconds(sides[1])) for _round in range(ROUNDS)]
    mine, floor = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"statements: {counts[0]} for the lesson, {counts[1]} for the plain page")
    print(f"{BLOCKS} blocks: lesson {mine * 1000:.0f} ms of CPU, plain page {floor * 1000:.0f} ms")
    print(f"ratio, median of {ROUNDS} rounds: {ratio:.2f}, budget {BUDGET}")
    require_budgets(Measurement("ratio to a plain page", ratio, BUDGET))


if __name__ == "__main__":
    main()

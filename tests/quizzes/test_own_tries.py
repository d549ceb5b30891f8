"""A person's own tries: all of them, with dates and what may be told, reached from the quiz page and `/me/`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

import pytest
import time_machine

from accounts.models import User
from courses.models import ModulePage, Principle
from tests.conftest import NOW
from tests.factories.courses import lessons_of, make_course
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
    take,
)
from tests.walks import Walker, words_of

pytestmark = pytest.mark.django_db


def make_page(**rules: Any) -> Any:
    course = make_course("CORE", modules=1, lessons=1)
    return make_quiz(make_bank("B", make_row("single")), course=course, title="The quiz", **rules)


@pytest.mark.parametrize("start", ["/me/", "quiz page"])
def test_own_tries_are_listed_with_dates_and_verdicts(ada: User, as_: Any, start: str) -> None:
    page = make_page(attempts_allowed=5)
    take(ada, page, timezone.now(), right=False)
    take(ada, page, timezone.now())
    walk = Walker(as_(ada)).go(page.url if start == "quiz page" else start).follow("Your tries")
    rows = [" ".join(row.get_text(" ").split()) for row in walk.page.select("main ol li")]
    assert len(rows) == 2
    assert rows[0].startswith("Try 2")
    assert "You passed with 100%" in rows[0]
    assert rows[1].startswith("Try 1")
    assert "Not yet: 0%, the pass mark is 80%" in rows[1]


def test_own_tries_hide_a_score_that_is_not_told(ada: User, as_: Any) -> None:
    silent = dict.fromkeys(("during", "after_submit", "after_last", "after_close"), ())
    page = make_page(attempts_allowed=5, feedback=silent)
    take(ada, page, timezone.now(), right=False)
    text = Walker(as_(ada)).go("/quiz/tries/").text
    assert "Not yet passed" in text
    assert "%" not in text


def test_own_tries_are_nobody_elses(ada: User, ben: User, as_: Any) -> None:
    take(ada, make_page(), timezone.now())
    assert "You have not tried a quiz yet." in Walker(as_(ben)).go("/quiz/tries/").text


def test_failed_result_leads_to_the_course_and_all_tries(ada: User, as_: Any) -> None:
    page = make_page(attempts_allowed=2, attempts_window_hours=0)
    attempt = take(ada, page, timezone.now(), right=False)
    walk = Walker(as_(ada)).go(f"/quiz/{attempt.uuid}/result/")
    assert "You have 1 try left" in walk.text
    assert {"Back to the course", "Your tries"} <= walk.links.keys()


def test_failed_result_names_principles_and_lessons_in_their_order(ada: User, as_: Any) -> None:
    """Recap and lessons of each weak principle, 2 before 10 in any order of modules; the tries left."""
    codes = [make_principle(number).code for number in (10, 2)]
    course = make_course("CORE", modules=2, lessons=1)
    for code, module in zip(codes, ModulePage.objects.order_by("path"), strict=True):
        ModulePage.objects.filter(pk=module.pk).update(principle=Principle.objects.get(code=code))
    bank = make_bank("B", *(make_row("single", principle=code) for code in codes))
    page = make_quiz(
        bank, course=course, recap_gate=True, attempts_allowed=3, attempts_window_hours=0
    )
    attempt = take(ada, page, timezone.now(), right=False)
    walk = Walker(as_(ada)).go(f"/quiz/{attempt.uuid}/result/")
    rows = [words_of(row) for row in walk.page.select("tbody tr")]
    last, first = lessons_of(course)
    assert [row.split(" 0 of 1 ")[0] for row in rows] == ["Principle 2", "Principle 10"]
    for row, lesson in zip(rows, (first, last), strict=True):
        assert "Read the recap" in row
        assert f"Read “{lesson.title}” again" in row
    assert "You have 2 tries left." in walk.text
    assert "Recaps to read before your next try: 2." in walk.text
    assert walk.follow(f"Read “{first.title}” again").path == first.url


def test_failed_result_says_when_the_next_try_opens(ada: User, as_: Any) -> None:
    page = make_page(attempts_allowed=1, attempts_window_hours=24)
    with time_machine.travel(NOW, tick=False):
        attempt = take(ada, page, timezone.now(), right=False)
        text = Walker(as_(ada)).go(f"/quiz/{attempt.uuid}/result/").text
    assert "Your next try opens on 16 June 2026, 09:00." in text


def test_own_try_whose_time_is_up_is_not_called_open(ada: User, as_: Any) -> None:
    page = make_page(time_limit_minutes=10)
    make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
    shown = as_(ada).get("/quiz/tries/").content.decode()
    assert ("Still open" in shown, "Not yet: 0%" in shown) == (False, True)

"""A person's own tries: all of them, with dates and what may be told, reached from the quiz page and `/me/`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

import pytest

from accounts.models import User
from tests.factories.courses import make_course
from tests.factories.quizzes import make_bank, make_quiz, make_row, take
from tests.walks import Walker

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

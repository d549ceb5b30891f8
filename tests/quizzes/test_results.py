"""The result page: the verdict always, everything else as the feedback matrix of the attempt says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from quizzes.attempts.starting import start_attempt
from quizzes.models import Attempt
from quizzes.rules.presets import AFTERWARDS, GUARDED, SILENT
from quizzes.rules.settings import AFTER_CLOSE, AFTER_SUBMIT
from tests.factories.quizzes import (
    CANARY,
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
    take,
)
from tests.quizzes.test_attempt_screens import address, h1

pytestmark = pytest.mark.django_db
NUMBERS = re.compile(r"\d+%|\d of \d+ (?:point|question)s?")


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def told_after(*aspects: str) -> dict[str, tuple[str, ...]]:
    return SILENT | {AFTER_SUBMIT: aspects}


def finish(person: User, *, right: bool = False, **rules: Any) -> Attempt:
    """An attempt at one choice of four, of principle P1, handed in."""
    row = make_row(principle=make_principle(1).code)
    return take(person, make_quiz(make_bank("ONE", row), **rules), timezone.now(), right=right)


def main(response: Any) -> str:
    return response.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("right", "aspects", "headline"),
    [
        (True, ["score"], "You passed with 100%"),
        (True, [], "You passed"),
        (False, ["score"], "Not yet: 0%, the pass mark is 80%"),
        (False, [], "Not yet passed"),
        (False, ["correctness", "key", "reasons"], "Not yet passed"),
    ],
)
def test_result_always_shows_the_verdict_and_numbers_if_allowed(
    right: bool, aspects: list[str], headline: str, ada: User, browser: Client
) -> None:
    rules = dict.fromkeys(SILENT, tuple(aspects))
    done = finish(ada, right=right, feedback=rules)
    shown = browser.get(address(done, "result"))
    assert h1(shown) == headline
    text = main(shown).replace("the pass mark is 80%", "")
    assert bool(NUMBERS.search(text)) is ("score" in aspects)
    assert ("How you did on each principle" in text) is ("score" in aspects)


def test_pass_without_its_score_links_to_the_certificate(ada: User, browser: Client) -> None:
    shown = main(browser.get(address(finish(ada, right=True, feedback=SILENT), "result")))
    assert "/certificates/" in shown


def test_non_certifying_pass_mentions_no_certificate(ada: User, browser: Client) -> None:
    done = finish(ada, right=True, preset="check")
    shown = main(browser.get(address(done, "result")))
    assert "certificate" not in shown
    assert "Back to the course" in shown
    assert "Try again" not in shown


@pytest.mark.parametrize(
    ("aspects", "verdict", "key", "reason"),
    [
        (["correctness"], True, False, False),
        (["key"], False, True, False),
        (["correctness", "key"], True, True, False),
        (["reasons"], False, False, True),
        (["correctness", "reasons"], True, False, True),
        (["correctness", "key", "reasons"], True, True, True),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else None,
)
def test_feedback_aspects_are_shown_independently(
    aspects: list[str], verdict: bool, key: bool, reason: bool, ada: User, browser: Client
) -> None:
    done = finish(ada, feedback=told_after(*aspects))
    shown = main(browser.get(address(done, "result")))
    assert "Your answer" in shown
    assert ("Not quite" in shown) is verdict
    assert ("Right answer" in shown) is key
    assert (CANARY in shown) is reason
    assert ("See each question and why" in shown) is reason


def test_reason_without_key_stands_beside_own_answer_only(ada: User, browser: Client) -> None:
    done = finish(ada, feedback=told_after("correctness", "reasons"))
    shown = main(browser.get(address(done, "result")))
    assert len(re.findall(f"{CANARY} reason", shown)) == 1
    assert shown.count('class="option stop"') == 1
    assert 'class="option go"' not in shown


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"feedback": GUARDED}, "You see each question and why when you have passed."),
        ({"feedback": AFTERWARDS}, ""),
        ({"feedback": SILENT}, ""),
        (
            {"feedback": SILENT | {AFTER_CLOSE: ("score", "key")}, "closes_at": "soon"},
            "You see the right answers when the quiz closes on ",
        ),
    ],
    ids=["later", "now", "never", "at the close"],
)
def test_result_says_when_more_feedback_follows(
    rules: dict[str, Any], words: str, ada: User, browser: Client
) -> None:
    if "closes_at" in rules:
        rules = rules | {"closes_at": timezone.now() + timedelta(days=3)}
    shown = main(browser.get(address(finish(ada, **rules), "result")))
    assert ("You see" in shown) is bool(words)
    assert words in shown


def test_result_shows_no_score_while_another_attempt_asks_its_questions(
    ada: User, browser: Client
) -> None:
    done = finish(ada, feedback=AFTERWARDS)
    assert CANARY in main(browser.get(address(done, "result")))
    start_attempt(ada, done.quiz, at=timezone.now(), locale="en")
    shown = browser.get(address(done, "result"))
    assert h1(shown) == "Not yet passed"
    assert CANARY not in main(shown)
    assert "when you have handed in the try that is open" in main(shown)


def test_next_steps_have_no_numbers_without_the_score(ada: User, browser: Client) -> None:
    row = make_row(principle=make_principle(1).code, critical=True)
    page = make_quiz(make_bank("ONE", row), feedback=SILENT, principle_percent=60)
    shown = main(browser.get(address(take(ada, page, timezone.now(), right=False), "result")))
    assert "Read the lessons again, then try again." in shown
    assert not NUMBERS.search(shown)
    assert "must be right" not in shown


def test_next_steps_mention_reasons_only_when_shown(ada: User, browser: Client) -> None:
    row = make_row(critical=True)
    page = make_quiz(make_bank("ONE", row), feedback=AFTERWARDS)
    shown = main(browser.get(address(take(ada, page, timezone.now(), right=False), "result")))
    assert "Read why beside each of them, then try again." in shown


def test_practice_result_shows_points_and_no_verdict(ada: User, browser: Client) -> None:
    rows = [make_row(points="2"), make_row("true_false")]
    attempt = make_attempt(
        ada, make_quiz(make_bank("TWO", *rows), preset="practice"), timezone.now()
    )
    shown = browser.post(address(attempt, "submit"), follow=True)
    assert h1(shown) == "0 of 3 points"
    assert "0 of 2 points" in main(shown)
    assert "0 of 1 point" in main(shown)
    assert not re.search(r"passed|pass mark|certificate", main(shown))

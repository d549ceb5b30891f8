"""Redo what you missed: as practice, told no more than the try itself, and never while that would tell a key."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from items.models import ItemBank
from ledger.models import Entry
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import check_tries
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Response
from quizzes.rules.settings import ASPECTS, CORRECTNESS
from tests.factories.courses import make_course
from tests.factories.quizzes import (
    CANARY,
    form_for,
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
)
from tests.walks import Walker, words_of

pytestmark = pytest.mark.django_db
KINDS = ("single", "multiple", "number", "ordering")
TOLD = {"during": (), **dict.fromkeys(("after_submit", "after_last", "after_close"), ASPECTS)}
GUARDED = TOLD | {"after_submit": ("score",)}


@pytest.fixture
def bank(db: None) -> ItemBank:
    """A question of each of some kinds, and a story, which cannot be asked again."""
    principle = make_principle().code
    kinds = (*KINDS, "scenario")
    return make_bank(
        "B", *(make_row(kind, code=f"I-{kind.upper()}", principle=principle) for kind in kinds)
    )


def make_page(bank: ItemBank, **rules: Any) -> QuizPage:
    course = make_course(modules=1, lessons=1)
    return make_quiz(bank, course=course, **({"attempts_allowed": 5, "feedback": TOLD} | rules))


def fail(person: User, page: QuizPage, *, right: str = "number") -> Attempt:
    """A try in which only the questions of one kind are right."""
    attempt = make_attempt(person, page, timezone.now())
    for response in attempt.responses.select_related("version"):
        form = form_for(response, right=response.version.kind == right)
        save_answer(attempt.uuid, person, response.slot, form, seq=1, at=timezone.now())
    return submit_attempt(attempt.uuid, person, at=timezone.now())


def answers(attempt: Attempt, *, right: bool = True) -> dict[str, list[str]]:
    return {
        f"q{response.slot}-{name}": values
        for response in attempt.responses.select_related("version")
        for name, values in form_for(response, right=right).items()
    }


def check(walk: Walker, attempt: Attempt, *, right: bool = True) -> str:
    """What the page says of these answers. The form may have buttons of its questions before its own."""
    (form,) = walk.page.select("main form[method=post]")
    assert "Check my answers" in words_of(form)
    reply = walk.client.post(str(form["action"]), answers(attempt, right=right))
    return words_of(BeautifulSoup(reply.content, "html.parser").main)


def asked_again(walk: Walker) -> set[int]:
    return {int(row["id"][1:]) for row in walk.page.select("main form section[id^=q]")}


def test_missed_questions_are_asked_again_as_practice(ada: User, as_: Any, bank: ItemBank) -> None:
    done = fail(ada, make_page(bank))
    missed = done.responses.filter(version__kind__in={"single", "multiple", "ordering"})
    walk = Walker(as_(ada)).go(f"/quiz/{done.uuid}/result/").follow("Redo what you missed")
    assert asked_again(walk) == set(missed.values_list("slot", flat=True))
    assert CANARY not in walk.text
    assert not walk.page.select("main form input[checked]")
    before = (
        Entry.objects.count(),
        list(Attempt.objects.values()),
        list(Response.objects.values()),
    )
    left = check_tries(ada, done.quiz, at=timezone.now()).attempts_left
    text = check(walk, done)
    assert "3 of 3 answers right now." in text
    assert CANARY in text
    assert "0 of 3 answers right now." in check(walk, done, right=False)
    after = (Entry.objects.count(), list(Attempt.objects.values()), list(Response.objects.values()))
    assert after == before
    assert check_tries(ada, done.quiz, at=timezone.now()).attempts_left == left


@pytest.mark.parametrize("told", [GUARDED, dict.fromkeys(TOLD, ())], ids=["score only", "nothing"])
def test_missed_questions_are_not_asked_while_the_policy_hides_the_outcome(
    ada: User, as_: Any, bank: ItemBank, told: dict[str, Any]
) -> None:
    done = fail(ada, make_page(bank, feedback=told))
    walk = Walker(as_(ada)).go(f"/quiz/{done.uuid}/result/")
    assert "Redo what you missed" not in walk.links
    assert ("As soon as you may see which answers were right" in walk.text) == (told is GUARDED)
    for path in ("get", "post"):
        reply = getattr(as_(ada), path)(f"/quiz/{done.uuid}/missed/", answers(done))
        assert reply.status_code == 302


def test_missed_questions_come_back_when_the_last_try_is_over(
    ada: User, as_: Any, bank: ItemBank
) -> None:
    page = make_page(bank, feedback=GUARDED, attempts_allowed=1, attempts_window_hours=0)
    done = fail(ada, page)
    walk = Walker(as_(ada)).go(f"/quiz/{done.uuid}/missed/")
    assert len(asked_again(walk)) == 3


def test_missed_questions_tell_no_more_than_the_policy(ada: User, as_: Any, bank: ItemBank) -> None:
    """Only which answers are right is told: no key, no reasons, whatever is answered."""
    told = TOLD | dict.fromkeys(("after_submit", "after_last"), (CORRECTNESS,))
    done = fail(ada, make_page(bank, feedback=told))
    walk = Walker(as_(ada)).go(f"/quiz/{done.uuid}/missed/")
    text = check(walk, done, right=False)
    assert "0 of 3 answers right now." in text
    assert CANARY not in text


def test_missed_question_in_another_open_exam_is_left_out(
    ada: User, as_: Any, bank: ItemBank
) -> None:
    done = fail(ada, make_page(bank))
    exam = make_attempt(ada, make_quiz(bank, count=2), timezone.now())
    examined = set(exam.responses.values_list("version__item", flat=True))
    left = done.responses.filter(version__kind__in={"single", "multiple", "ordering"}).exclude(
        version__item__in=examined
    )
    here = f"/quiz/{done.uuid}/missed/"
    reply = as_(ada).post(here, answers(done), follow=True)
    walk = Walker(as_(ada)).go(here)
    assert asked_again(walk) == set(left.values_list("slot", flat=True))
    for one in done.responses.filter(version__item__in=examined):
        assert f'id="q{one.slot}"' not in reply.content.decode().partition("<form")[2]
    submit_attempt(exam.uuid, ada, at=timezone.now())
    assert len(asked_again(walk.go(here))) == 3


def test_open_try_at_the_same_quiz_holds_the_redo_back(ada: User, as_: Any, bank: ItemBank) -> None:
    page = make_page(bank)
    done = fail(ada, page)
    make_attempt(ada, page, timezone.now())
    assert as_(ada).get(f"/quiz/{done.uuid}/missed/").status_code == 302


def test_missed_questions_of_somebody_else_do_not_exist(
    ada: User, ben: User, as_: Any, bank: ItemBank
) -> None:
    done = fail(ada, make_page(bank))
    assert as_(ben).get(f"/quiz/{done.uuid}/missed/").status_code == 404

"""While a question stands in an open judged attempt of a person, no other quiz tells them anything about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail import hooks
from wagtail.models import Task, Workflow, WorkflowTask

import pytest
from allauth.core.context import request_context
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from items.kinds.content import parse_content
from items.models import ItemBank
from items.publishing import cut_version
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, Quiz, QuizPage, Response
from quizzes.publishing import shared_banks
from quizzes.rules import feedback_policy
from quizzes.rules.settings import ASPECTS, SCORE
from quizzes.screens.previews import example_answer
from tests.factories.people import make_person
from tests.factories.quizzes import (
    CANARY,
    form_for,
    make_attempt,
    make_bank,
    make_quiz,
    make_row,
    take,
)

DAY = timedelta(days=1)
ASPECT_SETS = st.frozensets(st.sampled_from(sorted(ASPECTS)))


@given(ASPECT_SETS, st.booleans())
def test_item_under_examination_tells_nothing_and_the_score_waits(told, held):
    assert feedback_policy.withhold_item(told, examined=held) == (frozenset() if held else told)
    assert feedback_policy.withhold_score(told, examined=held) == (told - {SCORE} if held else told)


WORDS = [f"WORD-OF-{number}" for number in range(5)]


@pytest.fixture
def bank(db: None) -> ItemBank:
    """Five questions; the explanation of each has a word of its own."""
    return make_bank("SHARED", *[make_row(code=f"S-{word}", feedback=word) for word in WORDS])


def page_of(person: User, attempt: Attempt) -> str:
    browser = Client()
    browser.force_login(person, backend="home.backends.PersonBackend")
    return browser.get(reverse("quizzes:result", args=[attempt.uuid])).content.decode()


def words_told(page: str) -> set[str]:
    return {word for word in WORDS if word in page}


def words_asked(attempt: Attempt) -> set[str]:
    codes = attempt.responses.values_list("version__item__code", flat=True)
    return {code.removeprefix("S-") for code in codes}


@pytest.mark.parametrize("first", ["practice", "exam"])
def test_practice_tells_exactly_what_no_open_exam_asks(bank, first):
    practice = make_quiz(bank, preset="practice")
    for count in range(1, len(WORDS) + 1):
        person, exam = make_person(), make_quiz(bank, count=count)
        if first == "practice":
            done = take(person, practice, timezone.now())
            assert words_told(page_of(person, done)) == set(WORDS)
        tried = make_attempt(person, exam, timezone.now())
        if first == "exam":
            done = take(person, practice, timezone.now())
        page = page_of(person, done)
        asked = words_asked(tried)
        assert words_told(page) == set(WORDS) - asked
        assert page.count(CANARY) == 4 * (len(WORDS) - count)
        assert "5 of 5 points" not in page
        assert "stand in a try of yours that is open" in page
        submit_attempt(tried.uuid, person, at=timezone.now())
        assert words_told(page_of(person, done)) == set(WORDS)


SCORE_ONLY = {"during": []} | {f"after_{when}": ["score"] for when in ("submit", "last", "close")}
MINI = {
    "certifies": False,
    "lessons_first": False,
    "feedback": SCORE_ONLY,
    "title": "The mini quiz",
}


def test_score_of_a_quiz_waits_too_while_an_exam_asks_one_of_its_questions(bank, ada):
    """One question that was tried before: its score is the verdict of the question."""
    mini = make_quiz(bank, count=1, **MINI)
    browser = Client()
    browser.force_login(ada, backend="home.backends.PersonBackend")

    def told(done: Attempt) -> str:
        return " ".join((page_of(ada, done), *pages_of_own(browser)))

    wrong = take(ada, mini, timezone.now(), right=False)
    exam = make_attempt(ada, make_quiz(bank, title="The exam"), timezone.now())
    page = told(wrong)
    assert "stand in a try of yours that is open" in page
    for words in (" 0%", "0 of 1", "Not yet: ", '"percent"', '"passed"'):
        assert words not in page, words
    submit_attempt(exam.uuid, ada, at=timezone.now())
    assert "Not yet: 0%" in told(wrong)
    assert '"percent": "0' in told(wrong)


def test_quiz_with_a_verdict_waits_for_the_exam_that_asks_its_question(bank, ada):
    """The verdict is always told: of one question that one may try for ever it is the key."""
    mini = make_quiz(bank, count=1, **MINI)
    exam = make_attempt(ada, make_quiz(bank, title="The exam"), timezone.now())
    browser = Client()
    browser.force_login(ada, backend="home.backends.PersonBackend")
    told = browser.post(reverse("quizzes:start", args=[mini.pk]), follow=True)
    assert (
        "Your open try at “The exam” asks some of the same questions. Hand it in first."
        in told.text
    )
    onward = reverse("quizzes:resume", args=[exam.uuid])
    assert f'<a href="{onward}">Continue that try</a>' in told.text
    assert list(ada.attempts.all()) == [exam]
    submit_attempt(exam.uuid, ada, at=timezone.now())
    browser.post(reverse("quizzes:start", args=[mini.pk]))
    assert ada.attempts.count() == 2


def test_quiz_with_other_questions_starts_beside_an_exam(bank, ada):
    alone = make_quiz(make_bank("ALONE", make_row()), certifies=False, feedback=SCORE_ONLY)
    make_attempt(ada, make_quiz(bank, title="Another exam"), timezone.now())
    assert "Not yet: 0%" in page_of(ada, take(ada, alone, timezone.now(), right=False))


def pages_of_own(browser: Client) -> Iterator[str]:
    yield browser.get("/quiz/tries/").content.decode()
    answer = browser.get("/me/data.json")
    yield b"".join(answer).decode()


def test_practice_tells_everything_beside_other_peoples_exams_and_open_practice(bank, ada, ben):
    practice = make_quiz(bank, preset="practice")
    make_attempt(ben, make_quiz(bank), timezone.now())
    make_attempt(ada, make_quiz(bank, preset="survey"), timezone.now())
    page = page_of(ada, take(ada, practice, timezone.now()))
    assert words_told(page) == set(WORDS)
    assert "try of yours that is open" not in page


def test_new_version_of_an_examined_question_is_withheld_too(bank, ada):
    exam = make_attempt(ada, make_quiz(bank), timezone.now())
    for item in bank.items.all():
        item.feedback = f"{item.feedback} again"
        item.save()
        cut_version(item, actor="system:test", at=timezone.now())
    done = take(ada, make_quiz(bank, preset="practice"), timezone.now())
    assert not set(done.responses.values_list("version")) & set(
        exam.responses.values_list("version")
    )
    assert words_told(page_of(ada, done)) == set()


def test_checking_an_answer_is_not_offered_while_an_exam_asks_the_question(bank, ada):
    during = {"during": ["score", "correctness", "key", "reasons"]}
    telling = make_quiz(bank, one_page=False, preset="practice", feedback=during)
    mine = make_attempt(ada, telling, timezone.now())
    browser = Client()
    browser.force_login(ada, backend="home.backends.PersonBackend")
    here = reverse("quizzes:question", args=[mine.uuid, 1])
    assert "Check my answer" in browser.get(here).content.decode()
    exam = make_attempt(ada, make_quiz(bank), timezone.now())
    page = browser.get(here).content.decode()
    assert "Check my answer" not in page
    assert "stands in another try of yours" in page
    sent = form_for(mine.responses.select_related("version").get(slot=1))
    browser.post(here, {**sent, "seq": "1", "tell": "1"})
    assert CANARY not in browser.get(here).content.decode()
    assert not mine.responses.filter(revealed_at__isnull=False).exists()
    mine.responses.filter(slot=1).update(revealed_at=timezone.now())
    told = browser.get(here).content.decode()
    assert CANARY not in told
    assert "Right." not in told
    submit_attempt(exam.uuid, ada, at=timezone.now())
    assert CANARY in browser.get(here).content.decode()


def test_reviewers_comment_on_an_examined_question_waits(ada):
    bank = make_bank("ESSAYS", make_row("free_text"))
    done = take(ada, make_quiz(bank), timezone.now())
    Attempt.objects.filter(pk=done.pk).update(
        state="submitted",
        passed=False,
        percent=0,
        result={**done.result, **RESULT, "comments": [{"slot": 1, "comment": "Say who you are."}]},
    )
    assert "Say who you are." in page_of(ada, done)
    exam = make_attempt(ada, make_quiz(bank), timezone.now())
    assert "Say who you are." not in page_of(ada, done)
    assert exam.state == "open"


RESULT = {"told": "0", "right": 0, "critical_missed": [], "reasons": [], "by_principle": []}


@pytest.mark.databases
def test_publishing_warns_of_a_bank_shared_by_practice_and_exam(bank, dana, as_):
    exam, practice = make_quiz(bank), make_quiz(bank, preset="practice")
    survey = make_quiz(make_bank("OTHER", make_row()), preset="practice")
    for page in (exam, practice):
        (text,) = shared_banks.describe_shared_banks(page.quiz)
        assert text.startswith(f"“{practice.quiz.title}” tells the answers")
        assert "SHARED" in text
    assert shared_banks.describe_shared_banks(survey.quiz) == []
    practice.unpublish()
    assert shared_banks.describe_shared_banks(exam.quiz) == []


@pytest.fixture
def warned(rf) -> Iterator[Callable[[], list[str]]]:
    """A request is being served; what its author is told."""
    request = rf.post("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    with request_context(request):
        yield lambda: [str(message) for message in request._messages]


def planned(page: QuizPage) -> QuizPage:
    """A draft of the page with another title that goes live tomorrow."""
    page.title = "Renamed tomorrow"
    page.go_live_at = timezone.now() + DAY
    page.save_revision()
    return QuizPage.objects.get(pk=page.pk)


def approve(page: QuizPage, author: User) -> None:
    """Let the draft of the page pass a workflow of one task."""
    task = Task.objects.create(name="Review")
    workflow = Workflow.objects.create(name="Review first")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(page, author).current_task_state.approve(user=author)


@pytest.mark.parametrize("way", ["button", "approval", "plan", "approved plan"])
def test_publishing_in_any_way_warns_of_a_shared_bank(bank, dana, warned, way):
    make_quiz(bank)
    practice = make_quiz(bank, preset="practice")
    if "plan" in way:
        practice = planned(practice)
    else:
        practice.save_revision()
    if way == "button":
        practice.latest_revision.publish()
    elif way == "plan":
        for hook in hooks.get_hooks("after_publish_page"):
            hook(None, practice)
    else:
        approve(practice, dana)
    (text,) = warned()
    assert "tells the answers" in text
    assert not Quiz.objects.filter(title="Renamed tomorrow").exists()


def test_publishing_by_a_command_and_without_a_shared_bank_warns_nobody(bank, warned):
    make_quiz(bank)
    alone = make_quiz(make_bank("OTHER", make_row()), preset="practice")
    alone.save_revision().publish()
    assert warned() == []
    with request_context(None):
        make_quiz(bank, preset="practice").save_revision().publish()
    assert warned() == []


def walk_to_the_end(response: Response) -> dict[str, list[str]]:
    """What the server keeps of a story whose best steps were all taken."""
    tokens = {row["id"]: row["token"] for row in response.order}
    answer = example_answer(parse_content(response.version.content), right=True)
    return {"path": [tokens[step] for step in answer["path"]]}


def test_story_leaves_out_what_came_of_steps_while_an_exam_asks_it(ada):
    bank = make_bank("STORIES", make_row("scenario"))
    practice = {
        one_page: make_attempt(
            ada, make_quiz(bank, preset="practice", one_page=one_page), timezone.now()
        )
        for one_page in (True, False)
    }
    browser = Client()
    browser.force_login(ada, backend="home.backends.PersonBackend")
    pages = {}
    for one_page, mine in practice.items():
        Response.objects.filter(attempt=mine).update(form=walk_to_the_end(mine.responses.get()))
        name, more = ("quizzes:all", ()) if one_page else ("quizzes:question", (1,))
        pages[one_page] = reverse(name, args=[mine.uuid, *more])

    def told() -> set[bool]:
        texts = [browser.get(page).content.decode() for page in pages.values()]
        assert all("The story ends here" in text for text in texts)
        what_came = [f"{CANARY} came of" in text or f"{CANARY} good" in text for text in texts]
        assert ["stands in another try of yours" in text for text in texts] == [
            not came for came in what_came
        ]
        return set(what_came)

    assert told() == {True}
    exam = make_attempt(ada, make_quiz(bank), timezone.now())
    assert told() == {False}
    submit_attempt(exam.uuid, ada, at=timezone.now())
    assert told() == {True}

"""Walking through a branching scenario: steps are final and count once, and no unreached scene is sent."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from items.kinds.branching import follow_path
from items.kinds.content import kind_of, parse_content
from quizzes.attempts.autosave import NoSuchQuestionError, SaveResult, save_answer
from quizzes.attempts.branching import StoryMove
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, Response
from tests.factories.quizzes import CANARY, make_attempt, make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(ada: User) -> Attempt:
    return make_attempt(ada, make_quiz(make_bank("STORY", make_row("scenario"))), timezone.now())


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def here(attempt: Attempt) -> str:
    return f"/quiz/{attempt.uuid}/1/"


def token(attempt: Attempt, words: str) -> str:
    """The token of a choice anywhere in the story, as only the server knows it."""
    response = attempt.responses.select_related("version").get()
    nodes = response.version.content["nodes"]
    ids = {turn["text"]: turn["id"] for node in nodes for turn in node["choices"]}
    return next(row["token"] for row in response.order if row["id"] == ids[words])


def path(attempt: Attempt) -> list[str]:
    """The choices taken so far, in words."""
    response = attempt.responses.select_related("version").get()
    spec = parse_content(response.version.content)
    found = kind_of(spec).read(response.form, response.order)
    return [turn.text for _, turn in follow_path(spec, found).taken]


def press(attempt: Attempt, ada: User, *tokens: str, **more: Any) -> SaveResult:
    form = {"choice": list(tokens)}
    now = timezone.now()
    return save_answer(
        attempt.uuid, ada, 1, form, seq=0, at=now, pressed=True, **({"step": True} | more)
    )


def test_scenario_can_be_finished_without_scripts(attempt: Attempt, browser: Client) -> None:
    shown = browser.get(here(attempt)).content.decode()
    assert "Somebody complains." in shown
    assert "A step cannot be taken back" in shown
    for words, told in (("Do ask", "calm"), ("Do thank", "good")):
        page = browser.post(here(attempt), {"choice": token(attempt, words)}, follow=True)
        shown = page.content.decode()
        assert page.redirect_chain[0][0].startswith(here(attempt))
        assert f"{CANARY} came of {words[3:]}" in shown
        assert f"{CANARY} {told}" in shown
    assert "The story ends here" in shown
    page = browser.post(here(attempt), {}, follow=True)
    assert page.redirect_chain[-1][0] == f"/quiz/{attempt.uuid}/check/"
    assert submit_attempt(attempt.uuid, attempt.person, at=timezone.now()).percent == 100


def test_unreached_scenes_are_never_sent(attempt: Attempt, browser: Client) -> None:
    ask = token(attempt, "Do ask")
    ahead = ["row", "sorry", "delete", "came of argue", "good", "mixed", "bad", "why", "feedback"]
    seen = [browser.get(here(attempt)), browser.post(here(attempt), {})]
    seen.append(browser.post(here(attempt), {"choice": token(attempt, "Do thank")}, follow=True))
    seen.append(browser.post(f"{here(attempt)}save/", {"choice": ask, "seq": 5}))
    seen.append(browser.get(f"/quiz/{attempt.uuid}/check/"))
    assert not [CANARY for shown in seen if CANARY in shown.content.decode()]
    seen = [browser.post(here(attempt), {"choice": ask}, follow=True)]
    seen.append(browser.get(f"/quiz/{attempt.uuid}/check/"))
    for shown in seen:
        assert not [word for word in ahead if f"{CANARY} {word}" in shown.content.decode()]


def test_unfinished_scenario_shows_an_error_and_a_way_on(attempt: Attempt, browser: Client) -> None:
    press(attempt, attempt.person, token(attempt, "Do ask"))
    shown = browser.post(here(attempt), {})
    assert b"There is a problem" in shown.content
    assert b"The story goes on. Choose what you do next." in shown.content
    page = browser.post(here(attempt), {"without": "1"}, follow=True)
    assert page.redirect_chain[-1][0] == f"/quiz/{attempt.uuid}/check/"
    assert b"The story goes on" in page.content


def test_autosave_never_takes_a_step(attempt: Attempt, ada: User) -> None:
    form = {"choice": [token(attempt, "Do ask")]}
    assert save_answer(attempt.uuid, ada, 1, form, seq=3, at=timezone.now()).saved
    assert path(attempt) == []
    assert attempt.responses.get().form == form


@pytest.mark.parametrize("more", [{"step": False}, {"step": False, "flagged": True}], ids=str)
def test_pressing_later_takes_no_step(more: Any, attempt: Attempt, ada: User) -> None:
    press(attempt, ada, token(attempt, "Do ask"), **more)
    assert path(attempt) == []


def test_step_cannot_be_taken_back(attempt: Attempt, ada: User) -> None:
    press(attempt, ada, token(attempt, "Do argue"))
    again = press(attempt, ada, token(attempt, "Do ask"))
    assert again.moved is StoryMove.STALE
    save_answer(attempt.uuid, ada, 1, {}, seq=99, at=timezone.now(), pressed=True)
    assert path(attempt) == ["Do argue"]


def test_pressing_twice_takes_one_step(attempt: Attempt, ada: User) -> None:
    ask = token(attempt, "Do ask")
    assert [press(attempt, ada, ask).moved for _ in range(2)] == [StoryMove.TAKEN, StoryMove.TAKEN]
    assert path(attempt) == ["Do ask"]


def test_stale_tab_is_shown_the_current_scene(attempt: Attempt, browser: Client) -> None:
    press(attempt, attempt.person, token(attempt, "Do ask"))
    shown = browser.post(here(attempt), {"choice": token(attempt, "Do argue")}, follow=True)
    assert shown.status_code == 200
    assert b"The story had gone on in another tab" in shown.content
    assert path(attempt) == ["Do ask"]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"path": ["Do ask", "Do thank"]}, id="a path of one's own"),
        pytest.param({"choice": ["Do thank"]}, id="a choice further on"),
        pytest.param({"choice": ["Do ask", "Do thank"]}, id="two steps at once"),
        pytest.param({"choice": ["nonsense"]}, id="nonsense"),
    ],
)
def test_forged_post_takes_no_step(forged: Any, attempt: Attempt, ada: User) -> None:
    words = {"Do ask", "Do thank"}
    form = {
        name: [token(attempt, one) if one in words else one for one in values]
        for name, values in forged.items()
    }
    now = timezone.now()
    save_answer(attempt.uuid, ada, 1, form, seq=1, at=now, pressed=True, step=True)
    assert path(attempt) == []


def test_autosave_from_an_earlier_scene_changes_nothing(attempt: Attempt, ada: User) -> None:
    press(attempt, ada, token(attempt, "Do ask"))
    press(attempt, ada, token(attempt, "Do thank"), step=False)
    late = {"choice": [token(attempt, "Do argue")]}
    save_answer(attempt.uuid, ada, 1, late, seq=900, at=timezone.now())
    assert submit_attempt(attempt.uuid, ada, at=timezone.now()).percent == 100


def test_saved_choice_counts_as_taken_on_submit(attempt: Attempt, ada: User) -> None:
    press(attempt, ada, token(attempt, "Do ask"))
    form = {"choice": [token(attempt, "Do joke")]}
    save_answer(attempt.uuid, ada, 1, form, seq=50, at=timezone.now())
    assert submit_attempt(attempt.uuid, ada, at=timezone.now()).percent == 50


def test_autosave_refuses_a_lower_sequence_number(attempt: Attempt, ada: User) -> None:
    ask, argue = token(attempt, "Do ask"), token(attempt, "Do argue")
    save_answer(attempt.uuid, ada, 1, {"choice": [ask]}, seq=5, at=timezone.now())
    save_answer(attempt.uuid, ada, 1, {"choice": [argue]}, seq=4, at=timezone.now())
    assert Response.objects.get().form == {"choice": [ask]}


def test_step_in_somebody_elses_scenario_is_refused(attempt: Attempt, carol: User) -> None:
    with pytest.raises(NoSuchQuestionError):
        press(attempt, carol, token(attempt, "Do ask"))


def test_step_after_submit_is_refused(attempt: Attempt, ada: User) -> None:
    press(attempt, ada, token(attempt, "Do ask"))
    submit_attempt(attempt.uuid, ada, at=timezone.now())
    assert press(attempt, ada, token(attempt, "Do thank")).closed
    assert path(attempt) == ["Do ask"]


def test_reveal_shows_the_taken_path_and_better_choices(
    attempt: Attempt, ada: User, browser: Client
) -> None:
    for words in ("Do argue", "Do delete"):
        press(attempt, ada, token(attempt, words))
    submit_attempt(attempt.uuid, ada, at=timezone.now())
    question = attempt.responses.select_related("version").get()
    spec = parse_content(question.version.content)
    told = kind_of(spec).reveal(spec, question.answer).dealt(question.order)
    assert [str(part.yours) for part in told.parts[:2]] == ["Do argue", "Do delete"]
    assert [str(part.better) for part in told.parts[:2]] == ["Do ask", "Do sorry"]
    assert told.parts[2].reason == f"{CANARY} why bad"

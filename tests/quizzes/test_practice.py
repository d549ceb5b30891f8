"""Practice: an answer is checked when the person asks and is final then; or all answers on one page."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from quizzes.attempts.autosave import close_question, save_answer
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Response
from quizzes.rules import presets
from quizzes.rules.settings import ASPECTS
from quizzes.screens.questions import AskedQuestion
from tests.factories.quizzes import (
    CANARY,
    EVERY,
    form_for,
    make_attempt,
    make_bank,
    make_quiz,
    make_row,
)
from tests.markup import squeeze_markup
from tests.quizzes.test_attempt_screens import address, h1

pytestmark = pytest.mark.django_db
KEPT = "You have checked this answer. It cannot be changed any more."


def practice(*kinds: str, code: str = "PRACTICE", **rules: Any) -> QuizPage:
    bank = make_bank(code, *(make_row(kind) for kind in kinds or ("single",)))
    return make_quiz(bank, preset="practice", **rules)


def asked(attempt: Attempt, slot: int = 1) -> Response:
    return attempt.responses.select_related("version").get(slot=slot)


def prefixed(attempt: Attempt, *, right: bool = True) -> dict[str, list[str]]:
    """The whole form of the one page."""
    return {
        f"q{response.slot}-{name}": values
        for response in attempt.responses.select_related("version")
        for name, values in form_for(response, right=right).items()
    }


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


@pytest.fixture
def attempt(ada: User) -> Attempt:
    page = practice("single", "number", one_page=False)
    return make_attempt(ada, page, timezone.now())


@pytest.fixture
def one_page(ada: User) -> Attempt:
    return make_attempt(ada, practice("single", "number", "ordering"), timezone.now())


class TestCheckingAnswers:
    @pytest.mark.parametrize(
        ("right", "verdict"), [(True, "Right."), (False, "Not quite.")], ids=["right", "wrong"]
    )
    def test_checked_answer_is_explained_immediately(
        self, right: bool, verdict: str, attempt: Attempt, browser: Client
    ) -> None:
        assert "Check my answer" in browser.get(address(attempt, 1)).content.decode()
        form = form_for(asked(attempt), right=right)
        reply = browser.post(address(attempt, 1), form | {"tell": "1"})
        assert reply.url == address(attempt, 1) + "#verdict"
        shown = squeeze_markup(browser.get(address(attempt, 1)).content.decode())
        assert f">{verdict}</h2>" in shown
        assert CANARY in shown
        assert re.search(r'id="verdict" tabindex="-1"', shown)
        assert f'href="{address(attempt, 2)}">Continue<' in shown

    def test_blank_answer_is_not_explained(self, attempt: Attempt, browser: Client) -> None:
        shown = browser.post(address(attempt, 1), {"tell": "1"}).content.decode()
        assert "There is a problem" in shown
        assert CANARY not in shown
        assert asked(attempt).revealed_at is None

    def test_unfinished_answer_can_be_checked_as_it_is(self, ada: User, browser: Client) -> None:
        attempt = make_attempt(ada, practice("matching", one_page=False), timezone.now())
        first = dict(list(form_for(asked(attempt)).items())[:1])
        shown = browser.post(address(attempt, 1), first | {"tell": "1"}).content.decode()
        assert "Check the answer as it is" in shown
        browser.post(address(attempt, 1), first | {"tell": "anyway"})
        assert asked(attempt).revealed_at

    def test_checked_answer_cannot_be_changed(self, attempt: Attempt, browser: Client) -> None:
        wrong = form_for(asked(attempt), right=False)
        browser.post(address(attempt, 1), wrong | {"tell": "1"})
        told_at = asked(attempt).revealed_at
        right = form_for(asked(attempt))
        shown = browser.post(address(attempt, 1), right | {"tell": "1"}, follow=True)
        late = browser.post(f"{address(attempt, 1)}save/", right | {"seq": "900"})
        assert KEPT in shown.content.decode()
        assert (late.status_code, late.json()) == (409, {"saved": False, "reason": KEPT})
        assert asked(attempt).form == wrong
        assert asked(attempt).revealed_at == told_at

    def test_older_autosave_of_a_checked_answer_is_refused(
        self, attempt: Attempt, browser: Client
    ) -> None:
        form = form_for(asked(attempt))
        browser.post(address(attempt, 1), form | {"tell": "1", "seq": "7"})
        late = browser.post(f"{address(attempt, 1)}save/", form | {"seq": "6"})
        assert (late.status_code, late.json()) == (409, {"saved": False, "reason": KEPT})

    def test_close_question_refuses_when_the_answer_changed_meanwhile(
        self, ada: User, attempt: Attempt
    ) -> None:
        """A save between checking an answer and closing its question keeps the question open."""
        seen = asked(attempt)
        form = form_for(seen)
        save_answer(attempt.uuid, ada, 1, form, seq=5, at=timezone.now())
        assert not close_question(seen, ada, at=timezone.now())
        assert close_question(asked(attempt), ada, at=timezone.now())
        late = save_answer(attempt.uuid, ada, 1, {}, seq=9, at=timezone.now(), pressed=True)
        assert late.closed
        assert asked(attempt).form == form

    def test_checked_answers_count_in_the_result(self, attempt: Attempt, browser: Client) -> None:
        for slot in (1, 2):
            form = form_for(asked(attempt, slot))
            browser.post(address(attempt, slot), form | {"tell": "1"})
        shown = squeeze_markup(browser.get(address(attempt, "check")).content.decode())
        assert ">Read<" in shown
        assert ">Change<" not in shown
        shown = browser.post(address(attempt, "submit"), follow=True)
        assert h1(shown) == "2 of 2 points"

    def test_pressing_later_reveals_nothing(self, attempt: Attempt, browser: Client) -> None:
        browser.post(address(attempt, 1), form_for(asked(attempt)) | {"later": "1"})
        assert asked(attempt).revealed_at is None

    def test_exam_never_reveals_an_answer_when_check_is_posted(
        self, ada: User, browser: Client
    ) -> None:
        attempt = make_attempt(ada, make_quiz(make_bank("EXAM", make_row())), timezone.now())
        form = form_for(asked(attempt), right=False)
        shown = browser.post(address(attempt, 1), form | {"tell": "1"}, follow=True)
        assert CANARY not in shown.content.decode()
        assert asked(attempt).revealed_at is None

    @pytest.mark.parametrize("kind", ["survey", "description", "free_text"])
    def test_kinds_without_a_check_offer_none(self, kind: str, ada: User, browser: Client) -> None:
        attempt = make_attempt(ada, practice(kind, one_page=False), timezone.now())
        form = {"essay": "I would say so."} if kind == "free_text" else form_for(asked(attempt))
        assert "Check my answer" not in browser.get(address(attempt, 1)).content.decode()
        onward = browser.post(address(attempt, 1), form | {"tell": "1"})
        assert onward.url == address(attempt, "check")
        assert asked(attempt).revealed_at is None

    def test_checking_an_answer_takes_six_queries(
        self, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        form = form_for(asked(attempt))
        with django_assert_max_num_queries(6):
            browser.post(address(attempt, 1), form | {"tell": "1"})


def shown_as_seen(shown: Any) -> dict[str, str]:
    """What a form says that its page showed."""
    return dict(re.findall(r'name="(q\d+-seen)" value="([^"]+)"', shown.content.decode()))


class TestOnePageQuiz:
    def test_all_answers_are_checked_together(
        self, ada: User, one_page: Attempt, browser: Client
    ) -> None:
        assert browser.get(address(one_page)).url == address(one_page, "all")
        shown = squeeze_markup(browser.get(address(one_page, "all")).content.decode())
        assert shown.count("<legend><h2>") == 3
        assert "Check all" in shown
        shown = browser.post(address(one_page, "all"), prefixed(one_page), follow=True)
        assert h1(shown) == "3 of 3 points"
        assert CANARY in shown.content.decode()

    def test_html_ids_and_names_are_unique_per_question(
        self, one_page: Attempt, browser: Client
    ) -> None:
        shown = browser.get(address(one_page, "all")).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert len(ids) == len(set(ids))
        form = shown.split('id="all"')[1]
        names = set(re.findall(r'\sname="([^"]+)"', form.split("</form>")[0]))
        own = {name.partition("-")[0] for name in names - {"csrfmiddlewaretoken", "later", "clear"}}
        assert own == {"q1", "q2", "q3"}

    def test_missing_answers_are_listed_with_links(
        self, one_page: Attempt, browser: Client
    ) -> None:
        sent = {k: v for k, v in prefixed(one_page).items() if not k.startswith("q2-")}
        shown = browser.post(address(one_page, "all"), sent).content.decode()
        assert "<title>Error: " in shown
        assert re.findall(r'<a href="#(q\d)-answer">', shown) == ["q2"]
        assert 'id="q2-answer"' in shown
        assert CANARY not in shown
        shown = browser.post(address(one_page, "all"), sent | {"without": "1"}, follow=True)
        assert h1(shown) == "2 of 3 points"

    def test_saving_for_later_does_not_submit(self, one_page: Attempt, browser: Client) -> None:
        sent = prefixed(one_page)
        browser.post(address(one_page, "all"), sent | {"later": "1"})
        one_page.refresh_from_db()
        assert one_page.state == "open"
        shown = browser.get(address(one_page, "all")).content.decode()
        assert "3 of 3 questions answered" in shown

    def test_unticked_box_clears_the_answer(self, ada: User, browser: Client) -> None:
        attempt = make_attempt(ada, practice("multiple"), timezone.now())
        browser.post(address(attempt, "all"), prefixed(attempt) | {"later": "1"})
        browser.post(address(attempt, "all"), {"later": "1"})
        assert asked(attempt).form == {}

    def test_single_answer_can_be_cleared(self, ada: User, browser: Client) -> None:
        attempt = make_attempt(ada, practice("single", "true_false"), timezone.now())
        shown = browser.get(address(attempt, "all")).content.decode()
        assert shown.count('name="clear"') == 2
        reply = browser.post(address(attempt, "all"), prefixed(attempt) | {"clear": "2"})
        assert reply.url == address(attempt, "all") + "#q2"
        assert [bool(asked(attempt, slot).form) for slot in (1, 2)] == [True, False]

    def test_autosave_stores_all_answers_of_the_page(
        self, one_page: Attempt, browser: Client
    ) -> None:
        sent = prefixed(one_page, right=False) | {"seq": "4"}
        reply = browser.post(f"{address(one_page, 'all')}save/", sent)
        assert reply.json() == {"saved": True, "seq": 4}
        older = browser.post(f"{address(one_page, 'all')}save/", {"seq": "3", "question": "1"})
        assert (older.status_code, older.json()["seq"]) == (409, 4)
        assert all(response.form for response in one_page.responses.all())
        for nothing in ({}, {"seq": "5"}, {"question": "1"}):
            assert browser.post(f"{address(one_page, 'all')}save/", nothing).status_code == 400

    def test_change_to_one_question_leaves_the_others_as_another_tab_has_stored_them(
        self, one_page: Attempt, browser: Client
    ) -> None:
        """Both tabs were opened before anything was answered."""
        sent, here = prefixed(one_page), f"{address(one_page, 'all')}save/"
        for slot, writer in ((1, "two"), (3, "one")):
            fields = {name: sent[name] for name in sent if name.startswith(f"q{slot}-")}
            named = {"seq": "1", "question": str(slot), "writer": writer}
            assert browser.post(here, fields | named).json() == {"saved": True, "seq": 1}
        assert [bool(asked(one_page, slot).form) for slot in (1, 2, 3)] == [True, False, True]

    @pytest.mark.parametrize("button", ["later", "without"])
    def test_old_form_without_scripts_leaves_what_another_tab_has_stored(
        self, button: str, one_page: Attempt, browser: Client
    ) -> None:
        seen = shown_as_seen(browser.get(address(one_page, "all")))
        sent = prefixed(one_page)
        first = {name: sent[name] for name in sent if name.startswith("q1-")}
        browser.post(f"{address(one_page, 'all')}save/", first | {"seq": "1"})
        third = {name: sent[name] for name in sent if name.startswith("q3-")}
        shown = browser.post(address(one_page, "all"), seen | third | {button: "1"}, follow=True)
        assert "Question 1 was answered in another tab" in shown.content.decode()
        assert [bool(asked(one_page, slot).form) for slot in (1, 2, 3)] == [True, False, True]
        one_page.refresh_from_db()
        assert one_page.state == "open"  # the person has not seen what would be handed in

    def test_unchanged_answer_of_an_old_form_leaves_what_another_tab_has_stored(
        self, one_page: Attempt, browser: Client
    ) -> None:
        old, new = prefixed(one_page, right=False), prefixed(one_page)
        browser.post(address(one_page, "all"), old | {"later": "1"})
        seen = shown_as_seen(browser.get(address(one_page, "all")))
        browser.post(f"{address(one_page, 'all')}save/", new | {"seq": "9"})
        stored = [asked(one_page, slot).form for slot in (1, 2, 3)]
        browser.post(address(one_page, "all"), old | seen | {"later": "1"})
        assert [asked(one_page, slot).form for slot in (1, 2, 3)] == stored
        changed = {name: old[name] for name in old if name.startswith("q1-")}
        browser.post(address(one_page, "all"), new | seen | {"later": "1"} | changed)
        assert asked(one_page, 1).form == stored[0]  # still what the page showed
        browser.post(address(one_page, "all"), old | {"later": "1"})
        assert asked(one_page, 1).form != stored[0]

    def test_save_after_submit_is_refused_with_a_reason(
        self, ada: User, one_page: Attempt, browser: Client
    ) -> None:
        submit_attempt(one_page.uuid, ada, at=timezone.now())
        late = browser.post(f"{address(one_page, 'all')}save/", prefixed(one_page) | {"seq": "9"})
        assert late.status_code == 409
        shown = browser.post(address(one_page, "all"), prefixed(one_page), follow=True)
        assert "It takes no more answers" in shown.content.decode()

    @pytest.mark.parametrize("place", [2, "check"])
    def test_question_and_check_addresses_redirect_to_the_page(
        self, place: int | str, one_page: Attempt, browser: Client
    ) -> None:
        found = browser.get(address(one_page, place)).url
        assert found == address(one_page, "all") + ("#q2" if place == 2 else "")

    def test_exam_has_no_one_page_screen(self, ada: User, browser: Client) -> None:
        page = make_quiz(make_bank("EXAM", make_row()), one_page=True)
        attempt = make_attempt(ada, page, timezone.now())
        form = prefixed(attempt)
        assert browser.get(address(attempt, "all")).url == address(attempt)
        assert browser.post(address(attempt, "all"), form).url == address(attempt)
        assert asked(attempt).form == {}

    def test_scenario_advances_step_by_step(self, ada: User, browser: Client) -> None:
        attempt = make_attempt(ada, practice("scenario"), timezone.now())
        here = address(attempt, "all")
        assert "Take this step" in browser.get(here).content.decode()
        shown = browser.post(here, {"step": "1"}).content.decode()
        assert "There is a problem" in shown
        for does in ("ask", "thank"):
            choices = AskedQuestion(asked(attempt)).face.choices
            token = next(choice.value for choice in choices if choice.text == f"Do {does}")
            onward = browser.post(here, {"q1-choice": token, "step": "1"})
            assert onward.url == f"{here}#q1"
        assert "Take this step" not in browser.get(here).content.decode()
        assert h1(browser.post(here, {}, follow=True)) == "1 of 1 point"

    @pytest.mark.parametrize("kind", EVERY)
    def test_questions_of_one_kind_keep_their_own_answers(
        self, kind: str, ada: User, browser: Client
    ) -> None:
        attempt = make_attempt(ada, practice(kind, kind), timezone.now())
        sent = prefixed(attempt, right=False)
        browser.post(address(attempt, "all"), sent | {"later": "1"})
        for response in attempt.responses.select_related("version"):
            assert response.form == form_for(response, right=False)

    @pytest.mark.parametrize("place", ["all", "all/save"])
    def test_somebody_elses_attempt_cannot_be_written(
        self, place: str, one_page: Attempt, carol: User, as_: Any
    ) -> None:
        reply = as_(carol).post(address(one_page, place), prefixed(one_page) | {"seq": "5"})
        assert reply.status_code == 404
        assert asked(one_page).form == {}


class TestSurvey:
    @pytest.fixture
    def survey(self, ada: User) -> Attempt:
        bank = make_bank("VIEWS", make_row("survey"), make_row("survey"))
        return make_attempt(ada, make_quiz(bank, preset="survey"), timezone.now())

    def test_survey_result_thanks_without_judging(self, survey: Attempt, browser: Client) -> None:
        assert ">Hand in<" in squeeze_markup(browser.get(address(survey, "all")).content.decode())
        shown = browser.post(address(survey, "all"), prefixed(survey), follow=True)
        assert h1(shown) == "Thank you"
        text = squeeze_markup(shown.content.decode()).split("<main")[1].split("</main>")[0]
        assert not re.search(r"pass|point|right|certificate|try again", text, re.IGNORECASE)
        assert text.count(">Your answer<") == 2
        assert CANARY not in text


def test_silent_practice_shows_no_numbers(ada: User, browser: Client) -> None:
    page = practice("single", feedback=presets.SILENT)
    attempt = make_attempt(ada, page, timezone.now())
    assert ">Hand in<" in squeeze_markup(browser.get(address(attempt, "all")).content.decode())
    shown = browser.post(address(attempt, "all"), prefixed(attempt), follow=True)
    assert h1(shown) == "You have handed in your answers"
    assert CANARY not in shown.content.decode()
    assert set(ASPECTS) & set(presets.SILENT["after_submit"]) == set()

"""The screens of an attempt without scripts, and what must not reach the browser before the end."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from items.models import ItemVersion
from quizzes.attempts.autosave import NoSuchQuestionError, save_answer
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage
from quizzes.rules import presets
from tests.factories.quizzes import (
    CANARY,
    EVERY,
    UNSCORED,
    answer_all,
    form_for,
    make_attempt,
    make_bank,
    make_quiz,
    make_ready,
    make_row,
    take,
)

POLICIES = {
    "always": presets.AFTERWARDS,
    "after_pass": presets.GUARDED,
    "never": presets.SILENT,
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> QuizPage:
    return make_quiz()


@pytest.fixture
def attempt(ada: User, page: QuizPage) -> Attempt:
    return make_attempt(ada, page, timezone.now())


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def address(attempt: Attempt, slot: int | str = "") -> str:
    return f"/quiz/{attempt.uuid}/{slot}/" if slot else f"/quiz/{attempt.uuid}/"


def h1(response: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip()


def secrets_of(attempt: Attempt) -> set[str]:
    """Everything about the key that a page could leak: canaries, seed, real ids."""
    ids = set()
    for version in ItemVersion.objects.all():
        rows = [
            *version.content.get("options", ()),
            *version.content.get("steps", ()),
            *version.content.get("pairs", ()),
            *version.content.get("rights", ()),
            *version.content.get("gaps", ()),
            *version.content.get("categories", ()),
            *version.content.get("items", ()),
            *version.content.get("scale", ()),
            *version.content.get("aspects", ()),
            *version.content.get("segments", ()),
        ]
        for gap in version.content.get("gaps", ()):
            rows += gap.get("options", ())
        ids |= {row["id"] for row in rows}
    typed = {"41.5", "canary-bird", "canary-chick", "canary-typed"}
    return ids | typed | {CANARY, attempt.seed, "data-correct", '"correct"', '"fault"'}


def test_quiz_can_be_passed_without_scripts(ada: User, page: QuizPage, browser: Client) -> None:
    make_ready(ada, page)
    shown = browser.get(page.get_url())
    assert b"Start try 1" in shown.content
    shown = browser.post(f"/quiz/start/{page.pk}/", follow=True)
    attempt = Attempt.objects.get()
    for response in attempt.responses.select_related("version").order_by("slot"):
        assert shown.context["sheet"].question.slot == response.slot
        shown = browser.post(address(attempt, response.slot), form_for(response), follow=True)
    assert h1(shown) == "Check your answers, then hand in the quiz"
    assert b"No answer" not in shown.content
    shown = browser.post(address(attempt, "submit"), follow=True)
    assert h1(shown) == "You passed with 100%"
    assert b"/certificates/" in shown.content


@pytest.mark.parametrize("kind", EVERY)
def test_key_never_reaches_the_browser_before_the_end(
    kind: str, ada: User, browser: Client
) -> None:
    page = make_quiz(make_bank("KEYS", make_row(kind), make_row("single")))
    attempt = make_attempt(ada, page, timezone.now())
    seen = [browser.get(page.get_url())]
    for response in attempt.responses.select_related("version"):
        here = address(attempt, response.slot)
        seen += [browser.get(here), browser.post(here, {})]
        seen.append(browser.post(here, form_for(response, right=False), follow=True))
        seen.append(browser.post(f"{here}save/", {"seq": 50} | form_for(response, right=False)))
    seen += [browser.get(address(attempt, "check"))]
    seen.append(browser.post(address(attempt, "submit"), follow=True))
    assert h1(seen[-1]).startswith("Not yet: ")
    for shown in seen:
        bytes_seen = shown.content.decode() + str(shown.headers)
        assert not [secret for secret in secrets_of(attempt) if secret in bytes_seen]


@pytest.mark.parametrize(
    ("policy", "right", "told"),
    [
        ("always", False, True),
        ("always", True, True),
        ("after_pass", False, False),
        ("after_pass", True, True),
        ("never", True, False),
    ],
)
def test_result_explains_answers_as_the_policy_allows(
    policy: str, right: bool, told: bool, ada: User, browser: Client
) -> None:
    done = take(ada, make_quiz(feedback=POLICIES[policy]), timezone.now(), right=right)
    shown = browser.get(address(done, "result")).content.decode()
    assert (CANARY in shown) is told


def test_result_explains_answers_after_the_last_attempt(ada: User, browser: Client) -> None:
    page = make_quiz(attempts_allowed=1, attempts_window_hours=0)
    done = take(ada, page, timezone.now(), right=False)
    assert CANARY in browser.get(address(done, "result")).content.decode()


def test_result_hides_answers_while_another_attempt_will_open(ada: User, browser: Client) -> None:
    done = take(ada, make_quiz(attempts_allowed=1), timezone.now(), right=False)
    shown = browser.get(address(done, "result")).content.decode()
    assert CANARY not in shown
    assert "You have used all your tries. Your next try opens on" in shown


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind != "description"])
def test_saved_answer_of_each_kind_is_shown_again(kind: str, ada: User, browser: Client) -> None:
    page = make_quiz(make_bank(f"ONLY-{kind.upper().replace('_', '-')}", make_row(kind)))
    attempt = make_attempt(ada, page, timezone.now())
    response = attempt.responses.select_related("version").get()
    form = form_for(response, right=False)
    browser.post(address(attempt, 1), form)
    shown = browser.get(address(attempt, 1)).content.decode()
    chosen = re.findall(r'value="([a-z0-9]+)"[^>]*(?:checked|selected)', shown)
    chosen += re.findall(r'<input\s+type="text"[^>]*\svalue="([^"]+)"', shown)
    assert sorted(chosen) == sorted(value for values in form.values() for value in values)


@pytest.mark.parametrize("kind", EVERY)
def test_question_page_preselects_nothing(kind: str, ada: User, browser: Client) -> None:
    page = make_quiz(make_bank(f"ONLY-{kind.upper().replace('_', '-')}", make_row(kind)))
    attempt = make_attempt(ada, page, timezone.now())
    shown = browser.get(address(attempt, 1)).content.decode()
    assert not re.search(r"\b(checked|selected)\b", shown.split("<main")[1])


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind not in UNSCORED])
def test_quiz_of_each_kind_can_be_passed_without_scripts(
    kind: str, ada: User, browser: Client
) -> None:
    page = make_quiz(make_bank("ONE", make_row(kind)))
    attempt = make_attempt(ada, page, timezone.now())
    form = form_for(attempt.responses.select_related("version").get())
    assert browser.post(address(attempt, 1), form).url == address(attempt, "check")
    assert b"No answer" not in browser.get(address(attempt, "check")).content
    shown = browser.post(address(attempt, "submit"), follow=True)
    assert h1(shown) == "You passed with 100%"


def test_description_is_neither_listed_nor_counted(ada: User, browser: Client) -> None:
    page = make_quiz(make_bank("READ", make_row("description"), make_row("description")))
    bank = make_bank("READ", make_row("single"))
    page = make_quiz(bank)
    attempt = make_attempt(ada, page, timezone.now())
    texts = {response.slot: response for response in attempt.responses.select_related("version")}
    for slot, response in sorted(texts.items()):
        shown = browser.get(address(attempt, slot)).content.decode()
        said = "Continue" if response.version.kind == "description" else "Save and continue"
        assert re.search(rf'class="button">\s*{said}\s*<', shown)
        onward = browser.post(address(attempt, slot), form_for(response))
        assert onward.url == address(attempt, slot + 1 if slot < 3 else "check")
    shown = browser.get(address(attempt, "check")).content.decode()
    assert "No answer" not in shown
    assert shown.count("<dt>") == 1
    shown = browser.post(address(attempt, "submit"), follow=True).content.decode()
    assert "1 of 1 question right" in shown


def test_empty_answer_shows_an_error_and_a_way_on(attempt: Attempt, browser: Client) -> None:
    shown = browser.post(address(attempt, 1), {})
    text = shown.content.decode()
    assert re.search(r"<title>Error:\s+Question 1 of 6", text)
    assert 'href="#answer"' in text
    assert "Continue without an answer" in text
    onward = browser.post(address(attempt, 1), {"without": "1"})
    assert onward.url == address(attempt, 2)


def test_pressing_later_flags_the_question(attempt: Attempt, browser: Client) -> None:
    onward = browser.post(address(attempt, 2), {"later": "1"})
    assert onward.url == address(attempt, 3)
    assert attempt.responses.get(slot=2).flagged
    assert "You wanted to come back to" in browser.get(address(attempt, "check")).content.decode()


def test_change_link_returns_to_the_check_page(attempt: Attempt, browser: Client) -> None:
    response = attempt.responses.select_related("version").get(slot=3)
    shown = browser.get(address(attempt, "check")).content.decode()
    assert f'href="{address(attempt, 3)}?check"' in shown
    onward = browser.post(f"{address(attempt, 3)}?check", form_for(response))
    assert onward.url == address(attempt, "check")


def test_answer_can_be_cleared(ada: User, browser: Client) -> None:
    page = make_quiz(make_bank("SINGLES", make_row("single")))
    attempt = make_attempt(ada, page, timezone.now())
    form = form_for(attempt.responses.select_related("version").get())
    browser.post(address(attempt, 1), form)
    again = browser.post(address(attempt, 1), form | {"clear": "1"})
    assert again.url == address(attempt, 1)
    assert attempt.responses.get().form == {}


def test_attempt_address_redirects_to_the_first_open_question(
    attempt: Attempt, browser: Client
) -> None:
    response = attempt.responses.select_related("version").get(slot=1)
    browser.post(address(attempt, 1), form_for(response))
    assert browser.get(address(attempt)).url == address(attempt, 2)


def test_pages_of_an_open_try_say_so_and_kept_answers_are_sent(
    attempt: Attempt, browser: Client
) -> None:
    said = f'data-attempt="{attempt.uuid}"'
    for place in (2, "check"):
        page = browser.get(address(attempt, place)).text
        assert f"{said} data-open" in page
        assert f'<body data-person="{attempt.person.uuid}">' in page
    submit_attempt(attempt.uuid, attempt.person, at=timezone.now())
    result = browser.get(address(attempt, "result")).text
    assert f"{said}>" in result
    assert "data-open" not in result
    assert "data-when-late" in result


def test_check_page_says_what_became_of_kept_answers(attempt: Attempt, browser: Client) -> None:
    shown = browser.get(f"{address(attempt, 'check')}?sent=3,2&left=4,99,x").text
    sent, left = re.findall(r'<div class="notice \w+" role="status">(.*?)</div>', shown, re.DOTALL)[
        :2
    ]
    assert re.findall(r"/(\d+)/\?check", sent) == ["2", "3"]
    assert re.findall(r"/(\d+)/\?check", left) == ["4"]
    assert (
        'role="status">'
        not in browser.get(address(attempt, "check")).text.split("data-when-unsent")[0]
    )


def test_autosave_replies_with_the_stored_sequence_number(
    attempt: Attempt, browser: Client
) -> None:
    response = attempt.responses.select_related("version").get(slot=1)
    sent = form_for(response) | {"seq": "7"}
    reply = browser.post(f"{address(attempt, 1)}save/", sent)
    assert reply.json() == {"saved": True, "seq": 7}
    again = browser.post(f"{address(attempt, 1)}save/", sent)
    assert again.json() == {"saved": True, "seq": 7, "mine": True}
    older = browser.post(f"{address(attempt, 1)}save/", sent | {"seq": "6"})
    told = older.json()
    assert (older.status_code, told["saved"], told["seq"]) == (409, False, 7)
    assert told["form"] == form_for(response)
    assert told["reason"]
    assert told["stands"]


def test_autosave_of_another_page_with_the_same_number_is_refused(
    attempt: Attempt, browser: Client
) -> None:
    response = attempt.responses.select_related("version").get(slot=1)
    here = f"{address(attempt, 1)}save/"
    mine = form_for(response) | {"seq": "1", "writer": "tab-1"}
    other = form_for(response, right=False) | {"seq": "1", "writer": "tab-2"}
    assert browser.post(here, mine).json()["saved"]
    refused = browser.post(here, other)
    assert (refused.status_code, refused.json()["mine"]) == (409, False)
    assert browser.post(here, mine).json() == {"saved": True, "seq": 1, "mine": True}
    assert browser.post(here, other | {"seq": "2"}).json() == {"saved": True, "seq": 2}
    assert browser.post(here, mine).status_code == 409


def test_older_message_of_the_same_page_is_never_called_saved(
    attempt: Attempt, browser: Client
) -> None:
    """Back from the next question, a page counts on from where it was, below what its own button has stored."""
    response = attempt.responses.select_related("version").get(slot=1)
    here = f"{address(attempt, 1)}save/"
    newer = form_for(response) | {"seq": "7", "writer": "tab-1"}
    changed = form_for(response, right=False) | {"seq": "5", "writer": "tab-1"}
    assert browser.post(here, newer).json() == {"saved": True, "seq": 7}
    refused = browser.post(here, changed)
    told = refused.json()
    assert (refused.status_code, told["saved"], told["mine"], told["seq"]) == (409, False, True, 7)
    assert browser.post(here, changed | {"seq": "8"}).json() == {"saved": True, "seq": 8}


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"choice": "zzzzzzzzzz"}, 400, "not an answer this question offers"),
        ({"choice": ["x"] * 4000}, 400, "more than this question asks for"),
        ({"text": "9" * 2001}, 400, "longer than 2000 characters"),
        ({"pos-aaaaaaaaaa": "1"}, 400, "not an answer this question offers"),
    ],
    ids=["foreign option", "4,000 values", "too long", "foreign row"],
)
def test_autosave_of_what_cannot_be_an_answer_is_refused_in_words(
    sent: Any, status: int, words: str, attempt: Attempt, browser: Client
) -> None:
    # As scripts send it: thousands of parts of a form with files take a second to read.
    body, form = urlencode(sent | {"seq": "1"}, doseq=True), "application/x-www-form-urlencoded"
    reply = browser.post(f"{address(attempt, 1)}save/", body, content_type=form)
    assert (reply.status_code, reply.json()["saved"]) == (status, False)
    assert words in reply.json()["reason"]
    assert attempt.responses.get(slot=1).form == {}


def test_exam_question_sent_to_the_one_page_form_is_refused_in_words(
    attempt: Attempt, browser: Client
) -> None:
    reply = browser.post(f"{address(attempt)}all/save/", {"q1-choice": "x", "seq": "1"})
    assert reply.status_code == 409
    assert "one question at a time" in reply.json()["reason"]


def test_seconds_left_come_with_each_autosave_and_on_asking(ada: User, browser: Client) -> None:
    timed = make_attempt(ada, make_quiz(time_limit_minutes=10), timezone.now())
    response = timed.responses.select_related("version").get(slot=1)
    here = f"{address(timed, 1)}save/"
    replies = [
        browser.post(here, form_for(response) | {"seq": "2"}),
        browser.post(here, form_for(response) | {"seq": "1"}),
        browser.post(here, {"seq": "3", "choice": "zzzzzzzzzz"}),
        browser.get(f"{address(timed)}left/"),
    ]
    assert [reply.status_code for reply in replies] == [200, 409, 400, 200]
    assert all(590 <= reply.json()["left"] <= 600 for reply in replies)
    submit_attempt(timed.uuid, ada, at=timezone.now())
    assert browser.get(f"{address(timed)}left/").json() == {"left": 0}


def test_blank_form_of_an_old_page_leaves_what_another_tab_has_stored(
    attempt: Attempt, browser: Client
) -> None:
    seen = re.search(
        r'name="seen" value="([^"]+)"', browser.get(address(attempt, 1)).content.decode()
    )
    form = form_for(attempt.responses.select_related("version").get(slot=1))
    browser.post(f"{address(attempt, 1)}save/", form | {"seq": "1", "writer": "tab-2"})
    shown = browser.post(address(attempt, 1), {"seen": seen[1], "later": "1"}, follow=True)
    assert "Question 1 was answered in another tab" in shown.content.decode()
    stored = attempt.responses.get(slot=1)
    assert (stored.form, stored.flagged) == (form, True)


@pytest.mark.parametrize("mark", ["-", "*"], ids=["by the timer", "by a person"])
def test_answer_that_waited_replaces_another_pages_only_if_a_person_presses(
    mark: str, attempt: Attempt, browser: Client
) -> None:
    row = attempt.responses.select_related("version").get(slot=1)
    stored, refused = form_for(row), form_for(row, right=False)
    browser.post(f"{address(attempt, 1)}save/", stored | {"seq": "1", "writer": "tab-2"})
    sent = refused | {"seq": "2", "writer": "tab-1", "seen": f"0.{mark}", "later": "1"}
    shown = browser.post(address(attempt, 1), sent, follow=True).content.decode()
    assert attempt.responses.get(slot=1).form == (stored if mark == "-" else refused)
    assert ("That answer stands" in shown, "It is replaced" in shown) == (mark == "-", mark == "*")


def test_answer_that_waited_is_stored_when_time_is_up_if_nothing_else_was(
    attempt: Attempt, browser: Client
) -> None:
    form = form_for(attempt.responses.select_related("version").get(slot=1))
    browser.post(address(attempt, 1), form | {"writer": "tab-1", "seen": "0.-", "timed": "1"})
    assert attempt.responses.get(slot=1).form == form


@pytest.mark.parametrize("preset", [presets.PRACTICE, presets.EXAM])
def test_form_that_the_timer_sends_hands_in_and_finds_no_problem(
    preset: str, ada: User, browser: Client
) -> None:
    """Without an answer; and a form that comes before its time, because time was added, blames nobody."""
    page = make_quiz(preset=preset, time_limit_minutes=10)
    attempt = make_attempt(ada, page, timezone.now())
    here = address(attempt, "all" if preset == presets.PRACTICE else 1)
    early = browser.post(here, {"timed": "1"}, follow=True)
    assert early.redirect_chain == [(here, 302)]
    assert "There is a problem" not in early.content.decode()
    Attempt.objects.update(deadline_at=timezone.now() - timedelta(milliseconds=1))
    shown = browser.post(here, {"timed": "1"}, follow=True).content.decode()
    assert "Time was up at" in shown
    assert Attempt.objects.get().closed_by == "deadline"


@pytest.mark.parametrize("seq", ["", "-1", "NaN", "9" * 400, "٣", "1e3"])
def test_autosave_without_a_sequence_number_is_refused(
    seq: str, attempt: Attempt, browser: Client
) -> None:
    reply = browser.post(f"{address(attempt, 1)}save/", {"seq": seq, "choice": "x"})
    assert reply.status_code == 400
    assert attempt.responses.get(slot=1).form == {}


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"base": "x"}, 400, "as base"),
        ({"base": ""}, 400, "as base"),
        ({"base": "9" * 16}, 400, "as base"),
        ({"writer": "tab 2"}, 400, "as writer"),
        ({"writer": "w" * 37}, 400, "as writer"),
        ({"seen": "1.x", "q1-seen": "1.x"}, 400, "seen"),
        ({"question": "x"}, 400, "as question"),
        ({"question": "99"}, None, ""),
    ],
    ids=lambda one: str(one)[:30],
)
@pytest.mark.parametrize("preset", [presets.PRACTICE, presets.EXAM])
def test_autosave_with_a_part_that_cannot_be_read_stores_nothing(
    preset: str, sent: Any, status: int | None, words: str, ada: User, browser: Client
) -> None:
    attempt = make_attempt(ada, make_quiz(preset=preset), timezone.now())
    one_page = preset == presets.PRACTICE
    here, prefix = (
        (f"{address(attempt)}all/save/", "q1-") if one_page else (f"{address(attempt, 1)}save/", "")
    )
    form = form_for(attempt.responses.select_related("version").get(slot=1))
    reply = browser.post(
        here, {f"{prefix}{name}": value for name, value in form.items()} | {"seq": "1"} | sent
    )
    assert reply.status_code == (status or (404 if one_page else 400))
    assert reply.json()["saved"] is False
    assert words in reply.json()["reason"]
    assert attempt.responses.get(slot=1).form == {}


def test_answer_that_stands_is_told_with_its_number_on_the_page_of_all_questions(
    ada: User, browser: Client
) -> None:
    attempt = make_attempt(ada, make_quiz(preset=presets.PRACTICE), timezone.now())
    form = form_for(attempt.responses.select_related("version").get(slot=2))
    sent = {f"q2-{name}": value for name, value in form.items()} | {"question": "2", "base": "0"}
    told = [
        browser.post(f"{address(attempt)}all/save/", sent | {"seq": "7", "writer": writer}).json()
        for writer in ("phone", "laptop")
    ]
    assert [one["saved"] for one in told] == [True, False]
    assert told[1]["stands"].startswith("Question 2: ")


def test_save_to_a_question_that_is_not_there_is_refused_in_json(
    attempt: Attempt, carol: User, browser: Client, as_: Any
) -> None:
    missing = browser.post(f"{address(attempt, 99)}save/", {"seq": "1", "choice": "x"})
    foreign = as_(carol).post(f"{address(attempt, 1)}save/", {"seq": "1", "choice": "x"})
    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert missing.json() == foreign.json()


def test_autosave_into_a_closed_attempt_is_refused_with_reason(
    ada: User, attempt: Attempt, browser: Client
) -> None:
    submit_attempt(attempt.uuid, ada, at=timezone.now())
    reply = browser.post(f"{address(attempt, 1)}save/", {"seq": "8", "choice": "x"})
    assert reply.status_code == 409
    assert "You handed in this try on" in reply.json()["reason"]


def test_saved_answers_are_submitted_when_time_is_up(ada: User, browser: Client) -> None:
    page = make_quiz(time_limit_minutes=10)
    attempt = make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
    answer_all(attempt, attempt.started_at)
    shown = browser.post(address(attempt, 1), {"choice": "late"}, follow=True)
    assert h1(shown) == "You passed with 100%"
    assert "We handed in your 6 saved answers." in shown.content.decode()


@pytest.mark.parametrize("place", ["", 1, "check", "result"])
def test_somebody_elses_attempt_is_not_found(
    place: int | str, attempt: Attempt, carol: User, as_: Any
) -> None:
    assert as_(carol).get(address(attempt, place)).status_code == 404


@pytest.mark.parametrize("place", ["1", "1/save", "submit", "time"])
def test_somebody_elses_attempt_cannot_be_written(
    place: str, attempt: Attempt, carol: User, as_: Any
) -> None:
    reply = as_(carol).post(address(attempt, place), {"seq": "5", "choice": "x"})
    assert reply.status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == "open"
    assert attempt.responses.get(slot=1).form == {}


def test_login_returns_to_the_same_question(attempt: Attempt, client: Client) -> None:
    reply = client.get(address(attempt, 4))
    assert reply.url == f"/accounts/login/?next={address(attempt, 4)}"


@pytest.mark.parametrize(
    ("place", "there"), [("submit", "check"), ("time", ""), ("1/save", 1), ("all/save", "all")]
)
def test_get_of_a_changing_address_leads_to_its_form_and_changes_nothing(
    place: str, there: int | str, attempt: Attempt, browser: Client
) -> None:
    before = list(attempt.responses.values())
    assert browser.get(address(attempt, place)).url == address(attempt, there)
    attempt.refresh_from_db()
    assert (attempt.state, list(attempt.responses.values())) == ("open", before)


@pytest.mark.databases
@pytest.mark.parametrize("slot", ["9" * 20, "9" * 5])
def test_question_of_a_long_number_is_not_there(
    slot: str, attempt: Attempt, browser: Client
) -> None:
    sent = {"seq": "1", "writer": "tab-1", "choice": "abcdefghij"}
    for place in (slot, f"{slot}/save", f"{slot}/report"):
        assert browser.post(address(attempt, place), sent).status_code == 404
        assert browser.get(address(attempt, place)).status_code == 404


def test_save_of_a_number_that_no_column_holds_finds_no_question(attempt: Attempt) -> None:
    """Django sees without asking that no row fits; a statement of our own sees the same."""
    form = {"choice": ["abcdefghij"]}
    for pressed in (False, True):
        with pytest.raises(NoSuchQuestionError):
            save_answer(
                *(attempt.uuid, attempt.person, int("9" * 20), form),
                seq=1,
                at=timezone.now(),
                pressed=pressed,
            )


def test_form_without_csrf_token_is_refused(attempt: Attempt, ada: User) -> None:
    careless = Client(enforce_csrf_checks=True)
    careless.force_login(ada, backend="home.backends.PersonBackend")
    assert careless.post(address(attempt, "submit")).status_code == 403


def test_failed_result_says_what_to_do_next(ada: User, browser: Client) -> None:
    done = take(ada, make_quiz(), timezone.now(), right=False)
    shown = browser.get(address(done, "result"))
    assert re.fullmatch(r"Not yet: \d+%, the pass mark is 80%", h1(shown))
    assert "You have 2 tries left" in shown.content.decode()
    assert "Try again" in shown.content.decode()


def test_headline_names_a_missed_critical_question(ada: User, browser: Client) -> None:
    rows = [make_row() for _ in range(9)] + [make_row(critical=True)]
    attempt = make_attempt(ada, make_quiz(make_bank("CRITICAL", *rows)), timezone.now())
    for response in attempt.responses.select_related("version"):
        form = form_for(response, right=not response.version.critical)
        save_answer(attempt.uuid, ada, response.slot, form, seq=1, at=timezone.now())
    shown = browser.post(address(attempt, "submit"), follow=True)
    assert h1(shown) == "Not yet: 90%, but 1 question has to be right and is not"


def test_next_steps_do_not_mention_hidden_reasons(ada: User, browser: Client) -> None:
    page = make_quiz(make_bank("CRITICAL", make_row(critical=True)))
    shown = browser.get(address(take(ada, page, timezone.now(), right=False), "result"))
    assert "Read the lessons again, then try again." in shown.content.decode()
    assert "Read why beside each of them" not in shown.content.decode()


def test_question_page_is_never_cached(attempt: Attempt, browser: Client) -> None:
    assert "no-store" in browser.get(address(attempt, 1)).headers["Cache-Control"]


class TestQueryBudgets:
    """Database queries for a signed-in person, those for session and person included."""

    def test_question_page_takes_four_queries(
        self, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        browser.get(
            address(attempt, 1)
        )  # which fixed pages there are is asked once after a publish
        with django_assert_max_num_queries(4):
            browser.get(address(attempt, 1))

    def test_saving_an_answer_takes_five_queries(
        self, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        form = form_for(attempt.responses.select_related("version").get(slot=1))
        with django_assert_max_num_queries(5):
            browser.post(address(attempt, 1), form)

    def test_autosave_takes_three_queries(
        self, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        form = form_for(attempt.responses.select_related("version").get(slot=1))
        with django_assert_max_num_queries(3):
            browser.post(f"{address(attempt, 1)}save/", form | {"seq": "1"})

    def test_check_page_takes_four_queries(
        self, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        browser.get(address(attempt, "check"))
        with django_assert_max_num_queries(4):
            browser.get(address(attempt, "check"))

    @pytest.mark.parametrize("right", [True, False], ids=["passed", "not yet"])
    def test_result_page_takes_eight_queries(
        self, right: bool, ada: User, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        done = take(ada, make_quiz(), timezone.now(), right=right)
        browser.get(address(done, "result"))
        with django_assert_max_num_queries(8):
            browser.get(address(done, "result"))

    def test_submit_takes_sixteen_queries_besides_savepoints(
        self, ada: User, attempt: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        answer_all(attempt, timezone.now())
        with django_assert_max_num_queries(40) as asked:
            browser.post(address(attempt, "submit"))
        statements = [row["sql"] for row in asked.captured_queries if "SAVEPOINT" not in row["sql"]]
        assert len(statements) <= 16

"""A learner says that a question is wrong, and hears what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.test import Client

import pytest

from accounts.models import User
from items.models import ItemVersion
from ledger.models import Entry
from quizzes.attempts.autosave import NoSuchQuestionError
from quizzes.models import Attempt, ItemReport
from quizzes.regrades import item_reports
from quizzes.rules import presets
from tests.factories.quizzes import make_attempt, make_quiz, take

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
THANKS = "Thank you. The authors will look at it, and you will hear from us."
LATER = timedelta(hours=1)


@pytest.fixture
def attempt(ada: User, now: datetime) -> Attempt:
    return make_attempt(ada, make_quiz(), now)


@pytest.fixture
def handed_in(ada: User, now: datetime) -> Attempt:
    return take(ada, make_quiz(feedback=presets.EVERYTHING), now, right=False)


def here(attempt: Attempt, slot: int = 1) -> str:
    return f"/quiz/{attempt.uuid}/{slot}/report/"


def send(browser: Client, attempt: Attempt, **said: str) -> Any:
    return browser.post(here(attempt), {"category": "key", "text": "It is B."} | said, follow=True)


def report(attempt: Attempt, at: datetime, text: str = "It is B.", slot: int = 1) -> ItemReport:
    return item_reports.record_report(
        attempt.uuid, attempt.person, slot, category="key", text=text, at=at
    )


def version_of(attempt: Attempt, slot: int = 1) -> ItemVersion:
    return attempt.responses.get(slot=slot).version


def test_question_page_takes_a_report_during_an_attempt(
    ada: User, attempt: Attempt, as_: Any
) -> None:
    browser = as_(ada)
    assert "Something wrong with this question?" in browser.get(f"/quiz/{attempt.uuid}/1/").text
    reply = send(browser, attempt)
    assert reply.request["PATH_INFO"] == f"/quiz/{attempt.uuid}/1/"
    assert THANKS in reply.text
    found = ItemReport.objects.get()
    assert (found.person, found.response.slot, found.category) == (ada, 1, "key")
    assert (found.text, found.resolved_at) == ("It is B.", None)


def test_report_from_the_result_page_returns_to_it(ada: User, handed_in: Attempt, as_: Any) -> None:
    browser = as_(ada)
    assert here(handed_in) in browser.get(f"/quiz/{handed_in.uuid}/result/").text
    reply = send(browser, handed_in)
    assert reply.redirect_chain[-1][0] == f"/quiz/{handed_in.uuid}/result/#q1"
    assert THANKS in reply.text
    assert "You reported this question on" in reply.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"category": ""}, "Choose what is wrong."),
        ({"category": "nonsense"}, "nonsense"),
        ({"category": "other", "text": " "}, "Say in a few words what is wrong."),
    ],
    ids=["nothing", "nonsense", "other without words"],
)
def test_invalid_report_shows_an_error_and_stores_nothing(
    ada: User, attempt: Attempt, as_: Any, said: dict[str, str], words: str
) -> None:
    reply = send(as_(ada), attempt, **said)
    assert "There is a problem" in reply.text
    assert words in reply.text
    assert not ItemReport.objects.exists()


def test_repeated_report_adds_text_to_the_open_one(attempt: Attempt, now: datetime) -> None:
    first = report(attempt, now)
    again = report(attempt, now + LATER)
    more = report(attempt, now + LATER, "See module 3.")
    assert first == again == more
    assert more.text == "It is B.\n\nSee module 3."
    assert more.reported_at == now
    assert Entry.objects.filter(kind="item.reported").count() == 1


def test_report_after_settlement_is_a_new_report(
    attempt: Attempt, dana: User, now: datetime
) -> None:
    first = report(attempt, now)
    item_reports.settle_reports(
        version_of(attempt), "kept", answer="It is right.", actor=dana.actor, at=now + LATER
    )
    assert report(attempt, now + 2 * LATER) != first


def test_report_on_somebody_elses_attempt_is_refused(
    carol: User, attempt: Attempt, as_: Any
) -> None:
    assert send(as_(carol), attempt).status_code == 404
    with pytest.raises(NoSuchQuestionError):
        item_reports.record_report(
            attempt.uuid, carol, 1, category="key", text="", at=attempt.started_at
        )
    assert not ItemReport.objects.exists()


def test_report_form_leaks_nothing_of_the_key(ada: User, attempt: Attempt, as_: Any) -> None:
    assert "CANARY" not in as_(ada).get(here(attempt)).text
    assert "CANARY" not in send(as_(ada), attempt, category="").text


def test_report_text_is_escaped(ada: User, handed_in: Attempt, as_: Any) -> None:
    send(as_(ada), handed_in, text="<script>alert(1)</script>" + "x" * 100)
    assert "<script>alert" not in as_(ada).get(here(handed_in)).text


def test_queue_groups_reports_by_version_most_reported_first(
    ada: User, carol: User, now: datetime
) -> None:
    page = make_quiz()
    hers, his = make_attempt(ada, page, now), make_attempt(carol, page, now)
    common = version_of(hers)
    report(hers, now, "")
    other = next(row for row in hers.responses.all() if row.version != common)
    report(hers, now - LATER, "Old", slot=other.slot)
    report(his, now, "Me too", slot=his.responses.get(version=common).slot)
    piles = item_reports.report_queue()
    assert [(pile.version, len(pile.reports)) for pile in piles] == [
        (common, 2),
        (other.version, 1),
    ]
    assert piles[0].categories == [("The right answer is wrong", 2)]
    assert (piles[0].words, piles[1].since) == ("Me too", now - LATER)
    assert item_reports.count_open_reports() == 3


def test_settle_answers_every_reporter_once(
    ada: User,
    attempt: Attempt,
    dana: User,
    now: datetime,
    wall_clock: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    report(attempt, now)
    for _press in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            item_reports.settle_reports(
                version_of(attempt), "reworded", answer="Mended.", actor=dana.actor, at=now + LATER
            )
    settled = ItemReport.objects.get()
    assert (settled.resolution, settled.answer, settled.resolver) == (
        "reworded",
        "Mended.",
        dana.actor,
    )
    assert [(message.to, message.subject[:35]) for message in mail.outbox] == [
        ([ada.email], "About the question you reported: Qu")
    ]
    assert "The authors say: Mended." in mail.outbox[0].body
    assert item_reports.report_queue() == []

"""A hand-in whose server is killed, and fifty hand-ins at once: no answer is lost and no result is doubled."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.databases

QUIZ = "/courses/principles-of-posting/final-quiz/"
QUESTIONS = 22
DONE = {"state": "submitted", "passed": True, "marks": QUESTIONS, "completions": 1, "awards": 2}


def ready_to_hand_in(site, email):
    """A person who has read everything and saved every answer."""
    visitor = Visitor(site, email)
    visitor.read_all()
    attempt = visitor.start(QUIZ)
    assert visitor.save_all(attempt) == QUESTIONS
    return visitor, attempt


def hand_in(visitor, attempt):
    """The status of the answer; None when the server was killed meanwhile."""
    try:
        return visitor.post(f"/quiz/{attempt}/submit/").status_code
    except requests.RequestException:
        return None


@pytest.mark.parametrize(
    ("email", "milliseconds"),
    [("ada@northlight.example", 15), ("hugo@northlight.example", 70)],
    ids=["at once", "midway"],
)
def test_hand_in_survives_a_killed_server(site, email, milliseconds):
    visitor, attempt = ready_to_hand_in(site, email)
    sending = threading.Thread(target=hand_in, args=(visitor, attempt))
    sending.start()
    time.sleep(milliseconds / 1000)
    site.kill()
    sending.join()
    site.start()
    facts = visitor.facts(attempt)
    assert facts["answered"] == QUESTIONS
    # The hand-in is one transaction: either none or all of it happened.
    assert facts["state"] == "open" or facts.items() >= DONE.items()
    assert hand_in(visitor, attempt) == 200
    assert visitor.facts(attempt).items() >= DONE.items()


def test_fifty_concurrent_hand_ins_give_one_result_and_award(site):
    """Fifty pages, each with its own connection: one that many threads share may be closed under one of them.

    All are sent to one page, which is then looked at once.
    """
    visitor, attempt = ready_to_hand_in(site, "vera@northlight.example")
    address = f"/quiz/{attempt}/submit/"
    pages = [visitor.twin() for _page in range(50)]
    with ThreadPoolExecutor(len(pages)) as crowd:
        answers = list(crowd.map(lambda page: page.send(address), pages))
    assert {answer.status_code for answer in answers} == {302}
    (result,) = {answer.headers["Location"] for answer in answers}
    assert visitor.get(result).status_code == 200
    assert visitor.facts(attempt).items() >= DONE.items()


def test_integrity_check_passes_after_kills_and_concurrent_hand_ins(site):
    assert site.manage("check_integrity", check=False).returncode == 0

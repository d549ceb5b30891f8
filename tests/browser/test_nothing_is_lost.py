"""The server is killed between handing in and the answer, and asked by fifty at once: nothing lost, nothing doubled."""

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
    try:
        return visitor.post(f"/quiz/{attempt}/submit/").status_code
    except requests.RequestException:
        return None


@pytest.mark.parametrize(
    ("email", "milliseconds"),
    [("ada@northlight.example", 15), ("hugo@northlight.example", 70)],
    ids=["at once", "midway"],
)
def test_a_server_killed_between_hand_in_and_answer_loses_nothing(site, email, milliseconds):
    visitor, attempt = ready_to_hand_in(site, email)
    sending = threading.Thread(target=hand_in, args=(visitor, attempt))
    sending.start()
    time.sleep(milliseconds / 1000)
    site.kill()
    sending.join()
    site.start()
    facts = visitor.facts(attempt)
    assert facts["answered"] == QUESTIONS
    # Either nothing of the hand-in happened or all of it.
    assert facts["state"] == "open" or facts.items() >= DONE.items()
    assert hand_in(visitor, attempt) == 200
    assert visitor.facts(attempt).items() >= DONE.items()


def test_fifty_hand_ins_at_once_give_one_result_and_one_award_each(site):
    visitor, attempt = ready_to_hand_in(site, "vera@northlight.example")
    with ThreadPoolExecutor(50) as crowd:
        codes = list(crowd.map(lambda _n: hand_in(visitor, attempt), range(50)))
    assert set(codes) == {200}
    assert visitor.facts(attempt).items() >= DONE.items()


def test_after_all_that_every_award_can_be_proved(site):
    assert site.manage("check_integrity", check=False).returncode == 0

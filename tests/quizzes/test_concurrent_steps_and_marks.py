"""Many tabs and many reviewers at the same moment: one step, one mark, one result. Real connections."""

from __future__ import annotations

import pytest

from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.databases

PARALLEL = 12

SCRIPT = f"""
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
from django.db import connection
from django.utils import timezone
from accounts.models import User
from items.models import ItemBank
from quizzes.attempts import marking
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.branching import StoryMove
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, MarkEvent, Quiz
from quizzes.rules.settings import DrawRule, QuizRules, write_rules

now = timezone.now()
bank = ItemBank.objects.create(code="AT-ONCE", title="At once")
bank.items.model.objects.filter(kind__in=["scenario", "free_text"]).update(bank=bank)
rules = write_rules(QuizRules(sections=(DrawRule("AT-ONCE", 2),), lessons_first=False, attempts_allowed=0))
quiz = Quiz.objects.create(key=uuid4(), code="AT-ONCE", title="At once", rules=rules)
ravi = User.objects.filter(responsibilities__role="reviewer").first()
person = User.objects.people().filter(left_at=None).exclude(pk=ravi.pk).order_by("pk").first()
attempt = start_attempt(person, quiz, at=now, locale="en")
asked = {{row.version.kind: row for row in attempt.responses.select_related("version")}}
story, words = asked["scenario"], asked["free_text"]
start = {{turn["id"] for turn in story.version.content["nodes"][0]["choices"]}}
tokens = [row["token"] for row in story.order if row["id"] in start]

def at_once(work):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()
    with ThreadPoolExecutor({PARALLEL}) as pool:
        return list(pool.map(one, range({PARALLEL})))

def press(number):
    form = {{"choice": [tokens[number % len(tokens)]]}}
    return save_answer(attempt.uuid, person, story.slot, form, seq=0, at=now, pressed=True, step=True).moved

moves = at_once(press)
story.refresh_from_db()
save_answer(attempt.uuid, person, words.slot, {{"essay": ["In my own words."]}}, seq=1, at=now)
submit_attempt(attempt.uuid, person, at=now)
levels = {{row["id"]: row["levels"][0]["id"] for row in words.version.content["criteria"]}}

def review(_number):
    try:
        marking.mark_answer(words.pk, ravi, marking.ReviewerJudgement(levels, ""), at=now)
        return 1
    except marking.AlreadyMarkedError:
        return 0

marked = sum(at_once(review))
events = MarkEvent.objects.filter(response__attempt=attempt, reason="reviewed").count()
attempt.refresh_from_db()
print("steps", len(story.form["path"]), "answered", len(moves), "unsaid", moves.count(StoryMove.STAYED))
print("marked", marked, "events", events, "judged", int(attempt.state == Attempt.State.SUBMITTED))
"""


def test_concurrent_steps_and_marks_each_count_once() -> None:
    database, remove = copy_of_demo("steps")
    try:
        said = Site(database).manage("shell", "--verbosity", "0", "-c", SCRIPT).stdout.split()
    finally:
        remove()
    told = dict(zip(said[::2], map(int, said[1::2]), strict=True))
    assert told["answered"] == PARALLEL
    assert (told["steps"], told["unsaid"]) == (1, 0)
    assert told["marked"] == told["events"] == told["judged"] == 1

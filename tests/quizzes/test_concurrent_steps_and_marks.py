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
from quizzes import attempts, marking, rules_of
from quizzes.models import Attempt, ItemBank, ItemVersion, MarkEvent, Quiz
from quizzes.rules_of import Draw, Rules
from quizzes.stepping import Move

now = timezone.now()
bank = ItemBank.objects.create(code="AT-ONCE", title="At once")
bank.items.model.objects.filter(kind__in=["scenario", "free_text"]).update(bank=bank)
rules = rules_of.write(Rules(sections=(Draw("AT-ONCE", 2),), lessons_first=False, attempts_allowed=0))
quiz = Quiz.objects.create(key=uuid4(), code="AT-ONCE", title="At once", rules=rules)
ravi = User.objects.filter(responsibilities__role="reviewer").first()
person = User.objects.people().filter(left_at=None).exclude(pk=ravi.pk).order_by("pk").first()
attempt = attempts.start(person, quiz, at=now, locale="en")
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
    return attempts.save(attempt.uuid, person, story.slot, form, seq=0, at=now, pressed=True, step=True).moved

moves = at_once(press)
story.refresh_from_db()
attempts.save(attempt.uuid, person, words.slot, {{"essay": ["In my own words."]}}, seq=1, at=now)
attempts.submit(attempt.uuid, person, at=now)
levels = {{row["id"]: row["levels"][0]["id"] for row in words.version.content["criteria"]}}

def review(_number):
    try:
        marking.mark(words.pk, ravi, marking.Judgement(levels, ""), at=now)
        return 1
    except marking.AlreadyMarked:
        return 0

marked = sum(at_once(review))
events = MarkEvent.objects.filter(response__attempt=attempt, reason="reviewed").count()
attempt.refresh_from_db()
print("steps", len(story.form["path"]), "answered", len(moves), "unsaid", moves.count(Move.STAYED))
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

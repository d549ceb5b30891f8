"""Two authors apply at once, and learners hand in while marks are corrected: real connections, a real database."""

from __future__ import annotations

import json

import pytest

from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.databases

PREPARE = """
import json, random
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.utils import timezone
from accounts.models import User
from courses.progress.course_progress import complete_step
from courses.models import LessonPage
from home.demo.answers import answer_form
from items.models import Item
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, MarkEvent, Quiz, Regrade, Response
from quizzes.regrades import applying, dry_run
from quizzes.regrades.dry_run import RegradeChoice

now = timezone.now()
quiz = Quiz.objects.filter(rules__certifies=True).order_by("pk").first() or Quiz.objects.get(code="POST-CORE-FINAL")
rules = quiz.rules
rules["sections"] = rules["sections"][:1]
rules["sections"][0].update(count=4, principle=None)
rules.update(lessons_first=False, attempts_allowed=0, principle_percent=0, recap_gate=False, pass_percent=75)
quiz.rules = rules
quiz.save()
bank = Item.objects.filter(bank__code=rules["sections"][0]["bank"])
kept = list(bank.filter(kind="single", critical=False, retired=False).order_by("pk")[:4])
faulty = kept[0]
bank.exclude(pk__in=[one.pk for one in kept]).update(retired=True)
version = faulty.versions.order_by("-number").first()
new = User.objects.people().filter(awards=None, left_at=None, is_active=True)
people = list(new.exclude(attempts__quiz=quiz).order_by("pk")[:12])

def ready(person):
    attempt = start_attempt(person, quiz, at=now, locale="en")
    wrong = 2
    for response in attempt.responses.select_related("version").order_by("slot"):
        right = response.version_id != version.pk
        if right and wrong > 1:
            right, wrong = False, wrong - 1
        save_answer(attempt.uuid, person, response.slot, answer_form(response, right=right), seq=1, at=now)
    return attempt

def alone(act):
    def done(*args):
        try:
            return act(*args)
        finally:
            connection.close()
    return done

def facts():
    done = Attempt.objects.filter(person__in=people, state="submitted")
    mine = Response.objects.filter(version=version, attempt__in=done)
    marks = MarkEvent.objects.filter(response__in=mine, regrade__isnull=False)
    return {
        "regrades": Regrade.objects.filter(version=version).count(),
        "handed_in": mine.count(),
        "right": sum(row.mark == 1 for row in mine),
        "by_regrade": marks.values("response").distinct().count(),
        "passed": Attempt.objects.filter(person__in=people, quiz=quiz, passed=True).count(),
        "completions": sum(person.completions.count() for person in people),
        "award_people": sum(person.awards.exists() for person in people),
        "awards": sum(person.awards.count() for person in people),
        "missing": len(applying.find_unfinished_regrades()),
    }
"""
TWO_AUTHORS = """
for person in people:
    submit_attempt(ready(person).uuid, person, at=now)
authors = list(User.objects.filter(email__in=["dana@northlight.example", "ravi@northlight.example"]))
digest = dry_run.plan_regrade(version, RegradeChoice("full_credit")).digest

@alone
def apply(number):
    try:
        author = authors[number % 2]
        words = {"reason": "Wrong key.", "note": "Sorry."}
        applying.apply_regrade(version, RegradeChoice("full_credit"), digest=digest, actor=author, at=now, **words)
        return "applied"
    except applying.FactsChangedError:
        return "changed"

with ThreadPoolExecutor(6) as pool:
    came = list(pool.map(apply, range(6)))
print("FACTS" + json.dumps(facts() | {"applied": came.count("applied"), "changed": came.count("changed")}))
"""
HANDING_IN = """
waiting = [(person, ready(person)) for person in people]
author = User.objects.get(email="dana@northlight.example")

@alone
def hand_in(pair):
    person, attempt = pair
    submit_attempt(attempt.uuid, person, at=now)

@alone
def apply(_number):
    for _try in range(50):
        choice = RegradeChoice("full_credit")
        try:
            digest = dry_run.plan_regrade(version, choice).digest
            words = {"reason": "Wrong key.", "note": "Sorry."}
            applying.apply_regrade(version, choice, digest=digest, actor=author, at=now, **words)
            return
        except applying.FactsChangedError:
            pass

with ThreadPoolExecutor(6) as pool:
    work = [pool.submit(hand_in, pair) for pair in waiting[:4]]
    work.append(pool.submit(apply, 0))
    work += [pool.submit(hand_in, pair) for pair in waiting[4:]]
    for one in work:
        one.result()
print("FACTS" + json.dumps(facts()))
"""


@pytest.fixture
def told():
    """What a script prints when it runs on its own copy of the demo organisation."""
    database, remove = copy_of_demo("regrading")

    def run(script: str) -> dict[str, int]:
        said = Site(database).manage("shell", "--no-imports", "-c", PREPARE + script, check=False)
        assert "FACTS" in said.stdout, said.stderr
        return json.loads(said.stdout.rpartition("FACTS")[2])

    yield run
    remove()


def test_concurrent_regrades_by_two_authors_apply_once(told) -> None:
    facts = told(TWO_AUTHORS)
    assert (facts["applied"], facts["changed"], facts["regrades"]) == (1, 5, 1)
    everybody = facts["handed_in"]
    assert everybody > 5
    assert facts["right"] == facts["by_regrade"] == facts["passed"] == everybody
    assert facts["completions"] == facts["award_people"] == everybody
    assert facts["missing"] == 0


def test_submit_during_a_regrade_is_regraded_too(told) -> None:
    facts = told(HANDING_IN)
    everybody = facts["handed_in"]
    assert (facts["regrades"], everybody > 5) == (1, True)
    assert facts["right"] == facts["by_regrade"] == facts["passed"] == everybody
    assert facts["completions"] == facts["award_people"] == everybody
    assert facts["missing"] == 0

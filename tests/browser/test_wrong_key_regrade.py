"""A wrong key costs a learner her pass: from her report to the corrected marks, the certificate and the note."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.keyboard import PASSWORD
from tests.browser.visitor import Visitor, told

QUIZ = "/courses/principles-of-posting/final-quiz/"
LEARNER = "ada@northlight.example"

# One single choice of the first principle is published with a wrong key, and every attempt draws it. One attempt
# is allowed, so that the result shows the questions.
FAULT = """
import json
from accounts.models import User
from django.utils import timezone
from items.models import Item
from ledger.entries import append_entry
from quizzes.models import Quiz
bank = Item.objects.filter(bank__code="PRINCIPLES", principle__code="P1").order_by("code")
item = bank.filter(kind="single", critical=False).first()
keep = [item.pk, *bank.filter(critical=False).exclude(pk=item.pk).values_list("pk", flat=True)[:2]]
for one in bank.exclude(pk__in=keep):
    one.retired = True
    one.save()
body = list(item.body.raw_data)
rows = body[0]["value"]["options"]
true = next(place for place, row in enumerate(rows) if row["value"]["correct"])
false = 1 if true == 0 else 0
rows[true]["value"]["correct"], rows[false]["value"]["correct"] = False, True
item.body = json.dumps(body)
item.save_revision(user=User.objects.get(email="dana@northlight.example")).publish()
for quiz in Quiz.objects.all():
    if quiz.rules.get("certifies"):
        quiz.rules.update(attempts_allowed=1, attempts_window_hours=0)
        quiz.save()
        told = {"kind": "quiz.published", "subject": f"quiz:{quiz.code}", "actor": "system:tests"}
        append_entry(**told, at=timezone.now(), facts=[quiz])
version = item.versions.latest("number")
print("FACTS" + json.dumps({
    "item": item.pk, "version": version.pk, "true": rows[true]["id"], "false": rows[false]["id"],
    "places": [true, false], "code": item.code,
}))
"""
# Right answers, except that the faulty question gets the true answer, which its key calls wrong, and four
# questions, each of another principle, are left blank.
ANSWERS = """
import json
from home.demo.answers import answer_form
from quizzes.models import Response
found = Response.objects.filter(attempt__uuid="{uuid}").select_related("version__principle")
forms, weak = {{}}, {{"P1"}}
for response in found.order_by("slot"):
    version = response.version
    if version.pk == {version}:
        token = next(row["token"] for row in response.order if row["id"] == "{true}")
        forms[response.slot] = {{"choice": [token]}}
        continue
    spoil = len(weak) < 5 and not version.critical and version.principle.code not in weak
    if spoil:
        weak.add(version.principle.code)
    # Left blank it earns nothing for certain; a wrong answer may earn a part.
    forms[response.slot] = {{}} if spoil else answer_form(response, right=True)
slot = found.get(version={version}).slot
print("FACTS" + json.dumps({{"forms": forms, "slot": slot, "wrong": len(weak)}}))
"""
NOTES = """
import json
from notifications.models import Notification
rows = Notification.objects.filter(recipient__email="{email}").order_by("id").values("kind", "subject", "body", "link")
print("FACTS" + json.dumps(list(rows)))
"""


def sign_in(page: Page, who: str, path: str) -> None:
    page.goto(f"/accounts/login/?next={path}")
    page.fill("[name=login]", who)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def answered(site, fault) -> tuple[str, int]:
    """An open attempt with every answer saved; the slot of the faulty question."""
    visitor = Visitor(site, LEARNER)
    visitor.read_all()
    attempt = visitor.start(QUIZ)
    found = told(site, ANSWERS.format(uuid=attempt, **fault))
    assert found["wrong"] == 5
    for slot, form in found["forms"].items():
        assert visitor.post(f"/quiz/{attempt}/{slot}/save/", seq=1, **form).json()["saved"]
    return attempt, found["slot"]


def fail_and_report(page: Page, attempt: str, slot: int) -> None:
    sign_in(page, LEARNER, f"/quiz/{attempt}/check/")
    page.get_by_role("button", name="Hand in the quiz").click()
    expect(page.locator("h1")).to_have_text("Not yet: 77%, the pass mark is 80%")
    page.get_by_text("See each question and why").click()
    page.locator(f"#q{slot}").get_by_role(
        "link", name="Something wrong with this question?"
    ).click()
    page.get_by_label("The right answer is wrong").check()
    page.get_by_label("In your own words").fill("Module 1 teaches the other answer.")
    page.get_by_role("button", name="Send to the authors").click()
    expect(page.locator("body")).to_contain_text(
        "Thank you. The authors will look at it, and you will hear from us."
    )


def correct_the_question(page: Page, fault) -> None:
    """Open the reported question from the queue, tick the right option and publish."""
    sign_in(page, "dana@northlight.example", "/cms/")
    page.get_by_role("link", name="Question reports (1)").click()
    page.get_by_role("link", name=re.compile(fault["code"])).click()
    expect(page.locator("body")).to_contain_text("Module 1 teaches the other answer.")
    page.get_by_role("link", name="Edit the question").click()
    ticks = page.locator("input[type=checkbox][name$='-correct']")
    true, false = fault["places"]
    ticks.nth(true).check()
    ticks.nth(false).uncheck()
    page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish").click()
    with page.expect_navigation():  # certificates rest on it
        page.get_by_role("button", name="Publish now").click()


def correct_the_marks(page: Page, fault) -> None:
    page.goto(f"/cms/question-reports/{fault['version']}/")
    page.get_by_role("link", name="Correct marks…").click()
    page.get_by_label("Points for the new right answer only").check()
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator("h2.qs-finding")).to_have_text("1 person would pass, 1 score would change")
    expect(page.locator("body")).to_contain_text("not passed → passed")
    page.get_by_label("Why").fill("The key named the wrong answer.")
    page.get_by_label("What you tell the people").fill("The key was wrong. Your answer was right.")
    page.get_by_role("button", name="Correct the marks").click()
    expect(page.locator("body")).to_contain_text("1 scores changed, 1 new passes")


def reads_what_came_of_it(page: Page, attempt: str) -> None:
    page.goto(f"/quiz/{attempt}/result/")
    expect(page.locator("h1")).to_have_text("You passed with 81%")
    corrected = page.locator(".notice", has_text="Marks were corrected on")
    expect(corrected).to_contain_text("before 77%, now 81%")
    expect(corrected).to_contain_text("The key was wrong. Your answer was right.")
    page.get_by_role("link", name="See your certificate").click()
    expect(page.locator("h1")).to_have_text("You have 2 certificates")


def test_regrade_of_a_reported_wrong_key_brings_the_pass(site, browser, page):
    fault = told(site, FAULT)
    attempt, slot = answered(site, fault)
    fail_and_report(page, attempt, slot)
    office = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    office.set_default_timeout(30_000)
    author = office.new_page()
    correct_the_question(author, fault)
    correct_the_marks(author, fault)
    office.close()
    reads_what_came_of_it(page, attempt)
    notes = {row["kind"]: row for row in told(site, NOTES.format(email=LEARNER))}
    assert "Your score was 77%, it is 81% now." in notes["regraded"]["body"]
    assert notes["regraded"]["link"] == f"/quiz/{attempt}/result/"
    assert "certified" in notes
    facts = Visitor(site, LEARNER).facts(attempt)
    assert (facts["passed"], facts["completions"], facts["marks"]) == (True, 1, 23)
    assert site.manage("check_integrity", check=False).returncode == 0

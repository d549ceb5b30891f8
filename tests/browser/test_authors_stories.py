"""The five stories of authors: write, review, correct, copy, retire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.test_wrong_key_regrade import sign_in
from tests.browser.visitor import told
from tests.servers import Site

AUTHOR, REVIEWER, ROOT = (f"{name}@northlight.example" for name in ("dana", "ravi", "sam"))
PLACES = """
import json
from courses.models import CoursePage, ModulePage
from items.models import Item
item = Item.objects.filter(bank__code="PRINCIPLES", live=True).order_by("-code").first()
module = ModulePage.objects.filter(locale__language_code="en").order_by("path").first()
print("FACTS" + json.dumps({"module": module.pk, "course": module.get_parent().pk, "item": item.pk}))
"""
LIVE = """
import json
from courses.models import LessonPage, CoursePage
from items.models import Item
lesson = LessonPage.objects.filter(title="Half an idea").order_by("-pk").first()
copy = CoursePage.objects.filter(title="A copy").first()
print("FACTS" + json.dumps({
    "lesson": lesson and [lesson.live, lesson.has_unpublished_changes, str(lesson.body)],
    "copy": copy and [copy.code, copy.course.code, copy.get_descendants(inclusive=True).live().count()],
    "retired": list(Item.objects.filter(retired=True).values_list("pk", flat=True)),
}))
"""
QUESTION = "When do you ask?"
# What is drawn in red, in the words, the frames and the ground of what can be seen.
RED = """() => [...document.querySelectorAll("#main *")].filter(one => one.checkVisibility()).flatMap(one => {
  const look = getComputedStyle(one), said = [...one.childNodes].filter(each => each.nodeType === 3)
  const words = said.map(each => each.textContent.trim()).join("")
  const drawn = [look.backgroundColor, words && look.color, look.borderStyle !== "none" && look.borderColor]
  const isRed = drawn.filter(Boolean).some(colour => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number)
    return alpha > 0 && red > 120 && green < red / 2 && blue < red / 2
  })
  return isRed ? [`${one.tagName} ${one.className} ${words}`] : []
})"""
MISTAKE = """document.querySelector("#main form").insertAdjacentHTML("beforeend", "<p class='error-message'>No</p>")"""


def press_in_footer(page: Page, name: str) -> None:
    page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


# Wagtail takes a form for unchanged until two seconds after it was opened; then it looks for changes twice a second,
# and saves them a second later.
LOOKED = 3_000


@contextmanager
def saved_by_itself(page: Page) -> Iterator[None]:
    """What is written meanwhile has been saved: a button pressed while it is on its way would overtake it."""
    waiting: list[Request] = []
    page.on("request", lambda sent: waiting.append(sent) if sent.method == "POST" else None)
    with page.expect_response(lambda reply: reply.request.method == "POST" and reply.ok):
        yield
        page.clock.run_for(LOOKED)
    page.clock.run_for(LOOKED)  # the next look for changes
    for sent in waiting:
        reply = sent.response()
        assert reply is None or reply.finished() is None


def write(page: Page, module: int) -> str:
    """Half a check stops neither autosave nor "Save draft"; finished, it is submitted. Returns the editor's path."""
    page.clock.install()
    page.goto(f"/cms/pages/add/courses/lessonpage/{module}/")
    page.clock.run_for(LOOKED)
    page.locator("#id_title").fill("Half")
    page.locator("[data-streamfield-stream-container] ~ * button, .c-sf-add-button").first.click()
    page.get_by_role("option", name=re.compile("Check")).click()
    expect(page.locator("[name$='-value-reason']")).to_have_count(2)
    assert page.evaluate(RED) == []  # nothing is red before a mistake
    page.evaluate(MISTAKE)
    assert page.evaluate(RED) == ["P error-message No"]
    page.clock.run_for(LOOKED)
    page.wait_for_url(re.compile(r"/cms/pages/\d+/edit/"))
    with saved_by_itself(page):
        page.locator("#id_title").fill("Half an idea")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    page.locator("[name$='-value-question']").fill(QUESTION)
    answers = page.locator("[name$='-value-text']")
    expect(answers).to_have_count(2)  # as many rows as are needed
    for place, words in enumerate(("First", "Last")):
        answers.nth(place).fill(words)
        page.locator("[name$='-value-reason']").nth(place).fill("Early is cheap.")
    with saved_by_itself(page):
        page.locator("[name$='-value-correct']").first.check()
    page.get_by_role("button", name="Toggle checks").click()
    expect(page.locator("[data-content-word-count]")).to_have_text(re.compile(r"\d"))
    expect(page.locator("[data-checks-panel]")).to_contain_text("Fewer than three answers")
    press_in_footer(page, "Submit to Moderators approval")
    return re.search(r"/cms/pages/(\d+)/", page.url)[0] if "/edit/" in page.url else ""


# A rich text that writes its value anew while it starts, which on a busy machine Wagtail takes for an edit.
# Not evaluated from here, which the browser takes for a press.
WRITE_ANEW = """setTimeout(() => {
  const stem = document.querySelector("[data-edit-form] [name=stem]");
  if (stem) stem.value = JSON.stringify(JSON.parse(stem.value), null, 1);
}, 3000)"""


def look(page: Page, item: int) -> None:
    """Whoever opens a question and touches nothing makes no version; then a word that is typed is saved."""
    saved: list[str] = []
    page.on("request", lambda one: saved.append(one.url) if one.method == "POST" else None)
    page.add_init_script(WRITE_ANEW)
    page.goto(f"/cms/snippets/quizzes/item/edit/{item}/")
    page.wait_for_timeout(4_500)  # Wagtail looks for changes from two seconds after opening on
    assert [url for url in saved if "/edit/" in url] == []
    with saved_by_itself(page):
        page.locator("[name=hint]").press_sequentially("a")


def review(page: Page) -> None:
    """The reviewer finds the lesson on the desk, corrects a word and approves: both go live."""
    page.goto("/cms/")
    page.get_by_role("link", name="Half an idea").first.click()
    expect(page.locator(".messages")).to_contain_text("Before you approve it")
    page.locator("[name$='-value-question']").fill("When do you ask the team?")
    press_in_footer(page, "Approve and Publish")


def copy(page: Page, course: int) -> None:
    page.goto(f"/cms/pages/{course}/copy/")
    page.get_by_label("New title").fill("A copy")
    page.get_by_label("New slug").fill("a-copy")
    page.get_by_label("Copy subpages").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Copy this page").click()


def reorder(page: Page, course: int) -> None:
    """A lesson is dragged below the next one, and put back with the keyboard: its button keeps the focus."""
    page.goto(f"/cms/course-outline/{course}/")
    lessons = page.locator("[data-page]:has(.outline-inner)")
    before = [lesson.get_attribute("data-page") for lesson in lessons.all()]
    frame = lessons.nth(1).bounding_box()
    with page.expect_navigation():
        lessons.nth(0).drag_to(lessons.nth(1), target_position={"x": 150, "y": frame["height"] - 5})
    expect(lessons.nth(0)).to_have_attribute("data-page", before[1])
    expect(page.locator(f"#down-{before[0]}")).to_be_focused()
    with page.expect_navigation():
        page.locator(f"#up-{before[0]}").press("Enter")
    expect(lessons.nth(0)).to_have_attribute("data-page", before[0])
    expect(page.locator(f"#down-{before[0]}")).to_be_focused()
    assert [lesson.get_attribute("data-page") for lesson in lessons.all()] == before


def retire(page: Page, item: int) -> None:
    """A superuser who would delete a question that was asked is led to the form that retires it."""
    refused = page.goto(f"/cms/snippets/quizzes/item/delete/{item}/")
    assert refused.status == 409
    page.get_by_role("link", name="Retire instead").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Retire them").click()


@contextmanager
def signed_in(browser: Browser, site: Site, email: str) -> Iterator[Page]:
    """A page of somebody else's browser."""
    office = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = office.new_page()
    sign_in(page, email, "/cms/")
    yield page
    office.close()


def test_authors_write_review_correct_copy_and_retire(site: Site, browser, page: Page) -> None:
    places = told(site, PLACES)
    sign_in(page, AUTHOR, "/cms/")
    look(page, places["item"])
    write(page, places["module"])
    assert told(site, LIVE)["lesson"][:2] == [False, True]
    with signed_in(browser, site, REVIEWER) as reviewer:
        review(reviewer)
    live, changes, words = told(site, LIVE)["lesson"]
    assert (live, changes, "When do you ask the team?" in words) == (True, False, True)
    reorder(page, places["course"])
    copy(page, places["course"])
    code, record, live = told(site, LIVE)["copy"]
    assert (code, live) == (record, 0)
    assert code == "A-COPY"
    with signed_in(browser, site, ROOT) as root:
        retire(root, places["item"])
    assert places["item"] in told(site, LIVE)["retired"]

"""Ada goes from sign-in to "You can post" without touching a mouse; Vera asks whether a post was allowed."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.keyboard import answer, press, sign_in


def h1(page: Page, words: str) -> None:
    expect(page.locator("h1").first).to_contain_text(words)


def read_the_last_module(page: Page) -> None:
    page.goto("/courses/principles-of-posting/")
    press(page, "Continue module 6")
    for _lesson in range(3):
        press(page, "Mark as read")


def take_the_quiz(page: Page) -> None:
    page.goto("/courses/principles-of-posting/final-quiz/")
    press(page, "Start")
    questions = 0
    while "/check/" not in page.url:
        answer(page)
        press(page, "Save and continue")
        questions += 1
        assert questions <= 22, "There is no end to the questions."
    press(page, "Hand in the quiz")


def test_course_and_quiz_can_be_completed_by_keyboard_alone(page):
    sign_in(page, "ada")
    h1(page, "You can post on 0 of 4 channels")
    read_the_last_module(page)
    take_the_quiz(page)
    h1(page, "You passed with 100%")
    page.goto("/me/")
    h1(page, "You can post on 3 of 4 channels")
    press(page, "Read and accept the rules")
    press(page, "Accept these rules")
    page.goto("/me/")
    h1(page, "You can post on 4 of 4 channels")


def test_auditor_learns_in_under_ten_clicks_whether_a_post_was_allowed(page: Page) -> None:
    """Was she allowed then, on which version, who decided? Every field that is filled in is a click, too."""
    clicks: list[Any] = []

    def click(role: Any, name: str) -> None:
        clicks.append(name)
        page.get_by_role(role, name=name, exact=True).click()

    def fill(label: str, text: str) -> None:
        clicks.append(label)
        page.get_by_label(label).fill(text)

    sign_in(page, "vera")
    click("link", "Certification")
    click("link", "Was a post allowed?")
    fill("Who posted", "carol souza")
    fill("On which channel", "instagram brazil")
    fill("When it was posted", f"{datetime.now(UTC) - timedelta(days=3):%Y-%m-%dT%H:%M}")
    click("button", "Show the answer")
    expect(page.locator("#answer")).to_have_text("Yes: Carol Souza could post on Instagram, Brazil")
    for told in ("Version", "Issued by", "Given by"):
        expect(page.locator("dt", has_text=re.compile(f"^{told}$")).first).to_be_visible()
    click("link", "Make the evidence pack")
    with page.expect_download() as download:
        click("button", "Make the pack")
    index = zipfile.ZipFile(download.value.path()).read("index.html").decode()
    assert "Evidence for a post by Carol Souza" in index
    assert "As it follows from the records today" in index
    assert "NOT as the ledger tells" not in index
    assert len(clicks) < 10

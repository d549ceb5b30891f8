"""Ada goes from sign-in to "You can post" without touching a mouse."""

from __future__ import annotations

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

"""Ada fails three times, reads her recaps each time, and gets one more try from her manager; no mouse."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.keyboard import press, sign_in, tab_until, write
from tests.browser.visitor import Visitor
from tests.servers import Site

QUIZ = "/courses/principles-of-posting/final-quiz/"


def h1(page: Page, words: str) -> None:
    expect(page.locator("h1").first).to_contain_text(words)


def hand_in_nothing(page: Page) -> None:
    """Start an attempt and hand it in without answers."""
    page.goto(QUIZ)
    press(page, "Start try")
    page.goto(page.url.rsplit("/", 2)[0] + "/check/")
    press(page, "Hand in the quiz")
    h1(page, "Not yet: 0%")


def read_the_recaps(page: Page) -> None:
    press(page, "Read the recaps")
    h1(page, "6 recaps to read again")
    press(page, "Read the first one")
    for _principle in range(6):
        press(page, "I have read this again")
    h1(page, "You have read every recap")


def give_another(page: Page) -> None:
    sign_in(page, "ben")
    page.goto("/team/")
    tab_until(page, "at.tagName === 'SUMMARY' && at.innerText.startsWith('Ada')")
    page.keyboard.press("Enter")
    press(page, "Give another try")
    write(page, "reason", "She was on the phone with a customer.")
    press(page, "Give one more try")
    expect(page.locator("main")).to_contain_text("has another try and is told by mail")


def test_extra_attempt_works_by_keyboard_alone(page: Page, browser: Browser, site: Site) -> None:
    Visitor(site, "ada@northlight.example").read_all()
    sign_in(page, "ada")
    for left in (2, 1):
        hand_in_nothing(page)
        read_the_recaps(page)
        expect(page.locator("main")).to_contain_text(f"You have {left} tr")
    hand_in_nothing(page)
    read_the_recaps(page)
    expect(page.locator("main")).to_contain_text("Cannot wait? Ask Ben")
    manager = browser.new_page(base_url=site.url)
    give_another(manager)
    manager.close()
    page.goto(QUIZ)
    press(page, "Start try 4")
    assert page.url.endswith("/1/")

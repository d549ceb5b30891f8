"""Steps on a page by keyboard alone, for tests that use no mouse."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

CONTENT = Path(__file__).resolve().parents[2] / "home" / "demo" / "content"
PASSWORD = "postworthy-demo"
WORDS = (
    "(at.getAttribute('aria-label') || at.innerText || at.value || '').replace(/\\s+/g, ' ').trim()"
)


# Tells how many presses of Tab it takes at most, if the order is that of the page, to an element that passes the test.
# At the first one with the focus that does, the key does nothing more: a press too many leads nobody past it.
AIM = """(() => {{
  const passes = at => {test}, here = document.activeElement
  const follows = at => here.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING
  const stops = "a[href], button, input, select, textarea, summary, [tabindex]"
  const ahead = [...document.querySelectorAll(stops)].filter(at => at.tabIndex >= 0 && !at.disabled && follows(at))
  let there = false
  const look = () => {{ there ||= passes(document.activeElement) }}
  const hold = event => {{ if (there && event.key === "Tab") event.preventDefault() }}
  addEventListener("focusin", look, true)
  addEventListener("keydown", hold, true)
  window.hasArrived = () => {{
    if (!there) return false
    removeEventListener("focusin", look, true)
    removeEventListener("keydown", hold, true)
    return true
  }}
  return ahead.filter(at => at.checkVisibility()).findIndex(passes) + 1
}})()"""


def tab_until(page: Page, test: str, most: int = 150) -> None:
    """Press Tab until the focused element `at` passes `test` (JavaScript)."""
    presses = page.evaluate(AIM.format(test=test))
    for press in range(1, most + 1):
        page.keyboard.press("Tab")
        if press >= presses and page.evaluate("hasArrived()"):
            return
    raise AssertionError(f"Tab never reached: {test}")


def skip_navigation(page: Page) -> None:
    """On a page just opened, go to its content by its first link, as people without a mouse do."""
    if page.evaluate("document.activeElement !== document.body"):
        return
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main"
    page.keyboard.press("Enter")


def press(page: Page, words: str) -> None:
    """Tab to the link or button whose text starts with `words`, press Enter and wait for the next page."""
    skip_navigation(page)
    quoted = words.replace("'", "\\'")
    tab_until(page, f"['A', 'BUTTON'].includes(at.tagName) && {WORDS}.startsWith('{quoted}')")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    tab_until(page, f"at.name === '{name}'")
    page.keyboard.type(text)


def sign_in(page: Page, who: str, path: str = "/accounts/login/") -> None:
    page.goto(path)
    write(page, "login", f"{who}@northlight.example")
    write(page, "password", PASSWORD)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


@cache
def items() -> dict[str, dict[str, Any]]:
    """The demo's items by the letters and digits of their question (see `plain`)."""
    found = {}
    for path in sorted(CONTENT.glob("items-*.toml")):
        for item in tomllib.loads(path.read_text("utf-8"))["item"]:
            found[plain(item["stem"])] = item
    return found


def plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def answer(page: Page) -> None:
    """Answer the question on the screen correctly, by keyboard."""
    asked = plain(page.locator("legend").first.inner_text())
    item = next(item for stem, item in items().items() if asked.startswith(stem))
    ANSWERS[item["kind"]](page, item)


def _label(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('label').innerText.trim()"))


def _single(page: Page, item: dict[str, Any]) -> None:
    _choose(page, next(plain(option["text"]) for option in item["options"] if option["correct"]))


def _true_false(page: Page, item: dict[str, Any]) -> None:
    _choose(page, "true" if item["answer"] else "false")


def _choose(page: Page, wanted: str) -> None:
    tab_until(page, "at.type === 'radio'")
    page.keyboard.press("Space")
    for _option in range(8):
        if plain(_label(page)) == wanted:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"No such answer: {wanted}")


def _multiple(page: Page, item: dict[str, Any]) -> None:
    right = {plain(option["text"]) for option in item["options"] if option["correct"]}
    for _option in item["options"]:
        tab_until(page, "at.type === 'checkbox'")
        if plain(_label(page)) in right:
            page.keyboard.press("Space")


def _number(page: Page, item: dict[str, Any]) -> None:
    tab_until(page, "at.name === 'text'")
    page.keyboard.type(item["answer"])


def _ordering(page: Page, item: dict[str, Any]) -> None:
    for place, step in enumerate(item["steps"], 1):
        row = "at.closest('li').querySelector('.text').innerText"
        same = f"({row}).toLowerCase().replace(/[^\\p{{L}}\\p{{N}}]/gu, '') === '{plain(step)}'"
        page.locator("h1").first.evaluate("e => { e.tabIndex = -1; e.focus(); }")
        tab_until(page, f"at.tagName === 'SELECT' && {same}")
        page.keyboard.type(str(place))


def _matching(page: Page, item: dict[str, Any]) -> None:
    rights = {plain(pair["left"]): plain(pair["right"]) for pair in item["pairs"]}
    for _pair in item["pairs"]:
        tab_until(page, "at.tagName === 'SELECT'")
        left = plain(page.evaluate("document.activeElement.labels[0].innerText"))
        options = page.evaluate("[...document.activeElement.options].map(o => o.text)")
        page.keyboard.press("Space")  # opens the menu
        for _step in range(list(map(plain, options)).index(rights[left])):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")


ANSWERS = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "number": _number,
    "ordering": _ordering,
    "matching": _matching,
}

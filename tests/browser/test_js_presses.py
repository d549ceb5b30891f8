from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.bench import bench, spoken

MENUS = """<details class="menu" id="one"><summary>One</summary><a href="#a">A</a></details>
  <details class="menu" id="two"><summary>Two</summary></details><p>Elsewhere</p>"""
CHOICES = """<form>
  <fieldset data-asked><input type="radio" name="a" checked><button data-clear>Clear</button></fieldset>
  <input type="checkbox" name="b" checked></form>"""


def test_menu_closes_when_something_else_is_pressed(browser: Browser) -> None:
    with bench(browser, MENUS) as page:
        page.click("#one summary")
        page.click("#two summary")
        assert page.locator("details[open]").get_attribute("id") == "two"
        page.click("p")
        assert page.locator("details[open]").count() == 0


def test_escape_closes_the_menu_and_goes_back_to_its_button(browser: Browser) -> None:
    with bench(browser, MENUS) as page:
        page.click("#one summary")
        page.focus("#one a")
        page.keyboard.press("Escape")
        assert page.locator("details[open]").count() == 0
        assert page.evaluate("document.activeElement.textContent") == "One"


def test_copying_says_so(browser: Browser) -> None:
    with bench(browser, '<button data-copy="7QK2"><span>Copy</span></button>') as page:
        page.evaluate("navigator.clipboard = undefined")
        page.evaluate("""() => Object.defineProperty(navigator, "clipboard", {
          value: { writeText: async text => { window.copied = text; } } })""")
        page.click("button")
        spoken(page, "Copied")
        assert page.evaluate("window.copied") == "7QK2"
        assert page.inner_text("button") == "Copied"


def test_clearing_unticks_one_question_only_and_tells_its_form(browser: Browser) -> None:
    with bench(browser, CHOICES) as page:
        page.evaluate(
            "document.querySelector('form').addEventListener('change', () => { window.told = true; })"
        )
        page.click("[data-clear]")
        assert not page.is_checked("[name=a]")
        assert page.is_checked("[name=b]")
        assert page.evaluate("window.told")


def test_one_box_ticks_all(browser: Browser) -> None:
    boxes = '<input type="checkbox" data-check-all="pick"><input type="checkbox" name="pick">' * 2
    with bench(browser, boxes) as page:
        page.locator("[data-check-all]").first.check()
        assert page.locator("[name=pick]:checked").count() == 2


def test_signing_out_forgets_kept_answers_and_nothing_else(browser: Browser) -> None:
    with bench(browser, '<form data-signout action="/out/"><button>Out</button></form>') as page:
        page.evaluate(
            "localStorage.setItem('kept-answer:/a/', '1'); localStorage.setItem('theme', 'dark')"
        )
        page.click("button")
        page.wait_for_url("**/out/?")
        assert page.evaluate("Object.keys(localStorage)") == ["theme"]


def test_error_summary_takes_the_focus(browser: Browser) -> None:
    with bench(browser, '<div tabindex="-1" data-error-summary>There is a problem</div>') as page:
        assert page.evaluate("'errorSummary' in document.activeElement.dataset")

"""Looking at a form of the editor makes no version; what is typed is seen by Wagtail as ever."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.bench import bench

FORM = """<script>
  const watcher = { cleared: 0, clear() { this.cleared += 1 } };
  window.wagtail = { app: { getControllerForElementAndIdentifier: (form, name) => name === "w-unsaved" && watcher } };
  let saves = 0;
  const change = () => document.forms[0].dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true }));
</script>
<form data-edit-form %s><input name="words"></form>
<script type="module">document.forms[0].addEventListener("w-unsaved:add", () => { saves += 1 })</script>
<script type="module" src="/static/editor/forms.js"></script>"""
FORCED = 'data-w-unsaved-force-value="true"'
SAVES = "() => { change(); return [saves, watcher.cleared] }"


def saves_after_change(page: Page) -> list[int]:
    """How many changes Wagtail was told of, and how often it looked anew."""
    page.wait_for_timeout(50)
    found: list[int] = page.evaluate(SAVES)
    return found


def test_change_that_nobody_made_is_no_edit_and_what_is_typed_is_one(browser: Browser) -> None:
    """Whether somebody has pressed something the browser knows; what a test evaluates counts as a press to it."""
    with bench(browser, pressed("false") + FORM % "") as page:
        assert saves_after_change(page) == [0, 1]
        page.evaluate("navigator.userActivation.hasBeenActive = true")
        assert saves_after_change(page) == [1, 1]


def test_form_that_came_back_with_faults_has_edits_from_the_start(browser: Browser) -> None:
    with bench(browser, pressed("false") + FORM % FORCED) as page:
        assert saves_after_change(page) == [1, 0]


def test_browser_that_does_not_know_of_presses_tells_every_change(browser: Browser) -> None:
    with bench(browser, pressed("undefined") + FORM % "") as page:
        assert saves_after_change(page) == [1, 0]


def pressed(said: str) -> str:
    return f"""<script>Object.defineProperty(navigator, "userActivation",
      {{ value: {{ hasBeenActive: {said} }}, configurable: true }})</script>"""

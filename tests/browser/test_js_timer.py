from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.bench import HOST, READY, bench, bench_page, spoken


@contextmanager
def clock(browser: Browser, seconds: int, form: str = "") -> Iterator[Page]:
    """A page whose clock stands still until the test moves it."""
    context = browser.new_context()
    page = bench_page(context, f'<p><span data-seconds-left="{seconds}"></span></p>{form}')
    page.clock.install()
    page.goto(f"{HOST}/")
    page.wait_for_function("document.querySelector('[data-seconds-left]').textContent")
    yield page
    context.close()


CLOCK = "document.querySelector('[data-seconds-left]').textContent"


@contextmanager
def asking(browser: Browser, shown: int, told: int, form: str = "") -> Iterator[Page]:
    """A page that shows some seconds, and a server that tells others."""
    clock = f'<span data-seconds-left="{shown}" data-left-at="/left/"></span>{form}'
    with bench(
        browser, clock, {"/left/": lambda route: route.fulfill(json={"left": told})}
    ) as page:
        yield page


def left(page: Page) -> str:
    return page.inner_text("[data-seconds-left]")


def test_minutes_are_rounded_up_and_seconds_written_at_the_end(browser: Browser) -> None:
    with clock(browser, 130) as page:
        assert left(page) == "3 minutes left"
        page.clock.run_for(75_000)
        assert left(page).endswith("seconds left")


def test_ten_five_and_one_minutes_are_spoken(browser: Browser) -> None:
    with clock(browser, 610) as page:
        assert page.inner_text("#live") == ""
        page.clock.run_for(15_000)
        spoken(page, "10 minutes left")
        page.clock.run_for(300_000)
        spoken(page, "5 minutes left")
        page.clock.run_for(240_000)
        spoken(page, "60 seconds left")


def test_minute_marks_already_past_stay_silent(browser: Browser) -> None:
    with clock(browser, 260) as page:
        page.clock.run_for(20_000)
        assert page.inner_text("#live") == ""


def test_seconds_are_asked_for_when_the_reader_comes_back(browser: Browser) -> None:
    with asking(browser, 480, 282) as page:
        assert left(page) == "8 minutes left"
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.wait_for_function(f"{CLOCK} === '5 minutes left'")


def test_seconds_are_asked_for_when_the_device_has_slept(browser: Browser) -> None:
    """The wall clock has gone on, the monotonic one has not."""
    with asking(browser, 480, 282) as page:
        page.evaluate("{ const now = Date.now; Date.now = () => now() + 198_000; }")
        page.wait_for_function(f"{CLOCK} === '5 minutes left'", timeout=10_000)


def test_time_added_elsewhere_is_found_before_the_form_is_sent(browser: Browser) -> None:
    with asking(browser, 1, 1200, '<form data-timed action="/sent/"></form>') as page:
        page.wait_for_function(f"{CLOCK} === '20 minutes left'")
        assert page.url == f"{HOST}/"


def test_form_is_sent_when_time_is_up(browser: Browser) -> None:
    with (
        clock(
            browser, 3, '<form data-timed action="/sent/"><input name="a" value="1"></form>'
        ) as page,
        page.expect_navigation(url="**/sent/?a=1"),
    ):
        page.clock.run_for(5_000)


ALL_SAVED = """<p data-saved data-state="saved"><span>Saved</span></p><p hidden data-when-offline>Wait</p>
<form data-timed data-autosave="/save/" data-seq="3" action="/sent/"><input name="text"></form>
<span data-seconds-left="2" data-left-at="/left/"></span>"""
CHECKED = """<form data-timed data-hand-in action="/sent/"></form><p hidden data-when-offline>Wait</p>
<span data-seconds-left="2" data-left-at="/left/"></span>"""


@pytest.mark.parametrize("body", [ALL_SAVED, CHECKED], ids=["question", "check"])
@pytest.mark.parametrize("told", [True, False], ids=["online event", "after a while"])
def test_time_up_without_a_connection_goes_on_by_itself(
    browser: Browser, body: str, told: bool
) -> None:
    """Nothing is to be stored, so nothing is said to be; and no page of the browser's takes the place of ours."""
    away = [True]

    def answer(route: Route) -> None:
        if away:
            route.abort()
        else:
            route.fulfill(json={"left": 0})

    context = browser.new_context()
    page = bench_page(context, f"<main data-open data-attempt=a>{body}</main>", {"/left/": answer})
    page.clock.install()
    page.goto(f"{HOST}/")
    page.evaluate(READY)
    page.clock.run_for(3_000)
    page.wait_for_selector("[data-when-offline]:visible")
    assert page.url == f"{HOST}/"
    if body is ALL_SAVED:
        assert page.inner_text("[data-saved]") == "Offline"
    if told:
        # The clock stands still, so nothing is asked again after a while.
        page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 0.01)
    away.clear()
    with page.expect_navigation(url="**/sent/**"):
        if told:
            page.evaluate("dispatchEvent(new Event('online'))")
        else:
            page.clock.run_for(6_000)
    context.close()


def test_page_without_a_form_is_loaded_again_when_time_is_up(browser: Browser) -> None:
    """For example that of an answer which has been checked: the server leads on from there."""
    with asking(browser, 1, 0) as page, page.expect_navigation(url=f"{HOST}/"):
        pass

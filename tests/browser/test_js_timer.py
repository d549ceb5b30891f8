from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.bench import HOST, bench, bench_page, spoken


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

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.bench import HOST, bench_page, spoken


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


def test_form_is_sent_when_time_is_up(browser: Browser) -> None:
    with (
        clock(
            browser, 3, '<form data-timed action="/sent/"><input name="a" value="1"></form>'
        ) as page,
        page.expect_navigation(url="**/sent/?a=1"),
    ):
        page.clock.run_for(5_000)

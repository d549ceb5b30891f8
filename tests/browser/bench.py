"""A page of a few lines for one behaviour of static/js, without a server: the test answers what the page asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from playwright.sync_api import Browser, BrowserContext, Page, Route

STATIC = Path(settings.BASE_DIR) / "static"
HOST = "http://bench.test"
LIVE = """<div id="live" data-word-saving="Saving" data-word-saved="Saved" data-word-waiting="Not saved yet"
  data-word-offline="Offline" data-word-signed-out="Signed out" data-word-left="%s left"
  data-word-position="%(text)s: %(at)s of %(of)s" data-word-top="At the top" data-word-bottom="At the bottom"
  data-word-updated="Changed" data-word-copied="Copied"></div>"""
SHELL = '<!doctype html><html lang="en"><title>Bench</title><body>{body}' + LIVE
SCRIPT = '<script type="module" src="/static/js/site.js"></script>'
# The module is there already: this waits until it and all it loads have run.
READY = "import('/static/js/site.js').then(() => {})"
EMPTY = "/empty/"
Answer = Callable[[Route], None]


@contextmanager
def bench(browser: Browser, body: str, answers: dict[str, Answer] | None = None) -> Iterator[Page]:
    """`body` with the site's script, ready when its behaviours are; a path in `answers` is answered by the test.

    The window is the next bench's too, emptied of what it kept; after a test that failed it is closed.
    """
    page = _windows.pop(browser, None) or browser.new_context().new_page()
    try:
        answer_requests(page.context, body, answers)
        page.goto(f"{HOST}/")
        page.evaluate(READY)
        yield page
        empty_window(page)
        if page.evaluate("history.length") < 40:  # it remembers fifty pages and no more
            _windows[browser] = page
    finally:
        if browser not in _windows:
            page.context.close()


_windows: dict[Browser, Page] = {}


def empty_window(page: Page) -> None:
    """Stop what the page does and forget what it stored."""
    page.goto(f"{HOST}{EMPTY}")
    # Only now: the page before would send the form it could not send.
    page.context.set_offline(False)
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    page.context.clear_cookies()
    page.context.unroute_all(behavior="ignoreErrors")


def bench_page(
    context: BrowserContext, body: str, answers: dict[str, Answer] | None = None
) -> Page:
    """The same page, not opened yet: for tests that set its clock first or open it twice."""
    answer_requests(context, body, answers)
    return context.new_page()


def answer_requests(context: BrowserContext, body: str, answers: dict[str, Answer] | None) -> None:
    """Give every page of this window the page, the scripts and what the test answers."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST).partition("?")[0]
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif path == EMPTY:
            route.fulfill(content_type="text/html", body="")
        elif answers and path in answers:
            answers[path](route)
        else:
            route.fulfill(content_type="text/html", body=SHELL.format(body=body) + SCRIPT)

    context.route("**/*", answer)


def spoken(page: Page, text: str) -> None:
    """Waits until the live region says this."""
    page.wait_for_function("text => document.querySelector('#live').textContent === text", arg=text)

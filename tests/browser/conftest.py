"""A real Chromium on a running site. Without Chromium the tests are skipped with a message; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import Site, populated_site

KNOWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = (
    "NO CHROMIUM: the browser tests did not run. Install Chromium (Debian: apt-get install chromium) "
    "or set CHROMIUM to its path."
)

# Chromium logs this error when a page shows before its cross-fade begins; the page is complete.
ORNAMENT = "Transition was"
# Wagtail's checker says so, as an error, when it has found faults in a preview: it is there to find them.
CHECKED = "axe.run results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one worker, so one site and one browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in KNOWN if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all walks, closed after the last: Playwright's event loop would stop Django in the tests that follow."""
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                # Without a graphics card the cross-fade to the next page costs more than the page.
                "--force-prefers-reduced-motion",
            ],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The populated site, fresh for each file of tests."""
    with populated_site(request.module.__name__.rpartition("_")[2]) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new window on the site; what the page writes to its console as an error fails the test."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on(
        "console",
        lambda said: (
            errors.append(f"{said.text} {said.location['url']}") if said.type == "error" else None
        ),
    )
    yield window
    context.close()
    assert [said for said in errors if not said.startswith((ORNAMENT, CHECKED))] == []

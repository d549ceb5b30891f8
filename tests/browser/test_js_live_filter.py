from __future__ import annotations

from playwright.sync_api import Browser, Route

from tests.browser.bench import HOST, bench, spoken

PAGE = """<form method="get" action="/people/" data-live="#results"><input name="q">
  <select name="status"><option value="">All<option value="new">New</select><button>Show</button></form>
  <section id="results"><p data-count>9 people</p></section>"""


def people(route: Route) -> None:
    route.fulfill(
        content_type="text/html", body='<section id="results"><p data-count>1 person</p></section>'
    )


def broken(route: Route) -> None:
    route.fulfill(status=500, content_type="text/html", body="Broken")


def test_typing_swaps_the_region_and_the_address(browser: Browser) -> None:
    with bench(browser, PAGE, {"/people/": people}) as page:
        page.fill("[name=q]", "ada")
        spoken(page, "1 person")
        assert page.url == f"{HOST}/people/?q=ada"
        assert page.inner_text("#results") == "1 person"
        assert page.get_attribute("#results", "aria-busy") is None


def test_sending_the_form_makes_a_step_to_come_back_from(browser: Browser) -> None:
    with bench(browser, PAGE, {"/people/": people}) as page:
        before = page.evaluate("history.length")
        page.select_option("[name=status]", "new")
        spoken(page, "1 person")
        assert page.evaluate("history.length") == before
        page.click("button")
        page.wait_for_function(f"history.length > {before}")
        assert page.url == f"{HOST}/people/?status=new"


def test_when_the_server_fails_the_page_itself_is_loaded(browser: Browser) -> None:
    with bench(browser, PAGE, {"/people/": broken}) as page:
        page.fill("[name=q]", "ada")
        page.wait_for_url("**/people/?q=ada")
        page.wait_for_function("document.body.textContent === 'Broken'")

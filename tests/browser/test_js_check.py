"""static/js/fetched.js: a check in a lesson is judged in place, and the focus moves to the verdict."""

from __future__ import annotations

from playwright.sync_api import Browser, Route

from tests.browser.bench import bench

CARD = """<section id="check-1" data-check><form method="post" action="#check-1">
  <input type="radio" name="answer" value="a" checked>{told}<button>Check</button></form></section>"""
BODY = "<p id='above'>Above</p>" + CARD.format(told="")


def judged(route: Route) -> None:
    told = '<p data-told role="status" tabindex="-1">Right</p>'
    route.fulfill(content_type="text/html", body=CARD.format(told=told))


def test_check_is_judged_in_place_with_focus_on_the_verdict(browser: Browser) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            asked.append(route.request.post_data or "")
            return judged(route)
        return route.fulfill(content_type="text/html", body="")

    with bench(browser, BODY, {"/judge/": answer}) as page:
        page.evaluate("history.replaceState(null, '', '/judge/')")
        page.evaluate("document.querySelector('#above').kept = true")
        for _time in range(2):
            page.click("button")
            page.wait_for_selector("[data-told]:focus")
            page.evaluate("document.activeElement.blur()")
        assert page.evaluate("document.querySelector('#above').kept")
        assert not page.get_attribute("#check-1", "aria-busy")
    assert len(asked) == 2
    assert all('name="answer"' in body for body in asked)


def test_check_sends_the_form_where_judging_in_place_fails(browser: Browser) -> None:
    def fail(route: Route) -> None:
        if route.request.resource_type == "fetch":
            return route.abort()
        return judged(route)

    with bench(browser, BODY, {"/judge/": fail}) as page:
        page.evaluate("history.replaceState(null, '', '/judge/')")
        page.click("button")
        page.wait_for_selector("[data-told]")

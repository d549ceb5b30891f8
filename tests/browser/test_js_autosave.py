from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Page, Route

from tests.browser.bench import HOST, bench, bench_page, spoken

FORM = """<p data-saved data-state="blank"><span>No answer yet</span></p>
<form method="post" action="/page/" data-autosave="/save/" data-seq="{seq}">
  <input type="hidden" name="csrfmiddlewaretoken" value="token"><input name="text">
  <label><input type="radio" name="choice" value="one">One</label><button name="go" value="1">Go</button></form>
<p hidden data-when-closed><span data-reason></span></p><p hidden data-when-signed-out>Sign in</p>"""
PAGE = FORM.format(seq=3)
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('kept-answer:')).length"


class Server:
    """Remembers what was sent and answers as it is told."""

    def __init__(self, status: int = 200, **reply: Any) -> None:
        self.status, self.reply, self.sent = status, reply, []

    def __call__(self, route: Route) -> None:
        sent = dict(re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n', route.request.post_data or ""))
        self.sent.append(sent)
        if self.status == 0:
            route.abort()
        else:
            route.fulfill(status=self.status, json={"seq": int(sent["seq"]), **self.reply})


def state(page: Page, wanted: str) -> None:
    page.wait_for_selector(f"[data-saved][data-state={wanted}]")


def test_change_is_sent_with_the_next_number_and_forgotten_here(browser: Browser) -> None:
    server = Server()
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "saved")
        assert server.sent == [
            {"csrfmiddlewaretoken": "token", "text": "", "choice": "one", "seq": "4"}
        ]
        assert page.inner_text("[data-saved]") == "Saved"
        assert page.evaluate(KEPT) == 0


def test_typing_is_sent_once_it_pauses(browser: Browser) -> None:
    server = Server()
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.locator("[name=text]").press_sequentially("abc", delay=20)
        state(page, "saved")
        assert [sent["text"] for sent in server.sent] == ["abc"]


def test_answer_is_kept_and_sent_again_while_the_network_is_away(browser: Browser) -> None:
    server = Server(status=0)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "waiting")
        spoken(page, "Not saved yet")
        assert page.evaluate(KEPT) == 1
        server.status = 200
        page.evaluate("dispatchEvent(new Event('online'))")
        state(page, "saved")
        assert page.evaluate(KEPT) == 0


def test_closed_attempt_says_why_and_sends_no_more(browser: Browser) -> None:
    server = Server(status=409, reason="Handed in elsewhere")
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "closed")
        assert page.inner_text("[data-when-closed]") == "Handed in elsewhere"
        page.fill("[name=text]", "more")
        page.wait_for_timeout(900)
        assert len(server.sent) == 1


def test_signed_out_reader_is_told_and_the_answer_kept(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server(status=403)}) as page:
        page.check("[value=one]")
        state(page, "out")
        assert page.is_visible("[data-when-signed-out]")
        assert page.evaluate(KEPT) == 1


def test_kept_answer_comes_back_and_is_sent(browser: Browser) -> None:
    server = Server(status=0)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.fill("[name=text]", "kept")
        state(page, "waiting")
        server.status = 200
        page.reload()
        state(page, "saved")
        assert page.input_value("[name=text]") == "kept"
        assert server.sent[-1]["text"] == "kept"


def test_kept_answer_older_than_the_page_is_thrown_away(browser: Browser) -> None:
    context = browser.new_context()
    page = bench_page(context, PAGE, {"/save/": Server()})
    page.add_init_script(
        """localStorage.setItem("kept-answer:/save/", '{"seq": 3, "fields": [["text", "old"]]}')"""
    )
    page.goto(f"{HOST}/")
    page.wait_for_function(f"{KEPT} === 0")
    assert page.input_value("[name=text]") == ""
    context.close()


def test_later_number_of_another_tab_is_overtaken(browser: Browser) -> None:
    server = Server(seq=9)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        page.wait_for_function("document.querySelector('[data-saved]').dataset.state === 'saving'")
        server.reply = {}
        state(page, "saved")
        assert [sent["seq"] for sent in server.sent] == ["4", "10"]


def test_form_is_not_sent_while_offline(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server()}) as page:
        page.context.set_offline(True)
        page.click("[name=go]")
        state(page, "waiting")
        assert page.url == f"{HOST}/"

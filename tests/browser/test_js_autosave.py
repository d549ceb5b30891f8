from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import Browser, Page, Route

from tests.browser.bench import HOST, READY, bench, bench_page, spoken

FORM = """<p data-saved data-state="blank"><span>No answer yet</span></p>
<form method="post" action="/page/" data-autosave="/save/" data-seq="{seq}">
  <input type="hidden" name="csrfmiddlewaretoken" value="token"><input name="text">
  <input type="hidden" name="seen" value="3.0123456789abcdef">
  <label><input type="radio" name="choice" value="one">One</label><button name="go" value="1">Go</button></form>
<p hidden data-when-elsewhere><span data-reason></span></p><p hidden data-when-offline>No connection</p>
<p hidden data-when-closed><span data-reason></span></p><p hidden data-when-signed-out>Sign in</p>"""
PAGE = FORM.format(seq=3)
SEVERAL = """<strong data-answered="1" data-word-answered="%s of 2 answered">1 of 2 answered</strong>
<p data-saved><span>Saved</span></p><form data-autosave="/save/">
  <section data-asked data-slot="1" data-seq="3"><input type="hidden" name="q1-seen" value="3.0123456789abcdef">
    <input type="text" name="q1-text" value="old"></section>
  <section data-asked data-slot="6" data-seq="7"><input type="hidden" name="q6-seen" value="7.0123456789abcdef">
    <input type="radio" name="q6-choice" value="b"></section></form>"""
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('kept-answer:')).length"


class Server:
    """Remembers what was sent and answers as it is told."""

    def __init__(self, status: int = 200, **reply: Any) -> None:
        self.status, self.reply, self.sent = status, reply, []

    def __call__(self, route: Route) -> None:
        sent = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
        self.sent.append(sent)
        if self.status == 0:
            route.abort()
        else:
            route.fulfill(status=self.status, json={"seq": int(sent["seq"]), **self.reply})

    def once(self, route: Route) -> None:
        """Answer as told once, then that it is saved."""
        self(route)
        self.status, self.reply = 200, {}


def state(page: Page, wanted: str) -> None:
    page.wait_for_selector(f"[data-saved][data-state={wanted}]")


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")  # the browser tells the page a little later


def test_change_is_sent_with_the_next_number_and_forgotten_here(browser: Browser) -> None:
    server = Server()
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "saved")
        (sent,) = server.sent
        assert re.fullmatch(r"[0-9-]{3,36}", sent.pop("writer"))
        assert sent == {"text": "", "choice": "one", "seq": "4", "base": "3", "question": ""}
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


def test_check_mark_stands_beside_saved_answers_alone(browser: Browser) -> None:
    icons = "".join(f'<svg class="icon" id="{name}"></svg>' for name in ("check", "alert"))
    style = '<link rel="stylesheet" href="/static/css/site.css">'
    look = """state => {
      document.querySelector(".saved").dataset.state = state;
      const seen = one => one.display !== "none" && one.visibility === "visible";
      return [...document.querySelectorAll(".icon")].filter(icon => seen(getComputedStyle(icon))).map(icon => icon.id);
    }"""
    with bench(browser, f'{style}<p class="saved">{icons}<span>…</span></p>') as page:
        shown = {
            state: page.evaluate(look, state)
            for state in ("saved", "saving", "blank", "waiting", "out", "closed")
        }
    warned = {state: ["alert"] for state in ("waiting", "out", "closed")}
    assert shown == {"saved": ["check"], "saving": [], "blank": [], **warned}


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


def test_kept_answer_that_was_overtaken_is_not_sent_above_it(browser: Browser) -> None:
    server = Server(status=0)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.fill("[name=text]", "kept")
        state(page, "waiting")
        server.status, server.reply = 409, {"seq": 5, "mine": False, "stands": "Two", "reason": "X"}
        page.reload()  # what waited over a new page is no newer either
        page.wait_for_selector("[data-when-elsewhere]:visible")
        server.status, server.reply = 200, {}
        page.fill("[name=text]", "kept in another way")
        state(page, "saved")
        assert (server.sent[-1]["base"], page.evaluate(KEPT)) == ("5", 0)


def test_kept_answer_comes_back_while_the_stored_one_stands(browser: Browser) -> None:
    server = Server(status=0)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.fill("[name=text]", "kept")
        state(page, "waiting")
        server.status = 200
        page.reload()
        state(page, "saved")
        assert page.input_value("[name=text]") == "kept"
        assert (server.sent[-1]["text"], server.sent[-1]["base"]) == ("kept", "3")


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
    """A change made just now is newer than what another page has stored: it is sent again."""
    server = Server(409, seq=9, mine=False, stands="Two", reason="Another answer is stored")
    with bench(browser, PAGE, {"/save/": server.once}) as page:
        page.check("[value=one]")
        state(page, "saved")
        assert [(sent["seq"], sent["base"]) for sent in server.sent] == [("4", "3"), ("10", "9")]
        assert server.sent[0]["writer"] == server.sent[1]["writer"]
        assert page.input_value("[name=seen]") == "10.="


def test_answer_that_waited_is_not_put_above_what_another_page_stored_meanwhile(
    browser: Browser,
) -> None:
    server = Server(status=0)
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "waiting")
        page.fill("[name=text]", "more")  # a later number, made on the same stored answer
        page.click("[name=go]")
        state(page, "waiting")
        server.status, server.reply = 409, {"seq": 4, "mine": False, "stands": "Two", "reason": "X"}
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-when-elsewhere]:visible")
        assert page.inner_text("[data-when-elsewhere]") == "Two"
        assert not page.is_visible("[data-when-offline]")
        assert {sent["base"] for sent in server.sent} == {"3"}
        assert (server.sent[-1]["seq"], page.evaluate(KEPT)) == ("5", 0)
        assert page.input_value("[name=seen]") == ""  # a button still stores this page's answer
        assert page.url == f"{HOST}/"  # and none has been pressed since


def test_answer_that_no_number_helps_is_sent_once(browser: Browser) -> None:
    """A story that has gone on elsewhere: the stored number is lower, and what stands is told."""
    server = Server(409, seq=2, mine=False, stands="Further on", reason="X")
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        page.wait_for_selector("[data-when-elsewhere]:visible")
        page.wait_for_timeout(400)
        assert len(server.sent) == 1


def test_answer_that_cannot_be_one_says_why_and_may_be_changed(browser: Browser) -> None:
    server = Server(400, reason="Too long")
    with bench(browser, PAGE, {"/save/": server.once}) as page:
        page.fill("[name=text]", "long")
        state(page, "closed")
        assert page.inner_text("[data-saved]") == "Too long"
        page.fill("[name=text]", "short")
        state(page, "saved")


def test_change_of_one_question_sends_that_question_alone(browser: Browser) -> None:
    server = Server()
    with bench(browser, SEVERAL, {"/save/": server}) as page:
        assert page.inner_text("[data-answered]") == "1 of 2 answered"
        page.check("[name=q6-choice]")
        state(page, "saved")
        (sent,) = server.sent
        assert {name: sent[name] for name in sent if name != "writer"} == {
            "q6-choice": "b",
            "seq": "8",
            "base": "7",
            "question": "6",
        }
        assert page.inner_text("[data-answered]") == "2 of 2 answered"
        assert page.input_value("[name=q1-seen]") == "3.0123456789abcdef"


def test_saved_is_said_once_every_question_is_saved(browser: Browser) -> None:
    server = Server(status=0)
    with bench(browser, SEVERAL, {"/save/": server}) as page:
        page.check("[name=q6-choice]")
        state(page, "waiting")
        server.status = 200
        page.fill("[name=q1-text]", "new")
        page.wait_for_function("!document.querySelector('[name=q1-seen]').value.endsWith('cdef')")
        page.wait_for_timeout(1000)
        assert page.inner_text("[data-saved]") == "Not saved yet"
        page.evaluate("dispatchEvent(new Event('online'))")
        state(page, "saved")


def test_button_pressed_offline_goes_on_once_its_answer_is_stored(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server()}) as page:
        page.check("[value=one]")
        state(page, "saved")
        go_offline(page)
        page.click("[name=go]")
        page.wait_for_selector("[data-when-offline]:visible")
        with page.expect_navigation(url="**/page/"):
            page.context.set_offline(False)


def test_reply_sets_the_timer(browser: Browser) -> None:
    clock = '<span data-seconds-left="3000"></span>'
    with bench(browser, clock + PAGE, {"/save/": Server(left=600)}) as page:
        page.check("[value=one]")
        page.wait_for_function(
            "document.querySelector('[data-seconds-left]').textContent === '10 minutes left'"
        )


def test_form_is_not_sent_while_offline(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server()}) as page:
        go_offline(page)
        page.click("[name=go]")
        state(page, "waiting")
        assert page.url == f"{HOST}/"


def test_save_under_way_is_called_off_when_the_form_is_sent(browser: Browser) -> None:
    """Arriving late it would be refused for its number, though the form has brought the answer."""
    waiting: list[Route] = []
    with bench(browser, PAGE, {"/save/": waiting.append}) as page:
        lost: list[str] = []
        page.on("requestfailed", lambda request: lost.append(request.url))
        with page.expect_request(f"{HOST}/save/"):
            page.check("[value=one]")
        page.evaluate(
            "document.forms[0].addEventListener('submit', event => event.preventDefault())"
        )
        with page.expect_event("requestfailed", timeout=4000):
            page.click("[name=go]")
        assert lost == [f"{HOST}/save/"]


def test_answers_that_are_stored_or_of_others_leave_the_device(browser: Browser) -> None:
    """Sent by a button and stored by now; of a try that is handed in; of somebody who used the device before."""
    kept = {
        "me/quiz/a/1/save/": {"sent": True, "seq": 4},  # stored with 4
        "me/quiz/a/2/save/": {"sent": True, "seq": 4},  # stored with 3 alone
        "me/quiz/a/3/save/": {"sent": False, "seq": 4},  # it waited: its own page asks
        "me/quiz/b/1/save/": {"sent": False, "seq": 4},
        "you/quiz/c/1/save/": {"sent": False, "seq": 4},
    }
    put = "kept => Object.entries(kept).forEach(([key, value]) => localStorage.setItem(`kept-answer:${key}`, value))"
    left = {
        '<div data-attempt="a" data-stored="4 3 9"></div>': {*list(kept)[1:4]},
        '<div data-attempt="b"></div>': {*list(kept)[:3]},
    }
    for body, stays in left.items():
        with bench(browser, f'<body data-person="me">{body}') as page:
            page.evaluate(put, {key: json.dumps(value) for key, value in kept.items()})
            page.reload()
            page.evaluate(READY)
            found = page.evaluate("Object.keys(localStorage)")
        assert {key.removeprefix("kept-answer:") for key in found} == stays

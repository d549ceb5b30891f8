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
<p hidden data-when-elsewhere><span data-reason></span><a href="/stored/"></a></p>
<p hidden data-when-replaced><span data-reason></span></p><p hidden data-when-offline>No connection</p>
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


def let_pass(page: Page, milliseconds: int) -> None:
    """Let what the page does later be done now, and what it sends for it arrive."""
    page.clock.run_for(milliseconds)
    page.wait_for_timeout(100)


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


def test_save_that_takes_long_is_said(browser: Browser) -> None:
    held: list[Route] = []
    with bench(browser, PAGE, {"/save/": held.append}) as page:
        page.clock.install()
        page.check("[value=one]")
        page.clock.run_for(1500)
        assert page.inner_text("#live") == ""
        page.clock.run_for(1000)
        spoken(page, "Saving")
        assert page.inner_text("[data-saved]") == "Saving"
        held.pop().fulfill(status=200, json={"seq": 4})
        state(page, "saved")


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
            for state in ("saved", "saving", "blank", "waiting", "signed-out", "closed")
        }
    warned = {state: ["alert"] for state in ("waiting", "signed-out", "closed")}
    assert shown == {"saved": ["check"], "saving": [], "blank": [], **warned}


def test_closed_attempt_says_why_and_sends_no_more(browser: Browser) -> None:
    server = Server(status=409, reason="Handed in elsewhere")
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.check("[value=one]")
        state(page, "closed")
        assert page.inner_text("[data-when-closed]") == "Handed in elsewhere"
        page.clock.install()
        page.fill("[name=text]", "more")
        let_pass(page, 2_000)
        assert len(server.sent) == 1


def test_signed_out_reader_is_told_and_the_answer_kept(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server(status=403)}) as page:
        page.check("[value=one]")
        state(page, "signed-out")
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
        assert page.evaluate(KEPT) == 1  # it stays until the reader has chosen
        with page.expect_request(f"{HOST}/page/") as posted:
            page.evaluate("document.forms[0].requestSubmit()")  # by the timer: no choice of theirs
        sent = dict(parse_qsl(posted.value.post_data or ""))
        assert (sent["seen"], sent["timed"]) == ("3.-", "1")
        page.goto(f"{HOST}/")
        page.wait_for_selector("[data-when-elsewhere]:visible")
        with page.expect_request(f"{HOST}/page/") as posted:
            page.click("[name=go]")
        assert "timed" not in (posted.value.post_data or "")
        assert "seen=3.*" in (posted.value.post_data or "")
        page.goto(f"{HOST}/")
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


def test_answer_that_a_button_has_sent_is_forgotten_once_the_server_says_it_is_stored(
    browser: Browser,
) -> None:
    """Not by its number alone: a later one may be another page's. Then it waits for the reader to choose."""
    form = PAGE.replace("/save/", "/quiz/a/1/save/")
    body = f'<body data-person="me"><i data-attempt="a" data-open></i>{form}'
    record = kept("1", sent=True, seq=3, base=2, fields=[["text", "old"]])
    for mine in (True, False):
        server = Server(409, seq=3, mine=mine, stands="Two", reason="X")
        page = open_with(browser, body, {"/quiz/a/1/save/": server}, [record])
        page.wait_for_function("!JSON.parse(Object.values(localStorage)[0] ?? '[]')[1]")
        assert page.input_value("[name=text]") == ""
        assert page.evaluate(KEPT) == (0 if mine else 1)
        page.context.close()


def test_later_number_of_another_tab_is_overtaken(browser: Browser) -> None:
    """A change made just now is newer than what another page has stored: it is sent again."""
    server = Server(409, seq=9, mine=False, stands="Two", reason="Another answer is stored")
    with bench(browser, PAGE, {"/save/": server.once}) as page:
        page.check("[value=one]")
        state(page, "saved")
        assert [(sent["seq"], sent["base"]) for sent in server.sent] == [("4", "3"), ("10", "9")]
        assert server.sent[0]["writer"] == server.sent[1]["writer"]
        assert page.input_value("[name=seen]") == "10.="
        assert page.inner_text("[data-when-replaced]") == "Two"  # and said


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
        assert (server.sent[-1]["seq"], page.evaluate(KEPT)) == ("5", 1)
        assert page.input_value("[name=seen]") == "3.*"  # a button still stores this page's answer
        assert page.url == f"{HOST}/"  # and none has been pressed since
        page.evaluate(
            "document.querySelector('[data-when-elsewhere] a').click()"
        )  # takes what is stored
        page.wait_for_url("**/stored/")
        assert page.evaluate(KEPT) == 0


def test_answer_that_no_number_helps_is_sent_once(browser: Browser) -> None:
    """A story that has gone on elsewhere: the stored number is lower, and what stands is told."""
    server = Server(409, seq=2, mine=False, stands="Further on", reason="X")
    with bench(browser, PAGE, {"/save/": server}) as page:
        page.clock.install()
        page.check("[value=one]")
        page.wait_for_selector("[data-when-elsewhere]:visible")
        let_pass(page, 2_000)
        assert len(server.sent) == 1
        server.status, server.reply = 200, {}
        page.fill("[name=text]", "Now")  # and is stored, so that what stood is told no longer
        state(page, "saved")
        assert not page.is_visible("[data-when-elsewhere]")


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
        page.clock.install()
        server.status = 200
        page.fill("[name=q1-text]", "new")
        page.wait_for_function("!document.querySelector('[name=q1-seen]').value.endsWith('cdef')")
        let_pass(page, 1_000)
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
    timed = PAGE.replace("data-seq", "data-timed data-seq")
    with (
        bench(browser, clock + timed, {"/save/": Server(left=0)}) as page,
        page.expect_navigation(url="**/page/"),  # time is up, as the server says
    ):
        page.check("[value=one]")


def test_form_is_not_sent_while_offline(browser: Browser) -> None:
    with bench(browser, PAGE, {"/save/": Server()}) as page:
        go_offline(page)
        page.click("[name=go]")
        state(page, "waiting")
        assert page.url == f"{HOST}/"


def test_signed_out_reader_is_told_that_alone_when_time_is_up(browser: Browser) -> None:
    """Not to wait for a connection as well: only signing in takes them on."""
    timed = PAGE.replace("data-seq", "data-timed data-seq")
    clock = '<span data-seconds-left="2" data-left-at="/left/"></span>'
    away = {"status": 302, "headers": {"location": "/login/"}}
    answers = {"/save/": Server(401), "/left/": lambda route: route.fulfill(**away)}
    with bench(browser, clock + timed, answers) as page:
        page.clock.install()
        page.reload()
        page.evaluate(READY)
        page.check("[value=one]")
        state(page, "signed-out")
        let_pass(page, 3_000)
        state(page, "signed-out")
        assert page.is_visible("[data-when-signed-out]")
        assert page.is_hidden("[data-when-offline]")
        assert page.url == f"{HOST}/"


def test_hand_in_pressed_offline_goes_on_once_there_is_a_connection(browser: Browser) -> None:
    body = CHECK + "<p hidden data-when-offline>Wait</p>"
    page = open_with(browser, body, {"/submit/": lambda route: route.fulfill(body="Done")}, [])
    go_offline(page)
    page.click("button")
    page.wait_for_selector("[data-when-offline]:visible")
    with page.expect_navigation(url="**/submit/"):
        page.context.set_offline(False)
    page.context.close()


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


def kept(slot: str, sent: bool = False, **more: Any) -> tuple[str, str]:
    """An answer as a page keeps it on the device: its key and what stands there."""
    address = f"/quiz/a/{slot}/save/"
    fields = [["choice", f"of {slot}"]]
    said = {"address": address, "fields": fields, "seq": 4, "base": 3, "writer": "1-2-3"}
    return f"kept-answer:me{address}", json.dumps([{**said, "question": "", **more}, sent])


CHECK = """<body data-person="me"><main data-attempt="a" data-open>
  <form method="post" action="/submit/" data-hand-in><input type="hidden" name="csrfmiddlewaretoken" value="token">
  <button>Hand in</button></form><p hidden data-when-unsent>Not sent</p></main>"""
PUT = "kept => kept.forEach(([key, value]) => localStorage.setItem(key, value))"
KEYS = "Object.keys(localStorage)"
ELSEWHERE = {"mine": False, "stands": "Two", "reason": "X"}


def open_with(
    browser: Browser, body: str, answers: dict[str, Any], records: list[tuple[str, str]]
) -> Page:
    """The page, opened on a device that keeps these answers."""
    page = bench_page(browser.new_context(), "", answers)
    page.goto(f"{HOST}/static/js/site.js")  # a place of the same origin without scripts that run
    page.evaluate(PUT, records)
    page.close()
    page = bench_page(page.context, body, answers)
    page.goto(f"{HOST}/")
    page.evaluate(READY)
    return page


def test_kept_answers_are_sent_on_any_page_of_their_try(browser: Browser) -> None:
    """As they are kept, by any page that is open: stored or the page's own, they leave; refused, they stay."""
    stored, own = Server(), Server(409, seq=5, mine=True, stands="Two", reason="X")
    other, down, closed = Server(409, **ELSEWHERE), Server(503), Server(409, reason="Told")
    answers = {"/quiz/a/1/save/": stored, "/quiz/a/2/save/": own, "/quiz/a/3/save/": other}
    answers |= {"/quiz/a/4/save/": closed, "/quiz/a/5/save/": down}
    records = [kept(slot, sent=slot == "2") for slot in "12345"]
    records.append(("kept-answer:me/quiz/b/1/save/", kept("1")[1]))
    body = '<body data-person="me"><i data-attempt="a" data-open></i>'
    page = open_with(browser, body, answers, records)
    page.wait_for_function(f"{KEYS}.length === 4")
    (sent,) = stored.sent
    assert sent == {
        "choice": "of 1",
        "seq": "4",
        "base": "3",
        "writer": "1-2-3",
        "question": "",
    }
    assert sorted(page.evaluate(KEYS)) == [
        *(kept(slot)[0] for slot in "345"),
        "kept-answer:me/quiz/b/1/save/",
    ]
    page.context.close()


def test_hand_in_waits_for_kept_answers_and_the_page_says_what_came_of_them(
    browser: Browser,
) -> None:
    stored, other = Server(status=0), Server(409, **ELSEWHERE)
    handed: list[str] = []

    def hand_in(route: Route) -> None:
        handed.append(page.url)
        route.fulfill(body="Handed in")

    there = Server(mine=True)  # a button has brought it: no news
    answers = {"/quiz/a/3/save/": stored, "/quiz/a/12/save/": other, "/quiz/a/4/save/": there}
    page = open_with(
        browser,
        CHECK,
        answers | {"/submit/": hand_in},
        [kept("3"), kept("12"), kept("4", sent=True)],
    )
    page.wait_for_selector("[data-when-unsent]:visible")  # the network is away
    stored.status = 200
    page.click("button")
    page.wait_for_url(lambda url: url.endswith("?sent=3&left=12"))
    page.evaluate(READY)
    assert (handed, page.evaluate(KEYS)) == ([], [kept("12")[0]])
    page.wait_for_timeout(200)
    assert page.url.endswith("?sent=3&left=12")  # told once
    with page.expect_request("**/submit/"):
        page.click("button")  # now that the person knows
    page.context.close()


def test_hand_in_goes_on_without_answers_only_when_that_has_been_said(browser: Browser) -> None:
    down = Server(status=503)
    handed: list[int] = []

    def hand_in(route: Route) -> None:
        handed.append(len(down.sent))
        route.fulfill(body="Handed in")

    answers = {"/quiz/a/3/save/": down, "/submit/": hand_in}
    page = open_with(browser, CHECK, answers, [kept("3")])
    page.wait_for_selector("[data-when-unsent]:visible")
    with page.expect_response("**/3/save/"):
        page.click("button")  # sent again first
    page.wait_for_timeout(200)
    assert (len(down.sent), handed) == (2, [])
    with page.expect_navigation(url="**/submit/"):
        page.click("button")
    assert (page.evaluate(KEYS), handed) == ([kept("3")[0]], [2])
    page.context.close()


def test_hand_in_because_time_is_up_follows_the_kept_answers(browser: Browser) -> None:
    order: list[str] = []
    server = Server(status=503)

    def save(route: Route) -> None:
        order.append(f"save {server.status}")
        server(route)

    def left(route: Route) -> None:
        server.status = 200  # the network comes back in the last second
        route.fulfill(json={"left": 0})

    def submit(route: Route) -> None:
        order.append("submit")
        route.fulfill(body="Handed in")

    timed = CHECK.replace("data-hand-in>", "data-timed>")
    timed += '<b data-seconds-left="2" data-left-at="/left/"></b>'
    answers = {"/quiz/a/3/save/": save, "/left/": left, "/submit/": submit}
    page = open_with(browser, timed, answers, [kept("3")])
    page.wait_for_url("**/submit/")
    assert order == ["save 503", "save 200", "submit"]
    page.context.close()


def test_answers_of_closed_tries_and_of_others_leave_the_device(browser: Browser) -> None:
    """With a word where one never arrived. What a button has brought needs none."""
    others = ("kept-answer:you/quiz/c/1/save/", kept("1")[1])
    elsewhere = ("kept-answer:me/quiz/b/1/save/", kept("1")[1])
    body = '<body data-person="me"><i data-attempt="a"></i><p hidden data-when-late>Late</p>'
    for sent in (True, False):
        page = open_with(browser, body, {}, [kept("1", sent=sent), elsewhere, others])
        assert page.evaluate(KEYS) == [elsewhere[0]]
        assert page.is_visible("[data-when-late]") is not sent
        page.context.close()

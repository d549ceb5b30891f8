"""Two pages answer the same questions, one of every kind: who is told "saved" is who is stored, and nothing gets lost.

Autosaves, pressed buttons and the form with all questions, in any order, repeated and overtaken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from items.kinds.registry import KINDS, STEPWISE
from quizzes.attempts.autosave import SaveResult, save_answer, save_pressed_form
from quizzes.attempts.messages import (
    CHANGED,
    AnswerForm,
    SeenAnswer,
    fingerprint,
    is_blank,
    keep_answer_fields,
    read_seen,
    write_seen,
)
from quizzes.models import Attempt, Response
from quizzes.screens.questions import AskedQuestion
from tests.factories.quizzes import form_for, make_attempt, make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db
NAMES = ("tab-1", "tab-2")
PRESSED = ("press", "continue", "changed")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(
            ["save", "waited", "press", "continue", "changed", "all", "again", "reload"]
        ),
        st.sampled_from(["right", "wrong", "blank"]),
        st.sampled_from([-1, 0, 0, 1, 1, 3]),
    ),
    min_size=3,
    max_size=6,
)


@dataclass
class Tab:
    """A page with all questions: what it showed of each, and what stands in its fields now."""

    name: str
    shown: dict[int, str] = field(default_factory=dict)
    fields: dict[int, AnswerForm] = field(default_factory=dict)
    last: dict[int, tuple[AnswerForm, int]] = field(default_factory=dict)

    def showed(self, slot: int) -> SeenAnswer:
        shown = read_seen(self.shown[slot])
        assert shown is not None
        return shown

    def load(self, rows: dict[int, Response]) -> None:
        self.shown = {slot: write_seen(row) for slot, row in rows.items()}
        self.fields = {slot: keep_answer_fields(row.form) for slot, row in rows.items()}


class Desk:
    """One person with two tabs on one attempt; each move is looked at, question by question."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt, self.tabs = attempt, {name: Tab(name) for name in NAMES}
        self.forms = {
            row.slot: {"right": form_for(row), "wrong": form_for(row, right=False), "blank": {}}
            for row in self.rows().values()
        }
        for tab in self.tabs.values():
            tab.load(self.rows())

    def rows(self) -> dict[int, Response]:
        rows = self.attempt.responses.select_related("version").order_by("slot")
        return {row.slot: row for row in rows}

    def move(self, name: str, how: str, what: str, step: int) -> None:
        tab, before = self.tabs[name], self.rows()
        if how == "reload":
            tab.load(before)
        elif how == "all":
            self.send_all(tab, before)
        else:
            self.send_each(tab, before, how, what, step)

    def send_each(
        self, tab: Tab, before: dict[int, Response], how: str, what: str, step: int
    ) -> None:
        """One message for each question, then a look at every row."""
        told = {}
        for slot, row in before.items():
            form, seq = self.forms[slot][what], max(row.seq + step, 0)
            if how == "again":
                form, seq = tab.last.get(slot, (form, seq))
            seen = read_seen(tab.shown[slot])
            if how == "changed" and seen:
                seen = SeenAnswer(seen.seq, CHANGED)  # a page with scripts says so
            more = {"seq": seq, "writer": tab.name, "pressed": how in PRESSED, "seen": seen}
            more["step"] = how == "continue" and row.version.kind not in STEPWISE
            base = seen.seq if seen and how == "waited" else None
            told[slot] = (form, seq, base, self.save(slot, form, base=base, **more))
        after = self.rows()
        for slot, row in before.items():
            self.look(tab, row, after[slot], *told[slot], how=how)

    def look(
        self,
        tab: Tab,
        row: Response,
        after: Response,
        form: AnswerForm,
        seq: int,
        base: int | None,
        told: SaveResult,
        *,
        how: str,
    ) -> None:
        pressed = how in PRESSED
        unchanged = pressed and how != "changed" and tab.showed(row.slot).shows(form)
        if pressed:
            expected = how == "changed" or not self.adds_nothing(tab, row, form)
        else:
            same = (row.seq, row.writer, said(row)) == (seq, tab.name, fingerprint(form))
            stands = base is None or row.seq <= base or row.writer == tab.name
            expected = (seq > row.seq and stands) or same
        assert told.saved is expected, (row.version.kind, told)
        assert (told.stands is None) is told.saved
        lost = pressed and told.saved and self.loses(tab, row, form)
        assert [stood.slot for stood in told.replaced] == ([row.slot] if lost else [])
        if not told.saved or unchanged:
            assert state(after) == state(row)
            return
        assert said(after) == fingerprint(form)
        assert after.writer == tab.name
        tab.last[row.slot], tab.fields[row.slot] = (form, after.seq), form
        tab.shown[row.slot] = write_seen(after)

    def save(self, slot: int, form: AnswerForm, **more: Any) -> SaveResult:
        return save_answer(
            self.attempt.uuid, self.attempt.person, slot, form, at=timezone.now(), **more
        )

    def send_all(self, tab: Tab, before: dict[int, Response]) -> None:
        sent: dict[str, list[str]] = {}
        for slot, form in tab.fields.items():
            sent |= {f"q{slot}-{name}": values for name, values in form.items()}
            sent[f"q{slot}-seen"] = [tab.shown[slot]]
        person, now = self.attempt.person, timezone.now()
        told, left = save_pressed_form(
            self.attempt.uuid, person, sent, seq=1, at=now, writer=tab.name
        )
        after = self.rows()
        lost = {stood.slot for stood in told.replaced}
        for slot, row in before.items():
            form = tab.fields[slot]
            assert (slot in lost) is (slot not in left and self.loses(tab, row, form))
            nothing = self.adds_nothing(tab, row, form)
            assert (slot in left) is nothing
            if nothing or tab.showed(slot).shows(form):
                assert state(after[slot]) == state(row), row.version.kind
            else:
                assert said(after[slot]) == fingerprint(form), row.version.kind
        tab.load(after)

    def adds_nothing(self, tab: Tab, row: Response, form: AnswerForm) -> bool:
        """Whether the tab says no more than it showed, and the other tab has answered since."""
        shown = tab.showed(row.slot)
        idle = is_blank(form) or shown.shows(form)
        return idle and self.stale(tab, row)

    def loses(self, tab: Tab, row: Response, form: AnswerForm) -> bool:
        """Whether storing the form takes the place of another answer that the tab did not know: it is to be told."""
        other = said(row) not in {fingerprint({}), fingerprint(form)}
        return other and self.stale(tab, row)

    def stale(self, tab: Tab, row: Response) -> bool:
        return row.seq > tab.showed(row.slot).seq and row.writer != tab.name


def said(row: Response) -> str:
    return fingerprint(keep_answer_fields(row.form))


def state(row: Response) -> tuple[Any, ...]:
    return row.seq, row.writer, row.form


@pytest.fixture
def attempt(ada: User) -> Attempt:
    """One question of every kind on one page."""
    page = make_quiz(make_bank("ALL", *map(make_row, KINDS)), preset="practice", one_page=True)
    return make_attempt(ada, page, timezone.now())


def test_two_writers_of_every_kind_are_told_what_is_stored(attempt: Attempt) -> None:
    assert {row.version.kind for row in attempt.responses.select_related("version")} == set(KINDS)

    @settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(MOVES)
    def walk(moves: list[tuple[str, str, str, int]]) -> None:
        with transaction.atomic():
            desk = Desk(attempt)
            for move in moves:
                desk.move(*move)
            transaction.set_rollback(True)

    walk()


def field_of(shown: Any, slot: int = 0) -> str:
    """What the page says that it showed."""
    name = f"q{slot}-seen" if slot else "seen"
    return re.search(rf'name="{name}" value="([^"]+)"', shown.content.decode())[1]  # type: ignore[index]


WAYS = ["save", "", "later", "without", "tell"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("one_page", [False, True], ids=["one question", "one page"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_sending_compares_what_its_page_knew(
    way: str, one_page: bool, scripts: bool, ada: User, as_: Any
) -> None:
    """Both show answer 1, the laptop stores 2: an unchanged form of the phone leaves that, a changed one is told."""
    browser = as_(ada)
    page = make_quiz(make_bank("TWO", make_row(), make_row()), preset="practice", one_page=one_page)
    attempt = make_attempt(ada, page, timezone.now())
    slot = 1 if one_page else 0
    here = f"/quiz/{attempt.uuid}/{'all' if one_page else 1}/"
    row = attempt.responses.select_related("version").get(slot=1)
    one, two = form_for(row), form_for(row, right=False)

    def store(form: AnswerForm, seq: int, writer: str) -> None:
        at = timezone.now()
        assert save_answer(attempt.uuid, ada, 1, form, seq=seq, at=at, writer=writer).saved

    def send(form: AnswerForm, seen: str, base: int) -> Any:
        sent: dict[str, Any] = {f"q{slot}-{name}" if slot else name: form[name] for name in form}
        known = {"seq": "9", "writer": "phone-1"} if scripts else {"seq": "0"}
        if way == "save":
            return browser.post(f"{here}save/", sent | known | {"base": base, "question": slot})
        named = {f"q{slot}-seen" if slot else "seen": seen}
        button = {way: "1"} if way else {}
        return browser.post(here, sent | named | known | button, follow=True)

    store(one, 1, "phone-0")
    seen = field_of(browser.get(here), slot)
    store(two, 2, "laptop-1")
    told = send(one, seen, 1)
    stored = attempt.responses.get(slot=1)
    assert (stored.form, stored.seq) == (two, 2)
    if way == "save":
        assert (told.status_code, told.json()["seq"]) == (409, 2)
    else:
        assert "Question 1 was answered in another tab" in told.content.decode()
    # The same page again, of a person who has changed the answer: on what stood when it was blank.
    told = send(one, "1.*" if scripts else "0.0000000000000000", 1)
    stored = attempt.responses.get(slot=1)
    if way == "save":  # the page decides: sent again if it is newer, else the reader chooses
        assert (told.status_code, stored.form) == (409, two)
        return
    assert stored.form == one
    assert "Question 1 had another answer by then" in told.content.decode()
    attempt.refresh_from_db()
    assert (attempt.state, stored.revealed_at) == ("open", None)  # nothing final before it is read


@pytest.mark.parametrize("one_page", [False, True], ids=["one question", "one page"])
def test_clear_button_of_an_old_page_clears_and_says_what_stood(
    one_page: bool, ada: User, as_: Any
) -> None:
    browser = as_(ada)
    page = make_quiz(make_bank("TWO", make_row()), preset="practice", one_page=one_page)
    attempt = make_attempt(ada, page, timezone.now())
    here = f"/quiz/{attempt.uuid}/{'all' if one_page else 1}/"
    seen = field_of(browser.get(here), int(one_page))
    row = attempt.responses.select_related("version").get(slot=1)
    save_answer(attempt.uuid, ada, 1, form_for(row), seq=1, at=timezone.now(), writer="laptop-1")
    sent = {"q1-seen" if one_page else "seen": seen, "clear": "1"}
    told = browser.post(here, sent, follow=True).content.decode()
    assert "Question 1 had another answer by then" in told
    assert attempt.responses.get(slot=1).form == {}


def test_step_of_an_old_page_leaves_a_choice_of_another_tab(ada: User) -> None:
    """The phone shows a choice; the laptop makes another one. Pressing on without a change takes neither."""
    attempt = make_attempt(ada, make_quiz(make_bank("STORY", make_row("scenario"))), timezone.now())
    row = attempt.responses.select_related("version").get(slot=1)
    tokens = [choice.token for choice in AskedQuestion(row).face.choices]
    at = timezone.now()

    def send(token: str, seq: int, writer: str, **more: Any) -> SaveResult:
        form = {"choice": [token]}
        return save_answer(attempt.uuid, ada, 1, form, seq=seq, at=at, writer=writer, **more)

    assert send(tokens[0], 1, "phone-1").saved
    row.refresh_from_db()
    shown = read_seen(write_seen(row))
    assert shown is not None
    assert send(tokens[1], 2, "laptop-1").saved
    press: dict[str, Any] = {"pressed": True, "step": True}
    left = send(tokens[0], 3, "phone-2", seen=shown, **press)
    assert (left.saved, left.stands is None) == (False, False)
    row.refresh_from_db()
    assert row.form == {"choice": [tokens[1]]}
    changed = send(tokens[0], 3, "phone-2", seen=SeenAnswer(1, CHANGED), **press)
    row.refresh_from_db()
    assert (row.form["path"], [one.slot for one in changed.replaced]) == ([tokens[0]], [1])


@pytest.mark.parametrize("how", ["save", "press", "all"])
def test_answers_of_two_writers_to_different_questions_are_all_kept(
    attempt: Attempt, how: str
) -> None:
    """One tab answers every other question, the other one the rest; none of them sees what the other one did."""
    desk = Desk(attempt)
    rows = desk.rows()
    for place, tab in enumerate(desk.tabs.values()):
        mine = {slot: row for slot, row in rows.items() if slot % 2 == place}
        tab.fields |= {slot: desk.forms[slot]["right"] for slot in mine}
        if how == "all":
            desk.send_all(tab, desk.rows())
        else:
            desk.send_each(tab, mine, how, "right", 1)
    for slot, row in desk.rows().items():
        assert said(row) == fingerprint(desk.forms[slot]["right"]), row.version.kind


def test_answer_that_waited_replaces_only_what_its_page_knew(attempt: Attempt) -> None:
    """A laptop goes offline on answer 1; its later numbers do not make it newer than what a phone has stored since."""
    desk = Desk(attempt)
    for slot, forms in desk.forms.items():
        right, wrong = forms["right"], forms["wrong"]
        laptop: dict[str, Any] = {"writer": "tab-1", "base": 1}
        assert desk.save(slot, right, seq=1, writer="tab-1").saved
        assert desk.save(slot, wrong, seq=2, writer="tab-2", base=1).saved
        waited = desk.save(slot, right, seq=9, **laptop)
        assert (waited.saved, waited.seq, waited.stands is None) == (False, 2, False)
        assert desk.save(
            slot, wrong, seq=2, writer="tab-2", base=1
        ).saved  # the phone sends it again
        assert desk.save(slot, right, seq=9, **laptop | {"base": 2}).saved  # made on what stands
        assert desk.save(
            slot, wrong, seq=10, **laptop
        ).saved  # its own answer, of which it was not told


def test_buttons_number_only_what_has_changed(attempt: Attempt) -> None:
    desk = Desk(attempt)
    first, *others = desk.rows()
    tab = desk.tabs["tab-1"]
    tab.fields[first] = desk.forms[first]["right"]
    before = desk.rows()
    desk.send_all(tab, before)
    desk.send_each(tab, {slot: before[slot] for slot in others}, "press", "blank", 0)
    after = desk.rows()
    assert after[first].seq > before[first].seq
    assert {slot: state(after[slot]) for slot in others} == {
        slot: state(before[slot]) for slot in others
    }

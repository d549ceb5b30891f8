"""Random walks through attempts at one quiz, compared with a model that uses no database.

Hypothesis plays a person (and their manager, the sweeper and the clock) against the real code: start, save,
clear, flag, add time, hand in, read recaps, wait, be given a try. After every step the stored facts must be those
of the model. The suite runs it on both databases, with other walks on each.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

import pytest
from hypothesis import Phase, seed, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from accounts.signals import people_changed
from courses.models import CourseCompletion
from quizzes.attempts import deadlines, recaps, starting, unlocks
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.deadlines import add_time
from quizzes.attempts.starting import NotEligibleError, start_attempt
from quizzes.attempts.submitting import close_if_over, submit_attempt, submit_overdue_attempts
from quizzes.models import Attempt, MarkEvent, Quiz, QuizPage
from tests.factories.quizzes import (
    form_for,
    make_bank,
    make_principle,
    make_quiz,
    make_ready,
    make_row,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
QUESTIONS, TRIES, WINDOW, LIMIT = 2, 3, 24 * HOUR, 30 * MINUTE
PRESSED = 99
COOL_DOWN = (1 * HOUR, 6 * HOUR)
slots = strategies.integers(1, QUESTIONS)


@dataclass
class Try:
    """What the model knows of one attempt. `answers` are right or wrong by slot, `seqs` the newest saves."""

    number: int
    started: datetime
    deadline: datetime
    answers: dict[int, bool] = field(default_factory=dict)
    seqs: dict[int, int] = field(default_factory=dict)
    stored: dict[int, tuple[int, str, bool | None]] = field(default_factory=dict)
    added: int = 0
    submitted: datetime | None = None
    recap_read: bool = False
    was_given: bool = False

    @property
    def passed(self) -> bool:
        return all(self.answers.get(slot) for slot in range(1, QUESTIONS + 1))

    @property
    def failed(self) -> bool:
        return self.submitted is not None and not self.passed


class Walk(RuleBasedStateMachine):
    """The test sets `page`, `person` and `manager`; every example undoes what it did."""

    page: QuizPage
    person: User
    manager: User

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.person.refresh_from_db()  # the example before may have changed it
        self.now = START
        self.made: list[Try] = []
        self.given = 0
        self.factor = 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.close()

    # What the model knows.

    @property
    def quiz(self) -> Quiz:
        return self.page.quiz

    @property
    def running(self) -> Try | None:
        """The attempt that is open and still takes answers, the grace included."""
        last = self.made[-1] if self.made else None
        return last if last and last.submitted is None else None

    @property
    def stored(self) -> Attempt:
        return Attempt.objects.get(quiz=self.quiz, number=self.made[-1].number)

    def close(self, at: datetime) -> None:
        """Time is up: it counts as handed in at its deadline."""
        if self.running and at > self.running.deadline:
            self.running.submitted = self.running.deadline

    @property
    def opens(self) -> datetime:
        """When limit and cool-down allow the next attempt; a past moment if they allow it now."""
        if self.given:
            return START
        counted = [one.started + WINDOW for one in self.made if not one.was_given]
        room = sorted(counted)[-TRIES] if len(counted) >= TRIES else START
        ends = [one.submitted for one in self.made if one.failed and one.submitted]
        cool = max(ends) + COOL_DOWN[min(len(ends), len(COOL_DOWN)) - 1] if ends else START
        return max(room, cool)

    def may_start(self) -> bool:
        if any(one.submitted and one.passed for one in self.made):
            return False
        failed = [one for one in self.made if one.failed]
        return self.now >= self.opens and (not failed or failed[-1].recap_read)

    # Few rules with many moves each, because hypothesis leaves some rules out of each example.

    @rule(
        right=strategies.lists(strategies.booleans(), min_size=QUESTIONS, max_size=QUESTIONS),
        how=strategies.sampled_from(["start", "whole", "whole"]),
    )
    def tries(self, right: list[bool], how: str) -> None:
        self.start() if how == "start" else self.take_a_whole_try(right)

    @precondition(lambda self: self.made)
    @rule(
        slot=slots,
        right=strategies.sampled_from([True, True, False, None]),
        step=strategies.sampled_from([-1, 0, 1, 3, PRESSED]),
        late=strategies.sampled_from([None, None, None, 0, 1, 60, 61]),
        writer=strategies.sampled_from(["tab-1", "tab-2"]),
    )
    def answers(
        self, slot: int, right: bool | None, step: int, late: int | None, writer: str
    ) -> None:
        """Answer a question in one of two tabs, now or `late` seconds after the deadline."""
        if late is not None and self.running:
            self.now = max(self.now, self.running.deadline + late * SECOND)
        if step == PRESSED or right is None:
            self.press(slot, right)
        else:
            self.save(slot, right, step, writer)

    @rule(
        seconds=strategies.sampled_from([-1, 0, 1, 60, 61]),
        until=strategies.sampled_from(["soon", "the end", "the next try"]),
    )
    def time_goes_by(self, seconds: int, until: str) -> None:
        """Move the clock to a moment at which something happens, or to just before or after it."""
        known = {"the next try": self.opens}
        if self.running:
            known["the end"] = self.running.deadline
        self.now = max(self.now, known.get(until, self.now + 7 * MINUTE) + seconds * SECOND)

    @precondition(lambda self: self.made)
    @rule(how=strategies.sampled_from(["by hand", "swept", "more time", "factor 1", "factor 3"]))
    def something_comes_of_it(self, how: str) -> None:
        if how == "by hand":
            self.hand_in()
        elif how == "swept":
            self.sweep()
        elif how == "more time":
            self.add_time()
        else:
            self.is_given_another_time_factor(int(how[-1]))

    @rule(asks=strategies.booleans())
    def tries_to_get_another(self, asks: bool) -> None:
        if self.made and self.made[-1].failed:
            self.read_the_recap()
        if asks:
            self.ask_the_manager()

    # The moves.

    @initialize()
    def read_the_lessons(self) -> None:
        make_ready(self.person, self.page, START - HOUR)

    def take_a_whole_try(self, right: list[bool]) -> None:
        self.start()
        if self.running:
            for slot, one in enumerate(right, start=1):
                self.press(slot, one)
            self.hand_in()

    def start(self) -> None:
        self._looks_in()
        if self.running:
            same = start_attempt(self.person, self.quiz, at=self.now, locale="en")
            assert same.number == self.running.number
            return
        if not self.may_start():
            with pytest.raises(NotEligibleError) as refused:
                start_attempt(self.person, self.quiz, at=self.now, locale="en")
            assert all(str(reason.remedy) for reason in refused.value.eligibility.reasons)
            return
        attempt = start_attempt(self.person, self.quiz, at=self.now, locale="en")
        deadline = self.now + LIMIT * self.factor
        self.made.append(Try(attempt.number, self.now, deadline, was_given=bool(self.given)))
        self.given = max(self.given - 1, 0)

    def _looks_in(self) -> None:
        """Opening any page closes an attempt whose time is up."""
        if self.running:
            close_if_over(self.stored, self.person, at=self.now)
            self.close(self.now)

    def save(self, slot: int, right: bool, step: int, writer: str) -> None:
        """An autosave: one that is not newer than what is stored changes nothing, and is told so.

        Only a message that is the stored one is called saved: a newer one, or the same that arrives again.
        """
        last = self.made[-1]
        seq = max(last.seqs.get(slot, 0) + step, 0)
        response = self.stored.responses.select_related("version").get(slot=slot)
        form = form_for(response, right=right)
        saved = save_answer(
            self.stored.uuid, self.person, slot, form, seq=seq, at=self.now, writer=writer
        )
        self.close(self.now - deadlines.GRACE)
        newer = seq > last.seqs.get(slot, 0)
        again = last.stored.get(slot) == (seq, writer, right)
        assert saved.saved is (last.submitted is None and (newer or again))
        assert (saved.closed is None) is (last.submitted is None)
        assert (saved.stands is None) is (saved.saved or bool(saved.closed))
        if saved.saved:
            last.answers[slot], last.seqs[slot] = right, seq
            last.stored[slot] = (seq, writer, right)

    def press(self, slot: int, right: bool | None) -> None:
        """A pressed button: it replaces what any save stored, also when it clears the answer."""
        last = self.made[-1]
        response = self.stored.responses.select_related("version").get(slot=slot)
        form = {} if right is None else form_for(response, right=right)
        saved = save_answer(
            self.stored.uuid, self.person, slot, form, seq=0, at=self.now, pressed=True
        )
        self.close(self.now - deadlines.GRACE)
        assert saved.saved is (last.submitted is None)
        if saved.saved:
            last.seqs[slot] = last.seqs.get(slot, 0) + 1
            last.stored[slot] = (last.seqs[slot], "", right)
            last.answers.pop(slot, None)
            if right is not None:
                last.answers[slot] = right

    def add_time(self) -> None:
        last = self.made[-1]
        may = last.submitted is None and self.now <= last.deadline and last.added < 10
        assert add_time(self.stored.uuid, self.person, at=self.now) is may
        if may:
            last.added += 1
            last.deadline += 20 * MINUTE

    def is_given_another_time_factor(self, factor: int) -> None:
        """A new time factor reaches the running attempt at once; a smaller one never shortens it."""
        self.factor = factor
        self.person.time_factor = factor
        self.person.save()
        people_changed.send(sender=User, person_ids=[self.person.pk])
        # The test is one transaction: what follows a commit is called by hand.
        deadlines.lengthen_deadlines([self.person.pk])
        if self.running:
            whole = self.running.started + LIMIT * factor + self.running.added * 20 * MINUTE
            self.running.deadline = max(self.running.deadline, whole)

    def hand_in(self) -> None:
        """Handing in twice has one result; handing in late counts as of the deadline."""
        if self.running:
            self.running.submitted = min(self.now, self.running.deadline)
        for _press in range(2):
            submit_attempt(self.stored.uuid, self.person, at=self.now)

    def sweep(self) -> None:
        due = self.running is not None and self.now - deadlines.GRACE > self.running.deadline
        assert submit_overdue_attempts(at=self.now) == int(due)
        self.close(self.now - deadlines.GRACE)

    def read_the_recap(self) -> None:
        recaps.record_recap(self.stored, "P1", at=self.now)
        self.made[-1].recap_read = True

    def ask_the_manager(self) -> None:
        """A person who waits is given an attempt; for anybody else it is refused."""
        self.now += SECOND  # nobody asks in the very moment in which they start
        self._looks_in()
        waits = starting.check_tries(self.person, self.quiz, at=self.now).waits
        if not waits:
            with pytest.raises(unlocks.UnlockRefusedError):
                self._give()
            return
        self._give()
        self.given += 1

    def _give(self) -> None:
        unlocks.give_tries(
            self.person, self.quiz, reason="She was ill then", actor=self.manager, at=self.now
        )

    # What must hold after every step.

    @invariant()
    def at_most_one_attempt_is_open(self) -> None:
        open_ones = Attempt.objects.filter(quiz=self.quiz, state=Attempt.State.OPEN).count()
        assert open_ones == (1 if self.running else 0)

    @invariant()
    def the_facts_are_those_of_the_model(self) -> None:
        found = Attempt.objects.filter(quiz=self.quiz).prefetch_related("responses")
        assert [_told(one) for one in found.order_by("number")] == [
            _expected(one) for one in self.made
        ]

    @invariant()
    def every_answer_of_a_closed_attempt_has_exactly_one_mark(self) -> None:
        closed = sum(one.submitted is not None for one in self.made)
        assert MarkEvent.objects.count() == QUESTIONS * closed

    @invariant()
    def a_pass_is_recorded_once(self) -> None:
        passes = sum(bool(one.submitted and one.passed) for one in self.made)
        assert CourseCompletion.objects.count() == passes <= 1


def _told(attempt: Attempt) -> dict[str, Any]:
    return {
        "started": attempt.started_at,
        "deadline": attempt.deadline_at,
        "submitted": attempt.submitted_at,
        "passed": attempt.passed,
        "percent": attempt.percent,
        "answered": {
            response.slot
            for response in attempt.responses.all()
            if any(map(any, response.form.values()))
        },
    }


def _expected(one: Try) -> dict[str, Any]:
    right = sum(one.answers.values())
    return {
        "started": one.started,
        "deadline": one.deadline,
        "submitted": one.submitted,
        "passed": one.passed if one.submitted else None,
        "percent": Decimal(100 * right) / QUESTIONS if one.submitted else None,
        "answered": set(one.answers),
    }


@pytest.fixture
def walk(ada: User, ben: User) -> type[Walk]:
    principle = make_principle()
    rows = [make_row("single", principle=principle.code) for _place in range(2 * QUESTIONS)]
    page = make_quiz(
        make_bank("WALK", *rows),
        count=QUESTIONS,
        pass_percent=100,
        time_limit_minutes=int(LIMIT / MINUTE),
        attempts_allowed=TRIES,
        attempts_window_hours=int(WINDOW / HOUR),
        cool_down_hours=[int(wait / HOUR) for wait in COOL_DOWN],
        recap_gate=True,
    )
    ada.manager = ben
    ada.save()
    return type("OneWalk", (Walk,), {"page": page, "person": ada, "manager": ben})


def test_attempts_match_the_model_on_random_walks(walk: type[Walk]) -> None:
    # Shrinking replays the database work for minutes; thirty steps can be read as they are.
    usual = settings(
        max_examples=20, stateful_step_count=30, deadline=None, phases=[Phase.generate]
    )
    # Each database is asked walks of its own: together they are as many as one was asked before.
    own_walks = seed(1 if connection.vendor == "sqlite" else 2)(walk)
    run_state_machine_as_test(own_walks, settings=usual)

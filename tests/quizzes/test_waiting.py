"""Cool-downs, recaps, tries that were given, opening and closing: what waits, for how long, and who can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.eligibility import Eligibility, Facts, Given, Past, judge
from quizzes.rules_of import Draw, Rules
from quizzes.tries import MARKING, OPEN, SUBMITTED, VOID

pytestmark = pytest.mark.databases

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
RULES = Rules(sections=(Draw("BANK", 3),))
COOLING = replace(RULES, cool_down_hours=(1, 24, 72))
READY = Facts(
    ready=True,
    has_course=True,
    enrolled_since=NOW - 1000 * HOUR,
    lessons_left=0,
    next_lesson="",
    past=(),
)


def failed(*hours_ago: float) -> tuple[Past, ...]:
    """Failed tries, handed in a quarter of an hour after they began."""
    return tuple(
        Past(
            f"u{n}",
            n,
            SUBMITTED,
            NOW - hours * HOUR,
            NOW - hours * HOUR + HOUR / 4,
            passed=False,
        )
        for n, hours in enumerate(hours_ago, start=1)
    )


def codes(found: Eligibility) -> list[str]:
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("hours_ago", "wait"),
    [
        pytest.param((1,), 1, id="after the first"),
        pytest.param((50, 1), 24, id="after the second"),
        pytest.param((90, 50, 1), 72, id="after the third"),
        pytest.param((200, 90, 50, 1), 72, id="the last one repeats"),
        pytest.param((1500, 1400, 1), 1, id="of this round only"),
    ],
)
def test_each_failed_try_waits_longer(hours_ago: tuple[float, ...], wait: int) -> None:
    facts = replace(READY, past=failed(*hours_ago))
    found = judge(facts, COOLING, at=NOW)
    assert codes(found) == ["cool_down"]
    assert found.next_at == NOW - HOUR + HOUR / 4 + wait * HOUR
    assert not judge(facts, COOLING, at=found.next_at - SECOND).may_start
    assert judge(facts, COOLING, at=found.next_at).may_start


def test_the_worked_example_of_the_handbook() -> None:
    rules = replace(RULES, cool_down_hours=(1, 24), attempts_allowed=3, attempts_window_hours=24)
    nine, half_past_ten = (
        datetime(2026, 6, 1, 9, tzinfo=UTC),
        datetime(2026, 6, 1, 10, 30, tzinfo=UTC),
    )
    fails = [nine, half_past_ten, half_past_ten + 24 * HOUR + HOUR / 4]
    opens = [nine + HOUR, half_past_ten + 24 * HOUR, fails[2] + 24 * HOUR]
    past: tuple[Past, ...] = ()
    for number, (at, then) in enumerate(zip(fails, opens, strict=True), start=1):
        past += (Past(f"u{number}", number, SUBMITTED, at - HOUR / 4, at, passed=False),)
        assert judge(replace(READY, past=past), rules, at=at).next_at == then


@pytest.mark.parametrize("hours", [(), (0,), (0, 24)])
def test_no_hours_are_no_wait(hours: tuple[int, ...]) -> None:
    found = judge(
        replace(READY, past=failed(1)), replace(RULES, cool_down_hours=hours), at=NOW - HOUR / 2
    )
    assert found.may_start
    assert found.next_at is None


def test_a_try_taken_back_is_no_failed_one() -> None:
    void = replace(failed(1)[0], state=VOID)
    assert judge(replace(READY, past=(void,)), COOLING, at=NOW).may_start


def test_the_later_of_limit_and_cool_down_counts() -> None:
    rules = replace(COOLING, attempts_allowed=2, attempts_window_hours=2)
    found = judge(replace(READY, past=failed(1, 0.5)), rules, at=NOW)
    assert codes(found) == ["no_tries_left"]
    assert found.next_at == NOW - HOUR / 4 + 24 * HOUR


def test_recaps_come_before_the_wait_and_before_asking() -> None:
    facts = replace(READY, past=failed(1), recaps_left=2)
    waiting = judge(facts, replace(COOLING, recap_gate=True), at=NOW - HOUR / 2)
    assert codes(waiting) == ["recaps_left", "cool_down"]
    assert waiting.reasons[0].path == "u1"
    spent = replace(RULES, recap_gate=True, attempts_allowed=1)
    assert codes(judge(facts, spent, at=NOW)) == ["recaps_left", "no_tries_left"]


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        pytest.param(replace(READY, past=failed(1), recaps_left=0), True, id="all read"),
        pytest.param(replace(READY, past=failed(1), recaps_left=2), False, id="not asked for"),
        pytest.param(replace(READY, past=failed(1500), recaps_left=2), True, id="last round"),
        pytest.param(replace(READY, recaps_left=2), True, id="no try yet"),
    ],
)
def test_recaps_hold_nobody_up_who_need_not_read(facts: Facts, gate: bool) -> None:
    assert judge(facts, replace(RULES, recap_gate=gate), at=NOW).may_start


LIMITED = replace(RULES, attempts_allowed=2, attempts_window_hours=24)


@pytest.mark.parametrize(
    ("facts", "rules", "left"),
    [
        pytest.param(READY, LIMITED, 3, id="on top of the usual ones"),
        pytest.param(replace(READY, past=failed(3, 2)), LIMITED, 1, id="past the limit"),
        pytest.param(
            replace(READY, past=failed(3, 2)),
            replace(LIMITED, attempts_window_hours=0),
            1,
            id="past a limit for ever",
        ),
        pytest.param(replace(READY, past=failed(1)), COOLING, None, id="past a cool-down"),
    ],
)
def test_a_given_try_may_start_at_once(facts: Facts, rules: Rules, left: int | None) -> None:
    unlocked = replace(facts, given=(Given(NOW - HOUR / 2),))
    found = judge(unlocked, rules, at=NOW - HOUR / 2)
    assert (found.may_start, found.attempts_left, found.given) == (True, left, 1)


def test_a_given_try_is_used_once_and_then_the_limit_is_back() -> None:
    facts = replace(READY, past=failed(5, 4, 1), given=(Given(NOW - 2 * HOUR),))
    found = judge(facts, LIMITED, at=NOW)
    assert codes(found) == ["no_tries_left"]
    assert found.next_at == NOW + 19 * HOUR


def test_a_given_try_does_not_use_up_the_usual_ones() -> None:
    facts = replace(READY, past=failed(1), given=(Given(NOW - 2 * HOUR),))
    assert judge(facts, LIMITED, at=NOW).attempts_left == 2


def test_two_given_tries_outlast_the_first_fail() -> None:
    facts = replace(READY, past=failed(5, 4, 1), given=(Given(NOW - 2 * HOUR, 2),))
    assert judge(facts, replace(LIMITED, cool_down_hours=(48,)), at=NOW).may_start


def test_a_try_given_in_an_earlier_round_is_gone() -> None:
    facts = replace(READY, past=failed(3, 2), given=(Given(NOW - 1500 * HOUR),))
    assert codes(judge(facts, LIMITED, at=NOW)) == ["no_tries_left"]


def test_a_given_try_spares_no_recap_and_opens_no_closed_quiz() -> None:
    facts = replace(READY, past=failed(1), given=(Given(NOW),), recaps_left=1)
    assert codes(judge(facts, replace(LIMITED, recap_gate=True), at=NOW)) == ["recaps_left"]
    shut = replace(LIMITED, closes_at=NOW.isoformat())
    assert codes(judge(facts, shut, at=NOW)) == ["closed"]


@pytest.mark.parametrize("rules", [COOLING, replace(RULES, attempts_allowed=1)])
def test_only_a_limit_or_a_pause_waits_for_somebody(rules: Rules) -> None:
    assert judge(replace(READY, past=failed(0.5)), rules, at=NOW).waits
    assert not judge(READY, rules, at=NOW).waits


def test_nobody_is_promised_a_try_after_the_close() -> None:
    rules = replace(COOLING, closes_at=(NOW + HOUR / 8).isoformat())
    found = judge(replace(READY, past=failed(1)), rules, at=NOW)
    assert codes(found) == ["closes_first"]
    assert found.reasons[0].target == "ask"


def test_practice_may_be_repeated_for_ever() -> None:
    rules = replace(RULES, preset="practice", pass_percent=0)
    done = tuple(replace(past, passed=True) for past in failed(*range(40, 0, -1)))
    assert judge(replace(READY, past=done), rules, at=NOW).may_start


def test_rules_that_last_for_ever_have_neither_opening_nor_close() -> None:
    assert (RULES.opens, RULES.closes) == (None, None)


# every history against every kind of rules

moments = st.integers(-2000, 0).map(lambda hours: NOW + hours * HOUR)
rules = st.builds(
    Rules,
    sections=st.just((Draw("BANK", 3),)),
    pass_percent=st.sampled_from([0, 80]),
    attempts_allowed=st.integers(0, 3),
    attempts_window_hours=st.sampled_from([0, 24, 100]),
    cool_down_hours=st.sampled_from([(), (1,), (0, 24), (1, 24, 72)]),
    recap_gate=st.booleans(),
    opens_at=st.sampled_from(["", (NOW - 9 * HOUR).isoformat(), (NOW + 9 * HOUR).isoformat()]),
    closes_at=st.sampled_from(["", (NOW - HOUR).isoformat(), (NOW + 30 * HOUR).isoformat()]),
    lessons_first=st.booleans(),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Past, ...]:
    starts = sorted(draw(st.lists(moments, max_size=7, unique=True)))
    attempts = []
    for number, started in enumerate(starts, start=1):
        last = number == len(starts)
        state = draw(st.sampled_from([SUBMITTED, VOID] + ([OPEN, MARKING] if last else [])))
        passed = draw(st.booleans()) if state == SUBMITTED else None
        ended = started + HOUR / 4 if state in {SUBMITTED, MARKING} else None
        attempts.append(Past(f"u{number}", number, state, started, ended, passed, "50"))
    return tuple(attempts)


facts = st.builds(
    Facts,
    ready=st.booleans(),
    has_course=st.booleans(),
    enrolled_since=st.none() | moments,
    lessons_left=st.integers(0, 2),
    next_lesson=st.just("Ask early"),
    past=histories(),
    extra_attempts=st.integers(0, 2),
    given=st.lists(st.builds(Given, moments, st.integers(1, 2)), max_size=2),
    recaps_left=st.integers(0, 2),
)


@given(facts, rules)
def test_either_one_may_start_or_is_told_why_and_what_next(facts: Facts, rules: Rules) -> None:
    found = judge(facts, rules, at=NOW)
    assert found.may_start == (not found.reasons)
    for reason in found.reasons:
        told = {"when": reason.when} if reason.when else {}
        assert reason.phrase.text % {**reason.phrase.params, **told}
        assert reason.remedy.text % {**reason.remedy.params, **told}
        assert reason.target


@given(facts, rules)
def test_whoever_only_waits_may_start_when_the_wait_is_over(facts: Facts, rules: Rules) -> None:
    found = judge(facts, rules, at=NOW)
    if codes(found) not in (["cool_down"], ["no_tries_left"]) or found.next_at is None:
        return
    assert judge(facts, rules, at=found.next_at).may_start
    assert not judge(facts, rules, at=found.next_at - SECOND).may_start


@given(facts, rules)
def test_one_more_given_try_always_ends_the_waiting(facts: Facts, rules: Rules) -> None:
    unlocked = replace(facts, given=[*facts.given, Given(NOW)])
    assert not judge(unlocked, rules, at=NOW).waits


@given(facts, rules)
def test_an_extra_attempt_never_takes_one_away(facts: Facts, rules: Rules) -> None:
    more = replace(facts, extra_attempts=facts.extra_attempts + 1)
    before, after = judge(facts, rules, at=NOW), judge(more, rules, at=NOW)
    assert (after.attempts_left or 0) >= (before.attempts_left or 0)
    assert after.may_start or not before.may_start

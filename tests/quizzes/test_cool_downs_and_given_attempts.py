"""Cool-downs, recaps, given attempts, opening and closing: what delays the next attempt, how long, and who helps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.attempt_limits import MARKING, OPEN, SUBMITTED, VOID, GivenTries, PastAttempt
from quizzes.rules.eligibility import Eligibility, QuizFacts, judge_eligibility
from quizzes.rules.settings import DrawRule, QuizRules

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
RULES = QuizRules(sections=(DrawRule("BANK", 3),))
COOLING = replace(RULES, cool_down_hours=(1, 24, 72))
READY = QuizFacts(
    ready=True,
    has_course=True,
    enrolled_since=NOW - 1000 * HOUR,
    lessons_left=0,
    next_lesson="",
    past=(),
)


def failed(*hours_ago: float) -> tuple[PastAttempt, ...]:
    """Failed tries, handed in a quarter of an hour after they began."""
    return tuple(
        PastAttempt(
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
def test_cool_down_grows_with_each_failed_attempt(hours_ago: tuple[float, ...], wait: int) -> None:
    facts = replace(READY, past=failed(*hours_ago))
    found = judge_eligibility(facts, COOLING, at=NOW)
    assert codes(found) == ["cool_down"]
    assert found.next_at == NOW - HOUR + HOUR / 4 + wait * HOUR
    assert not judge_eligibility(facts, COOLING, at=found.next_at - SECOND).may_start
    assert judge_eligibility(facts, COOLING, at=found.next_at).may_start


def test_cool_down_matches_the_handbook_example() -> None:
    rules = replace(RULES, cool_down_hours=(1, 24), attempts_allowed=3, attempts_window_hours=24)
    nine, half_past_ten = (
        datetime(2026, 6, 1, 9, tzinfo=UTC),
        datetime(2026, 6, 1, 10, 30, tzinfo=UTC),
    )
    fails = [nine, half_past_ten, half_past_ten + 24 * HOUR + HOUR / 4]
    opens = [nine + HOUR, half_past_ten + 24 * HOUR, fails[2] + 24 * HOUR]
    past: tuple[PastAttempt, ...] = ()
    for number, (at, then) in enumerate(zip(fails, opens, strict=True), start=1):
        past += (PastAttempt(f"u{number}", number, SUBMITTED, at - HOUR / 4, at, passed=False),)
        assert judge_eligibility(replace(READY, past=past), rules, at=at).next_at == then


@pytest.mark.parametrize("hours", [(), (0,), (0, 24)])
def test_cool_down_of_zero_hours_is_no_wait(hours: tuple[int, ...]) -> None:
    found = judge_eligibility(
        replace(READY, past=failed(1)), replace(RULES, cool_down_hours=hours), at=NOW - HOUR / 2
    )
    assert found.may_start
    assert found.next_at is None


def test_void_attempt_starts_no_cool_down() -> None:
    void = replace(failed(1)[0], state=VOID)
    assert judge_eligibility(replace(READY, past=(void,)), COOLING, at=NOW).may_start


def test_next_attempt_opens_after_both_limit_and_cool_down() -> None:
    rules = replace(COOLING, attempts_allowed=2, attempts_window_hours=2)
    found = judge_eligibility(replace(READY, past=failed(1, 0.5)), rules, at=NOW)
    assert codes(found) == ["no_tries_left"]
    assert found.next_at == NOW - HOUR / 4 + 24 * HOUR


def test_recaps_are_reported_before_waits_and_limits() -> None:
    facts = replace(READY, past=failed(1), recaps_left=2)
    waiting = judge_eligibility(facts, replace(COOLING, recap_gate=True), at=NOW - HOUR / 2)
    assert codes(waiting) == ["recaps_left", "cool_down"]
    assert waiting.reasons[0].path == "u1"
    spent = replace(RULES, recap_gate=True, attempts_allowed=1)
    assert codes(judge_eligibility(facts, spent, at=NOW)) == ["recaps_left", "no_tries_left"]


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        pytest.param(replace(READY, past=failed(1), recaps_left=0), True, id="all read"),
        pytest.param(replace(READY, past=failed(1), recaps_left=2), False, id="not asked for"),
        pytest.param(replace(READY, past=failed(1500), recaps_left=2), True, id="last round"),
        pytest.param(replace(READY, recaps_left=2), True, id="no try yet"),
    ],
)
def test_recaps_that_are_not_required_block_nobody(facts: QuizFacts, gate: bool) -> None:
    assert judge_eligibility(facts, replace(RULES, recap_gate=gate), at=NOW).may_start


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
def test_given_attempt_may_start_immediately(
    facts: QuizFacts, rules: QuizRules, left: int | None
) -> None:
    unlocked = replace(facts, given=(GivenTries(NOW - HOUR / 2),))
    found = judge_eligibility(unlocked, rules, at=NOW - HOUR / 2)
    assert (found.may_start, found.attempts_left, found.given) == (True, left, 1)


def test_given_attempt_is_used_once() -> None:
    facts = replace(READY, past=failed(5, 4, 1), given=(GivenTries(NOW - 2 * HOUR),))
    found = judge_eligibility(facts, LIMITED, at=NOW)
    assert codes(found) == ["no_tries_left"]
    assert found.next_at == NOW + 19 * HOUR


def test_given_attempt_does_not_use_up_the_usual_ones() -> None:
    facts = replace(READY, past=failed(1), given=(GivenTries(NOW - 2 * HOUR),))
    assert judge_eligibility(facts, LIMITED, at=NOW).attempts_left == 2


def test_second_given_attempt_remains_after_a_fail() -> None:
    facts = replace(READY, past=failed(5, 4, 1), given=(GivenTries(NOW - 2 * HOUR, 2),))
    assert judge_eligibility(facts, replace(LIMITED, cool_down_hours=(48,)), at=NOW).may_start


def test_given_attempt_of_an_earlier_round_is_gone() -> None:
    facts = replace(READY, past=failed(3, 2), given=(GivenTries(NOW - 1500 * HOUR),))
    assert codes(judge_eligibility(facts, LIMITED, at=NOW)) == ["no_tries_left"]


def test_given_attempt_waives_neither_recaps_nor_the_close() -> None:
    facts = replace(READY, past=failed(1), given=(GivenTries(NOW),), recaps_left=1)
    assert codes(judge_eligibility(facts, replace(LIMITED, recap_gate=True), at=NOW)) == [
        "recaps_left"
    ]
    shut = replace(LIMITED, closes_at=NOW.isoformat())
    assert codes(judge_eligibility(facts, shut, at=NOW)) == ["closed"]


@pytest.mark.parametrize("rules", [COOLING, replace(RULES, attempts_allowed=1)])
def test_waits_is_true_only_for_limits_and_cool_downs(rules: QuizRules) -> None:
    assert judge_eligibility(replace(READY, past=failed(0.5)), rules, at=NOW).waits
    assert not judge_eligibility(READY, rules, at=NOW).waits


def test_next_attempt_is_never_promised_after_the_close() -> None:
    rules = replace(COOLING, closes_at=(NOW + HOUR / 8).isoformat())
    found = judge_eligibility(replace(READY, past=failed(1)), rules, at=NOW)
    assert codes(found) == ["closes_first"]
    assert found.reasons[0].target == "ask"


def test_practice_may_be_repeated_without_limit() -> None:
    rules = replace(RULES, preset="practice", pass_percent=0)
    done = tuple(replace(past, passed=True) for past in failed(*range(40, 0, -1)))
    assert judge_eligibility(replace(READY, past=done), rules, at=NOW).may_start


def test_rules_without_dates_have_no_opening_or_close() -> None:
    assert (RULES.opens, RULES.closes) == (None, None)


# Property tests: any history of attempts against any rules.

moments = st.integers(-2000, 0).map(lambda hours: NOW + hours * HOUR)
rules = st.builds(
    QuizRules,
    sections=st.just((DrawRule("BANK", 3),)),
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
def histories(draw: st.DrawFn) -> tuple[PastAttempt, ...]:
    starts = sorted(draw(st.lists(moments, max_size=7, unique=True)))
    attempts = []
    for number, started in enumerate(starts, start=1):
        last = number == len(starts)
        state = draw(st.sampled_from([SUBMITTED, VOID] + ([OPEN, MARKING] if last else [])))
        passed = draw(st.booleans()) if state == SUBMITTED else None
        ended = started + HOUR / 4 if state in {SUBMITTED, MARKING} else None
        attempts.append(PastAttempt(f"u{number}", number, state, started, ended, passed, "50"))
    return tuple(attempts)


facts = st.builds(
    QuizFacts,
    ready=st.booleans(),
    has_course=st.booleans(),
    enrolled_since=st.none() | moments,
    lessons_left=st.integers(0, 2),
    next_lesson=st.just("Ask early"),
    past=histories(),
    extra_attempts=st.integers(0, 2),
    given=st.lists(st.builds(GivenTries, moments, st.integers(1, 2)), max_size=2),
    recaps_left=st.integers(0, 2),
)


@given(facts, rules)
def test_eligibility_either_allows_start_or_gives_reason_and_remedy(
    facts: QuizFacts, rules: QuizRules
) -> None:
    found = judge_eligibility(facts, rules, at=NOW)
    assert found.may_start == (not found.reasons)
    for reason in found.reasons:
        told = {"when": reason.when} if reason.when else {}
        assert reason.phrase.text % {**reason.phrase.params, **told}
        assert reason.remedy.text % {**reason.remedy.params, **told}
        assert reason.target


@given(facts, rules)
def test_waiting_person_may_start_exactly_at_next_at(facts: QuizFacts, rules: QuizRules) -> None:
    found = judge_eligibility(facts, rules, at=NOW)
    if codes(found) not in (["cool_down"], ["no_tries_left"]) or found.next_at is None:
        return
    assert judge_eligibility(facts, rules, at=found.next_at).may_start
    assert not judge_eligibility(facts, rules, at=found.next_at - SECOND).may_start


@given(facts, rules)
def test_given_attempt_always_ends_the_wait(facts: QuizFacts, rules: QuizRules) -> None:
    unlocked = replace(facts, given=[*facts.given, GivenTries(NOW)])
    assert not judge_eligibility(unlocked, rules, at=NOW).waits


@given(facts, rules)
def test_extra_attempt_never_reduces_the_attempts_left(facts: QuizFacts, rules: QuizRules) -> None:
    more = replace(facts, extra_attempts=facts.extra_attempts + 1)
    before, after = judge_eligibility(facts, rules, at=NOW), judge_eligibility(more, rules, at=NOW)
    assert (after.attempts_left or 0) >= (before.attempts_left or 0)
    assert after.may_start or not before.may_start

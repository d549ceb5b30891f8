"""Four presets, what differs from one, and what the feedback matrix lets people be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quizzes.authoring.settings_blocks import DifferenceBlocks, settings_from_blocks
from quizzes.rules import feedback_policy, presets
from quizzes.rules.settings import ASPECTS, DrawRule, read_rules, write_rules

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_preset_has_no_differences_from_itself(name: str) -> None:
    assert presets.differing_settings(presets.preset_rules(name, {})) == {}
    assert read_rules(write_rules(presets.PRESETS[name])) == presets.PRESETS[name]


def test_differences_list_only_changed_settings() -> None:
    found = presets.preset_rules("exam", {"pass_percent": 70, "recap_gate": True})
    assert presets.differing_settings(found) == {"pass_percent": 70}


@pytest.mark.parametrize("setting", ["sections", "titles", "colour"])
def test_unknown_setting_is_refused(setting: str) -> None:
    with pytest.raises(KeyError, match=setting):
        presets.preset_rules("exam", {setting: ()})


def test_presets_with_a_pass_mark_are_judged() -> None:
    judged = {name for name, rules in presets.PRESETS.items() if rules.judged}
    assert judged == {"check", "exam"}
    assert [name for name, rules in presets.PRESETS.items() if rules.certifies] == ["exam"]


# What an author writes into the blocks that begin empty.
WRITTEN: dict[str, Any] = {
    "pass_percent": 70,
    "principle_percent": 60,
    "attempts": {"allowed": 2, "window_hours": 24},
    "cool_down": [1],
    "time_limit": {"minutes": 20, "reason": "Speed is part of it."},
    "open": {"opens_at": datetime(2026, 6, 1, tzinfo=UTC), "closes_at": None},
    "honour": "I answer alone.",
}


def test_difference_blocks_match_the_preset_settings() -> None:
    blocks = DifferenceBlocks()
    empty = [(name, child.get_default()) for name, child in blocks.child_blocks.items()]
    written = [(name, WRITTEN.get(name, default)) for name, default in empty]
    settings = settings_from_blocks(blocks.normalize(written))
    assert set(settings) == set(presets.SETTINGS)
    assert set(settings_from_blocks(blocks.normalize(empty))) < set(settings)
    assert blocks.meta.block_counts.keys() == blocks.child_blocks.keys()


@pytest.mark.parametrize(
    ("finished", "other_open", "told"),
    [
        pytest.param(False, False, {"score"}, id="tries are left"),
        pytest.param(True, False, set(ASPECTS), id="it is over"),
        pytest.param(True, True, {"score"}, id="another try is running"),
    ],
)
def test_exam_explains_answers_when_it_is_over(
    finished: bool, other_open: bool, told: set[str]
) -> None:
    rules = presets.PRESETS["exam"]
    found = feedback_policy.allowed_aspects(
        rules, submitted=True, finished=finished, other_open=other_open, at=NOW
    )
    assert found == told


@pytest.mark.parametrize(("name", "told"), [("practice", set(ASPECTS)), ("exam", set())])
def test_practice_alone_explains_during_an_attempt(name: str, told: set[str]) -> None:
    rules = presets.PRESETS[name]
    assert (
        feedback_policy.allowed_aspects(
            rules, submitted=False, finished=True, other_open=False, at=NOW
        )
        == told
    )


def test_exam_explains_everything_after_its_close() -> None:
    rules = replace(presets.PRESETS["exam"], closes_at=NOW.isoformat())
    before, after = (
        feedback_policy.allowed_aspects(
            rules, submitted=True, finished=False, other_open=False, at=at
        )
        for at in (NOW - timedelta(seconds=1), NOW)
    )
    assert (before, after) == ({"score"}, set(ASPECTS))


def test_mandatory_pool_adds_no_questions_of_its_own() -> None:
    rules = replace(
        presets.PRESETS["exam"], sections=(DrawRule("B", 3), DrawRule("B", 9, mandatory=True))
    )
    assert rules.questions == 3
    assert replace(rules, extra_questions=2).questions == 5

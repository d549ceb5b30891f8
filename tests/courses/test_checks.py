"""Verdicts on checks inside lessons. No database."""

from __future__ import annotations

import pytest

from courses.blocks import CheckBlock
from courses.lesson_checks import judge_check, right_option_ids

RIGHT, WRONG, OTHER = "a1", "b2", "c3"


def check(kind: str = "single", right: tuple[str, ...] = (RIGHT,)):
    options = [
        {
            "id": name,
            "type": "item",
            "value": {"text": name, "correct": name in right, "reason": f"because {name}"},
        }
        for name in (RIGHT, WRONG, OTHER)
    ]
    return CheckBlock().to_python(
        {"question": "When?", "kind": kind, "options": options, "summary": "Ask early."}
    )


@pytest.mark.parametrize(
    ("kind", "right", "answer", "verdict"),
    [
        ("single", (RIGHT,), None, ""),
        ("single", (RIGHT,), [], "none"),
        ("single", (RIGHT,), [RIGHT], "right"),
        ("single", (RIGHT,), [WRONG], "wrong"),
        ("single", (RIGHT,), [RIGHT, WRONG], "wrong"),
        ("single", (RIGHT,), ["junk"], "none"),
        ("single", (RIGHT,), ["junk", RIGHT], "right"),
        ("single", (RIGHT,), [RIGHT] * 50, "right"),
        ("multiple", (RIGHT, OTHER), [RIGHT], "wrong"),
        ("multiple", (RIGHT, OTHER), [OTHER, RIGHT], "right"),
        ("multiple", (RIGHT, OTHER), [RIGHT, WRONG, OTHER], "wrong"),
    ],
    ids=[
        "not answered", "nothing chosen", "right", "wrong", "both", "junk", "junk and right",
        "repeated", "half", "all right ones", "everything",
    ],
)  # fmt: skip
def test_verdict_follows_the_chosen_options(kind, right, answer, verdict):
    assert judge_check(check(kind, right), "x", answer).verdict == verdict


def test_check_shows_no_reason_before_an_answer():
    seen = judge_check(check(), "x")
    assert [(option.right, option.reason) for option in seen.options] == [(None, "")] * 3
    assert seen.summary == ""


def test_wrong_answer_shows_only_its_own_reason():
    seen = judge_check(check(), "x", [WRONG])
    assert [option.reason for option in seen.options] == ["", "because b2", ""]
    assert seen.summary == ""


def test_right_answer_shows_every_reason_and_the_summary():
    seen = judge_check(check(), "x", [RIGHT])
    assert [option.tone for option in seen.options] == ["go", "", ""]
    assert all(option.reason for option in seen.options)
    assert seen.summary == "Ask early."


def test_options_without_ids_are_named_by_position():
    value = CheckBlock().to_python(
        {
            "question": "When?",
            "kind": "single",
            "options": [
                {"text": "Late", "correct": False, "reason": "no"},
                {"text": "Early", "correct": True, "reason": "yes"},
            ],
            "summary": "",
        }
    )
    assert right_option_ids(value) == ["option-2"]

"""Free text: nothing is earned before a person has marked it, then the mean of the levels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from items.kinds.content import kind_of, parse_content
from items.kinds.free_text import add_review
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_free_text

SPEC = parse_content(make_free_text())
KIND = kind_of(SPEC)
ANSWER = {"text": "We are very sorry."}


def marked(*levels: str) -> dict[str, Any]:
    rubric = dict(zip(("c1", "c2", "c3"), levels, strict=False))
    return add_review(ANSWER, rubric, "Name the mistake.")


@pytest.mark.parametrize(
    ("levels", "fraction"),
    [
        (("full", "full", "full"), "1"),
        (("full", "full", "none"), "0.666666666667"),
        (("half", "full", "none"), "0.5"),
        (("full", "full"), "0"),
        (("full", "full", "unknown"), "0"),
    ],
    ids=str,
)
def test_free_text_earns_the_mean_of_its_levels(levels: tuple[str, ...], fraction: str) -> None:
    assert grade_response(SPEC, marked(*levels)).fraction == Decimal(fraction)


def test_free_text_waits_until_every_criterion_has_a_level() -> None:
    assert KIND.waiting(SPEC, ANSWER)
    assert KIND.waiting(SPEC, marked("full", "full"))
    assert not KIND.waiting(SPEC, marked("full", "full", "none"))
    assert not KIND.waiting(SPEC, {})


def test_free_text_form_ignores_posted_rubric_levels() -> None:
    form = {"essay": ["Words"], "text": ["x"], "rubric": ["full"], "c1": ["full"]}
    assert KIND.read(form, []) == {"text": "Words"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("one", "You wrote 1 word. At least 3 are asked for."),
        ("one two", "You wrote 2 words. At least 3 are asked for."),
        ("one two three", None),
        ("w " * 8, None),
        ("w " * 9, "You wrote 9 words. At most 8 are asked for."),
    ],
)
def test_free_text_complaint_names_the_word_limit(words: str, said: str | None) -> None:
    complaint = KIND.complaint(SPEC, {"text": words})
    assert (str(complaint) if complaint else None) == said


def test_reveal_before_review_shows_only_the_model_answer() -> None:
    told = KIND.reveal(SPEC, ANSWER)
    assert (told.correct, len(told.parts)) == (None, 1)
    assert str(told.parts[0].better) == "canary model"


def test_reveal_after_review_shows_criteria_and_comment() -> None:
    told = KIND.reveal(SPEC, marked("full", "half", "none"))
    assert told.parts[0].reason == "Name the mistake."
    assert [part.right for part in told.parts[1:]] == [True, False, False]
    assert str(told.parts[2].better) == "canary full 2"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"criteria": []}, "criteria", id="no criterion"),
        pytest.param({"max_words": 2}, "max_words", id="fewer allowed than asked"),
        pytest.param({"min_words": -1}, "min_words", id="negative"),
        pytest.param({"min_words": "3"}, "min_words", id="not a number"),
        pytest.param(
            {"criteria": [{"id": "c", "title": "T", "levels": []}]},
            "criteria.0.levels",
            id="no levels",
        ),
        pytest.param(
            {
                "criteria": [
                    {
                        "id": "c",
                        "title": "T",
                        "levels": [
                            {"id": "a", "text": "A", "points": "0.5"},
                            {"id": "b", "text": "B", "points": "0"},
                        ],
                    }
                ]
            },
            "criteria.0.levels",
            id="no whole credit",
        ),
    ],
)
def test_rubric_that_cannot_be_used_is_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(make_free_text(**changes))
    assert caught.value.path == path

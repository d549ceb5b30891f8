"""The table of docs/items.md on what each credit rule earns: every row is worked here, and no row is missing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings

import pytest

from items.authoring.registry import FORMS
from items.kinds.content import parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes import contents

PAGE = (Path(settings.BASE_DIR) / "docs/items.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("\n## What each credit rule earns\n")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.split("\n")
    if line.startswith("| ") and not line.startswith("| kind")
]
ABC, AB, ABCD = ({"choices": list(letters)} for letters in ("abc", "ab", "abcd"))
KEPT = {"places": {"s1": 1, "s2": 2, "s3": 3, "s4": 4}}
SWAPPED = {"places": {"s1": 2, "s2": 1, "s3": 3, "s4": 4}}
REVERSED = {"places": {"s1": 4, "s2": 3, "s3": 2, "s4": 1}}
PLACED = {"matches": {"i1": "now", "i2": "later", "i3": "later", "i4": "later"}}


def gaps(*rows: dict[str, Any]) -> dict[str, Any]:
    made = [{"id": f"g{n}", "accept": [f"w{n}"], "reason": "", **row} for n, row in enumerate(rows)]
    return contents.make_gap(text="".join(f"[[{row['id']}]]" for row in made), gaps=made)


def sure(choice: str, level: str) -> dict[str, str]:
    return {"choice": choice, "confidence": level}


def rated(point: str) -> dict[str, Any]:
    return {"matches": {"clear": point, "open": "p2"}}


def picked(choices: str) -> dict[str, Any]:
    return {"choices": list(choices)}


def pictures(credit: str, **changes: Any) -> dict[str, Any]:
    """Four pictures of which A and B are right."""
    content = contents.make_image_choice(several=True, credit=credit, **changes)
    rows = [row | {"correct": row["id"] in "ab"} for row in content["options"]]
    return content | {"options": rows}


def marked(*levels: str) -> dict[str, Any]:
    """Written words, with what a reviewer made of each criterion."""
    rubric = {f"c{place}": level for place, level in enumerate(levels, start=1)}
    return {"text": "We are sorry.", "rubric": rubric}


PLACES = [{"choices": found} for found in (["left", "low"], ["left"], ["left", "low", "mid"])]
MARKS = {"choices": ["t1", "t2"]}
ALL = {"choices": ["t1", "t2", "t3", "t4", "t5"]}

# The answers of each row, in its order: the content, and what a learner hands in.
WORKED: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (contents.make_single(), [{"choice": "a"}, {"choice": "b"}]),
    (contents.make_multiple("exact"), [ABC, AB, ABCD]),
    (contents.make_multiple("proportional"), [ABC, AB, ABCD]),
    (contents.make_multiple("proportional_correct"), [ABC, AB, ABCD]),
    (contents.make_multiple("proportional_correct", penalty="0.2"), [ABCD]),
    (contents.make_ordering(credit="exact"), [KEPT, SWAPPED]),
    (contents.make_ordering(), [KEPT, SWAPPED, REVERSED]),
    (contents.make_matching(), [{"matches": {"l1": "r1", "l2": "r2", "l3": "r4"}}]),
    (contents.make_categorise(), [PLACED]),
    (gaps({}, {}, {}, {}), [{"gaps": {"g0": "w0", "g1": "w1", "g2": "w2"}}]),
    (gaps({"weight": "3"}, {}), [{"gaps": {"g0": "w0"}}]),
    (
        gaps({"partly": [{"id": "p", "text": "Milan", "credit": "0.5"}]}),
        [{"gaps": {"g0": "Milan"}}],
    ),
    (contents.make_short_text(), [{"text": "employee"}]),
    (contents.make_number(answer="85", tolerance="0.5"), [{"text": "85.5"}, {"text": "85.6"}]),
    (contents.make_true_false(), [{"choice": "false"}, {"choice": "true"}]),
    (contents.make_confidence(), [sure("false", "guess"), sure("true", "guess")]),
    (
        contents.make_confidence(credit="quadratic"),
        [sure(word, level) for word in ("false", "true") for level in ("sure", "fair", "guess")],
    ),
    (contents.make_rate_post(), [rated("p4"), rated("p3"), rated("p1")]),
    (contents.make_rate_post(credit="exact"), [rated("p4")]),
    (contents.make_spot(credit="exact"), [MARKS]),
    (contents.make_spot(credit="proportional"), [MARKS, ALL]),
    (contents.make_spot(credit="proportional_correct"), [MARKS]),
    (contents.make_spot(penalty="0.2"), [MARKS]),
    (contents.make_hotspot(), PLACES),
    (contents.make_hotspot(penalty="0.5"), [{"choices": ["left", "low", "mid"]}]),
    (contents.make_hotspot(credit="proportional"), PLACES),
    (contents.make_hotspot(credit="exact"), PLACES[:2]),
    (contents.make_image_choice(), [picked("a"), picked("b"), picked("ab")]),
    (pictures("proportional"), [picked("ab"), picked("a"), picked("abc")]),
    (pictures("exact"), [picked("ab"), picked("a")]),
    (pictures("proportional_correct"), [picked("ab"), picked("a"), picked("abc")]),
    (pictures("proportional_correct", penalty="0.2"), [picked("abc")]),
    (contents.make_ranking(), [SWAPPED]),
    (contents.make_ranking(credit="exact"), [SWAPPED]),
    (
        contents.make_scenario(),
        [
            {"path": path.split()}
            for path in ("ask thank", "ask joke", "argue sorry thank", "argue delete")
        ],
    ),
    (
        contents.make_free_text(),
        [
            marked("full", "full", "full"),
            marked("full", "full", "none"),
            marked("full", "half", "none"),
        ],
    ),
    (contents.make_survey(), [picked("x")]),
    (contents.make_description(), [{}]),
]


def test_credit_table_has_every_kind_and_every_rule_of_the_forms() -> None:
    """A rule that authors may choose, and penalties where there are some, each have a row that names them."""
    rules: set[tuple[str, str]] = set()
    for kind, form in FORMS.items():
        fields = form.block.child_blocks
        choices = fields["credit"].field.choices if "credit" in fields else [("", "")]
        rules |= {(kind, value) for value, _label in choices if value or len(choices) == 1}
        rules |= {(kind, "penalty")} if "penalty" in fields else set()
    worked: set[tuple[str, str]] = set()
    for row, (content, _answers) in zip(ROWS, WORKED, strict=True):
        spec = parse_content(content)
        named = [getattr(spec, "credit", ""), "penalty" if getattr(spec, "penalty", 0) else ""]
        worked |= {(spec.kind, rule) for rule in named}
        assert row[0].startswith("…") or f"`{spec.kind}`" in row[0]
    assert rules - worked == set()


@pytest.mark.parametrize(
    ("row", "content", "answers"),
    [(row, *worked) for row, worked in zip(ROWS, WORKED, strict=True)],
    ids=[row[0] for row in ROWS],
)
def test_credit_table_says_what_an_answer_earns(row, content, answers):
    spec = parse_content(content)
    told = [Fraction(part.strip()) for part in row[3].split(";")]
    earned = [Fraction(grade_response(spec, answer).fraction) for answer in answers]
    assert len(told) == len(earned) == len(row[2].split(";"))
    assert all(
        abs(one - other) < Fraction(1, 10**6) for one, other in zip(told, earned, strict=True)
    )

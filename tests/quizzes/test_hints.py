"""Hints for writers: what gives a key away, what is hard to read, what is missing."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

import pytest

from courses import editor_groups
from items.authoring import contents, writing_hints
from items.authoring.registry import FORMS
from tests.conftest import NOW
from tests.factories.quizzes import make_item
from tests.quizzes.contents import SAMPLES


def content(*texts: str, stem: str = "<p>What first?</p>", **changes: Any) -> dict[str, Any]:
    """A question of which the first option is right."""
    texts = texts or ("Ask the owner", "Post it now", "Wait a week")
    rows = [{"text": text, "correct": n == 0, "reason": "Because."} for n, text in enumerate(texts)]
    return {"kind": "single", "stem": stem, "options": rows} | changes


def codes(found: dict[str, Any], *, principle: bool = True, missing: int = 0) -> list[str]:
    hints = writing_hints.find_hints(found, principle=principle, missing_reasons=missing)
    return [hint.code for hint in hints]


LONG = "Ask the owner of the channel before anybody posts anything"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(content(), [], id="sound"),
        pytest.param(
            content(LONG, "Post it", "Wait a week"), ["long_key"], id="key gives itself away"
        ),
        pytest.param(content("Post it", LONG, "Wait a week"), [], id="a wrong one is long"),
        pytest.param(content(LONG, LONG[:-10] + "!", "Wait"), [], id="not by a third"),
        pytest.param(content("Owner asked", "Post", "Wait"), [], id="short words"),
        pytest.param(
            content("A cat", "A dog", "None of the above"), ["all_of_above"], id="none of"
        ),
        pytest.param(content("A cat", "A dog", "All of these"), ["all_of_above"], id="all of"),
        pytest.param(
            content("Ask the owner", "ask the  owner.", "Wait"), ["same_words"], id="twins"
        ),
        pytest.param(content("Option 1", "Option 2", "Option 3"), [], id="numbers"),
        pytest.param(content("A cat", "A dog"), ["few_options"], id="two options"),
        pytest.param(content(stem="<p>Which is not allowed?</p>"), ["negative_stem"], id="not"),
        pytest.param(content(stem="<p>Which don’t you post?</p>"), ["negative_stem"], id="don’t"),
        pytest.param(content(stem="<p>Which is <b>not</b> allowed?</p>"), [], id="bold not"),
        pytest.param(content(stem="<p>Which is NOT allowed?</p>"), [], id="capital not"),
        pytest.param(
            content(stem="<p>It did not rain. What first?</p>"), [], id="not in the story"
        ),
        pytest.param({"kind": "number", "stem": "How many?"}, [], id="no options"),
        pytest.param({"kind": "", "stem": None, "options": None}, [], id="a draft"),
    ],
)
def test_hints_are_given_for_each_weakness(found: dict[str, Any], expected: list[str]) -> None:
    assert codes(found) == expected


def test_hint_says_how_many_reasons_are_missing() -> None:
    (hint,) = writing_hints.find_hints(content(), principle=True, missing_reasons=2)
    assert (hint.code, "missing: 2." in str(hint.phrase)) == ("no_reason", True)


# The reasons that each kind's form asks for, in its shortest form: rows of two, a scenario with two endings.
ASKED_REASONS = {
    **dict.fromkeys(["single", "multiple", "image_choice"], 2),
    **dict.fromkeys(["true_false", "confidence", "number"], 2),
    **dict.fromkeys(["short_text", "ordering", "ranking", "matching", "categorise"], 1),
    **dict.fromkeys(["rate_post", "scenario"], 2),
    **dict.fromkeys(["gap", "spot", "hotspot", "free_text", "survey", "description"], 0),
}


def filled(block: blocks.Block, reason: str) -> Any:
    """The value of a form in which every field has words, and every reason these."""
    if isinstance(block, blocks.StructBlock):
        return {
            name: reason if name.startswith("reason") else filled(child, reason)
            for name, child in block.child_blocks.items()
        }
    if isinstance(block, blocks.ListBlock):
        return [filled(block.child_block, reason) for _row in range(2)]
    return "Words"


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_missing_reasons_are_counted_in_every_form_that_asks_for_them(kind: str) -> None:
    block = FORMS[kind].block
    empty, written = filled(block, " "), filled(block, "Because.")
    assert contents.count_missing_reasons(block, empty) == ASKED_REASONS[kind]
    assert contents.count_missing_reasons(block, written) == 0


def test_hint_names_a_missing_principle() -> None:
    assert codes(content(), principle=False) == ["no_principle"]
    assert codes({"kind": "description", "stem": "Read"}, principle=False) == []


def test_hint_warns_of_sentences_hard_to_read() -> None:
    hard = (
        "Notwithstanding organisational considerations regarding international communication "
        "responsibilities, which representative authorises extraordinary publication activities "
        "immediately following unanticipated reputational deterioration in subsidiary organisations?"
    )
    assert codes(content(stem=hard)) == ["hard_to_read"]


def test_reading_grade_follows_flesch_kincaid() -> None:
    """20 words, 2 sentences, 20 syllables: 0.39 · 10 + 11.8 · 1 − 15.59 = 0.11."""
    text = "The cat sat on the mat and the dog ran. The sun was hot and the sky was blue too."
    assert writing_hints.estimate_school_grade(text) == pytest.approx(0.39 * 20 / 2 + 11.8 - 15.59)
    assert writing_hints.estimate_school_grade("Too short.") is None


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_hints_can_be_computed_for_every_kind(kind: str) -> None:
    assert isinstance(codes(SAMPLES[kind][0]), list)


@pytest.mark.django_db
def test_editor_shows_the_hints(as_: Any, dana: Any) -> None:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    item = make_item(stem="Which <is> not allowed?")
    page = as_(dana).get(f"/cms/snippets/quizzes/item/edit/{item.pk}/").content.decode()
    assert "2 hints on the saved question" in page
    assert "People read over “not”." in page

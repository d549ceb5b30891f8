"""What holds for every kind: no leaks, no crashes, and answers survive the round trip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from random import Random
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from items.kinds.content import kind_of, parse_content
from items.kinds.kind import ItemFace, Order
from items.kinds.registry import KINDS
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import SAMPLES, STAGED, UNSCORED, make_single

SCORED = SAMPLES | STAGED
CONTENTS = {name: sample[0] for name, sample in SCORED.items()} | UNSCORED
every_kind = pytest.mark.parametrize("name", sorted(CONTENTS))
scored_kind = pytest.mark.parametrize("name", sorted(SCORED))
posted_kind = pytest.mark.parametrize("name", sorted(SAMPLES))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS = ["choice", "choices", "text", "places", "matches", "gaps", "confidence", "path", "rubric"]
# No deadline per example: a shared machine may pause. To make an example takes ten times as long as to try it on a
# kind, so every kind is tried with each; a failure notes the kinds as far as it came.
few = settings(max_examples=40, deadline=None)
RESPONSES = st.dictionaries(st.sampled_from(KEYS), JUNK)


def posted(face: ItemFace) -> dict[str, list[str]]:
    """The form that a browser posts for a page that nobody changed."""
    form: dict[str, list[str]] = {"text": [face.typed]}
    for choice in (*face.choices, *face.targets):
        radio = choice.field in ("choice", "confidence")
        if choice.field and (choice.chosen or not radio):
            form.setdefault(choice.field, []).append(choice.value)
    return form


def deal(name: str, seed: int = 1) -> tuple[Any, Any, Order]:
    spec = parse_content(CONTENTS[name])
    kind = kind_of(spec)
    return kind, spec, kind.deal(spec, Random(seed))


@every_kind
def test_what_a_page_posts_was_on_offer_and_nothing_else(name: str) -> None:
    kind, spec, order = deal(name)
    right = SCORED[name][1] if name in SCORED else None
    form = {
        field: values
        for field, values in posted(kind.face(spec, order, right)).items()
        if any(values)
    }
    if name == "free_text":
        form = {"essay": form.pop("text")}
    assert kind.takes(form, order)
    assert kind.takes({}, order)
    assert not kind.takes(form | {"pos-none": ["1"]}, order)
    for field, allowed in kind.offer(order).items():
        assert kind.takes({field: ["zzzzzzzzzz"]}, order) is (allowed is None)


@scored_kind
def test_right_answer_earns_1_and_blank_earns_0(name: str) -> None:
    _, right, wrong = SCORED[name]
    spec = parse_content(CONTENTS[name])
    assert grade_response(spec, right).fraction == 1
    assert grade_response(spec, right).correct
    assert grade_response(spec, wrong).fraction < 1
    assert not grade_response(spec, wrong).correct
    assert grade_response(spec, None).fraction == grade_response(spec, {}).fraction == 0
    assert not grade_response(spec, None).correct


def each_noted(names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        note(name)
        yield name


@few
@given(response=RESPONSES | JUNK)
def test_any_stored_response_can_be_graded_and_shown(response: object) -> None:
    for name in each_noted(CONTENTS):
        kind, spec, order = deal(name)
        assert 0 <= grade_response(spec, response).fraction <= 1
        assert isinstance(kind.blank(response), bool)
        kind.face(spec, order, response)
        kind.reveal(spec, response).dealt(order).shown(correctness=True, key=True, reasons=True)
        for line in (*kind.describe(spec, response), kind.complaint(spec, response)):
            assert isinstance(str(line), str)


# Places of tokens, as far apart as a kind has tokens; the text of a form is one or the other.
PLACES = st.integers(0, 11)
FIELDS = st.sampled_from(["choice", "text", "confidence", "path", "essay"]) | st.tuples(
    st.sampled_from(["pos-", "match-", "gap-"]), PLACES
)
VALUES = st.lists(
    st.tuples(st.just(""), PLACES)
    | st.sampled_from(["1", "2", "true", "sure"])
    | st.text(max_size=9)
)


@few
@given(drawn=st.dictionaries(FIELDS, VALUES, max_size=6))
def test_any_posted_form_can_be_read_and_graded(drawn: dict[Any, list[Any]]) -> None:
    for name in each_noted(CONTENTS):
        kind, spec, order = deal(name)
        tokens = [row["token"] for row in order] or ["none"]

        def spell(said: Any, tokens: list[str] = tokens) -> str:
            return said if isinstance(said, str) else said[0] + tokens[said[1] % len(tokens)]

        form = {spell(field): [*map(spell, values)] for field, values in drawn.items()}
        response = kind.read(form, order)
        assert 0 <= grade_response(spec, json.loads(json.dumps(response))).fraction <= 1


def fault(content: object) -> ContentError | None:
    try:
        parse_content(content)
    except ContentError as error:
        return error
    return None


@few
@given(junk=JUNK)
def test_damaged_content_is_refused_with_its_path(junk: object) -> None:
    for name in each_noted(CONTENTS):
        for field in CONTENTS[name]:
            damaged = CONTENTS[name] | {field: junk}
            found = fault(damaged)
            assert found is None or (found.path.split(".")[0] in damaged and found.message), field


@posted_kind
@pytest.mark.parametrize("seed", range(5))
def test_stored_answer_is_unchanged_by_showing_and_posting(name: str, seed: int) -> None:
    """Show the stored response, post the page untouched: the same response is stored."""
    kind, spec, order = deal(name, seed)
    for response in SAMPLES[name][1:]:
        face = kind.face(spec, order, response)
        assert kind.read(posted(face), order) == response


@few
@given(seeds=st.tuples(st.integers(), st.integers()))
def test_grade_does_not_depend_on_the_dealt_order(seeds: tuple[int, int]) -> None:
    for name in each_noted(SAMPLES):
        grades = set()
        for seed in seeds:
            kind, spec, order = deal(name, seed)
            form = posted(kind.face(spec, order, SAMPLES[name][2]))
            grades.add(grade_response(spec, kind.read(form, order)))
        assert len(grades) == 1


def _strings(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return set().union(*map(_strings, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(_strings, value))
    return {str(value)}


@every_kind
def test_face_contains_neither_reasons_nor_ids(name: str) -> None:
    kind, spec, order = deal(name)
    shown = _strings(asdict(kind.face(spec, order, None)))
    assert not any("canary" in text for text in shown)
    assert not shown & {row["id"] for row in order}


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"number", "short_text", "gap"}))
def test_face_does_not_depend_on_the_key(name: str) -> None:
    kind, spec, order = deal(name)
    other = json.loads(json.dumps(CONTENTS[name]))
    _move_the_key(other)
    changed = parse_content(other)
    assert kind.face(changed, order, None) == kind.face(spec, order, None)
    assert grade_response(changed, SAMPLES[name][1]).fraction < 1


def _move_the_key(content: dict[str, Any]) -> None:
    for option in content.get("options", []):
        option["correct"] = option["id"] == "d"
    if "answer" in content:
        content["answer"] = not content["answer"]
    for row in [*content.get("segments", []), *content.get("regions", [])]:
        row["fault"] = row["id"] in ("t1", "mid")
    content.get("steps", []).reverse()
    for rows, target in (("pairs", "right_id"), ("items", "category_id"), ("aspects", "expert_id")):
        for row in content.get(rows, []):
            row[target] = {"pairs": "r4", "items": "later", "aspects": "p3"}[rows]


@scored_kind
def test_reveal_without_the_key_shows_nothing_unchosen(name: str) -> None:
    kind, spec, _ = deal(name)
    reveal = kind.reveal(spec, SCORED[name][2])
    parts = reveal.shown(correctness=True, key=False, reasons=True).parts
    assert all(part.better is None for part in parts)
    assert all(p.right is None and not p.reason for p in parts if not p.chosen)


@scored_kind
def test_reveal_can_hold_everything_back(name: str) -> None:
    kind, spec, _ = deal(name)
    held = kind.reveal(spec, SCORED[name][2]).shown(correctness=False, key=False, reasons=False)
    assert held.correct is None
    assert held.feedback == ""
    assert all((p.right, p.better, p.reason) == (None, None, "") for p in held.parts)


@scored_kind
def test_reveal_shows_key_and_reasons_when_allowed(name: str) -> None:
    kind, spec, _ = deal(name)
    told = kind.reveal(spec, SCORED[name][2]).shown(correctness=True, key=True, reasons=True)
    assert told.correct is False
    assert "canary" in told.feedback
    assert any(part.right is True or part.better is not None for part in told.parts)


def test_reveal_keeps_the_dealt_order_of_options() -> None:
    kind, spec, order = deal("single", seed=3)
    parts = kind.reveal(spec, {"choice": "b"}).dealt(order).parts
    assert [part.id for part in parts] == [row["id"] for row in order]


@scored_kind
def test_answer_is_described_in_words(name: str) -> None:
    kind, spec, _ = deal(name)
    ids = {row["id"] for row in kind.deal(spec, Random(0))}
    lines = [str(line) for line in kind.describe(spec, SCORED[name][1])]
    assert lines
    assert not ids & set(lines)
    assert [str(line) for line in kind.describe(spec, {})] == ["No answer yet"]


@every_kind
def test_tokens_are_unique_per_deal_and_valid_html_ids(name: str) -> None:
    first = [row["token"] for row in deal(name, seed=1)[2]]
    second = [row["token"] for row in deal(name, seed=2)[2]]
    assert len(set(first + second)) == len(first + second)
    assert all(token.isalnum() and token.isascii() and token[0].isalpha() for token in first)


@every_kind
def test_deal_is_repeatable_and_serialisable_as_json(name: str) -> None:
    assert deal(name, seed=7)[2] == json.loads(json.dumps(deal(name, seed=7)[2]))


def test_unshuffled_options_keep_the_authors_order() -> None:
    spec = parse_content(make_single(shuffle=False))
    orders = {tuple(r["id"] for r in kind_of(spec).deal(spec, Random(seed))) for seed in range(20)}
    assert orders == {("a", "b", "c", "d")}


def test_shuffle_can_put_any_option_first() -> None:
    spec = parse_content(make_single())
    first = {kind_of(spec).deal(spec, Random(seed))[0]["id"] for seed in range(60)}
    assert first == {"a", "b", "c", "d"}


def test_token_of_another_attempt_is_ignored() -> None:
    kind, _, order = deal("single", seed=1)
    foreign = deal("single", seed=2)[2]
    assert kind.read({"choice": [foreign[0]["token"]]}, order) == {}
    assert kind.read({"choice": ["a"]}, order) == {}


def test_typed_text_is_cleaned_and_cut() -> None:
    kind, _, order = deal("short_text")
    assert kind.read({"text": ["a\x00b "]}, order) == {"text": "ab"}
    assert len(kind.read({"text": ["x" * 9999]}, order)["text"]) == 2000


@every_kind
def test_guess_score_is_a_fraction_or_unknown(name: str) -> None:
    kind, spec, _ = deal(name)
    chance = kind.guess(spec)
    assert chance is None or 0 <= chance < 1


def test_instruction_exists_for_every_kind() -> None:
    for kind in KINDS.values():
        assert kind.instruction
        assert "!" not in kind.instruction

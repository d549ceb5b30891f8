"""Look-alike signs are one sign in a few words, a gap and a number, and where two answers may not read alike."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.writing.unseen import find_unseen
from items.kinds.apart import LISTS
from items.kinds.content import ContentError, parse_content, parse_written
from items.kinds.folding import fold_pattern, fold_signs, fold_words
from items.kinds.numerals import parse_numbers
from items.kinds.registry import KINDS
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import SAMPLES, STAGED, UNSCORED, make_gap, make_short_text, make_single

calm = settings(deadline=None)
ALIKE = [
    ("“so”", "„so“"),
    ('"so"', "«so»"),
    ("it's", "it´s"),
    ("it's", "it`s"),
    ("it's", "it’s"),
    ("co-op", "co‑op"),
    ("1–2", "1-2"),
    ("room 12", "ｒｏｏｍ　１２"),
    ("٤٢", "42"),
    ("co\u00adop", "coop"),
    ("\u200eso\u200f", "so"),
    ("a\ufeffb", "ab"),
    ("a\u00a0b", "a b"),
    ("İzmir", "Izmir"),
    ("ﬁne", "fine"),
    ("…", "..."),
]
APART = [("10³", "103"), ("10₃", "103"), ("1½", "11/2"), ("①", "1"), ("?", "!"), ("m²", "m2")]


def short(accepted: str, given: str) -> Decimal:
    rows = [{"id": "x", "text": accepted, "credit": "1", "reason": ""}]
    return grade_response(parse_content(make_short_text(accept=rows)), {"text": given}).fraction


def gap(accepted: str, given: str) -> Decimal:
    gaps = [{"id": "g1", "accept": [accepted], "reason": ""}]
    spec = parse_content(make_gap(text="It is [[g1]].", gaps=gaps))
    return grade_response(spec, {"gaps": {"g1": given}}).fraction


def reads_alike(one: str, other: str) -> bool:
    first, second, *_others = make_single()["options"]
    rows = [first | {"text": one}, second | {"text": other}]
    try:
        parse_written(make_single(options=rows))
    except ContentError as fault:
        return fault.path == "options.1.text"
    return False


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_look_alike_signs_are_the_same_everywhere(one, other):
    assert short(one, other) == gap(one, other) == 1
    assert short(other, one) == gap(other, one) == 1
    assert reads_alike(one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_signs_of_another_meaning_stay_apart(one, other):
    assert short(one, other) == gap(one, other) == 0
    assert not reads_alike(one, other)


CONTENTS = {kind: made[0] for kind, made in (SAMPLES | STAGED).items()} | UNSCORED
# Parts of a running text and opinions may be the same words; these others have no rows to tell apart.
MAY_REPEAT = {"spot", "survey"}
NO_ROWS = {"true_false", "confidence", "number", "short_text", "free_text", "description"}


def test_kinds_all_say_which_rows_are_told_apart():
    assert {*LISTS, *MAY_REPEAT, *NO_ROWS} == {*KINDS}
    assert all(parse_written(content) for content in CONTENTS.values())


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [(kind, path, name) for kind, lists in LISTS.items() for path, name in lists],
)
def test_rows_that_read_alike_are_refused_where_they_are_written(kind, path, name):
    content = deepcopy(CONTENTS[kind])
    found: list[Any] = [content]
    for step in path.split("."):
        each = [one.get(step, []) for one in found] if step != "*" else None
        found = [row for one in found for row in one] if each is None else each
    rows = next(one for one in found if len(one) > 1)
    rows[-1][name] = f" {rows[0][name]}\u00ad"
    with pytest.raises(ContentError, match="reads like row 1") as refused:
        parse_written(content)
    assert refused.value.path.endswith(f"{len(rows) - 1}.{name}")
    assert parse_content(content)  # a version that was cut is read as it is


@pytest.mark.parametrize(
    ("one", "other"), [("us", "US"), ("pH", "PH"), ("Post.", "Post"), ("a", "Ä")]
)
def test_choices_that_differ_in_capitals_or_a_sign_are_two(one, other):
    """They are looked at, not typed: “us” and “US” may be two answers."""
    assert not reads_alike(one, other)
    assert fold_words("us") == fold_words("US.")


def texts_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    rows = content.items() if isinstance(content, dict) else enumerate(content)
    for step, value in rows:
        if isinstance(value, str):
            yield *path, step
        elif isinstance(value, dict | list):
            yield from texts_in(value, (*path, step))


@pytest.mark.parametrize("char", ["\a", "\x1b", "\x00", "\x7f", "\x9f", "\x0b"])
@pytest.mark.parametrize("kind", CONTENTS)
def test_no_text_of_a_question_holds_a_control_character(kind, char):
    """They were published: in the question, answers, reasons, the explanation, wherever words are written."""
    for path in texts_in(CONTENTS[kind]):
        content = deepcopy(CONTENTS[kind])
        part: Any = content
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = f"{part[path[-1]][:1]}{char}{part[path[-1]][1:]}"
        with pytest.raises(ContentError) as refused:
            parse_written(content)
        if path[-1] in ("stem", "text", "reason", "feedback"):
            assert refused.value.path == ".".join(map(str, path))
            assert f"U+{ord(char):04X}" in refused.value.message


def test_tabs_and_line_ends_are_no_control_characters():
    assert find_unseen(["a\tb\r\nc", {"d": 1, "e": None}]) is None
    assert parse_written(make_single(feedback="One\r\n\tTwo"))


@pytest.mark.parametrize(
    "text", ["\uff14\uff12", "4\u00ad2", "\u200e42\ufeff", "４２．０", "4２,0"]
)
def test_number_is_read_with_look_alike_signs(text):
    assert parse_numbers(text) == (Decimal(42),)


@pytest.mark.parametrize("text", ["4²", "½", "42?"])
def test_number_is_not_read_from_signs_of_another_meaning(text):
    assert parse_numbers(text) == ()


def test_capitals_of_turkish_fold_like_others():
    assert fold_words("İSTANBUL") == fold_words("istanbul") == fold_words("Istanbul")
    assert fold_words("KIŞ") == fold_words("kış")


@calm
@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text):
    assert fold_signs(fold_signs(text)) == fold_signs(text)
    assert fold_words(fold_words(text)) == fold_words(text)
    assert len(fold_pattern(text)) <= len(text)


@calm
@given(st.text(max_size=20))
def test_words_are_the_same_with_signs_around_them_or_in_other_capitals(text):
    if any(char.isalnum() for char in fold_words(text)):
        assert fold_words(f" „{text}“. ") == fold_words(text)

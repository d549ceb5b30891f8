"""Look-alike signs are one sign in a few words, a gap and a number, and where two answers may not read alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items.exchange.records import LeftOutError
from items.exchange.sameness import check_apart
from items.exchange.shapes import ChoicesShape, ExchangeOption
from items.kinds.content import parse_content
from items.kinds.folding import fold_pattern, fold_signs, fold_words
from items.kinds.numerals import parse_numbers
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_gap, make_short_text

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
    options = (ExchangeOption(one, Decimal(1)), ExchangeOption(other, Decimal(0)))
    try:
        check_apart(ChoicesShape(options, many=False), "single")
    except LeftOutError:
        return True
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

"""Reading a certificate code from typed, pasted or scanned text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import codes

CODE = "7QK2M4XD7QK2M4XD7QK2M4XD01"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(CODE, id="as printed"),
        pytest.param(CODE.lower(), id="small letters"),
        pytest.param("7QK2-M4XD-7QK2-M4XD-7QK2-M4XD-01", id="in groups"),
        pytest.param(" 7qk2 m4xd 7qk2 m4xd 7qk2 m4xd 01 ", id="spaces"),
        pytest.param("7QK2–M4XD—7QK2−M4XD 7QK2 M4XD 01", id="typographic dashes"),
        pytest.param("7QK2M4XD7QK2M4XD7QK2M4XDOI", id="O and I for 0 and 1"),
        pytest.param("7QK2M4XD7QK2M4XD7QK2M4XDol", id="small o and l"),
        pytest.param(f"https://example.com/verify/{CODE}/", id="the whole address"),
        pytest.param("７QK2M4XD7QK2M4XD7QK2M4XD01", id="full-width digit"),
    ],
)
def test_code_reading_normalizes_typed_spellings(typed: str) -> None:
    assert codes.parse_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", " ", "7QK2", CODE + "0", CODE[:-1] + "U", CODE * 400, "\x00" * 26, "\ud800" * 26, "é" * 26]
    + ["PW-2026-7K3M9-QXC2D", "' OR 1=1 --", "../../etc/passwd", "<script>alert(1)</script>"],
    ids=ascii,
)
def test_code_reading_rejects_garbage(typed: str) -> None:
    assert codes.parse_code(typed) is None


@given(st.text(max_size=400))
def test_code_reading_never_fails_and_is_idempotent(text: str) -> None:
    found = codes.parse_code(text)
    assert found is None or codes.parse_code(found) == found


def test_new_codes_are_unique_and_readable() -> None:
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(codes.parse_code(code) == code for code in made)

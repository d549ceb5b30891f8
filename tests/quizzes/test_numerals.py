from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items.kinds.numerals import parse_numbers

# No deadline per example: a shared machine may pause.
calm = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85", "85"),
        ("85.", "85"),
        (" 85 ", "85"),
        ("+85", "85"),
        ("-3.5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("416.67", "416.67"),
        ("416,67", "416.67"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("0,500", "0.500"),
        ("0.500", "0.500"),
        ("1234,567", "1234.567"),
        ("28 800", "28800"),
        ("28\u00a0800", "28800"),
        ("28\u202f800,50", "28800.5"),
        ("28\u2009800.50", "28800.5"),
        ("28'800.50", "28800.5"),
        ("28’800", "28800"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,23,456", "123456"),
        ("12,34,567.5", "1234567.5"),
        ("٤١٦٫٦٧", "416.67"),
        ("४१६.६७", "416.67"),
        ("\u200e85\u200f", "85"),
        ("\uff18\uff15", "85"),
    ],
)
def test_number_is_read_in_common_notations(text: str, value: str) -> None:
    assert parse_numbers(text) == (Decimal(value),)


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,345", "999.999"])
def test_single_group_of_three_digits_has_two_readings(text: str) -> None:
    plain = text.replace(",", ".")
    assert set(parse_numbers(text)) == {Decimal(plain), Decimal(plain.replace(".", ""))}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "NaN",
        "Infinity",
        "-inf",
        "10^400",
        "1e400",
        "1e5",
        "9" * 41,
        "1 2",
        "12 34",
        "1,2,3",
        "1,2345,678",
        "1.2.3",
        "1,234.567,8",
        "--5",
        "5-",
        "10²",
        "½",
        "0x10",
        "1_000",
        "€",
        ".",
        "85 %",
    ],
)
def test_text_that_is_not_one_number_has_no_reading(text: str) -> None:
    assert parse_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("85 %", "%", "85"),
        ("85%", "%", "85"),
        ("85 percent", "%", "85"),
        ("85 Per Cent", "%", "85"),
        ("%85", "%", "85"),
        ("85", "%", "85"),
        ("2,70 €", "€", "2.70"),
        ("€2.70", "€", "2.70"),
        ("-€ 2.70", "€", "-2.70"),
        ("€ -2.70", "€", "-2.70"),
        ("3 H", "h", "3"),
        ("28 800 EUR", "EUR", "28800"),
    ],
)
def test_unit_may_stand_on_either_side(text: str, unit: str, value: str) -> None:
    assert parse_numbers(text, unit) == (Decimal(value),)


@pytest.mark.parametrize(("text", "unit"), [("2.70 $", "€"), ("3 h h", "h"), ("€", "€")])
def test_other_unit_gives_no_reading(text: str, unit: str) -> None:
    assert parse_numbers(text, unit) == ()


@calm
@given(st.text(max_size=60), st.sampled_from(["", "%", "€", "h"]))
def test_readings_of_any_text_are_finite(text: str, unit: str) -> None:
    assert all(value.is_finite() for value in parse_numbers(text, unit))


@calm
@given(st.decimals(-(10**9), 10**9, places=3))
def test_plain_decimal_is_among_its_own_readings(number: Decimal) -> None:
    assert number in parse_numbers(f"{number:f}")

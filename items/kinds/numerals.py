"""Reading of numbers as people in different countries write them.

`readings` returns every number a text can stand for:

* spaces of any width, apostrophes (Swiss) and Indian grouping (``1,23,456``) are
  accepted as thousands separators where the groups are right;
* the *last* of two different separators is the decimal one: ``1.234,5``, ``1,234.5``;
* one separator followed by exactly three digits is ambiguous: ``1,234`` is 1.234 in
  Helsinki and 1234 in London. Both readings are returned, and an answer is right if
  either is: the two differ a thousandfold, so no real wrong answer slips through;
* a leading zero (``0,500``) or four digits before it (``1234,567``) settle it: decimal;
* digits of other scripts count as digits, and look-alike signs as the plain ones
  (`items.kinds.folding`); the item's own unit may stand on either side.

Exponents, infinity and anything longer than 40 characters stand for no number: they
return no reading, so ``10^400`` is refused without computing it. All arithmetic is Decimal.
"""

from __future__ import annotations

import re
from decimal import Decimal

from items.kinds.folding import fold_signs

MOST_CHARACTERS = 40
PERCENT = ("%", "per cent", "percent", "pct")
# The separators and the percent sign of Arabic numbers.
ARABIC = str.maketrans({"٫": ".", "٬": "'", "٪": "%"})
BODY = re.compile(r"([+-]?) ?([0-9 .,']+)")
PLAIN = re.compile(r"([0-9]+)[.,]?|([0-9]*)[.,]([0-9]+)")
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def _grouped(mark: str, decimal: str) -> re.Pattern[str]:
    thousands = rf"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+"
    lakhs = rf"[0-9]{{1,2}}(?:{mark}[0-9]{{2}})+{mark}[0-9]{{3}}"
    return re.compile(rf"({thousands}|{lakhs})(?:{decimal}([0-9]+))?")


GROUPED = (
    _grouped(",", r"\."),
    _grouped(r"\.", ","),
    _grouped(" ", "[.,]"),
    _grouped("'", "[.,]"),
)


def parse_numbers(text: str, unit: str = "") -> tuple[Decimal, ...]:
    """Return the numbers `text` can mean, none if it is not a number.

    `unit` is what the author asks for; learners may write it or leave it out.
    """
    if len(text) > MOST_CHARACTERS:
        return ()
    units = _units(_tidy(unit))
    bare = _without(_tidy(text), units)
    match = BODY.fullmatch(bare)
    if match is None:
        return ()
    sign, body = match.groups()
    found = _values(_without(body.strip(), units))
    return tuple(-value for value in found) if sign == "-" else found


def _tidy(text: str) -> str:
    return fold_signs(text.translate(ARABIC)).casefold()


def _units(unit: str) -> tuple[str, ...]:
    if unit in PERCENT:
        return PERCENT
    return (unit,) if unit else ()


def _without(text: str, units: tuple[str, ...]) -> str:
    """Take one unit off either side; a sign may stand before a leading unit."""
    for unit in units:
        if text.endswith(unit) and text != unit:
            return text[: -len(unit)].strip()
        sign, rest = (text[0], text[1:].strip()) if text[:1] in ("+", "-") else ("", text)
        if rest.startswith(unit) and rest != unit:
            return sign + rest[len(unit) :].strip()
    return text


def _values(body: str) -> tuple[Decimal, ...]:
    plain = PLAIN.fullmatch(body)
    if plain:
        whole = plain[1] or plain[2] or "0"
        values = {Decimal(f"{whole}.{plain[3] or 0}")}
        if AMBIGUOUS.fullmatch(body):
            values.add(Decimal(re.sub("[.,]", "", body)))
        return tuple(sorted(values))
    for pattern in GROUPED:
        match = pattern.fullmatch(body)
        if match:
            whole = re.sub("[^0-9]", "", match[1])
            return (Decimal(f"{whole}.{match[2] or 0}"),)
    return ()

"""Verification codes and certificate numbers in Crockford's base 32, which has no I, L, O and U."""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26  # 128 bits
_SERIAL_LENGTH = 10
_MAX_LENGTH = 300
_CODE_PATTERN = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}\Z")
_NUMBER_PATTERN = re.compile(
    rf"PW(?P<year>[0-9]{{4}})(?P<serial>[{ALPHABET}OIL]{{{_SERIAL_LENGTH}}})\Z"
)
_SEPARATORS = r"[\s\-\u2010-\u2015\u2212_.]"
_LOOKALIKES = str.maketrans("OIL", "011")


def new_code() -> str:
    """A new verification code: 128 random bits, so nobody can guess one."""
    return _spell(secrets.randbits(128), CODE_LENGTH)


def new_number(year: int) -> str:
    """A certificate number such as PW-2026-7K3M9-QXC2D for people to quote.

    Random rather than counted, so that it does not tell how many there are.
    """
    serial = _spell(secrets.randbits(5 * _SERIAL_LENGTH), _SERIAL_LENGTH)
    return f"PW-{year}-{serial[:5]}-{serial[5:]}"


def parse_code(text: str) -> str | None:
    """The code somebody typed, pasted or scanned, in its canonical spelling; None if it cannot be a code.

    It may have small letters, spaces, hyphens, O, I or L for 0 and 1, or be a whole address.
    """
    code = _plain(text).translate(_LOOKALIKES)
    return code if _CODE_PATTERN.match(code) else None


def parse_number(text: str) -> str | None:
    """The certificate number somebody typed instead of the code, in its canonical spelling; None if it is none."""
    found = _NUMBER_PATTERN.match(_plain(text))
    if found is None:
        return None
    serial = found["serial"].translate(_LOOKALIKES)
    return f"PW-{found['year']}-{serial[:5]}-{serial[5:]}"


def _plain(text: str) -> str:
    """Capital letters and digits without what separates them; '' for a text that is too long."""
    if len(text) > _MAX_LENGTH:
        return ""
    last = text.strip().rstrip("/").rpartition("/")[2]
    return re.sub(_SEPARATORS, "", unicodedata.normalize("NFKC", last).upper())


def _spell(number: int, length: int) -> str:
    digits = []
    for _place in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))

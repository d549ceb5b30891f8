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
    if len(text) > _MAX_LENGTH:
        return None
    last = text.strip().rstrip("/").rpartition("/")[2]
    plain = unicodedata.normalize("NFKC", last).upper().translate(_LOOKALIKES)
    code = re.sub(r"[\s\-\u2010-\u2015\u2212_.]", "", plain)
    return code if _CODE_PATTERN.match(code) else None


def _spell(number: int, length: int) -> str:
    digits = []
    for _place in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))

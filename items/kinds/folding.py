"""Look-alike signs brought to one form, before typed words or numbers are compared.

The same folding serves a few words, a gap, a number, and the check that no two answers of a question read alike:

* quotes, apostrophes, hyphens and dashes of any language become ``"``, ``'`` and ``-``;
* full-width and other compatibility forms become the plain ones, digits of any script ``0``–``9``;
* invisible characters (soft hyphens, marks of direction, joiners, byte order marks) are taken away;
* spaces of any width become one space; the Turkish ``İ`` and ``ı`` become ``I`` and ``i``.

Raised and lowered signs and fractions stay what they are: 10³ is not 103, and ½ is not 12.
"""

from __future__ import annotations

import unicodedata

SAME = {
    **dict.fromkeys("’‘‚‛´`′ʼʹˈ‹›＇", "'"),
    **dict.fromkeys("“”„‟«»″〝〞〟＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣﹘－⁃", "-"),
    "⁄": "/",
    "∕": "/",
    "∶": ":",
    "。": ".",
    "İ": "I",
    "ı": "i",
}
# The compatibility forms that mean another thing than the plain sign: 10³ is not 103, and ½ is not 12.
OTHER_MEANING = frozenset({"<super>", "<sub>", "<fraction>", "<circle>", "<square>"})
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
AROUND = " .!?\"';:,"
DOT_ABOVE = "\u0307"


def fold_sign(char: str) -> str:
    """Return the plain form of one character: nothing for an invisible one, and rarely several."""
    if char.isascii() and char != "`":
        return char
    if char in SAME:
        return SAME[char]
    if char in UNSEEN or unicodedata.category(char) == "Cf":
        return ""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    form = unicodedata.decomposition(char).partition(" ")[0]
    if form.startswith("<") and form not in OTHER_MEANING:
        return unicodedata.normalize("NFKC", char)
    return char


def fold_signs(text: str) -> str:
    """Return the text with every look-alike sign in its plain form, and one space between words.

    Capitals and punctuation are kept."""
    if text.isascii() and "`" not in text:
        return " ".join(text.split())
    plain = "".join(map(fold_sign, unicodedata.normalize("NFC", text)))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def fold_words(text: str, *, case_sensitive: bool = False) -> str:
    """Return typed words in the form in which they are compared: folded, without the signs around them.

    Words that are nothing but signs keep them: “?” is an answer of its own.
    """
    text = fold_signs(text)
    text = text.strip(AROUND) or text
    if case_sensitive:
        return text
    return unicodedata.normalize("NFC", text.casefold().replace(f"i{DOT_ABOVE}", "i"))


def fold_pattern(pattern: str) -> str:
    """Return a pattern with the signs of its words folded, as those of an answer are; its length stays."""
    return "".join(
        plain if len(plain := fold_sign(char)) == 1 else char
        for char in unicodedata.normalize("NFC", pattern)
    )

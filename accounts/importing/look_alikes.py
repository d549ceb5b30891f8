"""An HR id as eyes see it, to find ids that somebody takes for one another. Pure.

The letters are those that Unicode's confusables (https://www.unicode.org/reports/tr39/) hold for the Latin capitals
and the small letters of the scripts of which whole words can be written in such letters.
"""

from __future__ import annotations

import re
import unicodedata

# By script, the letters and the Latin ones they are taken for. Capitals first: folded they may look like another one.
LOOK_ALIKES = {
    "Greek": ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳϜϺ", "ABEZHIKMNOPTYXCJFM"),
    "Greek, small": ("αβγεηικνορστυχωϲϳ", "abyenikvopotuxwcj"),
    "Cyrillic": ("АВЕЅІЈКМНОРСТУҮХЅԌԚԜѴӀҺԀЗЬЕФ", "ABESIJKMHOPCTYYXSGQWVIHD3BEO"),
    "Cyrillic, small": ("абвгеѕіјкмнопрстуүхѡԁһԛԝѵӏьз", "a6bresijkmhonpctyyxwdhqwvlb3"),
    "Armenian": ("ՍՕՏԼՈԱՔՑ", "UOSLNUPG"),
    "Armenian, small": ("օսոհցզյքխլւ", "ounhgqjpjlu"),
    "Cherokee": ("ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏎᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴ", "DRTIAJEWMHYGHZ4BRWSVSLCPKDGB"),
    "Coptic": ("ⲀⲂⲈⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬ", "ABEHIKMNOPCTYX"),
    "Lisu": ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"),
    "Latin": ("ıȷɡɑɩʏƖƽ", "ijgaiyls"),
}
_LATIN = {
    ord(odd): plain
    for odds, plains in LOOK_ALIKES.values()
    for odd, plain in zip(odds, plains, strict=True)
}
# The one that stands for letters and digits which are taken for each other.
_DIGITS = str.maketrans("oil", "011")
_LEADING_ZEROS = re.compile("(?<![0-9])0+(?=[0-9])")


def draw_skeleton(text: str) -> str:
    """The text without case, leading zeros (also behind a letter) and what looks alike; equal ones look alike."""
    plain = unicodedata.normalize("NFKC", text.translate(_LATIN)).translate(_LATIN)
    digits = "".join(_digit(letter) for letter in plain.casefold().translate(_LATIN))
    return _LEADING_ZEROS.sub("", digits.translate(_DIGITS))


def _digit(letter: str) -> str:
    """A digit of any script as one of ours."""
    return str(unicodedata.decimal(letter, letter))

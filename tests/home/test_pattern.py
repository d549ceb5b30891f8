from __future__ import annotations

import itertools
from xml.etree import ElementTree

import pytest

from home import patterns

EXPECTED = [
    "M64 24a20 20 0 0 1 20-20h12a20 20 0 0 1 20 20v12a20 20 0 0 1-20 20h-28a4 4 0 0 1-4-4z",
    "M132 48v-14M144 48v-21M156 48v-12M168 48v-30",
]
SEEDS = ["stories", "7QK2-M4XD", "", "ääkköset", "数字"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", ["light", "dark", "mono"])
def test_every_seed_draws_well_formed_svg_of_the_size_asked_for(seed, variant):
    drawn = ElementTree.fromstring(patterns.draw(seed, width=360, height=120, variant=variant))
    assert drawn.attrib["viewBox"] == "0 0 360 120"
    assert list(drawn.iter("path"))


def test_the_same_seed_draws_the_same_picture():
    assert patterns.draw("stories") == patterns.draw("stories")


def test_another_seed_draws_another_picture():
    assert len({patterns.draw(seed) for seed in SEEDS}) == len(SEEDS)


def test_the_picture_of_a_seed_never_changes_between_releases():
    drawn = patterns.draw("stories", width=180, height=60, variant="mono")
    paths = [path.attrib["d"] for path in ElementTree.fromstring(drawn).iter("path")]
    assert paths == EXPECTED


def test_two_neighbouring_cells_of_a_band_are_never_both_empty():
    bands = [cells_inked(f"seed {number}", columns=12) for number in range(200)]
    assert all(a or b for band in bands for a, b in itertools.pairwise(band))


def test_nothing_of_the_seed_reaches_the_page():
    assert "script" not in patterns.draw("<script>alert(1)</script>")


def test_no_style_is_written_inline():
    assert "style=" not in patterns.draw("stories")


def cells_inked(seed: str, *, columns: int) -> list[bool]:
    """Which cells of a one-row band hold a glyph, read back from where its paths start."""
    drawn = patterns.draw(seed, width=columns * patterns.CELL, height=patterns.CELL)
    starts = [
        int(part.split(" ")[0])
        for path in ElementTree.fromstring(drawn).iter("path")
        for part in path.attrib["d"].split("M")[1:]
    ]
    inked = {start // patterns.CELL for start in starts}
    return [column in inked for column in range(columns)]

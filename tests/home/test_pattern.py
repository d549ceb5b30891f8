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
def test_pattern_is_well_formed_svg_of_requested_size(seed, variant):
    drawn = ElementTree.fromstring(
        patterns.draw_pattern(seed, width=360, height=120, variant=variant)
    )
    assert drawn.attrib["viewBox"] == "0 0 360 120"
    assert list(drawn.iter("path"))


def test_pattern_is_same_for_same_seed():
    assert patterns.draw_pattern("stories") == patterns.draw_pattern("stories")


def test_pattern_differs_between_seeds():
    assert len({patterns.draw_pattern(seed) for seed in SEEDS}) == len(SEEDS)


def test_pattern_of_a_seed_is_stable_between_releases():
    drawn = patterns.draw_pattern("stories", width=180, height=60, variant="mono")
    paths = [path.attrib["d"] for path in ElementTree.fromstring(drawn).iter("path")]
    assert paths == EXPECTED


def test_pattern_never_has_two_empty_neighbour_cells():
    bands = [cells_inked(f"seed {number}", columns=12) for number in range(200)]
    assert all(a or b for band in bands for a, b in itertools.pairwise(band))


def test_pattern_does_not_contain_its_seed():
    assert "script" not in patterns.draw_pattern("<script>alert(1)</script>")


def test_pattern_has_no_inline_style():
    assert "style=" not in patterns.draw_pattern("stories")


def cells_inked(seed: str, *, columns: int) -> list[bool]:
    """Which cells of a one-row band hold a glyph, read back from where its paths start."""
    drawn = patterns.draw_pattern(seed, width=columns * patterns.CELL, height=patterns.CELL)
    starts = [
        int(part.split(" ")[0])
        for path in ElementTree.fromstring(drawn).iter("path")
        for part in path.attrib["d"].split("M")[1:]
    ]
    inked = {start // patterns.CELL for start in starts}
    return [column in inked for column in range(columns)]

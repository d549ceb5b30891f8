"""Pictures to choose from, and places to mark on one."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from items.kinds.content import kind_of, parse_content
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_hotspot, make_image_choice, region


def picked(content: dict[str, Any], *ids: str) -> Decimal:
    return grade_response(parse_content(content), {"choices": list(ids)}).fraction


def several(**changes: Any) -> dict[str, Any]:
    content = make_image_choice(several=True, **changes)
    rows = [row | {"correct": row["id"] in "ab"} for row in content["options"]]
    return content | {"options": rows}


@pytest.mark.parametrize(
    ("content", "ids", "fraction"),
    [
        pytest.param(make_image_choice(), "a", "1", id="the one"),
        pytest.param(make_image_choice(), "b", "0", id="another"),
        pytest.param(make_image_choice(), "ab", "0", id="two where one is asked for"),
        pytest.param(several(), "ab", "1", id="both"),
        pytest.param(several(), "a", "0.75", id="one of two, proportional"),
        pytest.param(several(credit="exact"), "a", "0", id="one of two, exact"),
        pytest.param(several(penalty="0.5"), "abc", "0.25", id="a wrong tick costs"),
        pytest.param(make_hotspot(), ("left", "low"), "1", id="both faults"),
        pytest.param(make_hotspot(), ("left",), "0.5", id="one of two faults"),
        pytest.param(make_hotspot(), ("left", "low", "mid"), "0", id="a wrong place loses all"),
        pytest.param(make_hotspot(penalty="0.5"), ("left", "low", "mid"), "0.5", id="or costs"),
    ],
)
def test_picture_kinds_use_multiple_choice_credit(content: Any, ids: Any, fraction: str) -> None:
    assert picked(content, *ids) == Decimal(fraction)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        pytest.param(make_image_choice(options=several()["options"]), "options", id="two right"),
        pytest.param(
            make_image_choice(
                options=[r | {"correct": False} for r in make_image_choice()["options"]]
            ),
            "options",
            id="none right",
        ),
        pytest.param(
            make_image_choice(options=[r | {"alt": " "} for r in make_image_choice()["options"]]),
            "options.0.alt",
            id="no description",
        ),
        pytest.param(
            make_image_choice(
                options=[r | {"image": None} for r in make_image_choice()["options"]]
            ),
            "options.0.image",
            id="no picture",
        ),
        pytest.param(make_hotspot(image=None), "image", id="no screenshot"),
        pytest.param(make_hotspot(alt=""), "alt", id="no description of the screenshot"),
        pytest.param(
            make_hotspot(regions=[region("a", 0, 0), region("b", 0, 50)]), "regions", id="no fault"
        ),
        pytest.param(
            make_hotspot(regions=[region("a", 0, 0, fault=True), region("b", 81, 0)]),
            "regions.1.width",
            id="beyond the right edge",
        ),
        pytest.param(
            make_hotspot(regions=[region("a", 0, 91, fault=True), region("b", 0, 0)]),
            "regions.0.height",
            id="beyond the lower edge",
        ),
        pytest.param(
            make_hotspot(regions=[region("a", -1, 0, fault=True), region("b", 0, 0)]),
            "regions.0.x",
            id="beyond the left edge",
        ),
        pytest.param(
            make_hotspot(
                regions=[region("a", 0, 0, fault=True), region("b", 0, 0) | {"width": "0"}]
            ),
            "regions.1.width",
            id="no width",
        ),
    ],
)
def test_picture_content_that_cannot_be_asked_is_refused(content: Any, path: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(content)
    assert caught.value.path == path


def test_hotspot_regions_are_shown_in_reading_order() -> None:
    spec = parse_content(make_hotspot())
    face = kind_of(spec).face(spec, kind_of(spec).deal(spec, Random(1)), None)
    assert [choice.text.split()[-1] for choice in face.choices] == ["left", "right", "mid", "low"]
    assert face.choices[0].area == tuple(map(Decimal, (10, 10, 20, 10)))


def test_shuffled_pictures_keep_their_descriptions() -> None:
    spec = parse_content(make_image_choice())
    for seed in range(5):
        face = kind_of(spec).face(spec, kind_of(spec).deal(spec, Random(seed)), None)
        found = {(choice.text, choice.image) for choice in face.choices}
        assert found == {(f"Picture {i}", n) for n, i in enumerate("abcd", start=11)}

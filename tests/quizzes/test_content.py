from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import kind_of, parse_content
from items.kinds.registry import KINDS
from items.kinds.spec import ContentError
from tests.quizzes import contents as make


def test_parse_accepts_the_sample_of_every_kind() -> None:
    samples = {name: sample[0] for name, sample in (make.SAMPLES | make.STAGED).items()}
    samples |= make.UNSCORED
    assert set(samples) == set(KINDS)
    for name, content in samples.items():
        assert parse_content(content).kind == name
        assert kind_of(parse_content(content)) is KINDS[name]


def test_parse_reads_stem_points_hint_and_feedback() -> None:
    spec = parse_content(make.make_single(points="2.5"))
    assert (spec.stem, spec.points) == ("<p>Stem of single</p>", Decimal("2.5"))
    assert (spec.hint, spec.feedback) == ("Take your time", "canary feedback single")


def test_parse_allows_missing_feedback_and_hint() -> None:
    content = make.make_single()
    del content["feedback"], content["hint"]
    assert (parse_content(content).feedback, parse_content(content).hint) == ("", "")


@pytest.mark.parametrize("content", [None, [], "single", 3, {}, {"kind": []}, {"kind": "essay"}])
def test_parse_refuses_content_without_a_known_kind(content: object) -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(content)
    assert caught.value.path == "kind"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        pytest.param(make.make_single(stem=""), "stem", id="no stem"),
        pytest.param(make.make_single(stem="<p> </p>"), "stem", id="stem of tags only"),
        pytest.param(make.make_single(stem=["x"]), "stem", id="stem not text"),
        pytest.param(make.make_single(stem="x" * 20_001), "stem", id="endless stem"),
        pytest.param(make.make_single(points="0"), "points", id="worth nothing"),
        pytest.param(make.make_single(points="-1"), "points", id="negative points"),
        pytest.param(make.make_single(points="NaN"), "points", id="points not a number"),
        pytest.param(make.make_single(points="Infinity"), "points", id="infinite points"),
        pytest.param(make.make_single(points="1e400"), "points", id="huge points"),
        pytest.param(make.make_single(points=True), "points", id="points yes"),
        pytest.param(make.make_single(options="ab"), "options", id="options not a list"),
        pytest.param(make.make_single(options=[make.option("a")]), "options", id="one option"),
        pytest.param(
            make.make_single(options=[make.option(f"o{n}") for n in range(51)]),
            "options",
            id="51 options",
        ),
        pytest.param(
            make.make_single(options=[make.option("a"), None]), "options.1", id="row not an object"
        ),
        pytest.param(
            make.make_single(options=[make.option("a"), make.option("a")]),
            "options.1.id",
            id="same id twice",
        ),
        pytest.param(
            make.make_single(options=[make.option("a b"), make.option("c")]),
            "options.0.id",
            id="id with a space",
        ),
        pytest.param(
            make.make_single(options=[make.option("a"), make.option("b") | {"text": " "}]),
            "options.1.text",
            id="empty option",
        ),
        pytest.param(
            make.make_single(options=[make.option("a") | {"correct": "yes"}, make.option("b")]),
            "options.0.correct",
            id="right is not yes or no",
        ),
        pytest.param(
            make.make_single(options=[make.option("a"), make.option("b")]), "options", id="no key"
        ),
        pytest.param(
            make.make_single(options=[make.option(i, correct=True) for i in "ab"]),
            "options",
            id="two right",
        ),
        pytest.param(make.make_multiple("half"), "credit", id="unknown credit"),
        pytest.param(make.make_multiple(penalty="1.1"), "penalty", id="penalty over 1"),
        pytest.param(make.make_multiple(penalty="-0.1"), "penalty", id="negative penalty"),
        pytest.param(
            make.make_multiple(options=[make.option("a"), make.option("b")]),
            "options",
            id="multiple without key",
        ),
        pytest.param(make.make_true_false(answer="false"), "answer", id="answer not yes or no"),
        pytest.param(make.make_number(answer=""), "answer", id="no number"),
        pytest.param(make.make_number(answer="85 %"), "answer", id="answer with unit"),
        pytest.param(make.make_number(tolerance="-1"), "tolerance", id="negative tolerance"),
        pytest.param(make.make_ordering(1), "steps", id="one step"),
        pytest.param(make.make_ordering(credit="half"), "credit", id="ordering credit"),
        pytest.param(
            make.make_matching(rights=[make.label("r1"), make.label("r2")]),
            "pairs.2.right_id",
            id="right side missing",
        ),
        pytest.param(make.make_matching(pairs=[]), "pairs", id="no pairs"),
        pytest.param(make.make_rate_post(post=""), "post", id="no post to rate"),
        pytest.param(
            make.make_short_text(accept=[{"id": "x", "text": "y", "credit": "0.5"}]),
            "accept",
            id="no full credit",
        ),
        pytest.param(make.make_gap(text="No gap here"), "text", id="gap not in the text"),
        pytest.param(
            make.make_gap(text="[[g1]] [[g1]] [[g2]]"), "text", id="gap twice in the text"
        ),
        pytest.param(
            make.make_short_text(accept=[{"id": "x", "text": "y", "credit": "1.5"}]),
            "accept.0.credit",
            id="credit over 1",
        ),
        pytest.param(
            make.make_spot(segments=[make.label(i) | {"fault": False} for i in "ab"]),
            "segments",
            id="no fault to spot",
        ),
        pytest.param(
            make.make_gap(gaps=[{"id": "g1", "accept": [" "]}]), "gaps.0.accept", id="empty accept"
        ),
        pytest.param(
            make.make_gap(
                gaps=[{"id": "g", "options": [make.label("a"), make.label("b")], "answer": "c"}]
            ),
            "gaps.0.answer",
            id="gap answer not offered",
        ),
    ],
)
def test_parse_error_names_the_path_of_the_fault(content: dict[str, object], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(content)
    assert caught.value.path == path
    assert caught.value.message.endswith(".")


def test_parse_error_message_can_be_translated() -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(make.make_single(options=[]))
    said = caught.value.phrase.said(lambda text: text.replace("Add rows", "Lisää rivejä"))
    assert said == "Lisää rivejä until there are 2."

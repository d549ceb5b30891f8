"""Items for the exchange tests: one of every kind, all of the demo, and any that hypothesis can think of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from items.exchange.departures import question_from_item
from items.exchange.formats import FORMATS
from items.exchange.records import ExchangeFormat, ExchangeItem
from items.exchange.shapes import ExchangeQuestion
from items.kinds.content import parse_content
from items.kinds.spec import ContentError
from tests.quizzes.contents import SAMPLES, STAGED, UNSCORED

# Kinds with pictures. The pictures are files of this site, and no format includes them.
PICTURED = {"image_choice", "hotspot"}
CONTENTS = {kind: sample[0] for kind, sample in SAMPLES.items() if kind not in PICTURED} | UNSCORED
CONTENTS["free_text"] = STAGED["free_text"][0]
# Kinds of which other systems' formats keep only the question, not the rubric.
OWN_WORDS = {"free_text"}
DEMO = Path(__file__).parents[3] / "home/demo/content"
WRITTEN = {name: format_ for name, format_ in FORMATS.items() if format_.write}
# The kinds that each format keeps in full.
WHOLE = {
    "csv": set(CONTENTS),
    "qti22": set(CONTENTS) - OWN_WORDS,
    "moodle-xml": set(CONTENTS) - OWN_WORDS - {"rate_post", "survey", "categorise"},
    "gift": {"single", "multiple", "true_false", "confidence", "number", "short_text", "spot"},
    "aiken": set(),
}


def make_item(content: Mapping[str, Any], code: str = "T-1", **changes: Any) -> ExchangeItem:
    return ExchangeItem(**{"code": code, "kind": content["kind"], "content": content} | changes)


def make_all() -> list[ExchangeItem]:
    return [
        make_item(
            content, kind.upper().replace("_", "-"), principle="P1", difficulty=3, critical=True
        )
        for kind, content in CONTENTS.items()
    ]


def passed(format_: ExchangeFormat, items: list[ExchangeItem]) -> tuple[ExchangeItem, ...]:
    """The items after writing and reading; asserts that reading has no fatal problem."""
    return read_again(format_, format_.write(items).data)


def read_again(format_: ExchangeFormat, data: bytes) -> tuple[ExchangeItem, ...]:
    """The items of a file; asserts that reading has no fatal problem."""
    reading = format_.read(data, f"file{format_.suffix}")
    assert not reading.fatal, [str(problem) for problem in reading.problems]
    return reading.items


def asked(item: ExchangeItem) -> ExchangeQuestion:
    """The item's question without its ids, so that two items can be compared."""
    question, _losses = question_from_item(item)
    assert question is not None
    return question


def demo_items() -> list[ExchangeItem]:
    paths = sorted(DEMO.glob("items-p*.toml"))
    rows = [row for path in paths for row in tomllib.loads(path.read_text("utf-8"))["item"]]
    return [_demo_item(row) for row in rows]


def _demo_item(row: dict[str, Any]) -> ExchangeItem:
    content = {
        name: value
        for name, value in row.items()
        if name not in ("code", "principle", "difficulty", "critical")
    }
    for name in ("options", "steps"):
        if name in row:
            texts = [one if isinstance(one, dict) else {"text": one} for one in row[name]]
            content[name] = [{"id": f"x{n}", **one} for n, one in enumerate(texts)]
    if row["kind"] == "matching":
        rights = list(
            dict.fromkeys([*(pair["right"] for pair in row["pairs"]), *row.get("extra", [])])
        )
        content["rights"] = [{"id": f"r{n}", "text": text} for n, text in enumerate(rights)]
        content["pairs"] = [
            {"id": f"l{n}", "left": pair["left"], "right_id": f"r{rights.index(pair['right'])}"}
            for n, pair in enumerate(row["pairs"])
        ]
    own = {name: row[name] for name in ("principle", "difficulty", "critical")}
    return make_item(content, row["code"], **own)


NASTY = st.sampled_from(
    list("{}~=#:;\\%<>&\"'[]()*-+@_/|,.!?$ \n\t")
    + [
        "->",
        "####",
        "::",
        "[html]",
        "[[",
        "]]",
        "\\n",
        "</p>",
        "<b>",
        "&amp;",
        "//",
        "%50%",
        "]]>",
        "\r\n",
        "\x00",
        "é",
        "אב",
        "\u2028",
        "\ufeff",
        "😀",
        "ANSWER: A",
        "A. x",
        "\n\n",
        "{1:SA:=x}",
    ]
)
WORDS = st.lists(st.one_of(NASTY, st.text(max_size=4)), max_size=8).map("".join)
SAID = WORDS.map(lambda text: f"{text}x")


def _tell_apart(texts: list[str]) -> list[str]:
    """Texts that differ in more than spaces: a repeated one has its place behind its last letter, as no other has."""
    said = [" ".join(text.split()) for text in texts]
    return [
        f"{text}{place}" if said[place] in said[:place] else text
        for place, text in enumerate(texts)
    ]


UNIQUE = st.lists(SAID, min_size=2, max_size=5).map(_tell_apart)


def _rows(texts: list[str], **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"i{n}", "text": text, **more} for n, text in enumerate(texts)]


@st.composite
def contents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Contents of one kind with any words in every field; contents that the kind refuses are left out."""
    content: dict[str, Any] = {
        "kind": kind,
        "stem": draw(SAID),
        "feedback": draw(WORDS),
        "hint": draw(WORDS),
    }
    content |= draw(_BODIES[kind])
    if kind not in UNSCORED:
        content["points"] = draw(st.sampled_from(["1", "2", "0.5"]))
    try:
        parse_content(content)
    except ContentError:
        from hypothesis import reject

        reject()
    return content


@st.composite
def _options(draw: st.DrawFn, key: str, flag: str, *, one: bool) -> dict[str, Any]:
    rows = _rows(draw(UNIQUE))
    right = draw(st.integers(0, len(rows) - 1))
    for place, row in enumerate(rows):
        row |= {flag: place == right or (not one and draw(st.booleans())), "reason": draw(WORDS)}
    return {key: rows}


@st.composite
def _pairs(draw: st.DrawFn, rows: str, targets: str, text: str, target: str) -> dict[str, Any]:
    rights = _rows(draw(UNIQUE))
    lefts = draw(UNIQUE)
    made = [
        {"id": f"l{n}", text: left, target: f"i{draw(st.integers(0, len(rights) - 1))}"}
        for n, left in enumerate(lefts)
    ]
    return {rows: made, targets: rights, "reason": draw(WORDS), "post": draw(SAID)}


@st.composite
def _gap(draw: st.DrawFn) -> dict[str, Any]:
    credit = draw(st.sampled_from(["0.5", "0.25"]))
    partly = [{"id": "p1", "text": f"{draw(WORDS)}y", "credit": credit}]
    numbers = {"accept": ["2.50"], "compare": "number", "tolerance": "0.1"}
    typed = {"accept": draw(UNIQUE), "compare": draw(st.sampled_from(["words", "capitals"]))}
    gaps = [
        {"id": "g1", "reason": draw(WORDS), **draw(st.sampled_from([typed, numbers]))},
        {"id": "g2", "options": _rows(draw(UNIQUE)), "answer": "i1", "reason": draw(WORDS)},
    ]
    gaps[0] |= {"weight": draw(st.sampled_from(["1", "3"]))}
    if gaps[0]["compare"] != "number" and draw(st.booleans()):
        gaps[0] |= {"partly": partly}
    if draw(st.booleans()):
        gaps[1] |= {"partly": [{**gaps[1]["options"][0], "credit": credit}]}
    first, middle, last = draw(WORDS), draw(WORDS), draw(WORDS)
    # Double brackets mark the gaps of a text, so no valid item has them in its other words.
    assume(not any(mark in words for mark in ("[[", "]]") for words in (first, middle, last)))
    text = f"{first}[[g1]]{middle}[[g2]]{last}"
    return {"gaps": gaps, "text": text}


@st.composite
def _free_text(draw: st.DrawFn) -> dict[str, Any]:
    def levels() -> list[dict[str, Any]]:
        return [row | {"points": "0" if n else "1"} for n, row in enumerate(_rows(draw(UNIQUE)))]

    criteria = [
        {"id": f"c{n}", "title": title, "levels": levels()}
        for n, title in enumerate(draw(UNIQUE)[:3])
    ]
    least = draw(st.integers(0, 50))
    most = draw(st.sampled_from([0, 100]))
    said = {"model": draw(WORDS), "guide": draw(WORDS)}
    return {"criteria": criteria, "min_words": least, "max_words": most, **said}


NUMBERS = st.decimals("-1000", "1000", places=3).map(str)
TOLERANCES = st.decimals("0", "10", places=2).map(str)
CREDITS = st.sampled_from(["exact", "proportional", "proportional_correct"])
_MANY = {"credit": CREDITS, "penalty": st.sampled_from(["0", "0.25", "1"])}
_TRUTH = {"answer": st.booleans(), "reason_true": WORDS, "reason_false": WORDS}
_STEPS = {
    "steps": UNIQUE.map(_rows),
    "reason": WORDS,
    "credit": st.sampled_from(["exact", "distance"]),
}


def _both(first: st.SearchStrategy[Any], second: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.tuples(first, st.fixed_dictionaries(second)).map(lambda two: two[0] | two[1])


_BODIES: dict[str, st.SearchStrategy[Any]] = {
    "single": _both(_options("options", "correct", one=True), {"shuffle": st.booleans()}),
    "multiple": _both(
        _options("options", "correct", one=False), {"shuffle": st.booleans(), **_MANY}
    ),
    "spot": _both(_options("segments", "fault", one=False), _MANY),
    "survey": _both(
        _options("options", "correct", one=True),
        {"shuffle": st.booleans(), "several": st.booleans()},
    ),
    "true_false": st.fixed_dictionaries(_TRUTH),
    "confidence": st.fixed_dictionaries(
        _TRUTH | {"credit": st.sampled_from(["answer", "quadratic"])}
    ),
    "number": st.fixed_dictionaries(
        {
            "answer": NUMBERS,
            "tolerance": TOLERANCES,
            "unit": WORDS,
            "reason_right": WORDS,
            "reason_wrong": WORDS,
        }
    ),
    "short_text": _both(
        UNIQUE.map(
            lambda texts: {
                "accept": [r | {"credit": "0.5" if n else "1"} for n, r in enumerate(_rows(texts))]
            }
        ),
        {"reason_wrong": WORDS, "case_sensitive": st.booleans()},
    ),
    "gap": _gap(),
    "ordering": st.fixed_dictionaries(_STEPS),
    "ranking": st.fixed_dictionaries(_STEPS),
    "matching": _pairs("pairs", "rights", "left", "right_id"),
    "categorise": _pairs("items", "categories", "text", "category_id"),
    "rate_post": _pairs("aspects", "scale", "text", "expert_id"),
    "free_text": _free_text(),
    "description": st.just({}),
}

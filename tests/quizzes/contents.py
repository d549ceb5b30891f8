"""Stored contents of items: one function per kind, whose keyword arguments replace fields."""

from __future__ import annotations

from typing import Any

Content = dict[str, Any]


def make_content(kind: str, **changes: Any) -> Content:
    return {
        "kind": kind,
        "stem": f"<p>Stem of {kind}</p>",
        "points": "1",
        "feedback": f"canary feedback {kind}",
        "hint": "Take your time",
    } | changes


def option(ident: str, *, correct: bool = False) -> Content:
    return {
        "id": ident,
        "text": f"Option {ident}",
        "correct": correct,
        "reason": f"canary reason {ident}",
    }


def label(ident: str) -> Content:
    return {"id": ident, "text": f"Label {ident}"}


def make_single(**changes: Any) -> Content:
    options = [option("a", correct=True), option("b"), option("c"), option("d")]
    return make_content("single", options=options) | changes


def make_multiple(credit: str = "exact", **changes: Any) -> Content:
    options = [option(ident, correct=ident in "abc") for ident in "abcde"]
    return make_content("multiple", options=options, credit=credit) | changes


def make_true_false(**changes: Any) -> Content:
    reasons = {"reason_true": "canary true", "reason_false": "canary false"}
    return make_content("true_false", answer=False, **reasons) | changes


def make_confidence(**changes: Any) -> Content:
    return make_true_false() | {"kind": "confidence"} | changes


def make_number(**changes: Any) -> Content:
    return (
        make_content(
            "number",
            answer="416.67",
            tolerance="1",
            unit="",
            reason_right="canary right",
            reason_wrong="canary wrong",
        )
        | changes
    )


def make_ordering(size: int = 4, **changes: Any) -> Content:
    steps = [label(f"s{n}") for n in range(1, size + 1)]
    reason = "canary order"
    return make_content("ordering", steps=steps, reason=reason, credit="distance") | changes


def make_ranking(**changes: Any) -> Content:
    return make_ordering() | {"kind": "ranking"} | changes


def make_matching(**changes: Any) -> Content:
    pairs = [{"id": f"l{n}", "left": f"Left {n}", "right_id": f"r{n}"} for n in (1, 2, 3)]
    rights = [label(f"r{n}") for n in (1, 2, 3, 4)]
    return make_content("matching", pairs=pairs, rights=rights, reason="canary match") | changes


def make_categorise(**changes: Any) -> Content:
    groups = {"i1": "now", "i2": "later", "i3": "later", "i4": "never"}
    items = [
        label(ident) | {"category_id": group, "reason": f"canary {ident}"}
        for ident, group in groups.items()
    ]
    categories = [label("now"), label("later"), label("never")]
    return make_content("categorise", items=items, categories=categories) | changes


def make_rate_post(**changes: Any) -> Content:
    aspects = [
        label("clear") | {"expert_id": "p5", "reason": "canary clear"},
        label("open") | {"expert_id": "p2", "reason": "canary open"},
    ]
    scale = [label(f"p{n}") for n in range(1, 6)]
    post = "We are proud of the new speaker."
    return make_content("rate_post", aspects=aspects, scale=scale, post=post) | changes


def make_short_text(**changes: Any) -> Content:
    accept = [
        {"id": "x", "text": "I work at Northlight", "reason": "canary best"},
        {"id": "y", "text": "employee", "credit": "0.5", "reason": "canary half"},
    ]
    return make_content("short_text", accept=accept, reason_wrong="canary wrong") | changes


def make_gap(**changes: Any) -> Content:
    gaps = [
        {"id": "g1", "accept": ["work", "am employed"], "reason": "canary g1"},
        {"id": "g2", "options": [label("o1"), label("o2")], "answer": "o2", "reason": "canary g2"},
    ]
    text = "I [[g1]] at Northlight, so I am not [[g2]]."
    return make_content("gap", text=text, gaps=gaps) | changes


def make_spot(**changes: Any) -> Content:
    segments = [
        label(f"t{n}") | {"fault": n in (2, 4), "reason": f"canary t{n}"} for n in range(1, 6)
    ]
    return make_content("spot", segments=segments) | changes


def make_image_choice(**changes: Any) -> Content:
    options = [
        {"id": ident, "image": number, "alt": f"Picture {ident}", "correct": ident == "a"}
        | {"reason": f"canary {ident}"}
        for number, ident in enumerate("abcd", start=11)
    ]
    return make_content("image_choice", options=options) | changes


def region(ident: str, x: float, y: float, *, fault: bool = False) -> Content:
    place = {"x": str(x), "y": str(y), "width": "20", "height": "10"}
    return (
        label(ident)
        | {"label": f"Place {ident}", "fault": fault, "reason": f"canary {ident}"}
        | place
    )


def make_hotspot(**changes: Any) -> Content:
    regions = [
        region("low", 10, 80, fault=True),
        region("right", 70, 10),
        region("left", 10, 10, fault=True),
        region("mid", 10, 40),
    ]
    return make_content("hotspot", image=7, alt="A post on a phone", regions=regions) | changes


def turn(ident: str, to: str, credit: str) -> Content:
    return {
        "id": ident,
        "text": f"Do {ident}",
        "to": to,
        "credit": credit,
        "consequence": f"canary came of {ident}",
    }


def make_scenario(**changes: Any) -> Content:
    """The story worked in the docstring of `quizzes.kinds.scenario`."""
    nodes = [
        {
            "name": "S",
            "text": "A comment",
            "choices": [turn("ask", "B", "1"), turn("argue", "C", "0")],
        },
        {
            "name": "C",
            "text": "canary anger",
            "choices": [turn("sorry", "B", "1"), turn("delete", "lost", "0")],
        },
        {
            "name": "B",
            "text": "canary calm",
            "choices": [turn("thank", "won", "1"), turn("joke", "so", "0.5")],
        },
    ]
    endings = [
        {
            "name": ident,
            "text": f"canary end {ident}",
            "verdict": verdict,
            "reason": f"canary why {ident}",
        }
        for ident, verdict in (("won", "good"), ("so", "mixed"), ("lost", "bad"))
    ]
    return make_content("scenario", nodes=nodes, endings=endings) | changes


def make_free_text(**changes: Any) -> Content:
    criteria = [
        {
            "id": f"c{n}",
            "title": f"Criterion {n}",
            "levels": [
                {"id": "full", "text": f"canary full {n}", "points": "1"},
                {"id": "half", "text": f"canary half {n}", "points": "0.5"},
                {"id": "none", "text": f"canary none {n}", "points": "0"},
            ],
        }
        for n in (1, 2, 3)
    ]
    return (
        make_content("free_text", min_words=3, max_words=8, criteria=criteria, model="canary model")
        | {"guide": "canary guide"}
        | changes
    )


def make_survey(**changes: Any) -> Content:
    return make_content("survey", options=[label("x"), label("y")]) | changes


def make_description(**changes: Any) -> Content:
    return make_content("description") | changes


# For each kind: its content, a fully right response, and one that is not.
SAMPLES: dict[str, tuple[Content, Content, Content]] = {
    "single": (make_single(), {"choice": "a"}, {"choice": "c"}),
    "multiple": (make_multiple(), {"choices": ["a", "b", "c"]}, {"choices": ["a", "d"]}),
    "true_false": (make_true_false(), {"choice": "false"}, {"choice": "true"}),
    "confidence": (
        make_confidence(),
        {"choice": "false", "confidence": "sure"},
        {"choice": "true", "confidence": "guess"},
    ),
    "number": (make_number(), {"text": "416,7"}, {"text": "400"}),
    "short_text": (make_short_text(), {"text": "i work at northlight."}, {"text": "no"}),
    "gap": (make_gap(), {"gaps": {"g1": "Work", "g2": "o2"}}, {"gaps": {"g1": "play"}}),
    "ordering": (
        make_ordering(),
        {"places": {"s1": 1, "s2": 2, "s3": 3, "s4": 4}},
        {"places": {"s1": 4, "s2": 3, "s3": 2, "s4": 1}},
    ),
    "ranking": (
        make_ranking(),
        {"places": {"s1": 1, "s2": 2, "s3": 3, "s4": 4}},
        {"places": {"s1": 4, "s2": 3, "s3": 2, "s4": 1}},
    ),
    "matching": (
        make_matching(),
        {"matches": {"l1": "r1", "l2": "r2", "l3": "r3"}},
        {"matches": {"l1": "r4"}},
    ),
    "categorise": (
        make_categorise(),
        {"matches": {"i1": "now", "i2": "later", "i3": "later", "i4": "never"}},
        {"matches": {"i1": "never", "i2": "now"}},
    ),
    "spot": (make_spot(), {"choices": ["t2", "t4"]}, {"choices": ["t1", "t2"]}),
    "image_choice": (make_image_choice(), {"choices": ["a"]}, {"choices": ["b"]}),
    "hotspot": (make_hotspot(), {"choices": ["left", "low"]}, {"choices": ["left", "mid"]}),
    "rate_post": (
        make_rate_post(),
        {"matches": {"clear": "p5", "open": "p2"}},
        {"matches": {"clear": "p1", "open": "p5"}},
    ),
}
FULL = dict.fromkeys(("c1", "c2", "c3"), "full")
# Kinds whose answer has parts no browser sends: the path the server keeps, the reviewer's rubric.
STAGED: dict[str, tuple[Content, Content, Content]] = {
    "scenario": (make_scenario(), {"path": ["ask", "thank"]}, {"path": ["argue", "delete"]}),
    "free_text": (
        make_free_text(),
        {"text": "We are sorry.", "rubric": FULL},
        {"text": "We are sorry.", "rubric": FULL | {"c3": "none"}},
    ),
}
UNSCORED: dict[str, Content] = {"survey": make_survey(), "description": make_description()}

"""How the demo's people answer: correctly or wrongly, as the form that a browser sends."""

from __future__ import annotations

from typing import Any

from quizzes.models import Response

Form = dict[str, list[str]]


def answer_form(response: Response, *, right: bool) -> Form:
    """One question's form fields in the opaque tokens of this attempt."""
    content, order = response.version.content, response.order
    tokens: dict[str, dict[str, str]] = {}
    for dealt in order:
        tokens.setdefault(dealt.get("group", ""), {})[dealt["id"]] = dealt["token"]
    return FORMS[response.version.kind](content, tokens, right)


def _options(content: dict[str, Any], tokens: dict[str, dict[str, str]], right: bool) -> Form:
    (dealt,) = tokens.values()
    chosen = [option["id"] for option in content["options"] if option["correct"] is right]
    if not right:
        chosen = chosen[:1]
    return {"choice": [dealt[ident] for ident in chosen]}


def _true_false(content: dict[str, Any], _tokens: Any, right: bool) -> Form:
    return {"choice": ["true" if content["answer"] is right else "false"]}


def _number(content: dict[str, Any], _tokens: Any, right: bool) -> Form:
    return {"text": [str(content["answer"]) if right else "1"]}


def _ordering(content: dict[str, Any], tokens: dict[str, dict[str, str]], right: bool) -> Form:
    (dealt,) = tokens.values()
    steps = content["steps"] if right else content["steps"][::-1]
    return {f"pos-{dealt[step['id']]}": [str(place)] for place, step in enumerate(steps, 1)}


def _matching(content: dict[str, Any], tokens: dict[str, dict[str, str]], right: bool) -> Form:
    lefts, rights = tokens["row"], tokens["target"]
    targets = [pair["right_id"] for pair in content["pairs"]]
    if not right:
        targets = targets[1:] + targets[:1]
    return {
        f"match-{lefts[pair['id']]}": [rights[target]]
        for pair, target in zip(content["pairs"], targets, strict=True)
    }


FORMS = {
    "single": _options,
    "multiple": _options,
    "true_false": _true_false,
    "number": _number,
    "ordering": _ordering,
    "matching": _matching,
}

"""An item as learners will meet it, shown to its author: new, answered wrong, answered right."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from quizzes.asking import Question
from quizzes.content import ContentError, Spec, kind_of, parse
from quizzes.models import Item, ItemVersion, Response
from quizzes.publishing import content_of

RIGHT, WRONG = "right", "wrong"


def show(request: HttpRequest, item: Item, mode: str) -> HttpResponse:
    """The preview in one mode; an item that cannot be asked yet says what is missing."""
    content = content_of(item)
    try:
        spec = parse(content)
    except ContentError as fault:
        missing = {"missing": fault.phrase.said(gettext), "bare": True}
        return render(request, "quizzes/preview.html", missing)
    question = Question(_dealt(item, content, spec))
    if mode:
        question.answer = example(spec, right=mode == RIGHT)
    context = {
        "question": question,
        "face": question.face,
        "reveal": question.reveal if mode else None,
        "item": item,
        "bare": True,
    }
    return render(request, "quizzes/preview.html", context)


def example(spec: Spec, *, right: bool) -> dict[str, Any]:
    """A right, or a plausible wrong, answer to an item."""
    return _EXAMPLES[spec.kind](spec, right)


def _dealt(item: Item, content: dict[str, Any], spec: Spec) -> Response:
    # The same preview each time: the author compares words, not shuffles.
    order = kind_of(spec).deal(spec, Random(item.code))  # noqa: S311
    version = ItemVersion(content=content, kind=spec.kind, critical=item.critical)
    return Response(slot=1, version=version, order=order)


def _single(spec: Any, right: bool) -> dict[str, Any]:
    return {"choice": next(option.id for option in spec.options if option.correct == right)}


def _multiple(spec: Any, right: bool) -> dict[str, Any]:
    if right:
        return {"choices": sorted(spec.key)}
    wrong = [option.id for option in spec.options if not option.correct]
    return {"choices": wrong[:1] or sorted(spec.key)[:1]}


def _true_false(spec: Any, right: bool) -> dict[str, Any]:
    return {"choice": "true" if spec.answer == right else "false"}


def _number(spec: Any, right: bool) -> dict[str, Any]:
    given = spec.answer if right else spec.answer + spec.tolerance + 1
    return {"text": f"{given:f}"}


def _ordering(spec: Any, right: bool) -> dict[str, Any]:
    steps = spec.steps if right else (spec.steps[1], spec.steps[0], *spec.steps[2:])
    return {"places": {step.id: place for place, step in enumerate(steps, start=1)}}


def _matching(spec: Any, right: bool) -> dict[str, Any]:
    matches = {row.id: row.target for row in spec.rows}
    if not right:
        first = spec.rows[0]
        others = (target.id for target in spec.targets if target.id != first.target)
        matches[first.id] = next(others, first.target)
    return {"matches": matches}


_EXAMPLES: dict[str, Callable[[Any, bool], dict[str, Any]]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "number": _number,
    "ordering": _ordering,
    "matching": _matching,
}

"""An item as learners will meet it, shown to its author: new, answered wrong, answered right, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from items.authoring.examples import example_content
from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS
from items.kinds.content import kind_of, parse_content
from items.kinds.spec import ContentError, Spec
from items.models import Item, ItemVersion
from quizzes.models import Response
from quizzes.screens.questions import AskedQuestion

RIGHT, WRONG, PRINT = "right", "wrong", "print"


def show_preview(request: HttpRequest, item: Item, mode: str) -> HttpResponse:
    """The preview in one mode; an item that cannot be asked yet says what is missing."""
    content = content_of(item)
    try:
        spec = parse_content(content)
    except ContentError as fault:
        missing = {"missing": fault.phrase.said(gettext, ngettext), "bare": True}
        return render(request, "quizzes/preview.html", missing)
    version = _version(item, content, spec)
    question, key = (AskedQuestion(deal_example(version, item.code)) for _each in range(2))
    if mode:
        key.answer = example_answer(spec, right=mode != WRONG)
    if mode in (RIGHT, WRONG):
        question.answer = key.answer
    context = {
        "question": question,
        "face": question.face,
        "reveal": key.reveal if mode else None,
        "paper": mode == PRINT,
        "item": item,
        "bare": True,
    }
    return render(request, "quizzes/preview.html", context)


def example_answer(spec: Spec, *, right: bool) -> dict[str, Any]:
    """A right, or a plausible wrong, answer to an item."""
    return FORMS[spec.kind].example(spec, right=right)


def example_forms(response: Response, *, right: bool) -> Iterator[dict[str, list[str]]]:
    """What a browser would send for a right, or a plausible wrong, answer; of a story one form for each step."""
    spec = parse_content(response.version.content)
    answer = example_answer(spec, right=right)
    tokens = {row["id"]: row["token"] for row in response.order}
    if spec.kind == "scenario":
        yield from ({"choice": [tokens[ident]]} for ident in answer["path"])
        return
    face = kind_of(spec).face(spec, response.order, answer)
    if spec.kind == "description":
        yield {"choice": ["read"]}
    elif spec.kind == "free_text":
        yield {"essay": [answer["text"]]}
    elif face.typed:
        yield {"text": [face.typed]}
    elif face.choices[0].field != "choice":
        yield {choice.field: [choice.value] for choice in face.choices}
    else:
        sure = [level.value for level in face.targets if level.chosen]
        chosen = [choice.value for choice in face.choices if choice.chosen]
        yield {"choice": chosen} | ({"confidence": sure} if sure else {})


def ask_example(kind: str) -> AskedQuestion:
    """The example of a kind, as learners meet it."""
    content = example_content(kind)
    version = _version(Item(code=kind), content, parse_content(content))
    return AskedQuestion(deal_example(version, kind))


def deal_example(version: ItemVersion, seed: str, slot: int = 1) -> Response:
    """The question as it is dealt for a preview: in the same order for the same seed."""
    spec = parse_content(version.content)
    order = kind_of(spec).deal(spec, Random(seed))  # noqa: S311
    return Response(slot=slot, version=version, order=order)


def _version(item: Item, content: dict[str, Any], spec: Spec) -> ItemVersion:
    return ItemVersion(content=content, kind=spec.kind, critical=item.critical)

"""Saving answers to questions that are answered step by step: each step is final, because it tells what came of it.

What is stored is ``{"path": [tokens taken], "choice": [token picked]}``. Only a pressed button moves the path,
by at most one step, and only to a choice of the scene the story has reached: a forged post, a second tab and
a double press change nothing. The question's row is locked meanwhile, so of two simultaneous presses the first is a
step and the second is stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.db import transaction
from django.db.models import QuerySet

from items.kinds.branching import PATH, PICKED
from items.kinds.content import kind_of, parse_content
from items.kinds.registry import STEPWISE
from quizzes.attempts.messages import AnswerForm, AnswerMessage
from quizzes.models import Response


class StoryMove(Enum):
    """What a save did to the story. `STALE`: it was sent from a page of an earlier scene and is ignored."""

    STAYED = ""
    KEPT = "kept"
    TAKEN = "taken"
    STALE = "stale"

    def __bool__(self) -> bool:
        return bool(self.value)


def save_step(asked: QuerySet[Response], message: AnswerMessage) -> StoryMove:
    """Store what the browser sent for a question of `asked` that is answered step by step, if there is one.

    STAYED when nothing was stored: the question is of another kind, closed, or the message is old; and when a save in
    the background comes from a page of an earlier scene, which nothing could be stored of.
    """
    with transaction.atomic():
        steps = asked.filter(version__kind__in=STEPWISE).select_related("version")
        response = steps.select_for_update(of=("self",)).first()
        if response is None:
            return StoryMove.STAYED
        form, move = merge_form(response, message.form, step=message.step)
        late = move is not StoryMove.KEPT and form.get(PATH) == response.form.get(PATH)
        if not (message.replaces(response) or (late and message.step)):
            return StoryMove.STAYED
        if move is not StoryMove.KEPT and not message.pressed:
            return StoryMove.STAYED
        Response.objects.filter(pk=response.pk).update(**{**message.changes, "form": form})
    return move


def merge_form(
    response: Response, sent: Mapping[str, list[str]], *, step: bool
) -> tuple[AnswerForm, StoryMove]:
    """The stored form merged with the sent fields, and the effect on the story."""
    path = list(response.form.get(PATH, []))
    picked = (sent.get(PICKED) or [""])[-1]
    if not picked:
        return _form(path, ""), StoryMove.KEPT
    if picked not in _offered(response):
        # A step taken before and sent again changes nothing; any other choice comes from an outdated page.
        return _form(
            path, _pending(response)
        ), StoryMove.TAKEN if picked in path else StoryMove.STALE
    if step:
        return _form([*path, picked], ""), StoryMove.TAKEN
    return _form(path, picked), StoryMove.KEPT


def _offered(response: Response) -> set[str]:
    """The tokens of the choices that the page shows now."""
    spec = parse_content(response.version.content)
    kind = kind_of(spec)
    face = kind.face(spec, response.order, kind.read(response.form, response.order))
    return {choice.token for choice in face.choices}


def _pending(response: Response) -> str:
    return (response.form.get(PICKED) or [""])[-1]


def _form(path: list[str], picked: str) -> AnswerForm:
    form = {PATH: path} if path else {}
    return form | {PICKED: [picked]} if picked else form

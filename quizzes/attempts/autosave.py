"""Saving answers while an attempt is open: one conditional UPDATE, so that no submission or other save comes between.

What arrives is stored as it came, in the browser's tokens, trimmed to what an answer can be; it is
translated and judged at submission. A save is refused only when the attempt is closed or time is up, and
then the person is told what happened to the answers saved before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import User
from items.kinds.free_text import FIELD as ESSAY
from items.kinds.free_text import MOST_WRITTEN
from items.kinds.registry import STEPWISE
from items.models import ItemVersion
from items.phrases import Phrase, gettext_noop
from quizzes.attempts import branching, deadlines, submitting
from quizzes.attempts.submitting import ClosedNotice
from quizzes.models import Attempt, Response

# The form fields of an answer. The path of a branching story is not one of them: the server keeps the path.
FIELD = re.compile(r"(choice|text|essay|confidence|(pos|match|gap)-[a-z0-9]{1,40})\Z")
# Where several questions stand in one form, each field is called after its question: q3-choice.
PREFIXED = re.compile(r"q(\d{1,4})-(.+)\Z", re.DOTALL)
MOST_FIELDS, MOST_VALUES, MOST_CHARACTERS = 60, 60, 2_000
MOST_SEQ = 2**53


class NoSuchQuestionError(LookupError):
    """The person has no attempt with this question; also raised for somebody else's attempt."""


@dataclass(frozen=True)
class SaveResult:
    """`saved`: the answer, or a later one, is stored under `seq`. `closed`: it is not, and says why.

    `moved` is for questions answered step by step: the story has gone on since the page was made.
    """

    saved: bool
    seq: int
    closed: ClosedNotice | None = None
    moved: branching.StoryMove = branching.StoryMove.STAYED


def save_answer(
    uuid: UUID,
    person: User,
    slot: int,
    answer_form: Mapping[str, Sequence[str]],
    *,
    seq: int,
    at: datetime,
    pressed: bool = False,
    flagged: bool | None = None,
    step: bool = False,
) -> SaveResult:
    """Store what the browser sent for one question.

    An autosave with a number not above the stored one is an old message and changes nothing. A button the
    person `pressed` always counts, and wins over every save still under way from the same page. `flagged` None
    leaves the flag as it is. `step` takes the choice as a final step of a story. Raises NoSuchQuestionError.
    """
    seq = min(seq, MOST_SEQ)
    changes: dict[str, Any] = {
        "form": keep_answer_fields(answer_form),
        "saved_at": at,
        "seq": Greatest(F("seq") + 1, seq) if pressed else seq,
    }
    if flagged is not None:
        changes["flagged"] = flagged
    asked = _still_open(uuid, person, at).filter(slot=slot)
    if _plain(asked if pressed else asked.filter(seq__lt=seq)).update(**changes):
        return SaveResult(saved=True, seq=seq)
    if moved := branching.save_step(asked, changes, seq=seq, pressed=pressed, step=step):
        return SaveResult(saved=True, seq=seq, moved=moved)
    return _explain(uuid, person, slot, seq=seq, pressed=pressed, at=at)


def save_all_answers(
    uuid: UUID,
    person: User,
    sent: Mapping[str, Sequence[str]],
    *,
    seq: int,
    at: datetime,
    pressed: bool = False,
    step: int = 0,
) -> SaveResult:
    """Store one form with every question of the attempt in it; what it leaves out is stored as blank.

    `step` is the slot whose choice is a step of a story. Raises NoSuchQuestionError for somebody else's attempt.
    """
    forms = split_by_question(sent)
    asked = Response.objects.filter(attempt__uuid=uuid, attempt__person=person)
    saved = SaveResult(saved=False, seq=0)
    with transaction.atomic():
        for slot in asked.order_by("slot").values_list("slot", flat=True):
            form = forms.get(slot, {})
            one = save_answer(
                uuid, person, slot, form, seq=seq, at=at, pressed=pressed, step=slot == step
            )
            if one.closed:
                return one
            saved = replace(one, seq=max(saved.seq, one.seq), moved=one.moved or saved.moved)
    if not saved.seq and not saved.saved:
        raise NoSuchQuestionError
    return saved


def split_by_question(sent: Mapping[str, Sequence[str]]) -> dict[int, dict[str, Sequence[str]]]:
    """The fields of each question by its slot; whatever else was sent is dropped."""
    forms: dict[int, dict[str, Sequence[str]]] = {}
    for name in sent:
        if found := PREFIXED.match(name):
            forms.setdefault(int(found[1]), {})[found[2]] = sent[name]
    return forms


def close_question(response: Response, person: User, *, at: datetime) -> bool:
    """Let a question take no more answers, because from now on its answer is told.

    Returns False when another save has come between, so that nobody reads the key and then answers.
    """
    asked = _still_open(response.attempt.uuid, person, at).filter(slot=response.slot)
    return bool(asked.filter(seq=response.seq).update(revealed_at=at))


def keep_answer_fields(form: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The fields an answer can consist of, within sane sizes; everything else is dropped."""
    names = [name for name in form if FIELD.match(name)][:MOST_FIELDS]
    return {name: [_trim(value, name) for value in form[name][:MOST_VALUES]] for name in names}


def _trim(value: str, name: str) -> str:
    # PostgreSQL refuses NUL inside JSON.
    return value.replace("\x00", "")[: MOST_WRITTEN if name == ESSAY else MOST_CHARACTERS]


def _plain(asked: QuerySet[Response]) -> QuerySet[Response]:
    """Without the questions whose answer may not simply be replaced."""
    stepwise = ItemVersion.objects.filter(pk=OuterRef("version_id"), kind__in=STEPWISE)
    return asked.filter(~Exists(stepwise))


def _still_open(uuid: UUID, person: User, at: datetime) -> QuerySet[Response]:
    """The questions that take answers. What says so is on the row itself: a save that had to wait for
    another transaction looks at it again and finds the question handed in, or its answer told."""
    due = Q(deadline_at__isnull=True) | Q(deadline_at__gte=at - deadlines.GRACE)
    attempts = Attempt.objects.filter(due, uuid=uuid, person=person, state=Attempt.State.OPEN)
    return Response.objects.filter(
        attempt__in=attempts.values("pk"),
        mark__isnull=True,
        answer__isnull=True,
        revealed_at__isnull=True,
    )


def _explain(
    uuid: UUID, person: User, slot: int, *, seq: int, pressed: bool, at: datetime
) -> SaveResult:
    """Why nothing was written: an old message, an answer already told, or an attempt that is closed
    (closing it if time is up)."""
    asked = Response.objects.filter(attempt__uuid=uuid, attempt__person=person, slot=slot)
    response = asked.select_related("attempt").first()
    if response is None:
        raise NoSuchQuestionError
    attempt = submitting.close_if_over(response.attempt, person, at=at - deadlines.GRACE)
    if attempt.state != Attempt.State.OPEN:
        return SaveResult(saved=False, seq=response.seq, closed=submitting.closed_notice(attempt))
    if response.revealed_at and (pressed or seq > response.seq):
        return SaveResult(saved=False, seq=response.seq, closed=ClosedNotice(_TOLD, None))
    return SaveResult(saved=True, seq=response.seq)


_TOLD = Phrase(gettext_noop("You have checked this answer. It cannot be changed any more."))

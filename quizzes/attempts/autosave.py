"""Saving answers while an attempt is open: one conditional UPDATE, so that no submission or other save comes between.

What arrives is stored as it came, in the browser's tokens; it is translated and judged at submission. `saved` is said
only of a message that is the stored one. Everything else is refused with its reason: the attempt is closed or time is
up, another message stands, or what came cannot be an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.sql.subqueries import UpdateQuery

from accounts.models import User
from items.kinds.registry import KINDS, STEPWISE
from items.models import ItemVersion
from items.phrases import Phrase, gettext_noop
from ledger.prepared_queries import PreparedUpdate
from quizzes.attempts import branching, deadlines, messages, offers, submitting
from quizzes.attempts.messages import AnswerMessage, SeenAnswer
from quizzes.attempts.submitting import ClosedNotice
from quizzes.models import Attempt, Response


class NoSuchQuestionError(LookupError):
    """The person has no attempt with this question; also raised for somebody else's attempt."""


@dataclass(frozen=True)
class SaveResult:
    """`saved`: this very message is the stored answer, under `seq`. If not, one of three says why.

    `closed`: the question takes no more answers. `stands`: another message is stored, this one. `fault`: it cannot be
    an answer. `moved` is for questions answered step by step: the story has gone on since the page was made.
    `deadline_at` is told where it is known. `replaced` are answers of other pages that this message has replaced
    although its page did not know them: the person is told. `again`: it was stored before and has arrived once more.
    """

    saved: bool
    seq: int
    closed: ClosedNotice | None = None
    stands: Response | None = None
    fault: Phrase | None = None
    moved: branching.StoryMove = branching.StoryMove.STAYED
    deadline_at: datetime | None = None
    again: bool = False
    replaced: tuple[Response, ...] = ()

    def followed_by(self, later: SaveResult) -> SaveResult:
        """What is to be said of both, which belong to one form."""
        seq, moved = max(self.seq, later.seq), later.moved or self.moved
        return replace(later, seq=seq, moved=moved, replaced=self.replaced + later.replaced)


def save_answer(
    uuid: UUID,
    person: User,
    slot: int,
    answer_form: Mapping[str, Sequence[str]],
    *,
    seq: int,
    at: datetime,
    writer: str = "",
    base: int | None = None,
    pressed: bool = False,
    seen: SeenAnswer | None = None,
    flagged: bool | None = None,
    step: bool = False,
) -> SaveResult:
    """Store what the browser sent for one question.

    An autosave with a number not above the stored one changes nothing, and neither does one with values that the
    question does not offer, or one made on the answer `base` when another page has stored one since. A button the
    person `pressed` wins over every save still under way from the same page. Nothing new (compared with `seen`, what
    the page showed) never replaces what another page has stored since, and is not numbered anew; a new answer does, and
    the result says so. `flagged` None leaves the flag as it is. `step` takes the choice as a final step of a story.
    Raises NoSuchQuestionError.
    """
    message = AnswerMessage(
        messages.keep_answer_fields(answer_form),
        min(seq, messages.MOST_SEQ),
        at,
        writer=writer,
        base=base,
        pressed=pressed,
        seen=seen,
        flagged=flagged,
        step=step,
    )
    if pressed:
        return _save_pressed(uuid, person, slot, message)
    return _save_in_background(uuid, person, slot, message, messages.find_excess(answer_form))


def save_pressed_form(
    uuid: UUID,
    person: User,
    sent: Mapping[str, Sequence[str]],
    *,
    seq: int,
    at: datetime,
    writer: str = "",
    step: int = 0,
    clear: int = 0,
) -> tuple[SaveResult, list[int]]:
    """Store one form with every question of the attempt in it; what it leaves out is stored as blank.

    `step` is the slot whose choice is a step of a story, `clear` the slot whose answer is to be cleared. Returns,
    beside the result, the slots whose answers were left as another page has stored them. Raises NoSuchQuestionError
    for somebody else's attempt.
    """
    forms = messages.split_by_question(sent)
    asked = Response.objects.filter(attempt__uuid=uuid, attempt__person=person)
    saved = SaveResult(saved=False, seq=0)
    left: list[int] = []
    with transaction.atomic():
        for slot in asked.order_by("slot").values_list("slot", flat=True):
            form = forms.get(slot, {})
            seen = messages.read_seen("".join(form.get("seen", ())), cleared=slot == clear)
            form = {} if slot == clear else form
            # fmt: off
            one = save_answer(
                uuid, person, slot, form,
                seq=seq, at=at, writer=writer, pressed=True, seen=seen, step=slot == step,
            )
            # fmt: on
            if one.closed:
                return one, left
            left += [slot] if one.stands else []
            saved = saved.followed_by(one)
    if not saved.seq and not saved.saved and not left:
        raise NoSuchQuestionError
    return saved, left


def close_question(response: Response, person: User, *, at: datetime) -> bool:
    """Let a question take no more answers, because from now on its answer is told.

    Returns False when another save has come between, so that nobody reads the key and then answers.
    """
    due = at - deadlines.GRACE
    asked = _still_open(response.attempt.uuid, person.pk, due).filter(slot=response.slot)
    return bool(asked.filter(seq=response.seq).update(revealed_at=at))


def _save_pressed(uuid: UUID, person: User, slot: int, message: AnswerMessage) -> SaveResult:
    asked = _still_open(uuid, person.pk, message.at - deadlines.GRACE).filter(slot=slot)
    # Only a story takes steps; other answers are compared with what was shown.
    plain = replace(message, step=False)
    if _plain(asked.filter(plain.older)).update(**plain.changes):
        return SaveResult(saved=True, seq=message.seq)
    if moved := branching.save_step(asked, message):
        return SaveResult(saved=True, seq=message.seq, moved=moved)
    response = _get_response(uuid, person, slot)
    if refused := _find_closed(response, person, message):
        return refused
    if not (message.idle or message.waited or message.replaces(response)):
        return _replace_answer(response, person, message)
    if message.flagged is not None:
        asked.update(flagged=message.flagged)
    return SaveResult(saved=False, seq=response.seq, stands=response)


def _replace_answer(stood: Response, person: User, message: AnswerMessage) -> SaveResult:
    """Store an answer given on a page that did not know the one that stands, and say which one that was."""
    uuid, slot = stood.attempt.uuid, stood.slot
    saved = _save_pressed(uuid, person, slot, message.made_on(stood))
    if saved.saved and message.has_replaced(stood, _get_response(uuid, person, slot)):
        return replace(saved, replaced=(*saved.replaced, stood))
    return saved


def _save_in_background(
    uuid: UUID, person: User, slot: int, message: AnswerMessage, excess: Phrase | None
) -> SaveResult:
    proof = None if excess else offers.find_proof(message.form)
    if proof and (told := _update_and_tell(uuid, person, slot, message, proof)):
        return SaveResult(saved=True, seq=message.seq, deadline_at=told[0])
    response = _get_response(uuid, person, slot)
    found = _find_closed(response, person, message) or _find_fault(response, message, excess)
    asked = _still_open(uuid, person.pk, message.at - deadlines.GRACE).filter(slot=slot)
    if found is None and message.replaces(response) and _store_slowly(asked, message):
        found = SaveResult(saved=True, seq=message.seq)
    if found is None:
        response = _get_response(uuid, person, slot)
        stored = message.is_stored_as(response)
        stands = None if stored else response
        found = SaveResult(saved=stored, seq=response.seq, stands=stands, again=stored)
    return replace(found, deadline_at=response.attempt.deadline_at)


def _store_slowly(asked: QuerySet[Response], message: AnswerMessage) -> bool:
    """Store an answer that has been looked at: a step of a story, or words that the row alone cannot vouch for."""
    if _plain(asked.filter(message.older)).update(**message.changes):
        return True
    return bool(branching.save_step(asked, message))


def _find_fault(
    response: Response, message: AnswerMessage, excess: Phrase | None
) -> SaveResult | None:
    """What came cannot be an answer to this question."""
    takes = KINDS[response.version.kind].takes(message.form, response.order)
    fault = excess or (None if takes else Phrase(_NOT_OFFERED))
    return SaveResult(saved=False, seq=response.seq, fault=fault) if fault else None


def _find_closed(response: Response, person: User, message: AnswerMessage) -> SaveResult | None:
    """The answer has been told already, or the attempt is closed (closing it if time is up)."""
    attempt = submitting.close_if_over(response.attempt, person, at=message.at - deadlines.GRACE)
    if attempt.state != Attempt.State.OPEN:
        closed = submitting.closed_notice(attempt)
    elif response.revealed_at and not message.is_stored_as(response):
        closed = ClosedNotice(_TOLD, None)
    else:
        return None
    return SaveResult(saved=False, seq=response.seq, closed=closed)


def _get_response(uuid: UUID, person: User, slot: int) -> Response:
    asked = Response.objects.filter(attempt__uuid=uuid, attempt__person=person, slot=slot)
    response = asked.select_related("attempt", "version").first()
    if response is None:
        raise NoSuchQuestionError
    return response


def _plain(asked: QuerySet[Response]) -> QuerySet[Response]:
    """Without the questions whose answer may not simply be replaced."""
    stepwise = ItemVersion.objects.filter(pk=OuterRef("version_id"), kind__in=STEPWISE)
    return asked.filter(~Exists(stepwise))


def _still_open(uuid: UUID, person: int, due: datetime) -> QuerySet[Response]:
    """The questions that take answers, of attempts that are due then or later. What says so is on the row itself: a
    save that had to wait for another transaction looks at it again and finds the question handed in, or its answer
    told."""
    in_time = Q(deadline_at__isnull=True) | Q(deadline_at__gte=due)
    attempts = Attempt.objects.filter(in_time, uuid=uuid, person=person, state=Attempt.State.OPEN)
    return Response.objects.filter(
        attempt__in=attempts.values("pk"),
        mark__isnull=True,
        answer__isnull=True,
        revealed_at__isnull=True,
    )


# One statement says both that the answer is stored and how long the attempt has: the page's timer is set by it.
_TELL = (
    " RETURNING (SELECT quizzes_attempt.deadline_at FROM quizzes_attempt"
    " WHERE quizzes_attempt.id = quizzes_response.attempt_id)"
)


def _update_and_tell(
    uuid: UUID, person: User, slot: int, message: AnswerMessage, proof: offers.Proof
) -> list[datetime | None]:
    """Store an answer whose row shows that it was offered, and return the deadline of its attempt."""
    place = (uuid, person.pk, slot, message.at - deadlines.GRACE)
    said = (message.at, message.seq, message.writer or None, message.base, message.flagged)
    shown = (sorted(proof.kinds), proof.needles or None)
    bound = _UPDATE.bind(message.form, *place, *said, *shown)
    if bound is None:
        return []
    statement, values = bound
    connection = connections[DEFAULT_DB_ALIAS]
    with (
        transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement + _TELL, values)
        return [_read_moment(row[0]) for row in cursor.fetchall()]


def _build_update(
    form: messages.AnswerForm,
    uuid: UUID,
    person: int,
    slot: int,
    due: datetime,
    at: datetime,
    seq: int,
    writer: str | None,
    base: int | None,
    flagged: bool | None,
    kinds: list[str],
    needles: list[str] | None,
) -> UpdateQuery:
    message = AnswerMessage(form, seq, at, writer=writer or "", base=base, flagged=flagged)
    asked = _still_open(uuid, person, due).filter(slot=slot)
    asked = asked.filter(message.older, offers.row_offers(kinds, needles or []))
    query: UpdateQuery = asked.query.chain(UpdateQuery)  # type: ignore[assignment]
    query.add_update_values(message.changes)
    return query


_UPDATE = PreparedUpdate(_build_update)


def _read_moment(value: Any) -> datetime | None:
    """A moment as the database gives it: SQLite keeps it in UTC without saying so, as words or read already."""
    moment: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


_TOLD = Phrase(gettext_noop("You have checked this answer. It cannot be changed any more."))
_NOT_OFFERED = gettext_noop(
    "That is not an answer this question offers, so nothing was saved. Load the page again and answer there."
)

"""What a person sees of an attempt: one question, all questions before handing in, and the result.

While an attempt is open a page gets only the `Face` of a question: tokens and words, never the key.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from accounts.models import User
from courses.verdict_words import drop_verdict
from items import sentences
from items.authoring.registry import FORMS
from items.kinds.branching import PATH
from items.kinds.content import kind_of, parse_content
from items.kinds.kind import ItemFace, Reveal
from items.kinds.registry import STEPWISE
from items.kinds.spec import Spec
from items.phrases import Phrase
from ledger.prepared_queries import PreparedQuery
from quizzes.attempts import deadlines, messages, open_items, regrade_decisions
from quizzes.attempts.autosave import NoSuchQuestionError
from quizzes.models import Attempt, Response
from quizzes.rules import feedback_policy, settings
from quizzes.rules.grading import grade_response
from quizzes.rules.regrading import BY_A_KEY, RegradeDecision, remark_answer, translate_answer
from quizzes.rules.settings import QuizRules
from quizzes.screens import slots


class AskedQuestion:
    """One question of one attempt with the answer as it stands."""

    def __init__(self, response: Response, form: Mapping[str, Sequence[str]] | None = None) -> None:
        self.response = response
        self.slot = response.slot
        self.flagged = response.flagged
        self.form = response.form if form is None else messages.keep_answer_fields(form)
        self.album = QuestionPictures([self])
        # Whether the question stands in another open attempt at which the person can fail.
        self.untold = False

    @cached_property
    def spec(self) -> Spec:
        return parse_content(self.response.version.content)

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The answer in real ids: as it was handed in, else translated from what the browser sent."""
        if self.response.answer is not None:
            return dict(self.response.answer)
        return kind_of(self.spec).read(self.form, self.response.order)

    @property
    def blank(self) -> bool:
        return kind_of(self.spec).blank(self.answer)

    @property
    def complaint(self) -> Phrase | None:
        return kind_of(self.spec).complaint(self.spec, self.answer)

    @cached_property
    def face(self) -> ItemFace:
        face = kind_of(self.spec).face(self.spec, self.response.order, self.answer)
        return face.leave_untold() if self.untold else face

    @property
    def tells_a_story(self) -> bool:
        """Whether the page would show what came of steps that were taken."""
        return self.response.version.kind in STEPWISE and bool(self.form.get(PATH))

    @property
    def template(self) -> str:
        return f"quizzes/kinds/{self.spec.kind}.html"

    @property
    def reveal_template(self) -> str:
        return f"quizzes/reveals/{FORMS[self.read_now[0].kind].shown_as}.html"

    @property
    def paper_template(self) -> str:
        return f"quizzes/paper/{FORMS[self.spec.kind].printed_as}.html"

    @property
    def answerable(self) -> bool:
        """Whether there is anything to answer."""
        return kind_of(self.spec).answerable

    @property
    def heading(self) -> str:
        return sentences.split_heading(self.spec.stem)[0]

    @property
    def rest(self) -> str:
        return sentences.split_heading(self.spec.stem)[1]

    @property
    def short(self) -> str:
        return sentences.excerpt(sentences.split_heading(self.spec.stem)[0])

    @property
    def lines(self) -> list[str]:
        """The answer in words, a line each."""
        return [
            sentences.translate(line)
            for line in kind_of(self.spec).describe(self.spec, self.answer)
        ]

    @property
    def sureness(self) -> str:
        """How sure the person was, in words; '' where nobody asked or nothing was said."""
        sure = self.spec.kind == "confidence" and self.answer.get("confidence")
        return self.lines[-1] if sure else ""

    @property
    def pictures(self) -> dict[int, AbstractImage]:
        """The pictures that the question shows, by number; deleted pictures are left out."""
        return self.album.pictures

    @property
    def waiting(self) -> bool:
        """Whether a reviewer has still to mark the answer."""
        return kind_of(self.spec).waiting(self.spec, self.answer)

    @property
    def checkable(self) -> bool:
        """Whether the answer can be marked at once: no reviewer has to mark it, and no step of a story is left."""
        kind = kind_of(self.spec)
        return kind.scored and not kind.needs_review and (not kind.stepwise or self.face.ended)

    @property
    def repeatable(self) -> bool:
        """Whether it can be asked again outside a try: a key marks it, in one go."""
        return self.checkable and not kind_of(self.spec).stepwise and self.earns_points

    @property
    def seen(self) -> str:
        """What the page says it showed when it sends the answer back."""
        return messages.write_seen(self.response)

    @property
    def closed(self) -> bool:
        """Whether the question takes no more answers, because its answer was told during the attempt."""
        return self.response.revealed_at is not None

    @cached_property
    def correction(self) -> RegradeDecision | None:
        """The regrade decision about a faulty question; None, without a query, for a sound one."""
        return regrade_decisions.decision_for(self.response.version)

    @property
    def reveal(self) -> Reveal:
        """The answer beside the better one, with reasons, in the order the person saw. Policy first.

        Where a corrected version marks the answer, the key shown is that version's. The page gives the verdict,
        so reasons do not repeat it; what a reviewer wrote stands as written.
        """
        spec, answer = self.read_now
        found = kind_of(spec).reveal(spec, answer).dealt(self.response.order)
        if not kind_of(spec).needs_review:
            found = _without_verdicts(found)
        if self.correction is None:
            return found
        marked = remark_answer(self.spec, self.answer, self.correction)
        return found if marked.waiting else replace(found, correct=marked.right)

    @cached_property
    def read_now(self) -> tuple[Spec, Any]:
        """The spec whose key counts, and the answer as that spec reads it."""
        key = self.correction.key if self.correction else None
        answer = translate_answer(self.answer, self.spec.kind, key.kind) if key else None
        return (key, answer) if key and answer is not None else (self.spec, self.answer)

    @property
    def marked_by_a_key(self) -> bool:
        """Whether the mark depends on the answer: not where a faulty question counts alike for everybody."""
        return self.correction is None or self.correction.option in BY_A_KEY

    @property
    def earns_points(self) -> bool:
        """Whether a right answer earns more than a wrong one."""
        return self.marked_by_a_key and bool(self.spec.points)

    @property
    def clearable(self) -> bool:
        """Whether clearing the answer needs a button."""
        return self.answerable and self.face.radios

    @property
    def fault(self) -> str:
        """What a person is told about a faulty question, '' for a sound one."""
        return (
            sentences.translate(self.correction.told(ahead=self.ahead)) if self.correction else ""
        )

    @property
    def ahead(self) -> bool:
        """Whether the question has still to be handed in."""
        return self.response.answer is None and self.response.mark is None

    def told(self, aspects: Container[str]) -> Reveal:
        """The aspects of the question that the feedback policy lets the person know."""
        return self.reveal.shown(
            correctness=settings.CORRECTNESS in aspects,
            key=settings.KEY in aspects,
            reasons=settings.REASONS in aspects,
        )

    @property
    def mark(self) -> Decimal:
        """The points earned: the stored mark, or, before submission, what the current answer would earn now."""
        if self.response.mark is not None:
            return self.response.mark
        if self.correction:
            return remark_answer(self.spec, self.answer, self.correction).mark
        return grade_response(self.spec, self.answer).mark


def _without_verdicts(reveal: Reveal) -> Reveal:
    parts = [replace(part, reason=drop_verdict(part.reason)) for part in reveal.parts]
    return replace(reveal, parts=tuple(parts), feedback=drop_verdict(reveal.feedback))


class QuestionPictures:
    """The pictures of several questions, fetched together when the first one is shown: two queries at most."""

    def __init__(self, questions: list[AskedQuestion]) -> None:
        self._questions = questions

    @cached_property
    def pictures(self) -> dict[int, AbstractImage]:
        numbers = {
            number for one in self._questions for number in kind_of(one.spec).images(one.spec)
        }
        if not numbers:
            return {}
        found = get_image_model().objects.filter(pk__in=numbers).prefetch_renditions()
        return {image.pk: image for image in found}


@dataclass(frozen=True)
class QuestionSheet:
    """A question with its place among the questions of its attempt."""

    attempt: Attempt
    question: AskedQuestion

    @cached_property
    def places(self) -> list[slots.SlotState]:
        """Every question of the attempt. A query."""
        return slots.list_slot_states(self.attempt)

    @property
    def total(self) -> int:
        return len(self.places)

    @property
    def answered(self) -> int:
        return sum(place.answered for place in self.places)

    @property
    def previous(self) -> int | None:
        return self.question.slot - 1 if self.question.slot > 1 else None

    @property
    def next(self) -> int | None:
        return self.question.slot + 1 if self.question.slot < self.total else None

    @cached_property
    def rules(self) -> QuizRules:
        return settings.read_rules(self.attempt.rules)

    @cached_property
    def told(self) -> frozenset[str]:
        """The aspects of an answer that may be told while the attempt is open. A query if there are any."""
        told = frozenset(self.rules.feedback[settings.DURING])
        return feedback_policy.withhold_item(told, examined=bool(told) and self.examined)

    @cached_property
    def examined(self) -> bool:
        """Whether the question stands in another open attempt at which the person can fail."""
        return self.question.slot in open_items.find_examined_slots(self.attempt)

    @property
    def withheld(self) -> bool:
        """Whether the answer would be told, but for that other attempt."""
        return bool(self.rules.feedback[settings.DURING]) and self.examined

    @property
    def may_check(self) -> bool:
        """Whether the person may check the answer now; a checked answer cannot be changed any more."""
        return bool(self.told) and self.question.checkable

    def seconds_left(self, at: datetime) -> int | None:
        return deadlines.seconds_left(self.attempt, at)


def load_question_sheet(
    uuid: UUID, person: User, slot: int, form: Mapping[str, list[str]] | None = None
) -> QuestionSheet:
    """One question of the person's attempt; a `form` replaces the stored answer on the screen.

    One query, and for a story that has begun up to two more.

    Raises NoSuchQuestionError for a missing slot and for somebody else's attempt.
    """
    response = _kept_response.first(uuid, person.pk, slot)
    if response is None:
        raise NoSuchQuestionError
    sheet = QuestionSheet(response.attempt, AskedQuestion(response, form))
    sheet.question.untold = sheet.question.tells_a_story and sheet.examined
    return sheet


def _response_at(uuid: UUID, person: int, slot: int) -> QuerySet[Response]:
    asked = Response.objects.filter(attempt__uuid=uuid, attempt__person=person, slot=slot)
    return asked.select_related("attempt__quiz", "attempt__snapshot", "version")


_kept_response = PreparedQuery(_response_at)


def load_questions(attempt: Attempt) -> list[AskedQuestion]:
    """Every question with its answer, in order. One query, and up to two more where a story has begun."""
    rows = list(_kept_responses.fetch(attempt.pk))
    for row in rows:
        row.attempt = attempt
    found = [AskedQuestion(row) for row in rows]
    album = QuestionPictures(found)
    for question in found:
        question.album = album
    if any(question.tells_a_story for question in found):
        examined = open_items.find_examined_slots(attempt)
        for question in found:
            question.untold = question.tells_a_story and question.slot in examined
    return found


def _responses_in(attempt: int) -> QuerySet[Response]:
    return Response.objects.filter(attempt=attempt).select_related("version").order_by("slot")


_kept_responses = PreparedQuery(_responses_in)


def get_own_attempt(uuid: UUID, person: User) -> Attempt:
    """The person's attempt. Raises Attempt.DoesNotExist for somebody else's."""
    found = _kept_attempt.first(uuid, person.pk)
    if found is None:
        raise Attempt.DoesNotExist
    return found


def _attempt_of(uuid: UUID, person: int) -> QuerySet[Attempt]:
    found = Attempt.objects.select_related("quiz__course", "person", "snapshot")
    return found.annotate(**open_items.OTHERS_OPEN).filter(uuid=uuid, person=person)


_kept_attempt = PreparedQuery(_attempt_of)

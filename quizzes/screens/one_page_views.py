"""All questions of an attempt on one page: for practice and surveys, never where a certificate follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from accounts.readers.button_pages import pressed_on
from items import sentences
from quizzes.attempts import deadlines
from quizzes.attempts.autosave import save_answer, save_pressed_form
from quizzes.attempts.branching import StoryMove
from quizzes.attempts.messages import split_by_question
from quizzes.attempts.submitting import close_if_over, submit_attempt
from quizzes.models import Attempt
from quizzes.rules import settings
from quizzes.rules.settings import QuizRules
from quizzes.screens import attempt_views, questions, refusal_words, saving
from quizzes.screens.questions import AskedQuestion

# What a save in the background can name a question by: a number as it is written here.
SLOT = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class OnePageQuestion:
    """A question on the page; `problem` says what is missing or unusable, where that has been asked."""

    question: AskedQuestion
    problem: str = ""

    @property
    def name(self) -> str:
        """The prefix of the question's fields and ids."""
        return f"q{self.question.slot}-"

    @property
    def to_step(self) -> bool:
        """Whether the question is a branching story with a step left to take."""
        return bool(self.question.face.story) and not self.question.face.ended

    @property
    def clearable(self) -> bool:
        """Whether it is answered by radio buttons, which a browser cannot clear again."""
        return self.question.face.radios and self.question.answerable


@attempt_views.own_attempts_only
@require_http_methods(["GET", "HEAD", "POST"])
def show_all_questions(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Show all questions. Pressing any button first saves all answers."""
    now = timezone.now()
    mine = questions.get_own_attempt(attempt, request.user)
    if not settings.read_rules(mine.rules).at_once:
        return redirect("quizzes:resume", attempt)
    if request.method == "POST":
        return _answer(request, mine, now)
    if close_if_over(mine, request.user, at=now).state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt)
    return _show(request, mine, questions.load_questions(mine), {})


@attempt_views.own_saves_only
@pressed_on("quizzes:all", "attempt")
def autosave_all(request: PersonRequest, attempt: UUID) -> JsonResponse:
    """Save in the background the answers to the questions that are named, by `question` or a field of theirs.

    The reply is that for a single question: of the first that is not stored, if there is one.
    """
    mine = questions.get_own_attempt(attempt, request.user)
    if not settings.read_rules(mine.rules).at_once:
        return saving.refuse_save(
            _("This quiz shows one question at a time. Open it again and answer there.")
        )
    message, now = saving.read_message(request, may_name=is_slot), timezone.now()
    forms = split_by_question(saving.sent_fields(request))
    named = map(int, request.POST.getlist("question"))
    forms |= {slot: forms.get(slot, {}) for slot in named}
    if not forms:
        return saving.refuse_save(_("Name the question as question."), status=400)
    with transaction.atomic():  # a save that names a question too many stores none
        found = [
            save_answer(attempt, request.user, slot, form, at=now, **message)
            for slot, form in sorted(forms.items())
        ]
    refused = next((one for one in found if not one.saved), found[0])
    return saving.autosave_reply(request, refused, now)


def _answer(request: PersonRequest, mine: Attempt, now: datetime) -> HttpResponse:
    """Save everything, then do what the pressed button says."""
    pressed, here = request.POST, reverse("quizzes:all", args=[mine.uuid])
    saved, left = save_pressed_form(
        mine.uuid,
        request.user,
        saving.sent_fields(request),
        seq=saving.save_number(request) or 0,
        at=now,
        writer=saving.writer_of(request),
        step=_slot(request, "step"),
        clear=_slot(request, "clear"),
    )
    closed = close_if_over(questions.get_own_attempt(mine.uuid, request.user), request.user, at=now)
    saving.tell_others(request, saved, left)
    if closed.state != Attempt.State.OPEN:
        return attempt_views.show_too_late(request, closed)
    if saved.closed:
        messages.info(request, refusal_words.closed_message(saved.closed, request.user))
        return redirect(here)
    if looked_at := left or [stood.slot for stood in saved.replaced]:
        return redirect(f"{here}#q{looked_at[0]}")
    if "timed" in pressed:  # time has been added meanwhile
        return redirect(here)
    if "later" in pressed:
        messages.success(request, _("Your answers are saved."))
        return redirect(here)
    if "clear" in pressed:
        return redirect(f"{here}#q{_slot(request, 'clear')}")
    if "step" in pressed and saved.moved in (StoryMove.TAKEN, StoryMove.STALE):
        return redirect(f"{here}#q{_slot(request, 'step')}")
    return _hand_in(request, closed)


def _hand_in(request: PersonRequest, mine: Attempt) -> HttpResponse:
    """Hand in unless something is missing. A story without its next step is shown with what it lacks."""
    pressed, asked = request.POST, questions.load_questions(mine)
    wanted = [one for one in asked if "step" not in pressed or one.slot == _slot(request, "step")]
    problems = {} if "without" in pressed else _problems(wanted)
    if problems or "step" in pressed:
        return _show(request, mine, asked, problems)
    submit_attempt(mine.uuid, request.user, at=timezone.now())
    return redirect("quizzes:result", mine.uuid)


def _problems(asked: list[AskedQuestion]) -> dict[int, str]:
    """By slot, what is missing or unusable."""
    found = {}
    for one in asked:
        if one.blank:
            found[one.slot] = sentences.translate(one.face.instruction)
        elif one.complaint:
            found[one.slot] = sentences.translate(one.complaint)
    return found


def _show(
    request: PersonRequest, mine: Attempt, asked: list[AskedQuestion], problems: dict[int, str]
) -> HttpResponse:
    rules = settings.read_rules(mine.rules)
    context = {
        "attempt": mine,
        "quiz": mine.quiz,
        "rows": [OnePageQuestion(one, problems.get(one.slot, "")) for one in asked],
        "problems": problems,
        "answered": sum(not one.blank for one in asked),
        "explains": _explains(rules),
        "seconds_left": deadlines.seconds_left(mine, timezone.now()),
        "may_add_time": deadlines.may_add_time(mine),
    }
    return render(request, "quizzes/all.html", attempt_views.PAGE | context)


def _explains(rules: QuizRules) -> bool:
    """Whether handing in tells the answers, and nobody can fail: then it is checking, not an exam."""
    told = set(rules.feedback[settings.AFTER_SUBMIT]) - {settings.SCORE}
    return bool(told) and not rules.judged


def is_slot(text: str) -> bool:
    return SLOT.fullmatch(text) is not None


def _slot(request: PersonRequest, button: str) -> int:
    """The question that a pressed button of this name belongs to, 0 for none."""
    value = request.POST.get(button, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0

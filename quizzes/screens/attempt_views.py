"""The pages of an attempt. Each finds the person's own attempt (anybody else's is 404), asks, and shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.button_pages import pressed_on
from courses.pages.routing import page_address
from items import sentences
from ledger.brief_waits import wait_at_most
from quizzes.attempts import deadlines, submitting
from quizzes.attempts.autosave import NoSuchQuestionError, close_question, save_answer
from quizzes.attempts.branching import StoryMove
from quizzes.attempts.deadlines import add_time
from quizzes.attempts.messages import read_seen
from quizzes.attempts.starting import (
    ExaminedElsewhereError,
    NotAgreedError,
    NotEligibleError,
    start_attempt,
)
from quizzes.attempts.submitting import close_if_over, submit_attempt
from quizzes.models import Attempt, QuizPage
from quizzes.rules import settings
from quizzes.rules.drawing import DrawError
from quizzes.screens import questions, refusal_words, saving, slots
from quizzes.screens.result import result_context
from quizzes.screens.waiting import describe_waiting

View = Callable[..., HttpResponse]
PAGE = {"bare": True}
# How long a save in the background waits for the database: the page gives up after 10 seconds.
MOST_SECONDS_TO_SAVE = 3


def own_attempts_only(view: View) -> View:
    """Answer 404 alike for somebody else's attempt and for a question that does not exist."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NoSuchQuestionError, Attempt.DoesNotExist) as fault:
            raise Http404 from fault

    return login_required(guarded)


def own_saves_only(view: View) -> View:
    """The same for saves in the background: every refusal is JSON with its reason.

    While the database is locked they are soon answered 503: the page keeps the answer, says so and sends it again.
    """

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with wait_at_most(MOST_SECONDS_TO_SAVE):
                return view(request, *args, **kwargs)
        except saving.MalformedMessageError as fault:
            return saving.refuse_save(str(fault), status=400)
        except (NoSuchQuestionError, Attempt.DoesNotExist):
            words = _("You have no try with this question. Open your tries to go on.")
            return saving.refuse_save(words, status=404)

    guarded.answers_json = True  # type: ignore[attr-defined]
    return login_required(guarded)


def _quiz_page(request: PersonRequest, page_id: int) -> Any:
    """The live page of a quiz that the person may see."""
    pages = QuizPage.objects.live().select_related("quiz__course", "locale")
    page = get_object_or_404(pages, pk=page_id, quiz__isnull=False)
    if not all(limit.accept_request(request) for limit in page.get_view_restrictions()):
        raise PermissionDenied
    return page


def _quiz_address(request: PersonRequest, page_id: int) -> str:
    page = _quiz_page(request, page_id)
    return page_address(request, page.url_path, language=page.locale.language_code)


@login_required
@pressed_on(_quiz_address)
def start_quiz(request: PersonRequest, page_id: int) -> HttpResponse:
    """Start an attempt from a quiz page, or continue the open one."""
    page = _quiz_page(request, page_id)
    here = page_address(request, page.url_path, language=page.locale.language_code)
    try:
        attempt = start_attempt(
            request.user,
            page.quiz,
            at=timezone.now(),
            locale=page.locale.language_code,
            agreed="agreed" in request.POST,
        )
    except NotAgreedError:
        return redirect(f"{here}?agree")  # the page says what is missing
    except NotEligibleError:
        return redirect(here)  # the page says why, and what next
    except ExaminedElsewhereError as fault:
        messages.warning(request, _tell_of_exam(fault.attempt))
        return redirect(here)
    except DrawError as fault:
        messages.error(request, _("This quiz cannot start: %s") % sentences.translate(fault.phrase))
        return redirect(here)
    return redirect("quizzes:resume", attempt.uuid)


def _tell_of_exam(exam: Attempt) -> SafeString:
    """Why a quiz cannot start beside this open try, with the way to it."""
    words = _("Your open try at “%(quiz)s” asks some of the same questions. Hand it in first.")
    return format_html(
        '{} <a href="{}">{}</a>',
        words % {"quiz": exam.quiz.title},
        reverse("quizzes:resume", args=[exam.uuid]),
        _("Continue that try"),
    )


@own_attempts_only
@require_safe
def resume_attempt(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Redirect to the first question without an answer, or to the result."""
    mine = close_if_over(
        questions.get_own_attempt(attempt, request.user), request.user, at=timezone.now()
    )
    if mine.state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt)
    if settings.read_rules(mine.rules).at_once:
        return redirect("quizzes:all", attempt)
    return redirect("quizzes:question", attempt, slots.find_resume_slot(mine))


@own_attempts_only
@require_http_methods(["GET", "HEAD", "POST"])
def show_question(request: PersonRequest, attempt: UUID, slot: int) -> HttpResponse:
    """Show one question. Pressing any button first saves the answer."""
    if request.method == "POST":
        return _answer(request, attempt, slot)
    now = timezone.now()
    sheet = questions.load_question_sheet(attempt, request.user, slot)
    closed = close_if_over(sheet.attempt, request.user, at=now)
    if closed.state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt)
    return _show(request, sheet)


@own_saves_only
@pressed_on("quizzes:question", "attempt", "slot")
def autosave_answer(request: PersonRequest, attempt: UUID, slot: int) -> JsonResponse:
    """Save one answer in the background."""
    named = {"", "0", str(slot)}
    message, now = saving.read_message(request, may_name=named.__contains__), timezone.now()
    fields = saving.sent_fields(request)
    saved = save_answer(attempt, request.user, slot, fields, at=now, **message)
    return saving.autosave_reply(request, saved, now)


@own_attempts_only
@require_safe
def show_time_left(request: PersonRequest, attempt: UUID) -> JsonResponse:
    """How many seconds the attempt has left, for the timer of a page that comes back; null without a limit."""
    mine = questions.get_own_attempt(attempt, request.user)
    over = mine.state != Attempt.State.OPEN
    left = 0 if over else deadlines.seconds_left(mine, timezone.now())
    return JsonResponse({"left": left})


@own_attempts_only
@pressed_on("quizzes:resume", "attempt")
def add_more_time(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Add 20 minutes, then back to the question."""
    questions.get_own_attempt(attempt, request.user)
    if add_time(attempt, request.user, at=timezone.now()):
        messages.success(request, _("You have 20 minutes more."))
    else:
        messages.warning(request, _("No more time can be added to this try."))
    slot = request.POST.get("slot", "")
    if slot.isdecimal() and len(slot) < 5:
        return redirect("quizzes:question", attempt, int(slot))
    return redirect("quizzes:resume", attempt)


@own_attempts_only
@require_safe
def check_answers(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Show all answers in words before handing in."""
    now = timezone.now()
    mine = close_if_over(questions.get_own_attempt(attempt, request.user), request.user, at=now)
    if mine.state != Attempt.State.OPEN:
        return redirect("quizzes:result", attempt)
    if settings.read_rules(mine.rules).at_once:
        return redirect("quizzes:all", attempt)
    asked = questions.load_questions(mine)
    context = {
        "attempt": mine,
        "questions": asked,
        "sent": _named_in(request, "sent", asked),
        "left": _named_in(request, "left", asked),
        "blank": [one for one in asked if one.blank],
        "flagged": [one for one in asked if one.flagged],
        "unfinished": [one for one in asked if one.complaint],
        "seconds_left": deadlines.seconds_left(mine, now),
    }
    return render(request, "quizzes/check.html", PAGE | context)


def _named_in(
    request: PersonRequest, name: str, asked: list[questions.AskedQuestion]
) -> list[questions.AskedQuestion]:
    """The questions whose kept answers the page says were sent, or could not be stored: static/js/quiz.js."""
    named = request.GET.get(name, "").split(",")
    return [one for one in asked if str(one.slot) in named]


@own_attempts_only
@pressed_on("quizzes:check", "attempt")
def submit_quiz(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Hand in the quiz. Pressing twice, or from two tabs, is one result."""
    submit_attempt(attempt, request.user, at=timezone.now())
    return redirect("quizzes:result", attempt)


@own_attempts_only
@require_safe
def show_result(request: PersonRequest, attempt: UUID) -> HttpResponse:
    """Show the result and the next steps."""
    now = timezone.now()
    mine = close_if_over(questions.get_own_attempt(attempt, request.user), request.user, at=now)
    if mine.state == Attempt.State.OPEN:
        return redirect("quizzes:resume", attempt)
    if mine.state == Attempt.State.VOID:
        return render(request, "quizzes/void.html", {"attempt": mine})
    if mine.state == Attempt.State.MARKING:
        return render(request, "quizzes/waiting.html", describe_waiting(mine))
    return render(request, "quizzes/result.html", result_context(mine, request, now))


def _answer(request: PersonRequest, attempt: UUID, slot: int) -> HttpResponse:
    """Save what was sent, then do what the pressed button says."""
    now, pressed = timezone.now(), request.POST
    clear = "clear" in pressed
    saved = save_answer(
        attempt,
        request.user,
        slot,
        {} if clear else saving.sent_fields(request),
        seq=saving.save_number(request) or 0,
        at=now,
        writer=saving.writer_of(request),
        pressed=True,
        seen=read_seen(pressed.get("seen", ""), cleared=clear),
        flagged=None if clear else "later" in pressed,
        step=not {"clear", "later", "without", "tell", "timed"} & pressed.keys(),
    )
    sheet = questions.load_question_sheet(attempt, request.user, slot)
    closed = close_if_over(sheet.attempt, request.user, at=now)
    saving.tell_others(request, saved, [slot] if saved.stands else [])
    if closed.state != Attempt.State.OPEN:
        return show_too_late(request, closed)
    if saved.closed:
        messages.info(request, refusal_words.closed_message(saved.closed, request.user))
    if saved.moved is StoryMove.STALE:
        messages.info(request, _("The story had gone on in another tab. Here is where it stands."))
    if saved.moved in (StoryMove.TAKEN, StoryMove.STALE):
        return redirect(_address(request, sheet) + "#scene")
    stays = {"clear", "timed"} & pressed.keys() or saved.closed or saved.stands
    if stays or (saved.replaced and "tell" in pressed):
        return redirect(_address(request, sheet))
    return _follow(request, sheet, now)


def _follow(request: PersonRequest, sheet: questions.QuestionSheet, now: datetime) -> HttpResponse:
    """Say what is missing, tell the answer, or go on: whatever the pressed button asks for."""
    pressed, question = request.POST, sheet.question
    skipping = {"later", "without"} & pressed.keys() or pressed.get("tell") == "anyway"
    if not skipping and (question.blank or question.complaint):
        return _show(request, sheet, error=True)
    if "tell" in pressed and sheet.may_check:
        close_question(question.response, request.user, at=now)
        return redirect(_address(request, sheet) + "#verdict")
    return _onward(request, sheet)


def _show(
    request: PersonRequest, sheet: questions.QuestionSheet, *, error: bool = False
) -> HttpResponse:
    """The page of one question; with `error` the summary says what is missing, and offers to go on."""
    if sheet.rules.at_once:
        return redirect(
            f"{reverse('quizzes:all', args=[sheet.attempt.uuid])}#q{sheet.question.slot}"
        )
    if sheet.question.closed:
        return _show_told(request, sheet)
    complaint = sheet.question.complaint
    context = {
        "sheet": sheet,
        "question": sheet.question,
        "face": sheet.question.face,
        "attempt": sheet.attempt,
        "seconds_left": sheet.seconds_left(timezone.now()),
        "may_add_time": deadlines.may_add_time(sheet.attempt),
        "error": error,
        "complaint": sentences.translate(complaint) if complaint else "",
        "may_check_anyway": complaint is not None and sheet.may_check,
        "from_check": "check" in request.GET,
    }
    return render(request, "quizzes/question.html", PAGE | context)


def _show_told(request: PersonRequest, sheet: questions.QuestionSheet) -> HttpResponse:
    """The page of a question whose answer has been told, as far as that is allowed."""
    reveal, by_key = sheet.question.told(sheet.told), sheet.question.marked_by_a_key
    context = {
        "sheet": sheet,
        "question": sheet.question,
        "reveal": reveal,
        "is_unjudged": not by_key or reveal.correct is None,
        "shows_points": by_key and settings.SCORE in sheet.told,
        "attempt": sheet.attempt,
        "seconds_left": sheet.seconds_left(timezone.now()),
        "onward": _onward(request, sheet).url,
        "from_check": "check" in request.GET,
    }
    return render(request, "quizzes/told.html", PAGE | context)


def _onward(request: PersonRequest, sheet: questions.QuestionSheet) -> HttpResponseRedirect:
    uuid = sheet.attempt.uuid
    if "check" in request.GET or sheet.next is None:
        return redirect("quizzes:check", uuid)
    return redirect("quizzes:question", uuid, sheet.next)


def show_too_late(request: PersonRequest, closed: Attempt) -> HttpResponse:
    """The attempt is over. The result page tells about time; here only that this answer came after."""
    if closed.closed_by == submitting.PERSON:
        messages.warning(
            request, refusal_words.closed_message(submitting.closed_notice(closed), request.user)
        )
    return redirect("quizzes:result", closed.uuid)


def _address(request: PersonRequest, sheet: questions.QuestionSheet) -> str:
    """A question's address, still on the way back to the check page if it was."""
    address = reverse("quizzes:question", args=[sheet.attempt.uuid, sheet.question.slot])
    return f"{address}?check" if "check" in request.GET else address

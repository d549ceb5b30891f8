"""`/certificates/update/<code>/`: what changed since somebody passed, and the button that starts the short quiz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.button_pages import pressed_on
from certificates import updates
from certificates.models import Certification
from certificates.renewals import find_renewals
from certificates.screens.open_rounds import OpenRound, certifying_quizzes, find_open_round
from certificates.updates import OutdatedAward
from courses import outlines
from courses.changes.reading import changes_since
from courses.models import Course, CourseRelease
from courses.pages.openings import quote_titles
from courses.pages.routing import page_address
from courses.progress.updates import UpdateRefusedError, start_update


@dataclass(frozen=True, slots=True)
class TouchedModule:
    """A module that has changed, with its lessons and their addresses."""

    title: str
    lessons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CourseChange:
    """What changed in one course. `questions` 0: the whole course is taken again.

    `renewed`: the certificates that only the whole course renews, if any; `through`: until when this one would hold;
    `begun`: the round that is under way.
    """

    course: Course
    award: OutdatedAward
    address: str
    changes: tuple[CourseRelease, ...] = ()
    modules: tuple[TouchedModule, ...] = ()
    questions: int = 0
    renewed: tuple[str, ...] = ()
    through: date | None = None
    begun: OpenRound | None = None

    @property
    def changes_first(self) -> bool:
        """Whether the short quiz does as much for the certificates as the whole course."""
        return not self.renewed

    @property
    def renewed_titles(self) -> str:
        return quote_titles(self.renewed)

    @property
    def last_day(self) -> date:
        return self.award.last_day

    @property
    def policy_tz(self) -> str:
        return self.award.award.policy_tz


@require_safe
@login_required
def show_update(request: PersonRequest, code: str) -> HttpResponse:
    """What changed, what to read, and how to catch up. Without anything to catch up on it says so."""
    certification = get_object_or_404(Certification, code=code)
    now = timezone.now()
    context = {
        "certification": certification,
        "changed": list(_find_changes(request, certification, now)),
        "now": now,
    }
    return render(request, "certificates/update.html", context)


def _find_changes(
    request: PersonRequest, certification: Certification, at: datetime
) -> Iterator[CourseChange]:
    held = updates.find_outdated(request.user, [certification.pk], at)[certification.pk]
    courses = Course.objects.in_bulk([one.course_id for one in held])
    for one in held:
        yield _describe(request, courses[one.course_id], one, at)


def _describe(
    request: PersonRequest, course: Course, held: OutdatedAward, at: datetime
) -> CourseChange:
    published = outlines.outline_for_reader(course.pk)
    address, begun = "", None
    if published:
        address = page_address(request, published.outline.url_path, language=published.language)
        begun = find_open_round(request.user, course, published, request, at)
    again = find_renewals(request.user, course.pk, at)
    told = CourseChange(
        *(course, held, address, tuple(changes_since(course.pk, held.since))),
        renewed=tuple(one.standing.certification_title for one in again if one.whole),
        through=next(
            (one.renewed_through for one in again if one.standing.award_id == held.award.id), None
        ),
        begun=begun,
    )
    update = updates.plan_update(course.pk, held.since)
    if update is None or published is None:
        return told
    modules = tuple(
        TouchedModule(
            module.title,
            tuple(
                (
                    lesson.title,
                    page_address(request, lesson.url_path, language=published.language),
                )
                for lesson in module.lessons
            ),
        )
        for module in published.outline.modules
        if module.principle in update.numbers
    )
    return replace(told, modules=modules, questions=update.questions)


@pressed_on("certificates:update", "code")
@login_required
def start_short_quiz(request: PersonRequest, code: str) -> HttpResponse:
    """Open the round in which only what has changed is asked, and go to its quiz."""
    course = Course.objects.filter(code=request.POST.get("course", "")[:50]).first()
    if course is None:
        raise Http404
    try:
        start_update(request.user, course, at=timezone.now())
    except UpdateRefusedError as refused:
        return redirect(_explain(request, course, code, refused))
    return redirect(_quiz_address(request, course))


def _explain(request: PersonRequest, course: Course, code: str, refused: UpdateRefusedError) -> str:
    """Say why not, where one goes on: in the course that is under way, or on this page."""
    if refused.is_under_way:
        messages.info(
            request,
            _("You are taking the whole course already. Passing it covers what has changed."),
        )
        return _quiz_address(request, course)
    messages.info(request, _("There is nothing to catch up on with a short quiz."))
    return reverse("certificates:update", args=[code])


def _quiz_address(request: HttpRequest, course: Course) -> str:
    """The page of the quiz that completes the course; the course, if there is none."""
    published = outlines.outline_for_reader(course.pk)
    if published is None:
        raise Http404
    keys = {quiz.key for quiz in certifying_quizzes(course)}
    place = next((one for one in published.outline.after if one.key in keys), published.outline)
    return page_address(request, place.url_path, language=published.language)

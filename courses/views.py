"""Views in which people start a course and mark a lesson as read."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page

from accounts.readers.button_pages import pressed_on
from courses import rules
from courses.models import CoursePage, LessonPage
from courses.pages import routing
from courses.pages.privacy import accepts_after_sign_in
from courses.progress import course_progress, updates


def _published(model: type[Page], key: UUID, request: HttpRequest) -> Page:
    """The live page with this key that the person may see, in the language the form names if there is one."""
    pages = model.objects.live().filter(translation_key=key).select_related("locale")
    language = request.POST.get("language", "")[:20]
    page = max(pages, key=lambda one: one.locale.language_code == language, default=None)
    if page is None or not accepts_after_sign_in(page, request):
        raise Http404
    return page


def _page_of(model: type[Page]) -> Callable[..., str]:
    """Where the button of a course or lesson stands: on its page."""

    def find_address(request: HttpRequest, key: UUID) -> str:
        page = _published(model, key, request)
        return _address(request, page, page.url_path)

    return find_address


@pressed_on(_page_of(CoursePage))
def start_course(request: HttpRequest, key: UUID) -> HttpResponse:
    """Start the course and go to its first lesson."""
    page = _published(CoursePage, key, request)
    if not request.user.is_authenticated:
        return redirect_to_login(_address(request, page, page.url_path))
    now = timezone.now()
    updates.start_whole_course(request.user, page.course, at=now)
    return _onward(request, page, course_progress.progress_on_page(request.user, page, at=now))


@pressed_on(_page_of(LessonPage))
def mark_lesson_read(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mark the lesson as read and go on to the next step, or back to the course at its end."""
    page = _published(LessonPage, key, request)
    if not request.user.is_authenticated:
        return redirect_to_login(_address(request, page, page.url_path))
    try:
        after = course_progress.complete_step(request.user, page, at=timezone.now())
    except course_progress.StepLockedError as locked:
        context = {"opens_after": locked.opens_after, "progress": locked.progress, "page": page}
        return render(request, "courses/locked.html", context, status=403)
    except Page.DoesNotExist as error:
        raise Http404 from error
    if after.finished:
        messages.success(request, _("You have read every lesson of this course."))
    return _onward(request, page, after)


def _address(request: HttpRequest, page: Page, url_path: str) -> str:
    return routing.page_address(request, url_path, language=page.locale.language_code)


def _onward(request: HttpRequest, page: Page, after: rules.Progress) -> HttpResponse:
    """To the next step, or to the course when nothing is left."""
    course = course_progress.require_outline(page)
    place = after.next_step or course
    return redirect(_address(request, page, place.url_path))

"""Two versions of a course side by side: words, quizzes with their questions, and the terms of its certificates."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.compared_terms import compare_terms
from courses.changes.comparing import ComparedPart, compare_pages
from courses.models import Course, CourseRelease
from home.editing.release_pages import open_course_page
from quizzes.publishing.released_quizzes import compare_quizzes


@require_safe
def show_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=3&to=5`: what differs, in full; of the rest only how much there is."""
    page, course = open_course_page(request, pk)
    before, after = (_find_release(course, request.GET.get(name, "")) for name in ("from", "to"))
    if before is None or after is None:
        messages.error(request, _("Choose two versions of this course."))
        return redirect("course_releases", pk)
    if before.number > after.number:
        before, after = after, before
    parts = _compare(before, after)
    context = {
        "page": page,
        "before": before,
        "after": after,
        "parts": [part for part in parts if part.differs],
        "same": sum(not part.differs for part in parts),
    }
    return render(request, "home/cms/compare_releases.html", context)


def _find_release(course: Course, number: str) -> CourseRelease | None:
    if not (number.isdecimal() and len(number) < 10):
        return None
    return course.releases.filter(number=int(number)).first()


def _compare(before: CourseRelease, after: CourseRelease) -> list[ComparedPart]:
    quizzes = [one.content.get("parts", {}).get("quizzes", []) for one in (before, after)]
    return [
        *compare_pages(before, after),
        *compare_quizzes(quizzes[0], quizzes[1]),
        *compare_terms(before, after),
    ]

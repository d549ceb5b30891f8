"""From a certification that a channel asks for to the page of the course that earns it."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.readers.languages import find_content_language
from courses.models import CoursePage
from courses.pages.routing import catalogue_address


def course_address(request: HttpRequest, certification: str) -> str:
    """The address of the course page in the active language, else in any; the catalogue when none is published."""
    pages = (
        CoursePage.objects.live()
        .filter(course__requirements__certification__code=certification)
        .select_related("locale")
        .order_by("course__code", "pk")
    )
    found = sorted(pages, key=lambda page: page.locale.language_code != find_content_language())
    return (found[0].get_url(request) if found else None) or catalogue_address()

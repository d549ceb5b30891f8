"""Template tags of courses: `{% load course_tags %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from courses.pages import due_days, openings, routing
from courses.pages.due_days import DueDay
from courses.progress.course_states import CourseState

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], url_path: str) -> str:
    """The address of the page at this tree path. Costs no query once the site's root is cached."""
    return routing.page_address(context["request"], url_path)


@register.filter
def earning_course(certification_code: str) -> str:
    """The title of the course that earns the certificate with this code; '' where none does."""
    return openings.courses_by_certificate().get(certification_code, "")


@register.filter
def course_title(course_id: int | None) -> str:
    """The title of a course that earns a certificate, by its id; '' for any other."""
    return next((one.course_title for one in openings.openings_of(course_id)), "")


@register.filter
def due_day(state: CourseState) -> DueDay | None:
    """The day by which the course is required, with its zone, and whether it is over; None without one."""
    if state.due_on is None:
        return None
    return due_days.tell_due_day(state.due_on, state.course_id, timezone.now())

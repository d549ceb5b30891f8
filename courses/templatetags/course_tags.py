"""Template tags of courses: `{% load course_tags %}`."""

from __future__ import annotations

from typing import Any

from django import template

from courses.pages import openings, routing

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], url_path: str) -> str:
    """The address of the page at this tree path. Costs no query once the site's root is cached."""
    return routing.page_address(context["request"], url_path)


@register.filter
def earning_course(certification_code: str) -> str:
    """The title of the course that earns the certificate with this code; '' where none does."""
    return openings.courses_by_certificate().get(certification_code, "")

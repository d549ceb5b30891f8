"""Cards that apps above show on a course page: quizzes register the card with the facts of the exam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from wagtail.models import Page

CourseCard = Callable[[HttpRequest, Page], dict[str, Any]]

_cards: list[CourseCard] = []


def register_course_card(card: CourseCard) -> None:
    """Let `card(request, course_page)` fill `quiz_card` of `quizzes/_course_card.html`; empty shows nothing."""
    if card not in _cards:
        _cards.append(card)


def course_card(request: HttpRequest, course_page: Page) -> dict[str, Any]:
    """The context of the first registered card that is not empty for this course, else {}."""
    return next((found for card in _cards if (found := card(request, course_page))), {})

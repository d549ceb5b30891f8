"""What the rooms above show on a course page: quizzes hang their facts card here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from wagtail.models import Page

Card = Callable[[HttpRequest, Page], dict[str, Any]]

_cards: list[Card] = []


def register(card: Card) -> None:
    """Let `card(request, course_page)` fill `quiz_card` of `quizzes/_course_card.html`; empty shows nothing."""
    if card not in _cards:
        _cards.append(card)


def of(request: HttpRequest, course_page: Page) -> dict[str, Any]:
    """The first card that has something to say about this course."""
    return next((found for card in _cards if (found := card(request, course_page))), {})

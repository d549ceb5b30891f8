"""A round of a course that somebody has begun and not closed: which one, and the exact place to go on in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from courses.models import Course
from courses.outlines import PublishedOutline
from courses.pages.routing import page_address
from courses.progress import course_progress, enrolments
from quizzes.attempts import starting
from quizzes.models import Quiz
from quizzes.rules import settings


@dataclass(frozen=True, slots=True)
class OpenRound:
    """`href`: where the person goes on; `short`: only what has changed is asked; `in_a_try`: a try at it is open."""

    href: str
    short: bool
    in_a_try: bool

    @property
    def whole(self) -> bool:
        return not self.short


def find_open_round(
    person: User, course: Course, published: PublishedOutline, request: HttpRequest, at: datetime
) -> OpenRound | None:
    """The person's open round: at the open try at the quiz that completes the course, else at the next step."""
    enrolment = enrolments.open_enrolment(person, course)
    if enrolment is None:
        return None
    short = enrolment.source == enrolments.UPDATE
    for quiz in certifying_quizzes(course):
        if opened := starting.check_tries(person, quiz, at=at).open_attempt:
            return OpenRound(reverse("quizzes:resume", args=[opened.uuid]), short, in_a_try=True)
    progress = course_progress.read_progress(person, published.outline, at=at)
    place = progress.next_step or published.outline
    href = page_address(request, place.url_path, language=published.language)
    return OpenRound(href, short, in_a_try=False)


def certifying_quizzes(course: Course) -> list[Quiz]:
    """The quizzes whose pass completes the course."""
    quizzes = Quiz.objects.filter(course=course)
    return [one for one in quizzes if settings.read_rules(one.rules).certifies]

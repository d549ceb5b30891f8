"""Somebody who does not exist reads a preview: their progress, tries and certificates are made by the acts that make
everybody's, in a transaction that is rolled back when the page has been rendered. So a preview cannot say what no
learner would be told, and leaves nothing behind: no row, no message, no entry of the ledger.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Page

from accounts import people
from accounts.models import User
from courses.models import CoursePage, LessonPage
from courses.progress import assignments, course_progress
from courses.writing import readers
from quizzes.attempts import autosave, starting, submitting
from quizzes.models import Quiz, QuizPage
from quizzes.publishing.quiz_rules import sync_quiz
from quizzes.rules import settings
from quizzes.rules.drawing import DrawError
from quizzes.screens import previews

ACTOR = "system:preview"
LATE = timedelta(days=30)
SINCE = timedelta(hours=2)


@contextmanager
def read_as_somebody(request: HttpRequest, page: Page, mode: str) -> Iterator[None]:
    """Let `request.user` be a learner in this state while the page is rendered; `request.editor` is the author."""
    author = request.user
    with transaction.atomic():
        reader = _Reader(_invent_person(author), page, timezone.now())
        request.user, request.editor = reader.person, author  # type: ignore[attr-defined]
        try:
            if not reader.reach(mode):
                words = _("Nobody can take this quiz yet, so you see the page as before a try.")
                messages.warning(request, words)
            yield
        finally:
            request.user = author
            transaction.set_rollback(True)


def _invent_person(author: Any) -> User:
    number = uuid.uuid4().hex[:12]
    at = timezone.now()
    person = people.add_person(
        actor=ACTOR,
        at=at,
        effective_at=at - 2 * LATE,
        hr_id=f"PREVIEW-{number}",
        email=f"{number}@preview.invalid",
        display_name=_("A learner"),
        region=getattr(author, "region", None),  # a preview may be asked for by nobody
    )
    return User.objects.get(pk=person.pk)


@dataclass
class _Reader:
    """The learner, the page they read, and now."""

    person: User
    page: Page
    now: datetime

    def reach(self, mode: str) -> bool:
        """Bring the learner into a state; False if the quiz that it needs cannot be taken."""
        page = self.page
        if not page.pk:
            return mode == readers.NEW
        if isinstance(page, QuizPage):
            page.quiz = sync_quiz(page)
        course = page.get_ancestors(inclusive=True).type(CoursePage).specific().last()
        if mode == readers.NEW or course is None:
            return True
        if mode == readers.OVERDUE:
            return self._be_late(course)
        lessons = list(LessonPage.objects.live().descendant_of(course).order_by("path"))
        part = len(lessons) // 2 if mode == readers.HALF else len(lessons)
        is_quiz = isinstance(page, QuizPage)
        for lesson in lessons if is_quiz else lessons[:part]:
            course_progress.record_step(self.person, course.course, lesson, at=self.now - 2 * SINCE)
        if mode == readers.HALF:
            return not is_quiz or self._try(page, right=True, whole=False)
        quiz = page if is_quiz else _certifying_quiz(course)
        return quiz is None or self._try(quiz, right=mode == readers.PASSED, whole=True)

    def _be_late(self, course: CoursePage) -> bool:
        yesterday = (self.now - timedelta(days=1)).date()
        if course.course is None:  # a draft has no record yet
            return False
        assignments.assign_course(
            self.person, course.course, due_on=yesterday, reason="", actor=ACTOR, at=self.now - LATE
        )
        return True

    def _try(self, page: QuizPage, *, right: bool, whole: bool) -> bool:
        """Take the quiz, or half of it; one that cannot be taken leaves the learner before it."""
        refusals = (starting.NotEligibleError, starting.ExaminedElsewhereError, DrawError)
        if page.quiz is None:
            return False
        try:
            with transaction.atomic():
                self._answer(page.quiz, page.locale.language_code, right=right, whole=whole)
        except refusals:
            return False
        return True

    def _answer(self, quiz: Quiz, locale: str, *, right: bool, whole: bool) -> None:
        begun = self.now - SINCE
        attempt = starting.start_attempt(self.person, quiz, at=begun, locale=locale, agreed=True)
        responses = list(attempt.responses.select_related("version").order_by("slot"))
        for response in responses if whole else responses[: len(responses) // 2]:
            for seq, form in enumerate(previews.example_forms(response, right=right), 1):
                autosave.save_answer(
                    attempt.uuid, self.person, response.slot, form, seq=seq, at=begun, step=True
                )
        if whole:
            submitting.submit_attempt(attempt.uuid, self.person, at=begun + timedelta(minutes=10))


def _certifying_quiz(course: CoursePage) -> QuizPage | None:
    """The published quiz that completes the course, else any; None for a course without one."""
    found = QuizPage.objects.live().child_of(course).filter(quiz__isnull=False)
    pages = list(found.select_related("quiz"))
    return min(
        pages, key=lambda page: not settings.read_rules(page.quiz.rules).certifies, default=None
    )

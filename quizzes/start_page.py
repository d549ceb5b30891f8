"""The facts page of a quiz, and its card on the course page: what to expect, and the one next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Page

from courses.routing import address
from quizzes import rules_of, starting, words
from quizzes.eligibility import Eligibility, Reason

if TYPE_CHECKING:
    from quizzes.models import QuizPage


def context(page: QuizPage, request: HttpRequest) -> dict[str, Any]:
    """What `quizzes/quiz_page.html` shows. Signed-out readers and previews see the facts only."""
    preview = getattr(request, "is_preview", False)
    if preview or page.quiz is None or not request.user.is_authenticated:
        from quizzes.publishing import rules_on  # publishing imports the models

        # A preview shows what the page says, everybody else what is published.
        rules = rules_on(page) if preview or page.quiz is None else rules_of.read(page.quiz.rules)
        return {"facts": facts(rules, None), "preview": preview}
    found = starting.eligibility(
        request.user, page.quiz, at=timezone.now(), locale=page.locale.language_code
    )
    step = None
    if found.reasons:
        reason = found.reasons[0]
        step = words.why(reason, request.user) | {"href": _where(reason, page, request, found)}
    return {
        "facts": facts(rules_of.read(page.quiz.rules), found, request.user.time_factor),
        "eligibility": found,
        "step": step,
    }


def card(request: HttpRequest, course_page: Page) -> dict[str, Any]:
    """The quiz of a course in this page's language; empty when it has none. Two queries."""
    from quizzes.models import QuizPage  # the models import this module

    page = QuizPage.objects.live().child_of(course_page).select_related("quiz").first()
    if page is None or page.quiz is None:
        return {}
    person = request.user if request.user.is_authenticated else None
    found = starting.tries(person, page.quiz, at=timezone.now()) if person else None
    factor = person.time_factor if person else 1
    return {
        "title": page.title,
        "slug": page.slug,
        "href": address(request, page.url_path, language=course_page.locale.language_code),
        "facts": facts(rules_of.read(page.quiz.rules), found, factor),
        "passed": bool(found and found.passed),
        "open": bool(found and found.open_attempt),
    }


def facts(rules: rules_of.Rules, found: Eligibility | None, time_factor: Any = 1) -> dict[str, Any]:
    """Numbers for people: questions, pass mark, tries, and minutes with this person's factor."""
    limit = rules.limit(time_factor, 0, 0)
    return {
        "questions": rules.questions,
        "pass_percent": rules.pass_percent,
        "principle_percent": rules.principle_percent,
        "attempts_allowed": found.attempts_allowed if found else rules.attempts_allowed or None,
        "attempts_left": found.attempts_left if found else None,
        "window_hours": rules.attempts_window_hours,
        "minutes": int(limit.total_seconds() // 60) if limit else None,
        "minutes_before": rules.time_limit_minutes if time_factor != 1 else None,
        "may_add_time": limit is not None and not rules.time_is_tested,
        "lessons_first": rules.lessons_first,
    }


def _where(reason: Reason, page: QuizPage, request: HttpRequest, found: Eligibility) -> str:
    if reason.target == "attempt" and found.open_attempt:
        return reverse("quizzes:resume", args=[found.open_attempt.uuid])
    if reason.target == "result" and found.passed:
        return reverse("quizzes:result", args=[found.passed.uuid])
    if reason.target not in {"course", "lesson"}:
        return ""
    above = page.url_path.rstrip("/").rpartition("/")[0] + "/"
    path = reason.path if reason.path.startswith(above) else above
    return address(request, path, language=page.locale.language_code)

"""The facts page of a quiz, and its card on the course page: what to expect, and the one next step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.models import Page

from accounts.models import User
from courses.pages.openings import CourseOpening, openings_of
from courses.pages.routing import page_address
from items import sentences
from quizzes.attempts import starting
from quizzes.authoring.written_rules import rules_on_page
from quizzes.models import QuizPage
from quizzes.rules import feedback_policy, presets, settings
from quizzes.rules.eligibility import Eligibility
from quizzes.rules.settings import QuizRules
from quizzes.screens import next_steps


def start_page_context(page: QuizPage, request: HttpRequest) -> dict[str, Any]:
    """What `quizzes/quiz_page.html` shows. Signed-out readers, and previews as nobody, see the facts only."""
    preview = getattr(request, "is_preview", False) and not (page.pk and hasattr(request, "editor"))
    if preview or page.quiz is None or not request.user.is_authenticated:
        # A preview shows what the page says, everybody else what is published.
        rules = (
            rules_on_page(page)
            if preview or page.quiz is None
            else settings.read_rules(page.quiz.rules)
        )
        course_id = page.quiz.course_id if page.quiz else None
        facts = {"facts": start_page_facts(rules, None), "preview": preview}
        return facts | _promised(rules, request, course_id)
    found, rules = starting.prepare_start(
        request.user, page.quiz, at=timezone.now(), locale=page.locale.language_code
    )
    promised = _promised(rules, request, page.quiz.course_id)
    return promised | {
        "facts": start_page_facts(rules, found, request.user),
        "eligibility": found,
        "asks_to_agree": promised["not_agreed"] and found.may_start,
        "time_up": _time_up(found, request.user),
        "steps": next_steps.next_steps_for(found, request.user, page.quiz, page, request),
    }


def _time_up(found: Eligibility, person: User) -> dict[str, str]:
    """That the newest try was handed in because time was up, and where its result is; empty where it was not."""
    over = found.timed_out
    if over is None:
        return {}
    told = {"number": over.number, "when": sentences.format_moment(over.submitted_at, person)}
    words = _("Time was up for try %(number)s at %(when)s. What was saved by then was handed in.")
    return {"text": words % told, "href": reverse("quizzes:result", args=[over.uuid])}


def quiz_card(request: HttpRequest, course_page: Page) -> dict[str, Any]:
    """The quizzes of a course in this page's language, the one that certifies first; empty without one.

    Three queries, however many quizzes there are.
    """
    pages = QuizPage.objects.live().child_of(course_page).filter(quiz__isnull=False)
    shown = [(page, settings.read_rules(page.quiz.rules)) for page in pages.select_related("quiz")]
    if not shown:
        return {}
    page, rules = min(shown, key=lambda one: not one[1].certifies)
    language = course_page.locale.language_code
    person = request.user if request.user.is_authenticated else None
    found = starting.check_tries(person, page.quiz, at=timezone.now()) if person else None
    return {
        "title": page.title,
        "slug": page.slug,
        "path": page.url_path,
        "href": page_address(request, page.url_path, language=language),
        "facts": start_page_facts(rules, found, person),
        "passed": bool(found and found.passed and rules.judged),
        "open": bool(found and found.open_attempt),
        "others": [
            {"title": other.title, "href": page_address(request, other.url_path, language=language)}
            for other, _rules in shown
            if other.pk != page.pk
        ],
    }


def start_page_facts(
    rules: QuizRules, found: Eligibility | None, person: User | None = None
) -> dict[str, Any]:
    """What to expect, in numbers and moments for this person: questions, pass mark, tries, waits, time."""
    pauses = _pauses(rules.cool_down_hours)
    return {
        "questions": rules.questions,
        "judged": rules.judged,
        "certifies": rules.certifies,
        "survey": rules.preset == presets.SURVEY,
        "pass_percent": rules.pass_percent,
        "principle_percent": rules.principle_percent,
        "recap_gate": rules.recap_gate,
        "lessons_first": rules.lessons_first,
        "pauses": pauses,
        "asks_after_failure": bool(rules.recap_gate or pauses),
        "opens": sentences.format_moment(rules.opens, person),
        "closes": sentences.format_moment(rules.closes, person),
        **_tries(rules, found),
        **_time(rules, person),
    }


def _pauses(hours: Sequence[int]) -> str:
    """ "Then a pause of 1 hour, next time 3 days." Nothing where nobody waits."""
    lengths = [_length(one) for one in hours]
    if not any(hours):
        return ""
    joined = _(", next time ").join(lengths)
    return _("Then a pause of %(lengths)s.") % {"lengths": joined}


def _length(hours: int) -> str:
    days, rest = divmod(hours, 24)
    if days and not rest:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def _promised(rules: QuizRules, request: HttpRequest, course_id: int | None) -> dict[str, Any]:
    """What a pass earns, what feedback is given when, and whether the person just tried to start without agreeing."""
    person = request.user if request.user.is_authenticated else None
    return {
        "rules": rules,
        "openings": find_earned(rules, course_id),
        "asked_again": [rules.titles.get(code, code) for code in rules.only],
        "promises": [
            sentences.translate(one.phrase, one.when, person)
            for one in feedback_policy.feedback_promises(rules)
        ],
        "not_agreed": bool(rules.honour) and "agree" in request.GET,
    }


def find_earned(rules: QuizRules, course_id: int | None) -> Sequence[CourseOpening]:
    """What a pass by these rules earns: a short quiz about what has changed earns nothing that one did not hold."""
    return openings_of(course_id) if rules.certifies and not rules.only else ()


def _tries(rules: QuizRules, found: Eligibility | None) -> dict[str, Any]:
    """The limit of attempts, and how many are left unless the person has passed."""
    over = found is None or (found.passed is not None and rules.judged)
    return {
        "attempts_allowed": found.attempts_allowed if found else rules.attempts_allowed or None,
        "attempts_left": None if over or found is None else found.attempts_left,
        "given": found.given if found else 0,
        "window_hours": rules.attempts_window_hours,
    }


def _time(rules: QuizRules, person: User | None) -> dict[str, Any]:
    """Minutes with this person's factor, and what they would be without it where that is another number."""
    factor = Decimal(person.time_factor) if person else Decimal(1)
    limit = rules.limit(factor, 0, 0)
    minutes, usual = int(limit.total_seconds() // 60) if limit else None, rules.time_limit_minutes
    return {
        "minutes": minutes,
        "minutes_before": usual if factor != 1 and usual != minutes else None,
        "may_add_time": limit is not None and not rules.time_is_tested,
        "past_close": bool(limit and rules.closes and factor > 1),
    }

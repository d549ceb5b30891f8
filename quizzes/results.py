"""The result page: the verdict, each principle with what to read again, and, when allowed, each question."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.models import Page

from courses.models import CoursePage, ModulePage
from courses.routing import address
from quizzes import asking, feedback, rules_of, starting, words
from quizzes.eligibility import Eligibility
from quizzes.models import Attempt, QuizPage
from quizzes.phrases import Phrase
from quizzes.rules_of import Rules


def context(attempt: Attempt, request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What `quizzes/result.html` shows of a submitted attempt."""
    rules = rules_of.read(attempt.rules)
    found = starting.tries(attempt.person, attempt.quiz, at=at)
    told = told_of(rules, attempt, found, at)
    questions = asking.questions(attempt) if rules_of.KEY in told else []
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "passed": attempt.passed,
        "headline": headline(attempt, rules),
        "result": attempt.result,
        "reasons": [_reason(row, explained=bool(questions)) for row in attempt.result["reasons"]],
        "principles": _principles(attempt, rules, _modules(attempt, request)),
        "questions": questions,
        "later": rules_of.KEY in rules.feedback[rules_of.AFTER_LAST],
        "tries": found,
        "quiz_url": "" if attempt.passed else _quiz_url(attempt, request),
        "next_at": words.moment(found.next_at, attempt.person),
        "time_was_up": words.moment(attempt.submitted_at, attempt.person)
        if attempt.closed_by == "deadline"
        else "",
    }


def told_of(rules: Rules, attempt: Attempt, found: Eligibility, at: datetime) -> frozenset[str]:
    """What of a handed-in attempt may be told now."""
    return feedback.allowed(
        rules,
        submitted=True,
        finished=bool(attempt.passed) or found.attempts_left == 0,
        other_open=found.open_attempt is not None,
        at=at,
    )


def headline(attempt: Attempt, rules: Rules) -> str:
    """The h1: the verdict and the one number behind it."""
    told = {"percent": attempt.result["told"], "needed": rules.pass_percent}
    if attempt.passed:
        return _("You passed with %(percent)s%%") % told
    codes = [row["code"] for row in attempt.result["reasons"]]
    if "below_pass_mark" in codes:
        return _("Not yet: %(percent)s%%, the pass mark is %(needed)s%%") % told
    missed = len(attempt.result["critical_missed"])
    if missed:
        told["missed"] = missed
        words_for = ngettext(
            "Not yet: %(percent)s%%, but %(missed)s question has to be right and is not",
            "Not yet: %(percent)s%%, but %(missed)s questions have to be right and are not",
            missed,
        )
        return words_for % told
    return _("Not yet: %(percent)s%%, but not enough in every principle") % told


def _reason(row: dict[str, Any], *, explained: bool) -> dict[str, str]:
    """Why, and the next step. Where the questions stay closed nobody is sent to read them."""
    remedy = words.said(Phrase(row["remedy"], row["remedy_params"]))
    if row["code"] == "critical_missed" and not explained:
        remedy = _("Read the lessons again, then try again.")
    return {"text": words.said(Phrase(row["text"], row["params"])), "remedy": remedy}


def _principles(
    attempt: Attempt, rules: Rules, modules: dict[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    rows = []
    for row in attempt.result["by_principle"]:
        whole = Decimal(row["mark"]) == Decimal(row["max_mark"])
        title, href = modules.get(row["principle"], ("", ""))
        rows.append(
            {
                "title": rules.titles.get(row["principle"], row["principle"]),
                "mark": Decimal(row["mark"]),
                "of": Decimal(row["max_mark"]),
                "passed": row["passed"],
                "whole": whole,
                "module": title,
                "href": href,
            }
        )
    return rows


def _quiz_url(attempt: Attempt, request: HttpRequest) -> str:
    """Where the next try starts: the quiz page in the attempt's language, '' when it is not published."""
    pages = QuizPage.objects.live().filter(quiz=attempt.quiz_id)
    page = pages.filter(locale__language_code=attempt.locale).first()
    return address(request, page.url_path, language=attempt.locale) if page else ""


def _modules(attempt: Attempt, request: HttpRequest) -> dict[str, tuple[str, str]]:
    """By principle code: title and address of the module that teaches it, in the attempt's language."""
    if attempt.quiz.course_id is None:
        return {}
    courses = CoursePage.objects.live().filter(
        course=attempt.quiz.course_id, locale__language_code=attempt.locale
    )
    pages = (
        ModulePage.objects.live()
        .annotate(course_path=Left("path", Length("path") - Page.steplen))
        .filter(course_path__in=courses.values("path"), principle__isnull=False)
        .annotate(code=F("principle__code"))
    )
    return {
        page.code: (page.title, address(request, page.url_path, language=attempt.locale))
        for page in pages
    }

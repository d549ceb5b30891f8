"""The result page: the verdict, each principle with what to read again, and, when allowed, each question."""

from __future__ import annotations

from collections.abc import Container
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
from courses.pages.routing import page_address
from items import sentences
from items.phrases import Phrase
from quizzes.attempts import open_items, recaps, starting
from quizzes.models import Attempt
from quizzes.rules import feedback_policy, settings
from quizzes.rules.eligibility import Eligibility
from quizzes.rules.presets import SURVEY
from quizzes.rules.settings import QuizRules
from quizzes.screens import corrections, next_steps, questions


def result_context(attempt: Attempt, request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What `quizzes/result.html` shows of a submitted attempt: the verdict, and what else may be told now."""
    rules = settings.read_rules(attempt.rules)
    found = starting.check_tries(attempt.person, attempt.quiz, at=at)
    examined = open_items.find_examined_slots(attempt)
    told = feedback_policy.withhold_score(
        rules, told_aspects(rules, attempt, found, at), examined=bool(examined)
    )
    with_score = settings.SCORE in told
    return _verdict(attempt, rules, with_score=with_score) | {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "rules": rules,
        "headline": result_headline(attempt, rules, with_score=with_score),
        "result": attempt.result,
        # What a reviewer writes is a reason.
        "comments": [c for c in attempt.result.get("comments", ()) if c["slot"] not in examined],
        "held": bool(examined),
        "with_score": with_score,
        "shows_score": with_score and bool(attempt.result.get("questions")),
        "corrections": corrections.list_corrections(attempt, with_score=with_score),
        "reasons": fail_reasons(attempt, told),
        "principles": _principles(attempt, rules, _modules(attempt, request)) if with_score else [],
        "shown": _shown(attempt, rules, told, examined),
        "explained": settings.REASONS in told,
        "later": _later(rules, attempt, found, at),
        "again": None
        if rules.certifies and attempt.passed
        else next_steps.describe_next_try(attempt, found, request),
        "time_was_up": sentences.format_moment(attempt.submitted_at, attempt.person)
        if attempt.closed_by == "deadline"
        else "",
    }


def _verdict(attempt: Attempt, rules: QuizRules, *, with_score: bool) -> dict[str, Any]:
    """What the attempt comes to, and which parts of the page follow from that."""
    judged, passed = rules.judged, attempt.passed
    return {
        "judged": judged,
        "passed": passed,
        "is_certified": judged and passed and rules.certifies,
        "is_failed": judged and not passed,
        "shows_handed_in": not judged and not with_score,
        "shows_what_next": not judged or (passed and not rules.certifies),
    }


def told_aspects(
    rules: QuizRules, attempt: Attempt, found: Eligibility, at: datetime
) -> frozenset[str]:
    """What of a handed-in attempt may be told now."""
    return feedback_policy.allowed_aspects(
        rules,
        submitted=True,
        finished=_finished(attempt, found),
        other_open=found.open_attempt is not None,
        at=at,
    )


def result_headline(attempt: Attempt, rules: QuizRules, *, with_score: bool) -> str:
    """The h1: the verdict, which is always told, and the one number behind it where that may be told."""
    if not rules.judged:
        return _unjudged(attempt, rules, with_score=with_score)
    told = {"percent": attempt.result["told"], "needed": rules.pass_percent}
    if not with_score:
        return _("You passed") if attempt.passed else _("Not yet passed")
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


def fail_reasons(attempt: Attempt, told: Container[str]) -> list[dict[str, str]]:
    """Why it is not passed, with the next steps. Without the score only the steps, each once.

    Weak principles are one sentence: the table and the recaps name them.
    """
    found = attempt.result["reasons"]
    rows = [_reason(row, told) for row in found if row["code"] != "principle_below"]
    below = [row["params"] for row in found if row["code"] == "principle_below"]
    if below:
        rows.append(_below(len(below), below[0]["needed"]))
    if settings.SCORE in told:
        return rows
    remedies = dict.fromkeys(row["remedy"] for row in rows)
    return [{"text": "", "remedy": remedy} for remedy in remedies]


def _below(count: int, needed: str) -> dict[str, str]:
    text = ngettext(
        "Each principle needs %(needed)s%%: %(count)s is below.",
        "Each principle needs %(needed)s%%: %(count)s are below.",
        count,
    ) % {"needed": needed, "count": count}
    return {"text": text, "remedy": ""}


def _unjudged(attempt: Attempt, rules: QuizRules, *, with_score: bool) -> str:
    if rules.preset == SURVEY or not attempt.max_score:
        return _("Thank you")
    if not with_score:
        return _("You have handed in your answers")
    told = {
        "mark": sentences.format_points(attempt.score or Decimal(0)),
        "of": sentences.format_points(attempt.max_score),
    }
    many = 1 if attempt.max_score == 1 else 2  # any number that is not one: points may be halves
    return ngettext("%(mark)s of %(of)s point", "%(mark)s of %(of)s points", many) % told


def _finished(attempt: Attempt, found: Eligibility) -> bool:
    """Whether feedback cannot help in a further attempt: the person has passed, or none opens by itself."""
    passed = bool(attempt.passed) or found.passed is not None
    return passed or (found.attempts_left == 0 and found.next_at is None)


def _later(rules: QuizRules, attempt: Attempt, found: Eligibility, at: datetime) -> str:
    """When more feedback will be given, in one sentence; '' when no more will be."""
    more = feedback_policy.find_next_disclosure(
        rules,
        finished=_finished(attempt, found),
        other_open=found.open_attempt is not None,
        at=at,
    )
    return sentences.translate(more.phrase, more.when, attempt.person) if more else ""


def _shown(
    attempt: Attempt,
    rules: QuizRules,
    told: frozenset[str],
    examined: Container[int],
) -> list[dict[str, Any]]:
    """Each question with what may be told of it. Where one can fail, none while it is the score at most:
    questions are drawn again."""
    if rules.judged and not told - {settings.SCORE}:
        return []
    reported = corrections.list_report_outcomes(attempt)
    rows = []
    for one in questions.load_questions(attempt):
        aspects = feedback_policy.withhold_item(told, examined=one.slot in examined)
        rows.append(
            {
                "question": one,
                "reveal": one.told(aspects),
                "with_score": settings.SCORE in aspects,
                "reported": reported.get(one.slot, ""),
            }
        )
    return rows


def _reason(row: dict[str, Any], told: Container[str]) -> dict[str, str]:
    """Why it is not passed, and the next step; a step to read reasons only where reasons are told."""
    remedy = sentences.translate(Phrase(row["remedy"], row["remedy_params"]))
    if row["code"] == "critical_missed" and settings.REASONS in told:
        remedy = _("Read why beside each of them, then try again.")
    return {"text": sentences.translate(Phrase(row["text"], row["params"])), "remedy": remedy}


def _principles(
    attempt: Attempt, rules: QuizRules, modules: dict[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    rows = []
    weak = [] if attempt.passed else recaps.weak_principle_codes(attempt)
    places = {code: place for place, code in enumerate(modules)}
    in_order = sorted(
        attempt.result["by_principle"],
        key=lambda row: places.get(row["principle"], len(places)),
    )
    for row in in_order:
        whole = Decimal(row["mark"]) == Decimal(row["max_mark"])
        title, href = modules.get(row["principle"], ("", ""))
        rows.append(
            {
                "title": rules.titles.get(row["principle"], row["principle"]),
                "mark": Decimal(row["mark"]),
                "of": Decimal(row["max_mark"]),
                "passed": row["passed"],
                "whole": whole,
                "recap": row["principle"] if href and row["principle"] in weak else "",
                "module": title,
                "href": href,
            }
        )
    return rows


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
        .order_by("principle__number", "path")
    )
    return {
        page.code: (page.title, page_address(request, page.url_path, language=attempt.locale))
        for page in pages
    }

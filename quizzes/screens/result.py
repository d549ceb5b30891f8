"""The result page: the verdict, each principle with what to read again, and, when allowed, each question."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Principle
from items import sentences
from items.phrases import Phrase
from quizzes.attempts import open_items, recaps, starting
from quizzes.models import Attempt
from quizzes.rules import feedback_policy, settings
from quizzes.rules.eligibility import Eligibility
from quizzes.rules.presets import SURVEY
from quizzes.rules.settings import QuizRules
from quizzes.screens import corrections, next_steps, questions
from quizzes.screens import recaps as recap_pages
from quizzes.screens.questions import AskedQuestion
from quizzes.screens.start import find_earned


def may_redo(question: AskedQuestion, aspects: Container[str]) -> bool:
    """Whether a handed-in question was missed, and may be asked again by what may be told of it."""
    stored = question.response
    missed = stored.mark is not None and stored.mark < stored.max_mark
    return missed and settings.CORRECTNESS in aspects and question.repeatable


def result_context(attempt: Attempt, request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What `quizzes/result.html` shows of a submitted attempt: the verdict, and what else may be told now."""
    rules = settings.read_rules(attempt.rules)
    found = starting.check_tries(attempt.person, attempt.quiz, at=at)
    examined = open_items.find_examined_slots(attempt)
    told = feedback_policy.withhold_score(
        told_aspects(rules, attempt, found, at), examined=bool(examined)
    )
    with_score = settings.SCORE in told
    shown = _shown(attempt, rules, told, examined)
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
        "principles": _principles(attempt, rules, request) if with_score else [],
        "shown": shown,
        "missed": (missed := sum(row["missed"] for row in shown)),
        "shows_redo": bool(missed) or _may_redo_later(attempt, rules, told),
        "openings": find_earned(rules, attempt.quiz.course_id),
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


def _may_redo_later(attempt: Attempt, rules: QuizRules, told: Container[str]) -> bool:
    """Whether which answers of a failed try were right is not told now, but will be."""
    if attempt.passed or settings.CORRECTNESS in told:
        return False
    return any(
        settings.CORRECTNESS in rules.feedback[phase]
        for phase in (settings.AFTER_LAST, settings.AFTER_CLOSE)
    )


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
                "missed": may_redo(one, aspects),
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


def _principles(attempt: Attempt, rules: QuizRules, request: HttpRequest) -> list[dict[str, Any]]:
    """The principles in their order, 1 to 6: the points in each, and what to read again."""
    found = attempt.result["by_principle"]
    numbers = dict(
        Principle.objects.filter(code__in=[row["principle"] for row in found]).values_list(
            "code", "number"
        )
    )
    lessons = recap_pages.lessons_by_principle(attempt, request)
    weak = [] if attempt.passed else recaps.weak_principle_codes(attempt)
    return [
        {
            "title": rules.titles.get(row["principle"], row["principle"]),
            "mark": Decimal(row["mark"]),
            "of": Decimal(row["max_mark"]),
            "passed": row["passed"],
            "whole": Decimal(row["mark"]) == Decimal(row["max_mark"]),
            "recap": row["principle"] if row["principle"] in numbers.keys() & weak else "",
            "lessons": lessons.get(numbers.get(row["principle"]) or 0, ()),
        }
        for row in sorted(found, key=lambda row: _order_of(numbers.get(row["principle"])))
    ]


def _order_of(number: int | None) -> tuple[bool, int]:
    """Principles without a number come last."""
    return (number is None, number or 0)

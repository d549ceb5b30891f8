"""From a quiz page to the rules that attempts copy, and the part of a quiz in a release of its course."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import Course, CoursePage
from courses.page_records import is_source_page, is_taken
from items.models import Item
from items.publishing import newest_versions
from ledger import entries
from quizzes.authoring.written_rules import rules_on_page
from quizzes.models import Quiz, QuizPage
from quizzes.rules import settings

PUBLISHER = "system:publishing"


@transaction.atomic
def sync_quiz(page: QuizPage, *, actor: str = PUBLISHER) -> Quiz:
    """Copy title, course, code and rules of a published page to its quiz, unless the page is a translation."""
    quiz = page.quiz or Quiz.objects.get(key=page.translation_key)
    if page.alias_of_id or not is_source_page(page):
        return quiz
    parent = page.get_parent().specific
    quiz.course = parent.course if isinstance(parent, CoursePage) else None
    quiz.title = page.title
    if page.code and not is_taken(Quiz.objects.all(), page, code=page.code):
        quiz.code = page.code
    quiz.rules = settings.write_rules(rules_on_page(page))
    quiz.save()
    entries.append_entry(
        kind="quiz.published",
        subject=f"quiz:{quiz.code}",
        actor=actor,
        at=timezone.now(),
        facts=[quiz],
    )
    return quiz


def release_part(course: Course) -> list[dict[str, Any]]:
    """Return what the quizzes of a course add to its release: their rules, and the versions in their banks."""
    return [_quiz_part(quiz) for quiz in Quiz.objects.filter(course=course).order_by("code")]


def find_touched(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> set[int]:
    """Return the principles (primary keys) of the questions that differ between two releases of a course."""
    was, now = _versions(before), _versions(after)
    differ = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    found = Item.objects.filter(code__in={code for _bank, code in differ}, principle__isnull=False)
    rows = found.values_list("bank__code", "code", "principle")
    return {principle for bank, code, principle in rows if (bank, code) in differ}


def _versions(quizzes: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    rows = [row for quiz in quizzes for row in quiz["items"]]
    return {(bank, code): number for bank, code, number, _sha256 in rows}


def _quiz_part(quiz: Quiz) -> dict[str, Any]:
    rows = newest_versions(settings.read_rules(quiz.rules).banks).order_by(
        "item__bank__code", "item__code"
    )
    items = rows.values_list("item__bank__code", "item__code", "number", "sha256")
    return {"code": quiz.code, "rules": quiz.rules, "items": [list(row) for row in items]}

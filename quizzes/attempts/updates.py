"""Whether a short quiz can be made of what has changed in a course."""

from __future__ import annotations

from collections.abc import Collection

from quizzes.authoring import written_rules
from quizzes.models import Quiz
from quizzes.rules import settings


def count_update_questions(course_id: int, codes: Collection[str]) -> int:
    """How many questions the quiz that completes the course asks about these principles (codes); 0 without one."""
    for quiz in Quiz.objects.filter(course=course_id).order_by("code"):
        rules = settings.read_rules(quiz.rules)
        if rules.certifies and rules.sections:
            return written_rules.rules_of_update(rules, codes).questions
    return 0

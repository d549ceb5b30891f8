"""Quizzes and their pages, attempts, what was answered, and what was corrected."""

from __future__ import annotations

from quizzes.models.attempts import Attempt, MarkEvent, Response, RulesSnapshot
from quizzes.models.corrections import ItemReport, Recap, Regrade, Unlock
from quizzes.models.quizzes import Quiz, QuizPage

__all__ = [
    "Attempt",
    "ItemReport",
    "MarkEvent",
    "Quiz",
    "QuizPage",
    "Recap",
    "Regrade",
    "Response",
    "RulesSnapshot",
    "Unlock",
]

"""Items and banks, quizzes and their pages, attempts and what was answered."""

from __future__ import annotations

from quizzes.models.attempts import Attempt, MarkEvent, Response
from quizzes.models.items import Item, ItemBank, ItemVersion
from quizzes.models.quizzes import Quiz, QuizPage

__all__ = [
    "Attempt",
    "Item",
    "ItemBank",
    "ItemVersion",
    "MarkEvent",
    "Quiz",
    "QuizPage",
    "Response",
]

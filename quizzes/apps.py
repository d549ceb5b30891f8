from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Quizzes, their items and attempts. Connects its receivers to publishing and to courses."""

    name = "quizzes"

    def ready(self) -> None:
        import_module("quizzes.receivers").connect()

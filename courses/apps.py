from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """What people learn and how far they are."""

    name = "courses"

    def ready(self) -> None:
        import_module("courses.receivers").connect()

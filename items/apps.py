from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """Questions and their banks: written, published, imported and exported; quizzes ask them."""

    name = "items"

    def ready(self) -> None:
        import_module("items.receivers").connect()

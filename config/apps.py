from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Assembly only: no models. Registers the project's system checks."""

    name = "config"

    def ready(self) -> None:
        import_module("config.checks")

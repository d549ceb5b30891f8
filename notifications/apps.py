from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What we told whom, once."""

    name = "notifications"

    def ready(self) -> None:
        import_module("notifications.sending").connect()

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Official accounts and who may post on them. Tells course pages what a course opens."""

    name = "channels"

    def ready(self) -> None:
        import_module("channels.screens.course_openings").connect()

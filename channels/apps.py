from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Official accounts, and who may post on them.

    Connects the end of ownerships to people who leave, and tells course pages what a course opens.
    """

    name = "channels"

    def ready(self) -> None:
        import_module("channels.desk.leavers").connect()
        import_module("channels.screens.course_openings").connect()

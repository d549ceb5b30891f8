from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it reads as what happened: `except Refused`
    """An act that the rules do not allow: why, in words for people, and where the next step is."""

    def __init__(self, reason: str, *, remedy: str = "/channels/") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class NotYours(Refused):
    """An act that is for somebody else to do."""

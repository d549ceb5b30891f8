from __future__ import annotations


class Refused(Exception):
    """An act that the rules do not allow: `reason` for people, `remedy` a path on this site to the next step."""

    def __init__(self, reason: str, *, remedy: str = "/channels/") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class NotYours(Refused):
    """An act that this actor may not do, but somebody else may."""

from __future__ import annotations

from django.utils.functional import Promise

Words = str | Promise


class Refused(Exception):  # noqa: N818 - it reads as what happened: `except Refused`
    """An act that the rules do not allow: why, and what to do instead. Nothing was changed."""

    def __init__(self, reason: Words, remedy: Words) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy

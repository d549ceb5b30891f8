from __future__ import annotations

from django.utils.functional import Promise

Words = str | Promise


class Refused(Exception):
    """An act that the rules do not allow: `reason` says why, `remedy` what to do instead."""

    def __init__(self, reason: Words, remedy: Words) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy

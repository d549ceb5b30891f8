"""A deed: an act on a channel that has a form on a page of its own, and one use of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from channels.models import Channel
from channels.screens.deed_forms import DeedForm


@dataclass(frozen=True, slots=True)
class DeedCall:
    """One use of a deed: who does what on which channel, as of when, with a form that is valid."""

    channel: Channel
    actor: User
    at: datetime
    form: Any

    @property
    def said(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.form.cleaned_data
        return cleaned

    @property
    def from_day(self) -> datetime | None:
        """When the act counts from, if a later day was chosen."""
        day = self.said.get("from_day") or self.said.get("starts_on")
        begins: datetime | None = self.form.start_of(day)
        return begins

    @property
    def moment(self) -> datetime:
        """The moment whose answers the act changes first."""
        return self.from_day or self.at


@dataclass(frozen=True, slots=True)
class Deed:
    """An act with a page. `governs`: channel governance alone. `foretell`: sentences beside who can post."""

    title: str | Promise
    button: str | Promise
    form: type[DeedForm]
    act: Callable[[DeedCall], str]
    governs: bool = False
    lede: str | Promise = ""
    foretell: Callable[[DeedCall], list[str]] = lambda call: []

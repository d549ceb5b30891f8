"""The form of the question: who, on which channel, when. People and channels are found by any of their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from channels import listing
from channels.models import Channel
from reports.packs.questions import PackView
from reports.packs.views import InstantField

# More than these are not offered: whoever asks writes more of the name.
MOST_OFFERED = 20


class PostForm(forms.Form):
    """Who posted where, and when. `people` and `channels` are those found: the question needs one of each."""

    person = forms.CharField(
        label=gettext_lazy("Who posted"),
        max_length=100,
        help_text=gettext_lazy("HR id, name or e-mail address."),
        error_messages={"required": gettext_lazy("Write who posted")},
    )
    channel = forms.CharField(
        label=gettext_lazy("On which channel"),
        max_length=200,
        help_text=gettext_lazy("Its code, title, handle or address."),
        error_messages={"required": gettext_lazy("Write on which channel")},
    )
    at = InstantField(
        label=gettext_lazy("When it was posted"),
        help_text=gettext_lazy("In your time zone."),
        error_messages={
            "required": gettext_lazy("Write when it was posted"),
            "invalid": gettext_lazy("Write a day and a time that exist"),
        },
    )

    def __init__(self, data: Any, *, view: PackView, now: datetime, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._view, self._now = view, now
        self.people: Sequence[User] = ()
        self.channels: Sequence[Channel] = ()

    def clean_person(self) -> str:
        said: str = self.cleaned_data["person"]
        self.people = self._find_people(said)
        if not self.people:
            raise forms.ValidationError(_("Nobody whom you may read is called so"))
        return said

    def clean_channel(self) -> str:
        said: str = self.cleaned_data["channel"]
        self.channels = self._find_channels(said)
        if not self.channels:
            raise forms.ValidationError(_("No channel that you may read is called so"))
        return said

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > self._now:
            raise forms.ValidationError(_("This is ahead. Give a moment up to now"))
        return at

    def _find_people(self, said: str) -> list[User]:
        """Whoever has this HR id, now or before; else whoever has all these words."""
        people = self._view.people.select_related("region")
        exact = people.filter(hr_id=said) | people.filter(aliases__hr_id=said)
        named = people.named(said).order_by("display_name", "pk")
        return list(exact.distinct()) or list(named[:MOST_OFFERED])

    def _find_channels(self, said: str) -> list[Channel]:
        channels = self._view.channels
        exact = list(channels.filter(code__iexact=said))
        if exact:
            return exact
        return list(
            listing.search_channels(channels, said).order_by("title", "code")[:MOST_OFFERED]
        )

    @property
    def is_clear(self) -> bool:
        """Whether one person and one channel are meant."""
        return self.is_valid() and len(self.people) == len(self.channels) == 1

    @property
    def offers(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What has to be chosen: a heading, and for each choice the address that asks with it."""
        if not self.is_valid() or self.is_clear:
            return []
        offered = []
        if len(self.people) > 1:
            chosen = [
                (self._address(person=one.hr_id), f"{one}, {one.hr_id}") for one in self.people
            ]
            offered.append((_("Who is meant?"), chosen))
        if len(self.channels) > 1:
            named = [
                (self._address(channel=one.code), f"{one}, {one.code}") for one in self.channels
            ]
            offered.append((_("Which channel is meant?"), named))
        return offered

    def _address(self, **chosen: str | None) -> str:
        said = {name: self.data.get(name, "") for name in self.fields}
        return f"?{urlencode(said | chosen)}"

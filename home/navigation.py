"""Where a person may go from the top bar, given what they may do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.pages.routing import catalogue_address

Label = str | Promise


class Rights(Protocol):
    """What the signed-in person may open; a missing attribute means no right."""

    manages: bool
    owns_channels: bool
    hr: bool
    certifies: bool
    marks: bool
    cms: bool


@dataclass(frozen=True, slots=True)
class TopBarLink:
    """One entry of the top bar; `current` marks the part of the site the reader is in."""

    href: str
    label: Label
    current: bool


@cache
def _list_addresses() -> tuple[str, ...]:
    """The addresses of all entries in their order: the same in every language, and looked up once."""
    views = (
        *("home:me", "team:show", "channels:index", "people:list", "console:list"),
        "quizzes:marking",
    )
    return (
        reverse("page", args=["principles/"]),
        catalogue_address(),
        *map(reverse, views),
        reverse("wagtailadmin_home"),
    )


@dataclass(frozen=True, slots=True)
class TopBar:
    """The top bar of one request."""

    signed_in: bool
    manages: bool = False
    owns_channels: bool = False
    hr: bool = False
    certifies: bool = False
    marks: bool = False
    cms: bool = False
    here: str = "/"

    @property
    def links(self) -> list[TopBarLink]:
        """The entries the person may open, in the order they are shown."""
        entries = (
            (_("Principles"), True),
            (_("Courses"), True),
            (_("My status"), self.signed_in),
            (_("My team"), self.manages),
            (_("Channels"), self.owns_channels),
            (_("People"), self.hr),
            (_("Certification"), self.certifies),
            (_("Marking"), self.marks),
            (_("Edit pages"), self.cms),
        )
        return [
            TopBarLink(href, label, current=self.here.startswith(href))
            for href, (label, allowed) in zip(_list_addresses(), entries, strict=True)
            if allowed
        ]


def build_top_bar(*, here: str, signed_in: bool, rights: Rights | None) -> TopBar:
    """The top bar at the path `here`; without `rights` only what everybody may open."""
    named = {field.name for field in fields(TopBar)} - {"signed_in", "here"}
    allowed = {name: signed_in and bool(getattr(rights, name, False)) for name in named}
    return TopBar(signed_in=signed_in, here=here, **allowed)

"""Where a person may go from the top bar, given what they may do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.pages.fixed_pages import FixedPages

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
    """The addresses of the entries that are no pages, in their order: alike in every language, and looked up once."""
    views = (
        *("home:me", "team:show", "channels:index", "people:list", "console:list"),
        "quizzes:marking",
    )
    return (*map(reverse, views), reverse("wagtailadmin_home"))


@dataclass(frozen=True, slots=True)
class TopBar:
    """The top bar of one request."""

    signed_in: bool
    pages: FixedPages
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
        addresses = (self.pages.principles, self.pages.courses, *_list_addresses())
        entries = (
            (_("Principles"), bool(self.pages.principles)),
            (_("Courses"), bool(self.pages.courses)),
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
            for href, (label, allowed) in zip(addresses, entries, strict=True)
            if allowed
        ]


def build_top_bar(
    *, here: str, signed_in: bool, rights: Rights | None, pages: FixedPages
) -> TopBar:
    """The top bar at the path `here`; without `rights` only what everybody may open."""
    named = {field.name for field in fields(TopBar)} - {"signed_in", "pages", "here"}
    allowed = {name: signed_in and bool(getattr(rights, name, False)) for name in named}
    return TopBar(signed_in=signed_in, pages=pages, here=here, **allowed)

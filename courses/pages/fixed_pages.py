"""The pages to which every page of the site leads: where those stand that a reader may open, and no others.

An author may unpublish, move, delete or close any of them, and a link to one that is not there leads nowhere.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields

from django.conf import settings
from django.db import Error
from django.http import HttpRequest
from django.urls import reverse

from wagtail.models import Page

from courses.pages import privacy, routing
from courses.pages.editions import keep_in_edition


@dataclass(frozen=True, slots=True)
class FixedPages:
    """The address of each page that everybody is led to; empty where the reader finds none there."""

    principles: str = ""
    courses: str = ""
    accessibility: str = ""
    sources_and_thanks: str = ""
    privacy: str = ""

    @property
    def footer(self) -> tuple[str, ...]:
        """The addresses of the last line of each page."""
        return (self.accessibility, self.sources_and_thanks, self.privacy)


SLUGS = {field.name.replace("_", "-"): field.name for field in fields(FixedPages)}


def find_fixed_pages(request: HttpRequest, *, signed_in: bool) -> FixedPages:
    """The pages that this reader may open. A page that says what failed may ask while the database does not answer."""
    key = f"fixed:{request.get_host()}:{signed_in}"
    with suppress(Error):
        return keep_in_edition(key, lambda: _look_up(request, signed_in=signed_in))
    return FixedPages()


def _look_up(request: HttpRequest, *, signed_in: bool) -> FixedPages:
    root = routing.find_site_root(request, settings.LANGUAGE_CODE)
    if root is None:
        return FixedPages()
    pages = Page.objects.order_by().live()
    pages = pages.filter(url_path__in=[f"{root.url_path}{slug}/" for slug in SLUGS])
    narrowed = privacy.only_for_signed_in(pages) if signed_in else privacy.only_public(pages)
    found = narrowed.values_list("slug", flat=True)
    return FixedPages(**{SLUGS[slug]: reverse("page", args=[f"{slug}/"]) for slug in found})

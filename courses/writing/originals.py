"""An alias shows what another page says: it belongs to the record of that page, and its lessons are the same steps."""

from __future__ import annotations

from uuid import UUID

from wagtail.models import Page


def find_original(page: Page) -> Page:
    """The page itself or, of an alias, the page it mirrors."""
    while page.alias_of_id:
        page = page.alias_of.specific
    return page


def step_key(page: Page) -> UUID:
    """The key under which reading this lesson is recorded."""
    return find_original(page).translation_key

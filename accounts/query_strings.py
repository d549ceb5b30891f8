"""Query strings that a list does not understand: it then lists nobody and says so, never everybody.

A misspelt filter that is left out shows and exports more people than were asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

LONGEST = 100
# What the addresses of lists in the editor say beside filters: page, words, order, file, language, rows on a page.
LISTING_NAMES = ("p", "q", "ordering", "export", "locale", "per_page")


def describe_unknown_names(sent: Iterable[str], known: Collection[str]) -> list[str]:
    """A sentence for each name in a query string that is no filter of this list."""
    text = _("There is no filter called “%(name)s” here, so nothing is listed.")
    return [text % {"name": name[:LONGEST]} for name in sent if name not in known]


def describe_unknown_value(name: str, value: str) -> str:
    """The sentence for a value that the filter `name` does not have."""
    text = _("“%(value)s” is no choice for %(name)s, so nothing is listed.")
    return text % {"value": value[:LONGEST], "name": name}


class StrictFiltersMixin:
    """A list in the editor that is empty, and says why, for filters that it does not have.

    Wagtail leaves out what it does not understand, and so lists everything.
    """

    def filter_queryset(self, queryset: Any) -> Any:
        if misread := self._misread():
            if not self.results_only:  # type: ignore[attr-defined]
                for text in misread:
                    messages.warning(self.request, text)  # type: ignore[attr-defined]
            return queryset.none()
        return super().filter_queryset(queryset)  # type: ignore[misc]

    def _misread(self) -> list[str]:
        filters, sent = self.filters, self.request.GET  # type: ignore[attr-defined]
        # Wagtail's own names, and those that its scripts add.
        known = {*(filters.form.fields if filters else ()), *LISTING_NAMES}
        names = [name for name in sent if not name.startswith("_w_")]
        found = describe_unknown_names(names, known)
        if filters and not filters.is_valid():
            wrong = [name for name in filters.form.errors if name in sent]
            found += [describe_unknown_value(name, sent[name]) for name in wrong]
        return found

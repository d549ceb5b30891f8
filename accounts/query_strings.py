"""Query strings that a list does not understand: it then lists nobody and says so, never everybody.

A misspelt filter that is left out shows and exports more people than were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

LONGEST = 100
# Those that are no white space.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Fields of a form that take several values.
SEVERAL = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
# What the addresses of lists in the editor say beside filters: page, words, order, file, language, rows on a page.
LISTING_NAMES = ("p", "q", "ordering", "export", "locale", "per_page")


def describe_misread(
    sent: Mapping[str, str], known: Collection[str], several: Collection[str] = ()
) -> list[str]:
    """A sentence for each name in a query string that is no filter of this list, or that cannot be meant as sent.

    A name that stands there twice would be read as one of its values; control characters are in no name or word, and
    a database that keeps none would be asked without them. `several`: the filters that take more than one value.
    """
    unknown = _("There is no filter called “%(name)s” here, so nothing is listed.")
    twice = _("“%(name)s” is given more than once, so nothing is listed.")
    found = []
    for name in sent:
        if name not in known:
            found.append(unknown % {"name": _legible(name)})
            continue
        values = sent.getlist(name) if isinstance(sent, MultiValueDict) else [sent[name]]
        if len(values) > 1 and name not in several:
            found.append(twice % {"name": name})
        found += [describe_unknown_value(name, one) for one in values if CONTROL.search(one)]
    return found


def describe_unknown_value(name: str, value: str) -> str:
    """The sentence for a value that the filter `name` does not have."""
    text = _("“%(value)s” is no choice for %(name)s, so nothing is listed.")
    return text % {"value": _legible(value), "name": name}


def refuse_export(request: HttpRequest, misread: list[str], *, back: str) -> HttpResponse:
    """400 with the reasons: a file without rows would say that nobody fits, one with all that everybody does."""
    return render(request, "not_exported.html", {"misread": misread, "back": back}, status=400)


def _legible(text: str) -> str:
    return CONTROL.sub("�", text[:LONGEST])


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
        filters, sent = self.filters, self.request.GET.copy()  # type: ignore[attr-defined]
        fields = filters.form.fields if filters else {}
        # Wagtail's own names, and those that its scripts add.
        for name in [name for name in sent if name.startswith("_w_")]:
            del sent[name]
        several = [name for name, field in fields.items() if isinstance(field, SEVERAL)]
        found = describe_misread(sent, {*fields, *LISTING_NAMES}, several)
        if filters and not filters.is_valid():
            wrong = [name for name in filters.form.errors if name in sent]
            found += [describe_unknown_value(name, sent[name]) for name in wrong]
        return list(dict.fromkeys(found))

"""The form of a saved view: its name, the address that it keeps, and with whom it is shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.query_strings import CONTROL
from accounts.readers.known_rows import KnownRowMixin
from reports.filters import OTHER_NAMES
from reports.models import SavedView
from reports.saved_views.checking import ViewReader

LONGEST = 2_000


class SavedViewForm(KnownRowMixin, forms.Form):
    """The list's own words judge the address: what it would not understand is not saved."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        error_messages={"required": _("Give the view a name")},
    )
    address = forms.CharField(
        label=_("What it shows"),
        help_text=_(
            "The address of the list with its filters and columns. To show something else, copy the address of"
            " the list from your browser into this field."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    shared_with = forms.ChoiceField(
        label=_("Who may open it"),
        help_text=_("Whoever opens a shared view sees in it only the people whom they see anyway."),
        required=False,
    )

    def __init__(
        self, data: Any, *, reader: ViewReader, roles: Sequence[tuple[str, Any]], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.reader = reader
        everybody = [(role, _("Everybody with the role %s") % label) for role, label in roles]
        self.fields["shared_with"].choices = [("", _("Only me")), *everybody]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if CONTROL.search(name):
            raise ValidationError(_("A name has no control characters."))
        return name

    def clean_address(self) -> str:
        read = self.reader.read_address(query_of(self.cleaned_data["address"]))
        if lost := (*read.misread, *read.notes):
            raise ValidationError(list(lost))
        return read.address()


class KeepViewForm(SavedViewForm):
    """Of a view that there is not yet: there is no row that somebody else may have changed."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields.pop("base")


def query_of(text: str) -> str:
    """The query string in what somebody pasted, without what it says of one page of the list."""
    query = QueryDict(text.strip().rpartition("?")[2].partition("#")[0], mutable=True)
    for name in OTHER_NAMES:
        query.pop(name, None)
    return query.urlencode()


def initial_of(view: SavedView) -> dict[str, str]:
    return {"name": view.name, "address": view.address, "shared_with": view.shared_with}

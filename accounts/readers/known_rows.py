"""A form about one row that others may change meanwhile: it carries what it knew, and says what stands now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

BASE = "base"
MADE_BY_THIS_FORM = "made"  # of a form for a new row, whose first sending has made it


class KnownRowMixin:
    """A form that begins with what a row says now: put it before the form's class, and ask with the row locked.

    Sent from a page that is older than the row, or without what it knew, the form is refused once: what was written
    stays, each field that has changed says what stands, and sending it again replaces that knowingly.
    """

    # Whether the row has changed since the page was made; known once the form is asked whether it is valid.
    is_outdated = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        if getattr(getattr(form, "instance", form), "pk", 1) is None:
            return
        form.fields[BASE] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=self.fingerprint_row
        )

    def fingerprint_row(self) -> str:
        """What the row says, by field: a short text that differs as soon as the value does."""
        return json.dumps({name: _shorten(value) for name, value in self._stored_values()})

    def clean(self) -> dict[str, Any]:
        form: Any = self
        cleaned: dict[str, Any] = super().clean() or form.cleaned_data  # type: ignore[misc]  # a form's
        if BASE in form.fields:
            self._compare(cleaned.pop(BASE, ""))
        return cleaned

    def _compare(self, sent: str) -> None:
        form: Any = self
        now = self.fingerprint_row()
        if sent in {now, MADE_BY_THIS_FORM}:
            return
        self.is_outdated = True
        known = _read(sent)
        for name, value in self._stored_values():
            if known.get(name) != _shorten(value) and name in form.fields:
                form.add_error(name, _tell_value(form.fields[name], value))
        form.add_error(
            None,
            _(
                "Somebody has changed this since you opened the page, perhaps you in another tab. Nothing was saved."
                " Look at what stands now, and save again if yours is right."
            ),
        )
        form.data = form.data.copy()
        form.data[form.add_prefix(BASE)] = now

    def _stored_values(self) -> Iterator[tuple[str, Any]]:
        """Each field, and each list of rows below this one, with what the database says."""
        form: Any = self
        for name, field in form.fields.items():
            if name != BASE:
                yield name, form.get_initial_for_field(field, name)
        for name, rows in getattr(form, "formsets", {}).items():
            yield name, [model_to_dict(row) for row in rows.get_queryset()]


def _shorten(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]


def _read(sent: str) -> dict[str, Any]:
    try:
        known = json.loads(sent)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _tell_value(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        said = _("yes") if value else _("no")
    else:
        choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        said = choices.get(str(value), str(field.prepare_value(value) or ""))
    if not said:
        return _("It has been emptied meanwhile.")
    return _("Now it says “%(value)s”.") % {"value": said}

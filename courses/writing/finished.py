"""Nothing half-written goes live: drafts may wait, publishing asks every rule, whichever way it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from courses.writing.unseen import find_unseen


class UnfinishedError(ValidationError):
    """A page or question cannot be published as it is. `thing` is what is to be finished first."""

    def __init__(self, message: Any, *, thing: Any) -> None:
        super().__init__(message)
        self.thing = thing


def require_finished(page: Any) -> None:
    """Raise UnfinishedError unless every field and block of the page may be published."""
    try:
        page.full_clean()
    except ValidationError as fault:
        raise UnfinishedError("; ".join(fault.messages), thing=page) from fault
    fields = {field.name: getattr(page, field.attname) for field in page._meta.concrete_fields}
    for name, message in explain_unseen(fields).items():
        raise UnfinishedError(f"{page._meta.get_field(name).verbose_name}: {message}", thing=page)
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            _require_finished_stream(page, field)


def explain_unseen(fields: Mapping[str, Any]) -> dict[str, str]:
    """What to do about a control character, for each field whose text or blocks hold one."""
    told: dict[str, str] = {}
    for name, value in fields.items():
        if found := find_unseen(
            value.get_prep_value() if isinstance(value, StreamValue) else value
        ):
            text = _(
                "A control character (%(code)s), which nobody can see, stands in “%(around)s”."
                " Write these words anew."
            )
            told[name] = text % {"code": found.code, "around": found.around}
    return told


class PrintableTextMixin:
    """A form of the editor that refuses control characters in its words, each at its field."""

    def clean(self) -> dict[str, Any]:
        form: Any = self
        cleaned: dict[str, Any] = super().clean() or form.cleaned_data  # type: ignore[misc]  # a form's
        for name, message in explain_unseen(cleaned).items():
            form.add_error(name, message)
        return cleaned


def _require_finished_stream(page: Any, field: StreamField) -> None:
    try:
        field.stream_block.clean(getattr(page, field.name))
    except ValidationError as fault:
        raise UnfinishedError(str(field.verbose_name), thing=page) from fault

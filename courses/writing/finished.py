"""Nothing half-written goes live: drafts may wait, publishing asks every rule, whichever way it comes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from wagtail.fields import StreamField


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
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            _require_finished_stream(page, field)


def _require_finished_stream(page: Any, field: StreamField) -> None:
    try:
        field.stream_block.clean(getattr(page, field.name))
    except ValidationError as fault:
        raise UnfinishedError(str(field.verbose_name), thing=page) from fault

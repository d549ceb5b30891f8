"""A picture that a question shows is neither deleted nor exchanged: learners would be asked about another one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from wagtail.images.forms import BaseImageForm
from wagtail.images.models import AbstractImage

from courses.writing.finished import PrintableTextMixin
from items.models import Item
from quizzes.attempts.asked_pictures import find_items_that_show


class PictureShownError(ProtectedError):
    """Somebody deletes a picture that these questions show."""

    def __init__(self, items: list[Item]) -> None:
        super().__init__("A question shows this picture.", set(items))
        self.items = items


def keep_shown_picture(instance: AbstractImage, **_rest: Any) -> None:
    """Raise PictureShownError before a picture is deleted that a question shows."""
    if items := find_items_that_show([instance.pk]):
        raise PictureShownError(items)


class PictureForm(PrintableTextMixin, BaseImageForm):  # type: ignore[misc]  # Wagtail is untyped
    """The form of a picture in the editor; the file of one that questions show stays, its words can be seen."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.instance.pk and "file" in self.changed_data:
            items = find_items_that_show([self.instance.pk])
            if items:
                self.add_error("file", _word_exchange(items))
        return cleaned


def _word_exchange(items: list[Item]) -> ValidationError:
    return forms.ValidationError(
        _(
            "This picture stays as it is, because a question shows it: %(questions)s."
            " Upload the new picture by itself, and choose it in the question."
        ),
        params={"questions": ", ".join(item.full_code for item in items)},
    )

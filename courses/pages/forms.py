"""Forms for pages that belong to a record (course or principle), with unique codes and numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from wagtail.admin.forms import WagtailAdminPageForm


class RecordPageForm(WagtailAdminPageForm):
    """Refuses a code or number that another course or principle already has, drafts included."""

    record: str
    unique: tuple[str, ...] = ("code",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        records = type(self.instance)._meta.get_field(self.record).related_model.objects
        for name in self.unique:
            value = cleaned.get(name)
            if value in (None, ""):
                continue
            other = records.filter(**{name: value}).exclude(key=self.instance.translation_key)
            if taken := other.first():
                self.add_error(
                    name,
                    _("“%(title)s” already has this. Choose another.") % {"title": taken.title},
                )
        return cleaned


class CoursePageForm(RecordPageForm):
    record = "course"


class PrinciplePageForm(RecordPageForm):
    record = "principle"
    unique = ("code", "number")

"""Forms for pages that belong to a record (course or principle), with unique codes and numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.page_records import find_code
from courses.writing.pages import WrittenPageForm

CODE_HELP = gettext_lazy(
    "The short name in files, lists and reports. Leave it empty to get a free one from the title."
)


class RecordPageForm(WrittenPageForm):
    """Proposes a code, and refuses a code or number that another record already has, drafts included."""

    record: str
    unique: tuple[str, ...] = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        records = type(self.instance)._meta.get_field(self.record).related_model.objects
        asked = [*self.unique]
        if "code" in cleaned and not cleaned["code"]:
            cleaned["code"] = find_code(cleaned.get("title", ""), self.instance, records.all())
            asked.remove("code")  # if somebody takes it now, the next one is proposed
        for name in asked:
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

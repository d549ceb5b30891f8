from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from wagtail.admin.forms import WagtailAdminModelForm

from courses.forms import RecordPageForm
from quizzes.content import ContentError, parse


class ItemForm(WagtailAdminModelForm):
    """The author's form of an item. A draft may be incomplete; what is published can be asked and marked."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.is_deferred_validation:
            return cleaned
        from quizzes.publishing import content_of  # publishing imports the models, they import this

        shown = self.instance.__class__(stem=cleaned["stem"], feedback=cleaned["feedback"])
        shown.body = cleaned["body"]
        try:
            parse(content_of(shown))
        except ContentError as fault:
            field = fault.path if fault.path in {"stem", "feedback"} else "body"
            self.add_error(field, fault.phrase.said(gettext))
        return cleaned


class QuizPageForm(RecordPageForm):
    """The author's form of a quiz page: no two quizzes have one code."""

    record = "quiz"

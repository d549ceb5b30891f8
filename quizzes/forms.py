from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from wagtail.admin.forms import WagtailAdminModelForm

from courses.forms import RecordPageForm
from quizzes import presets
from quizzes.authoring import FORMS
from quizzes.authoring.faults import beside
from quizzes.content import ContentError, parse
from quizzes.differences import settings_of


class ItemForm(WagtailAdminModelForm):
    """The author's form of an item. A draft may be incomplete; publishing needs valid content."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.is_deferred_validation:
            return cleaned
        from quizzes.publishing import content_of  # publishing imports the models, they import this

        own = ("stem", "body", "feedback", "hint", "points")
        shown = self.instance.__class__(**{name: cleaned[name] for name in own if name in cleaned})
        try:
            parse(content_of(shown))
        except ContentError as fault:
            message = fault.phrase.said(gettext)
            if fault.path in own:
                self.add_error(fault.path, message)
            elif not shown.body:
                self.add_error("body", message)
            else:
                form = FORMS[shown.body[0].block_type]
                self.add_error("body", beside(form, fault.path, message))
        return cleaned


class QuizPageForm(RecordPageForm):
    """The author's form of a quiz page.

    It refuses a code that another quiz has, and a one-page layout for a quiz that completes the course.
    """

    record = "quiz"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.is_deferred_validation:
            return cleaned
        found = presets.rules(cleaned["preset"], settings_of(cleaned["differences"]))
        if found.one_page and found.certifies:
            words = gettext("A quiz that completes the course asks one question at a time.")
            self.add_error("differences", words)
        return cleaned

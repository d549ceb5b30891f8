from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from courses.pages.forms import RecordPageForm
from quizzes.authoring.settings_blocks import settings_from_blocks
from quizzes.rules import presets


class QuizPageForm(RecordPageForm):
    """The author's form of a quiz page.

    It refuses a code that another quiz has, and a one-page layout for a quiz that completes the course.
    """

    record = "quiz"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.is_deferred_validation:
            return cleaned
        found = presets.preset_rules(
            cleaned["preset"], settings_from_blocks(cleaned["differences"])
        )
        if found.one_page and found.certifies:
            words = gettext("A quiz that completes the course asks one question at a time.")
            self.add_error("differences", words)
        return cleaned

"""What the author of a quiz page reads beside its settings: what each preset means, and what this quiz changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from wagtail.admin.panels import Panel

from quizzes import presets
from quizzes.rules_of import Rules
from quizzes.settings_words import Line, differing, lines


class PresetPanel(Panel):
    """The four kinds side by side, and in words what differs from the chosen one, as last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "quizzes/cms/preset_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | _kinds() | _here(self.instance)


def _kinds() -> dict[str, Any]:
    from quizzes.models import QuizPage  # the models import this panel

    names = dict(QuizPage._meta.get_field("preset").flatchoices)
    rows = zip(*(lines(rules) for rules in presets.PRESETS.values()), strict=True)
    return {
        "kinds": [str(names[name]).partition(":")[0] for name in presets.PRESETS],
        "rows": [(gettext(row[0].label), [_said(line) for line in row]) for row in rows],
    }


def _here(page: Any) -> dict[str, Any]:
    """The differences of a page that was saved; a new one has none yet."""
    from quizzes.publishing import rules_on  # publishing imports the models

    if not page.pk:
        return {"differences": None}
    rules: Rules = rules_on(page)
    return {
        "kind": page.get_preset_display().partition(":")[0],
        "differences": [
            {
                "label": gettext(found.here.label),
                "here": _said(found.here),
                "usual": _said(found.usual),
            }
            for found in differing(rules)
        ],
    }


def _said(line: Line) -> str:
    from quizzes import words  # words ask the models

    return ", ".join(words.said(value, line.when) for value in line.values)

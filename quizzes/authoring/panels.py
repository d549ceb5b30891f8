"""What the author of a quiz page reads beside its settings: what each preset means, and what this quiz changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from wagtail.admin.panels import Panel

from items import sentences
from quizzes.authoring.written_rules import rules_on_page
from quizzes.rules import presets
from quizzes.rules.descriptions import SettingLine, describe_differences, describe_settings
from quizzes.rules.settings import QuizRules


class PresetPanel(Panel):
    """The four kinds side by side, and in words what differs from the chosen one, as last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "quizzes/cms/preset_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | _kinds(self.instance) | _here(self.instance)


def _kinds(page: Any) -> dict[str, Any]:
    names = dict(page._meta.get_field("preset").flatchoices)
    rows = zip(*(describe_settings(rules) for rules in presets.PRESETS.values()), strict=True)
    return {
        "kinds": [str(names[name]).partition(":")[0] for name in presets.PRESETS],
        "rows": [(gettext(row[0].label), [_said(line) for line in row]) for row in rows],
    }


def _here(page: Any) -> dict[str, Any]:
    """The differences of a page that was saved; a new one has none yet."""
    if not page.pk:
        return {"differences": None}
    rules: QuizRules = rules_on_page(page)
    return {
        "kind": page.get_preset_display().partition(":")[0],
        "differences": [
            {
                "label": gettext(found.here.label),
                "here": _said(found.here),
                "usual": _said(found.usual),
            }
            for found in describe_differences(rules)
        ],
    }


def _said(line: SettingLine) -> str:
    return ", ".join(sentences.translate(value, line.when) for value in line.values)

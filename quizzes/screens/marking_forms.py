"""The reviewer's form: one group of levels for each criterion, and words to the learner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from items import sentences
from items.kinds.free_text import FreeTextSpec, RubricCriterion
from quizzes.attempts.marking import MOST_COMMENT, ReviewerJudgement, find_problems

LEVEL = "level-"


class MarkForm(forms.Form):
    """The rubric of one question. What is missing is said beside its group of levels."""

    def __init__(self, spec: FreeTextSpec, data: Any = None) -> None:
        super().__init__(data)
        self.spec = spec
        for criterion in spec.criteria:
            self.fields[LEVEL + criterion.id] = _levels(criterion)
        self.fields["comment"] = forms.CharField(
            label=_("Your words to the learner"),
            help_text=_(
                "Needed when a level is below the best one. They read it with their result."
            ),
            widget=forms.Textarea(attrs={"rows": 5}),
            max_length=MOST_COMMENT,
            required=False,
        )

    @property
    def judgement(self) -> ReviewerJudgement:
        """What the reviewer says so far."""
        given = self.cleaned_data
        picked = {row.id: given.get(LEVEL + row.id, "") for row in self.spec.criteria}
        return ReviewerJudgement(picked, given.get("comment", ""))

    def clean(self) -> dict[str, Any]:
        for name, phrase in find_problems(self.spec, self.judgement).items():
            field = name if name == "comment" else LEVEL + name
            if field not in self.errors:
                self.add_error(field, sentences.translate(phrase))
        return self.cleaned_data


def _levels(criterion: RubricCriterion) -> forms.ChoiceField:
    choices = [
        (
            level.id,
            gettext("%(level)s (credit %(credit)s)")
            % {"level": level.text, "credit": level.points},
        )
        for level in criterion.levels
    ]
    return forms.ChoiceField(
        label=criterion.title, choices=choices, widget=forms.RadioSelect, required=False
    )

"""The author's form of each kind of item, by name.

A new kind needs a form here and a line in `FORMS`, its rules in `quizzes.kinds`, and a template in
`templates/quizzes/kinds/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter, StreamBlockValidationError

from courses.writing.drafts import DraftBlocks
from items.authoring import contents
from items.authoring.choices import MultipleForm, SingleForm, SpotForm, SurveyForm
from items.authoring.form import KindForm
from items.authoring.pairs import CategoriseForm, MatchingForm, RatePostForm
from items.authoring.pictures import HotspotForm, ImageChoiceForm
from items.authoring.reading import DescriptionForm
from items.authoring.sequences import OrderingForm, RankingForm
from items.authoring.statements import ConfidenceForm, TrueFalseForm
from items.authoring.stories import ScenarioForm
from items.authoring.typed import GapForm, NumberForm, ShortTextForm
from items.authoring.writing import FreeTextForm

NO_KIND = _("Choose what kind of question it is.")

FORMS: Mapping[str, KindForm] = {
    form.name: form
    for form in (
        SingleForm(),
        MultipleForm(),
        TrueFalseForm(),
        ConfidenceForm(),
        NumberForm(),
        ShortTextForm(),
        GapForm(),
        OrderingForm(),
        RankingForm(),
        MatchingForm(),
        CategoriseForm(),
        RatePostForm(),
        SpotForm(),
        ImageChoiceForm(),
        HotspotForm(),
        ScenarioForm(),
        FreeTextForm(),
        SurveyForm(),
        DescriptionForm(),
    )
}


class KindBlocks(DraftBlocks):
    """The author's form of an item: the one block in `Item.body` is the kind."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        forms = [(name, form.block) for name, form in FORMS.items()]
        super().__init__([*forms, *(local_blocks or ())], **kwargs)

    def clean(self, value: Any) -> Any:
        if not value and not self.is_deferred_validation:
            raise StreamBlockValidationError(non_block_errors=[ValidationError(NO_KIND)])
        return super().clean(value)

    class Meta:
        min_num = 1
        max_num = 1


class KindBlocksForm(StreamBlockAdapter):
    """Tells the script of the form no least number of kinds: it would write that in red before anything is typed."""

    def js_args(self, block: KindBlocks) -> list[Any]:
        """Return what the script gets; that a kind is needed is said on publishing."""
        *known, meta = super().js_args(block)
        return [*known, meta | {"minNum": None}]


register(KindBlocksForm(), KindBlocks)


def count_missing_reasons(body: Any) -> int:
    """Return how many reasons the form of a question asks for that are empty in the value of `Item.body`."""
    return sum(contents.count_missing_reasons(one.block, one.value) for one in body)


def content_of_body(body: Any) -> dict[str, Any]:
    """Return `kind` and the content of that kind from the value of `Item.body`; a draft may be incomplete."""
    if not body:
        return {"kind": ""}
    return {"kind": body[0].block_type, **FORMS[body[0].block_type].content(body[0].value)}

"""Form of the description: text between questions, with nothing to answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from items.authoring.form import KindForm


class DescriptionBlock(blocks.StructBlock):
    class Meta:
        icon = "doc-full"
        label = _("Description")
        description = _("Words to read before the next question, such as a case.")
        help_text = _("People read the question above and continue. It earns nothing.")


class DescriptionForm(KindForm):
    name = "description"
    block_class = DescriptionBlock
    shown_as = "survey"
    printed_as = "nothing"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {}

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from wagtail.admin.forms import WagtailAdminModelForm

from items.authoring.faults import error_beside_field
from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS
from items.kinds.content import parse_content
from items.kinds.spec import ContentError


class ItemForm(WagtailAdminModelForm):
    """The author's form of an item. A draft may be incomplete; publishing needs valid content."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.is_deferred_validation:
            return cleaned
        own = ("stem", "body", "feedback", "hint", "points")
        shown = self.instance.__class__(**{name: cleaned[name] for name in own if name in cleaned})
        try:
            parse_content(content_of(shown))
        except ContentError as fault:
            message = fault.phrase.said(gettext)
            if fault.path in own:
                self.add_error(fault.path, message)
            elif not shown.body:
                self.add_error("body", message)
            else:
                form = FORMS[shown.body[0].block_type]
                self.add_error("body", error_beside_field(form, fault.path, message))
        return cleaned

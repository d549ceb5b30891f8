from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from wagtail.admin.forms import WagtailAdminModelForm

from accounts.codes import next_number
from accounts.readers.known_rows import KnownRowMixin
from courses.writing.pages import DraftScheduleMixin
from items.authoring.faults import error_beside_field
from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS
from items.kinds.content import parse_written
from items.kinds.spec import ContentError

CODE_HELP = gettext_lazy(
    "The short name in files, lists and reports. Leave it empty to get the next free number of the bank."
)


class BankRecordForm(KnownRowMixin, WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """A bank has no versions: a form that is older than it says so."""


class ItemForm(DraftScheduleMixin, WagtailAdminModelForm):
    """The author's form of an item. A draft may be incomplete; publishing needs valid content."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_code_proposed = False
        if "code" in self.fields:
            self.fields["code"].required = False

    def _get_validation_exclusions(self) -> set[str]:
        """Somebody may take the proposed code before this one is saved: the save is refused, and proposes the next."""
        return super()._get_validation_exclusions() | ({"code"} if self.is_code_proposed else set())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (bank := cleaned.get("bank")) and not cleaned.get("code", "-"):
            self.is_code_proposed = not self.instance.code
            cleaned["code"] = self.instance.code or next_code(bank)
        if self.errors or self.is_deferred_validation:
            return cleaned
        own = ("stem", "body", "feedback", "hint", "points")
        shown = self.instance.__class__(**{name: cleaned[name] for name in own if name in cleaned})
        try:
            parse_written(content_of(shown))
        except ContentError as fault:
            message = fault.phrase.said(gettext, ngettext)
            if fault.path in own:
                self.add_error(fault.path, message)
            elif not shown.body:
                self.add_error("body", message)
            else:
                form = FORMS[shown.body[0].block_type]
                self.add_error("body", error_beside_field(form, fault.path, message))
        return cleaned


def next_code(bank: Any) -> str:
    """The next free number of a bank: `POST-7` in the bank POST of six questions."""
    return next_number(
        bank.code, bank.items.count() + 1, lambda code: bank.items.filter(code=code).exists()
    )

"""An alias of a page with a code stays an alias: a page of its own needs a code of its own, so it is copied."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wagtail.models import Page

from config.failures.refusals import Refusal
from courses.pages.forms import RecordPageForm
from courses.writing.originals import find_original


def refuse_conversion(request: HttpRequest, page: Page) -> Refusal | None:
    """Why this alias cannot become a page of its own, and the form that copies its original; None if it can."""
    if not has_own_record(page):
        return None
    original = find_original(page)
    adds = original.get_parent().permissions_for_user(request.user).can_add_subpage()
    copy = reverse("wagtailadmin_pages:copy", args=[original.pk])
    return Refusal(
        409,
        _("This stays an alias"),
        _(
            "Nothing was changed. “%(title)s” has a code, and two pages of one code would stand in lists as"
            " the same. Copy the original instead: the copy is a draft with a free code. Then delete this alias;"
            " nothing that people did is lost."
        )
        % {"title": page.get_admin_display_title()},
        step=(_("Copy it instead"), copy) if adds else None,
    )


def has_own_record(page: Page) -> bool:
    """Whether pages of this type stand for a record. A module has a principle, too, but only teaches it."""
    return issubclass(getattr(page.specific_class, "base_form_class", object), RecordPageForm)

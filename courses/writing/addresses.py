"""Where the editor opens a thing: the one place that asks Wagtail for it."""

from __future__ import annotations

from django.db.models import Model

from wagtail.admin.admin_url_finder import AdminURLFinder


def find_edit_address(thing: Model) -> str:
    """The address of the form in which a page, question or other thing is edited; empty if it has none.

    Whether the person may open it is asked by the form.
    """
    return AdminURLFinder().get_edit_url(thing) or ""

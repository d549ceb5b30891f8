"""The languages of pages: a superuser adds them in the editor, and one in which pages are written stays as it is.

With another code, English pages would be served as Finnish ones; without the first language no page is found.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wagtail.locales.utils import get_locale_usage
from wagtail.models import Locale

from config.failures.refusals import Refusal

ACTS = {
    "wagtaillocales:edit": "wagtailcore.change_locale",
    "wagtaillocales:delete": "wagtailcore.delete_locale",
}


def refuse_to_change_language(request: HttpRequest, name: str, pk: Any) -> Refusal | None:
    """The refusal for whoever may change or delete languages, of one that pages need; None in every other case."""
    if name not in ACTS or not request.user.has_perm(ACTS[name]):  # type: ignore[union-attr]
        return None
    try:
        locale = Locale.all_objects.filter(pk=pk).first()
    except (ValueError, OverflowError):
        return None
    if locale is None or not _is_needed(locale):
        return None
    return Refusal(
        409,
        _("Pages need this language"),
        _(
            "It is the first language of the site, or something is written in it, so it keeps its code and is not"
            " deleted. Nothing was changed. Add the language that you want beside it."
        ),
        step=(_("See the languages"), reverse("wagtaillocales:index")),
    )


def _is_needed(locale: Locale) -> bool:
    return locale.language_code == settings.LANGUAGE_CODE or any(get_locale_usage(locale))

"""The editor's form of a site: one is always the default one, which shows every page that no other address shows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from wagtail.models import Page, Site
from wagtail.sites.forms import SiteForm


class DefaultSiteForm(SiteForm):  # type: ignore[misc]
    """The tick moves: the site that gets it takes it from the one that has it, and nobody takes it away alone."""

    def _others(self) -> QuerySet[Site]:
        """The site that is the default one, unless it is the one that is edited."""
        return Site.objects.filter(is_default_site=True).exclude(pk=self.instance.pk)

    def clean_is_default_site(self) -> bool:
        ticked: bool = self.cleaned_data["is_default_site"]
        if not ticked and not self._others().exists():
            raise ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _(
                        "Without a default site nobody finds the pages. Open another site, or add one, and make"
                        " that the default one: this one stops being it then."
                    ),
                    reverse("wagtailsites:index"),
                    _("See the sites"),
                )
            )
        return ticked

    def clean_root_page(self) -> Page:
        page: Page = self.cleaned_data["root_page"]
        if page.is_root() or not page.live:
            raise ValidationError(
                _("This page is not published, so the site would show nothing. Choose another one.")
            )
        return page

    def _post_clean(self) -> None:
        # The site itself refuses to be a second default one, so it is asked as it will be once the tick has moved.
        with transaction.atomic():
            if self.cleaned_data.get("is_default_site"):
                self._others().update(is_default_site=False)
            super()._post_clean()
            transaction.set_rollback(True)

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        if commit and self.cleaned_data["is_default_site"]:
            for other in self._others():
                other.is_default_site = False
                other.save(update_fields=["is_default_site"])
        return super().save(commit)


def choose_site_form(_viewset: Any, for_update: bool = False) -> type[SiteForm]:
    """In place of `SiteViewSet.get_form_class`: Wagtail has no setting for this form, as it has for accounts."""
    return DefaultSiteForm

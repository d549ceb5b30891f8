"""What every page of ours does when its author opens, saves or copies it."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page, PagePermissionTester, Revision

from courses.writing.finished import explain_unseen, require_finished
from courses.writing.schedules import DAYS, content_without_spent_days, spent_days


class DraftScheduleMixin:
    """A form in which neither a last day that has passed nor a field that cannot be stored stops a draft.

    Such a field keeps what it had (a long text what fits), and all else is saved. Publishing asks every rule.
    """

    cleaned_data: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        if self.is_deferred_validation:  # type: ignore[attr-defined]  # Wagtail's forms have it
            self.cleaned_data |= dict.fromkeys(spent_days(self.cleaned_data, timezone.now()))
            self._keep_what_cannot_be_stored()
            self._keep_schedule()
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        return cleaned

    def _keep_what_cannot_be_stored(self) -> None:
        form: Any = self
        for field in form.instance._meta.concrete_fields:
            if field.name not in form.fields:
                continue
            sent = form.fields[field.name].widget.value_from_datadict(
                form.data, form.files, form.add_prefix(field.name)
            )
            if isinstance(field, models.DecimalField | models.IntegerField):
                kept = _keep_number(form, field)
            elif isinstance(field, models.SlugField) and not sent:
                kept = form.instance.slug or _find_free_slug(form)
            elif isinstance(field, models.CharField) and len(sent or "") > (field.max_length or 0):
                kept = str(sent)[: field.max_length].strip()
            elif field.name == "slug" and "slug" in form.errors:
                kept = form.instance.slug or _find_free_slug(form)
                note_untaken(form, "slug")
            else:
                continue
            form.errors.pop(field.name, None)
            self.cleaned_data[field.name] = kept

    def _keep_schedule(self) -> None:
        """Keep the days that the draft had for those that cannot be read, or that are in the wrong order."""
        form: Any = self
        for name in (day for day in DAYS if day in form.errors):
            self._keep_day(name)
        begin, end = (self.cleaned_data.get(day) for day in DAYS)
        if begin and end and begin > end:
            for name in DAYS:
                self._keep_day(name)

    def _keep_day(self, name: str) -> None:
        form: Any = self
        form.errors.pop(name, None)
        had = {name: getattr(form.instance, name)}
        self.cleaned_data[name] = None if spent_days(had, timezone.now()) else had[name]
        note_untaken(form, name)


def note_untaken(form: Any, name: str) -> None:
    """Note a field of a draft that kept what it had; whoever saved it is told."""
    labels = form.instance.__dict__.setdefault("untaken_labels", {})
    labels[name] = str(form.fields[name].label or name)


def tell_untaken(request: HttpRequest, written: Any) -> None:
    """Say which fields of a saved draft were not taken. Autosave has no page to say it on."""
    labels = written.__dict__.pop("untaken_labels", {})
    if labels and not request.headers.get("Accept", "").startswith("application/json"):
        words = _(
            "Saved, but these were not taken, as they cannot be so: %(names)s. Correct them here."
        )
        messages.warning(request, words % {"names": ", ".join(labels.values())})


def _find_free_slug(form: Any) -> str:
    """An address for a draft whose author gave none: of its title, or of its kind where that has no letters."""
    words = slugify(form.cleaned_data.get("title", ""), allow_unicode=True)[:240]
    base = words or form.instance._meta.model_name
    taken = set(form.parent_page.get_children().values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)


def _keep_number(form: Any, field: models.Field[Any, Any]) -> Any:
    """The number that was sent if it can be stored and published, else what the draft had."""
    sent = form.cleaned_data.get(field.name)
    try:
        return field.clean(sent, form.instance)
    except ValidationError:
        had = getattr(form.instance, field.name)
        return field.get_default() if had is None else had


class WrittenPageForm(DraftScheduleMixin, WagtailAdminPageForm):
    """The author's form of a page. A draft may hold control characters, what is published may not."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_deferred_validation:
            self._propose_address_anew()
        else:
            for name, message in explain_unseen(cleaned).items():
                self.add_error(name, message)
        return cleaned

    def _propose_address_anew(self) -> None:
        """Somebody else took the address that was proposed for this draft a moment ago: propose the next one."""
        is_proposed = not self.data.get(self.add_prefix("slug")) and not self.instance.slug
        if is_proposed and "slug" in self.errors:
            self.errors.pop("slug")
            self.cleaned_data["slug"] = _find_free_slug(self)


class DraftCopyForm(CopyForm):
    """Copies begin as drafts: their author chooses a code and words before anything of them is live."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)


class WrittenPagePermissionTester(PagePermissionTester):
    """Who adds no pages is offered no button that removes one: to Wagtail everybody who changes pages may."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        may_add = self.user.is_superuser or "add" in getattr(self, "permissions", ())
        return may_add and bool(super().can_delete(ignore_bulk=ignore_bulk))


class WrittenPage(Page):
    """A page whose spent schedule is no part of its next draft, and whose copies begin as drafts."""

    base_form_class = WrittenPageForm
    copy_form_class = DraftCopyForm

    class Meta:
        abstract = True

    def get_url_parts(self, request: Any = None) -> tuple[int, str | None, str | None] | None:
        """The page under BASE_URL, the one source of our address, whatever the row of the site says."""
        parts = super().get_url_parts(request)
        if parts is None or parts[1] is None:
            return None if parts is None else (parts[0], parts[1], parts[2])
        return (parts[0], settings.BASE_URL, parts[2])

    def permissions_for_user(self, user: Any) -> WrittenPagePermissionTester:
        return WrittenPagePermissionTester(user, self)

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """A stored draft as its author opens it."""
        return super().with_content_json(
            content_without_spent_days(self, content, at=timezone.now())
        )

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Make the revision live; raises UnfinishedError for one that is half-written."""
        require_finished(revision.as_object())
        super().publish(revision, *args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Page:
        """Copy the page, and what is below it if asked, as drafts."""
        return super().copy(*args, **kwargs | {"keep_live": False})

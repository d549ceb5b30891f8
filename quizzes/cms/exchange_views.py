"""Questions from files and into files in the CMS: first a table of what would happen, then all of it or nothing.

The uploaded file waits in the cache under its SHA-256 and its owner. That same file is applied, and only
if the plan made from it is still the plan that was shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView

from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from accounts.models import User
from items.authoring.registry import FORMS
from items.banks import importing, item_files
from items.banks.importing import ItemFault, ItemImportPlan, ItemImportRefusedError
from items.banks.item_files import FileNote, ItemFile
from items.exchange.formats import FORMATS
from items.exchange.places import place_in_words
from items.models import Item, ItemBank

MOST_MEGABYTES = 5
UPLOAD_KEPT_SECONDS = 60 * 60
MOST_SHOWN = 500
DRAFTS, PUBLISH = "drafts", "publish"
TITLES = {name: each.title for name, each in FORMATS.items()} | {"json": "JSON", "toml": "TOML"}
SUFFIXES = {name: each.suffix for name, each in FORMATS.items()} | {"json": ".json"}


@dataclass(frozen=True)
class PendingUpload:
    """An uploaded file that waits for confirmation, with the choices made in the form."""

    name: str
    data: bytes
    bank: int
    form: str
    drafts: bool

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file and the choices together."""
        chosen = f"{self.bank}:{self.form}:{self.drafts}:{self.name}:".encode()
        return hashlib.sha256(chosen + self.data).hexdigest()


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "At most %(size)s MB. Nothing is changed before you have seen what would happen."
        )
        % {"size": MOST_MEGABYTES},
        error_messages={
            "required": gettext_lazy("Choose the file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("", gettext_lazy("Find out from the file")), *TITLES.items()],
        required=False,
    )
    bank = forms.ModelChoiceField(
        label=gettext_lazy("Bank"), queryset=ItemBank.objects.order_by("title")
    )
    then = forms.ChoiceField(
        label=gettext_lazy("Then"),
        widget=forms.RadioSelect,
        initial=DRAFTS,
        choices=[
            (DRAFTS, gettext_lazy("Keep them as drafts for review")),
            (PUBLISH, gettext_lazy("Publish them now")),
        ],
    )

    def __init__(self, *args: Any, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            then = cast("forms.ChoiceField", self.fields["then"])
            then.choices = [(DRAFTS, gettext_lazy("Keep them as drafts for review"))]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Split it, or use the command import_items.")
                % {"size": MOST_MEGABYTES}
            )
        return file


class ItemFileMixin(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """Permissions and breadcrumbs of the import and export screens."""

    header_icon = "help"
    permission_required = "change"
    steps: ClassVar[tuple[tuple[str, Any], ...]] = ()

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Item)

    @property
    def may_publish(self) -> bool:
        return bool(self.user_has_permission("publish"))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        banks = reverse(Item.snippet_viewset.get_url_name("list"))
        items = [*self.breadcrumbs_items, {"url": banks, "label": _("Questions")}]
        items += [{"url": reverse(name), "label": label} for name, label in self.steps]
        return [*items, {"url": "", "label": self.get_page_title()}]


class ImportMixin(ItemFileMixin):
    """Import creates items, so the add permission is needed as well."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.user_has_permission("add"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ImportView(ImportMixin, FormView):  # type: ignore[type-arg]
    """Choose a file; what it would do is shown on a page of its own."""

    template_name = "quizzes/cms/import.html"
    page_title = gettext_lazy("Import questions")
    form_class = ImportForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"may_publish": self.may_publish}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "bank": self.request.GET.get("bank")}

    def form_valid(self, form: ImportForm) -> HttpResponse:
        chosen = form.cleaned_data
        file = chosen["file"]
        upload = PendingUpload(
            name=file.name,
            data=file.read(),
            bank=chosen["bank"].pk,
            form=chosen["form"],
            drafts=chosen["then"] == DRAFTS,
        )
        cache.set(_place(self.request, upload.sha256), upload, UPLOAD_KEPT_SECONDS)
        return redirect("quiz_exchange:plan", upload.sha256)


class ImportPlanView(ImportMixin, TemplateView):
    """What a file would do, item by item; pressing the button does exactly that."""

    template_name = "quizzes/cms/import_plan.html"
    page_title = gettext_lazy("What would happen")
    steps = (("quiz_exchange:import", gettext_lazy("Import questions")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.upload: PendingUpload | None = cache.get(_place(request, kwargs["sha256"]))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bank = self._bank()
        if self.upload is None or bank is None:
            return self._gone()
        return self.render_to_response(self.get_context_data() | _looked_at(self.upload, bank))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bank = self._bank()
        if self.upload is None or bank is None:
            return self._gone()
        if not self.upload.drafts and not self.may_publish:
            raise PermissionDenied
        seen = _looked_at(self.upload, bank)
        plan: ItemImportPlan | None = seen["plan"]
        if plan is None or plan.faults or plan.digest != request.POST.get("digest"):
            messages.error(
                request,
                _("Something has changed since you looked. Look again: nothing was imported."),
            )
            return self.render_to_response(self.get_context_data() | seen)
        count = importing.apply_plan(
            plan, actor=cast("User", request.user), drafts=self.upload.drafts
        )
        cache.delete(_place(request, self.upload.sha256))
        messages.success(request, _done(count, drafts=self.upload.drafts))
        return redirect(f"{reverse(Item.snippet_viewset.get_url_name('list'))}?bank={bank.pk}")

    def _bank(self) -> ItemBank | None:
        return ItemBank.objects.filter(pk=self.upload.bank).first() if self.upload else None

    def _gone(self) -> HttpResponse:
        messages.warning(self.request, _("The file is no longer kept. Choose it again."))
        return redirect("quiz_exchange:import")


class ExportForm(forms.Form):
    bank = forms.ModelChoiceField(
        label=gettext_lazy("Bank"), queryset=ItemBank.objects.order_by("title")
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=[(name, TITLES[name]) for name in item_files.WRITTEN]
    )


class ExportView(ItemFileMixin, TemplateView):
    """Choose a bank and a format, see what the format cannot hold, then take the file."""

    template_name = "quizzes/cms/export.html"
    page_title = gettext_lazy("Export questions")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ExportForm(request.GET if "bank" in request.GET else None)
        context = self.get_context_data(form=form)
        if not form.is_valid():
            return self.render_to_response(context)
        bank, name = form.cleaned_data["bank"], form.cleaned_data["form"]
        writing = item_files.write_item_file(bank, name)
        if "take" in request.GET:
            return _file(writing.data, f"{bank.code}{SUFFIXES[name]}")
        context |= {
            "bank": bank,
            "title": TITLES[name],
            "losses": writing.losses,
            "items": bank.items.filter(live=True).count(),
            "query": f"bank={bank.pk}&form={name}",
            "size": len(writing.data),
        }
        return self.render_to_response(context)


def _place(request: HttpRequest, sha256: str) -> str:
    return f"quiz-import:{request.user.pk}:{sha256}"


def _looked_at(upload: PendingUpload, bank: ItemBank) -> dict[str, Any]:
    """What the page says about a file: the plan with its rows, or what is wrong with the file."""
    plan: ItemImportPlan | None = None
    found: ItemFile | None = None
    notes: tuple[FileNote, ...] = ()
    faults: tuple[ItemFault, ...] = ()
    try:
        found = item_files.read_item_file(upload.data, upload.name, upload.form)
        plan, notes = item_files.plan_file(bank, found, drafts=upload.drafts)
        faults = tuple(plan.faults)
    except ItemImportRefusedError as refused:
        faults = refused.faults
    rows = _rows(plan, found, notes) if plan and found else []
    return {
        "upload": upload,
        "bank": bank,
        "plan": plan,
        "format": TITLES.get(found.form, "") if found else TITLES.get(upload.form, ""),
        "problems": [_problem(fault) for fault in faults[:MOST_SHOWN]],
        "rows": rows[:MOST_SHOWN],
        "may_apply": bool(rows) and not faults,
        "more": max(0, len(rows) - MOST_SHOWN),
        "left_out": _left_out(plan, notes) if plan else [],
        "changes": sum(row["action"] != importing.UNCHANGED for row in rows),
        "headline": _headline(plan, importing.count_problems(faults)),
        "replaced": _replaced(plan) if plan and not upload.drafts else [],
    }


def _replaced(plan: ItemImportPlan) -> list[Item]:
    """The questions of which the file brings other words that go live."""
    changed = [one.item for one in plan.changes if one.action == importing.CHANGED]
    return [item for item in changed if item.pk]


def _headline(plan: ItemImportPlan | None, faults: int) -> str:
    if faults:
        return ngettext(
            "Nothing can be imported: %(count)s problem",
            "Nothing can be imported: %(count)s problems",
            faults,
        ) % {"count": faults}
    counts = {action: plan.count(action) if plan else 0 for action in ACTIONS}
    return _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % counts


ACTIONS = {
    importing.NEW: gettext_lazy("new"),
    importing.CHANGED: gettext_lazy("changed"),
    importing.UNCHANGED: gettext_lazy("unchanged"),
}


def _rows(
    plan: ItemImportPlan, found: ItemFile, notes: tuple[FileNote, ...]
) -> list[dict[str, Any]]:
    said: dict[str, list[str]] = {}
    for note in notes:
        said.setdefault(note.code, []).append(note.words)
    return [
        {
            "line": found.lines.get(change.item.code, 0),
            "code": change.item.code,
            "kind": FORMS[change.after["content"]["kind"]].block.meta.label,
            "action": change.action,
            "told": ACTIONS[change.action],
            "differs": ", ".join(place_in_words(name, _) for name in change.differs),
            "notes": said.get(change.item.code, ()),
        }
        for change in plan.changes
    ]


def _left_out(plan: ItemImportPlan, notes: tuple[FileNote, ...]) -> list[Any]:
    """The notes about parts of the file that do not become an item."""
    codes = {change.item.code for change in plan.changes}
    return [note for note in notes if note.code not in codes]


def _problem(fault: ItemFault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "code": fault.code,
        "field": fault.where,
        "message": fault.message,
    }


def _done(count: int, *, drafts: bool) -> str:
    if not count:
        return _("Nothing had to be changed.")
    if drafts:
        words = ngettext(
            "%(count)s question is kept as a draft.",
            "%(count)s questions are kept as drafts.",
            count,
        )
    else:
        words = ngettext(
            "%(count)s question is published.", "%(count)s questions are published.", count
        )
    return words % {"count": count}


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""`/channels/register/`: paste the address of an account, and it is in the registry as a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from accounts.codes import CODE_VALIDATOR
from accounts.models import Region, Role, User
from accounts.permissions import has_role
from channels.addresses import channel_address
from channels.desk import sponsoring
from channels.desk.account_checks import check_account_is_new
from channels.desk.platforms import read_address, spell_refusal
from channels.desk.registration import register_channel
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, Platform, Sponsorship
from channels.rules.profile_addresses import AddressRefusedError
from channels.screens.deed_forms import (
    DayField,
    PersonField,
    ReasonField,
    offer_governed_regions,
)

DETAILS = (
    *("title", "purpose", "audience", "region", "language", "classification"),
    *("min_cover", "public", "account_id", "review_on"),
)


class RegisterForm(forms.Form):
    """The account by its address, and what people have to know of it."""

    address = forms.CharField(
        label=gettext_lazy("Address of the profile, or its handle"),
        help_text=gettext_lazy("Paste the address as your browser shows it."),
        max_length=500,
        error_messages={"required": gettext_lazy("Paste the address.")},
    )
    platform = forms.ModelChoiceField(
        Platform.objects.all(),
        label=gettext_lazy("Platform"),
        help_text=gettext_lazy("Only for a handle: an address names its platform."),
        required=False,
        empty_label=gettext_lazy("As the address says"),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "Stays for ever: capital letters, digits and hyphens, like X-SUPPORT-UK."
        ),
        max_length=50,
        validators=[CODE_VALIDATOR],
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("What is it for, and for whom?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    audience = forms.CharField(label=gettext_lazy("Who reads it?"), max_length=300, required=False)
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        empty_label=gettext_lazy("No region"),
    )
    language = forms.CharField(label=gettext_lazy("Language"), max_length=12, initial="en")
    classification = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Channel.Classification.choices
    )
    min_cover = forms.IntegerField(
        label=gettext_lazy("How many people have to be able to post?"),
        min_value=1,
        max_value=500,
        initial=2,
    )
    public = forms.BooleanField(
        label=gettext_lazy("In the public list of official channels"), required=False, initial=True
    )
    account_id = forms.CharField(
        label=gettext_lazy("The platform’s number of the account"),
        help_text=gettext_lazy("It stays when the handle changes."),
        max_length=100,
        required=False,
    )
    review_on = DayField(
        label=gettext_lazy("When does somebody look whether it is still needed?"), required=True
    )
    reason = ReasonField()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_governed_regions(self.fields["region"], actor)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        platform = said.get("platform")
        if "address" in said:
            try:
                said["account"] = read_address(said["address"], platform.code if platform else "")
            except AddressRefusedError as refused:
                self.add_error("address", spell_refusal(refused))
        return said

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        return day


class ProposalForm(RegisterForm):
    """The same by an employee, who runs the account or has found it, and names who stands up for it."""

    code = None  # type: ignore[assignment]
    public = None  # type: ignore[assignment]
    account_id = None  # type: ignore[assignment]
    runs_it = forms.ChoiceField(
        label=gettext_lazy("What do you have to do with it?"),
        choices=(
            ("yes", gettext_lazy("I run it: I will answer for it")),
            ("no", gettext_lazy("I found it: somebody else runs it")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you run it.")},
    )
    deputy = PersonField(label=gettext_lazy("Deputy, if you run it"), required=False)
    sponsor = PersonField(label=gettext_lazy("Sponsor, who stands up for it"))
    field_order = ("address", "platform", "title", "runs_it", "deputy", "sponsor")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        region: Any = self.fields["region"]
        region.queryset, region.required = Region.objects.all(), False
        region.empty_label, region.initial = _("No region"), actor.region_id
        manager = actor.manager
        self.fields["sponsor"].initial = (manager.hr_id or manager.email) if manager else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("runs_it") == "yes" and not said.get("deputy") and "deputy" not in self.errors:
            self.add_error("deputy", _("Two people answer for a channel. Name your deputy."))
        return said


def must_register(person: User) -> None:
    """Raises PermissionDenied for everybody but channel governance, in whatever region."""
    if not has_role(person, Role.GOVERNANCE, at=timezone.now()):
        raise PermissionDenied(_("Only channel governance registers channels."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register_account(request: PersonRequest) -> HttpResponse:
    """The form; then the account as it was read, for a second look; then the draft."""
    must_register(request.user)
    form = RegisterForm(request.POST or None, actor=request.user)

    def register(said: dict[str, Any]) -> str:
        channel = _register(request, said)
        messages.success(request, _("%(channel)s is registered.") % {"channel": channel})
        return channel_address(channel.code)

    heading, button = _("Register a channel"), _("Register the channel")
    return take_step(request, form, register, _foretell, heading, button)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def propose_account(request: PersonRequest) -> HttpResponse:
    """An employee registers a channel that they run or found: the form, a second look, the draft."""
    form = ProposalForm(request.POST or None, actor=request.user)

    def propose(said: dict[str, Any]) -> str:
        asked = _propose(request, said)
        told = {"person": asked.person}
        messages.success(request, _("%(person)s is asked to stand up for it.") % told)
        return sponsoring.sponsor_address(asked)

    heading, button = _("Register a channel you run or found"), _("Register the channel")
    return take_step(request, form, propose, _foretell, heading, button)


def take_step(
    request: PersonRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    foretell: Callable[[User, dict[str, Any]], list[str]],
    heading: str,
    button: str,
) -> HttpResponse:
    """Show the form, or what would happen, or do it and go on to the address that `act` returns."""
    shown: dict[str, Any] = {"effects": None, "remedy": ""}
    step = request.POST.get("step", "look")
    if request.method == "POST" and form.is_valid() and step != "edit":
        try:
            if step == "do":
                return redirect(act(form.cleaned_data))
            shown["effects"] = foretell(request.user, form.cleaned_data)
        except ActorNotAllowedError as refused:
            raise PermissionDenied(refused.reason) from refused
        except ChannelRefusedError as refused:
            form.add_error(None, refused.reason)
            shown["remedy"] = refused.remedy
    context = {"form": form, "button": button, "heading": heading, **shown}
    return render(request, "channels/register.html", context)


def _register(request: PersonRequest, said: dict[str, Any]) -> Channel:
    account = said["account"]
    return register_channel(
        said["code"],
        Platform.objects.get(code=account.platform),
        actor=request.user,
        at=timezone.now(),
        reason=said["reason"],
        handle=account.handle,
        url=account.url,
        **{name: said[name] for name in DETAILS},
    )


def _propose(request: PersonRequest, said: dict[str, Any]) -> Sponsorship:
    account = said["account"]
    proposal = sponsoring.Proposal(
        request.user,
        said["sponsor"],
        said["reason"],
        said["deputy"] if said["runs_it"] == "yes" else None,
    )
    return sponsoring.propose_channel(
        Platform.objects.get(code=account.platform),
        proposal,
        at=timezone.now(),
        handle=account.handle,
        url=account.url,
        **{name: said[name] for name in DETAILS if name in said},
    )


def _foretell(actor: User, said: dict[str, Any]) -> list[str]:
    """The account as it was read. What the act refuses is refused here already."""
    account = said["account"]
    platform = Platform.objects.get(code=account.platform)
    number = said.get("account_id", "")
    same = {"handle": account.handle, "url": account.url, "account_id": number}
    check_account_is_new(platform, actor=actor, at=timezone.now(), **same)
    return [
        _("Platform: %(platform)s") % {"platform": platform},
        _("Handle: @%(handle)s") % {"handle": account.handle},
        _("Address: %(url)s") % {"url": account.url},
        _("It begins as a draft: nobody can post on it, and it is in no public list."),
        *_foretell_people(said),
    ]


def _foretell_people(said: dict[str, Any]) -> list[str]:
    if "sponsor" not in said:
        return [_("Next: an owner, a deputy, house rules and the certificates it asks for.")]
    told = [_("%(person)s is asked to stand up for it.") % {"person": said["sponsor"]}]
    if said["runs_it"] == "yes":
        told.append(
            _("You answer for it, and %(person)s is asked to be the deputy.")
            % {"person": said["deputy"]}
        )
    return [*told, _("Then channel governance decides whether it becomes an official channel.")]

"""`/channels/platforms/`: the platforms whose accounts can be channels, and the form that adds one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from accounts.models import Role, User
from accounts.permissions import has_role_in
from channels.desk import platforms
from channels.models import Platform
from channels.rules.profile_addresses import AddressRefusedError, check_new_host
from channels.screens.deed_forms import ReasonField
from channels.screens.register_pages import must_register, take_step

HANDLE = "{handle}"
MAX_HOSTS = 20


class PlatformForm(forms.Form):
    """A platform by the hosts of its addresses and by the form that an address of an account has there."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "Stays for ever: small letters, digits and hyphens, like company-blog."
        ),
        max_length=30,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9-]*\Z",
                gettext_lazy("Use small letters, digits and hyphens, and begin with a letter."),
            )
        ],
    )
    hosts = forms.CharField(
        label=gettext_lazy("Hosts of its addresses, one on each line"),
        help_text=gettext_lazy(
            "Like example.com. Its hosts with www. or m. in front, or two letters of a country, are the same."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    url_template = forms.CharField(
        label=gettext_lazy("Address of an account, with {handle} where its handle stands"),
        help_text=gettext_lazy("Like https://www.example.com/{handle}"),
        max_length=200,
    )
    reason = ReasonField()

    def clean_hosts(self) -> list[str]:
        known = platforms.list_patterns()
        found: list[str] = []
        for line in self.cleaned_data["hosts"].splitlines():
            if not line.strip():
                continue
            try:
                host = check_new_host(line, known)
            except AddressRefusedError as refused:
                raise forms.ValidationError(platforms.spell_refusal(refused)) from refused
            found += [host] * (host not in found)
        if not found or len(found) > MAX_HOSTS:
            raise forms.ValidationError(
                _("Write between 1 and %(most)d hosts.") % {"most": MAX_HOSTS}
            )
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        template, hosts = said.get("url_template"), said.get("hosts")
        if template and hosts:
            begins = [f"https://{front}{host}/" for host in hosts for front in ("", "www.")]
            one = template.count(HANDLE) == 1 and "{" not in template.replace(HANDLE, "")
            if not one or not template.startswith(tuple(begins)):
                self.add_error(
                    "url_template",
                    _("Begin with https:// and one of the hosts, and write {handle} once."),
                )
        return said


def may_add(person: User) -> bool:
    """Whether the person governs channels everywhere: a platform belongs to no region."""
    return has_role_in(person, None, Role.GOVERNANCE, at=timezone.now())


@require_safe
@login_required
def list_platforms(request: PersonRequest) -> HttpResponse:
    """For those who register channels: which platforms there are, and how their addresses look."""
    must_register(request.user)
    found = Platform.objects.order_by("name")
    return render(
        request, "channels/platforms.html", {"platforms": found, "may_add": may_add(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_platform(request: PersonRequest) -> HttpResponse:
    """The form; then what it does, for a second look; then the platform stands in the registry."""
    if not may_add(request.user):
        raise PermissionDenied(_("Only channel governance of all regions adds platforms."))
    form = PlatformForm(request.POST or None)

    def add(said: dict[str, Any]) -> str:
        made = platforms.add_platform(
            said["code"],
            name=said["name"],
            hosts=said["hosts"],
            url_template=said["url_template"],
            actor=request.user,
            at=timezone.now(),
            reason=said["reason"],
        )
        messages.success(request, _("%(platform)s is a platform now.") % {"platform": made})
        return reverse("channels:platforms")

    return take_step(request, form, add, _foretell, _("Add a platform"), _("Add the platform"))


def _foretell(_actor: User, said: dict[str, Any]) -> list[str]:
    if Platform.objects.filter(code=said["code"]).exists():
        raise platforms.taken_code(said["code"])
    address = said["url_template"].replace(HANDLE, "northlight")
    return [
        _("Accounts on %(hosts)s can be registered as channels.")
        % {"hosts": ", ".join(said["hosts"])},
        _("The account @northlight has the address %(address)s.") % {"address": address},
        _(
            "Strangers who ask about an address there hear that it is not listed, not that we do not use it."
        ),
    ]

"""Who may post on a channel, what has changed since a day, and whose right ends soon: as a page and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.api.requests import PersonRequest
from accounts.readers.days import zone_of_region
from accounts.readers.downloads import record_only_for_get
from accounts.rules import start_of_day
from channels import channel_roles, reason_texts
from channels.desk import roster
from channels.desk.roster import RosterEntry
from channels.models import Channel, PostingRole
from channels.screens.deed_forms import DayField
from channels.screens.lookups import find_channel
from ledger import entries

PAGE = 50
WEEK = timedelta(days=7)


class SinceForm(forms.Form):
    since = DayField(label=gettext_lazy("Changes since the morning of"))

    def clean_since(self) -> Any:
        day = self.cleaned_data["since"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come. Choose an earlier one."))
        return day


@dataclass(frozen=True, slots=True)
class SpelledEntry:
    """A line in the words of the page."""

    line: RosterEntry

    @property
    def roles(self) -> str:
        labels = dict(PostingRole.choices)
        return ", ".join(str(labels[PostingRole(role)]) for role in self.line.roles)

    @property
    def reasons(self) -> list[str]:
        return [
            reason_texts.reason_text(reason, about_another=True) for reason in self.line.now.reasons
        ]


def _find(request: PersonRequest, code: str) -> Channel:
    channel = find_channel(request.user, code)
    if not channel_roles.is_steward(request.user, channel, timezone.now()):
        raise PermissionDenied(_("Only those who answer for the channel see its roles."))
    return channel


@dataclass(frozen=True, slots=True)
class _AskedRoster:
    """What an address asks of a roster. `misread` says what was not understood: then nobody is listed."""

    form: SinceForm
    since: datetime
    query: str
    misread: list[str]

    def read_lines(self, channel: Channel, now: datetime) -> list[RosterEntry]:
        return [] if self.misread else roster.read_roster(channel, since=self.since, at=now)


def _read_asked(
    request: PersonRequest, channel: Channel, now: datetime, *more: str
) -> _AskedRoster:
    """Since the beginning of the day that was chosen, where the channel is; a week ago without one."""
    sent = request.GET.get("since", "")
    form = SinceForm(request.GET if sent else None)
    misread = query_strings.describe_misread(request.GET, ("since", *more))
    if sent and not form.is_valid():
        misread.append(query_strings.describe_unknown_value("since", sent))
    if misread or not sent:
        return _AskedRoster(form, now - WEEK, "", misread)
    day = form.cleaned_data["since"]
    since = min(start_of_day(day, zone_of_region(channel.region)), now)
    return _AskedRoster(form, since, f"{urlencode({'since': sent})}&", [])


@require_safe
@login_required
def show_roster(request: PersonRequest, code: str) -> HttpResponse:
    """`/channels/<code>/people/`: everybody with a role, what has changed first. Other filters list nobody."""
    now, channel = timezone.now(), _find(request, code)
    asked = _read_asked(request, channel, now, "page")
    lines = asked.read_lines(channel, now)
    shown = Paginator([SpelledEntry(line) for line in lines], PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "channel": channel,
        "form": asked.form,
        "since": asked.since,
        "chosen": asked.query,
        "misread": asked.misread,
        "lines": shown,
        "changed": sum(bool(line.change) for line in lines),
        "soon": sum(line.soon for line in lines),
        "before": f"?{asked.query}page={shown.number - 1}" if shown.has_previous() else "",
        "after": f"?{asked.query}page={shown.number + 1}" if shown.has_next() else "",
    }
    return render(request, "channels/roster.html", context)


@require_safe
@login_required
@record_only_for_get
def export_roster(request: PersonRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """The same as CSV, all of it; the export is in the ledger. 400 for what the page does not understand."""
    now, channel = timezone.now(), _find(request, code)
    asked = _read_asked(request, channel, now)
    if asked.misread:
        back = reverse("channels:roster", args=[channel.code])
        return query_strings.refuse_export(request, asked.misread, back=back)
    lines = asked.read_lines(channel, now)
    entries.append_entry(
        kind="channel.roster_exported",
        subject=f"channel:{channel.code}",
        actor=request.user.actor,
        at=now,
        data={"rows": len(lines)},
    )
    reply = StreamingHttpResponse(
        roster.write_roster(lines), content_type="text/csv; charset=utf-8"
    )
    name = f"{channel.code.lower()}-people-{now:%Y-%m-%d}.csv"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply

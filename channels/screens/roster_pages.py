"""Who may post on a channel, what has changed since a day, and whose right ends soon: as a page and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.days import zone_of_region
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


def _read_since(form: SinceForm, channel: Channel, now: datetime) -> datetime:
    """The beginning of the day that was chosen, where the channel is; a week ago without one."""
    day = form.cleaned_data.get("since") if form.is_valid() else None
    if day is None:
        return now - WEEK
    return min(start_of_day(day, zone_of_region(channel.region)), now)


@require_safe
@login_required
def show_roster(request: PersonRequest, code: str) -> HttpResponse:
    """`/channels/<code>/people/`: everybody with a role, what has changed first."""
    now, channel = timezone.now(), _find(request, code)
    form = SinceForm(request.GET or None)
    since = _read_since(form, channel, now)
    lines = roster.read_roster(channel, since=since, at=now)
    shown = Paginator([SpelledEntry(line) for line in lines], PAGE).get_page(
        request.GET.get("page")
    )
    chosen = f"since={request.GET.get('since', '')}&" if form.is_valid() else ""
    context = {
        "channel": channel,
        "form": form,
        "since": since,
        "chosen": chosen,
        "lines": shown,
        "changed": sum(bool(line.change) for line in lines),
        "soon": sum(line.soon for line in lines),
        "before": f"?{chosen}page={shown.number - 1}" if shown.has_previous() else "",
        "after": f"?{chosen}page={shown.number + 1}" if shown.has_next() else "",
    }
    return render(request, "channels/roster.html", context)


@require_safe
@login_required
def export_roster(request: PersonRequest, code: str) -> StreamingHttpResponse:
    """The same as CSV, all of it; the export is in the ledger."""
    now, channel = timezone.now(), _find(request, code)
    since = _read_since(SinceForm(request.GET or None), channel, now)
    lines = roster.read_roster(channel, since=since, at=now)
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

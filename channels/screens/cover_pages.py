"""The weeks to come on the channels for which somebody answers: who may post, and where people are lacking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.api.requests import PersonRequest
from accounts.readers.days import spell_day_in
from certificates.rules.dates import last_day_before
from channels.addresses import deed_address
from channels.desk import cover
from channels.desk.cover import ChannelCover

PAGE = 25
# So many names stand beside a day; the page of the channel's people has them all.
NAMED = 5


@dataclass(frozen=True, slots=True)
class SpelledCover:
    """A channel in the words of the page."""

    cover: ChannelCover

    @property
    def ends(self) -> list[tuple[str, str, int]]:
        """Last days of rights, each with the first names, and how many more there are."""
        zone, days = self.cover.zone, defaultdict[date, list[str]](list)
        for one in self.cover.ends:
            days[last_day_before(one.ends_at, zone)].append(one.person.display_name)
        return [
            (spell_day_in(day, zone), ", ".join(names[:NAMED]), max(len(names) - NAMED, 0))
            for day, names in days.items()
        ]

    @property
    def grant(self) -> str:
        return deed_address(self.cover.channel.code, "grant")


@require_safe
@login_required
def show_cover(request: PersonRequest) -> HttpResponse:
    """`/channels/cover/`: the fewest people who may post in each of eight weeks. Other filters list no channel."""
    now = timezone.now()
    misread = query_strings.describe_misread(request.GET, ("page",))
    stewarded = cover.find_stewarded_channels(request.user, now)
    channels = stewarded.none() if misread else stewarded
    shown = Paginator(channels, PAGE).get_page(request.GET.get("page"))
    lines = cover.read_cover(list(shown), now, timezone.get_current_timezone_name())
    lines.sort(key=lambda line: line.first_short is None)
    context = {
        "lines": [SpelledCover(line) for line in lines],
        "short": sum(line.first_short is not None for line in lines),
        "several": shown.paginator.num_pages > 1,
        "misread": misread,
        "before": f"?page={shown.number - 1}" if shown.has_previous() else "",
        "after": f"?page={shown.number + 1}" if shown.has_next() else "",
    }
    return render(request, "channels/cover.html", context)

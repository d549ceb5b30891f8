"""Whether an account on a platform is in the registry already: by handle, by address, by number, by a former handle."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from channels.addresses import channel_address
from channels.desk import next_steps
from channels.guards import Actor, ChannelRefusedError
from channels.models import Channel, ChannelEvent, Platform


def find_account(
    platform: Platform, *, handle: str, url: str, account_id: str, besides: int | None = None
) -> Channel | None:
    """The channel that is this account now, by any of the three."""
    same = Q(url__iexact=url) if url else Q(pk__isnull=True)
    if handle:
        same |= Q(platform=platform, handle__iexact=handle)
    if account_id:
        same |= Q(platform=platform, account_id=account_id)
    return Channel.objects.filter(same).exclude(pk=besides or 0).order_by("pk").first()


def find_former_holder(
    platform: Platform, handle: str, besides: int | None = None
) -> Channel | None:
    """The channel on the platform that had the handle before it was changed."""
    changed = ChannelEvent.objects.filter(
        changes__has_key="handle", channel__platform=platform
    ).select_related("channel")
    for event in changed.exclude(channel=besides).order_by("-effective_at"):
        was = event.changes["handle"][0] or ""
        if was.casefold() == handle.casefold():
            return event.channel
    return None


def check_account_is_new(
    platform: Platform,
    *,
    actor: Actor,
    at: datetime,
    handle: str,
    url: str,
    account_id: str,
    besides: int | None = None,
) -> None:
    """Raises ChannelRefusedError for an account that is, or was, another channel's.

    The other channel is named only to those who may know of it.
    """
    same = find_account(platform, handle=handle, url=url, account_id=account_id, besides=besides)
    if same is not None:
        text = _("This account is in the registry already: %(channel)s.")
        raise _refusal(text, same, actor, at)
    former = find_former_holder(platform, handle, besides) if handle else None
    if former is not None:
        text = _("“%(handle)s” is a former handle of %(channel)s. Ask channel governance first.")
        raise _refusal(text, former, actor, at, handle=handle)


def _refusal(
    text: str, channel: Channel, actor: Actor, at: datetime, **told: str
) -> ChannelRefusedError:
    if next_steps.may_see(actor, channel, at):
        named, remedy = f"{channel.title} ({channel.code})", channel_address(channel.code)
    else:
        named, remedy = _("a channel of another region"), next_steps.governance_address()
    return ChannelRefusedError(text % {"channel": named, **told}, remedy=remedy)

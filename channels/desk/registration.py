"""A new channel in the registry: somebody registers an account, and it goes through the states from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from channels import registry
from channels.desk import next_steps
from channels.desk.account_checks import check_account_is_new
from channels.desk.state_guards import check_last_day
from channels.guards import Actor, ChannelRefusedError, actor_name, must_govern_region
from channels.models import Channel, ChannelState, Platform
from ledger import entries


@transaction.atomic
def register_channel(
    code: str, platform: Platform, *, actor: User, at: datetime, reason: str, **details: Any
) -> Channel:
    """Register an account as a draft that governance answers for until it has an owner.

    `details`: columns of Channel. Raises ChannelRefusedError without the right, without a reason, and for a code or
    an account that is in the registry already.
    """
    region = details.get("region")
    must_govern_region(actor, region.pk if region else None, at)
    return create_draft(code, platform, actor=actor, at=at, reason=reason, **details)


def create_draft(
    code: str, platform: Platform, *, actor: User, at: datetime, reason: str, **details: Any
) -> Channel:
    """The second half of registering: whoever calls it has asked who may, in its transaction."""
    if not reason.strip():
        raise ChannelRefusedError(_("Write why the channel is registered."))
    if same := Channel.objects.filter(code=code).first():
        raise ChannelRefusedError(
            _("There is a channel with the code %(code)s.") % {"code": code},
            remedy=next_steps.channel_or_list(actor, same, at),
        )
    named = {name: details.get(name, "") for name in ("handle", "url", "account_id")}
    check_account_is_new(platform, actor=actor, at=at, **named)
    check_last_day(details.get("sunset_on"), actor=actor, at=at)
    channel = Channel(code=code, platform=platform, **details)
    _must_be_valid(channel)
    try:
        with transaction.atomic():
            add_channel(channel, actor=actor, at=at)
    except IntegrityError:
        raise ChannelRefusedError(
            _("Somebody has registered the same code or account meanwhile. Look at the list.")
        ) from None
    registry.record_state(channel, ChannelState.DRAFT, actor=actor, at=at, reason=reason)
    return channel


def add_channel(channel: Channel, *, actor: Actor, at: datetime) -> None:
    """Save a new channel: whoever calls it has asked who may, in its transaction."""
    channel.save(force_insert=True)
    entries.append_entry(
        kind="channel.added",
        subject=f"channel:{channel.code}",
        actor=actor_name(actor),
        at=at,
        facts=[channel],
    )


def _must_be_valid(channel: Channel) -> None:
    try:
        channel.full_clean()
    except ValidationError as wrong:
        raise ChannelRefusedError(" ".join(wrong.messages)) from wrong

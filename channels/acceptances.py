"""The house rules of a channel: published, and accepted by people, one version at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from channels.addresses import channel_address
from channels.guards import Actor, ChannelRefusedError, actor_name, must_steward
from channels.models import Channel, ChannelRules, RulesAcceptance
from ledger import entries


def rules_in_force(channel: Channel, at: datetime) -> ChannelRules | None:
    """The version of the channel's house rules in force at `at`; None while there is none."""
    begun = channel.rules_versions.filter(effective_at__lte=at)
    return begun.order_by("-effective_at", "-version").first()


@transaction.atomic
def publish_rules(
    channel: Channel,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> ChannelRules:
    """A new version of the house rules from `effective_at` (default `at`); everybody is asked to accept it.

    The same text again is no new version. Raises ChannelRefusedError without the right or without text.
    """
    must_steward(actor, channel, at)
    if not text.strip():
        raise ChannelRefusedError(_("Write the rules."))
    newest = channel.rules_versions.order_by("-version").first()
    if newest is not None and newest.text == text.strip():
        return newest
    Channel.objects.select_for_update().get(pk=channel.pk)
    last = channel.rules_versions.aggregate(last=Max("version"))["last"] or 0
    rules = ChannelRules.objects.create(
        channel=channel,
        version=last + 1,
        text=text.strip(),
        effective_at=effective_at or at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
        reason=reason.strip()[:500],
    )
    entries.append_entry(
        kind="channel.rules",
        subject=f"channel:{channel.code}",
        actor=actor_name(actor),
        at=rules.effective_at,
        data={"version": rules.version},
        facts=[rules],
    )
    return rules


@transaction.atomic
def accept_rules(
    channel: Channel,
    person: User,
    *,
    version: int,
    at: datetime,
    actor: str = "",
) -> RulesAcceptance:
    """The person accepts `version` of the rules; a second time changes nothing.

    `actor` is the person unless somebody recorded the acceptance for them. Raises ChannelRefusedError when
    `version` is not in force at `at`, because the person then read another text.
    """
    rules = rules_in_force(channel, at)
    if rules is None or rules.version != version:
        raise ChannelRefusedError(
            _("The rules have changed since you opened the page. Read the new version."),
            remedy=channel_address(channel.code) + "#rules",
        )
    accepted, created = RulesAcceptance.objects.get_or_create(
        rules=rules,
        person=person,
        defaults={"accepted_at": at, "recorded_at": timezone.now()},
    )
    if created:
        entries.append_entry(
            kind="rules.accepted",
            subject=f"channel:{channel.code}",
            actor=actor or person.actor,
            at=at,
            data={"person": person.actor, "version": version},
            facts=[accepted],
        )
    return accepted

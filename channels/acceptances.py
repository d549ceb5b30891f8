"""People accept the house rules of a channel, one version at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from channels.addresses import channel_address
from channels.guards import ChannelRefusedError
from channels.models import Channel, ChannelRules, RulesAcceptance
from ledger import entries


def rules_in_force(channel: Channel, at: datetime) -> ChannelRules | None:
    """The version of the channel's house rules in force at `at`; None while there is none."""
    begun = channel.rules_versions.filter(effective_at__lte=at)
    return begun.order_by("-effective_at", "-version").first()


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
        )
    return accepted

"""The version of what a page showed of a channel, and who has changed it since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q

from channels.models import Channel, OwnerOffer
from ledger.models import Entry

ASKED = Q(outcome=OwnerOffer.Outcome.OPEN)


@contextmanager
def lock_channel(channel: Channel) -> Iterator[None]:
    """Nobody else changes the channel until the block ends; `channel` says what it says now."""
    with transaction.atomic():
        Channel.objects.select_for_update().get(pk=channel.pk)
        channel.refresh_from_db()
        yield


def fingerprint_channel(channel: Channel) -> str:
    """The version of the channel as `channel` says it, with its newest facts: it differs as soon as anybody acts."""
    row = [getattr(channel, field.attname) for field in channel._meta.concrete_fields]
    told = (row, *_count_facts(channel))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _count_facts(channel: Channel) -> Iterator[dict[str, Any]]:
    """Of each kind the newest and how many run: facts are only added, and end once."""
    newest = Max("pk")
    yield channel.events.aggregate(newest=newest)
    yield channel.rules_versions.aggregate(newest=newest)
    for spans in (channel.access_rules, channel.owners, channel.permissions):
        yield spans.aggregate(newest=newest) | {"running": spans.open().count()}
    yield channel.offers.aggregate(newest=newest, running=Count("pk", filter=ASKED))


def find_newest_actor(channel: Channel) -> str | None:
    """Who acted on the channel last, by the ledger; None when it does not say."""
    entries = Entry.objects.filter(subject__in=_subjects(channel))
    return entries.order_by("-seq").values_list("actor", flat=True).first()


def _subjects(channel: Channel) -> list[str]:
    """The records of the channel that may have changed last."""
    roles, offers = channel.permissions, channel.offers
    newest = [
        *roles.order_by("-pk")[:1],
        *roles.order_by(F("end_recorded_at").desc(nulls_last=True))[:1],
    ]
    asked = [
        *offers.order_by("-pk")[:1],
        *offers.order_by(F("decided_at").desc(nulls_last=True))[:1],
    ]
    return [
        f"channel:{channel.code}",
        *(f"permission:{role.uuid}" for role in newest),
        *(f"offer:{offer.uuid}" for offer in asked),
    ]

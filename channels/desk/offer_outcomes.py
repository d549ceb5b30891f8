"""What came of an offer: it is decided once, entered in the ledger, and everybody whom it concerns is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from channels import channel_roles
from channels.addresses import channel_address
from channels.guards import Actor, actor_name
from channels.models import OwnerOffer
from ledger import entries
from notifications import sending

OfferOutcome = OwnerOffer.Outcome
LEAVING = "system:leaving"


def offer_address(offer: OwnerOffer) -> str:
    """The path of the successor's page."""
    return reverse("channels:offer", args=[offer.channel.code, offer.uuid])


def find_offerer(offer: OwnerOffer) -> User | None:
    """Whoever asked."""
    return User.objects.filter(uuid=offer.actor.removeprefix("person:")).first()


def decide_offer(
    offer: OwnerOffer, outcome: str, *, actor: Actor, at: datetime, note: str
) -> OwnerOffer:
    """Close an open offer, whose row the caller has locked."""
    offer.outcome, offer.decided_at = outcome, at
    offer.decided_by, offer.note = actor_name(actor), note
    offer.save(update_fields=["outcome", "decided_at", "decided_by", "note"])
    enter_offer(f"offer.{outcome}", offer, actor=actor, at=at)
    subject = {
        OfferOutcome.ACCEPTED: _("%(person)s has taken over %(channel)s"),
        OfferOutcome.DECLINED: _("%(person)s does not take over %(channel)s"),
        OfferOutcome.WITHDRAWN: _("You are no longer asked to take over %(channel)s"),
    }[OfferOutcome(outcome)]
    for person in _concerned(offer, actor, at):
        tell_of_offer(offer, person, f"offer.{outcome}", subject, body=note or offer.reason, at=at)
    return offer


def withdraw_offers_of_leavers(*, at: datetime) -> int:
    """Withdraw the open offers that were made by or to somebody who has left by `at`. Returns how many.

    Idempotent; call it in a transaction.
    """
    waiting = list(OwnerOffer.objects.filter(outcome=OfferOutcome.OPEN).select_related("person"))
    if not waiting:
        return 0
    uuids = [UUID(offer.actor.removeprefix("person:")) for offer in waiting]
    involved = Q(uuid__in=uuids) | Q(pk__in=[offer.person_id for offer in waiting])
    left = {one.actor: one for one in User.objects.filter(involved, left_at__lte=at)}
    gone = (
        [one.pk for one in waiting if {one.actor, one.person.actor} & left.keys()] if left else []
    )
    rows = OwnerOffer.objects.select_for_update(of=("self",)).select_related("channel", "person")
    for offer in rows.filter(pk__in=gone, outcome=OfferOutcome.OPEN):
        who = left.get(offer.actor) or offer.person
        note = _("%(person)s has left.") % {"person": who}
        decide_offer(offer, OfferOutcome.WITHDRAWN, actor=LEAVING, at=at, note=note)
    return len(gone)


def _concerned(offer: OwnerOffer, actor: Actor, at: datetime) -> list[User]:
    """Whoever asked, whoever answers for the channel now, governance and the successor, besides the actor."""
    asked = User.objects.employed(at).filter(uuid=offer.actor.removeprefix("person:"))
    answering = channel_roles.people_who_answer(offer.channel, at)
    everybody = [*asked, *answering, *channel_roles.governors_of(offer.channel, at), offer.person]
    found = {person.pk: person for person in everybody if not person.has_left(at)}
    return [person for person in found.values() if person.actor != actor_name(actor)]


def tell_of_offer(
    offer: OwnerOffer, person: User, kind: str, subject: str, *, body: str, at: datetime
) -> None:
    """Tell one person; the successor is led to the offer, everybody else to the channel."""
    sending.notify_person(
        person,
        kind=kind,
        key=f"{kind}:{offer.uuid}:{person.pk}",
        subject=subject % {"channel": offer.channel, "person": offer.person},
        body=body,
        link=offer_address(offer)
        if person == offer.person
        else channel_address(offer.channel.code),
        at=at,
    )


def enter_offer(kind: str, offer: OwnerOffer, *, actor: Actor, at: datetime) -> None:
    """Enter what happened to the offer in the ledger."""
    data = {"channel": offer.channel.code, "person": offer.person.actor, "as": offer.kind}
    entries.append_entry(
        kind=kind,
        subject=f"offer:{offer.uuid}",
        actor=actor_name(actor),
        at=at,
        data=data,
        facts=[offer],
    )

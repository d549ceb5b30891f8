"""An owner or deputy hands a channel over: offers it, and the successor accepts after the checklist, or declines."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from channels import channel_roles, registry
from channels.addresses import channel_address
from channels.desk import next_steps
from channels.desk.offer_outcomes import (
    OfferOutcome,
    decide_offer,
    enter_offer,
    find_offerer,
    offer_address,
    tell_of_offer,
)
from channels.guards import (
    ActorNotAllowedError,
    ChannelRefusedError,
    must_not_be_self,
    must_steward,
)
from channels.models import Channel, Owner, OwnerOffer
from ledger import entries

OWNER = Owner.Kind.OWNER
# What has to be in the successor's hands before the old owner's rights end.
CHECKLIST = {
    "mailbox": gettext_lazy("I can read the shared mailbox of the account."),
    "vault": gettext_lazy("I can open the entry with the password in the vault."),
    "suite": gettext_lazy("I administer the account in the publishing tool."),
    "two_step": gettext_lazy("The second step of the sign-in is on a device of mine."),
    "page_admin": gettext_lazy("I administer the page on the platform."),
    "recovery": gettext_lazy("The number for recovery is not the old owner’s."),
    "scheduled": gettext_lazy("I have seen the posts that are scheduled."),
    "ads": gettext_lazy("I have the account for advertising, or there is none."),
    "links": gettext_lazy("Links and contacts on our site name me."),
}


@transaction.atomic
def offer_channel(
    channel: Channel, person: User, kind: str, *, actor: User, at: datetime, reason: str
) -> OwnerOffer:
    """Ask `person` to take over as owner or deputy. They are told; until they accept nothing changes.

    Raises ChannelRefusedError without the right, for oneself, for somebody who has left or is it already, and while
    somebody else is asked.
    """
    _must_give_post(actor, channel, kind, at)
    must_not_be_self(actor, person)
    here = channel_address(channel.code)
    if person.has_left(at):
        raise ChannelRefusedError(_("%(person)s has left.") % {"person": person}, remedy=here)
    if channel.owners.current(at).filter(person=person, kind=kind).exists():
        raise ChannelRefusedError(_("%(person)s is it already.") % {"person": person}, remedy=here)
    try:
        with transaction.atomic():
            offer = OwnerOffer.objects.create(
                channel=channel,
                person=person,
                kind=Owner.Kind(kind),
                reason=reason.strip()[:500],
                offered_at=at,
                actor=actor.actor,
            )
    except IntegrityError:
        raise ChannelRefusedError(
            _("Somebody is asked already. Withdraw that first."), remedy=here
        ) from None
    enter_offer("offer.made", offer, actor=actor, at=at)
    tell_of_offer(
        *(offer, person, "offer.made", _("Will you take over %(channel)s?")),
        body=_("%(actor)s asks you: %(why)s") % {"actor": actor, "why": offer.reason},
        at=at,
    )
    return offer


def _must_give_post(actor: User, channel: Channel, kind: str, at: datetime) -> None:
    """A deputy gives away no owner's post: the owner and governance do, and the deputy where there is no owner."""
    must_steward(actor, channel, at)
    owner = next((one for one in channel_roles.owners_of(channel, at) if one.kind == OWNER), None)
    if kind != OWNER or owner is None or owner.person == actor:
        return
    if not channel_roles.governs_channel(actor, channel, at):
        raise ActorNotAllowedError(
            _("Only %(owner)s and channel governance can hand over as the owner.")
            % {"owner": owner.person},
            remedy=channel_address(channel.code),
        )


@transaction.atomic
def accept_offer(
    offer: OwnerOffer, *, actor: User, at: datetime, checked: frozenset[str]
) -> OwnerOffer:
    """The successor has everything and takes over: from `at` the one before answers no longer.

    Raises ChannelRefusedError for anybody else, while something of CHECKLIST is missing, and for an offer that is
    decided or whose maker could not make it any more.
    """
    offer = _locked(offer, actor, at)
    _must_still_stand(offer, at)
    if missing := set(CHECKLIST) - checked:
        raise ChannelRefusedError(
            _("Something is not in your hands yet: %(what)s")
            % {"what": " ".join(str(CHECKLIST[one]) for one in sorted(missing))},
            remedy=offer_address(offer),
        )
    _leave_other_post(offer, at)
    registry.place_owner(
        *(offer.channel, offer.person, offer.kind), actor=actor, at=at, reason=offer.reason
    )
    return decide_offer(offer, OfferOutcome.ACCEPTED, actor=actor, at=at, note="")


def _must_still_stand(offer: OwnerOffer, at: datetime) -> None:
    """An offer does not outlive the right of whoever made it."""
    offerer = find_offerer(offer)
    try:
        if offerer is None or offerer.has_left(at):
            raise ActorNotAllowedError("")
        _must_give_post(offerer, offer.channel, offer.kind, at)
    except ActorNotAllowedError:
        raise ChannelRefusedError(
            _(
                "Whoever asked you no longer decides about this. Ask who answers for the channel now."
            ),
            remedy=channel_address(offer.channel.code),
        ) from None


def _leave_other_post(offer: OwnerOffer, at: datetime) -> None:
    """A deputy who becomes owner is deputy no longer: they have to be two people."""
    others = offer.channel.owners.open().filter(person=offer.person).exclude(kind=offer.kind)
    for other in others:
        other.ended_at, other.end_recorded_at = at, timezone.now()
        other.save(update_fields=["ended_at", "end_recorded_at"])
        entries.append_entry(
            kind="channel.post_left",
            subject=f"channel:{offer.channel.code}",
            actor=offer.person.actor,
            at=at,
            data={"person": offer.person.actor, "was": other.kind},
            facts=[other],
        )


@transaction.atomic
def decline_offer(offer: OwnerOffer, *, actor: User, at: datetime, note: str) -> OwnerOffer:
    """The successor says no, and why. Raises ChannelRefusedError for anybody else and without a reason."""
    offer = _locked(offer, actor, at)
    if not note.strip():
        raise ChannelRefusedError(
            _("Write why you decline. Whoever asked you will read it."), remedy=offer_address(offer)
        )
    return decide_offer(offer, OfferOutcome.DECLINED, actor=actor, at=at, note=note.strip()[:500])


@transaction.atomic
def withdraw_offer(offer: OwnerOffer, *, actor: User, at: datetime) -> OwnerOffer:
    """Ask no longer. Raises ChannelRefusedError without the right."""
    must_steward(actor, offer.channel, at)
    offer = _locked(offer, offer.person, at)
    return decide_offer(offer, OfferOutcome.WITHDRAWN, actor=actor, at=at, note="")


def _locked(offer: OwnerOffer, successor: User, at: datetime) -> OwnerOffer:
    rows = OwnerOffer.objects.select_for_update(of=("self",))
    found = rows.select_related("channel", "person").get(pk=offer.pk)
    if found.person_id != successor.pk:
        raise ActorNotAllowedError(_("Only the person who was asked can answer."))
    if found.outcome != OfferOutcome.OPEN:
        raise ChannelRefusedError(
            _("This is decided already: %(outcome)s.") % {"outcome": found.get_outcome_display()},
            remedy=next_steps.channel_or_list(successor, found.channel, at),
        )
    return found

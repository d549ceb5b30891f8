"""An owner or deputy hands a channel over: offers it, and the successor accepts after the checklist, or declines."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from channels import channel_roles, registry
from channels.addresses import channel_address
from channels.guards import (
    ActorNotAllowedError,
    ChannelRefusedError,
    must_not_be_self,
    must_steward,
)
from channels.models import Channel, Owner, OwnerOffer
from ledger import entries
from notifications import sending

OfferOutcome = OwnerOffer.Outcome
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
    must_steward(actor, channel, at)
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
    _enter("offer.made", offer, actor=actor, at=at)
    _tell(
        *(offer, person, "offer.made", _("Will you take over %(channel)s?")),
        body=_("%(actor)s asks you: %(why)s") % {"actor": actor, "why": offer.reason},
        at=at,
    )
    return offer


@transaction.atomic
def accept_offer(
    offer: OwnerOffer, *, actor: User, at: datetime, checked: frozenset[str]
) -> OwnerOffer:
    """The successor has everything and takes over: from `at` the one before answers no longer.

    Raises ChannelRefusedError for anybody else, while something of CHECKLIST is missing, and for an offer that is
    decided.
    """
    offer = _locked(offer, actor)
    if missing := set(CHECKLIST) - checked:
        raise ChannelRefusedError(
            _("Something is not in your hands yet: %(what)s")
            % {"what": " ".join(str(CHECKLIST[one]) for one in sorted(missing))},
            remedy=_address(offer),
        )
    _leave_other_post(offer, at)
    registry.place_owner(
        *(offer.channel, offer.person, offer.kind), actor=actor, at=at, reason=offer.reason
    )
    return _decide(offer, OfferOutcome.ACCEPTED, actor=actor, at=at, note="")


def _leave_other_post(offer: OwnerOffer, at: datetime) -> None:
    """A deputy who becomes owner is deputy no longer: they have to be two people."""
    other = offer.channel.owners.open().filter(person=offer.person).exclude(kind=offer.kind)
    other.update(ended_at=at, end_recorded_at=timezone.now())


@transaction.atomic
def decline_offer(offer: OwnerOffer, *, actor: User, at: datetime, note: str) -> OwnerOffer:
    """The successor says no, and why. Raises ChannelRefusedError for anybody else and without a reason."""
    if not note.strip():
        raise ChannelRefusedError(
            _("Write why you decline. Whoever asked you will read it."), remedy=_address(offer)
        )
    offer = _locked(offer, actor)
    return _decide(offer, OfferOutcome.DECLINED, actor=actor, at=at, note=note.strip()[:500])


@transaction.atomic
def withdraw_offer(offer: OwnerOffer, *, actor: User, at: datetime) -> OwnerOffer:
    """Ask no longer. Raises ChannelRefusedError without the right."""
    must_steward(actor, offer.channel, at)
    offer = _locked(offer, offer.person)
    return _decide(offer, OfferOutcome.WITHDRAWN, actor=actor, at=at, note="")


def _locked(offer: OwnerOffer, successor: User) -> OwnerOffer:
    rows = OwnerOffer.objects.select_for_update(of=("self",))
    found = rows.select_related("channel", "person").get(pk=offer.pk)
    if found.person_id != successor.pk:
        raise ActorNotAllowedError(_("Only the person who was asked can answer."))
    if found.outcome != OfferOutcome.OPEN:
        raise ChannelRefusedError(
            _("This is decided already: %(outcome)s.") % {"outcome": found.get_outcome_display()},
            remedy=channel_address(found.channel.code),
        )
    return found


def _decide(offer: OwnerOffer, outcome: str, *, actor: User, at: datetime, note: str) -> OwnerOffer:
    offer.outcome, offer.decided_at = outcome, at
    offer.decided_by, offer.note = actor.actor, note
    offer.save(update_fields=["outcome", "decided_at", "decided_by", "note"])
    _enter(f"offer.{outcome}", offer, actor=actor, at=at)
    subject = {
        OfferOutcome.ACCEPTED: _("%(person)s has taken over %(channel)s"),
        OfferOutcome.DECLINED: _("%(person)s does not take over %(channel)s"),
        OfferOutcome.WITHDRAWN: _("You are no longer asked to take over %(channel)s"),
    }[OfferOutcome(outcome)]
    for person in _concerned(offer, actor, at):
        _tell(offer, person, f"offer.{outcome}", subject, body=note or offer.reason, at=at)
    return offer


def _concerned(offer: OwnerOffer, actor: User, at: datetime) -> list[User]:
    """Whoever asked, whoever answers for the channel now, governance and the successor, besides the actor."""
    asked = User.objects.employed(at).filter(uuid=offer.actor.removeprefix("person:"))
    answering = channel_roles.people_who_answer(offer.channel, at)
    everybody = [*asked, *answering, *channel_roles.governors_of(offer.channel, at), offer.person]
    found = {person.pk: person for person in everybody}
    return [person for pk, person in found.items() if pk != actor.pk]


def _address(offer: OwnerOffer) -> str:
    return reverse("channels:offer", args=[offer.channel.code, offer.uuid])


def _tell(
    offer: OwnerOffer, person: User, kind: str, subject: str, *, body: str, at: datetime
) -> None:
    sending.notify_person(
        person,
        kind=kind,
        key=f"{kind}:{offer.uuid}:{person.pk}",
        subject=subject % {"channel": offer.channel, "person": offer.person},
        body=body,
        link=_address(offer) if person == offer.person else channel_address(offer.channel.code),
        at=at,
    )


def _enter(kind: str, offer: OwnerOffer, *, actor: User, at: datetime) -> None:
    data = {
        "channel": offer.channel.code,
        "person": offer.person.actor,
        "as": offer.kind,
    }
    entries.append_entry(
        kind=kind, subject=f"offer:{offer.uuid}", actor=actor.actor, at=at, data=data
    )

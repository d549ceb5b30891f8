"""An employee registers a channel that they run or found; a sponsor stands up for it, then governance decides.

It begins as a draft. Whoever runs it answers for it from then on, with the deputy they ask. The sponsor confirms once,
or declines and says why; then somebody else may be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.codes import propose_code
from accounts.models import User
from channels import channel_roles, registry
from channels.addresses import deed_address
from channels.desk import handover
from channels.desk.registration import create_draft
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, Owner, Platform, Sponsorship
from ledger import entries
from notifications import sending

SponsorOutcome = Sponsorship.Outcome


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who registers what: `deputy` is asked by whoever runs the channel; who only found it names none."""

    actor: User
    sponsor: User
    reason: str
    deputy: User | None = None

    @property
    def runs_it(self) -> bool:
        return self.deputy is not None


@transaction.atomic
def propose_channel(
    platform: Platform, proposal: Proposal, *, at: datetime, **details: Any
) -> Sponsorship:
    """Register an account as a draft and ask the sponsor. `details`: columns of Channel.

    Raises ChannelRefusedError for an account that is in the registry already, without a reason, and for a sponsor or
    deputy who has left or is the one who asks.
    """
    actor, reason = proposal.actor, proposal.reason
    words = f"{platform.code} {details.get('handle') or details.get('title', '')}"
    code = propose_code(words, lambda one: Channel.objects.filter(code=one).exists())
    details.setdefault("team", actor.team)
    channel = create_draft(code, platform, actor=actor, at=at, reason=reason, **details)
    if proposal.deputy is not None:
        registry.place_owner(channel, actor, Owner.Kind.OWNER, actor=actor, at=at, reason=reason)
        deputy = Owner.Kind.DEPUTY
        handover.offer_channel(channel, proposal.deputy, deputy, actor=actor, at=at, reason=reason)
    return _ask(channel, proposal, at)


@transaction.atomic
def ask_another_sponsor(
    sponsorship: Sponsorship, proposal: Proposal, *, at: datetime
) -> Sponsorship:
    """Ask somebody else, where the sponsor declined or does not answer.

    Raises ChannelRefusedError for anybody but whoever registered the channel, and once it is confirmed.
    """
    before = _locked(sponsorship)
    if before.asker_id != proposal.actor.pk:
        raise ActorNotAllowedError(
            _("Only the person who registered the channel can ask a sponsor.")
        )
    if before.outcome == SponsorOutcome.CONFIRMED:
        raise _already(before)
    if before.outcome == SponsorOutcome.OPEN:
        note = _("Somebody else was asked.")
        _close(before, SponsorOutcome.DECLINED, actor=proposal.actor, at=at, note=note)
    return _ask(before.channel, proposal, at, runs_it=before.runs_it)


def _ask(
    channel: Channel, proposal: Proposal, at: datetime, *, runs_it: bool | None = None
) -> Sponsorship:
    sponsor, actor = proposal.sponsor, proposal.actor
    if sponsor == actor:
        raise ActorNotAllowedError(
            _("Somebody else stands up for your channel. Name your manager.")
        )
    if sponsor.has_left(at):
        raise ChannelRefusedError(_("%(person)s has left.") % {"person": sponsor})
    asked = Sponsorship.objects.create(
        channel=channel,
        person=sponsor,
        asker=actor,
        runs_it=proposal.runs_it if runs_it is None else runs_it,
        reason=proposal.reason.strip()[:500],
        asked_at=at,
        recorded_at=timezone.now(),
    )
    _enter("sponsorship.asked", asked, actor=actor, at=at)
    told = {"person": actor, "channel": channel, "why": asked.reason}
    with sending.use_language_of(sponsor):
        _tell(
            *(asked, sponsor, "sponsorship.asked"),
            _("Do you stand up for %(channel)s?") % told,
            _("%(person)s registers it as a channel of ours: %(why)s") % told,
            sponsor_address(asked),
            at,
        )
    return asked


@transaction.atomic
def confirm_sponsorship(sponsorship: Sponsorship, *, actor: User, at: datetime) -> Sponsorship:
    """The sponsor stands up for the channel; whoever registered it and channel governance are told.

    Raises ChannelRefusedError for anybody else, and when it is decided already.
    """
    mine = _must_be_asked(sponsorship, actor)
    _close(mine, SponsorOutcome.CONFIRMED, actor=actor, at=at, note="")
    told = {"person": actor, "channel": mine.channel}
    for person in _told(mine, at):
        with sending.use_language_of(person):
            _tell(
                *(mine, person, "sponsorship.confirmed"),
                _("%(person)s stands up for %(channel)s") % told,
                _("It is a draft. Once it has an owner and a deputy, it is asked for and decided."),
                _next_step(mine, person, at),
                at,
            )
    return mine


@transaction.atomic
def decline_sponsorship(
    sponsorship: Sponsorship, *, actor: User, at: datetime, note: str
) -> Sponsorship:
    """The sponsor says no, and why. Raises ChannelRefusedError as `confirm_sponsorship`, and without a reason."""
    if not note.strip():
        raise ChannelRefusedError(
            _("Write why you decline. The person will read it."),
            remedy=sponsor_address(sponsorship),
        )
    mine = _must_be_asked(sponsorship, actor)
    _close(mine, SponsorOutcome.DECLINED, actor=actor, at=at, note=note.strip()[:500])
    told = {"person": actor, "channel": mine.channel}
    with sending.use_language_of(mine.asker):
        _tell(
            *(mine, mine.asker, "sponsorship.declined"),
            _("%(person)s does not stand up for %(channel)s") % told,
            mine.note,
            sponsor_address(mine),
            at,
        )
    return mine


def sponsor_address(sponsorship: Sponsorship) -> str:
    """The path of the page of the sponsor, and of whoever asked."""
    return reverse("channels:sponsor", args=[sponsorship.channel.code, sponsorship.uuid])


def _told(sponsorship: Sponsorship, at: datetime) -> list[User]:
    everybody = [sponsorship.asker, *channel_roles.governors_of(sponsorship.channel, at)]
    return list({person.pk: person for person in everybody}.values())


def _next_step(sponsorship: Sponsorship, person: User, at: datetime) -> str:
    """The form of the next state for those who may enter it; the sponsor's page for whoever only found the channel."""
    if channel_roles.is_steward(person, sponsorship.channel, at):
        return deed_address(sponsorship.channel.code, "state")
    return sponsor_address(sponsorship)


def _must_be_asked(sponsorship: Sponsorship, actor: User) -> Sponsorship:
    found = _locked(sponsorship)
    if found.person_id != actor.pk:
        raise ActorNotAllowedError(_("Only the person who was asked can answer."))
    if found.outcome != SponsorOutcome.OPEN:
        raise _already(found)
    return found


def _already(sponsorship: Sponsorship) -> ChannelRefusedError:
    return ChannelRefusedError(
        _("This is decided already: %(outcome)s.") % {"outcome": sponsorship.get_outcome_display()},
        remedy=sponsor_address(sponsorship),
    )


def _locked(sponsorship: Sponsorship) -> Sponsorship:
    rows = Sponsorship.objects.select_for_update(of=("self",))
    return rows.select_related("channel", "person", "asker").get(pk=sponsorship.pk)


def _close(sponsorship: Sponsorship, outcome: str, *, actor: User, at: datetime, note: str) -> None:
    sponsorship.outcome, sponsorship.decided_at, sponsorship.note = outcome, at, note
    sponsorship.save(update_fields=["outcome", "decided_at", "note"])
    _enter(f"sponsorship.{outcome}", sponsorship, actor=actor, at=at)


def _tell(
    sponsorship: Sponsorship,
    person: User,
    kind: str,
    subject: str,
    body: str,
    link: str,
    at: datetime,
) -> None:
    sending.notify_person(
        person,
        kind=kind,
        key=f"{kind}:{sponsorship.uuid}:{person.pk}",
        subject=subject,
        body=body,
        link=link,
        at=at,
    )


def _enter(kind: str, sponsorship: Sponsorship, *, actor: User, at: datetime) -> None:
    data = {"channel": sponsorship.channel.code, "person": sponsorship.person.actor}
    entries.append_entry(
        kind=kind,
        subject=f"sponsorship:{sponsorship.uuid}",
        actor=actor.actor,
        at=at,
        data=data,
        facts=[sponsorship],
    )

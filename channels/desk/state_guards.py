"""What has to be true of a channel before a person may take it to its next state. Programs set up freely."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from channels import channel_roles
from channels.addresses import channel_address, deed_address
from channels.decisions import DecisionQuery, judge_queries
from channels.desk import next_steps
from channels.guards import Actor, ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, ChannelState, PostingPermission, Sponsorship
from channels.rules.fact_types import PostingAction


def check_state_guard(
    channel: Channel, now: str, entered: str, *, actor: Actor, at: datetime
) -> None:
    """Raises ChannelRefusedError when a person takes the channel to a state that it is not ready for."""
    if not isinstance(actor, User):
        return
    if entered == ChannelState.REQUESTED and now != ChannelState.IN_REVIEW:
        _must_be_described(channel, actor, at)
    if entered == ChannelState.APPROVED:
        _must_be_another(channel, actor)
    if entered == ChannelState.LIVE and now == ChannelState.APPROVED:
        _must_be_in_hand(channel)
        _must_be_covered(channel, at)
    if entered == ChannelState.SUNSETTING and channel.sunset_on is None:
        raise ChannelRefusedError(
            _("Say first on which day the channel closes."),
            remedy=next_steps.governing_deed(channel, "settings", actor, at),
        )


def _must_be_described(channel: Channel, actor: User, at: datetime) -> None:
    _must_be_sponsored(channel)
    details = next_steps.governing_deed(channel, "details", actor, at)
    if not channel.purpose.strip():
        raise ChannelRefusedError(_("Write first what the channel is for."), remedy=details)
    if len(channel_roles.owners_of(channel, at)) < 2:
        governs = channel_roles.governs_channel(actor, channel, at)
        raise ChannelRefusedError(
            _("A channel needs an owner and a deputy first."),
            remedy=deed_address(channel.code, "owner" if governs else "offer"),
        )
    if channel.sunset_on is None and channel.review_on is None:
        raise ChannelRefusedError(
            _("Say first on which day the channel closes, or when somebody looks at it again."),
            remedy=details,
        )


def _must_be_sponsored(channel: Channel) -> None:
    """What an employee registered needs somebody who stands up for it; what governance registered does not."""
    asked = channel.sponsorships.order_by("-asked_at", "-pk").first()
    if asked is not None and asked.outcome != Sponsorship.Outcome.CONFIRMED:
        raise ChannelRefusedError(
            _("Its sponsor, %(person)s, has not confirmed it.") % {"person": asked.person},
            remedy=reverse("channels:sponsor", args=[channel.code, asked.uuid]),
        )


def _must_be_in_hand(channel: Channel) -> None:
    if not channel.mailbox or channel.two_step_on is None:
        raise ChannelRefusedError(
            _(
                "Say first which shared mailbox the account has, and when the second step of its sign-in was seen."
            ),
            remedy=deed_address(channel.code, "custody"),
        )


def _must_be_another(channel: Channel, actor: User) -> None:
    """Who asked for the channel, registered it or stands up for it, does not approve it."""
    asked = channel.events.filter(state=ChannelState.REQUESTED).order_by("-effective_at", "-id")
    newest = asked.first()
    involved = channel.sponsorships.filter(Q(person=actor) | Q(asker=actor)).exists()
    if involved or (newest is not None and newest.actor == actor.actor):
        raise ActorNotAllowedError(
            _("You asked for this channel, so somebody else in channel governance approves it."),
            remedy=channel_address(channel.code),
        )


def _must_be_covered(channel: Channel, at: datetime) -> None:
    ready = count_ready_people(channel, at)
    if ready < channel.min_cover:
        raise ChannelRefusedError(
            _(
                "%(ready)s of the %(needed)s people this channel needs could post on it. Give roles first."
            )
            % {"ready": ready, "needed": channel.min_cover},
            remedy=deed_address(channel.code, "grant"),
        )


def count_ready_people(channel: Channel, at: datetime) -> int:
    """How many people with a role could post if the channel were live."""
    roles = PostingPermission.objects.current(at).filter(channel=channel)
    people = set(roles.values_list("person__hr_id", flat=True))
    asks = [DecisionQuery(one or "", channel.code, PostingAction.PUBLISH, at) for one in people]
    decisions = judge_queries(asks, evaluated_at=at)
    waiting = {"channel_not_live"}
    return sum({reason.code for reason in one.reasons} <= waiting for one in decisions)


def check_last_day(day: date | None, *, actor: Actor, at: datetime) -> None:
    """Raises ChannelRefusedError when a person sets a last day that is past."""
    if day is not None and isinstance(actor, User) and day < timezone.localdate(at):
        raise ChannelRefusedError(_("The last day is past. Choose today or a later day."))

"""The list of official channels: their states, owners and required certifications."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers.days import zone_of_region
from accounts.rules import end_of_day
from certificates.models import Certification
from channels.desk.account_checks import check_account_is_new
from channels.desk.state_guards import check_last_day, check_state_guard
from channels.guards import (
    Actor,
    ChannelRefusedError,
    actor_name,
    must_govern,
    must_govern_region,
    must_not_be_self,
    must_steward,
)
from channels.models import AccessRule, Channel, ChannelEvent, ChannelState, Owner
from ledger import entries

# The states that may follow each state. A closed channel never goes straight back to live.
NEXT_STATES: dict[str, frozenset[str]] = {
    "": frozenset({ChannelState.DRAFT, ChannelState.REQUESTED}),
    ChannelState.DRAFT: frozenset({ChannelState.REQUESTED}),
    ChannelState.REQUESTED: frozenset({ChannelState.IN_REVIEW, ChannelState.DRAFT}),
    ChannelState.IN_REVIEW: frozenset(
        {ChannelState.APPROVED, ChannelState.DECLINED, ChannelState.REQUESTED}
    ),
    ChannelState.APPROVED: frozenset({ChannelState.LIVE}),
    ChannelState.DECLINED: frozenset({ChannelState.REQUESTED}),
    ChannelState.LIVE: frozenset({ChannelState.SUSPENDED, ChannelState.SUNSETTING}),
    ChannelState.SUSPENDED: frozenset({ChannelState.LIVE, ChannelState.SUNSETTING}),
    ChannelState.SUNSETTING: frozenset({ChannelState.CLOSED, ChannelState.SUSPENDED}),
    ChannelState.CLOSED: frozenset({ChannelState.IN_REVIEW}),
}
# The states that owner and deputy may enter alone; all others are for governance.
OWNERS_MAY = frozenset(
    {ChannelState.REQUESTED, ChannelState.LIVE, ChannelState.SUSPENDED, ChannelState.SUNSETTING}
)
# The columns that `change_channel` changes: all that a decision reads.
CHANGEABLE = frozenset(
    {
        *("title", "platform", "region", "team", "classification"),
        *("review_mode", "region_bound", "sunset_on"),
    }
)
# In whose hands the account is: those who answer for it change these by `channels.desk.custody`.
CUSTODY = frozenset(
    {
        *("mailbox", "vault_url", "two_step_on", "archive"),
        *("suite", "suite_profile", "organisation_owned"),
    }
)
# The columns that no decision reads: `change_details` changes them.
DETAILS = CUSTODY | {
    *("handle", "url", "account_id", "purpose", "audience", "language"),
    *("min_cover", "public", "review_on"),
}
NEEDS_REASON = frozenset({ChannelState.DECLINED, ChannelState.SUSPENDED, ChannelState.CLOSED})


def channel_state_at(channel: Channel, at: datetime) -> str:
    """The channel's state at `at`; empty before its first."""
    begun = channel.events.exclude(state="").filter(effective_at__lte=at)
    return begun.order_by("-effective_at", "-id").values_list("state", flat=True).first() or ""


@transaction.atomic
def enter_state(
    channel: Channel,
    state_: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    effective_at: datetime | None = None,
) -> ChannelEvent:
    """The channel enters a state at `effective_at` (default `at`). Entering the state it is in changes nothing.

    Raises ChannelRefusedError for a step that NEXT_STATES does not have, without the right, and without a
    reason where NEEDS_REASON asks for one.
    """
    entered, when = ChannelState(state_), effective_at or at
    Channel.objects.select_for_update().get(pk=channel.pk)
    now = channel_state_at(channel, when)
    if now == entered:
        entered_before = channel.events.exclude(state="").filter(effective_at__lte=when)
        return entered_before.latest("effective_at", "id")
    _may_enter(channel, now, entered, actor=actor, at=at, reason=reason)
    check_state_guard(channel, now, entered, actor=actor, at=at)
    return record_state(channel, entered, actor=actor, at=when, reason=reason)


def record_state(
    channel: Channel, state_: str, *, actor: Actor, at: datetime, reason: str
) -> ChannelEvent:
    """The second half of entering a state: whoever calls it has asked who may, in its transaction."""
    event = ChannelEvent.objects.create(
        channel=channel,
        state=ChannelState(state_),
        effective_at=at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
        reason=reason.strip()[:500],
    )
    _enter(f"channel.{state_}", channel, event, actor=actor, at=at)
    return event


def _may_enter(
    channel: Channel, now: str, entered: str, *, actor: Actor, at: datetime, reason: str
) -> None:
    if entered not in NEXT_STATES[now]:
        labels = {
            "now": ChannelState(now).label if now else "–",
            "next": ChannelState(entered).label,
        }
        raise ChannelRefusedError(_("A channel cannot go from “%(now)s” to “%(next)s”.") % labels)
    if entered in OWNERS_MAY and now != ChannelState.CLOSED:
        must_steward(actor, channel, at)
    else:
        must_govern(actor, channel, at)
    if entered in NEEDS_REASON and not reason.strip():
        raise ChannelRefusedError(_("Write why. The people on the channel will read it."))


@transaction.atomic
def change_channel(
    channel: Channel,
    *,
    actor: Actor,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
    **details: Any,
) -> list[str]:
    """Change columns of CHANGEABLE from `effective_at` (at the latest `at`). Returns the names of those that differed.

    The old values stay on record: what was decided before, as known then, is decided the same ever after.
    Raises ChannelRefusedError without the right, and ValueError for another column.
    """
    if foreign := sorted(set(details) - CHANGEABLE):
        raise ValueError(f"Cannot be changed here: {', '.join(foreign)}")
    must_govern(actor, channel, at)
    if (region := details.get("region", channel.region)) != channel.region:
        must_govern_region(actor, region.pk if region else None, at)
    check_last_day(details.get("sunset_on"), actor=actor, at=at)
    event = _record_changes(
        channel, details, _dated_values, actor=actor, at=min(effective_at or at, at), reason=reason
    )
    return sorted(set(event.changes) - {"closes_at"}) if event else []


@transaction.atomic
def change_details(
    channel: Channel, *, actor: Actor, at: datetime, reason: str = "", **details: Any
) -> list[str]:
    """Change columns of DETAILS at `at`. Returns the names of those that differed; the old values stay on record.

    Raises ChannelRefusedError without the right and for an account that is another channel's, and ValueError for
    another column.
    """
    if foreign := sorted(set(details) - DETAILS):
        raise ValueError(f"Cannot be changed here: {', '.join(foreign)}")
    must_govern(actor, channel, at)
    check_account_is_new(
        channel.platform, actor=actor, at=at, besides=channel.pk, **_account(details)
    )
    return record_details(channel, details, actor=actor, at=at, reason=reason)


def record_details(
    channel: Channel, details: dict[str, Any], *, actor: Actor, at: datetime, reason: str
) -> list[str]:
    """The second half of changing columns of DETAILS: whoever calls it has asked who may, in its transaction."""
    event = _record_changes(channel, details, _detail_values, actor=actor, at=at, reason=reason)
    return sorted(event.changes) if event else []


def _account(details: dict[str, Any]) -> dict[str, Any]:
    return {name: details.get(name, "") for name in ("handle", "url", "account_id")}


def _detail_values(channel: Channel) -> dict[str, Any]:
    values = {name: getattr(channel, name) for name in sorted(DETAILS)}
    days = {name: value.isoformat() for name, value in values.items() if isinstance(value, date)}
    return values | days


def _record_changes(
    channel: Channel,
    details: dict[str, Any],
    read: Callable[[Channel], dict[str, Any]],
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> ChannelEvent | None:
    """Save the columns, with an event that holds the old and the new values; None when nothing differs."""
    rows = Channel.objects.select_for_update(of=("self",)).select_related("region", "team")
    before = read(stored := rows.get(pk=channel.pk))
    for name, value in details.items():
        setattr(channel, name, value)
        setattr(stored, name, value)
    after = read(stored)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if not changes:
        return None
    kept = [field.name for field in channel._meta.fields if field.name not in details]
    stored.clean_fields(exclude=kept)
    stored.save(update_fields=list(details))
    event = ChannelEvent.objects.create(
        channel=channel,
        changes=changes,
        effective_at=at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
        reason=reason.strip()[:500],
    )
    facts = (event, stored)
    _enter("channel.changed", channel, *facts, actor=actor, at=event.effective_at, changes=changes)
    return event


def _dated_values(channel: Channel) -> dict[str, Any]:
    """The columns that have dates, as JSON. `closes_at` follows from the last day and the region's time zone."""
    zone = zone_of_region(channel.region)
    last = channel.sunset_on
    return {
        "title": channel.title,
        "platform": channel.platform_id,
        "region": channel.region.code if channel.region else None,
        "team": channel.team.code if channel.team else None,
        "classification": channel.classification,
        "review_mode": channel.review_mode,
        "region_bound": channel.region_bound,
        "sunset_on": last.isoformat() if last else None,
        "closes_at": end_of_day(last, zone).isoformat() if last else None,
    }


@transaction.atomic
def appoint_owner(
    channel: Channel, person: User, kind: str, *, actor: Actor, at: datetime, reason: str = ""
) -> Owner:
    """Make `person` the owner or the deputy from `at`; the previous one ends at `at`.

    Raises ChannelRefusedError without the right, for oneself, for somebody who has left, and when owner and deputy
    would be one person.
    """
    must_govern(actor, channel, at)
    must_not_be_self(actor, person)
    return place_owner(channel, person, kind, actor=actor, at=at, reason=reason)


@transaction.atomic
def place_owner(
    channel: Channel, person: User, kind: str, *, actor: Actor, at: datetime, reason: str
) -> Owner:
    """Appoint somebody whom governance or the owner before has chosen; `appoint_owner` says what it refuses."""
    if person.has_left(at):
        raise ChannelRefusedError(_("%(person)s has left.") % {"person": person})
    running = channel.owners.select_for_update().open()
    if same := running.filter(person=person).first():
        if same.kind == kind:
            return same
        raise ChannelRefusedError(_("Owner and deputy have to be two people."))
    before = list(running.filter(kind=kind))
    for owner in before:
        owner.ended_at, owner.end_recorded_at = at, timezone.now()
        owner.save(update_fields=["ended_at", "end_recorded_at"])
    appointed = Owner.objects.create(
        channel=channel,
        person=person,
        kind=kind,
        started_at=at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
        reason=reason.strip()[:500],
    )
    facts = (*before, appointed)
    _enter(f"channel.{kind}", channel, *facts, actor=actor, at=at, person=person.actor)
    return appointed


@transaction.atomic
def confirm_details(channel: Channel, *, actor: Actor, at: datetime) -> Channel:
    """Record that a steward found the details correct at `at`. Raises ChannelRefusedError without the right."""
    must_steward(actor, channel, at)
    stored = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.confirmed_at = stored.confirmed_at = at
    stored.save(update_fields=["confirmed_at"])
    _enter("channel.confirmed", channel, stored, actor=actor, at=at)
    return channel


@transaction.atomic
def require_certification(
    channel: Channel,
    certification: Certification,
    *,
    actor: Actor,
    at: datetime,
    group: int = 1,
    starts_at: datetime | None = None,
    reason: str = "",
) -> AccessRule:
    """From `starts_at` (default `at`) the channel asks for the certification. Same group: alternatives.

    Asking twice changes nothing. Raises ChannelRefusedError without the right.
    """
    must_steward(actor, channel, at)
    rule, created = AccessRule.objects.get_or_create(
        channel=channel,
        certification=certification,
        group=group,
        ended_at=None,
        defaults={
            "starts_at": starts_at or at,
            "recorded_at": timezone.now(),
            "actor": actor_name(actor),
            "reason": reason.strip()[:500],
        },
    )
    if created:
        data = {"certification": certification.code, "group": group}
        _enter("channel.requires", channel, rule, actor=actor, at=rule.starts_at, **data)
    return rule


@transaction.atomic
def stop_requiring_certification(
    rule: AccessRule, *, actor: Actor, at: datetime, reason: str = ""
) -> AccessRule:
    """The channel stops asking for the certification at `at`. Raises ChannelRefusedError except for governance."""
    must_govern(actor, rule.channel, at)
    if rule.ended_at is None:
        rule.ended_at, rule.end_recorded_at = at, timezone.now()
        rule.end_reason = reason.strip()[:500]
        rule.save(update_fields=["ended_at", "end_recorded_at", "end_reason"])
        code = rule.certification.code
        told = ("channel.requires_no_more", rule.channel, rule)
        _enter(*told, actor=actor, at=at, certification=code)
    return rule


def _enter(
    kind: str, channel: Channel, *facts: Model, actor: Actor, at: datetime, **data: object
) -> None:
    entries.append_entry(
        kind=kind,
        subject=f"channel:{channel.code}",
        actor=actor_name(actor),
        at=at,
        data=dict(data),
        facts=facts,
    )

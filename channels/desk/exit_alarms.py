"""Whoever answers for a channel is going to leave: everybody concerned is told in time, and again in the last days.

At the exit the deputy acts as owner, and where nobody is left channel governance answers; both are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers import days
from certificates.rules.dates import last_day_before
from channels import channel_roles, listing
from channels.addresses import deed_address
from channels.models import Channel, Owner
from channels.rules.telling import ENDED_STATES
from ledger import entries
from notifications import sending
from notifications.models import Notification

# A leaving is told as soon as it is known, but not earlier than this: an alarm that rings for a year is not heard.
TOLD_BEFORE = timedelta(days=60)
# In so many last days it is told daily, to channel governance too.
LAST_DAYS = timedelta(days=5)
# So many people are named in a query; of more, as after a large file, everybody is read.
FEW = 500
LEAVES = "channel.owner_leaves"
SYSTEM = "system:exit-alarm"


@dataclass(frozen=True, slots=True)
class ExitAlarm:
    """An owner or deputy leaves at `leaves_at`; `stage` is "notice", or one of the last days."""

    owner: Owner
    leaves_at: datetime
    stage: str

    @property
    def key(self) -> str:
        """Begins the keys of the messages of this alarm; a leaving on another day is another one."""
        return f"{LEAVES}:{self.owner.pk}:{self.leaves_at:%Y%m%d}:{self.stage}:"


def find_leaving_owners(at: datetime, people: Collection[int] | None = None) -> list[Owner]:
    """The owners and deputies in office of whom it is known that they leave soon, with channel and person.

    Nobody has to take over what is closed. `people`: of these alone, if they are few.
    """
    soon = Owner.objects.current(at).filter(
        person__left_at__gt=at, person__left_at__lte=at + TOLD_BEFORE
    )
    if people is not None and len(people) <= FEW:
        soon = soon.filter(person__in=people)
    ended = listing.channels_with_state(at).filter(Q(state_now__in=ENDED_STATES))
    found = soon.exclude(channel__in=ended.values("pk"))
    rows = found.select_related("channel", "channel__region", "person", "person__region")
    return list(rows.order_by("pk"))


def leaves_soon(person: User, at: datetime) -> bool:
    """Whether it is known that the person leaves, and near enough to be told."""
    return person.left_at is not None and at < person.left_at <= at + TOLD_BEFORE


def spell_last_day(person: User) -> str:
    """The last day of somebody who leaves, as HR said it; empty for somebody who stays."""
    if person.left_at is None:
        return ""
    return days.spell_day(last_day_before(person.left_at, days.zone_of_region(person.region)))


def due_alarms(at: datetime, people: Collection[int] | None = None) -> list[ExitAlarm]:
    """The alarms that have not been given yet. As many queries for any number of owners, one where none leaves."""
    leaving = find_leaving_owners(at, people)
    alarms = [alarm for owner in leaving for alarm in _alarms(owner, at)]
    if not alarms:
        return []
    # Whoever leaves after `at` was not told earlier than this.
    told = Notification.objects.filter(kind=LEAVES, created_at__gt=at - TOLD_BEFORE)
    # The key of a message is that of its alarm, and who was told.
    given = {key[: key.rindex(":") + 1] for key in told.values_list("key", flat=True)}
    return [alarm for alarm in alarms if alarm.key not in given]


def _alarms(owner: Owner, at: datetime) -> Iterator[ExitAlarm]:
    leaves_at: datetime = owner.person.left_at  # type: ignore[assignment]
    yield ExitAlarm(owner, leaves_at, "notice")
    if leaves_at - at <= LAST_DAYS:
        yield ExitAlarm(owner, leaves_at, f"{at:%Y%m%d}")


@transaction.atomic
def ring_exit_alarms(*, at: datetime, people: Collection[int] | None = None) -> int:
    """Give every alarm that is due (of `people`, as soon as HR says it), once. Returns how many; safe at any time."""
    due = due_alarms(at, people)
    for alarm in due:
        _ring(alarm, at)
    return len(due)


def _ring(alarm: ExitAlarm, at: datetime) -> None:
    owner, channel = alarm.owner, alarm.owner.channel
    for person in _told(alarm, at):
        with sending.use_language_of(person):
            subject, body = _words(owner, person)
            sending.notify_person(
                person,
                kind=LEAVES,
                key=f"{alarm.key}{person.pk}",
                subject=subject,
                body=body,
                link=handover_address(channel, person, at),
                at=at,
            )
    if alarm.stage == "notice":
        entries.append_entry(
            kind=LEAVES,
            subject=f"channel:{channel.code}",
            actor=SYSTEM,
            at=at,
            data={"person": owner.person.actor, "is": owner.kind, "leaves_at": alarm.leaves_at},
            facts=[owner],
        )


def _told(alarm: ExitAlarm, at: datetime) -> list[User]:
    """Owner and deputy; governance in the last days, and from the first where nobody else stays."""
    channel, leaver = alarm.owner.channel, alarm.owner.person
    owners = [one.person for one in channel_roles.owners_of(channel, at)]
    staying = [one for one in owners if one.left_at is None]
    told = [leaver, *staying]
    if alarm.stage != "notice" or not staying:
        told += channel_roles.governors_of(channel, at)
    return list({person.pk: person for person in told}.values())


def _words(owner: Owner, reader: User) -> tuple[str, str]:
    told = {
        "person": owner.person,
        "channel": owner.channel,
        "day": spell_last_day(owner.person),
    }
    if reader == owner.person:
        return (
            _("Hand over %(channel)s before %(day)s") % told,
            _(
                "You answer for it and leave on that day. Say who takes over: they accept when everything is in their"
                " hands."
            ),
        )
    return (
        _("%(person)s, who answers for %(channel)s, leaves on %(day)s") % told,
        _("Somebody has to take over before. Ask them now, so that everything is handed over."),
    )


def handover_address(channel: Channel, person: User, at: datetime) -> str:
    """Where the person sees to it that somebody takes over: offers the post, or appoints somebody."""
    governs = channel_roles.governs_channel(person, channel, at)
    return deed_address(channel.code, "owner" if governs else "offer")


def tell_of_exit(owner: Owner, at: datetime) -> None:
    """Somebody who answered for the channel has left: tell whoever does now, which may be governance."""
    channel = owner.channel
    stays = channel_roles.owners_of(channel, at)
    for person in channel_roles.people_who_answer(channel, at):
        with sending.use_language_of(person):
            acting = bool(stays) and owner.kind == Owner.Kind.OWNER
            subject = (
                _("You act as owner of %(channel)s") if acting else _("%(channel)s needs somebody")
            )
            body = (
                _("%(person)s has left. You answer for the channel until it has a new owner.")
                if acting
                else _("%(person)s has left, who answered for the channel. Find somebody.")
            )
            sending.notify_person(
                person,
                kind="channel.owner_left",
                key=f"channel.owner_left:{owner.pk}:{person.pk}",
                subject=subject % {"channel": channel},
                body=body % {"person": owner.person},
                link=handover_address(channel, person, at),
                at=at,
            )

"""What ends on channels when somebody leaves: they answer for none, offers are withdrawn, role ends are written down.

A leaving counts though its holder is back: whoever was away for a day or longer gets nothing back. Decisions know of
all this from its instant on, whether or not it is written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.dated_columns import EVER, read_employment
from accounts.models import EmploymentEvent
from accounts.rules import INSTANT, find_end_by_gap, find_gaps
from accounts.signals import people_changed
from channels import permissions
from channels.desk.exit_alarms import FEW, ring_exit_alarms, tell_of_exit
from channels.desk.offer_outcomes import LEAVING, withdraw_offers_of_leavers
from channels.models import Owner, PostingPermission
from ledger import entries

What = EmploymentEvent.What


def connect() -> None:
    """Called once, when the apps are ready."""
    people_changed.connect(on_people_changed, dispatch_uid="channels.end_ownerships")


def on_people_changed(person_ids: list[int], **_news: Any) -> None:
    """In the sender's transaction, so that nobody who has left answers for a channel. Three queries if nobody does.

    That somebody is going to leave is told with it: the daily run may come after the exit.
    """
    end_ownerships_of_leavers(at=timezone.now())
    end_roles_of_returners(person_ids, at=timezone.now())
    ring_exit_alarms(at=timezone.now(), people=person_ids)


@transaction.atomic
def end_ownerships_of_leavers(*, at: datetime) -> int:
    """End the ownerships and open offers of all who have left by `at`, also of those who are back meanwhile.

    Idempotent; returns how many posts ended.
    """
    running = Owner.objects.open().filter(
        Q(person__left_at__lte=at) | _back_since("started_at", at)
    )
    posts = list(running.select_related("channel", "person"))
    gone = [owner for owner in posts if owner.person.has_left(at)]
    back = [owner for owner in posts if not owner.person.has_left(at)]
    ends = [*((owner, at) for owner in gone), *_missed_ends(back, "started_at", at)]
    for owner, left_at in ends:
        # Nobody answers for less than no time, however early the leaving is dated.
        owner.ended_at = max(left_at, owner.started_at + INSTANT)
        owner.end_recorded_at = timezone.now()
        owner.save(update_fields=["ended_at", "end_recorded_at"])
        entries.append_entry(
            kind="channel.owner_left",
            subject=f"channel:{owner.channel.code}",
            actor=LEAVING,
            at=left_at,
            data={"person": owner.person.actor, "was": owner.kind},
            facts=[owner],
        )
    for owner, _left_at in ends:
        tell_of_exit(owner, at)
    withdraw_offers_of_leavers(at=at)
    return len(ends)


@transaction.atomic
def end_roles_of_returners(people: Iterable[int], *, at: datetime) -> int:
    """Write down, at the leaving, the end of the roles that people who are back had before. Returns how many."""
    chosen = frozenset(people)
    running = PostingPermission.objects.open().filter(_back_since("starts_at", at))
    if len(chosen) <= FEW:
        running = running.filter(person__in=chosen)
    roles = [one for one in running.select_related("channel", "person") if one.person_id in chosen]
    ends = list(_missed_ends(roles, "starts_at", at))
    for role, left_at in ends:
        why = _("You had left, or your contract was over. Roles of before do not come back.")
        permissions.close_permission(role, actor=LEAVING, at=at, ended_at=left_at, reason=why)
    return len(ends)


def _back_since(begun: str, at: datetime) -> Exists:
    """Whether somebody began to work anew, or their contract changed, since a post or role of theirs began."""
    events = EmploymentEvent.objects.filter(what__in=[What.JOINED, What.RETURNED, What.CONTRACT])
    return Exists(
        events.filter(
            person=OuterRef("person"), effective_at__gt=OuterRef(begun), effective_at__lte=at
        )
    )


def _missed_ends(held: list[Any], begun: str, at: datetime) -> Iterator[tuple[Any, datetime]]:
    """Those that a leaving has ended though their holder is back, each with when. One query if there are any."""
    facts = read_employment({one.person_id for one in held}) if held else {}
    for one in held:
        gaps = find_gaps(facts.get(one.person_id, ()), at=at, known_at=EVER)
        if left_at := find_end_by_gap(gaps, getattr(one, begun)):
            yield one, left_at

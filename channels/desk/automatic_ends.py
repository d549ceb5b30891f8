"""What ends a role by itself is written down: the holder left the region or team of the channel, or was long away.

Decisions know of such an end from its instant on (`channels.rules.role_ends`), also before it is written down. The
holder is told why, and where to ask for a new role.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy

from accounts.models import Absence, EmploymentEvent
from channels import permissions
from channels.facts.gathering import gather_posting_facts
from channels.models import PostingPermission
from channels.rules.fact_types import PostingFacts
from channels.rules.role_ends import MISTAKEN_MOVE, RoleEnd, find_role_end

SYSTEM = "system:role-ends"
CHUNK = 500
What = EmploymentEvent.What
# What the holder and the owners read, by the code of the reason.
WHY = {
    "role_ended_by_move": gettext_lazy("A move away from the region or the team of the channel."),
    "role_ended_by_leave": gettext_lazy("More than 90 days away."),
}


def find_ended_roles(at: datetime) -> list[tuple[PostingPermission, RoleEnd]]:
    """The roles that have ended by themselves and run on in the books, each with its end.

    A move has a day to be taken back in. The number of queries grows with every five hundred such people.
    """
    changed = EmploymentEvent.objects.filter(
        what__in=[What.MOVED, What.TEAM],
        person=OuterRef("person"),
        effective_at__gt=OuterRef("starts_at"),
        effective_at__lte=at,
    )
    away = Absence.objects.begun(at).filter(
        person=OuterRef("person"), starts_at__gt=OuterRef("starts_at")
    )
    running = PostingPermission.objects.current(at).filter(Exists(changed) | Exists(away))
    roles = list(running.select_related("channel", "person").order_by("pk"))
    return [
        (role, end)
        for role, facts in _with_facts(roles)
        if (end := _find_end(role, facts, at)) and _is_settled(end, at)
    ]


def _with_facts(
    roles: list[PostingPermission],
) -> Iterator[tuple[PostingPermission, PostingFacts]]:
    for start in range(0, len(roles), CHUNK):
        some = roles[start : start + CHUNK]
        pairs = [(role.person.hr_id or "", role.channel.code) for role in some]
        yield from zip(some, gather_posting_facts(pairs), strict=True)


def _find_end(role: PostingPermission, facts: PostingFacts, at: datetime) -> RoleEnd | None:
    grant = next((one for one in facts.grants if one.uuid == str(role.uuid)), None)
    if grant is None or facts.person is None or facts.channel is None:
        return None
    return find_role_end(grant, facts.person, facts.channel, at, at)


def _is_settled(end: RoleEnd, at: datetime) -> bool:
    return end.code != "role_ended_by_move" or end.at <= at - MISTAKEN_MOVE


@transaction.atomic
def end_roles(*, at: datetime) -> int:
    """Write down every end that has come by itself, at its own instant. Returns how many; safe to run at any time."""
    ended = find_ended_roles(at)
    for role, end in ended:
        why = str(WHY[end.code])
        permissions.end_permission(role, actor=SYSTEM, at=at, ended_at=end.at, reason=why)
    return len(ended)

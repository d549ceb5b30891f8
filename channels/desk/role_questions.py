"""Since when somebody was asked about a role: the ledger says it, and the answer ends or keeps the role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from channels.models import PostingPermission
from ledger import entries
from ledger.models import Entry

CHUNK = 1_000


def find_questions(
    kind: str, roles: Iterable[tuple[PostingPermission, datetime]]
) -> dict[int, datetime]:
    """By role, when the first question of this kind was entered since the moment beside the role; those asked about
    alone. A query for a thousand roles."""
    by_subject = {f"permission:{role.uuid}": (role.pk, since) for role, since in roles}
    subjects, found = sorted(by_subject), {}
    for start in range(0, len(subjects), CHUNK):
        asked = Entry.objects.filter(kind=kind, subject__in=subjects[start : start + CHUNK])
        for subject, when in asked.order_by("-effective_at").values_list("subject", "effective_at"):
            role, since = by_subject[subject]
            if when > since:
                found[role] = when
    return found


def enter_question(
    kind: str, role: PostingPermission, actor: str, at: datetime, **more: object
) -> None:
    """Enter what was asked or answered about the role; `facts` as `ledger.entries` takes them."""
    data = {"channel": role.channel.code, "person": role.person.actor, "role": role.role}
    entries.append_entry(
        kind=kind,
        subject=f"permission:{role.uuid}",
        actor=actor,
        at=at,
        data=data,
        **more,  # type: ignore[arg-type]
    )

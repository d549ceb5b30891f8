"""Who may post on a channel: now, at an earlier moment as it was known then, and until when. Derived, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from accounts.spreadsheets import BYTE_ORDER_MARK, write_line
from channels.facts.gathering import gather_posting_facts
from channels.models import Channel, PostingPermission
from channels.rules.fact_types import Decision, PostingAction, PostingFacts
from channels.rules.posting import allowed_until, may_post

# A right that ends within so long is at risk.
ENDS_SOON = timedelta(days=30)
COLUMNS = ("hr_id", "name", "roles", "change", "then", "now", "ends_at", "reasons")


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person on the channel; `ends_at`: when the right that they have now ends, by what is known."""

    person: User
    roles: tuple[str, ...]
    then: Decision
    now: Decision
    ends_at: datetime | None
    soon: bool

    @property
    def change(self) -> str:
        """ "gained" or "lost" the right since then; empty for those who have it still, or still do not."""
        if self.then.allowed == self.now.allowed:
            return ""
        return "gained" if self.now.allowed else "lost"

    @property
    def place(self) -> tuple[bool, bool, bool, str]:
        """Sorts: what changed, what ends soon, who may post, by name."""
        return not self.change, not self.soon, not self.now.allowed, self.person.display_name


def read_roster(channel: Channel, *, since: datetime, at: datetime) -> list[RosterEntry]:
    """Everybody who has a role at `at`, or had one since `since`. A fixed number of queries."""
    held: dict[User, list[PostingPermission]] = defaultdict(list)
    roles = PostingPermission.objects.held(since, at).filter(channel=channel)
    for role in roles.select_related("person").order_by("starts_at", "pk"):
        held[role.person].append(role)
    pairs = [(person.hr_id or "", channel.code) for person in held]
    found = zip(held.items(), gather_posting_facts(pairs), strict=True)
    lines = [_line(person, roles, facts, since, at) for (person, roles), facts in found]
    return sorted(lines, key=lambda line: line.place)


def _line(
    person: User,
    roles: list[PostingPermission],
    facts: PostingFacts,
    since: datetime,
    at: datetime,
) -> RosterEntry:
    def judge(moment: datetime) -> Decision:
        return may_post(
            facts, action=PostingAction.PUBLISH, at=moment, known_at=moment, evaluated_at=moment
        )

    now, ends_at = judge(at), None
    if now.allowed:
        ends_at = allowed_until(facts, action=PostingAction.PUBLISH, at=at, known_at=at)
    running = [role for role in roles if role.ended_at is None or role.ended_at > at]
    names = tuple(sorted({role.role for role in running}))
    soon = ends_at is not None and ends_at <= at + ENDS_SOON
    return RosterEntry(person, names, judge(since), now, ends_at, soon)


def write_roster(lines: Iterable[RosterEntry]) -> Iterator[str]:
    """Lines of CSV for spreadsheets, with a byte order mark."""
    yield BYTE_ORDER_MARK + write_line(COLUMNS)
    for line in lines:
        cells = (
            line.person.hr_id or "",
            line.person.display_name,
            " ".join(line.roles),
            line.change,
            line.then.decision,
            line.now.decision,
            line.ends_at.isoformat() if line.ends_at else "",
            " ".join(reason.code for reason in line.now.reasons),
        )
        yield write_line(cells)

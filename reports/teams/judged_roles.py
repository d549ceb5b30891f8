"""The channels on which people hold a role, each with the decision on whether they may publish there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from channels import reason_texts
from channels.decisions import DecisionQuery, judge_queries
from channels.models import Channel, PostingPermission
from channels.rules.fact_types import Decision
from channels.rules.telling import is_closed, reasons_to_tell


@dataclass(frozen=True, slots=True)
class JudgedRole:
    """A role of somebody on a channel: whether they may publish there now, else why not."""

    role: PostingPermission
    decision: Decision

    @property
    def channel(self) -> Channel:
        return self.role.channel

    @property
    def allowed(self) -> bool:
        return self.decision.allowed

    @property
    def counted(self) -> bool:
        """Nobody will post on a closed channel any more, so it is not counted."""
        return not is_closed(self.decision.reasons)

    @property
    def reasons(self) -> list[str]:
        told = reasons_to_tell(self.decision.reasons)
        return [reason_texts.reason_text(reason, about_another=True) for reason in told]


def read_judged_roles(people: Collection[User], at: datetime) -> dict[int, list[JudgedRole]]:
    """For each person (primary key) the channels with a role that has begun and was not ended, each once, by title."""
    held = PostingPermission.objects.begun(at).unended(at).filter(person__in=people)
    pairs = {
        (grant.person_id, grant.channel_id): grant
        for grant in held.select_related("channel", "person").order_by("channel__title")
    }
    found: dict[int, list[JudgedRole]] = defaultdict(list)
    for one in judge_roles(list(pairs.values()), at):
        found[one.role.person_id].append(one)
    return found


def judge_roles(roles: list[PostingPermission], at: datetime) -> list[JudgedRole]:
    """Each role with the decision; call it with the channels and people at hand."""
    asks = [
        DecisionQuery(role.person.hr_id or "", role.channel.code, "publish", at) for role in roles
    ]
    decisions = judge_queries(asks, evaluated_at=at)
    return [JudgedRole(role, one) for role, one in zip(roles, decisions, strict=True)]

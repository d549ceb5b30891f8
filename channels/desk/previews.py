"""What an act would change: it is done, the people of the channel are judged again, and it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from channels.decisions import DecisionQuery, judge_queries
from channels.facts.gathering import gather_posting_facts
from channels.models import Channel, PostingPermission
from channels.rules.effects import RightsEffect
from channels.rules.fact_types import Decision, PostingAction
from channels.rules.posting import may_post


def foresee_act(channel: Channel, act: Callable[[], object], moment: datetime) -> RightsEffect:
    """The effect at `moment` of an act that is rolled back.

    It refuses exactly what the act refuses, with the same error, and asks the same decisions: a preview by other
    rules could promise something else.
    """
    before = _judge_holders(channel, moment)
    with transaction.atomic():
        act()
        after = _judge_holders(channel, moment)
        transaction.set_rollback(True)
    return RightsEffect(before, after)


def foresee_end(role: PostingPermission, moment: datetime) -> RightsEffect:
    """The effect of ending one role at `moment`, from the same facts without it."""
    before = _judge_holders(role.channel, moment)
    hr_id, now = role.person.hr_id or "", timezone.now()
    (facts,) = gather_posting_facts([(hr_id, role.channel.code)])
    kept = tuple(grant for grant in facts.grants if grant.uuid != str(role.uuid))
    without = may_post(
        replace(facts, grants=kept),
        action=PostingAction.PUBLISH,
        at=moment,
        known_at=now,
        evaluated_at=now,
    )
    return RightsEffect(before, before | {hr_id: without})


def _judge_holders(channel: Channel, moment: datetime) -> dict[str, Decision]:
    roles = PostingPermission.objects.current(moment).filter(channel=channel)
    people = sorted(set(roles.values_list("person__hr_id", flat=True)) - {None})
    asks = [DecisionQuery(one, channel.code, PostingAction.PUBLISH, moment) for one in people]
    return dict(zip(people, judge_queries(asks, evaluated_at=timezone.now()), strict=True))

"""What a material change of a course would come to: who would have to catch up, and where too few could post."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award, Requirement
from certificates.rules.changes import add_floor
from certificates.rules.fact_types import FloorFact
from certificates.rules.standings import Status, standing
from channels.facts.gathering import gather_posting_facts
from channels.models import AccessRule, Channel, PostingPermission
from channels.rules.fact_types import PostingAction, PostingFacts
from channels.rules.posting import may_post
from courses import releases
from courses.models import Course

# How long holders usually have to catch up.
NOTICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MaterialEffect:
    """How many people hold what would be out of date, and the titles of the channels that would lack people."""

    people: int = 0
    channels: tuple[str, ...] = ()


def foretell_material_change(course: Course, *, at: datetime) -> MaterialEffect:
    """If older versions stopped counting NOTICE after `at` and nobody caught up. Asks `standing` and `may_post`.

    A fixed number of queries, however many people.
    """
    newest = releases.newest_release(course)
    if newest is None:
        return MaterialEffect()
    asking = set(
        Requirement.objects.filter(course=course).values_list("certification_id", flat=True)
    )
    floor = FloorFact(course.pk, newest.number + 1, at + NOTICE, at)
    return MaterialEffect(_count_holders(floor, asking, at), _find_uncovered(floor, asking, at))


def _count_holders(floor: FloorFact, asking: set[int], at: datetime) -> int:
    """Employed people whose certificate counts now and would be due for an update."""
    held = Award.objects.filter(certification__in=asking).values("recipient")
    people = list(User.objects.employed(at).filter(pk__in=held).values_list("pk", flat=True))
    change = add_floor(floor)
    affected = {
        person
        for (person, _certification), facts in gather_certification_facts(
            people, asking, training=False
        ).items()
        if standing(facts, at=at, known_at=at).status is not Status.UPDATE_DUE
        and standing(change(facts), at=at, known_at=at).status is Status.UPDATE_DUE
    }
    return len(affected)


def _find_uncovered(floor: FloorFact, asking: set[int], at: datetime) -> tuple[str, ...]:
    """Channels with enough people on the day of the floor, and too few with it."""
    asked = AccessRule.objects.current(floor.effective_at).filter(certification__in=asking)
    roles = PostingPermission.objects.current(at).filter(channel__in=asked.values("channel"))
    pairs = sorted(set(roles.values_list("person__hr_id", "channel__code")))
    gathered = gather_posting_facts([(hr_id or "", code) for hr_id, code in pairs])
    without = Counter(_ready_on(facts, floor, at) for facts in gathered)
    change = add_floor(floor)
    changed = [
        replace(facts, certifications={pk: change(one) for pk, one in facts.certifications.items()})
        for facts in gathered
    ]
    with_it = Counter(_ready_on(facts, floor, at) for facts in changed)
    channels = Channel.objects.filter(code__in=[code for code in without if code])
    return tuple(
        channel.title
        for channel in channels.order_by("title")
        if with_it[channel.code] < channel.min_cover <= without[channel.code]
    )


def _ready_on(facts: PostingFacts, floor: FloorFact, at: datetime) -> str:
    """The channel, if the person might post there on the day of the floor; "" if not."""
    decision = may_post(
        facts, action=PostingAction.PUBLISH, at=floor.effective_at, known_at=at, evaluated_at=at
    )
    return facts.channel_asked if decision.allowed else ""

"""What a material change of a course would come to: who would have to catch up, and where too few could post."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.models import Absence, User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award, Requirement
from certificates.rules.changes import add_floor
from certificates.rules.fact_types import FloorFact
from certificates.rules.standings import Standing, standing
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
    """How many people hold what would be out of date, how many of them are on leave now, and the titles of the
    channels that would lack people."""

    people: int = 0
    channels: tuple[str, ...] = ()
    on_leave: int = 0

    @property
    def digest(self) -> str:
        """The same for what reads the same: a page sends it back to say which effect was seen."""
        told = repr((self.people, self.on_leave, self.channels))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def foretell_material_change(course: Course, *, at: datetime) -> MaterialEffect:
    """If the next version were the oldest that counts, NOTICE after `at`, and nobody caught up."""
    newest = releases.newest_release(course)
    if newest is None:
        return MaterialEffect()
    return foretell_floor(course, newest.number + 1, floor_at=at + NOTICE, at=at)


def foretell_floor(
    course: Course, number: int, *, floor_at: datetime, at: datetime
) -> MaterialEffect:
    """If versions before release `number` stopped counting at `floor_at`, and nobody caught up.

    Asks `standing` and `may_post`: a fixed number of queries, however many people.
    """
    asking = set(
        Requirement.objects.filter(course=course).values_list("certification_id", flat=True)
    )
    floor = FloorFact(course.pk, number, floor_at, at)
    affected = _find_holders(floor, asking, at)
    away = Absence.objects.current(at).filter(person__in=affected) if affected else None
    return MaterialEffect(
        people=len(affected),
        channels=_find_uncovered(floor, asking, at),
        on_leave=away.values("person").distinct().count() if away is not None else 0,
    )


def _find_holders(floor: FloorFact, asking: set[int], at: datetime) -> set[int]:
    """Employed people whose certificate counts now and would be due for an update, or sooner than it is."""
    held = Award.objects.filter(certification__in=asking).values("recipient")
    people = list(User.objects.employed(at).filter(pk__in=held).values_list("pk", flat=True))
    change = add_floor(floor)
    return {
        person
        for (person, _certification), facts in gather_certification_facts(
            people, asking, training=False
        ).items()
        if _is_due_sooner(
            standing(facts, at=at, known_at=at), standing(change(facts), at=at, known_at=at)
        )
    }


def _is_due_sooner(stood: Standing, stands: Standing) -> bool:
    """Whether an update is due that was not, or on an earlier day."""
    due = stands.is_below_floor
    return due and (not stood.is_below_floor or stood.floor_at != stands.floor_at)


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

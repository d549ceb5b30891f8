"""Decisions are reproducible: whatever an act changes today, no answer about the past, as known then, changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

from django.db import IntegrityError, transaction

import pytest

from accounts import people
from accounts.models import HrAlias, Region, User
from accounts.rules import start_of_day
from certificates.acts.programmes import record_changes
from certificates.facts.gathering import (
    DATED_FACTS,
    certification_terms,
    gather_certification_facts,
)
from certificates.models import Certification, Requirement
from certificates.rules.standings import Standing, standing
from channels import registry
from channels.decisions import DecisionQuery, judge_queries
from channels.facts.fact_rows import read_fact_rows
from channels.facts.gathering import READ_CHANGES
from channels.freezes import start_freeze
from channels.guards import ActorNotAllowedError
from channels.models import Channel, ChannelEvent
from channels.rules.fact_types import PostingAction
from courses.models import Assignment, Course
from tests.conftest import NOW
from tests.factories.certificates import make_course_record
from tests.factories.channels import make_certification, make_channel, make_platform, make_poster
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import make_person, make_region, make_team

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW + 10 * DAY
ACTOR = "system:test"
MOMENTS = [NOW - days * DAY for days in (200, 60, 40, -1)] + [TODAY + 30 * DAY]
# Before the acts, and after them.
KNOWN = [NOW - 60 * DAY, TODAY - timedelta(seconds=1)]
LATER = [TODAY + DAY]


class World:
    """One channel of each sort, and one employee and one contractor who post on them."""

    def __init__(self) -> None:
        region = make_region("FI", time_zone="UTC")
        self.sponsor, self.other = make_person(hr_id="S1"), make_person(hr_id="S2")
        people.record_leaving(self.sponsor, actor=ACTOR, at=NOW, effective_at=NOW - 45 * DAY)
        began = date(2024, 1, 1)
        self.ada = make_person(hr_id="E1", starts_on=began, joined=start_of_day(began, "UTC"))
        self.guest = make_person(
            hr_id="E2",
            kind="contractor",
            region=make_region("BR"),
            sponsor=self.sponsor,
            team=make_team("PR"),
            contract_ends_on=date(2027, 12, 31),
        )
        # The guest left a team that no channel had.
        told = {"actor": ACTOR, "at": NOW, "effective_at": NOW - 50 * DAY}
        people.change_person(self.guest, team=make_team("SOCIAL"), **told)
        self.plain = make_channel("PLAIN", region=region, team=make_team())
        self.strict = make_channel(
            "STRICT",
            region=region,
            region_bound=True,
            review_mode="each",
            classification="support",
            sunset_on=(NOW + 20 * DAY).date(),
        )
        for person, channel in product((self.ada, self.guest), (self.plain, self.strict)):
            make_poster(person, channel)
        self.new, self.course = make_person(), make_course_record("OTHER")
        asked = Certification.objects.get().requirements.get().course
        self.assign(asked, due_on=NOW.date())
        self.assign(self.course, due_on=(NOW - 150 * DAY).date())
        freeze = {"actor": ACTOR, "reason": "x", "at": NOW - 45 * DAY, "ends_at": NOW - 30 * DAY}
        start_freeze("classification", classification="support", **freeze)
        start_freeze("platform", platform=make_platform("other"), **freeze)
        start_freeze("region", region=make_region("BR"), **freeze)

    def assign(self, course: Course, *, due_on: date) -> None:
        begun = NOW - 250 * DAY
        Assignment.objects.create(
            person=self.new,
            course=course,
            assigned_at=begun,
            recorded_at=begun,
            due_on=due_on,
            actor=ACTOR,
        )

    def standings(self, known: list[datetime]) -> list[Standing]:
        """Where everybody stands at the moments, in the certification of the channels, as known at each of `known`."""
        told = gather_certification_facts([self.ada.pk, self.guest.pk, self.new.pk])
        return [
            standing(facts, at=at, known_at=known_at)
            for facts in told.values()
            for at in MOMENTS
            for known_at in known
        ]

    def answers(self, known: list[datetime]) -> list[Any]:
        """Every answer about the moments, as known at each of `known`; also about an id that comes later."""
        asks = [
            DecisionQuery(who, channel.code, action, at, known_at)
            for who in ("E1", "E2", "OLD-1")
            for channel in (self.plain, self.strict)
            for action in (PostingAction.PUBLISH, PostingAction.APPROVE)
            for at in MOMENTS
            for known_at in known
        ]
        found = judge_queries(asks, evaluated_at=TODAY)
        told = [(one.decision, one.reasons, one.evidence, one.valid_until) for one in found]
        return [*told, *self.standings(known)]


def certification_act(act: Callable[[Certification, World], object]) -> Callable[[World], object]:
    """The act saves the certification or its requirements, as the form of the CMS does."""

    def changed(world: World) -> None:
        certification = Certification.objects.get()
        with record_changes(certification.pk, actor=ACTOR, at=TODAY):
            act(certification, world)

    return changed


def save_column(**columns: Any) -> Callable[[World], object]:
    return certification_act(
        lambda certification, _world: Certification.objects.filter(pk=certification.pk).update(
            **columns
        )
    )


def channel_act(**details: Any) -> Callable[[World], object]:
    def act(world: World) -> None:
        for channel in (world.plain, world.strict):
            fresh = Channel.objects.get(pk=channel.pk)
            told = {n: value() if callable(value) else value for n, value in details.items()}
            past = NOW - 100 * DAY
            assert registry.change_channel(
                fresh, actor=ACTOR, at=TODAY, effective_at=past, **told
            ) or all(getattr(fresh, name) == value for name, value in told.items())

    return act


def person_act(hr_id: str, **details: Any) -> Callable[[World], object]:
    def act(world: World) -> None:
        told = {n: getattr(world, v) if n == "sponsor" and v else v for n, v in details.items()}
        who = User.objects.get(hr_id=hr_id)
        past = NOW - 100 * DAY
        assert people.change_person(who, actor=ACTOR, at=TODAY, effective_at=past, **told)

    return act


def leave(hr_id: str) -> Callable[[World], object]:
    return lambda world: people.record_leaving(
        User.objects.get(hr_id=hr_id), actor=ACTOR, at=TODAY, effective_at=NOW - 100 * DAY
    )


def file_act(hr_id: str, **cells: str) -> Callable[[World], object]:
    return lambda world: import_file(
        make_row(hr_id, email=User.objects.get(hr_id=hr_id).email, **cells), at=TODAY
    )


CHANNEL_ACTS: dict[str, Callable[[World], object]] = {
    "title": channel_act(title="Renamed"),
    "platform": channel_act(platform=lambda: make_platform("other")),
    "region": channel_act(region=lambda: make_region("BR")),
    "classification": channel_act(classification="investor"),
    "review_mode": channel_act(review_mode="free"),
    "region_bound": channel_act(region_bound=True),
    "team": channel_act(team=lambda: make_team("PR")),
    "sunset_on": channel_act(sunset_on=(NOW - 50 * DAY).date()),
}
CERTIFICATION_ACTS: dict[str, Callable[[World], object]] = {
    "title": save_column(title="Renamed"),
    "policy_tz": save_column(policy_tz="America/New_York"),
    "retired_at": save_column(retired_at=NOW - 100 * DAY),
    "courses": certification_act(
        lambda _certification, world: Requirement.objects.update(course=world.course)
    ),
}
ACTS = {
    **CHANNEL_ACTS,
    **{f"{name} of a certification": act for name, act in CERTIFICATION_ACTS.items()},
    "no course of a certification": certification_act(
        lambda _certification, _world: Requirement.objects.all().delete()
    ),
    "another course of a certification": certification_act(
        lambda certification, world: Requirement.objects.create(
            certification=certification, course=world.course
        )
    ),
    "no sunset": channel_act(sunset_on=None),
    "kind of a contractor": person_act("E2", kind="employee"),
    "kind of an employee": person_act("E1", kind="contractor", sponsor="sponsor"),
    "sponsor": person_act("E2", sponsor="other"),
    "no sponsor": person_act("E2", sponsor=None),
    "leaving": leave("E1"),
    "leaving of the sponsor": leave("S1"),
    "region of a person": file_act("E1", region="BR", region_since="2026-01-01"),
    "team of a person": file_act("E1", team_code="PR", team_since="2026-01-01"),
    "leave": file_act("E1", leave_from="2025-12-01"),
    "contract": file_act("E1", contract_ends_on="2026-03-31"),
    "start": file_act("E1", starts_on="2026-05-01"),
    "another hr id": lambda world: HrAlias.objects.create(
        hr_id="OLD-1", person=world.ada, recorded_at=TODAY, actor=ACTOR
    ),
}


def test_acts_change_answers_from_their_recording_on_and_none_as_known_before(wall_clock):
    """One world for all acts, each taken back before the next one."""
    world = World()
    wall_clock(TODAY)
    past, later = world.answers(KNOWN), world.answers(LATER)
    assert len({answer[0] for answer in past if isinstance(answer, tuple)}) > 1
    assert len({answer.status for answer in past if isinstance(answer, Standing)}) > 2
    changing, idle = [], []
    for name, act in ACTS.items():
        with transaction.atomic():
            act(world)
            if world.answers(KNOWN) != past:
                changing.append(name)
            if world.answers(LATER) == later:
                idle.append(name)
            transaction.set_rollback(True)
    assert (changing, idle) == ([], [])
    assert (world.answers(KNOWN), world.answers(LATER)) == (past, later)


def test_every_column_of_a_channel_that_facts_read_is_dated():
    """A column that is read and not dated would change the past."""
    make_channel("BLOG")
    (row,) = read_fact_rows([], ["BLOG"])["channel"]
    fixed = {"id", "code", "zone"}
    derived = {"sunset_on": "closes_at"}
    assert {derived.get(name, name) for name in row.keys() - fixed} == set(READ_CHANGES)
    assert {derived.get(name, name) for name in registry.CHANGEABLE} == set(READ_CHANGES)
    assert set(CHANNEL_ACTS) == registry.CHANGEABLE


def test_every_column_of_a_certification_that_facts_read_is_dated():
    make_certification()
    (terms,) = certification_terms()
    fixed = {"id", "code", "dated"}
    names = {"courses" if field.name == "course_ids" else field.name for field in fields(terms)}
    assert names - fixed == set(DATED_FACTS) == set(CERTIFICATION_ACTS)


@pytest.mark.databases
@pytest.mark.parametrize("column", ["code", "time_zone"])
def test_region_keeps_its_code_and_zone_because_last_days_of_channels_end_in_it(column):
    region = make_region("FI")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Region.objects.filter(pk=region.pk).update(**{column: "UTC"})


@pytest.mark.databases
def test_certification_keeps_its_code():
    make_certification()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Certification.objects.update(code="OTHER")


def test_change_channel_records_old_and_new_value_and_both_instants(wall_clock):
    channel = make_channel("BLOG")
    told = {"actor": ACTOR, "at": NOW, "effective_at": NOW - DAY, "review_mode": "each"}
    assert registry.change_channel(channel, **told) == ["review_mode"]
    assert registry.change_channel(channel, **told) == []
    event = ChannelEvent.objects.get(channel=channel, state="")
    assert event.changes == {"review_mode": ["free", "each"]}
    assert (event.effective_at, event.recorded_at) == (NOW - DAY, NOW)
    assert registry.channel_state_at(channel, NOW) == "live"
    assert Channel.objects.get().review_mode == "each"


def test_change_channel_is_for_governance_and_known_columns(ada):
    channel = make_channel("BLOG")
    with pytest.raises(ActorNotAllowedError):
        registry.change_channel(channel, actor=ada, at=NOW, review_mode="each")
    with pytest.raises(ValueError, match="Cannot be changed here: code"):
        registry.change_channel(channel, actor=ACTOR, at=NOW, code="OTHER")


def test_change_of_region_keeps_the_last_day_of_the_old_time_zone(wall_clock):
    sydney = make_region("AU", time_zone="Australia/Sydney")
    channel = make_channel("AU", region=sydney, sunset_on=NOW.date())
    ada = make_poster(make_person(), channel)
    midnight = datetime(2026, 6, 15, 14, tzinfo=UTC)
    wall_clock(TODAY)
    registry.change_channel(channel, actor=ACTOR, at=TODAY, region=make_region("FI"))

    def decision(at: datetime) -> str:
        ask = DecisionQuery(ada.hr_id, "AU", "publish", at, NOW)
        return judge_queries([ask], evaluated_at=TODAY)[0].decision

    assert [decision(midnight - timedelta(seconds=1)), decision(midnight)] == ["allow", "deny"]

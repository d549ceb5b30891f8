"""The database refuses nonsense by itself: rows that no screen would write, and changes to what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, Model, Q

import pytest

from accounts.models import Absence, EmploymentEvent, HrAlias, Responsibility
from certificates.models import AwardEvent, Hold, Waiver
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    Freeze,
    Owner,
    PermissionRequest,
    PostingPermission,
)
from courses.models import Assignment, Course, ReleaseEvent
from tests.conftest import NOW
from tests.factories.certificates import make_course_record
from tests.factories.channels import make_award, make_certification, make_channel
from tests.factories.people import make_person

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)
SYSTEM = "system:test"
RECORDED = {"recorded_at": NOW, "actor": SYSTEM}
SPAN = {"starts_at": NOW, **RECORDED}
ENDED = {"ended_at": NOW + DAY, "end_recorded_at": NOW + DAY}


@pytest.fixture
def rows(ada) -> SimpleNamespace:
    """What the rows below refer to."""
    return SimpleNamespace(
        ada=ada,
        ben=ada.manager,
        blog=make_channel("BLOG"),
        certification=make_certification(),
        course=Course.objects.create(key=uuid4(), code="C-1", title="Course"),
    )


def own(rows: Any, person: Any = None, **fields: Any) -> Owner:
    usual = {"kind": "owner", "started_at": NOW, "actor": SYSTEM, "recorded_at": NOW}
    return Owner(channel=rows.blog, person=person or rows.ada, **usual | fields)


def permit(rows: Any, **fields: Any) -> PostingPermission:
    return PostingPermission(
        channel=rows.blog, person=rows.ada, **{"role": "publisher", **SPAN, **fields}
    )


def charge(rows: Any, **fields: Any) -> Responsibility:
    usual = {"role": "hr", "starts_at": NOW, "granted_by": SYSTEM, "recorded_at": NOW}
    return Responsibility(person=rows.ada, **usual | fields)


def freeze(**fields: Any) -> Freeze:
    return Freeze(scope="global", reason="x", **SPAN, **fields)


def ask(rows: Any, **fields: Any) -> AccessRule:
    return AccessRule(
        channel=rows.blog, certification=rows.certification, group=2, **SPAN, **fields
    )


def hold(rows: Any, **fields: Any) -> Hold:
    return Hold(person=rows.ada, reason="x", **SPAN, **fields)


def waive(rows: Any, **fields: Any) -> Waiver:
    usual = {"until": NOW + 9 * DAY, "reason": "x", **SPAN}
    return Waiver(person=rows.ada, certification=rows.certification, **usual | fields)


def leave(rows: Any, **fields: Any) -> Absence:
    return Absence(person=rows.ada, **{"until": NOW + 9 * DAY, **SPAN, **fields})


def say(rows: Any, what: str) -> ReleaseEvent:
    release = make_course_record("SAID", releases=1).releases.get()
    return ReleaseEvent(release=release, what=what, reason="x", **RECORDED)


def assign(rows: Any, **fields: Any) -> Assignment:
    usual = {"assigned_at": NOW, "reason": "x", **RECORDED}
    return Assignment(person=rows.ada, course=rows.course, **usual | fields)


def request(rows: Any, **fields: Any) -> PermissionRequest:
    return PermissionRequest(channel=rows.blog, person=rows.ada, why="x", asked_at=NOW, **fields)


def after(first: Model, second: Model) -> Model:
    first.save()
    return second


def event(rows: Any) -> AwardEvent:
    award = make_award(rows.ada, rows.certification)
    return AwardEvent(award=award, kind="lost", effective_at=NOW, **RECORDED)


def respell(row: Model, **fields: str) -> Model:
    for name, value in fields.items():
        setattr(row, name, value)
    return row


UNRECORDED_END = {"ended_at": NOW + DAY}
END_WITHOUT_END = {"end_recorded_at": NOW + DAY}
# Name of the constraint, or the columns that SQLite names instead: the row that it refuses.
NONSENSE: list[tuple[str, Callable[[Any], Model]]] = [
    (
        "channels_owner_one_of_a_kind|channels_owner.channel_id, channels_owner.kind",
        lambda rows: after(own(rows), own(rows, rows.ben)),
    ),
    ("accounts_absence_lasts", lambda rows: leave(rows, until=NOW)),
    ("accounts_absence_end_is_recorded", lambda rows: leave(rows, **UNRECORDED_END)),
    ("courses_release_event_known", lambda rows: say(rows, "guessed")),
    (
        "courses_release_confirmed_once|courses_releaseevent.release_id",
        lambda rows: after(say(rows, "confirmed"), say(rows, "confirmed")),
    ),
    ("channels_owner_kind_known", lambda rows: own(rows, kind="boss")),
    ("channels_owner_end_is_recorded", lambda rows: own(rows, **UNRECORDED_END)),
    ("channels_owner_end_is_recorded", lambda rows: own(rows, **END_WITHOUT_END)),
    ("channels_freeze_end_is_recorded", lambda rows: freeze(**UNRECORDED_END)),
    ("channels_freeze_end_is_recorded", lambda rows: freeze(**END_WITHOUT_END)),
    ("channels_access_rule_end_is_recorded", lambda rows: ask(rows, **UNRECORDED_END)),
    ("channels_access_rule_end_is_recorded", lambda rows: ask(rows, **END_WITHOUT_END)),
    ("channels_permission_end_is_recorded", lambda rows: permit(rows, **UNRECORDED_END)),
    ("channels_permission_end_is_recorded", lambda rows: permit(rows, **END_WITHOUT_END)),
    ("channels_permission_role_known", lambda rows: permit(rows, role="king")),
    ("channels_request_decided_whole", lambda rows: request(rows, outcome="granted")),
    ("channels_request_decided_whole", lambda rows: request(rows, outcome="declined")),
    ("channels_request_decided_whole", lambda rows: request(rows, decided_at=NOW)),
    (
        "channels_request_decided_whole",
        lambda rows: request(rows, outcome="perhaps", decided_at=NOW),
    ),
    (
        "channels_event_state_known",
        lambda rows: ChannelEvent(channel=rows.blog, state="gone", effective_at=NOW, **RECORDED),
    ),
    (
        "channels_channel_review_mode_known",
        lambda rows: Channel(
            code="B", platform=rows.blog.platform, url="https://b.example/", review_mode="never"
        ),
    ),
    ("certificates_hold_end_is_recorded", lambda rows: hold(rows, **UNRECORDED_END)),
    ("certificates_hold_end_is_recorded", lambda rows: hold(rows, **END_WITHOUT_END)),
    ("certificates_waiver_end_is_recorded", lambda rows: waive(rows, **UNRECORDED_END)),
    ("certificates_waiver_end_is_recorded", lambda rows: waive(rows, **END_WITHOUT_END)),
    ("certificates_award_event_kind_known", event),
    ("accounts_responsibility_end_is_recorded", lambda rows: charge(rows, **UNRECORDED_END)),
    ("accounts_responsibility_end_is_recorded", lambda rows: charge(rows, **END_WITHOUT_END)),
    ("accounts_responsibility_role_known", lambda rows: charge(rows, role="king")),
    (
        "accounts_responsibility_ends_later",
        lambda rows: charge(rows, ended_at=NOW - DAY, end_recorded_at=NOW),
    ),
    (
        "accounts_responsibility_everywhere_once|accounts_responsibility.role",
        lambda rows: after(charge(rows), charge(rows)),
    ),
    (
        "accounts_employment_what_known",
        lambda rows: EmploymentEvent(
            person=rows.ada, what="promoted", effective_at=NOW, **RECORDED
        ),
    ),
    ("accounts_user_kind_known", lambda rows: respell(rows.ada, kind="robot")),
]
# Rows that stay as they were recorded, and the change that the trigger refuses.
FROZEN: list[tuple[Callable[[Any], Model], dict[str, Any]]] = [
    (own, {"kind": "deputy"}),
    (own, {"started_at": NOW - DAY}),
    (own, {"recorded_at": NOW - DAY}),
    (charge, {"role": "auditor"}),
    (charge, {"starts_at": NOW - DAY}),
    (charge, {"ends_at": NOW + DAY}),
    (charge, {"recorded_at": NOW - DAY}),
    (assign, {"due_on": NOW.date()}),
    (assign, {"assigned_at": NOW - DAY}),
    (lambda rows: HrAlias(hr_id="OLD", person=rows.ada, **RECORDED), {"hr_id": "NEW"}),
    (lambda rows: HrAlias(hr_id="OLD", person=rows.ada, **RECORDED), {"actor": "system:other"}),
]
# Rows that an act ended, and how it was written down: none of it is written a second time.
LATER = {"ended_at": NOW + 2 * DAY}
ONCE: list[tuple[Callable[[Any], Model], dict[str, Any]]] = [
    *((build, LATER) for build in (own, permit, charge, ask, hold, waive)),
    *((build, {"end_recorded_at": NOW}) for build in (own, permit, charge, ask, hold, waive)),
    *((build, {"end_actor": "system:other"}) for build in (permit, hold, waive)),
    (own, {"ended_at": None, "end_recorded_at": None}),
    (permit, {"end_reason": "Another"}),
    (lambda rows, **ended: freeze(**ended), LATER),
]


def refuse(row: Model) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save()
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "build"), NONSENSE, ids=[f"{i}-{n[0]}" for i, n in enumerate(NONSENSE)]
)
def test_constraint_refuses_nonsense(rows, name, build):
    said = refuse(build(rows))
    assert any(part in said for part in name.split("|"))


def listed_values(condition: Q) -> Iterator[tuple[str, list[str]]]:
    """The columns that a condition compares with a list, each with its list."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from listed_values(child)
        elif child[0].endswith("__in"):
            yield child[0].removesuffix("__in"), child[1]


def test_constraint_knows_every_value_that_the_code_knows():
    """A choice that is new in the code and missing here would fail only when somebody makes it."""
    known = {
        constraint.name: (values, model._meta.get_field(name))
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and constraint.name.endswith("_known")
        for name, values in listed_values(constraint.condition)
    }
    assert len(known) > 5
    assert {
        name: values
        for name, (values, field) in known.items()
        if set(values)
        != {value for value, _label in field.flatchoices} | ({""} if field.blank else set())
    } == {}


@pytest.mark.parametrize(("build", "change"), FROZEN)
def test_trigger_refuses_change_and_removal(rows, build, change):
    row = build(rows)
    row.save()
    kept = type(row)._default_manager.filter(pk=row.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        kept.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        kept._raw_delete(kept.db)
    assert kept.update(**{name: getattr(row, name) for name in change}) == 1


@pytest.mark.parametrize(("build", "change"), ONCE)
def test_trigger_lets_an_end_be_written_once(rows, build, change):
    row = build(rows)
    row.save()
    kept = type(row)._default_manager.filter(pk=row.pk)
    assert kept.update(**ENDED) == 1
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        kept.update(**change)


def test_trigger_lets_an_assignment_be_closed_once(rows):
    row = assign(rows)
    row.save()
    kept = Assignment.objects.filter(pk=row.pk)
    assert kept.update(closed_at=NOW + DAY, closed_why="completed") == 1
    for change in ({"closed_at": None}, {"closed_why": "withdrawn"}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            kept.update(**change)


def test_owner_who_follows_another_is_no_second_owner(rows):
    own(rows, **ENDED).save()
    own(rows, rows.ben).save()
    own(rows, make_person("Deputy"), kind="deputy").save()
    assert Owner.objects.open().count() == 2

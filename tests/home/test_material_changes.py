"""Before a material change goes live its author reads whom it affects; other changes affect nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from accounts import people
from accounts.models import User
from certificates.acts import awards
from channels.models import Channel
from courses.models import Course, CoursePage
from home.editing.material_changes import tell_material_change
from reports.console.change_effects import MaterialEffect, foretell_material_change
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification
from tests.factories.channels import ask_for, make_channel, make_permission
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def course(ada: User, ben: User, now: datetime) -> Course:
    """Ada and Ben are certified by it, and Ada alone posts on a channel that needs one person."""
    certification = make_certification("CORE")
    for person in (ada, ben):
        make_award(person, certification)
    channel = make_channel("COVERED", asks=False, min_cover=1)
    ask_for(channel, certification)
    make_permission(channel, ada)
    return certification.requirements.get().course


def test_material_change_affects_holders_and_channels_that_would_lack_people(
    course: Course, ben: User, now: datetime
) -> None:
    title = Channel.objects.get().title
    assert foretell_material_change(course, at=now) == MaterialEffect(2, (title,))
    make_permission(Channel.objects.get(), ben)
    assert foretell_material_change(course, at=now) == MaterialEffect(2, (title,))


def test_material_change_leaves_out_who_holds_nothing_that_counts(
    course: Course, ben: User, now: datetime
) -> None:
    award = ben.awards.get()
    awards.revoke_award(award, actor="system:test", at=now, reason="Found out", effective_at=now)
    assert foretell_material_change(course, at=timezone.now()).people == 1


def test_material_change_leaves_a_channel_that_has_other_people(
    course: Course, now: datetime
) -> None:
    Channel.objects.update(min_cover=0)
    assert foretell_material_change(course, at=now).channels == ()


def test_material_change_asks_the_same_for_any_number_of_people(
    course: Course, now: datetime
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            foretell_material_change(course, at=now)
        return len(asked)

    few = count()
    for number in range(3):
        make_award(make_person(f"More {number}"), make_certification("CORE"))
    assert count() == few


def test_material_change_counts_who_is_on_leave_now(
    course: Course, ben: User, now: datetime
) -> None:
    made = {"actor": "system:test", "at": now}
    people.record_absence(ben, starts_at=now - DAY, until=now + DAY, **made)
    people.record_absence(ben, starts_at=now + 9 * DAY, until=now + 19 * DAY, **made)
    assert foretell_material_change(course, at=now).on_leave == 1
    page = CoursePage(course=course, change_class="material")
    assert "1 of them is on leave." in tell_material_change(page, now)
    people.end_absence(ben.absences.first(), **made)
    assert foretell_material_change(course, at=now).on_leave == 0
    with pytest.raises(ValueError, match="already"):
        people.record_absence(ben, starts_at=now, until=now + 10 * DAY, **made)


@pytest.mark.parametrize("change_class", ["editorial", "minor"])
def test_other_change_tells_of_nobody(course: Course, change_class: str) -> None:
    page = CoursePage(course=course, change_class=change_class)
    assert tell_material_change(page, NOW) == []
    assert tell_material_change(SimpleNamespace(), NOW) == []


def test_material_change_is_told_in_sentences(course: Course) -> None:
    affects, lacks = tell_material_change(CoursePage(course=course, change_class="material"), NOW)
    assert "affects 2 people" in affects
    assert "1 channel has too few people who may post" in lacks
    assert tell_material_change(CoursePage(course=None, change_class="material"), NOW) == []

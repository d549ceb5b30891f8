"""Every status of a certification, with the next step that `/me/` names for it, followed as that person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine

from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import AwardEvent, Certification, Hold, Waiver
from certificates.rules.standings import Status, standing
from courses.models import Course, CoursePage
from courses.progress import assignments, enrolments
from tests.conftest import NOW
from tests.factories.certificates import make_award, raise_floor
from tests.factories.channels import DAY, SYSTEM, make_certification
from tests.factories.courses import make_course
from tests.walks import Walker, words_of

pytestmark = pytest.mark.django_db
RECORDED = {"starts_at": NOW - DAY, "recorded_at": NOW - DAY, "reason": "x", "actor": SYSTEM}
Arrange = Callable[[User, Certification], object]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def core(db: None) -> Certification:
    """A certification that a published course earns, with a week of grace."""
    page = make_course("CORE", modules=1, lessons=1, title="Principles")
    core = make_certification()
    core.requirements.update(course=page.course_id)
    Certification.objects.update(posting_grace_days=7, policy_tz="UTC")
    core.refresh_from_db()
    return core


def earned(days: int) -> Arrange:
    return lambda ada, core: make_award(ada, core, at=NOW + days * DAY)


def assign(ada: User, core: Certification, due: date | None = None) -> None:
    course = core.requirements.get().course
    assignments.assign_course(ada, course, due_on=due, reason="x", actor=SYSTEM, at=NOW - 9 * DAY)


def be_late(ada: User, core: Certification) -> None:
    assign(ada, core, (NOW - 2 * DAY).date())


def begin(ada: User, core: Certification) -> None:
    course = Course.objects.get(code="CORE")
    enrolments.start_enrolment(ada, course, actor=SYSTEM, at=NOW - DAY)


def withdraw(ada: User, core: Certification) -> None:
    moment = {"effective_at": NOW - DAY, "recorded_at": NOW - DAY, "actor": SYSTEM}
    AwardEvent.objects.create(
        award=make_award(ada, core, at=NOW - 90 * DAY), kind="revoked", **moment
    )


def hold(ada: User, core: Certification) -> None:
    make_award(ada, core, at=NOW - 90 * DAY)
    Hold.objects.create(person=ada, certification=core, **RECORDED)


def outdate(ada: User, core: Certification) -> None:
    make_award(ada, core, at=NOW - 90 * DAY)
    course = core.requirements.get().course
    raise_floor(course, 2, effective_at=NOW + 9 * DAY, recorded_at=NOW - DAY)


def excuse(ada: User, core: Certification) -> None:
    """Also asked to take the course: the waiver is the newer word."""
    assign(ada, core, (NOW + 9 * DAY).date())
    Waiver.objects.create(person=ada, certification=core, until=NOW + 30 * DAY, **RECORDED)


# By status: how it comes about, the deed on /me/, and the form there; "letter" where only others act, '' for nothing.
STATUSES: dict[Status, tuple[Arrange, str, str]] = {
    Status.SUSPENDED: (hold, "Ask HR", "letter"),
    Status.REVOKED: (withdraw, "Take the course again", "Start the renewal"),
    Status.CERTIFIED: (earned(-90), "", ""),
    Status.EXPIRING: (earned(-330), "Renew your certificate", "Start the renewal"),
    Status.UPDATE_DUE: (outdate, "See what has changed", "Start the renewal"),
    Status.GRACE: (earned(-368), "Renew your certificate", "Start the renewal"),
    Status.EXEMPT: (excuse, "", ""),
    Status.LAPSED: (earned(-400), "Renew your certificate", "Start the renewal"),
    Status.OVERDUE: (be_late, "Start the course", "Start the course"),
    Status.IN_PROGRESS: (begin, "Start reading", "Mark as read and continue"),
    Status.ASSIGNED: (assign, "Start the course", "Start the course"),
    Status.NOT_REQUIRED: (lambda _ada, _core: None, "", ""),
}
# The facts do not tell it from IN_PROGRESS; "marking" in test_start_remedies follows it.
BY_THE_QUIZ = {Status.AWAITING_REVIEW}


def test_statuses_are_all_followed() -> None:
    assert STATUSES.keys() | BY_THE_QUIZ == set(Status)


@pytest.mark.parametrize(("status", "how"), STATUSES.items(), ids=STATUSES)
def test_status_leads_to_what_changes_it(
    ada: User,
    hugo: User,
    as_: Any,
    core: Certification,
    status: Status,
    how: tuple[Arrange, str, str],
) -> None:
    arrange, deed, offered = how
    arrange(ada, core)
    facts = gather_certification_facts([ada.pk])[ada.pk, core.pk]
    assert standing(facts, at=NOW, known_at=NOW).status == status
    walk = Walker(as_(ada)).go("/me/")
    if not deed:
        assert not walk.page.select("section[aria-labelledby=next]")
        return
    walk.follow(deed)
    if offered == "letter":
        assert walk.letters
    else:
        before = walk.path
        walk.press(offered)
        assert walk.path != before


def test_exempt_person_is_told_until_when(ada: User, as_: Any, core: Certification) -> None:
    excuse(ada, core)
    text = Walker(as_(ada)).go("/me/").text
    assert "You are exempt from “Certificate POST-CORE” until 15 July 2026." in text
    assert "is required" not in text


def test_course_is_named_once_with_the_earlier_of_its_days(
    ada: User, as_: Any, core: Certification
) -> None:
    """A certificate that has ended, of a course that is required as well."""
    make_award(ada, core, at=NOW - 400 * DAY)
    assign(ada, core, (NOW + 9 * DAY).date())
    walk = Walker(as_(ada)).go("/me/")
    (step,) = walk.page.select("section[aria-labelledby=next] .notice")
    assert "does not count any more. “Principles” is required by 24 June 2026" in words_of(step)
    walk.follow("Renew your certificate")
    assert "Required by 24 June 2026." in walk.text
    assert walk.main_buttons == ["Start the renewal"]


def test_hold_is_not_said_to_end_by_a_course(ada: User, as_: Any, core: Certification) -> None:
    hold(ada, core)
    begin(ada, core)
    walk = Walker(as_(ada)).go("/me/")
    assert {"Ask HR", "Start reading"} <= walk.links.keys()
    assert "for it" not in walk.text


@pytest.mark.parametrize("begun", [False, True])
def test_due_day_ends_and_is_named_in_its_zone(
    ada: User, as_: Any, core: Certification, begun: bool
) -> None:
    """Ada reads in London, where it is still the last day: in Helsinki, which counts, it is over."""
    core.policy_tz = "Europe/Helsinki"
    core.save()
    ada.time_zone = "Europe/London"
    ada.save()
    assign(ada, core, NOW.date())
    course = CoursePage.objects.get().url
    if begun:
        begin(ada, core)
    day = f"{NOW.day} June 2026 (Helsinki)"
    for moment, required in ((NOW, "equired by"), (NOW.replace(hour=22), "as required by")):
        with time_machine.travel(moment, tick=False):
            facts = gather_certification_facts([ada.pk])[ada.pk, core.pk]
            late = standing(facts, at=moment, known_at=moment).status is Status.OVERDUE
            assert late is (required == "as required by")
            for page in ("/me/", "/courses/", course):
                text = Walker(as_(ada)).go(page).text
                assert f"{required} {day}" in text
                assert ("as required by" in text) is late

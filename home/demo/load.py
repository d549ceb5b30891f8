"""Load Northlight: people from HR files, pages, items, channels and history. Loading twice changes nothing."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from accounts import leaving
from accounts.importing import imports
from accounts.models import Region, User
from accounts.people import give_responsibility
from certificates.acts import programmes
from certificates.models import Certification, Requirement
from courses import editor_groups
from courses.models import Course, CoursePage, LessonPage
from home.demo import (
    channel_access,
    channels,
    clock,
    history,
    indexes,
    items,
    organisation,
    pages,
)
from ledger import entries, planner_statistics
from quizzes.models import Quiz

ACTOR = "system:demo"
PASSWORD = "postworthy-demo"  # noqa: S105 - the demo's, printed in the README
# Ravi governs channels beside Sam, so that a stop everywhere has somebody else to end it.
ROLES = (
    *(("N0002", "author"), ("N0003", "hr"), ("N0005", "reviewer"), ("N0005", "governance")),
    ("N0006", "auditor"),
)
FOUNDED = -425
CERTIFICATIONS = (
    {"code": "POST-CORE", "title": "Official channels – core", "period_months": 12},
    {
        "code": "SUPPORT-REPLY",
        "title": "Customer replies",
        "period_months": 6,
        "window_days": 30,
        "posting_grace_days": 7,
    },
)


class AlreadyLoadedError(Exception):
    """The demo organisation is in this database."""


def load_demo(today: date, site_name: str) -> None:
    """Load everything, as of `today`. Raises AlreadyLoadedError when the demo was loaded before."""
    if _finished():
        raise AlreadyLoadedError
    midnight = datetime.combine(today, time.min, tzinfo=UTC)

    def day(days: float) -> datetime:
        return midnight + timedelta(days=days, hours=7)

    with indexes.indexed_at_the_end(), clock.clock_set_to(day(FOUNDED)) as founded:
        people = _people(today, founded)
        course = _pages(people["N0002"], site_name)
        _certifications(course, founded)
        registered = channels.load_channels(people, day(FOUNDED + 5), midnight)
    story = history.Story(
        today=midnight,
        course=course,
        quiz=Quiz.objects.get(code=pages.QUIZ),
        lessons=_lessons(course),
    )
    page = CoursePage.objects.get(course=course, locale__language_code="en")
    history.plan_new_release(story, page, people["N0002"], people["N0005"])
    learners = [
        person
        for hr_id, person in sorted(people.items())
        if hr_id > "N0099" and person.job_code != "AUDIO" and not person.contract_ends_on
    ]
    Random("northlight history").shuffle(learners)  # noqa: S311 - mixes regions and statuses, no secret
    dealt = history.plan_crowd(story, learners)
    history.plan_leaves(story, dealt["certified"][:2], people["N0003"])
    channel_access.plan_access(story, people, registered, dealt)
    for sent in (-90, -60, -30, -1):
        story.add(story.day(sent), lambda at: _import(today, at))
    story.add(story.day(-0.5), _finish)
    story.tell()


def _finished() -> bool:
    return entries.Entry.objects.filter(kind="demo.loaded").exists()


def _finish(at: datetime) -> None:
    # One hash for all: nobody keeps a secret here, and each of its own takes a while.
    User.objects.people().update(password=make_password(PASSWORD))
    entries.append_entry(kind="demo.loaded", subject="site", actor=ACTOR, at=at)
    entries.seal_entries()
    planner_statistics.count_after_changes(planner_statistics.MANY_ROWS)


def _people(today: date, at: datetime) -> dict[str, User]:
    for code, (name, zone, _country, _site) in organisation.REGIONS.items():
        Region.objects.add_region(code, name=name, time_zone=zone, actor=ACTOR, at=at)
    _import(today, at)
    people = {person.hr_id: person for person in User.objects.people()}
    for named in organisation.PERSONAS:
        person = people[named.hr_id]
        if named.given == "Sam":
            leaving.set_superuser(person, True, actor=ACTOR, at=at)
    for hr_id, role in ROLES:
        give_responsibility(people[hr_id], role, actor=ACTOR, at=at)
    editor_groups.prepare_groups()
    editor_groups.sync_all_groups(at=at)
    return people


def _import(today: date, at: datetime) -> None:
    """HR's file of that day, planned and applied like any other."""
    data = organisation.write_hr_file(today, at.date())
    plan = imports.make_plan(
        io.BytesIO(data),
        file_name=f"people-{at:%Y-%m-%d}.csv",
        size=len(data),
        actor=ACTOR,
        at=at,
    )
    if found := imports.stored_problems(plan):
        raise ValueError(f"The demo's HR file has problems: {found[:3]}")
    digest = plan.plan["digest"]
    imports.apply_plan(plan, digest=digest, actor=ACTOR, at=at, accept_warnings=True)


def _certifications(course: Course, at: datetime) -> None:
    for row in CERTIFICATIONS:
        with programmes.record_making(actor=ACTOR, at=at) as made:
            certification = Certification.objects.create(**row)
            Requirement.objects.create(certification=certification, course=course)
            made.append(certification)


def _pages(author: User, site_name: str) -> Course:
    home = pages.load_front(author, site_name)
    final, practice = items.load_items(author)
    page = pages.load_course(home, author)
    pages.load_quizzes(page, final, practice, author)
    return Course.objects.get(code=pages.COURSE)


def _lessons(course: Course) -> list[LessonPage]:
    page = CoursePage.objects.get(course=course, locale__language_code="en")
    return list(LessonPage.objects.descendant_of(page).live().order_by("path"))

"""Plain makers of certifications and of what people have earned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from certificates.acts import awards
from certificates.models import Award, Certification, Requirement
from courses.models import Course, CourseCompletion, CourseRelease, VersionFloor
from quizzes.attempts.snapshots import snapshot_rules
from quizzes.models import Attempt, Quiz
from tests.conftest import NOW
from tests.factories.kept import Numbers

DAY = timedelta(days=1)
_numbers = Numbers()


def make_course_record(code: str = "CORE", *, releases: int = 1) -> Course:
    """A course without pages, with so many releases."""
    course, _new = Course.objects.get_or_create(
        code=code, defaults={"key": uuid4(), "title": f"Course {code}"}
    )
    for number in range(course.releases.count() + 1, releases + 1):
        CourseRelease.objects.create(
            course=course,
            number=number,
            change_class="material",
            content={},
            sha256="0" * 64,
            published_at=NOW - 2000 * DAY,
            actor="system:test",
        )
    return course


def make_certification(
    code: str = "POST-CORE", *, courses: tuple[Course, ...] = (), **fields: Any
) -> Certification:
    """A certification that asks for these courses; for one of its own if none are given."""
    fields.setdefault("title", f"Posting {code}")
    certification, new = Certification.objects.get_or_create(code=code, defaults=fields)
    if new:
        for course in courses or (make_course_record(f"{code}-COURSE"),):
            Requirement.objects.create(certification=certification, course=course)
    return certification


def make_completion(
    person: User,
    course: Course,
    *,
    at: datetime = NOW,
    release: int = 1,
    passed: bool = True,
    percent: int = 92,
) -> CourseCompletion:
    """A passed attempt (unless `passed` is False: lessons only) and the completion it proves. No award yet."""
    row = course.releases.get(number=release)
    evidence = f"steps:{next(_numbers)}"
    if passed:
        attempt = make_passed_attempt(person, course, row, at=at, percent=percent)
        evidence = f"attempt:{attempt.uuid}"
    return CourseCompletion.objects.create(
        person=person,
        course=course,
        release=row,
        completed_at=at,
        recorded_at=at,
        evidence=evidence,
    )


def make_passed_attempt(
    person: User, course: Course, release: CourseRelease, *, at: datetime, percent: int = 92
) -> Attempt:
    quiz, _new = Quiz.objects.get_or_create(
        code=f"{course.code}-QUIZ",
        defaults={"key": uuid4(), "title": f"Quiz {course.code}", "course": course},
    )
    return Attempt.objects.create(
        person=person,
        quiz=quiz,
        release=release,
        number=person.attempts.filter(quiz=quiz).count() + 1,
        locale="en",
        seed="seed",
        snapshot=snapshot_rules({}),
        state=Attempt.State.SUBMITTED,
        started_at=at - timedelta(minutes=20),
        submitted_at=at,
        closed_by="person",
        score=percent,
        max_score=100,
        percent=percent,
        passed=True,
    )


def make_award(
    recipient: User,
    certification: Certification | None = None,
    *,
    at: datetime = NOW,
    release: int = 1,
) -> Award:
    """An award earned and recorded at `at` by passing each required course, through the real issuing."""
    certification = certification or make_certification()
    for requirement in certification.requirements.select_related("course"):
        make_completion(recipient, requirement.course, at=at, release=release)
    with mock.patch.object(timezone, "now", return_value=at):
        issued = awards.issue_earned_awards(recipient, at=at)
    return next(award for award in issued if award.certification_id == certification.pk)


def raise_floor(
    course: Course, number: int, *, effective_at: datetime, recorded_at: datetime = NOW
) -> VersionFloor:
    make_course_record(course.code, releases=number)
    return VersionFloor.objects.create(
        course=course,
        release=course.releases.get(number=number),
        effective_at=effective_at,
        recorded_at=recorded_at,
        actor="system:test",
    )

"""Makers of certifications and awards for reports, which write rows directly."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from certificates.models import Award, AwardEvent, Certification, Requirement
from certificates.rules.dates import end_of_day
from courses.models import Course, CourseRelease
from tests.conftest import NOW
from tests.factories.kept import Numbers

_numbers = Numbers()


def make_certification(code: str = "POST-CORE", **fields: Any) -> Certification:
    """A certification that asks for one course with two releases."""
    fields = {"title": "Official channels", "policy_tz": "Europe/Helsinki", **fields}
    certification, created = Certification.objects.get_or_create(code=code, defaults=fields)
    if created:
        Requirement.objects.create(certification=certification, course=make_course(f"C-{code}"))
    return certification


def make_course(code: str) -> Course:
    course, created = Course.objects.get_or_create(
        code=code, defaults={"key": uuid.uuid4(), "title": code}
    )
    for number in (1, 2) if created else ():
        CourseRelease.objects.create(
            course=course,
            number=number,
            change_class="minor",
            content={},
            sha256=f"{number:064d}",
            published_at=NOW - timedelta(days=900 - number),
            actor="system:test",
        )
    return course


def make_award(
    person: User, certification: Certification, *, through: date, release: int = 1, **fields: Any
) -> Award:
    """An award valid through the day `through`, whose previous award is the person's newest."""
    number = next(_numbers)
    course = certification.requirements.get().course
    zone = fields.setdefault("policy_tz", certification.policy_tz)
    start = fields.setdefault("valid_from", end_of_day(through, zone) - timedelta(days=365))
    awards = Award.objects.filter(recipient=person, certification=certification)
    defaults: dict[str, Any] = {
        # Unlike those of the other maker of awards, which counts by itself.
        "number": f"PW-R{number:05d}",
        "code": f"R{number:025d}",
        "release": CourseRelease.objects.get(course=course, number=release),
        "releases": {str(course.pk): release},
        "previous": awards.order_by("-id").first(),
        "basis": "equivalence",
        "evidence_note": "Paper of another company",
        "recipient_name": person.display_name,
        "certification_title": certification.title,
        "locale": "en",
        "issued_at": start,
        "expires_at": end_of_day(through, zone),
        "window_days": certification.window_days,
        "grace_days": certification.posting_grace_days,
        "recorded_at": start,
        "actor": "system:test",
    }
    return Award.objects.create(
        recipient=person, certification=certification, valid_through=through, **defaults | fields
    )


def happen(award: Award, kind: str, at: datetime) -> None:
    AwardEvent.objects.create(
        award=award, kind=kind, effective_at=at, recorded_at=at, actor="system:test"
    )

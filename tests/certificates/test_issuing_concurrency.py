"""Concurrent reviews issue one award: threads with connections of their own, on a real database."""

from __future__ import annotations

import pytest

from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.databases

PARALLEL = 12

SCRIPT = f"""
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.utils import timezone
from accounts.models import User
from certificates.acts import awards
from certificates.models import Award, Certification
from courses.models import CourseCompletion

now = timezone.now()
certification = Certification.objects.filter(retired_at=None).order_by("pk").first()
course = certification.requirements.get().course
person = User.objects.people().filter(awards=None, left_at=None).order_by("pk").first()
CourseCompletion.objects.create(
    person=person, course=course, release=course.releases.latest("number"),
    completed_at=now, recorded_at=now, evidence="steps:at-once",
)

def review(_number):
    try:
        return len(awards.issue_earned_awards(person, at=now))
    finally:
        connection.close()

with ThreadPoolExecutor({PARALLEL}) as pool:
    issued = sum(pool.map(review, range({PARALLEL})))
asked = Certification.objects.filter(requirements__course=course, retired_at=None).count()
print("issued", issued, "rows", Award.objects.filter(recipient=person).count(), "asked", asked)
"""


def test_concurrent_reviews_issue_each_award_once() -> None:
    database, remove = copy_of_demo("awards")
    try:
        said = Site(database).manage("shell", "--verbosity", "0", "-c", SCRIPT).stdout.split()
    finally:
        remove()
    told = dict(zip(said[::2], map(int, said[1::2]), strict=True))
    assert told["issued"] == told["rows"] == told["asked"] >= 1

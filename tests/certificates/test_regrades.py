"""What a correction of quiz marks does to certificates, and that the records still prove each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO

from django.core.management import call_command

import pytest

from accounts.models import User
from certificates import awards, regrades
from certificates.models import AwardEvent
from courses.models import CourseCompletion
from quizzes.models import Attempt
from quizzes.remarking import BEST, CURRENT, DROP, FULL
from tests.factories.certificates import (
    make_certification,
    make_completion,
    make_course_record,
)
from tests.quizzes.faulty import KEYED, TRUE, make_faulty, regrade

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
DAY = timedelta(days=1)


def proved() -> bool:
    call_command("check_integrity", stdout=StringIO())
    return True


def attempt_of(completion: CourseCompletion) -> Attempt:
    return Attempt.objects.get(uuid=completion.evidence.removeprefix("attempt:"))


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "taken"])
@pytest.mark.parametrize("option", [FULL, BEST, CURRENT, DROP])
def test_after_every_kind_of_correction_the_records_prove_each_other(
    ada: User, ben: User, dana: User, now: datetime, option: str, keep: bool
) -> None:
    faulty = make_faulty()
    faulty.take(ada, now, KEYED)
    faulty.take(ben, now, TRUE)
    faulty.take(ben, now + DAY, TRUE)
    corrected = faulty.correct() if option in {BEST, CURRENT} else None
    regrade(faulty.version, option, corrected, actor=dana, keep_passes=keep)
    assert proved()


def test_a_certificate_of_two_courses_falls_with_either(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    first = make_completion(ada, one, at=now)
    make_completion(ada, two, at=now + DAY)
    (award,) = awards.review(ada, at=now + DAY)
    lost = attempt_of(first)
    assert regrades.foretell([], [lost], now + 2 * DAY) == {
        lost.pk: f"Certificate {award.number} is withdrawn."
    }
    regrades.withdraw(lost, reason="Wrong key.", actor="system:test", at=now + 2 * DAY)
    assert AwardEvent.objects.get().award == award


def test_another_completion_of_the_same_time_keeps_it(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    lost = attempt_of(make_completion(ada, one, at=now))
    make_completion(ada, one, at=now + DAY, passed=False)
    make_completion(ada, two, at=now + 2 * DAY)
    awards.review(ada, at=now + 2 * DAY)
    assert regrades.withdraw(lost, reason="", actor="system:test", at=now + 3 * DAY) == []


@pytest.mark.parametrize("days", [500, 3], ids=["expired", "replaced"])
def test_what_no_longer_counts_is_left_alone(ada: User, now: datetime, days: int) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    lost = attempt_of(make_completion(ada, course, at=now))
    awards.review(ada, at=now)
    if days == 3:
        make_completion(ada, course, at=now + DAY)
        awards.review(ada, at=now + DAY)
    assert regrades.withdraw(lost, reason="", actor="system:test", at=now + days * DAY) == []


def test_withdrawing_is_said_once_however_often_it_is_asked(ada: User, now: datetime) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    lost = attempt_of(make_completion(ada, course, at=now))
    awards.review(ada, at=now)
    for _time in range(2):
        regrades.withdraw(lost, reason="Wrong key.", actor="system:test", at=now + DAY)
    assert AwardEvent.objects.count() == 1
    assert awards.review(ada, at=now + DAY) == []


def test_one_course_of_two_is_one_step(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    won = attempt_of(make_completion(ada, one, at=now))
    assert regrades.foretell([won], [], now) == {
        won.pk: "Posting BOTH: one step closer, other courses are still to be done."
    }


def test_a_later_certificate_stays_as_it_is(ada: User, now: datetime) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    won = attempt_of(make_completion(ada, course, at=now))
    make_completion(ada, course, at=now + DAY)
    awards.review(ada, at=now + DAY)
    assert regrades.foretell([won], [], now)[won.pk].endswith("which stays as it is.")

"""Regrades withdraw or keep certificates, and check_integrity still finds the records consistent."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from itertools import product

from django.core.management import call_command

import pytest

from accounts.models import User
from certificates.acts import awards, regrades
from certificates.models import AwardEvent
from courses.models import CourseCompletion
from quizzes.models import Attempt
from quizzes.rules.regrading import BEST_OF_BOTH, CORRECTED_KEY, DROP, FULL_CREDIT
from tests.conftest import Case
from tests.factories.certificates import (
    make_certification,
    make_completion,
    make_course_record,
)
from tests.factories.ledger import tell_of_facts
from tests.quizzes.faulty import KEYED, TRUE, make_faulty, regrade

pytestmark = [pytest.mark.django_db]
DAY = timedelta(days=1)


def proved() -> bool:
    call_command("check_integrity", stdout=StringIO())
    return True


def attempt_of(completion: CourseCompletion) -> Attempt:
    return Attempt.objects.get(uuid=completion.evidence.removeprefix("attempt:"))


OPTIONS = (FULL_CREDIT, BEST_OF_BOTH, CORRECTED_KEY, DROP)


@pytest.mark.databases
def test_regrade_keeps_records_consistent_for_every_option(
    ada: User, ben: User, dana: User, now: datetime, case: Case
) -> None:
    faulty = make_faulty()
    faulty.take(ada, now, KEYED)
    faulty.take(ben, now, TRUE)
    faulty.take(ben, now + DAY, TRUE)
    for option, keep in product(OPTIONS, (True, False)):
        with case(f"{option}, {'kept' if keep else 'taken'}"):
            corrected = faulty.correct() if option in {BEST_OF_BOTH, CORRECTED_KEY} else None
            tell_of_facts()
            regrade(faulty.version, option, corrected, actor=dana, keep_passes=keep)
            assert proved()


def test_regrade_withdraws_award_when_either_course_is_lost(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    first = make_completion(ada, one, at=now)
    make_completion(ada, two, at=now + DAY)
    (award,) = awards.issue_earned_awards(ada, at=now + DAY)
    lost = attempt_of(first)
    assert regrades.foretell_award_changes([], [lost], now + 2 * DAY) == {
        lost.pk: f"Certificate {award.number} is withdrawn."
    }
    regrades.withdraw_awards(lost, reason="Wrong key.", actor="system:test", at=now + 2 * DAY)
    assert AwardEvent.objects.get().award == award


def test_regrade_keeps_award_backed_by_another_completion(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    lost = attempt_of(make_completion(ada, one, at=now))
    make_completion(ada, one, at=now + DAY, passed=False)
    make_completion(ada, two, at=now + 2 * DAY)
    awards.issue_earned_awards(ada, at=now + 2 * DAY)
    assert regrades.withdraw_awards(lost, reason="", actor="system:test", at=now + 3 * DAY) == []


@pytest.mark.parametrize("days", [500, 3], ids=["expired", "replaced"])
def test_regrade_skips_expired_and_replaced_awards(ada: User, now: datetime, days: int) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    lost = attempt_of(make_completion(ada, course, at=now))
    awards.issue_earned_awards(ada, at=now)
    if days == 3:
        make_completion(ada, course, at=now + DAY)
        awards.issue_earned_awards(ada, at=now + DAY)
    assert regrades.withdraw_awards(lost, reason="", actor="system:test", at=now + days * DAY) == []


@pytest.mark.databases
def test_regrade_withdraws_an_award_only_once(ada: User, now: datetime) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    lost = attempt_of(make_completion(ada, course, at=now))
    awards.issue_earned_awards(ada, at=now)
    for _time in range(2):
        regrades.withdraw_awards(lost, reason="Wrong key.", actor="system:test", at=now + DAY)
    assert AwardEvent.objects.count() == 1
    assert awards.issue_earned_awards(ada, at=now + DAY) == []


def test_regrade_foretells_one_step_closer_for_two_courses(ada: User, now: datetime) -> None:
    one, two = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(one, two))
    won = attempt_of(make_completion(ada, one, at=now))
    assert regrades.foretell_award_changes([won], [], now) == {
        won.pk: "Posting BOTH: one step closer, other courses are still to be done."
    }


def test_regrade_foretells_that_later_award_stays(ada: User, now: datetime) -> None:
    course = make_course_record("ONE")
    make_certification("SINGLE", courses=(course,))
    won = attempt_of(make_completion(ada, course, at=now))
    make_completion(ada, course, at=now + DAY)
    awards.issue_earned_awards(ada, at=now + DAY)
    assert regrades.foretell_award_changes([won], [], now)[won.pk].endswith("which stays as it is.")

"""A completion issues one award, with its dates, previous award and ledger entry."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import IntegrityError, transaction

import pytest

from accounts.models import User
from certificates.acts import awards
from certificates.models import Award
from courses.progress import completions
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.certificates import (
    DAY,
    make_award,
    make_certification,
    make_completion,
    make_course_record,
    raise_floor,
)

pytestmark = pytest.mark.databases


def course_of(certification):
    return certification.requirements.get().course


def test_award_has_dates_evidence_and_snapshots(ada: User) -> None:
    award = make_award(ada)
    assert (award.valid_from, award.valid_through) == (NOW, date(2027, 6, 14))
    assert award.expires_at == datetime(2027, 6, 14, 21, tzinfo=UTC)  # midnight in Helsinki
    assert (award.basis, award.recipient_name, award.score_percent) == (
        "attempt",
        "Ada Virtanen",
        92,
    )
    assert award.attempt is not None
    assert award.completion.evidence == f"attempt:{award.attempt.uuid}"
    assert award.releases == {str(award.release.course_id): 1}


def test_review_issues_an_award_only_once(ada: User) -> None:
    make_award(ada)
    assert awards.issue_earned_awards(ada, at=NOW + DAY) == []
    assert Award.objects.count() == 1


def test_completion_issues_award_immediately(ada: User) -> None:
    course = course_of(make_certification())
    release = course.releases.get()
    for _again in range(2):
        completions.record_completion(
            ada, course, release, at=NOW, evidence="steps:all", actor="system:test"
        )
    assert Award.objects.get().basis == "completion"


def test_completion_of_uncertified_course_issues_no_award(ada: User) -> None:
    make_completion(ada, make_course_record("OTHER"))
    assert awards.issue_earned_awards(ada, at=NOW) == []


def test_certification_of_two_courses_waits_for_both(ada: User) -> None:
    first, second = make_course_record("ONE"), make_course_record("TWO")
    make_certification("BOTH", courses=(first, second))
    make_completion(ada, first, at=NOW - 9 * DAY)
    assert awards.issue_earned_awards(ada, at=NOW) == []
    make_completion(ada, second, at=NOW - DAY)
    (award,) = awards.issue_earned_awards(ada, at=NOW)
    assert award.issued_at == NOW - DAY
    assert award.releases == {str(first.pk): 1, str(second.pk): 1}


def test_course_shared_by_two_certifications_issues_both_awards(ada: User) -> None:
    course = make_course_record("SHARED")
    for code in ("A", "B"):
        make_certification(code, courses=(course,))
    make_completion(ada, course)
    assert {award.certification.code for award in awards.issue_earned_awards(ada, at=NOW)} == {
        "A",
        "B",
    }


def test_retired_certification_issues_completions_from_before_retirement(ada: User) -> None:
    certification = make_certification(retired_at=NOW - 5 * DAY)
    make_completion(ada, course_of(certification), at=NOW - 6 * DAY)
    make_completion(ada, course_of(certification), at=NOW - 4 * DAY)
    (award,) = awards.issue_earned_awards(ada, at=NOW)
    assert award.issued_at == NOW - 6 * DAY


def test_renewal_in_window_keeps_the_remaining_time(ada: User) -> None:
    old = make_award(ada, at=NOW - 330 * DAY)
    new = make_award(ada, at=NOW)
    assert new.previous == old
    assert new.valid_through.replace(year=old.valid_through.year) == old.valid_through
    assert new.valid_from == NOW
    assert old.events.get().effective_at == new.valid_from


def test_renewal_after_expiry_counts_from_the_pass(ada: User) -> None:
    old = make_award(ada, at=NOW - 400 * DAY)
    new = make_award(ada, at=NOW)
    assert new.previous == old
    assert new.valid_through == date(2027, 6, 14)
    assert not old.events.exists()


def test_renewal_below_floor_in_force_counts_from_the_pass(ada: User) -> None:
    old = make_award(ada, at=NOW - 330 * DAY)
    raise_floor(old.release.course, 2, effective_at=NOW - DAY, recorded_at=NOW - 30 * DAY)
    new = make_award(ada, at=NOW, release=2)
    assert new.valid_through == date(2027, 6, 14)


def test_award_keeps_the_terms_it_was_issued_on(ada: User) -> None:
    award = make_award(ada)
    award.certification.window_days = 10
    award.certification.posting_grace_days = 30
    award.certification.save()
    award.refresh_from_db()
    assert (award.window_days, award.grace_days) == (60, 0)


@pytest.mark.usefixtures("wall_clock")
def test_review_issues_missed_awards_in_order(ada: User) -> None:
    course = course_of(make_certification())
    make_completion(ada, course, at=NOW - 330 * DAY)
    make_completion(ada, course, at=NOW - DAY)
    first, second = awards.issue_earned_awards(ada, at=NOW)
    assert second.previous == first
    assert [award.recorded_at for award in (first, second)] == [NOW, NOW]


def test_database_refuses_second_award_for_one_completion(ada: User) -> None:
    award = make_award(ada)
    again = Award.objects.get(pk=award.pk)
    again.pk, again.number, again.code, again.previous = None, "PW-X", "X", award
    again.uuid = ada.uuid
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_database_refuses_second_award_without_previous(ada: User, ben: User) -> None:
    award = make_award(ada)
    again = Award.objects.get(pk=award.pk)
    again.pk, again.number, again.code, again.uuid = None, "PW-X", "X", ben.uuid
    again.completion = again.attempt = None
    again.basis, again.evidence_note = "equivalence", "Seen"
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_database_refuses_to_change_or_delete_an_award(ada: User) -> None:
    award = make_award(ada)
    rows = Award.objects.filter(pk=award.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(expires_at=NOW + 9999 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete("default")


def test_issued_ledger_entry_holds_no_personal_data(ada: User) -> None:
    award = make_award(ada)
    entry = Entry.objects.get(kind="award.issued")
    assert entry.subject == f"award:{award.uuid}"
    assert entry.data["person"] == str(ada.uuid)
    assert "Ada" not in str(entry.data)


def test_award_numbers_and_codes_are_unique(ada: User, ben: User) -> None:
    one, other = make_award(ada), make_award(ben)
    assert one.number != other.number
    assert one.code != other.code
    assert one.number.startswith("PW-2026-")
    assert len(one.code) == 26


def test_failed_transaction_leaves_no_award(ada: User) -> None:
    course = course_of(make_certification())
    release = course.releases.get()

    @transaction.atomic
    def fails_after_the_pass() -> None:
        completions.record_completion(
            ada, course, release, at=NOW, evidence="steps:1", actor="system:test"
        )
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_the_pass()
    assert not Award.objects.exists()


def test_award_validity_uses_the_day_in_policy_zone(ada: User) -> None:
    late = datetime(2026, 6, 15, 21, 30, tzinfo=UTC)  # 16 June in Helsinki
    assert make_award(ada, at=late).valid_through == date(2027, 6, 15)

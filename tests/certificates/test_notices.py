"""Notifications and reminders about certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from certificates import reminders
from certificates.acts import awards
from notifications.models import Notification
from tests.conftest import NOW
from tests.factories.certificates import DAY, make_award

pytestmark = pytest.mark.databases

HR = "person:hr"


def told(kind: str) -> list[Notification]:
    return list(Notification.objects.filter(kind=kind).order_by("id"))


def test_award_notifies_recipient_of_valid_through_date(ada: User) -> None:
    award = make_award(ada)
    (message,) = told("certified")
    assert (
        message.subject
        == f"You are certified until 14 June 2027 (Helsinki): {award.certification_title}"
    )
    assert "15 April 2027" in message.body
    assert message.link == f"/certificates/{award.code}/"


def test_expired_equivalence_sends_no_notification(ada: User) -> None:
    make_award(ada, at=NOW - 500 * DAY)
    assert len(told("certified")) == 1
    awards.issue_equivalence(
        ada,
        ada.awards.get().certification,
        actor=HR,
        at=NOW,
        earned_at=NOW - 400 * DAY,
        evidence="Paper",
    )
    assert len(told("certified")) == 1


def test_revocation_notifies_recipient_with_reason(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    awards.revoke_award(award, actor=HR, at=NOW, reason="Somebody else sat the quiz")
    (message,) = told("withdrawn")
    assert message.subject.startswith("Your certificate was withdrawn on 15 June 2026")
    assert "Somebody else sat the quiz" in message.body


def monday_before_the_end(days: int) -> datetime:
    return NOW - timedelta(days=365 - days)


@pytest.mark.parametrize(("left", "stage"), [(30, 30), (20, 30), (14, 14), (9, 14), (3, 3), (1, 3)])
def test_reminder_is_sent_once_per_stage(ada: User, left: int, stage: int) -> None:
    award = make_award(ada, at=monday_before_the_end(left))
    assert [days for _award, days in reminders.due_reminders(NOW)] == [stage]
    assert reminders.write_reminders(at=NOW) == 1
    assert reminders.write_reminders(at=NOW + timedelta(hours=1)) == 0
    assert told("ends_soon")[0].key == f"ends:{award.uuid}:{stage}"


def test_reminder_skips_replaced_and_revoked_awards(ada: User, ben: User) -> None:
    make_award(ada, at=monday_before_the_end(20))
    make_award(ada, at=NOW - DAY)
    award = make_award(ben, at=monday_before_the_end(20))
    awards.revoke_award(award, actor=HR, at=NOW, reason="Cheated")
    assert reminders.due_reminders(NOW) == []


def test_reminder_includes_reinstated_awards(ben: User) -> None:
    award = make_award(ben, at=monday_before_the_end(20))
    awards.revoke_award(award, actor=HR, at=NOW - DAY, reason="Mixed up")
    awards.reinstate_award(award, actor=HR, at=NOW, reason="It was somebody else")
    assert len(reminders.due_reminders(NOW)) == 1


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(datetime(2026, 6, 15, 5, 0, tzinfo=UTC), True, id="8 o'clock there"),
        pytest.param(datetime(2026, 6, 15, 4, 59, tzinfo=UTC), False, id="before 8"),
        pytest.param(datetime(2026, 6, 15, 15, 0, tzinfo=UTC), False, id="18 o'clock there"),
        pytest.param(datetime(2026, 6, 13, 9, 0, tzinfo=UTC), False, id="Saturday"),
    ],
)
def test_reminders_are_sent_in_working_hours_only(moment: datetime, expected: bool) -> None:
    assert reminders.is_at_work(User(time_zone="Europe/Helsinki"), moment) is expected

"""Made-up people live the year of somebody else, and their records are as sound as that person's."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

import pytest

from accounts.models import User
from certificates.acts import holds
from certificates.models import Award, AwardEvent, Hold
from channels import acceptances, permissions
from channels.models import DecisionRecord, PostingPermission, RulesAcceptance
from courses.models import Assignment, CourseCompletion, Enrolment, StepCompletion
from courses.progress import assignments
from ledger.models import Entry
from quizzes.models import Attempt, MarkEvent, Response
from tests.factories.certificates import make_certification
from tests.factories.channels import enter, make_channel
from tests.factories.ledger import tell_of_facts
from tests.factories.quizzes import make_quiz, take

pytestmark = pytest.mark.databases

COPIED = (
    *(Assignment, Enrolment, StepCompletion, Attempt, Response, MarkEvent, CourseCompletion),
    *(Award, AwardEvent, Hold, PostingPermission, RulesAcceptance),
)


def live(person: User) -> None:
    """A renewed certificate that was withdrawn, a hold that ended, and a role on a channel."""
    now, page = timezone.now(), make_quiz()
    make_certification("REAL", courses=(page.quiz.course,))
    assignments.assign_course(
        person, page.quiz.course, due_on=None, reason="r", actor="system:test", at=now
    )
    take(person, page, now - timedelta(days=1))
    Attempt.objects.update(submitted_at=now - timedelta(days=1))
    take(person, page, now)
    hold = holds.start_hold(person, reason="r", actor="system:test", at=now)
    holds.end_hold(hold, actor="system:test", at=now, reason="r")
    channel = make_channel("BLOG")
    enter(channel, "live")
    permissions.grant_permission(
        channel, person, "publisher", actor="system:test", at=now, reason="r"
    )
    acceptances.accept_rules(channel, person, version=1, at=now)
    tell_of_facts()


def make(number: int) -> str:
    out = StringIO()
    call_command("make_people", number, stdout=out)
    return out.getvalue()


def test_made_people_live_a_whole_year_once(ada: User) -> None:
    live(ada)
    before = {model: model.objects.count() for model in COPIED}
    assert all(before.values()), before
    said = Entry.objects.filter(data__person__in=names(ada)).count()
    assert "14 people made, 14 there are; 14 lived a year, 3 decisions" in make(14)
    assert {model: model.objects.count() for model in COPIED} == {
        model: number * 15 for model, number in before.items()
    }
    copy = User.objects.get(hr_id="LOAD-000013")
    assert Entry.objects.filter(data__person__in=names(copy)).count() == said
    attempt = copy.attempts.get(number=1)
    kinds = Entry.objects.filter(subject=f"attempt:{attempt.uuid}").values_list("kind", flat=True)
    assert set(kinds) == {"attempt.started", "attempt.submitted"}
    first, second = copy.awards.order_by("pk")
    assert (second.previous, first.attempt) == (first, attempt)
    assert first.recipient_name == copy.display_name
    assert "Nothing is broken" in check()
    assert DecisionRecord.objects.filter(person_hr_id__startswith="LOAD-").count() == 3
    assert " 0 lived a year, 0 decisions" in make(14)


def check() -> str:
    out = StringIO()
    call_command("check_integrity", stdout=out)
    return out.getvalue()


def names(person: User) -> tuple[str, str]:
    """How entries name somebody."""
    return str(person.uuid), person.actor

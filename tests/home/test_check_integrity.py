"""The command `check_integrity` counts intact records, and names the records that are broken."""

from __future__ import annotations

from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

import pytest

from accounts.models import User
from certificates.models import Award
from ledger import entries
from ledger.models import Entry
from quizzes.models import Attempt, Response
from tests.conftest import NOW
from tests.factories.certificates import (
    make_award,
    make_certification,
    make_completion,
    make_course_record,
    make_passed_attempt,
)
from tests.factories.quizzes import make_quiz, make_ready, take

pytestmark = pytest.mark.databases


def check() -> str:
    out = StringIO()
    call_command("check_integrity", stdout=out)
    return out.getvalue()


def broken(words: str) -> None:
    with pytest.raises(CommandError, match=words) as error:
        check()
    assert error.value.returncode == 1


def passed_for_real(person: User) -> Attempt:
    page = make_quiz()
    make_certification("REAL", courses=(page.quiz.course,))
    return take(make_ready(person, page), page, timezone.now())


def test_check_integrity_passes_for_intact_records(ada: User) -> None:
    attempt = passed_for_real(ada)
    entries.seal_entries()
    assert attempt.passed
    assert "1 awards" in check()


def test_check_integrity_names_changed_ledger_entry(ada: User) -> None:
    make_award(ada)
    entries.seal_entries()
    entry = Entry.objects.order_by("seq").first()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_entry_no_update" + on_table())
        cursor.execute("UPDATE ledger_entry SET actor = 'somebody' WHERE seq = %s", [entry.seq])
    broken(f"Ledger entry {entry.seq} .*changed after it was sealed")


def on_table() -> str:
    return "" if connection.vendor == "sqlite" else " ON ledger_entry"


def test_check_integrity_names_pass_without_completion(ada: User) -> None:
    course = make_course_record("LOST")
    attempt = make_passed_attempt(ada, course, course.releases.get(), at=NOW)
    broken(f"Attempt {attempt.uuid} is passed, but the course is not completed")


def test_check_integrity_names_completion_without_award(ada: User) -> None:
    make_completion(ada, make_certification().requirements.get().course)
    broken("has earned POST-CORE on 2026-06-15, but no award was issued")
    assert not Award.objects.exists()


def test_check_integrity_names_award_with_failing_answers(ada: User) -> None:
    attempt = passed_for_real(ada)
    Response.objects.filter(attempt=attempt).update(answer=None)
    broken(f"Award {Award.objects.get().number}: the stored answers")


def test_check_integrity_names_award_on_anothers_attempt(ada: User, ben: User) -> None:
    award = make_award(ada)
    Attempt.objects.filter(pk=award.attempt_id).update(person=ben)
    assert Award.objects.get().attempt.person == ben
    broken("the course is not completed|another person")

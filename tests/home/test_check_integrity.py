"""The command `check_integrity` counts intact records, and names the records that are broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import DateField, ForeignKey, IntegerField, Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from accounts.models import User
from certificates.models import Award
from courses.models import CourseCompletion
from ledger import entries
from ledger.models import Entry
from quizzes.attempts import snapshots
from quizzes.models import Attempt, Quiz, Response, RulesSnapshot
from tests.conftest import NOW, Case
from tests.factories.certificates import (
    make_award,
    make_certification,
    make_completion,
    make_course_record,
    make_passed_attempt,
)
from tests.factories.ledger import tell_of_facts
from tests.factories.people import make_person
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row, take

pytestmark = pytest.mark.databases


def check() -> str:
    """What is said of intact records, of which the ledger tells whatever makers have written."""
    tell_of_facts()
    out = StringIO()
    call_command("check_integrity", stdout=out)
    return out.getvalue()


def broken(words: str, *, told: bool = True) -> str:
    """Expect a break with these words; returns all that was named.

    `told`: the ledger tells of the facts as they are now, so that only what contradicts itself is a break.
    """
    if told:
        tell_of_facts()
    out = StringIO()
    with pytest.raises(CommandError, match=words) as error:
        call_command("check_integrity", stdout=out)
    assert error.value.returncode == 1
    return out.getvalue()


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


def both_passed(*people: User, rows: Sequence[dict[str, Any]] = ()) -> list[Attempt]:
    page = make_quiz(make_bank("REAL", *rows))
    make_certification("REAL", courses=(page.quiz.course,))
    return [take(make_ready(who, page), page, timezone.now()) for who in people]


def remove_answer(attempt: Attempt) -> None:
    """Of one question that is worth points."""
    counting = attempt.responses.filter(max_mark__gt=0).order_by("slot")[0]
    Response.objects.filter(pk=counting.pk).update(answer=None)


def test_check_integrity_names_only_the_award_whose_answers_were_changed(
    ada: User, ben: User
) -> None:
    _intact, changed = both_passed(ada, ben)
    # Whatever an answer holds, it is read as that answer and no other.
    odd = {"a:b\x1e": ["\x1e1:", "\\u001e", None, "'\"%s"]}
    Response.objects.filter(attempt=changed).update(answer=odd)
    said = broken("^1 broken")
    assert said == (
        f"Award {Award.objects.get(recipient=ben).number}: the stored answers of its attempt do not pass"
        " by the rules of that attempt.\n"
    )


def test_check_integrity_names_award_with_one_answer_of_another(ada: User, ben: User) -> None:
    _intact, changed = both_passed(ada, ben)
    strict = snapshots.snapshot_rules(changed.rules | {"pass_percent": 100})
    Attempt.objects.update(snapshot=strict)
    assert "Nothing is broken" in check()
    remove_answer(changed)
    said = broken("^1 broken")
    assert Award.objects.get(recipient=ben).number in said


def test_check_integrity_judges_the_same_answers_by_the_rules_of_each_attempt(
    ada: User, ben: User
) -> None:
    attempts = both_passed(ada, ben)
    for attempt in attempts:
        remove_answer(attempt)
    for attempt, percent in zip(attempts, (75, 100), strict=True):
        rules = attempt.rules | {"pass_percent": percent, "critical_must_be_right": False}
        Attempt.objects.filter(pk=attempt.pk).update(snapshot=snapshots.snapshot_rules(rules))
    said = broken("^1 broken")
    assert f"Award {Award.objects.get(recipient=ben).number}: the stored answers" in said


def test_check_integrity_tells_a_wrong_answer_from_one_in_part_right(ada: User, ben: User) -> None:
    partly, wrong = both_passed(ada, ben, rows=[make_row("ordering")])
    rules = partly.rules | {"pass_percent": 50}
    Attempt.objects.update(snapshot=snapshots.snapshot_rules(rules))
    places = partly.responses.get().answer["places"]
    last_two_exchanged = {step: {3: 4, 4: 3}.get(place, place) for step, place in places.items()}
    Response.objects.filter(attempt=partly).update(answer={"places": last_two_exchanged})
    assert "Nothing is broken" in check()
    Response.objects.filter(attempt=wrong).update(answer=None)
    said = broken("^1 broken")
    assert f"Award {Award.objects.get(recipient=ben).number}: the stored answers" in said


OFF = {
    "expires_at": "it does not expire at the end of its last day",
    "issued_at": "the completion behind it is of another person or another moment",
}


def test_check_integrity_names_award_with_a_moment_one_microsecond_off(
    ada: User, ben: User, case: Case
) -> None:
    both_passed(ada, ben)
    assert "Nothing is broken" in check()
    award = Award.objects.get(recipient=ben)
    for column, words in OFF.items():
        with case(column):
            moment = getattr(award, column) + timedelta(microseconds=1)
            tamper("certificates_award", column, f"{moment:%Y-%m-%d %H:%M:%S.%f}", award.pk)
            said = broken("^1 broken")
            assert said == f"Award {award.number}: {words}.\n"


def test_check_integrity_names_award_on_anothers_attempt(ada: User, ben: User) -> None:
    award = make_award(ada)
    Attempt.objects.filter(pk=award.attempt_id).update(person=ben)
    assert Award.objects.get().attempt.person == ben
    broken("the course is not completed|another person")


def test_check_integrity_passes_after_practice_is_handed_in(ada: User) -> None:
    course = make_course_record("LEARN")
    page = make_quiz(preset="practice")
    attempt = take(make_ready(ada, page), page, timezone.now())
    Attempt.objects.filter(pk=attempt.pk).update(release=course.releases.get())
    Quiz.objects.filter(pk=attempt.quiz_id).update(course=course)
    assert Attempt.objects.get(pk=attempt.pk).passed
    assert "Nothing is broken" in check()


def test_check_integrity_lists_every_break(ada: User, ben: User) -> None:
    course = make_course_record("LOST")
    attempts = [
        make_passed_attempt(who, course, course.releases.get(), at=NOW) for who in (ada, ben)
    ]
    award = make_award(ada)
    Attempt.objects.filter(pk=award.attempt_id).update(person=ben)
    said = broken("^[0-9]+ broken")
    assert all(str(attempt.uuid) in said for attempt in attempts)
    assert award.number in said


def tamper(table: str, column: str, value: str | bytes, key: int | str) -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else f" ON {table}"
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update{on}")
        name = {"ledger_entry": "seq", "quizzes_rulessnapshot": "sha256"}.get(table, "id")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {name} = %s", [value, key])


def test_check_integrity_names_awards_on_a_tampered_question(ada: User, case: Case) -> None:
    attempt = passed_for_real(ada)
    version, award = attempt.responses.first().version, Award.objects.get()
    named = rf"\(question {version.item.full_code}, version {version.number}: "
    for content in ("{}", "[]", '"x"', '{"kind": "single", "options": 7}'):
        with case(content):
            tamper(version._meta.db_table, "content", content, version.pk)
            said = broken(f"Award {award.number}: its evidence cannot be read {named}")
            assert said.count("\n") == 1


def test_check_integrity_names_rules_that_were_changed(ada: User) -> None:
    snapshot = passed_for_real(ada).snapshot
    assert "Nothing is broken" in check()
    tamper(
        "quizzes_rulessnapshot", "rules", json.dumps(snapshot.rules | {"honour": "x"}), snapshot.pk
    )
    said = broken(f"Rules {snapshot.sha256} have changed")
    assert said.count("\n") == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL stores no broken dates")
def test_check_integrity_names_rows_that_cannot_be_read(ada: User, ben: User) -> None:
    make_award(ada)
    good = make_award(ben)
    tell_of_facts()
    bad = Award.objects.get(recipient=ada)
    entry = Entry.objects.order_by("seq")[0]
    tamper("certificates_award", "recorded_at", "2026-13-45 00:00:00", bad.pk)
    tamper("ledger_entry", "at", "2026-13-45 00:00:00", entry.seq)
    said = broken("^[0-9]+ broken", told=False)
    assert f"Award {bad.pk} (row) cannot be read" in said
    assert f"Ledger entry {entry.seq} " in said
    assert good.number not in said
    assert (
        f"Table certificates_award, row {bad.pk} (certificate {bad.number}): recorded_at not as"
        in said
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps types")
@pytest.mark.parametrize("model", [Entry, Award, CourseCompletion, Attempt, RulesSnapshot])
def test_check_integrity_goes_on_whatever_is_written_into_a_column(
    ada: User, ben: User, model: type[Model]
) -> None:
    """SQLite keeps words and bytes in any column: what is wrong with another record is named all the same."""
    passed_for_real(ada)
    other = make_award(ben, certification=make_certification("OTHER"))
    tell_of_facts()
    tamper("certificates_award", "number", "PW-CHANGED", other.pk)
    row = model._default_manager.exclude(pk=other.pk).order_by("pk")[0]
    for field in model._meta.concrete_fields:
        numbered = isinstance(field, IntegerField | ForeignKey)
        written = (
            ["abc", b"\xff"] if numbered else ["z" if isinstance(field, DateField) else b"\xff"]
        )
        for garbage in written if not field.primary_key else ():
            said = "PW-CHANGED"  # where the database refuses it
            with suppress(IntegrityError), transaction.atomic():
                tamper(model._meta.db_table, field.column, garbage, row.pk)
                said = broken("broken", told=False)
                transaction.set_rollback(True)
            assert "PW-CHANGED" in said, field.column
            assert "could not go on" not in said, (field.column, said)


def test_check_integrity_asks_the_same_for_any_number_of_awards(db: None) -> None:
    def count() -> int:
        tell_of_facts()
        with CaptureQueriesContext(connection) as asked:
            call_command("check_integrity", stdout=StringIO())
        return len(asked)

    for number in range(2):
        make_award(make_person(f"Person {number}"))
    entries.seal_entries()
    few = count()
    for number in range(6):
        make_award(make_person(f"More {number}"))
    entries.seal_entries()
    assert count() == few

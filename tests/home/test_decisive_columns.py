"""Every column that decides is proved: whoever alters it, deletes its row or slips one in is found out by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Model, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wagtail.fields import StreamField
from wagtail.models import Page

import pytest

from accounts import dated_columns, leaving, people
from accounts.models import HrAlias, Region, User
from certificates.acts import programmes
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Certification, Requirement
from channels import registry
from channels.decisions import DecisionQuery, decide
from channels.desk import platforms
from channels.models import Channel
from items.banks import importing
from items.models import Item, ItemBank
from items.publishing import newest_versions
from ledger import entries, reconciling, triggers
from ledger.facts import GoneRow, ProvedModel, list_proved_models
from quizzes.attempts import facts as attempt_facts
from quizzes.authoring import bulk_changes
from quizzes.publishing import quiz_rules
from quizzes.rules.settings import read_rules
from tests.factories.channels import make_channel, make_poster
from tests.factories.ledger import tell_of_facts
from tests.factories.people import make_region
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row, take
from tests.test_migrations import GUARDS

ROOT = Path(settings.BASE_DIR)
SYSTEM, DAY = "system:test", timedelta(days=1)
# Models of which the ledger proves no column, and why.
UNPROVED = {
    "accounts.PeopleImport": "a plan; what came of it is in the rows of its people",
    "accounts.SavedMapping": "how a file is written; what came of it is in the rows of its people",
    "channels.PermissionRequest": "a wish; what came of it is a permission, which is proved",
    "courses.Course": "a key and its names; what counts of a course is in its releases",
    "courses.Principle": "a key and its names; what people read is in releases",
    "ledger.Entry": "the ledger itself, which is a chain",
    "notifications.Notification": "what was told; nothing is decided by it",
    "quizzes.Response": "each mark is a MarkEvent, and check_awards marks the answers again",
    "quizzes.RulesSnapshot": "its key is the SHA-256 of its content, which check_rules computes again",
    "reports.BulkAct": "how far a job is; what it did to each person is in that person's entries and rows",
    "reports.ExportRun": "the ledger says who exported what, with the SHA-256 of the file",
    "reports.SavedProfile": "how a file is written; what was exported with it is in the ledger",
    "reports.SavedView": "the address of a list; whom it shows is judged anew for each reader",
}
WORDS = "what authors write; what people are asked is in the versions of questions"
WAGTAILS = "how the editor keeps drafts and schedules; when a question goes live, `live` says so"
NAME, DETAIL = "a name, for people to read", "a detail, for lists and files"
# Columns of proved models that are not proved, and why.
UNPROVED_COLUMNS = {
    "accounts.Team.name": NAME,
    "accounts.Team.parent": "where a unit stands among others, for lists",
    "accounts.User.password": "changes without an act; whoever has it is still nobody else",
    "accounts.User.last_login": "changes without an act, and says nothing of rights",
    "accounts.User.given_name": NAME,
    "accounts.User.family_name": NAME,
    "accounts.User.display_name": "a name; a certificate keeps the name that it was issued to",
    "accounts.User.country": DETAIL,
    "accounts.User.site": DETAIL,
    "accounts.User.job_code": DETAIL,
    "accounts.User.job_title": DETAIL,
    "accounts.User.locale": "in which language people read",
    "accounts.User.time_zone": "in which zone people read; decisions take that of the region",
    "accounts.User.created_at": "when the row was made; employment begins with its events",
    "certificates.EvidenceFile.content": "its SHA-256 is proved, and is computed again",
    **{f"items.Item.{name}": WORDS for name in ("stem", "body", "feedback", "hint", "points")},
    **{
        f"items.Item.{name}": WAGTAILS
        for name in (
            *("latest_revision", "live_revision", "has_unpublished_changes", "first_published_at"),
            *("last_published_at", "go_live_at", "expire_at", "expired"),
            *("locked", "locked_at", "locked_by"),
        )
    },
    "items.ItemBank.title": NAME,
    "quizzes.Attempt.deadline_at": "saved with each extension; what counts is when it was handed in",
    "quizzes.Attempt.extensions": "saved with each extension; what counts is when it was handed in",
    "quizzes.ItemReport.text": "a learner's words, which grow while nobody has answered",
}
# Columns that a decision reads and the ledger does not prove by themselves, and why.
READ_UNPROVED = {
    "quizzes_attempt.deadline_at": "of an open try: the page shows it",
    "quizzes_attempt.extensions": "read with the row, used for open tries only",
}


def own_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if Path(model._meta.app_config.path).parent == ROOT and not issubclass(model, Page):
            yield model


def test_every_model_is_proved_or_says_why_not() -> None:
    proved = {one.model._meta.label for one in list_proved_models()}
    assert {model._meta.label for model in own_models()} == proved | UNPROVED.keys()
    assert not proved & UNPROVED.keys()


def test_every_column_of_a_proved_model_is_proved_or_says_why_not() -> None:
    left_out = {
        f"{one.model._meta.label}.{field.name}"
        for one in list_proved_models()
        for field in one.model._meta.concrete_fields
        if not field.primary_key and field.attname not in one.names
    }
    assert left_out == UNPROVED_COLUMNS.keys()


def test_every_proved_row_has_a_name_that_people_can_look_up() -> None:
    unnamed = [one.label for one in list_proved_models() if not one.model.proof.known_as]
    assert unnamed == []


LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
LATER = datetime(2031, 2, 3, tzinfo=UTC)
# Two values of every kind of column: as it is written, and as somebody forges it.
VALUES: list[tuple[type[models.Field[Any, Any]], Callable[[], Any], Any]] = [
    (models.BooleanField, lambda: False, True),
    (StreamField, list, []),
    (models.UUIDField, uuid4, UUID(int=7)),
    (models.JSONField, lambda: {"b": [1, None, "é"], "a": 0.5}, {"forged": True}),
    (models.DateTimeField, lambda: LONG_AGO, LATER),
    (models.DateField, LONG_AGO.date, date(2031, 2, 3)),
    (models.DecimalField, lambda: Decimal("1.5"), Decimal("2.25")),
    (models.BinaryField, lambda: b"x", b"y"),
    (models.CharField, lambda: uuid4().hex[:2], "fo"),
    (models.TextField, lambda: "words", "forged"),
    (models.IntegerField, lambda: 1, 2),
    (models.AutoField, lambda: 1, 2),
]


def values_of(field: models.Field[Any, Any]) -> tuple[Any, Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return next((make(), forged) for kind, make, forged in VALUES if isinstance(field, kind))


@contextmanager
def lawless(proved: ProvedModel) -> Iterator[None]:
    """The table without its guards and checks, as whoever owns the database can have it; all is undone."""
    vendor, table = connection.vendor, proved.table
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        if table in GUARDS:
            for statement in triggers.drop_trigger_sql(vendor, table):
                cursor.execute(statement)
        if vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            held = connection.introspection.get_constraints(cursor, table).items()
            for name in [name for name, one in held if one["check"]]:
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        if vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def make_any_row(model: type[Model]) -> Model:
    """A row with something in each column, as an act would write it."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    row = model(**{field.attname: values_of(field)[0] for field in fields})
    models.QuerySet(model).bulk_create([row])
    return row


def find_breaks(proved: ProvedModel) -> list[str]:
    """As `reconciling.find_unproved_facts`, for one model: nothing is told of another."""
    told = reconciling._NewestLines([proved])
    return [*told.learn(), *reconciling._compare_model(proved, told)]


def tell(*facts: Model | GoneRow) -> None:
    entries.append_entry(
        kind="test.written", subject="site", actor="system:test", at=LONG_AGO, facts=facts
    )


@pytest.mark.databases
@pytest.mark.django_db
@pytest.mark.parametrize("proved", list_proved_models(), ids=lambda proved: proved.label)
def test_whoever_alters_what_decides_is_found_out_by_table_row_and_column(
    proved: ProvedModel,
) -> None:
    with lawless(proved):
        row = make_any_row(proved.model)
        tell(row)
        assert find_breaks(proved) == []
        stored: QuerySet[Any] = QuerySet(proved.model).filter(pk=row.pk)
        begins = re.compile(rf"Table {proved.table}, row {row.pk}(?: \(.*?\))?: (.*) ledger entry ")
        for name in proved.names:
            field = proved.model._meta.get_field(name)
            written, forged = getattr(row, name), values_of(field)[1]
            stored.update(**{name: forged})
            (said,) = find_breaks(proved)
            found = begins.match(said)
            assert found, said
            assert name in found[1].removesuffix(" not as").split(", "), said
            stored.update(**{name: written})
        assert find_breaks(proved) == []
        slipped = slip_in(proved.model)
        (said,) = find_breaks(proved)
        assert re.match(
            rf"Table {proved.table}, row {slipped.pk}(?: \(.*\))?: no ledger entry tells of it",
            said,
        )
        tell(slipped)
        stored._raw_delete("default")
        (said,) = find_breaks(proved)
        assert said.startswith(f"Table {proved.table}, row {row.pk}: the row is gone that ledger")
        tell(GoneRow(proved.model, row.pk))
        assert find_breaks(proved) == []


def slip_in(model: type[Model]) -> Model:
    """Another row, which nobody has told of."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    row = model(**{field.attname: values_of(field)[1] for field in fields})
    models.QuerySet(model).bulk_create([row])
    return row


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield found
    found += [one["sql"] for one in asked]


def list_read_columns(sql: str) -> set[frozenset[str]]:
    """The columns of our tables that a statement names, as table.column: several where it uses a short name again."""
    columns = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields}
        for model in own_models()
    }
    named = {table: {table} for table in columns}
    for table, alias in re.findall(r'"(\w+)" "?([T-W][0-9]+)"?', sql):
        named.setdefault(alias, set()).add(table)
    return {
        frozenset(
            f"{table}.{name}" for table in named.get(said, ()) if name in columns.get(table, ())
        )
        for said, name in re.findall(r'"?(\w+)"?\."(\w+)"', sql)
    }


@pytest.mark.django_db
def test_every_column_that_a_decision_reads_is_proved(ada: User, ben: User) -> None:
    HrAlias.objects.create(hr_id="OLD", person=ben, recorded_at=timezone.now(), actor="system:test")
    channel, page = make_channel("READ"), make_quiz()
    make_poster(ada, channel)
    make_ready(ada, page)
    now = timezone.now()
    take(ada, page, now)
    ask = [DecisionQuery(who, "READ", "approve", now, author="OLD") for who in (ada.hr_id, "OLD")]
    with statements() as asked:
        decide(ask, asked_by="system:test", evaluated_at=now, record=False)
        gather_certification_facts([ada.pk])
        attempt_facts.gather_facts(ada, page.quiz, "en", at=now)
        attempt_facts.gather_attempt_facts(ada, page.quiz)
        assert list(newest_versions(read_rules(page.quiz.rules).banks))
    found = set[frozenset[str]]().union(*map(list_read_columns, asked)) - {frozenset()}
    proved = {
        f"{one.table}.{field.column}"
        for one in list_proved_models()
        for field in one.model._meta.concrete_fields
        if field.primary_key or field.attname in one.names
    }
    assert {"channels_channel.region_bound", "quizzes_attempt.submitted_at"} <= set().union(*found)
    excused = {apps.get_model(label)._meta.db_table for label in UNPROVED}
    unproved = [sorted(said) for said in found if not said & proved]
    read = {one[0] for one in unproved if one[0].split(".")[0] not in excused}
    assert read == READ_UNPROVED.keys()


def act_on_questions(dana: User) -> None:
    """Each way in which the editor, files and schedules write questions and banks."""
    now, other = timezone.now(), make_bank("OTHER", make_row("single", code="ELSE"))
    bank = make_bank("TOLD", *(make_row("single", code=code) for code in ("A", "B", "C")))
    first, second, third = bank.items.order_by("code")
    first.save_revision(user=dana).publish(user=dana)
    bulk_changes.retire_items([first], retired=True, actor=dana, at=now)
    bulk_changes.set_difficulty([first, third], 3, actor=dana, at=now)
    second.critical = True
    second.save_revision(user=dana)
    bulk_changes.move_items([second], other, actor=dana, at=now)
    third.unpublish(user=dana)
    Item.objects.get(pk=third.pk).save_revision(user=dana).publish(user=dana)
    importing.apply_plan(
        importing.plan_import(ItemBank(code="FILE", title="File"), [make_row("single", code="F")]),
        actor=dana,
    )
    Item(bank=bank, code="DRAFT", stem="", live=False).save()
    Item.objects.filter(code="DRAFT").delete()
    empty = ItemBank.objects.create(code="EMPTY", title="Empty")
    empty.code = "RENAMED"
    empty.save()
    empty.delete()


def act_on_what_decides(ada: User, ben: User, page: Any, channel: Channel) -> None:
    """Acts on every record that decisions read and that changes in place."""
    now = timezone.now()
    by = {"actor": SYSTEM, "at": now}
    Region.objects.add_region("XX", name="Somewhere", time_zone="UTC", **by)
    platforms.add_platform("chirp", name="Chirp", hosts=[], url_template="", **by)
    people.change_person(ada, time_factor=Decimal("1.5"), extra_attempts=2, manager=ben, **by)
    people.set_contract_end(ada, now.date() + timedelta(days=90), **by)
    people.record_leaving(ben, effective_at=now + timedelta(hours=1), **by)
    leaving.end_leavers_access(at=now + timedelta(hours=2))
    people.move_person(ada, make_region("BR"), effective_at=now + timedelta(days=1), **by)
    dated_columns.follow_planned_changes(at=now + timedelta(days=2))
    registry.change_channel(channel, region_bound=True, sunset_on=now.date() + 9 * DAY, **by)
    registry.change_details(channel, min_cover=3, **by)
    registry.confirm_details(channel, **by)
    certification = Certification.objects.get(code="POST-CORE")
    with programmes.record_changes(certification.pk, **by):
        Certification.objects.filter(pk=certification.pk).update(posting_grace_days=30)
        Requirement.objects.filter(certification=certification).delete()
        Requirement.objects.create(certification=certification, course=page.quiz.course)
    with programmes.record_making(**by) as made:
        made.append(
            Certification.objects.create(code="NEW", title="New", retired_at="2040-01-01T00:00Z")
        )
    User.objects.create_superuser("gone@x.example", "pw", display_name="Gone").delete()
    quiz_rules.sync_quiz(page)
    take(ada, page, now)
    act_on_questions(User.objects.create_superuser("editor@x.example", "pw", display_name="Dana"))
    for number in (1, 3):
        ask = DecisionQuery(ada.hr_id or "", channel.code, "publish", now)
        decide([ask] * number, asked_by=SYSTEM, evaluated_at=now)


@pytest.mark.databases
def test_acts_on_what_decides_leave_nothing_untold(ada: User, ben: User) -> None:
    channel, page = make_channel("ACTED"), make_quiz()
    make_ready(ada, page)
    make_region("BR")
    tell_of_facts()
    act_on_what_decides(ada, ben, page, channel)
    assert list(reconciling.find_unproved_facts()) == []
    stale = User.objects.get(pk=ada.pk)
    people.change_person(ada, email="ada.new@northlight.example", actor=SYSTEM, at=timezone.now())
    people.record_leaving(stale, actor=SYSTEM, at=timezone.now())
    assert list(reconciling.find_unproved_facts()) == []

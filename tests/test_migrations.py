"""Migrations match the models, are reversible, and create the append-only triggers of the facts.

Only the guards are taken back and put on again here: taking back the tables of all apps costs more than 15 s of CPU
for each database, and those of accounts cannot go without Wagtail's.
"""

from __future__ import annotations

import re
from io import StringIO
from operator import itemgetter
from pathlib import Path
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

import pytest

from ledger.triggers import AppendOnly

pytestmark = pytest.mark.databases

ROOT = Path(settings.BASE_DIR)
OURS = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
LOADED = {
    key: migration
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items(), key=itemgetter(0))
    if key[0] in OURS
}
GUARDS = {
    operation.table: operation
    for migration in LOADED.values()
    for operation in migration.operations
    if isinstance(operation, AppendOnly)
}
# Columns that may be filled in later; all other columns of these tables never change.
FACTS: dict[str, set[str]] = {
    "ledger.Entry": {"place", "previous_hash", "hash"},
    "accounts.Region": {"name"},
    "accounts.Team": {"name", "parent"},
    "accounts.EmploymentEvent": set(),
    "accounts.Absence": {"ended_at", "end_recorded_at"},
    "accounts.HrAlias": set(),
    "accounts.Responsibility": {"ended_at", "end_recorded_at", "end_actor", "end_reason"},
    "courses.Assignment": {"closed_at", "closed_why"},
    "courses.CourseRelease": set(),
    "courses.ReleaseEvent": set(),
    "courses.VersionFloor": set(),
    "courses.CourseCompletion": set(),
    "courses.StepCompletion": set(),
    "items.ItemVersion": {"withdrawn_at"},
    "quizzes.RulesSnapshot": set(),
    "quizzes.MarkEvent": set(),
    "quizzes.Unlock": set(),
    "quizzes.Recap": set(),
    "quizzes.ItemReport": {"text", "resolution", "answer", "resolved_at", "resolver"},
    "quizzes.Regrade": set(),
    "certificates.Certification": {
        *("title", "period_months", "window_days", "posting_grace_days"),
        *("policy_tz", "mode", "retired_at"),
    },
    "certificates.CertificationEvent": set(),
    "certificates.Award": {"public_name"},
    "certificates.AwardEvent": set(),
    "certificates.Hold": {"ended_at", "end_recorded_at", "end_actor", "end_reason"},
    "certificates.Waiver": {"ended_at", "end_recorded_at", "end_actor", "end_reason"},
    "certificates.EvidenceFile": set(),
    "certificates.AwardCorrection": {
        "decided_at",
        "decided_by",
        "outcome",
        "note",
        "replacement_id",
    },
    "channels.ChannelEvent": set(),
    "channels.ChannelRules": set(),
    "channels.RulesAcceptance": set(),
    "channels.DecisionRecord": set(),
    "channels.PostingPermission": {"ended_at", "end_recorded_at", "end_actor", "end_reason"},
    "channels.Freeze": {"ended_at", "end_recorded_at", "end_actor", "end_reason"},
    "channels.FreezeReview": set(),
    "channels.RoleReview": set(),
    "channels.RoleNeed": set(),
    "channels.Sponsorship": {"decided_at", "outcome", "note"},
    "channels.AccessRule": {"ended_at", "end_recorded_at", "end_reason"},
    "channels.Owner": {"ended_at", "end_recorded_at"},
    "channels.OwnerOffer": {"decided_at", "outcome", "decided_by", "note"},
}
# Facts whose open columns are not written once: a name that its owner shows or hides, and records of which only
# some columns are fixed, because decisions about the past read them.
REWRITTEN = {"accounts.Region", "accounts.Team", "certificates.Award", "certificates.Certification"}
CATALOGUE = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}

each_fact = pytest.mark.parametrize("label", FACTS)
each_guard = pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)


def triggers() -> dict[str, str]:
    """Name and definition of every trigger in the database."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE[connection.vendor])
        return dict(cursor.fetchall())


def columns(label: str) -> set[str]:
    return {field.column for field in apps.get_model(label)._meta.concrete_fields}


@pytest.mark.django_db
def test_models_have_no_changes_without_migration():
    said = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()


def test_guarded_tables_match_the_listed_facts():
    assert set(GUARDS) == {apps.get_model(label)._meta.db_table for label in FACTS}


@each_fact
def test_guard_covers_all_columns_except_open_ones(label):
    guard = GUARDS[apps.get_model(label)._meta.db_table]
    model = apps.get_model(label)
    open_columns = {model._meta.get_field(name).column for name in FACTS[label]}
    assert set(guard.columns) == columns(label) - open_columns


@each_fact
def test_guard_lets_open_columns_be_written_once(label):
    guard = GUARDS[apps.get_model(label)._meta.db_table]
    assert set(guard.once) == (set() if label in REWRITTEN else FACTS[label])
    assert not guard.once or apps.get_model(label)._meta.get_field(guard.once[0]).null


@each_fact
@pytest.mark.django_db
def test_database_has_the_guard_triggers(label):
    table = apps.get_model(label)._meta.db_table
    held = triggers()
    assert "DELETE" in held[f"{table}_no_delete"]
    guarded = set(re.findall(r"\w+", held[f"{table}_no_update"]))
    assert {*GUARDS[table].columns, *GUARDS[table].once} <= guarded
    if connection.vendor == "postgresql":
        assert "BEFORE TRUNCATE" in held[f"{table}_no_truncate"]


@pytest.mark.django_db
def test_postgresql_refuses_to_empty_the_table_of_a_fact():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for table in GUARDS:
        with (
            pytest.raises(IntegrityError, match=f"{table} is append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f'TRUNCATE "{table}" CASCADE')


@each_guard
@pytest.mark.django_db
def test_guard_can_be_reversed_and_reapplied(guard):
    names = {name for name in triggers() if name.startswith(f"{guard.table}_no_")}
    assert len(names) == (3 if connection.vendor == "postgresql" else 2)
    state = ProjectState()
    with connection.cursor() as cursor:
        run = lambda statement, params=None: cursor.execute(statement, params)  # noqa: E731
        editor = SimpleNamespace(connection=connection, execute=run)
        guard.database_backwards("any", editor, state, state)
        assert not names & set(triggers())
        guard.database_forwards("any", editor, state, state)
        assert names <= set(triggers())


def test_migration_operations_are_reversible():
    one_way = [
        (*key, step)
        for key, migration in LOADED.items()
        for step in migration.operations
        if not step.reversible
    ]
    assert one_way == []


def test_migration_has_a_descriptive_name():
    says_it = re.compile(r"\d{4}_[a-z][a-z_]+")
    assert [key for key in LOADED if not says_it.fullmatch(key[1]) or "auto" in key[1]] == []

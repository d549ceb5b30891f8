"""`python -m tests.migrating` makes the tables of an empty database: `manage.py migrate`, in half of its time.

Django makes the class of a model anew, and of all models around it, after each operation of a migration: most of the
time goes there. The statements that reach the database are the same.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.management import execute_from_command_line
from django.db import models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

apply_each = Migration.apply


def clone_field(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """`Field.clone`, which takes a field apart once: a migration's field stays as it is written."""
    if "taken_apart" not in field.__dict__:
        field.__dict__["taken_apart"] = field.deconstruct()[2:]
    args, words = field.__dict__["taken_apart"]
    return type(field)(*args, **words)


def apply_migration(
    migration: Migration, state: ProjectState, editor: Any, collect_sql: bool = False
) -> ProjectState:
    """`Migration.apply`, where tables that are made one after the other have their classes made together."""
    operations = migration.operations
    try:
        for together in iterate_runs(operations):
            migration.operations = together
            if len(together) == 1:
                state = apply_each(migration, state, editor, collect_sql)
            else:
                create_models(migration.app_label, together, state, editor)
    finally:
        migration.operations = operations
    return state


def iterate_runs(operations: list[Operation]) -> Iterator[list[Operation]]:
    """The operations in order: those that make models as long as they follow one another, others alone."""
    for makes, run in groupby(operations, key=lambda one: type(one) is CreateModel):
        found = list(run)
        yield from [found] if makes else [[one] for one in found]


def create_models(
    app_label: str, operations: list[Operation], state: ProjectState, editor: Any
) -> None:
    before = state.clone()
    state.__dict__.pop("apps", None)
    for operation in operations:
        operation.state_forwards(app_label, state)
    for operation in operations:
        operation.database_forwards(app_label, editor, before, state)


def main() -> None:
    # To look for garbage among tens of thousands of classes takes a sixth of the time.
    gc.disable()
    setattr(models.Field, "clone", clone_field)  # noqa: B010 - Django's method has another type
    setattr(Migration, "apply", apply_migration)  # noqa: B010
    execute_from_command_line(["manage.py", "migrate", "-v0"])


if __name__ == "__main__":
    main()

"""Database triggers that keep append-only tables append-only, on SQLite and on PostgreSQL.

`AppendOnly(table, columns)` is a migration operation: it refuses DELETE, and UPDATE of the named
columns. Columns left out may still be filled in (the end of a hold). `write_once` columns may be filled
in while they are empty (a hash by the sealer), and never changed after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class AppendOnly(Operation):
    """Add triggers that refuse to delete rows of `table`, to change `columns` and to change `write_once` twice."""

    reversible = True

    def __init__(self, table: str, columns: Sequence[str], write_once: Sequence[str] = ()) -> None:
        self.table, self.columns, self.write_once = table, tuple(columns), tuple(write_once)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table, self.columns, self.write_once], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the model state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        for statement in create_trigger_sql(
            schema_editor.connection.vendor, self.table, self.columns, self.write_once
        ):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        for statement in drop_trigger_sql(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse changes to {self.table}"


def create_trigger_sql(
    vendor: str, table: str, columns: Sequence[str], write_once: Sequence[str] = ()
) -> list[str]:
    """The statements that forbid deleting rows of `table`, changing `columns` and changing filled `write_once`."""
    message = f"{table} is append-only"
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    faults = [f'OLD."{name}" {differs} NEW."{name}"' for name in columns]
    faults += [
        f'(CAST(OLD."{name}" AS text) <> \'\' AND OLD."{name}" {differs} NEW."{name}")'
        for name in write_once  # NULL <> '' is not true either, so an empty column may be filled
    ]
    changed = " OR ".join(faults)
    if vendor == "postgresql":
        return [
            f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$""",
            f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
            f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}"
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_refuse()""",
        ]
    return [
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"
        BEGIN SELECT RAISE(ABORT, '{message}'); END""",
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}" WHEN {changed}
        BEGIN SELECT RAISE(ABORT, '{message}'); END""",
    ]


def drop_trigger_sql(vendor: str, table: str) -> list[str]:
    """The statements that remove the triggers of `table`."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER {table}_no_delete ON "{table}"',
            f'DROP TRIGGER {table}_no_update ON "{table}"',
            f"DROP FUNCTION {table}_refuse()",
        ]
    return [f"DROP TRIGGER {table}_no_delete", f"DROP TRIGGER {table}_no_update"]

"""Database triggers that keep append-only tables append-only, on SQLite and on PostgreSQL.

`AppendOnly(table, columns, once)` is a migration operation: it refuses DELETE, TRUNCATE (which SQLite does not have),
and UPDATE of the named columns. The columns in `once` are written together, once (the end of a hold): when the
first of them is set, none of them changes any more. Columns left out may still be filled in (a hash by the sealer).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class AppendOnly(Operation):
    """Add triggers that refuse to delete rows of `table`, to change `columns`, and to change `once` when set."""

    reversible = True

    def __init__(self, table: str, columns: Sequence[str], once: Sequence[str] = ()) -> None:
        self.table, self.columns, self.once = table, tuple(columns), tuple(once)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table, self.columns, self.once], {}

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
            schema_editor.connection.vendor, self.table, self.columns, self.once
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
    vendor: str, table: str, columns: Sequence[str], once: Sequence[str] = ()
) -> list[str]:
    """The statements that forbid deleting rows of `table`, changing `columns`, and writing `once` a second time."""
    message = f"{table} is append-only"
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = _any_differs(columns, differs)
    if once:
        changed += f' OR (OLD."{once[0]}" IS NOT NULL AND ({_any_differs(once, differs)}))'
    if vendor == "postgresql":
        return [
            f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$""",
            f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
            # Nothing calls the triggers of rows when all of them go at once.
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
            f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}"
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_refuse()""",
        ]
    return [
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"
        BEGIN SELECT RAISE(ABORT, '{message}'); END""",
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}" WHEN {changed}
        BEGIN SELECT RAISE(ABORT, '{message}'); END""",
    ]


def _any_differs(columns: Sequence[str], differs: str) -> str:
    return " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)


def drop_trigger_sql(vendor: str, table: str) -> list[str]:
    """The statements that remove the triggers of `table`."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER {table}_no_delete ON "{table}"',
            f'DROP TRIGGER {table}_no_truncate ON "{table}"',
            f'DROP TRIGGER {table}_no_update ON "{table}"',
            f"DROP FUNCTION {table}_refuse()",
        ]
    return [f"DROP TRIGGER {table}_no_delete", f"DROP TRIGGER {table}_no_update"]

"""What the database knows of its own tables when it plans a query: counted anew after much has changed."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

# SQLite looks at about so many rows of each index.
SQLITE_ROWS = 1_000
# Changing fewer rows than this hardly changes a plan.
MANY_ROWS = 1_000


def count_tables_anew(**_news: Any) -> int:
    """Let the database look at all tables. Returns the number of tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit={SQLITE_ROWS}")
        cursor.execute("ANALYZE")
        return len(connection.introspection.table_names(cursor))


def count_after_changes(rows: int) -> None:
    """Count when the running transaction is committed, if it changes many rows."""
    if rows >= MANY_ROWS:
        transaction.on_commit(count_tables_anew)


def count_after_migrations(plan: Any = None, **_news: Any) -> None:
    """A receiver of `post_migrate`: count when migrations have been run."""
    if plan:
        count_tables_anew()

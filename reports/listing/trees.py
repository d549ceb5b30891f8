"""Everything below a team or a manager, however deep, found by the database in the statement that asks for it."""

from __future__ import annotations

from django.db.models.expressions import RawSQL

from accounts.models import Team, User

# UNION, not UNION ALL: who stands in a circle is found once.
BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT id FROM {table} WHERE {start}
  UNION
  SELECT under.id FROM {table} under JOIN below ON under.{parent} = below.id
)
SELECT id FROM below
"""


def teams_below(code: str) -> RawSQL:
    """The primary keys of the team with this code, in whatever case, and of all teams below it."""
    shape = {
        "table": Team._meta.db_table,
        "start": "UPPER(code) = UPPER(%s)",
        "parent": "parent_id",
    }
    return RawSQL(BELOW.format(**shape), [code])  # noqa: S611 - our own words


def people_below(hr_id: str) -> RawSQL:
    """The primary keys of those who report to the manager with this HR id, directly or through others.

    The manager is not among them, unless they stand in a circle.
    """
    table = User._meta.db_table
    manager = f"manager_id IN (SELECT id FROM {table} WHERE UPPER(hr_id) = UPPER(%s))"  # noqa: S608 - our own name
    return RawSQL(BELOW.format(table=table, start=manager, parent="manager_id"), [hr_id])  # noqa: S611 - our own words

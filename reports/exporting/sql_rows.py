"""The rows of the status table straight from PostgreSQL: by COPY, chunk after chunk of people, in flat memory.

`reports.status_rows` folds the same rows from facts, for SQLite and as the reading that tests compare this one with.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.spreadsheets import FORMULA_STARTS
from certificates.models import Award
from reports.exporting.status_sql import write_statement
from reports.listing.policies import policies_as_known
from reports.status_columns import NAMES
from reports.status_rows import StatusQuery, fold_people, spell_cell

# The first chunk is small, so that the first bytes come at once.
FIRST, CHUNK = 1_000, 20_000
# A chunk of rows is sorted, which in less memory would be done in files; and each join is of two sets of thousands.
SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off; SET LOCAL jit = off"
PERSON = NAMES.index("person_uuid")
_SIGNS = "|".join(map(re.escape, FORMULA_STARTS))
FORMULA = re.compile(f'(?:^|,)"?(?:{_SIGNS})'.encode())
# People of whom more is known than one beginning and one end of their employment: their facts are folded by the rules.
FOLDED = """
SELECT person_id FROM (
  SELECT person_id, what, effective_at, recorded_at <= %(known)s AS known,
    corrects IS NOT NULL OR ends_at IS NOT NULL OR what NOT IN ('joined', 'left', 'manager') AS further
  FROM accounts_employmentevent
  WHERE person_id BETWEEN %(low)s AND %(high)s AND what NOT IN ('sponsor', 'kind')) told
GROUP BY person_id
HAVING bool_or(what = 'manager') OR bool_or(known AND further)
  OR count(*) FILTER (WHERE known AND what = 'joined') > 1 OR count(*) FILTER (WHERE known AND what = 'left') > 1
  OR (bool_or(known AND what = 'left') AND NOT bool_or(known AND what = 'joined'))
  OR min(effective_at) FILTER (WHERE known AND what = 'left')
    <= max(effective_at) FILTER (WHERE known AND what = 'joined')
"""
# How tables are narrowed to the people of a chunk: by the range of their keys, or by each key where the range holds
# more than so many times as many people.
RANGE, LISTED, SPARSE = "BETWEEN %(low)s AND %(high)s", "= ANY(%(pks)s::bigint[])", 3
FORCE_QUOTES = "FORMAT csv, FORCE_QUOTE *"
FEW_QUOTES = "FORMAT csv"


@dataclass(frozen=True, slots=True)
class CopyShape:
    """How COPY writes a row: with every cell in quotes or few, and with cells guarded from spreadsheets or not."""

    quoted: bool = True
    guarded: bool = False


def can_copy_rows() -> bool:
    return connection.vendor == "postgresql"


def read_sql_rows(question: StatusQuery) -> Iterator[list[str]]:
    """The rows of `reports.status_rows.read_status_rows`, by the database."""
    yield from csv.reader(line.decode() for line in copy_lines(question, CopyShape()))


def copy_lines(question: StatusQuery, shape: CopyShape) -> Iterator[bytes]:
    """Each row as a line of CSV without its end."""
    if not question.programmes:
        return
    statement, options = _statement(question, shape)
    last, size = 0, FIRST
    while pks := list(
        question.people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            params = _params(question, pks, cursor)
            told = _narrow(statement, pks)
            with cursor.copy(f"COPY ({told}) TO STDOUT WITH ({options})", params) as copy:
                for line in copy:
                    yield bytes(line[:-1])
        last, size = pks[-1], CHUNK


def _statement(question: StatusQuery, shape: CopyShape) -> tuple[str, str]:
    known = {one.id: one for one in policies_as_known(question.as_of, question.known_at)}
    statement = write_statement(
        [known[programme.id] for programme in question.programmes],
        Award.objects.order_by().values_list("policy_tz", "window_days", "grace_days").distinct(),
        at=question.as_of,
        scores=question.scores,
        guarded=shape.guarded,
        empty="''" if shape.quoted else "NULL",
    )
    return statement, FORCE_QUOTES if shape.quoted else FEW_QUOTES


def _narrow(statement: str, pks: list[int]) -> str:
    sparse = pks[-1] - pks[0] > SPARSE * len(pks)
    return statement.replace(RANGE, LISTED) if sparse else statement


def _params(question: StatusQuery, pks: list[int], cursor: Any) -> dict[str, Any]:
    params = {
        "at": question.as_of,
        "known": question.known_at,
        "as_of_text": spell_cell(question.as_of),
        "known_text": spell_cell(question.known_at),
        "low": pks[0],
        "high": pks[-1],
        "pks": pks,
    }
    cursor.execute(_narrow(FOLDED, pks), params)
    complicated = sorted({pk for (pk,) in cursor.fetchall()} & set(pks))
    folded = [
        person
        for first in range(0, len(complicated), FIRST)
        for person in fold_people(complicated[first : first + FIRST], question)
    ]
    return params | {"folded": json.dumps(folded)}


def may_hold_formula(line: bytes, shape: CopyShape) -> bool:
    """Whether a spreadsheet might run a cell of the row, were it not guarded. Now and then true for a safe one."""
    if shape.guarded:
        return line.startswith(b"\"'") or b",\"'" in line
    return FORMULA.search(line) is not None


def person_of_line(line: bytes) -> str:
    """The public id of the person whom the row is about."""
    return next(csv.reader([line.decode()]))[PERSON]

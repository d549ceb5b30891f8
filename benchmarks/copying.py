"""An export beside COPY of a table that holds the same cells already: the least that the database can do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from benchmarks.running import process_cpu
from reports import exports
from reports.exporting import sql_rows
from reports.exporting.profiles import PROFILES
from reports.listing.policies import certification_policies
from reports.status_columns import NAMES
from reports.status_rows import StatusQuery

FLOOR = "measured_copy"


def _spend(work: Callable[[], int]) -> tuple[float, float, int]:
    """CPU seconds of this process and of its database connection, and how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    web, database = time.process_time(), process_cpu(backend)
    rows = work()
    return time.process_time() - web, process_cpu(backend) - database, rows


def _fill(question: StatusQuery) -> int:
    columns = ", ".join(f'"{name}" text' for name in NAMES)
    lines = list(sql_rows.copy_lines(question, sql_rows.CopyShape()))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {FLOOR} ({columns})")
        with cursor.copy(f"COPY {FLOOR} FROM STDIN WITH (FORMAT csv)") as copy:
            for line in lines:
                copy.write(line + b"\n")
    return len(lines)


def _copy() -> int:
    statement = f"COPY {FLOOR} TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return sum(1 for _line in copy)


def _export(question: StatusQuery) -> int:
    now = timezone.now()
    table, profile = exports.status_table(question), PROFILES["people"]
    run = exports.start_export(
        table, profile, filters={}, actor=f"system:bench-{os.getpid()}", at=now
    )
    for _piece in exports.stream_export(run, table, profile):
        pass
    return int(run.rows or 0)


def measure_exports(rounds: int, measured: Any) -> dict[str, Any]:
    """`export_status` of everybody, as a ratio to COPY; milliseconds are those of a thousand rows."""
    now = timezone.now()
    question = StatusQuery(User.objects.people(), certification_policies(), now, now)
    _fill(question)
    found = {"COPY, 1000 rows": measured(), "export, 1000 rows": measured()}
    for _round in range(rounds):
        least = 0.0
        for one, work in zip(found.values(), (_copy, lambda: _export(question)), strict=True):
            web, database, rows = _spend(work)
            thousands = rows / 1000
            least = least or (web + database) / thousands
            one.add(web / thousands, database / thousands, least)
    return found

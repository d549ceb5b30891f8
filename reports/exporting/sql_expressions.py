"""Small pieces of SQL for PostgreSQL that say what a function of ours says in Python."""

from __future__ import annotations

from accounts.spreadsheets import FORMULA_STARTS

# A NUL begins no text of PostgreSQL; a hyphen stands first, where a class of characters has it as itself.
SIGNS = "-" + "".join(sign for sign in FORMULA_STARTS if sign not in "\0-")


def quote(text: str) -> str:
    """A text as an SQL literal that psycopg, which reads % as its own sign, leaves as it is."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def instant(value: str) -> str:
    """SQL: the moment as ISO 8601 with Z, as `datetime.isoformat` writes it."""
    utc = f"({value} AT TIME ZONE 'UTC')"
    whole = f"replace({utc}::text, ' ', 'T') || 'Z'"
    exact = f"""to_char({utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    return f"coalesce(CASE WHEN {value} = date_trunc('second', {value}) THEN {whole} ELSE {exact} END, '')"


def start_of_day(day: str, zone: str) -> str:
    """SQL: the instant at which a day begins. Of two midnights the first, where PostgreSQL takes the second."""
    local = f"({day})::timestamp"
    found = f"({local} AT TIME ZONE {zone})"
    sooner = f"({found} - interval '1 hour')"
    return f"CASE WHEN {sooner} AT TIME ZONE {zone} = {local} THEN {sooner} ELSE {found} END"


def until(*moments: str) -> str:
    """SQL: the last of these moments that has come."""
    return "greatest(" + ", ".join(f"CASE WHEN {m} <= %(at)s THEN {m} END" for m in moments) + ")"


def guard(cell: str) -> str:
    """SQL: `accounts.spreadsheets.escape_formula`."""
    return f"CASE WHEN {runs_formula(cell)} THEN '''' || {cell} ELSE {cell} END"


def runs_formula(cell: str) -> str:
    """SQL: whether a spreadsheet would run the cell. PostgreSQL keeps no text with a NUL."""
    return f"{cell} ~ {quote(f'^[{SIGNS}]')}"

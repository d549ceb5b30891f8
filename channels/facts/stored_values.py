"""Read what a database writes into the JSON of a row: moments and JSON columns."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def parse_stored_instant(text: str) -> datetime:
    """An aware instant from a JSON text. SQLite stores UTC without an offset, so a missing offset means UTC."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def parse_optional_instant(text: str | None) -> datetime | None:
    """An aware instant, or None where the column is empty."""
    return parse_stored_instant(text) if text else None


def parse_json_column(stored: Any) -> Any:
    """The value of a JSON column: SQLite puts its text into the row, PostgreSQL the value."""
    return json.loads(stored) if isinstance(stored, str) else stored

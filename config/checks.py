"""System checks of the installation, run by `manage.py check`."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.database)
def check_sqlite_version(**_kwargs: Any) -> list[CheckMessage]:
    """SQLite 3.7.0-3.51.2 can corrupt a WAL database (fixed 2026-03-13)."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if "sqlite" in engine and sqlite3.sqlite_version_info < (3, 51, 3):
        return [
            Warning(
                f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug.",
                hint="Install pysqlite3 or a SQLite of at least 3.51.3.",
                id="postworthy.W001",
            )
        ]
    return []

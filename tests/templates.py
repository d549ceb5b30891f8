"""The databases that the suite copies, made before they are asked for: `python -m tests.templates KIND…`.

Kinds: sqlite, postgresql, demo (the demo organisation on SQLite).
Otherwise all workers would wait for the one that makes them. What is there already is kept.
"""

from __future__ import annotations

import os
import sys

import django

import psycopg

from tests import databases, servers


def make_sqlite() -> None:
    with databases.one_at_a_time("sqlite"):
        databases.migrated_file()


def make_demo() -> None:
    with databases.one_at_a_time("demo"):
        servers.demo_on_sqlite()


def make_postgresql() -> None:
    name = f"template_{databases.migrations_digest()}"
    with (
        databases.one_at_a_time("postgresql"),
        psycopg.connect(databases.server_url("postgres"), autocommit=True) as admin,
    ):
        databases.have_template(name, admin.execute)


MAKERS = {"sqlite": make_sqlite, "postgresql": make_postgresql, "demo": make_demo}


def main(kinds: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    for kind in kinds:
        MAKERS[kind]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

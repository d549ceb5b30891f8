"""The databases that the suite copies, made side by side before it begins: `python -m tests.templates`.

Otherwise all workers would wait for the one that makes them. What is there already is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys

import django

import psycopg

from tests import databases, servers

MAKE = [sys.executable, "-m", "tests.templates"]
STEPS = [
    [*MAKE, "sqlite"],
    [sys.executable, "-m", "tests.postgres", *MAKE, "postgresql"],
]


def make_sqlite() -> None:
    with databases.one_at_a_time():
        servers.demo_on_sqlite()


def make_postgresql() -> None:
    name = f"template_{databases.migrations_digest()}"
    with psycopg.connect(databases.server_url("postgres"), autocommit=True) as admin:
        databases.have_template(name, admin.execute)


def main(words: list[str]) -> int:
    if not words:
        running = [subprocess.Popen(step) for step in STEPS]
        return max(process.wait() for process in running)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    {"sqlite": make_sqlite, "postgresql": make_postgresql}[words[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

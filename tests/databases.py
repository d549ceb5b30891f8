"""Test databases in a second instead of half a minute: migrate a template once, then copy it.

The template's name holds a digest of every migration, so it is never stale. SQLite copies a file into
memory; PostgreSQL uses CREATE DATABASE … TEMPLATE.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "accounts",
    "certificates",
    "channels",
    "courses",
    "home",
    "items",
    "ledger",
    "quizzes",
    "reports",
]
CACHE = ROOT / "var" / "test-databases"


def migrations_digest() -> str:
    """Changes when any migration of any installed app does."""
    sums = hashlib.sha256(sys.version.encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            sums.update(path.name.encode() + path.read_bytes())
    sums.update((ROOT / "ledger" / "triggers.py").read_bytes())
    sums.update((ROOT / "courses" / "editor_groups.py").read_bytes())  # fills the editors' groups
    return sums.hexdigest()[:16]


def demo_digest() -> str:
    """Changes when any Python file or demo text does: the demo is loaded by the code itself."""
    sums = hashlib.sha256(migrations_digest().encode())
    for app in sorted(APPS):
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                sums.update(path.read_bytes())
    return sums.hexdigest()[:16]


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Only one test process makes the templates of a kind of database, or runs the tests; the others wait for it.

    Who needs both kinds takes PostgreSQL's turn first.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"lock-{what}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(url: str) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": url}
    subprocess.run(
        [sys.executable, "-m", "tests.migrating"],
        check=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def create(worker: str) -> Callable[[], None]:
    """Make the test database of this process; returns what removes it."""
    if connection.vendor == "sqlite":
        return create_sqlite()
    return create_postgresql(worker or "main")


def migrated_file() -> Path:
    """The file with a migrated database, made if it is not there; call it one at a time."""
    template = CACHE / f"template-{migrations_digest()}.sqlite3"
    if not template.exists():
        for old in CACHE.glob("template-*"):
            old.unlink()
        making = CACHE / "making.sqlite3"
        making.unlink(missing_ok=True)
        migrate(f"sqlite:///{making}")
        with sqlite3.connect(making) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        making.rename(template)
    return template


def create_sqlite() -> Callable[[], None]:
    with one_at_a_time("sqlite"):
        template = migrated_file()
    connection.settings_dict["NAME"] = "file:postworthy-tests?mode=memory&cache=shared"
    connection.ensure_connection()
    source = sqlite3.connect(template)
    source.backup(connection.connection)
    source.close()
    return connection.close


def create_postgresql(worker: str) -> Callable[[], None]:
    server = dict(connection.settings_dict)
    template, name = f"template_{migrations_digest()}", f"test_{worker}"
    admin = connections["default"].copy()
    admin.settings_dict = {**server, "NAME": "postgres"}
    with one_at_a_time("postgresql"), admin.cursor() as cursor:
        have_template(template, cursor.cursor.execute)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name

    def remove() -> None:
        connections.close_all()
        with admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.close()

    return remove


def have_template(template: str, execute: Callable[..., Any]) -> None:
    """A migrated database of this name on the PostgreSQL server."""
    found = execute(f"SELECT 1 FROM pg_database WHERE datname = '{template}'").fetchone()
    if found is None:
        execute(f'DROP DATABASE IF EXISTS "{template}_making"')
        execute(f'CREATE DATABASE "{template}_making"')
        migrate(server_url(f"{template}_making"))
        execute(f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')


@contextmanager
def database_of_its_own(name: str) -> Iterator[None]:
    """New connections, such as those of new threads, go to an empty migrated PostgreSQL database."""
    mine, shared = f"{name}_{os.getpid()}", settings.DATABASES["default"]["NAME"]
    admin = connections["default"].copy()
    admin.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{mine}" TEMPLATE "template_{migrations_digest()}"')
    settings.DATABASES["default"]["NAME"] = mine
    try:
        yield
    finally:
        settings.DATABASES["default"]["NAME"] = shared
        with admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{mine}" WITH (FORCE)')
        admin.close()


def server_url(name: str) -> str:
    """DATABASE_URL of this run, with another database's name."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()

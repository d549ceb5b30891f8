"""The real site in a separate process on a populated database, for browser tests and crash tests."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.databases import (
    CACHE,
    ROOT,
    demo_digest,
    have_template,
    migrated_file,
    migrations_digest,
    one_at_a_time,
)

SERVER = [
    *("--interface", "wsgi", "--host", "127.0.0.1", "--respawn-failed-workers"),
    *("--no-ws", "--log-level", "error", "config.wsgi:application"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running site. `kill()` sends SIGKILL, so the site cannot shut down cleanly."""

    database: str
    port: int = field(default_factory=free_port)
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": self.database,
            "SECRET_KEY": "a-key-for-the-tests-of-a-running-site",
            "POSTWORTHY_HTTPS": "0",
            "POSTWORTHY_VAR": str(CACHE / "site"),
            "COMPRESS_STATIC_FILES": "0",  # half a minute of two cores
            "BASE_URL": self.url,
            "GRANIAN_BLOCKING_THREADS": "5",
        }

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py on this site's database."""
        done = console(self.environment).run(self.database, words)
        if check and done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done

    def start(self) -> Site:
        granian = str(Path(sys.executable).parent / "granian")
        self.process = subprocess.Popen(
            [granian, "--port", str(self.port), "--workers", str(self.workers), *SERVER],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as reply:
                    if reply.status == 200:
                        return self
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"The site did not become ready on {self.url}.")

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


# Reads a database and the words of a command, line by line, and answers with what the command said.
LISTEN = """
import gc, io, json, sys, traceback
from contextlib import redirect_stderr, redirect_stdout
import dj_database_url, django
django.setup()
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import ManagementUtility
from django.db import connections
gc.collect()
gc.freeze()
gc.set_threshold(200_000, 20, 100)
for line in sys.stdin:
    asked, out, err, code = json.loads(line), io.StringIO(), io.StringIO(), 0
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = dj_database_url.parse(asked["database"])["NAME"]
    connections["default"].settings_dict["NAME"] = settings.DATABASES["default"]["NAME"]
    ContentType.objects.clear_cache()
    caches["pages"].clear()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            ManagementUtility(["manage.py", *asked["words"]]).execute()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            code = 1
            traceback.print_exc()
    connections.close_all()
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


class Console:
    """`manage.py` that stays: loading the product costs more than most commands."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", LISTEN],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.process.stdin.close)  # which ends it

    def run(self, database: str, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.process.stdin.write(json.dumps({"database": database, "words": words}) + "\n")
        self.process.stdin.flush()
        code, out, err = json.loads(self.process.stdout.readline())
        return subprocess.CompletedProcess(words, code, out, err)


_consoles: dict[str, Console] = {}


def console(environment: dict[str, str]) -> Console:
    """The one of this process for a kind of database, for every site that it starts."""
    kind = urlsplit(environment["DATABASE_URL"]).scheme
    if kind not in _consoles:
        _consoles[kind] = Console(environment)
    return _consoles[kind]


@contextmanager
def populated_site(name: str, *, workers: int = 1) -> Iterator[Site]:
    """A running site on its own fresh copy of the demo organisation."""
    database, remove = copy_of_demo(name)
    site = Site(database, workers=workers)
    with one_at_a_time("demo"):
        collect_static_files(site)
    try:
        yield site.start()
    finally:
        site.kill()
        remove()


def collect_static_files(site: Site) -> None:
    """Put our scripts and styles where the site serves them, anew once one of them has changed."""
    place, stamp = CACHE / "site" / "static", CACHE / "site" / "static.digest"
    sums = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*.*")):
        sums.update(path.name.encode() + path.read_bytes())
    if place.exists() and stamp.exists() and stamp.read_text() == sums.hexdigest():
        return
    shutil.rmtree(place, ignore_errors=True)
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    stamp.write_text(sums.hexdigest())


def copy_of_demo(name: str) -> tuple[str, Callable[[], None]]:
    """The address of a copy of the demo database, which is loaded once per version, and a function to remove it."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return copy_on_postgresql(url, name)
    with one_at_a_time("demo"):
        template = demo_on_sqlite()
    copy = CACHE / f"site-{name}-{os.getpid()}.sqlite3"
    shutil.copy(template, copy)

    def remove() -> None:
        for leftover in CACHE.glob(f"{copy.name}*"):
            leftover.unlink()

    return f"sqlite:///{copy}", remove


def demo_on_sqlite() -> Path:
    """The file with the demo organisation, loaded if it is not there; call it one at a time."""
    template = CACHE / f"demo-{demo_digest()}.sqlite3"
    if not template.exists():
        for old in CACHE.glob("demo-*"):
            old.unlink()
        shutil.rmtree(CACHE / "site", ignore_errors=True)
        making = CACHE / "making-demo.sqlite3"
        for leftover in CACHE.glob("making-demo*"):
            leftover.unlink()
        with one_at_a_time("sqlite"):
            migrated = migrated_file()
        shutil.copy(migrated, making)
        site = Site(f"sqlite:///{making}")
        site.manage("createcachetable")
        site.manage("load_demo")
        collect_static_files(site)
        with sqlite3.connect(making) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        making.rename(template)
    return template


def copy_on_postgresql(url: str, name: str) -> tuple[str, Callable[[], None]]:
    """The same on a PostgreSQL server: the template is a database, filled with the rows of the SQLite one."""

    server = urlsplit(url)
    template, copy = f"demo_{demo_digest()}", f"site_{name}_{os.getpid()}"
    migrated = f"template_{migrations_digest()}"

    def at(database: str) -> str:
        return server._replace(path=f"/{database}").geturl()

    with (
        one_at_a_time("postgresql"),
        psycopg.connect(at("postgres"), autocommit=True) as admin,
    ):
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if known is None:
            have_template(migrated, admin.execute)
            admin.execute(f'DROP DATABASE IF EXISTS "{template}_making"')
            admin.execute(f'CREATE DATABASE "{template}_making" TEMPLATE "{migrated}"')
            Site(at(f"{template}_making")).manage("createcachetable")
            with one_at_a_time("demo"):
                demo = demo_on_sqlite()
            fill(at(f"{template}_making"), demo)
            admin.execute(f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')
        admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')

    def remove() -> None:
        with psycopg.connect(at("postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')

    return at(copy), remove


# What PostgreSQL keeps in its own way: who has migrated, and the words to search for.
OWN = {"django_migrations", "cache", "wagtailsearch_indexentry"}
# How SQLite's values are written for PostgreSQL, by the type of the column; others as they are.
WRITTEN: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "t" if value else "f",
    "bytea": lambda value: f"\\x{bytes(value).hex()}",
    "timestamp with time zone": lambda value: f"{value}+00",
    "interval": lambda value: f"{value} microseconds",
}
TABLES = """
SELECT table_name, array_agg(column_name::text), array_agg(data_type::text) FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name ORDER BY table_name
"""
SEQUENCES = """
SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
"""


def fill(url: str, path: Path) -> None:
    """Put the rows of a SQLite file into a migrated PostgreSQL database, triggers and all aside."""
    with psycopg.connect(url) as target, closing(sqlite3.connect(path)) as source:
        target.execute("SET session_replication_role = replica")
        tables = [row for row in target.execute(TABLES).fetchall() if row[0] not in OWN]
        names = ", ".join(f'"{table}"' for table, _columns, _types in tables)
        target.execute(f"TRUNCATE {names} CASCADE")
        for table, columns, types in tables:
            quoted = ", ".join(f'"{column}"' for column in columns)
            rows = source.execute(f'SELECT {quoted} FROM "{table}"')
            with target.cursor().copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([written(*pair) for pair in zip(row, types, strict=True)])
        for sequence, table, column in target.execute(SEQUENCES).fetchall():
            target.execute(
                f'SELECT setval(\'"{sequence}"\', coalesce(max("{column}"), 1)) FROM "{table}"'
            )


def written(value: Any, kind: str) -> str | None:
    return None if value is None else WRITTEN.get(kind, str)(value)

"""The real site in a separate process on a populated database, for browser tests and crash tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.databases import CACHE, ROOT, demo_digest, one_at_a_time

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
            "BASE_URL": self.url,
            "GRANIAN_BLOCKING_THREADS": "5",
        }

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py on this site's database."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=check
        )

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


@contextmanager
def populated_site(name: str, *, workers: int = 1) -> Iterator[Site]:
    """A running site on its own fresh copy of the demo organisation."""
    database, remove = copy_of_demo(name)
    site = Site(database, workers=workers)
    with one_at_a_time():
        if not (CACHE / "site" / "static").exists():
            site.manage("collectstatic", "--no-input", "--verbosity", "0")
    try:
        yield site.start()
    finally:
        site.kill()
        remove()


def copy_of_demo(name: str) -> tuple[str, Callable[[], None]]:
    """The address of a copy of the demo database, which is loaded once per version, and a function to remove it."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return copy_on_postgresql(url, name)
    template = CACHE / f"demo-{demo_digest()}.sqlite3"
    with one_at_a_time():
        if not template.exists():
            for old in CACHE.glob("demo-*"):
                old.unlink()
            shutil.rmtree(CACHE / "site", ignore_errors=True)
            making = CACHE / "making-demo.sqlite3"
            for leftover in CACHE.glob("making-demo*"):
                leftover.unlink()
            load_demo(f"sqlite:///{making}")
            making.rename(template)
    copy = CACHE / f"site-{name}-{os.getpid()}.sqlite3"
    shutil.copy(template, copy)

    def remove() -> None:
        for leftover in CACHE.glob(f"{copy.name}*"):
            leftover.unlink()

    return f"sqlite:///{copy}", remove


def copy_on_postgresql(url: str, name: str) -> tuple[str, Callable[[], None]]:
    """`copy_of_demo` on a PostgreSQL server, where the template is a database."""

    server = urlsplit(url)
    template, copy = f"demo_{demo_digest()}", f"site_{name}_{os.getpid()}"

    def at(database: str) -> str:
        return server._replace(path=f"/{database}").geturl()

    with (
        one_at_a_time(),
        psycopg.connect(at("postgres"), autocommit=True) as admin,
    ):
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if known is None:
            admin.execute(f'DROP DATABASE IF EXISTS "{template}_making"')
            admin.execute(f'CREATE DATABASE "{template}_making"')
            shutil.rmtree(CACHE / "site", ignore_errors=True)
            load_demo(at(f"{template}_making"))
            admin.execute(f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')
        admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')

    def remove() -> None:
        with psycopg.connect(at("postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')

    return at(copy), remove


def load_demo(database: str) -> None:
    site = Site(database)
    site.manage("migrate", "--verbosity", "0")
    site.manage("createcachetable")
    site.manage("load_demo")
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""Servers in production settings, requests over one kept connection, and the CPU that both sides of them took."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.wsgi_requests import TOKEN
from tests.databases import ROOT
from tests.servers import free_port

SERVER = [
    *("--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1"),
    *("--no-ws", "--log-level", "error"),
]
TICKS = os.sysconf("SC_CLK_TCK")


def process_cpu(process: int) -> float:
    """Seconds of CPU that a process has taken with all its threads; 0 for one that is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _of_session(session: int) -> list[int]:
    """The processes that a server has begun, itself included."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                found.append(int(folder.name))
    return found


def database_processes() -> list[int]:
    """The processes of PostgreSQL that serve this database; none on SQLite, which works in the web process."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


@dataclass
class Server:
    """A running server; `cookies` are those of whoever asks."""

    application: str
    process: subprocess.Popen[bytes]
    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def cpu(self) -> float:
        """Of the web process, in seconds."""
        return sum(map(process_cpu, _of_session(self.process.pid)))

    def ask(
        self,
        path: str,
        session: str = "",
        form: Mapping[str, object] | None = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, as a browser sends it; a form makes it a POST."""
        said = {"Cookie": f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")}
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            said["Content-Type"] = "application/x-www-form-urlencoded"
        if body is not None:
            said["X-CSRFToken"] = TOKEN
        self.connection.request(
            "GET" if body is None else "POST", path, body, said | dict(headers or {})
        )
        reply = self.connection.getresponse()
        content = reply.read()
        if reply.status >= 400:
            raise RuntimeError(f"{path}: {reply.status} {content[:300]!r}")
        return Answer(content, reply.headers)


@dataclass(frozen=True)
class Answer:
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def place(self) -> str:
        """The path that a redirect leads to."""
        return self.headers.get("Location", "").partition("?")[0]

    @property
    def session(self) -> str:
        for cookie in self.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            if name == "sessionid":
                return value
        raise RuntimeError("Nobody was signed in.")


@contextmanager
def serve(application: str) -> Iterator[Server]:
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    process = subprocess.Popen(
        [granian, "--port", str(port), *SERVER, application],
        cwd=ROOT,
        env=os.environ | {"GRANIAN_BLOCKING_THREADS": "1"},
        start_new_session=True,
    )
    try:
        _wait_until_ready(port, process)
        yield Server(application, process, port)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"The server ended: {process.args}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/hello/", timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {process.args}")


class Spent:
    """The CPU of a server and of the database since it was made."""

    def __init__(self, server: Server, backends: list[int]) -> None:
        self.server, self.backends = server, backends
        self.web, self.database = server.cpu(), sum(map(process_cpu, backends))

    def so_far(self) -> tuple[float, float]:
        """Seconds of the web process, and of the database."""
        return self.server.cpu() - self.web, sum(map(process_cpu, self.backends)) - self.database

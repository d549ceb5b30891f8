"""The real server goes on serving: a killed worker is replaced, and a locked database leaves it alive."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from os import kill
from signal import SIGKILL

import psycopg
import pytest
import requests

from tests.servers import Site, copy_of_demo, populated_site

pytestmark = pytest.mark.databases

__all__ = ["copy_of_demo"]  # tells tests/conftest.py that this file asks a real database


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with populated_site("serving", workers=2) as running:
        yield running


def workers(site: Site) -> set[int]:
    assert site.process is not None
    found = subprocess.run(
        ["pgrep", "-P", str(site.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return set(map(int, found.stdout.split()))


def wait_for(what: str, is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def is_served(site: Site) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{site.url}/accounts/login/", timeout=5).status_code == 200
    return False


def test_killed_worker_is_replaced_and_the_site_stays(site: Site) -> None:
    wait_for("two workers", lambda: len(workers(site)) == 2)
    before = workers(site)
    kill(min(before), SIGKILL)
    wait_for("a new worker", lambda: len(workers(site) - before) == 1 and len(workers(site)) == 2)
    wait_for("an answer", lambda: is_served(site))
    assert site.process is not None
    assert site.process.poll() is None


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Let nobody write for the time of the block."""
    if site.database.startswith("postgres"):
        with psycopg.connect(site.database) as other:
            other.execute("LOCK TABLE cache IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
        return
    path = site.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def sign_in(site: Site) -> requests.Response:
    """Sign in with a wrong password, which is counted in the database."""
    person, address = requests.Session(), f"{site.url}/accounts/login/"
    person.get(address, timeout=60)
    form = {"login": "nobody@northlight.example", "password": "wrong"}
    form["csrfmiddlewaretoken"] = person.cookies.get("csrftoken", "")
    return person.post(address, form, headers={"Referer": address}, timeout=90)


def test_healthz_answers_within_a_second_while_the_database_is_locked(site: Site) -> None:
    with ThreadPoolExecutor(24) as crowd:
        list(crowd.map(lambda _number: is_served(site), range(24)))
        with locked(site):
            waiting: list[Future[requests.Response]] = [
                crowd.submit(sign_in, site) for _number in range(24)
            ]
            wait_for("a refusal", lambda: any(one.done() for one in waiting))
            took = []
            for _turn in range(8):
                begun = time.monotonic()
                assert requests.get(f"{site.url}/healthz", timeout=5).text == "ok\n"
                took.append(time.monotonic() - begun)
        answers = [one.result(120) for one in waiting]
    assert max(took) < 1
    turned_away = [answer for answer in answers if answer.status_code == 503]
    assert turned_away
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in turned_away)
    assert "send it again" in turned_away[0].text
    wait_for("an answer", lambda: is_served(site))

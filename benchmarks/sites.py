"""A fresh, migrated database and people with open quiz attempts, for measuring writes."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg

if TYPE_CHECKING:
    from accounts.models import User
    from quizzes.models import Attempt

ITEMS = 20


@contextmanager
def empty_site(settings: str = "config.settings.production") -> Iterator[str]:
    """The address of a fresh, migrated database: SQLite, or PostgreSQL beside the one that DATABASE_URL names.

    Sets the production settings up on it, or those given; call it before anything imports Django models.
    """
    given = os.environ.get("DATABASE_URL", "")
    with ExitStack() as made:
        folder = made.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{folder}/site.sqlite3"
        if given.startswith("postgres"):
            url = made.enter_context(_postgres_database(given))
        _set_up(url, folder, settings)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield url
        if url.startswith("sqlite"):
            with sqlite3.connect(Path(folder, "site.sqlite3")) as written:
                written.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def site_in(url: str) -> Iterator[str]:
    """The production settings on a database that is there already."""
    with tempfile.TemporaryDirectory() as folder:
        _set_up(url, folder, "config.settings.production")
        yield url


def _set_up(url: str, folder: str, settings: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": url,
        "SECRET_KEY": "a-key-for-the-tests-of-a-running-site",
        "POSTWORTHY_HTTPS": "0",
        "POSTWORTHY_VAR": folder,
    }
    Path(folder, "static").mkdir()
    import django

    django.setup()


@contextmanager
def _postgres_database(server: str) -> Iterator[str]:
    """The address of an empty database on the same server, which is dropped at the end."""
    name = f"measured_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def people_at_the_quiz(number: int) -> list[tuple[str, str]]:
    """`number` people with an open attempt and every answer saved: the session key and attempt UUID of each."""
    from django.utils import timezone

    from accounts.models import User
    from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_row

    now = timezone.now()
    kinds = ("single", "multiple", "true_false", "number", "ordering", "matching")
    rows = [make_row(kinds[place % len(kinds)]) for place in range(ITEMS)]
    page = make_quiz(make_bank("MEASURED", *rows))
    found = []
    for place in range(number):
        person = User.objects.create_user(
            f"person{place}@measured.example", None, hr_id=f"M{place}"
        )
        attempt = make_attempt(person, page, now)
        answer(attempt, now)
        found.append((sign_in(person), str(attempt.uuid)))
    return found


def sign_in(person: User) -> str:
    """The key of a session in which this person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "home.backends.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def answer(attempt: Attempt, at: datetime) -> None:
    """Answer every question correctly, in two statements, with the columns that autosave writes."""
    from quizzes.models import Response
    from tests.factories.quizzes import form_for

    responses = list(attempt.responses.select_related("version"))
    for response in responses:
        response.form, response.seq, response.saved_at = form_for(response), 1, at
    Response.objects.bulk_update(responses, ["form", "seq", "saved_at"])

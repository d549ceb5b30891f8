"""Asking for a new password takes the same work for known and unknown addresses: the mail is left for later."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import pytest

pytestmark = pytest.mark.django_db


def ask(address: str) -> tuple[int, list[str]]:
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        reply = Client().post("/accounts/password/reset/", {"email": address})
    return reply.status_code, [row["sql"].split("WHERE")[0] for row in asked.captured_queries]


def test_reset_does_the_same_work_for_known_and_unknown_addresses(ada, monkeypatch) -> None:
    left: list[Callable[[], object]] = []
    monkeypatch.setattr("accounts.sign_in.forms.run_later", left.append)
    assert ask(ada.email) == ask("nobody@northlight.example")
    assert mail.outbox == []
    assert len(left) == 2
    for act in left:
        act()
    assert [sent.to for sent in mail.outbox] == [[ada.email]]

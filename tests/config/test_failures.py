"""A server error leaves a traceback with the number that its page shows, and nobody is said to be told who was not."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail
from django.test import Client

import pytest

from config.failures import telling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget() -> None:
    telling.forget_last_mail()


@pytest.fixture
def broken(monkeypatch) -> Client:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("certificates.screens.verifying.render", fail)
    return Client(raise_request_exception=False)


def test_server_error_leaves_a_traceback_with_the_number_its_page_shows(broken, stderr) -> None:
    reply = broken.get("/verify/")
    number = reply["X-Request-ID"]
    assert reply.status_code == 500
    assert number in reply.text
    said = stderr.getvalue()
    assert re.search(rf"ERROR django.request \[{number}\] Internal Server Error: /verify/", said)
    assert "RuntimeError: a fault of ours" in said
    assert "Traceback" in said


def test_error_in_a_handler_leaves_its_traceback_too(stderr, monkeypatch) -> None:
    """Django logs what a view raised, and of what its own handlers raised the address alone."""

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("config.failures.answers.render", fail)
    reply = Client(raise_request_exception=False).get("/no/such/address/")
    said = stderr.getvalue()
    assert reply.status_code == 500
    assert said.count(f"[{reply['X-Request-ID']}] Internal Server Error: /no/such/address/") == 1
    assert said.count("RuntimeError: a fault of ours") == 1
    assert "Traceback" in said


def test_requests_have_different_numbers(client) -> None:
    numbers = {client.get("/healthz")["X-Request-ID"] for _turn in range(5)}
    assert len(numbers) == 5


def test_error_page_says_that_nobody_was_told_without_admins(broken) -> None:
    reply = broken.get("/verify/")
    assert "Nobody has been told" in reply.text
    assert mail.outbox == []


def test_error_page_says_that_somebody_was_told_after_the_mail(broken, settings) -> None:
    settings.ADMINS = [("", "site@northlight.example")]
    reply = broken.get("/verify/")
    assert "have been told" in reply.text
    (sent,) = mail.outbox
    assert reply["X-Request-ID"] in sent.subject
    assert "RuntimeError: a fault of ours" in sent.body


def test_error_page_does_not_claim_a_mail_that_failed(broken, settings, monkeypatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise OSError("no mail server")

    settings.ADMINS = [("", "site@northlight.example")]
    monkeypatch.setattr(mail, "mail_admins", refuse)
    assert "Nobody has been told" in broken.get("/verify/").text


def test_many_errors_send_one_mail_a_minute(broken, settings) -> None:
    settings.ADMINS = [("", "site@northlight.example")]
    pages = [broken.get("/verify/").text for _turn in range(3)]
    assert ["have been told" in page for page in pages] == [True, False, False]
    assert len(mail.outbox) == 1

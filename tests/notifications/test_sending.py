"""Notifications are sent once, in the recipient's language, and never to somebody who has left."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

import pytest

from accounts import people
from accounts.models import User
from notifications import sending
from notifications.models import Notification
from tests.conftest import NOW
from tests.factories.certificates import DAY


def tell(person: User, key: str = "k:1", **changes: Any) -> Notification | None:
    words = {"kind": "news", "subject": "You can post", "body": "Hello.", "link": "/me/", "at": NOW}
    return sending.notify_person(person, key=key, **{**words, **changes})


class BrokenBackend(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise SMTPException("The server is away")


def test_notification_is_mailed_on_commit(
    ada: User, django_capture_on_commit_callbacks: Any, time_machine: Any
) -> None:
    time_machine.move_to(NOW)
    with django_capture_on_commit_callbacks(execute=True):
        tell(ada)
        assert mail.outbox == []
    (message,) = mail.outbox
    assert message.to == ["ada@northlight.example"]
    assert message.subject == "You can post"
    assert "http://127.0.0.1:8000/me/" in message.body
    assert "You get this message because" in message.body


def test_notification_with_same_key_is_written_once(ada: User) -> None:
    assert tell(ada) == tell(ada, subject="Something else")
    assert Notification.objects.get().subject == "You can post"


def test_send_due_sends_waiting_notification_only_once(ada: User) -> None:
    tell(ada)
    assert sending.send_due_messages(at=NOW + DAY) == 1
    assert sending.send_due_messages(at=NOW + DAY) == 0
    assert len(mail.outbox) == 1
    assert Notification.objects.get().sent_at == NOW + DAY


def test_send_due_skips_notification_just_written(ada: User) -> None:
    tell(ada)
    assert sending.send_due_messages(at=NOW) == 0


def test_send_due_records_failure_and_retries(ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    tell(ada)
    assert sending.send_due_messages(at=NOW + DAY) == 0
    assert Notification.objects.get().last_error == "The server is away"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert sending.send_due_messages(at=NOW + DAY) == 1
    assert Notification.objects.get().last_error == ""


def test_send_due_gives_up_after_five_attempts(ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    tell(ada)
    for _try in range(7):
        sending.send_due_messages(at=NOW + DAY)
    assert Notification.objects.get().attempts == 5


def test_leaver_is_not_notified_or_mailed(ada: User) -> None:
    tell(ada, key="before")
    people.record_leaving(ada, actor="person:hr", at=NOW, effective_at=NOW, reason="Resigned")
    ada.refresh_from_db()
    assert tell(ada, key="after", at=NOW + DAY) is None
    assert sending.send_due_messages(at=NOW + DAY) == 0
    assert mail.outbox == []


def test_send_due_skips_notifications_too_old(ada: User) -> None:
    tell(ada)
    assert sending.send_due_messages(at=NOW + 30 * DAY) == 0
    assert Notification.objects.get().last_error == sending.TOO_OLD


def test_subject_drops_line_breaks(ada: User) -> None:
    message = tell(ada, subject="You can post\nBcc: everybody@example.com")
    assert message is not None
    assert "\n" not in message.subject


@pytest.mark.parametrize("language", ["en", "fi", "pt-br"])
def test_language_is_the_recipients(ada: User, language: str) -> None:
    ada.locale = language
    with sending.use_language_of(ada):
        assert translation.get_language() == language

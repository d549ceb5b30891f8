"""A message is told once, in the language of its reader, and never to somebody who has left."""

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
    return sending.notify(person, key=key, **{**words, **changes})


class BrokenBackend(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise SMTPException("The server is away")


def test_it_goes_out_when_the_act_commits(
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


def test_the_same_news_is_told_once(ada: User) -> None:
    assert tell(ada) == tell(ada, subject="Something else")
    assert Notification.objects.get().subject == "You can post"


def test_a_waiting_message_is_sent_by_the_next_sweep_and_only_once(ada: User) -> None:
    tell(ada)
    assert sending.send_due(at=NOW + DAY) == 1
    assert sending.send_due(at=NOW + DAY) == 0
    assert len(mail.outbox) == 1
    assert Notification.objects.get().sent_at == NOW + DAY


def test_a_message_just_written_is_left_to_its_writer(ada: User) -> None:
    tell(ada)
    assert sending.send_due(at=NOW) == 0


def test_a_failure_is_noted_and_tried_again(ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    tell(ada)
    assert sending.send_due(at=NOW + DAY) == 0
    assert Notification.objects.get().last_error == "The server is away"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert sending.send_due(at=NOW + DAY) == 1
    assert Notification.objects.get().last_error == ""


def test_it_gives_up_after_five_tries(ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    tell(ada)
    for _try in range(7):
        sending.send_due(at=NOW + DAY)
    assert Notification.objects.get().attempts == 5


def test_nobody_who_has_left_is_written_to(ada: User) -> None:
    tell(ada, key="before")
    people.leave(ada, actor="person:hr", at=NOW, effective_at=NOW, reason="Resigned")
    ada.refresh_from_db()
    assert tell(ada, key="after", at=NOW + DAY) is None
    assert sending.send_due(at=NOW + DAY) == 0
    assert mail.outbox == []


def test_old_news_is_no_news(ada: User) -> None:
    tell(ada)
    assert sending.send_due(at=NOW + 30 * DAY) == 0
    assert Notification.objects.get().last_error == sending.TOO_OLD


def test_a_subject_is_one_line(ada: User) -> None:
    message = tell(ada, subject="You can post\nBcc: everybody@example.com")
    assert message is not None
    assert "\n" not in message.subject


@pytest.mark.parametrize("language", ["en", "fi", "pt-br"])
def test_words_come_in_the_readers_language(ada: User, language: str) -> None:
    ada.locale = language
    with sending.speaking(ada):
        assert translation.get_language() == language

"""Notifications are sent once, in the recipient's language, and never to somebody who has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any

from django.core import mail, signals
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone, translation

import pytest

from accounts import people
from accounts.models import User
from accounts.readers.languages import find_interface_language
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


class CountingBackend(BaseEmailBackend):
    """Counts connections and messages; `before_sending` runs while a message is under way."""

    connections: int = 0
    sent: Counter[str] = Counter()
    before_sending: Callable[[str], object] = staticmethod(lambda subject: None)

    def open(self) -> bool:
        type(self).connections += 1
        return True

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            type(self).before_sending(message.subject)
            self.sent[message.subject] += 1
        return len(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[CountingBackend]:
    settings.EMAIL_BACKEND = f"{__name__}.CountingBackend"
    monkeypatch.setattr(CountingBackend, "connections", 0)
    monkeypatch.setattr(CountingBackend, "sent", Counter())
    monkeypatch.setattr(
        CountingBackend, "before_sending", staticmethod(CountingBackend.before_sending)
    )
    return CountingBackend


def tell_many(person: User, count: int) -> list[str]:
    """Queue `count` messages in one transaction; returns their subjects."""
    subjects = [f"News {n}" for n in range(count)]
    with transaction.atomic():
        for subject in subjects:
            tell(person, key=subject, subject=subject, at=timezone.now())
    return subjects


def tell_in_vain(person: User, key: str) -> None:
    """Queue a message in a savepoint that is rolled back."""
    with transaction.atomic():
        tell(person, key=key, subject=key, at=timezone.now())
        transaction.set_rollback(True)


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
def test_language_is_the_recipients(ada: User, language: str, monkeypatch: Any) -> None:
    ada.locale = language
    with sending.use_language_of(ada):
        assert translation.get_language() == find_interface_language(language)
    monkeypatch.setattr(sending, "find_interface_language", str)  # as if there were a catalogue
    with sending.use_language_of(ada):
        assert translation.get_language() == language


def test_commit_sends_at_most_twenty_over_one_connection_and_the_sweep_the_rest(
    ada: User, server: type[CountingBackend], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        subjects = tell_many(ada, 45)
    assert (server.connections, server.sent.total()) == (1, sending.MOST_ON_COMMIT)
    out = StringIO()
    Notification.objects.update(created_at=timezone.now() - 2 * sending.SWEPT_AFTER)
    call_command("send_messages", stdout=out)
    assert out.getvalue() == "Sent: 25. Waiting: 0.\n"
    assert server.connections == 2
    assert server.sent == Counter(subjects)


def test_request_sends_at_most_twenty_over_one_connection_in_any_number_of_transactions(
    ada: User, server: type[CountingBackend], django_capture_on_commit_callbacks: Any
) -> None:
    """The answer goes out first: nothing is sent before the request is finished."""
    signals.request_started.send(None, environ={})
    for turn in range(3):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            for number in range(15):
                tell(ada, key=f"{turn}:{number}", at=timezone.now())
    assert (server.connections, server.sent.total()) == (0, 0)
    signals.request_finished.send(None)
    assert (server.connections, server.sent.total()) == (1, sending.MOST_ON_COMMIT)
    signals.request_finished.send(None)
    with django_capture_on_commit_callbacks(execute=True):
        tell(ada, key="outside", at=timezone.now())
    assert (server.connections, server.sent.total()) == (2, sending.MOST_ON_COMMIT + 1)


def test_request_sends_nothing_that_an_earlier_one_left(
    ada: User, server: type[CountingBackend], django_capture_on_commit_callbacks: Any
) -> None:
    signals.request_started.send(None, environ={})
    with django_capture_on_commit_callbacks(execute=True):
        tell(ada, at=timezone.now())
    signals.request_started.send(None, environ={})
    signals.request_finished.send(None)
    assert server.connections == 0


def test_message_that_is_sent_again_has_the_same_number_and_others_have_theirs(ada: User) -> None:
    first, second = tell(ada), tell(ada, key="k:2")
    numbers = [
        sending.build_email(message).message()["Message-ID"] for message in (first, first, second)
    ]
    assert numbers[0] == numbers[1] != numbers[2]
    assert numbers[0].endswith("@127.0.0.1>")


def test_sweep_opens_one_connection_for_a_hundred_messages(
    ada: User, server: type[CountingBackend]
) -> None:
    tell_many(ada, 101)
    assert sending.send_due_messages(at=timezone.now() + sending.SWEPT_AFTER) == 101
    assert server.connections == 2


def test_rolled_back_savepoint_takes_only_its_own_messages_along(
    ada: User, server: type[CountingBackend], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell_in_vain(ada, "undone")
        tell(ada, key="kept", subject="Kept", at=timezone.now())
        tell_in_vain(ada, "undone too")
    assert server.sent == Counter(["Kept"])


def test_message_is_sent_once_by_two_senders_at_once(
    ada: User, server: type[CountingBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second sender sweeps the whole queue while the first is sending each of its messages."""
    subjects, now = tell_many(ada, 4), timezone.now() + sending.SWEPT_AFTER
    swept: list[int] = []

    def sweep(subject: str) -> None:
        if not swept:
            swept.append(0)
            swept.append(sending.send_due_messages(at=now))

    monkeypatch.setattr(server, "before_sending", staticmethod(sweep))
    assert sending.send_due_messages(at=now) == 1
    assert swept == [0, 3]
    assert server.sent == Counter(subjects)


def test_sender_whose_copy_of_the_message_is_out_of_date_cannot_claim_it(ada: User) -> None:
    message = tell(ada)
    assert message is not None
    assert sending._claim_message(message)
    assert not sending._claim_message(message)
    Notification.objects.update(claimed_at=timezone.now() - 2 * sending.CLAIM_HELD)
    assert not sending._claim_message(message)


def test_message_of_a_sender_that_died_is_sent_by_the_next(
    ada: User, server: type[CountingBackend]
) -> None:
    message, now = tell(ada), timezone.now()
    assert message is not None
    assert sending._claim_message(message)
    Notification.objects.update(created_at=now - timedelta(hours=1))
    assert sending.send_due_messages(at=now) == 0
    Notification.objects.update(claimed_at=now - sending.CLAIM_HELD)
    assert sending.send_due_messages(at=now) == 1


@pytest.mark.parametrize("error", [OSError("unreachable"), SMTPServerDisconnected("bye")])
def test_failing_server_breaks_no_request_and_ends_the_run(
    ada: User,
    server: type[CountingBackend],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    error: Exception,
) -> None:
    def fail(subject: str) -> None:
        raise error

    monkeypatch.setattr(server, "before_sending", staticmethod(fail))
    with django_capture_on_commit_callbacks(execute=True):
        tell_many(ada, 3)
    rows = Notification.objects.order_by("id").values_list("attempts", "last_error", "claimed_at")
    assert list(rows) == [(1, str(error), None), (0, "", None), (0, "", None)]


def test_server_that_cannot_be_reached_uses_up_no_attempt(
    ada: User,
    server: type[CountingBackend],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def refuse(self: object) -> bool:
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(server, "open", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        tell_many(ada, 2)
    assert set(Notification.objects.values_list("attempts", "sent_at")) == {(0, None)}


def test_message_that_the_server_refuses_does_not_stop_the_others(
    ada: User, server: type[CountingBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_first(subject: str) -> None:
        if subject == "News 0":
            raise SMTPException("Mailbox unknown")

    tell_many(ada, 3)
    monkeypatch.setattr(server, "before_sending", staticmethod(refuse_first))
    assert sending.send_due_messages(at=timezone.now() + sending.SWEPT_AFTER) == 2
    assert sorted(server.sent) == ["News 1", "News 2"]

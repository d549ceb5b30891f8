"""Send each message to a person once by e-mail. The Notification rows are the queue.

The first messages that a request queued, in however many transactions, are sent over one connection when its
answer is on its way; outside of a request those of a transaction when it commits. The rest, and whatever failed,
are sent by `manage.py send_messages`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import islice
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.readers.days import zone_of
from accounts.readers.languages import find_interface_language
from notifications.models import Notification

logger = logging.getLogger(__name__)

# The request that queued messages, or the transaction outside of one, sends this many of them itself.
MOST_ON_COMMIT = 20
# Mail servers limit how many messages they accept over one connection.
MOST_PER_CONNECTION = 100
MOST_TRIES = 5
# A younger message is left to the request that queued it.
SWEPT_AFTER = timedelta(minutes=1)
# A sender that has not said what became of its message by then has died.
CLAIM_HELD = timedelta(minutes=10)
# Older messages are not sent, so that a stopped queue or an imported history floods nobody.
OLDEST_SENT = timedelta(days=7)
LEFT = "The person has left."
TOO_OLD = "Too old to be sent."
CANCELLED = "No longer needed."
# The messages that the request which is being served has queued; None outside of a request.
_of_request: ContextVar[list[int] | None] = ContextVar("messages_of_request", default=None)


def notify_person(
    recipient: User,
    *,
    kind: str,
    key: str,
    subject: str,
    body: str,
    link: str = "",
    at: datetime,
) -> Notification | None:
    """Queue a message in the transaction of the act it tells about; it is sent when that commits, or soon after.

    A `key` is used once, ever. `link` is a path on this site. `subject` and `body` should be in the recipient's
    language (`use_language_of`). Returns None, and writes no row, for a person who has left.
    """
    if recipient.has_left(at) or not recipient.is_active:
        return None
    told = {"kind": kind, "subject": " ".join(subject.split())[:200], "body": body, "link": link}
    message, new = Notification.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "created_at": at, **told}
    )
    if new:
        _send_on_commit(message.pk)
    return message


def notify_later(
    recipient: User, *, kind: str, key: str, subject: str, body: str, link: str, due_at: datetime
) -> None:
    """Queue a message that `send_messages` sends from `due_at` on, unless it is cancelled before."""
    told = {"kind": kind, "subject": " ".join(subject.split())[:200], "body": body, "link": link}
    Notification.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "created_at": due_at, **told}
    )


def cancel_messages(key_start: str) -> int:
    """Send no unsent message any more whose key begins so. Returns how many were waiting."""
    waiting = Notification.objects.filter(
        key__startswith=key_start, sent_at=None, attempts__lt=MOST_TRIES
    )
    return waiting.update(attempts=MOST_TRIES, last_error=CANCELLED)


def notify_from_template(
    recipient: User, kind: str, *, key: str, link: str, at: datetime, **about: Any
) -> Notification | None:
    """Render `emails/<kind>.txt` with the context `about`, and queue the message as `notify_person` does.

    The first line of the template is the subject, the rest is the body.
    """
    with use_language_of(recipient), timezone.override(zone_of(recipient)):
        words = render_to_string(f"emails/{kind}.txt", about).strip()
    subject, _newline, body = words.partition("\n")
    return notify_person(
        recipient, kind=kind, key=key, subject=subject, body=body.strip(), link=link, at=at
    )


def use_language_of(recipient: User) -> translation.override:
    """A context manager in which translations are in the recipient's language."""
    language = recipient.locale or settings.LANGUAGE_CODE
    return translation.override(find_interface_language(language))


def connect() -> None:
    """Called once, when Django is ready."""
    request_started.connect(begin_request, dispatch_uid="notifications.begin")
    request_finished.connect(end_request, dispatch_uid="notifications.end")


def begin_request(**_signal: Any) -> None:
    _of_request.set([])


def end_request(**_signal: Any) -> None:
    """Send what the request queued and committed. The answer is out, so a failure is noted and the messages wait."""
    pks = _of_request.get()
    _of_request.set(None)
    try:
        _send_first(pks or [])
    except DatabaseError:
        logger.exception("Messages wait because the database fails")


class CommitBatch:
    """The messages that one transaction queued. Called for each of them after the commit; the first call counts."""

    def __init__(self) -> None:
        self.pks: list[int] = []

    def __call__(self) -> None:
        committed, self.pks = self.pks, []
        of_request = _of_request.get()
        if of_request is None:
            _send_first(committed)
        else:
            of_request += committed


def _send_first(pks: list[int]) -> None:
    if first := pks[:MOST_ON_COMMIT]:
        send_messages(first, at=timezone.now())


def _send_on_commit(pk: int) -> None:
    """Add a message to the batch of the running transaction.

    A roll-back to a savepoint removes the callbacks registered since, so a batch found here is one that will run.
    """
    queued = reversed(transaction.get_connection().run_on_commit)
    batch = next((func for _ids, func, _robust in queued if isinstance(func, CommitBatch)), None)
    batch = batch or CommitBatch()
    batch.pks.append(pk)
    transaction.on_commit(batch, robust=True)


def waiting_messages(at: datetime) -> QuerySet[Notification]:
    """Unsent messages older than a minute with attempts left that no sender is busy with, the oldest first."""
    return (
        Notification.objects.filter(
            _unclaimed(at), attempts__lt=MOST_TRIES, created_at__lte=at - SWEPT_AFTER
        )
        .select_related("recipient")
        .order_by("created_at", "id")
    )


def count_due_messages(*, at: datetime) -> int:
    """How many `send_due_messages` would try to send: not those that must never be sent."""
    return sum(not _hindrance(message, at) for message in waiting_messages(at).iterator(2_000))


def send_due_messages(*, at: datetime) -> int:
    """Try every waiting message once more. Returns how many went out; safe to run at any time, by several at once."""
    pks, sent = iter(list(waiting_messages(at).values_list("pk", flat=True))), 0
    while chunk := list(islice(pks, MOST_PER_CONNECTION)):
        sent += send_messages(chunk, at=at)
    return sent


def send_messages(pks: Iterable[int], *, at: datetime) -> int:
    """Send these messages over one connection, except those that another sender has. Returns how many went out.

    A mail server that fails raises nothing: the messages stay in the queue.
    """
    sent, connection = 0, get_connection()
    try:
        connection.open()
        for pk in pks:
            sent += _send_message(pk, connection, at)
        connection.close()
    except OSError as error:
        logger.warning("Messages wait because the mail server fails: %s", error)
    return sent


def _send_message(pk: int, connection: BaseEmailBackend, at: datetime) -> bool:
    """Send one message unless another sender has it. Raises OSError when the server is gone."""
    message = Notification.objects.select_related("recipient").filter(pk=pk, sent_at=None).first()
    if message is None or not _claim_message(message):
        return False
    mine = Notification.objects.filter(pk=pk)
    if hindrance := _hindrance(message, at):
        mine.update(attempts=MOST_TRIES, last_error=hindrance, claimed_at=None)
        return False
    try:
        connection.send_messages([build_email(message)])
    except (OSError, ValueError) as error:
        mine.update(last_error=str(error)[:500], claimed_at=None)
        if _is_server_gone(error):
            raise
        return False
    mine.update(sent_at=at, last_error="", claimed_at=None)
    return True


def _is_server_gone(error: Exception) -> bool:
    """Whether the next message would fail as well. Other SMTP errors refuse this message only."""
    refused = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return isinstance(error, OSError) and not refused


def _claim_message(message: Notification) -> bool:
    """Take the message for this sender, in one statement. Returns False when another sender was first."""
    now = timezone.now()
    free = Notification.objects.filter(_unclaimed(now), pk=message.pk, attempts=message.attempts)
    return bool(free.update(claimed_at=now, attempts=message.attempts + 1))


def _unclaimed(at: datetime) -> Q:
    return Q(sent_at=None) & (Q(claimed_at=None) | Q(claimed_at__lte=at - CLAIM_HELD))


def _hindrance(message: Notification, at: datetime) -> str:
    """The reason why the message must never be sent, or ""."""
    if message.recipient.has_left(at) or not message.recipient.is_active:
        return LEFT
    return TOO_OLD if message.created_at < at - OLDEST_SENT else ""


def build_email(message: Notification) -> EmailMessage:
    """The message as a plain-text e-mail with its link and the reason why the person gets it.

    Its Message-ID is the same whenever it is built: mail programs show a mail once that was sent again because the
    sender died before it could note that it had sent it.
    """
    with use_language_of(message.recipient):
        text = render_to_string(
            "emails/message.txt",
            {
                "body": message.body,
                "link": f"{settings.BASE_URL}{message.link}" if message.link else "",
                "site_name": settings.SITE_NAME,
                "organisation": settings.ORGANISATION_NAME,
                "help_email": settings.HELP_EMAIL,
            },
        )
    number = salted_hmac("notifications.message", message.key).hexdigest()
    headers = {
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{number}@{urlsplit(settings.BASE_URL).hostname}>",
    }
    return EmailMessage(message.subject, text, to=[message.recipient.email], headers=headers)

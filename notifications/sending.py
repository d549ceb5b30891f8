"""Send each message to a person once by e-mail. The Notification rows are the queue; mail goes out on commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from notifications.models import Notification

MOST_TRIES = 5
# The process that queued a younger message is still sending it.
RESEND_AFTER = timedelta(minutes=10)
# Older messages are not sent, so that a stopped queue or an imported history floods nobody.
OLDEST_SENT = timedelta(days=7)
LEFT = "The person has left."
TOO_OLD = "Too old to be sent."


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
    """Queue a message in the transaction of the act it tells about; it is sent when that commits.

    A `key` is used once, ever. `link` is a path on this site. `subject` and `body` should be in the recipient's
    language (`use_language_of`). Returns None, and writes no row, for a person who has left.
    """
    if recipient.has_left(at) or not recipient.is_active:
        return None
    message, new = Notification.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "kind": kind,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "link": link,
            "created_at": at,
        },
    )
    if new:
        transaction.on_commit(lambda: send_message(message.pk, at=timezone.now()), robust=True)
    return message


def notify_from_template(
    recipient: User, kind: str, *, key: str, link: str, at: datetime, **about: Any
) -> Notification | None:
    """Render `emails/<kind>.txt` with the context `about`, and queue the message as `notify_person` does.

    The first line of the template is the subject, the rest is the body.
    """
    with use_language_of(recipient):
        words = render_to_string(f"emails/{kind}.txt", about).strip()
    subject, _newline, body = words.partition("\n")
    return notify_person(
        recipient, kind=kind, key=key, subject=subject, body=body.strip(), link=link, at=at
    )


def use_language_of(recipient: User) -> translation.override:
    """A context manager in which translations are in the recipient's language."""
    return translation.override(recipient.locale or settings.LANGUAGE_CODE)


def waiting_messages(at: datetime) -> QuerySet[Notification]:
    """Unsent messages older than ten minutes with attempts left, the oldest first."""
    return (
        Notification.objects.filter(
            sent_at=None, attempts__lt=MOST_TRIES, created_at__lte=at - RESEND_AFTER
        )
        .select_related("recipient")
        .order_by("created_at", "id")
    )


def send_due_messages(*, at: datetime) -> int:
    """Try every waiting message once more. Returns how many went out; safe to run at any time."""
    return sum(
        send_message(pk, at=at) for pk in list(waiting_messages(at).values_list("pk", flat=True))
    )


def send_message(pk: int, *, at: datetime) -> bool:
    """Send one message unless another process just has. Returns whether it went out; `daily` retries failures."""
    message = Notification.objects.select_related("recipient").filter(pk=pk, sent_at=None).first()
    if message is None:
        return False
    mine = Notification.objects.filter(pk=pk, sent_at=None, attempts=message.attempts)
    if hindrance := _hindrance(message, at):
        mine.update(attempts=MOST_TRIES, last_error=hindrance)
        return False
    if not mine.update(attempts=message.attempts + 1):
        return False
    try:
        build_email(message).send()
    except (SMTPException, OSError) as error:
        Notification.objects.filter(pk=pk).update(last_error=str(error)[:500])
        return False
    Notification.objects.filter(pk=pk).update(sent_at=at, last_error="")
    return True


def _hindrance(message: Notification, at: datetime) -> str:
    """The reason why the message must never be sent, or ""."""
    if message.recipient.has_left(at) or not message.recipient.is_active:
        return LEFT
    return TOO_OLD if message.created_at < at - OLDEST_SENT else ""


def build_email(message: Notification) -> EmailMessage:
    """The message as a plain-text e-mail with its link and the reason why the person gets it."""
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
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(message.subject, text, to=[message.recipient.email], headers=headers)

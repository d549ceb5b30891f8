"""Tell people something by e-mail, once. The row written with the act is the queue; mail goes out on commit."""

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
# Younger messages are being sent by whoever wrote them.
PATIENCE = timedelta(minutes=10)
# Older news is no news: a queue that stood still, or a loaded history, does not flood anybody.
STALE = timedelta(days=7)
LEFT = "The person has left."
TOO_OLD = "Too old to be sent."


def notify(
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

    The same `key` is told once, ever. `link` is a path on this site. Words come in the recipient's language
    (see `speaking`). Nobody who has left is written to: then there is no row, and None.
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
        transaction.on_commit(lambda: send(message.pk, at=timezone.now()), robust=True)
    return message


def write(
    recipient: User, kind: str, *, key: str, link: str, at: datetime, **about: Any
) -> Notification | None:
    """Queue the message that the template `emails/<kind>.txt` makes of `about`, as `notify` does.

    The template's first line is the subject, the rest the message.
    """
    with speaking(recipient):
        words = render_to_string(f"emails/{kind}.txt", about).strip()
    subject, _newline, body = words.partition("\n")
    return notify(
        recipient, kind=kind, key=key, subject=subject, body=body.strip(), link=link, at=at
    )


def speaking(recipient: User) -> translation.override:
    """A context in which words come out in the recipient's language."""
    return translation.override(recipient.locale or settings.LANGUAGE_CODE)


def waiting(at: datetime) -> QuerySet[Notification]:
    """Messages that should have been sent by now, the oldest first."""
    return (
        Notification.objects.filter(
            sent_at=None, attempts__lt=MOST_TRIES, created_at__lte=at - PATIENCE
        )
        .select_related("recipient")
        .order_by("created_at", "id")
    )


def send_due(*, at: datetime) -> int:
    """Try every waiting message once more. Returns how many went out; safe to run at any time."""
    return sum(send(pk, at=at) for pk in list(waiting(at).values_list("pk", flat=True)))


def send(pk: int, *, at: datetime) -> bool:
    """Send one message unless somebody else just has. A failure is noted, and a later sweep tries again."""
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
        mail(message).send()
    except (SMTPException, OSError) as error:
        Notification.objects.filter(pk=pk).update(last_error=str(error)[:500])
        return False
    Notification.objects.filter(pk=pk).update(sent_at=at, last_error="")
    return True


def _hindrance(message: Notification, at: datetime) -> str:
    """Why the message must never go out, if so."""
    if message.recipient.has_left(at) or not message.recipient.is_active:
        return LEFT
    return TOO_OLD if message.created_at < at - STALE else ""


def mail(message: Notification) -> EmailMessage:
    """The message as an e-mail: plain words, one address to go to, and why one gets it."""
    with speaking(message.recipient):
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

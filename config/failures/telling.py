"""Mail a failure to the people in ADMINS, at most once a minute from one process."""

from __future__ import annotations

import logging
import time
from threading import Lock

from django.conf import settings
from django.core import mail

from config.failures.request_ids import current_request_id

SECONDS_BETWEEN_MAILS = 60.0
log = logging.getLogger("postworthy.failures")
_lock = Lock()
_last = float("-inf")


def tell_admins(what: str, trace: str) -> bool:
    """Whether somebody was sent a mail about this failure. Mails no values that people sent, only where it broke."""
    global _last  # noqa: PLW0603 - one clock for the whole process
    if not settings.ADMINS:
        return False
    with _lock:
        now = time.monotonic()
        if now - _last < SECONDS_BETWEEN_MAILS:
            return False
        _last = now
    try:
        mail.mail_admins(f"Server error {current_request_id()}: {what[:200]}", trace)
    except OSError:
        log.exception("The mail about a server error could not be sent")
        return False
    return True


def forget_last_mail() -> None:
    """Let the next failure be mailed at once."""
    global _last  # noqa: PLW0603 - one clock for the whole process
    _last = float("-inf")

"""Seal the ledger, and take the head of its chain out of reach of whoever can write to the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage

from ledger import entries, heads
from ledger.heads import ChainHead

# Seconds that a place outside may take to answer.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where a head goes: mail addresses, a file to which it is added, an address (https) to which it is posted."""

    mails: Sequence[str] = ()
    file: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SealReport:
    """How many entries were sealed, and the head of the chain after it; None while there is nothing."""

    sealed: int
    head: ChainHead | None


def chosen_anchors() -> Anchors:
    """Where the settings say that heads go."""
    return Anchors(settings.LEDGER_HEAD_MAILS, settings.LEDGER_HEAD_FILE, settings.LEDGER_HEAD_URL)


def seal_ledger(*, at: datetime, anchors: Anchors | None = None) -> SealReport:
    """Seal what waits; if anything did, the head goes to the anchors (default: those of the settings)."""
    sealed = entries.seal_entries()
    head = heads.newest_head()
    if sealed and head is not None:
        anchor_head(head, anchors or chosen_anchors(), at=at)
    return SealReport(sealed, head)


def anchor_head(head: ChainHead, anchors: Anchors, *, at: datetime) -> None:
    """Send the head to every anchor. Raises what an anchor raises, after the others have it."""
    failures = []
    for send in (_add_to_file, _post, _mail):
        try:
            send(head, anchors, at)
        except OSError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _add_to_file(head: ChainHead, anchors: Anchors, at: datetime) -> None:
    if anchors.file:
        with Path(anchors.file).open("a", encoding="utf-8") as kept:
            kept.write(f"{head} {at.isoformat()}\n")


def _post(head: ChainHead, anchors: Anchors, at: datetime) -> None:
    if anchors.url:
        if not anchors.url.startswith("https://"):
            raise OSError(f"The head of the ledger goes to https:// only, not to {anchors.url}")
        told = {"place": head.place, "hash": head.hash, "at": at.isoformat()}
        request = Request(  # noqa: S310 - https only, see above
            anchors.url, json.dumps(told).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=PATIENCE):  # noqa: S310 - https only, see above
            pass


def _mail(head: ChainHead, anchors: Anchors, at: datetime) -> None:
    if anchors.mails:
        body = (
            f"{head}\n\nSealed at {at.isoformat()} on {settings.BASE_URL}. Keep this mail. With it anybody can prove"
            f" that no entry up to this one was cut or changed since:\n\nmanage.py check_integrity --expect {head}\n"
        )
        subject = f"{settings.SITE_NAME}: ledger sealed up to place {head.place}"
        EmailMessage(subject, body, to=list(anchors.mails)).send()

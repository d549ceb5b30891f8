"""Write to the ledger, seal it, and check that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from ledger.models import Entry
from ledger.reading import read_chunks

GENESIS = "0" * 64
# Canonical JSON: one encoder for all entries, because making one costs as much as using it.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
BATCH = 1_000
# The number of the advisory lock that PostgreSQL gives to one sealer at a time.
CHAIN_LOCK = 7_411_001


def append_entry(
    *, kind: str, subject: str, actor: str, at: datetime, data: dict[str, Any] | None = None
) -> Entry:
    """Record an act that counts from `at`. Call it inside the transaction that does the act.

    `recorded_at` is always now: an act may be back-dated, its record may not.
    """
    return Entry.objects.create(
        kind=kind,
        subject=subject,
        actor=actor,
        at=timezone.now(),
        effective_at=at,
        data=json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder)),
    )


def append_entries(acts: list[dict[str, Any]], *, actor: str) -> None:
    """Record many acts of one actor: each is a dict with kind, subject, at and data, as in `append_entry`."""
    now = timezone.now()
    Entry.objects.bulk_create(
        [
            Entry(
                kind=act["kind"],
                subject=act["subject"],
                actor=actor,
                at=now,
                effective_at=act["at"],
                data=json.loads(json.dumps(act["data"], cls=DjangoJSONEncoder)),
            )
            for act in acts
        ],
        batch_size=BATCH,
    )


class EntryRow(Protocol):
    """What is read of an entry to check it: plain rows cost half of what models do."""

    seq: Any
    kind: Any
    subject: Any
    actor: Any
    at: Any
    effective_at: Any
    data: Any
    place: Any


COLUMNS = ("seq", "kind", "subject", "actor", "at", "effective_at", "data", "place")


def hash_entry(entry: EntryRow, previous: str) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON (sorted keys, no spaces, UTF-8)."""
    body = {
        "place": entry.place,
        "seq": entry.seq,
        "kind": entry.kind,
        "subject": entry.subject,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "effective_at": entry.effective_at.isoformat(),
        "data": entry.data,
    }
    return hashlib.sha256(f"{previous}{_encode(body)}".encode()).hexdigest()


def seal_entries() -> int:
    """Give every entry that has none a place in the chain and its hash. Returns how many. Safe to run at any time.

    The chain follows the places, not `seq`: an act that was written down before another may be committed, and
    so sealed, after it.
    """
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


def _seal_batch() -> int:
    with transaction.atomic():
        _lock_chain()
        last = Entry.objects.filter(place__isnull=False).order_by("-place").first()
        taken, previous = (last.place or 0, last.hash) if last else (0, GENESIS)
        batch = list(Entry.objects.filter(place__isnull=True).order_by("seq")[:BATCH])
        for place, entry in enumerate(batch, start=taken + 1):
            entry.place, entry.previous_hash = place, previous
            entry.hash = previous = hash_entry(entry, previous)
        Entry.objects.bulk_update(batch, ["place", "previous_hash", "hash"])
    return len(batch)


def _lock_chain() -> None:
    """Wait until no other transaction seals. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def find_broken_entries() -> Iterator[tuple[EntryRow, str]]:
    """Sealed entries that were changed, or whose predecessor is missing or was changed, each with the reason."""
    place, previous = 0, GENESIS
    sealed = Entry.objects.filter(place__isnull=False)
    rows = sealed.values_list(*COLUMNS, "previous_hash", "hash", named=True)
    for chunk in read_chunks(rows, by="place", size=BATCH):
        for entry in chunk.rows:
            if (entry.place, entry.previous_hash) != (place + 1, previous):
                yield entry, "an entry before it is missing or was changed"
            if entry.hash != hash_entry(entry, entry.previous_hash):
                yield entry, "its contents were changed after it was sealed"
            place, previous = entry.place, entry.hash
        for entry in sealed.only("kind", "subject").filter(place__in=chunk.unreadable):
            yield entry, "its contents cannot be read"

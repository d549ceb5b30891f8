"""Write to the ledger, seal it, and check that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone

from ledger.bulk_rows import store_row, update_rows, write_row, write_rows
from ledger.canonical_json import make_encoder
from ledger.facts import GoneRow, describe_facts
from ledger.models import Entry
from ledger.reading import as_text, parse_json, parse_moment, read_chunks

GENESIS = "0" * 64
_encode = make_encoder(sort_keys=True)
HASHES = ("previous_hash", "hash")
SEALED_COLUMNS = (
    *("seq", "kind", "subject", "actor", "at", "effective_at", "data", "facts"),
    *("place", "previous_hash", "hash"),
)
WAITING_COLUMNS = (
    *("kind", "subject", "actor", "at", "effective_at", "data", "facts"),
    *HASHES,
)
BATCH = 1_000
# The number of the advisory lock that PostgreSQL gives to one sealer at a time.
CHAIN_LOCK = 7_411_001
BEYOND_ALL_PLACES = 2**62


def append_entry(
    *,
    kind: str,
    subject: str,
    actor: str,
    at: datetime,
    data: dict[str, Any] | None = None,
    facts: Iterable[Model | GoneRow] = (),
) -> Entry:
    """Record an act that counts from `at`. Call it inside the transaction that does the act.

    `facts` are the rows that the act has written, as they are now, or has deleted (`ledger.facts`). Of a row that
    others may write meanwhile they are read anew, locked: what is told last has to be what stands. `recorded_at` is
    always now: an act may be back-dated, its record may not.
    """
    entry = Entry(
        kind=kind,
        subject=subject,
        actor=actor,
        at=timezone.now(),
        effective_at=at,
        data=json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder)),
        facts=describe_facts(facts),
    )
    store_row(entry)
    return entry


def append_deletion(row: type[Model], pk: int, *, kind: str, subject: str, actor: str) -> None:
    """Record that a row was deleted now. Call it inside the transaction that deletes it."""
    gone = GoneRow(row, pk)
    append_entry(kind=kind, subject=subject, actor=actor, at=timezone.now(), facts=[gone])


def append_lines(
    lines: Sequence[str], *, kind: str, subject: str, actor: str, at: datetime
) -> None:
    """Record an act of which the lines about its facts are written already (`ProvedModel.write_line`)."""
    moments = map(connection.ops.adapt_datetimefield_value, (timezone.now(), at))
    row = (kind, subject, actor, *moments, "{}", "\n".join(lines), "", "")
    write_row(Entry._meta.db_table, WAITING_COLUMNS, row)


def append_entries(acts: list[dict[str, Any]], *, actor: str) -> None:
    """Record many acts of one actor: each is a dict with kind, subject, at and data, as in `append_entry`.

    It may have `facts` as well.
    """
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
                facts=describe_facts(act.get("facts", ())),
            )
            for act in acts
        ],
        batch_size=BATCH,
    )


class CopiedAct(NamedTuple):
    """What an entry says, with its data as canonical JSON and its facts as lines (`ledger.facts`)."""

    kind: str
    subject: str
    actor: str
    at: datetime
    effective_at: datetime
    data: str
    facts: str = ""


class SealedEntry(NamedTuple):
    """A sealed entry as it stands in the table, and the hash that its contents have now."""

    seq: int
    kind: str
    subject: str
    place: int
    previous_hash: str
    hash: str
    found_hash: str


def hash_entry(entry: Entry, previous: str) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON (sorted keys, no spaces, UTF-8)."""
    named = (entry.seq, entry.kind, entry.subject, entry.actor)
    moments = (entry.at, entry.effective_at)
    return _hash(previous, entry.place, *named, *moments, entry.data, entry.facts)


def _hash(
    previous: str,
    place: int | None,
    seq: int,
    kind: str,
    subject: str,
    actor: str,
    at: datetime,
    effective_at: datetime,
    data: Any,
    facts: str,
) -> str:
    return _hash_text(
        previous,
        place,
        seq,
        CopiedAct(kind, subject, actor, at, effective_at, _encode(data), facts),
    )


def _hash_text(previous: str, place: int | None, seq: int, act: CopiedAct) -> str:
    """The canonical JSON is put together here, its names in order: one encoding of it all costs twice as much."""
    body = (
        f'{{"actor":{_encode(act.actor)},"at":"{act.at.isoformat()}","data":{act.data},'
        f'"effective_at":"{act.effective_at.isoformat()}","facts":{_encode(act.facts)},"kind":{_encode(act.kind)},'
        f'"place":{place},"seq":{seq},"subject":{_encode(act.subject)}}}'
    )
    return hashlib.sha256(f"{previous}{body}".encode()).hexdigest()


def write_data(data: Any) -> str:
    """The data of an entry as its canonical JSON."""
    return _encode(data)


@transaction.atomic
def append_sealed_entries(acts: Sequence[CopiedAct]) -> None:
    """Write many entries that are sealed already, at the end of the chain: for measuring, a million in a minute."""
    while _seal_batch():
        pass
    _lock_chain()
    place, previous = _end_of_chain()
    numbered = zip(_take_numbers(len(acts)), acts, strict=True)
    write_rows(Entry._meta.db_table, SEALED_COLUMNS, _sealed_rows(numbered, place, previous))


def _sealed_rows(
    acts: Iterable[tuple[int, CopiedAct]], place: int, previous: str
) -> Iterator[tuple[Any, ...]]:
    adapt = connection.ops.adapt_datetimefield_value
    for seq, act in acts:
        place += 1
        sealed = _hash_text(previous, place, seq, act)
        moments = adapt(act.at), adapt(act.effective_at)
        said = act.kind, act.subject, act.actor, *moments, act.data, act.facts
        yield (seq, *said, place, previous, sealed)
        previous = sealed


def _take_numbers(count: int) -> list[int]:
    """So many values for `seq` that no other transaction gets. SQLite has one writer, which takes the next ones."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            last = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
            return list(range(last + 1, last + 1 + count))
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'seq')) FROM generate_series(1, %s)",
            [Entry._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _end_of_chain() -> tuple[int, str]:
    """The last place in the chain and its hash."""
    last = Entry.objects.filter(place__isnull=False).order_by("-place").first()
    return (last.place or 0, last.hash) if last else (0, GENESIS)


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
        taken, previous = _end_of_chain()
        batch = list(Entry.objects.filter(place__isnull=True).order_by("seq")[:BATCH])
        for place, entry in enumerate(batch, start=taken + 1):
            entry.place, entry.previous_hash = place, previous
            entry.hash = previous = hash_entry(entry, previous)
        update_rows(batch, ["place", "previous_hash", "hash"])
    return len(batch)


def _lock_chain() -> None:
    """Wait until no other transaction seals. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def find_broken_entries() -> Iterator[tuple[Entry | SealedEntry, str]]:
    """Sealed entries that were changed, or whose predecessor is missing or was changed, each with the reason."""
    place, previous = 0, GENESIS
    sealed = Entry.objects.filter(place__isnull=False)
    texts = [as_text(column) for column in ("at", "effective_at", "data")]
    rows = sealed.values_list("place", "seq", "kind", "subject", "actor", *texts, "facts", *HASHES)
    for chunk in read_chunks(rows, by="place", parse=_hash_again):
        for entry in chunk.rows:
            if (entry.place, entry.previous_hash) != (place + 1, previous):
                yield entry, "an entry before it is missing or was changed"
            if entry.hash != entry.found_hash:
                yield entry, "its contents were changed after it was sealed"
            place, previous = entry.place, entry.hash
        numbers = [key for key in chunk.unreadable if isinstance(key, int)]
        for entry in sealed.only("kind", "subject").filter(place__in=numbers):
            yield entry, "its contents cannot be read"
    # SQLite keeps words in a column of numbers, behind all of them.
    for entry in sealed.only("kind", "subject").filter(place__gt=BEYOND_ALL_PLACES):
        yield entry, "its place in the chain is no number"


def _hash_again(row: tuple[Any, ...]) -> SealedEntry:
    """What was read of a sealed entry. Raises whatever keeps its contents from being hashed again."""
    place, seq, kind, subject, actor, at, effective_at, text, facts, previous, sealed = row
    moments = parse_moment(at), parse_moment(effective_at)
    found = _hash(previous, place, seq, kind, subject, actor, *moments, parse_json(text), facts)
    return SealedEntry(seq, kind, subject, place, previous, sealed, found)

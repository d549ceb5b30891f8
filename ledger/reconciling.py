"""Compare every fact with what the ledger tells of it: each row its entry, each entry its row, column by column.

The newest line about each row is kept in a file of its own while this runs, so that memory does not grow with the
ledger. Both are read in chunks. What was written meanwhile is read again before anything is said about a row.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from ledger.facts import DIGEST_LENGTH, GONE, FactRow, ProvedModel, list_proved_models, read_facts
from ledger.models import Entry
from ledger.reading import CHUNK, read_chunks

# Of this file at most so many KiB are held in memory; the rest is on disk, and gone when it is closed.
HELD = 16_384
_LATER = 2**62


# The newest line about a row: its key, the digest of its columns, and the number of the entry.
_Told = tuple[int, str, int]


class _SealedFacts(NamedTuple):
    place: int
    seq: int
    facts: str


class _WaitingFacts(NamedTuple):
    seq: int
    facts: str


class _NewestLines:
    """The newest line about each row, by model and key."""

    def __init__(self, models: Sequence[ProvedModel]) -> None:
        self._file = sqlite3.connect("")
        self._tables = {proved.label: f"told_{place}" for place, proved in enumerate(models)}
        made = "; ".join(
            f"CREATE TABLE {table} (key INTEGER PRIMARY KEY, digest TEXT, seq INTEGER)"
            for table in self._tables.values()
        )
        self._file.executescript(
            f"PRAGMA cache_size=-{HELD}; PRAGMA synchronous=OFF; BEGIN; {made};"
        )
        self._last_place = 0

    def close(self) -> None:
        self._file.close()

    def learn(self) -> Iterator[str]:
        """Read what was sealed since the last time, then what is not sealed yet. Yields what cannot be read."""
        # Of two acts on one row the second waits for the first: its number is higher, sealed or not.
        telling = Entry.objects.exclude(facts="")
        sealed = telling.filter(place__gt=self._last_place).values_list("place", "seq", "facts")
        for chunk in read_chunks(sealed, by="place", parse=_SealedFacts._make):
            yield from self._keep([row[1:] for row in chunk.rows])
            # A place that is no number is named by the check of the chain.
            passed = [key for key in chunk.unreadable if isinstance(key, int)]
            self._last_place = max(
                [self._last_place, *passed, *(row.place for row in chunk.rows[-1:])]
            )
        waiting = telling.filter(place__isnull=True).values_list("seq", "facts")
        for chunk in read_chunks(waiting, by="seq", parse=_WaitingFacts._make):
            yield from self._keep(chunk.rows)

    def _keep(self, entries: Sequence[tuple[int, str]]) -> Iterator[str]:
        rows = defaultdict[str, list[tuple[int, str, int]]](list)
        for seq, facts in entries:
            try:
                for line in facts.split("\n"):
                    label, key, proof = line.split(" ")
                    rows[self._tables[label]].append((int(key), proof[:DIGEST_LENGTH], seq))
            except (TypeError, ValueError, KeyError):
                yield f"Ledger entry {seq}: what it tells of facts cannot be read."
        for table, told in rows.items():
            self._file.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", told)  # noqa: S608 - our own name

    def between(self, label: str, after: int, upto: int) -> dict[int, _Told]:
        """What is told of the rows with keys above `after` and up to `upto`."""
        found = self._file.execute(
            f"SELECT key, digest, seq FROM {self._tables[label]} WHERE key > ? AND key <= ?",  # noqa: S608 - our own name
            [after, upto],
        )
        return {row[0]: row for row in found}

    def beyond(self, label: str, after: int) -> Iterator[int]:
        """The keys above `after`, in order, of which something is told."""
        found = self._file.execute(
            f"SELECT key FROM {self._tables[label]} WHERE key > ? ORDER BY key",  # noqa: S608 - our own name
            [after],
        )
        return iter([key for (key,) in found])


def find_unproved_facts() -> Iterator[str]:
    """A sentence for each row that is not what the ledger tells of it, that it does not tell of, or that is gone."""
    models = list_proved_models()
    with closing(_NewestLines(models)) as told:
        yield from told.learn()
        for proved in models:
            yield from _compare_model(proved, told)


def _compare_model(proved: ProvedModel, told: _NewestLines) -> Iterator[str]:
    last = -_LATER
    rows = _rows_of(proved)
    for chunk in read_chunks(rows, parse=proved.read_row):
        if chunk.unreadable:
            names = proved.read_names(chunk.unreadable)
            yield from (
                _name_row(proved, key, names) + " cannot be read." for key in chunk.unreadable
            )
        keys = [*chunk.unreadable, *(row.pk for row in chunk.rows)]
        known = told.between(proved.label, last, max(keys))
        suspects = [row.pk for row in chunk.rows if not _is_proved(proved, row, known.get(row.pk))]
        if suspects:
            yield from _judge_again(proved, suspects, told)
        yield from _tell_missing(proved, sorted(known.keys() - set(keys)), told)
        last = max(keys)
    beyond = told.beyond(proved.label, last)
    while keys := list(islice(beyond, CHUNK)):
        yield from _tell_missing(proved, keys, told)


def _rows_of(proved: ProvedModel) -> QuerySet[Any, Any]:
    """All rows, whatever the managers of the model leave out."""
    every: QuerySet[Any] = QuerySet(proved.model)
    return every.values_list(*proved.columns)


def _is_proved(proved: ProvedModel, row: FactRow, told: _Told | None) -> bool:
    return told is not None and proved.digest_values(row.values) == told[1]


def _judge_again(proved: ProvedModel, keys: Sequence[int], told: _NewestLines) -> Iterator[str]:
    """Say what is wrong with rows, unless it was only that they were written while this runs."""
    found = _rows_of(proved).filter(pk__in=keys).order_by("pk")
    rows = [proved.read_row(row) for row in found]
    yield from told.learn()
    known = told.between(proved.label, keys[0] - 1, keys[-1])
    wrong = [row for row in rows if not _is_proved(proved, row, known.get(row.pk))]
    if not wrong:
        return
    names = proved.read_names([row.pk for row in wrong])
    told_by = [known[row.pk][2] for row in wrong if row.pk in known]
    entries = _readable_entries().in_bulk(told_by)
    for row in wrong:
        name = _name_row(proved, row.pk, names)
        if row.pk not in known:
            yield f"{name}: no ledger entry tells of it."
        else:
            yield f"{name}: {_tell_difference(proved, row, entries[known[row.pk][2]])}"


def _tell_difference(proved: ProvedModel, row: FactRow, entry: Entry) -> str:
    lines = {(fact.label, fact.key): fact for fact in read_facts(entry.facts)}
    told = lines[proved.label, row.pk]
    if told.digest == GONE:
        return f"the row is there that was deleted, as ledger entry {_name_entry(entry)} tells."
    columns = ", ".join(proved.find_differing(row.values, told.marks)) or "its columns"
    return f"{columns} not as ledger entry {_name_entry(entry)} tells."


def _tell_missing(proved: ProvedModel, keys: Sequence[int], told: _NewestLines) -> Iterator[str]:
    """Say of rows that are not there which entry tells of them, unless an act has deleted them."""
    if not keys:
        return
    yield from told.learn()
    known = told.between(proved.label, keys[0] - 1, keys[-1])
    missing = {key: known[key][2] for key in keys if known[key][1] != GONE}
    entries = _readable_entries().in_bulk(missing.values())
    for key, seq in missing.items():
        entry = _name_entry(entries[seq])
        yield f"{_name_row(proved, key, {})}: the row is gone that ledger entry {entry} tells of."


def _readable_entries() -> QuerySet[Entry]:
    """Entries without what somebody may have made unreadable."""
    return Entry.objects.only("seq", "kind", "subject", "facts")


def _name_entry(entry: Entry) -> str:
    return f"{entry.seq} ({entry.kind}, {entry.subject})"


def _name_row(proved: ProvedModel, key: int, names: Mapping[int, str]) -> str:
    """The row, and by what people know it, if it is there to be asked."""
    known_as = f" ({names[key]})" if names.get(key) else ""
    return f"Table {proved.table}, row {key}{known_as}"

"""The ledger about what a pack shows: every entry as it stands in the chain, and whether each row is what it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import User
from ledger.facts import proved_model, read_facts
from ledger.models import Entry
from reports.packs.tables import PackFile, PackPart, PackRows, fill_table

# Subjects in one statement: SQLite takes no more than some thousand values.
AT_ONCE = 500
ENTRIES = "ledger/entries.jsonl"
# What happens to a course or a question, and to no single person.
ABOUT_NOBODY = (
    *("marks.corrected", "floor.set", "release.cut"),
    *("release.proposed", "release.confirmed", "release.refused", "release.returned"),
)


def build_ledger_part(
    parts: Sequence[PackPart], people: Sequence[User], *, known_at: datetime
) -> PackPart:
    """The entries about the subjects of these parts that were written by `known_at`, and the proof of their rows."""
    part = PackPart(_("The ledger"))
    found = _find_entries(parts, people)
    shown = [entry for entry in found if entry.at <= known_at]
    rows = [
        [
            entry.place or _("not yet"),
            entry.at,
            entry.effective_at,
            entry.kind,
            entry.subject,
            entry.actor,
        ]
        for entry in shown
    ]
    headings = [
        *(_("Place"), _("Recorded"), _("Counts from"), _("What"), _("Of what"), _("By")),
    ]
    part.tables.append(_tell_proof([row for other in parts for row in other.facts], found))
    part.tables.append(fill_table(_("Entries"), headings, rows))
    lines = "".join(f"{json.dumps(_as_written(entry), ensure_ascii=False)}\n" for entry in shown)
    part.files.append(
        PackFile(ENTRIES, lines.encode(), _("The entries, one a line, with their hashes"))
    )
    return part


def _find_entries(parts: Sequence[PackPart], people: Sequence[User]) -> list[Entry]:
    """Whole subjects; of those that are about many, what names these people, and what is about nobody."""
    whole = {one for part in parts for one in part.subjects}
    shared = {one for part in parts for one in part.shared} - whole
    named = Q(kind__in=ABOUT_NOBODY)
    for person in people:
        # Older rooms write the id alone.
        named |= Q(data__person=str(person.uuid)) | Q(data__person=person.actor)
    found: dict[int, Entry] = {}
    for chunk in _chunks(sorted(whole)):
        found |= Entry.objects.filter(subject__in=chunk).in_bulk()
    for chunk in _chunks(sorted(shared)):
        found |= Entry.objects.filter(named, subject__in=chunk).in_bulk()
    for told in (one for part in parts for one in part.told_in):
        found |= Entry.objects.filter(told).in_bulk()
    return sorted(found.values(), key=lambda entry: (entry.place is None, entry.place, entry.seq))


def _chunks(subjects: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(subjects), AT_ONCE):
        yield subjects[start : start + AT_ONCE]


def _tell_proof(rows: Sequence[Model], entries: Sequence[Entry]) -> PackRows:
    """For each row the newest entry that tells of it, and whether the row is so."""
    told = {
        (fact.label, fact.key): (fact, entry)
        for entry in sorted(entries, key=lambda entry: entry.seq)
        for fact in read_facts(entry.facts)
    }
    seen: dict[tuple[str, int], list[Any]] = {}
    for row in rows:
        proved = proved_model(row._meta.concrete_model)
        key = (proved.label, row.pk)
        fact, entry = told.get(key, (None, None))
        if fact is None or entry is None:
            seen[key] = [proved.table, row.pk, _("no entry tells of it"), ""]
            continue
        same = proved.digest_values(proved.read_instance(row)) == fact.digest
        said = _("as the ledger tells") if same else _("NOT as the ledger tells")
        seen[key] = [proved.table, row.pk, said, entry.place or _("not sealed yet")]
    headings = [_("Table"), _("Row"), _("Proof"), _("Place in the chain")]
    return fill_table(_("Rows and their proof"), headings, seen.values())


def _as_written(entry: Entry) -> dict[str, Any]:
    """The entry as it is hashed (docs/ledger.md), with its two hashes."""
    return {
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "data": entry.data,
        "effective_at": entry.effective_at.isoformat(),
        "facts": entry.facts,
        "kind": entry.kind,
        "place": entry.place,
        "seq": entry.seq,
        "subject": entry.subject,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }

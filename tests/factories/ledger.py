"""What a forger would need besides a row: the ledger that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Model

from ledger import entries
from ledger.facts import list_proved_models, read_facts
from ledger.models import Entry

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def tell_of_facts() -> int:
    """Let the ledger tell of every fact as it is now, where it tells nothing or something else. Seals it.

    For rows that makers have written without an act, and for tests of other checks than that of facts.
    """
    told = {
        (fact.label, fact.key): fact.digest
        for lines in Entry.objects.order_by("seq").values_list("facts", flat=True)
        for fact in read_facts(lines)
    }
    rows: list[Model] = [
        row
        for proved in list_proved_models()
        for row in proved.model._base_manager.order_by("pk")
        if told.get((proved.label, row.pk)) != proved.digest_values(proved.read_instance(row))
    ]
    if rows:
        entries.append_entry(
            kind="test.told", subject="site", actor="system:test", at=LONG_AGO, facts=rows
        )
    entries.seal_entries()
    return len(rows)

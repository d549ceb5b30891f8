"""What the ledger proves of copied rows: the digest of each, in entries of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.db.models import Max, Model, QuerySet

from accounts.load import ACTOR, MADE
from ledger import entries
from ledger.entries import CopiedAct
from ledger.facts import ProvedModel, describe_stored_rows, list_proved_models

# So many rows one entry tells of.
TOLD = 1_000


class ProvedCopies:
    """The rows of these models that are written from now on, by whomever, in this transaction."""

    def __init__(self, models: Iterable[type[Model]]) -> None:
        copied = set(models)
        proved = [one for one in list_proved_models() if one.model in copied]
        self.newest = [(one, _newest_key(one)) for one in proved]

    def write(self, at: datetime) -> None:
        """Tell the ledger of them."""
        lines = (line for proved, key in self.newest for line in describe_stored_rows(proved, key))
        acts = []
        while told := list(islice(lines, TOLD)):
            acts.append(CopiedAct(MADE, "site", ACTOR, at, at, "{}", "\n".join(told)))
        entries.append_sealed_entries(acts)


def _newest_key(proved: ProvedModel) -> int:
    newest: int | None = QuerySet(proved.model).aggregate(key=Max("pk"))["key"]
    return newest or 0

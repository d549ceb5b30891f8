"""The head of the chain: the place and the hash of its newest entry. Kept outside, it proves that nothing was cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ledger.models import Entry

# Sealing is a job of the night: an entry that has waited for two was kept from it.
SEALED_WITHIN = timedelta(hours=48)
_HEAD = re.compile(r"(?P<place>[1-9][0-9]{0,17}):(?P<hash>[0-9a-f]{64})")


class ChainHead(NamedTuple):
    """An entry of the chain by its place and its hash, which is over all before it."""

    place: int
    hash: str

    def __str__(self) -> str:
        return f"{self.place}:{self.hash}"


def read_head(text: str) -> ChainHead:
    """A head as it is printed. Raises ValueError for anything else."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no head: PLACE:HASH, as the command seal prints it")
    return ChainHead(int(found["place"]), found["hash"])


def newest_head() -> ChainHead | None:
    """The head of the chain; None while nothing is sealed."""
    last = Entry.objects.filter(place__isnull=False).order_by("-place").first()
    return ChainHead(last.place or 0, last.hash) if last else None


def find_lost_heads(expected: Sequence[ChainHead]) -> Iterator[str]:
    """A sentence for each head that is not in the chain as it was. If all are, nothing before them was cut."""
    for head in expected:
        found = Entry.objects.filter(place=head.place).values_list("hash", flat=True).first()
        if found is None:
            yield f"Ledger place {head.place}: no entry is there, where one with the hash {head.hash} was sealed."
        elif found != head.hash:
            yield f"Ledger place {head.place}: the hash is {found}, and was {head.hash} when it was sealed."


def find_unsealed_entries(at: datetime) -> Iterator[str]:
    """A sentence if entries wait for their seal that should have it long since."""
    late = Entry.objects.filter(place__isnull=True, at__lt=at - SEALED_WITHIN).order_by("seq")
    if first := late.first():
        yield (
            f"Ledger entry {first.seq} ({first.kind}, {first.subject}) was written on {first.at:%Y-%m-%d} and is"
            f" not sealed, like {late.count() - 1} more: run seal, and look whether daily runs."
        )

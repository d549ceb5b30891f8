"""Whether an answer was on offer, told by the database itself, so that saving stays one statement.

`ItemKind.takes` decides. Of most answers the row alone can show that they are taken: the tokens they name stand in its
`order`. What cannot be shown so (words typed into a gap, steps of a story) is read and decided in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan

from items.kinds.kind import ItemKind
from items.kinds.registry import KINDS
from items.models import ItemVersion
from quizzes.attempts.messages import AnswerForm

TOKEN = re.compile(r"[a-z][a-z0-9]{9}\Z")
ORDER = Cast("order", TextField())
PLAIN = [kind for kind in KINDS.values() if not kind.stepwise]
# What each kind offers whatever was dealt; asked of every answer that is saved.
OFFERS = {kind.name: kind.offer(()) for kind in PLAIN}


@dataclass
class Proof:
    """The kinds that may take a form, and the tokens that their order must hold."""

    kinds: set[str] = field(default_factory=lambda: {kind.name for kind in PLAIN})
    tokens: set[str] = field(default_factory=set)

    @property
    def needles(self) -> list[str]:
        """What the order of a row holds as text if it deals the tokens."""
        return [f'"token": "{token}"' for token in sorted(self.tokens)]


def row_offers(kinds: list[str], needles: list[str]) -> Q:
    """What a row fulfils whose question is of one of these kinds and deals the tokens of the needles."""
    versions = ItemVersion.objects.filter(pk=OuterRef("version_id"), kind__in=kinds)
    found = Q(Exists(versions))
    for needle in needles:
        found &= Q(GreaterThan(StrIndex(ORDER, Value(needle)), 0))
    return found


def find_proof(form: AnswerForm) -> Proof | None:
    """What a row shows only if it offered everything filled in; None where no row can show it."""
    proof = Proof()
    rows = sum("-" in name for name in form)
    for name, values in form.items():
        for value in filter(None, values):
            if not _prove(proof, name, value, rows):
                return None
    return proof


def _prove(proof: Proof, name: str, value: str, rows: int) -> bool:
    """Narrow the proof by one value. False where a row cannot show that it was offered."""
    fixed = {kind.name for kind in PLAIN if _always_takes(kind, name, value)}
    if fixed:
        proof.kinds &= fixed
        return True
    _head, dash, token = name.partition("-")
    proof.kinds &= {kind.name for kind in PLAIN if _deals(kind, name)}
    named = {token} if dash else set()
    # A place is offered if there are at least as many rows; the page sends all of them.
    if not (name.startswith("pos-") and value in map(str, range(1, rows + 1))):
        named.add(value)
    proof.tokens |= named
    return all(map(TOKEN.match, named))


def _always_takes(kind: ItemKind[Any], name: str, value: str) -> bool:
    """Whether the kind offers the value in every order."""
    return name in OFFERS[kind.name] and kind.takes({name: [value]}, ())


def _deals(kind: ItemKind[Any], name: str) -> bool:
    """Whether the kind deals tokens for the field."""
    return name in OFFERS[kind.name] or bool(kind.prefix and name.startswith(kind.prefix))

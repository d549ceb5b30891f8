"""The ledger entries of a copied year: those of the source, with the copies' own public ids in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accounts.models import User
from certificates.models import Award, Hold, Waiver
from channels.models import PostingPermission
from courses.models import Enrolment
from home.crowd.copied_rows import PersonPair, find_copy_uuid
from ledger import entries
from ledger.entries import CopiedAct
from ledger.models import Entry
from quizzes.models import Attempt

# Acts of one person about what is copied; `hold` and `waiver` name rows without a public id.
KINDS = (
    *("assignment.made", "assignment.closed", "enrolment.started", "step.completed"),
    *("attempt.started", "attempt.submitted", "course.completed", "award.issued", "award.revoked"),
    *("award.reinstated", "permission.granted", "permission.ended", "rules.accepted"),
    *("hold.started", "hold.ended", "waiver.granted", "waiver.ended"),
)
NUMBERED = {"hold": Hold, "waiver": Waiver}
BETWEEN = "\0"
USUAL_NAME = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|PW-[0-9]+(?:-[0-9A-Z]+)*"
Tokens = dict[str, Callable[[PersonPair], str]]


class _Pattern(NamedTuple):
    """An entry of the source: its texts cut where something of the copy's own stands."""

    pieces: list[str]
    at: datetime
    effective_at: datetime


class ActCopier:
    """Writes the entries of the sources again, for those who copy them."""

    def __init__(self, sources: Sequence[User]) -> None:
        self.tokens = _tokens(sources)
        self.patterns = _patterns(self.tokens)

    def write(self, pairs: Iterable[PersonPair]) -> None:
        numbered = _numbered_rows(pairs)
        entries.append_sealed_entries(list(self._acts(pairs, numbered)))

    def _acts(
        self, pairs: Iterable[PersonPair], numbered: dict[tuple[str, int], list[int]]
    ) -> Iterator[CopiedAct]:
        for pair in pairs:
            tokens = self.tokens[pair.source.pk]
            own = {old: new(pair) for old, new in tokens.items()}
            for pattern in self.patterns[pair.source.pk]:
                text = "".join([own.get(piece, piece) for piece in pattern.pieces])
                kind, subject, actor, data = text.split(BETWEEN)
                word = kind.partition(".")[0]
                if word in NUMBERED:
                    subject = f"{word}:{numbered[word, pair.person.pk][0]}"
                yield CopiedAct(kind, subject, actor, pattern.at, pattern.effective_at, data)


def _tokens(sources: Sequence[User]) -> dict[int, Tokens]:
    """What names rows of a source, and what names the copies of them."""
    found: dict[int, Tokens] = {
        person.pk: {str(person.uuid): lambda pair: str(pair.person.uuid)} for person in sources
    }
    for model in (Attempt, Enrolment, PostingPermission):
        rows = model.objects.filter(person__in=sources)  # type: ignore[attr-defined]
        for person, uuid in rows.values_list("person_id", "uuid"):
            found[person][str(uuid)] = _copied_uuid(uuid)
    awards = Award.objects.filter(recipient__in=sources)
    for person, uuid, pk, number in awards.values_list("recipient_id", "uuid", "pk", "number"):
        found[person][str(uuid)] = _copied_uuid(uuid)
        found[person][number] = _copied_number(number, pk)
    return found


def _copied_uuid(uuid: UUID) -> Callable[[PersonPair], str]:
    return lambda pair: str(find_copy_uuid(uuid, pair.number))


def _copied_number(number: str, pk: int) -> Callable[[PersonPair], str]:
    return lambda pair: f"{number[:8]}{pair.number % 100_000:05d}-{pk % 100_000:05d}"


def _patterns(tokens: dict[int, Tokens]) -> dict[int, list[_Pattern]]:
    owner = {token: person for person, own in tokens.items() for token in own}
    any_token = re.compile(_spell_tokens(owner))
    found: dict[int, list[_Pattern]] = defaultdict(list)
    rows = Entry.objects.filter(kind__in=KINDS).order_by("seq")
    for kind, subject, actor, said, at, effective_at in rows.values_list(
        "kind", "subject", "actor", "data", "at", "effective_at"
    ).iterator():
        texts = BETWEEN.join((kind, subject, actor, entries.write_data(said)))
        pieces = any_token.split(texts)
        people = {owner[piece] for piece in pieces[1::2] if piece in owner}
        # What one of them did to another is not a copy's own act.
        if len(people) == 1:
            found[people.pop()].append(_Pattern(pieces, at, effective_at))
    return found


def _spell_tokens(tokens: Iterable[str]) -> str:
    """A pattern for public ids and numbers of certificates, which is quick however many there are, and for the rest."""
    usual = re.compile(USUAL_NAME)
    rest = [re.escape(token) for token in tokens if not usual.fullmatch(token)]
    return "(" + "|".join([USUAL_NAME, *rest]) + ")"


def _numbered_rows(pairs: Iterable[PersonPair]) -> dict[tuple[str, int], list[int]]:
    """The keys of holds and waivers of the copies, by what they are and whose."""
    people = [pair.person.pk for pair in pairs]
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for word, model in NUMBERED.items():
        rows: Any = model.objects.filter(person__in=people).order_by("pk")  # type: ignore[attr-defined]
        for person, pk in rows.values_list("person_id", "pk"):
            found[word, person].append(pk)
    return found

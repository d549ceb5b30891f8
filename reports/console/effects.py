"""What an act would do to somebody before it is done: the rules asked about the facts as they are and would be.

Nothing here decides by itself: `standing` and `may_post` answer, once for each side.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.rules.changes import FactsChange
from certificates.rules.fact_types import CertificationFacts, SpanFact
from certificates.rules.standings import Standing, standing
from channels.facts.fact_rows import FactRow, query_fact_rows, sort_fact_rows
from channels.facts.gathering import gather_person_facts, gather_posting_facts
from channels.models import Channel, PostingPermission
from channels.rules.fact_types import (
    PersonFacts,
    PersonHoldFact,
    PostingAction,
    PostingFacts,
    RecordedSpan,
)
from channels.rules.posting import may_post
from ledger.prepared_queries import PreparedQuery

PersonChange = Callable[[PersonFacts], PersonFacts]
# People whose records are read together: SQLite takes no more than some thousand values.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """All that decides about one person: certification facts by id, posting facts on each channel with a role."""

    certifications: Mapping[int, CertificationFacts]
    posting: tuple[PostingFacts, ...] = ()

    def change(self, certification_id: int | None, change: FactsChange) -> PersonRecord:
        """The record with the facts of one certification, or (None) of all, changed."""
        changed = {
            pk: change(facts) if certification_id in {None, pk} else facts
            for pk, facts in self.certifications.items()
        }
        return replace(self, certifications=changed)

    def hold_person(self, hold: SpanFact) -> PersonRecord:
        """The record with a hold on the person added, whatever a channel asks for."""
        fact = PersonHoldFact(starts_at=hold.starts_at, recorded_at=hold.recorded_at)
        return self._with_person(lambda person: replace(person, holds=(*person.holds, fact)))

    def release_person(self, hold: SpanFact, at: datetime) -> PersonRecord:
        """The record with a hold on the person ended."""
        known = (hold.starts_at, hold.recorded_at)

        def release(person: PersonFacts) -> PersonFacts:
            open_ones = [
                fact
                for fact in person.holds
                if (fact.starts_at, fact.recorded_at) == known and fact.ended_at is None
            ]
            held = list(person.holds)
            place = held.index(open_ones[0])
            held[place] = replace(open_ones[0], ended_at=at, end_recorded_at=at)
            return replace(person, holds=tuple(held))

        return self._with_person(release)

    def take_leave(self, leave: RecordedSpan) -> PersonRecord:
        """The record with one leave more."""
        return self._with_person(lambda person: replace(person, absences=(*person.absences, leave)))

    def _with_person(self, change: PersonChange) -> PersonRecord:
        posting = tuple(
            replace(facts, person=change(facts.person)) if facts.person else facts
            for facts in self.posting
        )
        return replace(self, posting=posting)


def read_record(person: User) -> PersonRecord:
    """The record of somebody as it is stored: a fixed number of queries."""
    pairs = gather_certification_facts([person.pk])
    posting: list[PostingFacts] = []
    if person.hr_id:
        rows = sort_fact_rows(_posting_rows.fetch(person.hr_id, person.pk))
        posting, _facts = gather_person_facts(person.hr_id, rows)
    return PersonRecord({pk: facts for (_person, pk), facts in pairs.items()}, tuple(posting))


def read_records(people: Sequence[User]) -> dict[int, PersonRecord]:
    """The records of many by primary key: as many queries for each AT_ONCE of them."""
    found: dict[int, PersonRecord] = {}
    for start in range(0, len(people), AT_ONCE):
        found |= _read_some([person.pk for person in people[start : start + AT_ONCE]])
    return found


def _read_some(keys: Sequence[int]) -> dict[int, PersonRecord]:
    roles = PostingPermission.objects.open().filter(person__in=keys, person__hr_id__isnull=False)
    pairs = sorted(set(roles.values_list("person__hr_id", "channel__code")))
    posting: dict[int, list[PostingFacts]] = defaultdict(list)
    for facts in gather_posting_facts(pairs) if pairs else ():
        if facts.person:
            posting[facts.person.id].append(facts)
    certifications: dict[int, dict[int, CertificationFacts]] = {key: {} for key in keys}
    for (person, pk), stands in gather_certification_facts(keys).items():
        certifications[person][pk] = stands
    return {key: PersonRecord(certifications[key], tuple(posting[key])) for key in keys}


def _query_posting(hr_id: str, person: int) -> QuerySet[Any]:
    """About the person and each channel with an open role of theirs."""
    theirs = PostingPermission.objects.open().filter(person=person).values("channel")
    codes = Channel.objects.filter(pk__in=theirs).order_by().values("code")
    return query_fact_rows([hr_id], codes)


# Every page of an act asks twice; building the SQL costs ten times what the database takes.
_posting_rows = PreparedQuery[tuple[str, FactRow]](_query_posting)


def fingerprint_record(record: PersonRecord) -> str:
    """The version of what a page showed: it differs as soon as anybody has acted on the person's certifications.

    What the person does meanwhile, and what happens to a course, only matters where it changes the effect.
    """
    told = [
        (pk, *(sorted(map(repr, group)) for group in _groups(facts)), facts.retired_at)
        for pk, facts in sorted(record.certifications.items())
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _groups(facts: CertificationFacts) -> tuple[tuple[object, ...], ...]:
    return facts.awards, facts.holds, facts.waivers, facts.assignments


@dataclass(frozen=True, slots=True)
class StandingChange:
    """Where the person stands in one certification before and after."""

    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class ActEffect:
    """What would differ: standings, and the titles of channels on which the person may no longer post, or may again."""

    standings: tuple[StandingChange, ...] = ()
    lost: tuple[str, ...] = ()
    regained: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()

    @property
    def moves_channels(self) -> bool:
        return bool(self.lost or self.regained)

    @property
    def differs(self) -> bool:
        return bool(self.standings) or self.moves_channels

    @property
    def digest(self) -> str:
        """The same for what reads the same: a page sends it back to say which effect was seen."""
        told = [(_told(one.before), _told(one.after)) for one in self.standings]
        said = repr((told, self.lost, self.regained, [str(mail) for mail in self.mails]))
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def _told(stands: Standing) -> tuple[object, ...]:
    return (
        *(stands.certification_code, stands.status.value, stands.valid_through),
        *(stands.exempt_until, stands.due_on),
    )


def compare_records(before: PersonRecord, after: PersonRecord, at: datetime) -> ActEffect:
    """What differs at `at` between two records of one person."""
    stood, stands = _standings(before, at), _standings(after, at)
    changed = [
        StandingChange(stood[pk], stands[pk])
        for pk in stands
        if _told(stood[pk]) != _told(stands[pk])
    ]
    could, can = _open_channels(before, at), _open_channels(after, at)
    return ActEffect(
        standings=tuple(sorted(changed, key=lambda one: one.before.certification_title)),
        lost=tuple(sorted(could - can)),
        regained=tuple(sorted(can - could)),
    )


def _standings(record: PersonRecord, at: datetime) -> dict[int, Standing]:
    return {pk: standing(facts, at=at, known_at=at) for pk, facts in record.certifications.items()}


def _open_channels(record: PersonRecord, at: datetime) -> set[str]:
    """The titles of the channels on which the person may post."""
    found = set()
    for facts in record.posting:
        asked = replace(facts, certifications=record.certifications)
        decision = may_post(
            asked, action=PostingAction.PUBLISH, at=at, known_at=at, evaluated_at=at
        )
        if decision.allowed and facts.channel:
            found.add(facts.channel.title)
    return found

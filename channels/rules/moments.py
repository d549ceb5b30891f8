"""People, channels and certificates at one moment, each worked out once for all questions that share them. Pure.

Of the instants at which something may change only the next one counts: what comes later is found from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from accounts.rules import DatedValue, Employment, EmploymentFact, find_gaps, fold_employment
from certificates.rules.standings import Standing, standing
from channels.rules.fact_types import (
    ChannelFacts,
    FreezeFact,
    PersonFacts,
    PostingFacts,
    RecordedSpan,
    RulesFact,
)
from channels.rules.role_ends import find_role_edges

Edges = tuple[datetime, ...]
# Who may answer for a contractor.
EMPLOYEE = DatedValue("employee")


class PersonThen:
    """A person at `at`, by what was recorded up to `known_at`."""

    def __init__(self, facts: PersonFacts, at: datetime, known_at: datetime) -> None:
        self.facts, self.at, self.known_at = facts, at, known_at

    @cached_property
    def job(self) -> Employment:
        return self._employment(self.facts.employment, self.at)

    @cached_property
    def job_edges(self) -> Edges:
        return self._next_of_employment(self.facts.employment)

    @cached_property
    def employed_since(self) -> datetime | None:
        """When the person last came back after a day or longer without employment; earlier roles do not count any more.

        None when they were never away for so long.
        """
        gaps = find_gaps(self.facts.employment, at=self.at, known_at=self.known_at)
        return gaps[-1].back_at if gaps else None

    @cached_property
    def role_edges(self) -> Edges:
        """The next instant at which a role may end by itself."""
        return next_edge(find_role_edges(self.facts, self.known_at), self.at)

    @cached_property
    def is_held(self) -> bool:
        return any(hold.holds(self.at, self.known_at) for hold in self.facts.holds)

    @cached_property
    def hold_edges(self) -> Edges:
        return next_edge_of_spans(self.facts.holds, self.at, self.known_at)

    @cached_property
    def lacks_sponsor(self) -> bool:
        """Whether whoever answers for the person, a contractor, is not employed, or is no employee."""
        return self._sponsor_jobs is not None and not self.has_sponsor

    @cached_property
    def has_sponsor(self) -> bool:
        """Whether somebody answers for the person, of whatever kind these are, and is an employee who works here."""
        sponsor = self.facts.sponsor.value_at(self.at, self.known_at)
        kind = self.facts.sponsor_kinds.get(sponsor, EMPLOYEE).value_at(self.at, self.known_at)
        jobs = self.facts.sponsors.get(sponsor, ())
        return bool(kind == EMPLOYEE.latest) and self._employment(jobs, self.at).employed

    @cached_property
    def sponsor_edges(self) -> Edges:
        known_at = self.known_at
        edges = self.facts.kind.edges(known_at) + self.facts.sponsor.edges(known_at)
        theirs = self._sponsor_jobs
        if theirs is None:
            return next_edge(edges, self.at)
        sponsor = self.facts.sponsor.value_at(self.at, known_at)
        kinds = self.facts.sponsor_kinds.get(sponsor, EMPLOYEE).edges(known_at)
        return next_edge((*edges, *kinds, *self._next_of_employment(theirs)), self.at)

    @cached_property
    def _sponsor_jobs(self) -> tuple[EmploymentFact, ...] | None:
        """The employment of the sponsor; None for somebody who needs none."""
        kind = self.facts.kind.value_at(self.at, self.known_at)
        sponsor = self.facts.sponsor.value_at(self.at, self.known_at)
        if kind != "contractor" or sponsor is None:
            return None
        return self.facts.sponsors.get(sponsor, ())

    def _employment(self, facts: Iterable[EmploymentFact], at: datetime) -> Employment:
        return fold_employment(facts, at=at, known_at=self.known_at)

    def _next_of_employment(self, facts: Iterable[EmploymentFact]) -> Edges:
        known = [fact for fact in facts if fact.recorded_at <= self.known_at]
        ends = [fact.ends_at for fact in known if fact.ends_at]
        return next_edge([*(fact.effective_at for fact in known), *ends], self.at)


class ChannelThen:
    """A channel at `at`, by what was recorded up to `known_at`. `facts` are those of then."""

    def __init__(self, facts: ChannelFacts, at: datetime, known_at: datetime) -> None:
        self.facts, self.at, self.known_at = facts.as_known(at, known_at), at, known_at

    @cached_property
    def rules(self) -> RulesFact | None:
        """The version of the house rules in force; None while there is none."""
        begun = [fact for fact in self._known_rules if fact.effective_at <= self.at]
        return max(begun, key=lambda fact: (fact.effective_at, fact.version), default=None)

    @cached_property
    def rules_edges(self) -> Edges:
        return next_edge((fact.effective_at for fact in self._known_rules), self.at)

    @cached_property
    def _known_rules(self) -> list[RulesFact]:
        return [fact for fact in self.facts.rules if fact.recorded_at <= self.known_at]

    @cached_property
    def asked_groups(self) -> list[list[int]]:
        """The certifications asked for: of each group one."""
        groups: dict[int, list[int]] = {}
        for rule in self.facts.access_rules:
            if rule.holds(self.at, self.known_at):
                groups.setdefault(rule.group, []).append(rule.certification_id)
        return [groups[number] for number in sorted(groups)]

    @cached_property
    def access_edges(self) -> Edges:
        return next_edge_of_spans(self.facts.access_rules, self.at, self.known_at)

    @cached_property
    def stops(self) -> list[FreezeFact]:
        """The emergency stops that hold, the earliest first."""
        holding = [one for one in self.facts.freezes if one.holds(self.at, self.known_at)]
        return sorted(holding, key=lambda one: one.starts_at)

    @cached_property
    def freeze_edges(self) -> Edges:
        return next_edge_of_spans(self.facts.freezes, self.at, self.known_at)

    @cached_property
    def state(self) -> str:
        known = [fact for fact in self.facts.states if fact.recorded_at <= self.known_at]
        begun = [fact for fact in known if fact.effective_at <= self.at]
        # Of two states that begin at the same instant, the one recorded later counts.
        begun.sort(key=lambda fact: (fact.effective_at, fact.recorded_at))
        return begun[-1].state if begun else "draft"

    @cached_property
    def is_past(self) -> bool:
        """Whether the last day of the channel is over."""
        return self.facts.closes_at is not None and self.facts.closes_at <= self.at

    @cached_property
    def state_edges(self) -> Edges:
        states = [one.effective_at for one in self.facts.states if one.recorded_at <= self.known_at]
        closing = [self.facts.closes_at] if self.facts.closes_at else []
        return next_edge([*self.facts.changes_at, *states, *closing], self.at)


class PostingMoment:
    """One moment, and what was found of the people and channels asked about: of one fetch, by their keys."""

    def __init__(self, at: datetime, known_at: datetime) -> None:
        self.at, self.known_at = at, known_at
        self._people: dict[int, PersonThen] = {}
        self._channels: dict[int, ChannelThen] = {}
        self._standings: dict[tuple[int, int], Standing] = {}

    def person(self, facts: PersonFacts) -> PersonThen:
        found = self._people.get(facts.id)
        if found is None:
            found = self._people[facts.id] = PersonThen(facts, self.at, self.known_at)
        return found

    def channel(self, facts: ChannelFacts) -> ChannelThen:
        found = self._channels.get(facts.id)
        if found is None:
            found = self._channels[facts.id] = ChannelThen(facts, self.at, self.known_at)
        return found

    def standing(self, facts: PostingFacts, person: int, certification: int) -> Standing:
        """Where this person stands in a certification."""
        found = self._standings.get((person, certification))
        if found is None:
            known = facts.certifications[certification]
            found = standing(known, at=self.at, known_at=self.known_at)
            self._standings[person, certification] = found
        return found


def next_edge(edges: Iterable[datetime], at: datetime) -> Edges:
    """The first of these instants after `at`, if there is one."""
    ahead = [edge for edge in edges if edge > at]
    return (min(ahead),) if ahead else ()


def next_edge_of_spans(spans: Iterable[RecordedSpan], at: datetime, known_at: datetime) -> Edges:
    """The first instant after `at` at which one of these begins or ceases to hold, if there is one."""
    return next_edge((edge for span in spans for edge in span.edges(known_at)), at)

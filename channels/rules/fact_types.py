"""The facts of one posting decision, as frozen values with the instants at which they count and were recorded.

All instants are aware (UTC). `channels.facts.gathering` reads them, `channels.rules` decides by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from accounts.rules import DatedValue, EmploymentFact
from certificates.rules.fact_types import CertificationFacts


class PostingAction(StrEnum):
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    REPLY = "reply"
    APPROVE = "approve"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSpan:
    """A fact that counts from `starts_at` until its agreed `ends_at` or until it is ended, as recorded.

    Half-open: it holds at `starts_at` and no longer at its end.
    """

    starts_at: datetime
    recorded_at: datetime
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    end_recorded_at: datetime | None = None

    def known(self, known_at: datetime) -> bool:
        return self.recorded_at <= known_at

    def end(self, known_at: datetime) -> datetime | None:
        """The first instant at which it no longer holds, by what was recorded up to `known_at`."""
        ended = self.end_recorded_at is not None and self.end_recorded_at <= known_at
        ends = [end for end in (self.ends_at, self.ended_at if ended else None) if end]
        return min(ends, default=None)

    def holds(self, at: datetime, known_at: datetime) -> bool:
        end = self.end(known_at)
        return self.known(known_at) and self.starts_at <= at and (end is None or at < end)

    def edges(self, known_at: datetime) -> tuple[datetime, ...]:
        """The instants at which it begins or ceases to hold."""
        end = self.end(known_at)
        if not self.known(known_at):
            return ()
        return (self.starts_at,) if end is None else (self.starts_at, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFact(RecordedSpan):
    uuid: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHoldFact(RecordedSpan):
    """Stops a person in every certification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeFact(RecordedSpan):
    """An emergency stop; `allowed` are the HR ids of the crisis posters.

    It covers the channels whose region, platform or classification (as `scope` names it) is `target`, or that
    ask for the certification `target`; without a target it covers the channel it stands at.
    """

    scope: str = "channel"
    allowed: frozenset[str] = frozenset()
    target: object = None

    def covers(self, channel: ChannelFacts, at: datetime, known_at: datetime) -> bool:
        if self.scope == "certification":
            return any(
                rule.certification_id == self.target and rule.holds(at, known_at)
                for rule in channel.access_rules
            )
        return self.target is None or bool(self.target == getattr(channel, self.scope))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRuleFact(RecordedSpan):
    """Rules of one `group` are alternatives; every group has to be met."""

    certification_id: int
    group: int = 1


@dataclass(frozen=True, slots=True)
class StateFact:
    state: str
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RulesFact:
    """One version of the house rules, in force from `effective_at` until the next one."""

    version: int
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AcceptanceFact:
    id: int
    version: int
    accepted_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`kind`, `sponsor` (a person's id) and `team` (a code) are dated.

    `sponsors` holds the employment of all who ever were sponsor, `sponsor_kinds` their kinds; `absences` are the
    leaves. `switched_off`: whether an administrator has switched the account off.
    """

    id: int
    hr_id: str
    employment: tuple[EmploymentFact, ...] = ()
    kind: DatedValue = field(default_factory=lambda: DatedValue("employee"))
    sponsor: DatedValue = field(default_factory=lambda: DatedValue(None))
    sponsors: Mapping[int, tuple[EmploymentFact, ...]] = field(default_factory=dict)
    sponsor_kinds: Mapping[int, DatedValue] = field(default_factory=dict)
    holds: tuple[PersonHoldFact, ...] = ()
    team: DatedValue = field(default_factory=lambda: DatedValue(None))
    absences: tuple[RecordedSpan, ...] = ()
    switched_off: DatedValue = field(default_factory=lambda: DatedValue(False))


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """`closes_at` is the first instant after the channel's last day.

    `region_names` are those of all regions by code; `dated` holds the recorded changes of the columns above
    `states`, by name; `as_known` sets the columns to
    what they were, and `changes_at` to the instants at which they change.
    """

    id: int
    code: str
    title: str
    region: str | None = None
    team: str | None = None
    platform: int | None = None
    classification: str = ""
    region_bound: bool = False
    reviews_each: bool = False
    closes_at: datetime | None = None
    dated: Mapping[str, DatedValue] = field(default_factory=dict)
    changes_at: tuple[datetime, ...] = ()
    states: tuple[StateFact, ...] = ()
    region_names: Mapping[str, str] = field(default_factory=dict)
    freezes: tuple[FreezeFact, ...] = ()
    access_rules: tuple[AccessRuleFact, ...] = ()
    rules: tuple[RulesFact, ...] = ()

    def value_at(self, name: str, at: datetime, known_at: datetime) -> object:
        """What the column said at `at`, by what was recorded up to `known_at`."""
        dated = self.dated.get(name)
        return dated.value_at(at, known_at) if dated else getattr(self, name)

    def as_known(self, at: datetime, known_at: datetime) -> ChannelFacts:
        """The channel as it was at `at`, with the freezes that cover it, by what was recorded up to `known_at`."""
        then = {name: dated.value_at(at, known_at) for name, dated in self.dated.items()}
        edges = tuple(edge for dated in self.dated.values() for edge in dated.edges(known_at))
        channel = replace(self, **then, changes_at=edges)
        covering = tuple(one for one in self.freezes if one.covers(channel, at, known_at))
        return replace(channel, freezes=covering)


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """All facts about one person on one channel. `person` or `channel` is None if nothing has that id.

    `person_asked` and `channel_asked` are the ids as they were asked for. `own_work`: the post to be
    approved is the person's own. `author_unknown`: the HR id that was given for its author, and that nobody has.
    `asked_known_at`: when the id asked for, another one of the person, was recorded.
    """

    person_asked: str
    channel_asked: str
    person: PersonFacts | None
    channel: ChannelFacts | None
    grants: tuple[RoleFact, ...] = ()
    acceptances: tuple[AcceptanceFact, ...] = ()
    certifications: Mapping[int, CertificationFacts] = field(default_factory=dict)
    own_work: bool = False
    author_unknown: str = ""
    asked_known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """Why not: a machine code and the parameters of its sentence. `channels.reason_texts` has the sentences."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`decision` is allow, deny or allow_with_review; `evidence` names the records an allow rests on.

    `valid_until`: the answer for `at` is the answer for every later instant before this one, by what
    was recorded up to `known_at`. Never later than 15 minutes after the evaluation, because facts
    recorded meanwhile may change it. For an `at` in the past it may itself be past; such an answer must not be kept.
    """

    decision: str
    reasons: tuple[RefusalReason, ...]
    evidence: tuple[str, ...]
    valid_until: datetime

    @property
    def allowed(self) -> bool:
        return self.decision != "deny"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found: reasons why not (empty: it passed), evidence, and the instants at which it may change."""

    reasons: tuple[RefusalReason, ...] = ()
    evidence: tuple[str, ...] = ()
    changes: tuple[datetime, ...] = ()

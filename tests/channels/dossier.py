"""Makers of posting facts without a database: by default every requirement is met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.rules import DatedValue, EmploymentFact
from certificates.rules.fact_types import AwardFact, CertificationFacts
from channels.rules.fact_types import (
    AcceptanceFact,
    AccessRuleFact,
    ChannelFacts,
    Decision,
    FreezeFact,
    PersonFacts,
    PersonHoldFact,
    PostingFacts,
    RecordedSpan,
    RoleFact,
    RulesFact,
    StateFact,
)
from channels.rules.posting import may_post

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOW - 400 * DAY


def job(what: str = "joined", days: float = -300, **fields: Any) -> EmploymentFact:
    """An employment fact that takes effect `days` from NOW and is recorded at that instant."""
    when = NOW + days * DAY
    fields.setdefault("region", None if what in ("left", "contract") else "FI")
    return EmploymentFact(what, when, fields.pop("recorded_at", when), **fields)


def span(start: float = -100, end: float | None = None, **fields: Any) -> dict[str, Any]:
    """Start, end and recording times of a span, for a start and an end in days from NOW."""
    begun = NOW + start * DAY
    fields.setdefault("recorded_at", begun)
    if end is not None:
        fields.setdefault("ended_at", NOW + end * DAY)
        fields.setdefault("end_recorded_at", fields["ended_at"])
    return {"starts_at": begun, **fields}


def grant(
    role: str = "publisher", start: float = -100, end: float | None = None, **f: Any
) -> RoleFact:
    return RoleFact(**span(start, end, **f), uuid=f"{role}-uuid", role=role)


def hold(start: float = -1, end: float | None = None, **fields: Any) -> PersonHoldFact:
    return PersonHoldFact(**span(start, end, **fields))


def leave(start: float, end: float | None = None, **fields: Any) -> RecordedSpan:
    """A leave from `start` until `end`, as it was agreed from the beginning."""
    ends_at = None if end is None else NOW + end * DAY
    return RecordedSpan(**span(start, ends_at=ends_at, **fields))


def freeze(start: float = -1, end: float | None = None, **fields: Any) -> FreezeFact:
    extra = {key: fields.pop(key) for key in ("scope", "allowed", "target") if key in fields}
    return FreezeFact(**span(start, end, **fields), **extra)


def needs(certification: int = 1, group: int = 1, **fields: Any) -> AccessRuleFact:
    return AccessRuleFact(**span(-200, **fields), certification_id=certification, group=group)


def state(name: str = "live", days: float = -300, known: float | None = None) -> StateFact:
    known = days if known is None else known
    return StateFact(name, NOW + days * DAY, NOW + known * DAY)


def version(number: int = 1, days: float = -300) -> RulesFact:
    return RulesFact(number, NOW + days * DAY, NOW + days * DAY)


def accepted(number: int = 1, days: float = -90) -> AcceptanceFact:
    return AcceptanceFact(7, number, NOW + days * DAY, NOW + days * DAY)


def certified(code: str = "POST-CORE", start: float = -90, end: float = 275) -> CertificationFacts:
    begun, over = NOW + start * DAY, NOW + end * DAY
    award = AwardFact(
        id=1,
        number=f"PW-{code}",
        code="C" * 26,
        valid_from=begun,
        valid_through=date(2026, 1, 1),
        expires_at=over,
        policy_tz="UTC",
        recorded_at=begun,
    )
    award = replace(award, valid_through=(over - timedelta(seconds=1)).date())
    return CertificationFacts(code, code.title(), "UTC", awards=(award,))


def uncertified(code: str = "POST-CORE", **fields: Any) -> CertificationFacts:
    return CertificationFacts(code, code.title(), "UTC", **fields)


def person(**fields: Any) -> PersonFacts:
    fields.setdefault("employment", (job(),))
    if (kinds := fields.pop("sponsor_kind", None)) is not None:
        fields["sponsor_kinds"] = {2: kinds}
    if (sponsor := fields.pop("sponsor", None)) is not None:
        fields |= {"kind": DatedValue("contractor"), "sponsor": DatedValue(2)}
        fields["sponsors"] = {2: sponsor}
    return PersonFacts(id=1, hr_id="N1", **fields)


def channel(**fields: Any) -> ChannelFacts:
    fields.setdefault("states", (state(),))
    fields.setdefault("access_rules", (needs(),))
    fields.setdefault("rules", (version(),))
    return ChannelFacts(id=1, code="BLOG", title="Corporate blog", **fields)


def facts(**fields: Any) -> PostingFacts:
    """Ada may publish on the blog, unless `fields` say otherwise."""
    fields.setdefault("person", person())
    fields.setdefault("channel", channel())
    fields.setdefault("grants", (grant(),))
    fields.setdefault("acceptances", (accepted(),))
    fields.setdefault("certifications", {1: certified()})
    return PostingFacts(person_asked="N1", channel_asked="BLOG", **fields)


def decide(asked: PostingFacts | None = None, action: str = "publish", **moments: Any) -> Decision:
    moments = {"at": NOW, "known_at": NOW, "evaluated_at": NOW} | moments
    return may_post(asked or facts(), action=action, **moments)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]

"""Fetch the facts of decisions: one query for people, channels, certifications and awards."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, QuerySet, Value

from accounts.dated_columns import SWITCHES, fold_switches
from accounts.models import User
from accounts.rules import DatedValue, EmploymentFact, ValueChange, end_of_day
from certificates.rules.fact_types import CertificationFacts
from channels.facts.certificate_rows import CertificationsByPerson, read_certifications
from channels.facts.fact_rows import FactRow, FactRows, read_fact_rows
from channels.facts.stored_values import (
    parse_json_column,
    parse_optional_instant,
    parse_stored_instant,
)
from channels.rules.fact_types import (
    AcceptanceFact,
    AccessRuleFact,
    ChannelFacts,
    FreezeFact,
    PersonFacts,
    PersonHoldFact,
    PostingFacts,
    RecordedSpan,
    RoleFact,
    RulesFact,
    StateFact,
)


def gather_posting_facts(pairs: Sequence[tuple[str, str]]) -> list[PostingFacts]:
    """The facts of each (HR id, channel code), in order. The number of queries does not grow with the pairs.

    An HR id may be one of a person's other ids (HrAlias). Ids that nobody has give facts without a
    person, codes without a channel give facts without a channel.
    """
    codes = {code for _hr_id, code in pairs}
    rows = read_fact_rows({hr_id for hr_id, _code in pairs}, codes)
    mains = {row["hr_id"]: row["main"] for row in rows["alias"]}
    since = {row["hr_id"]: parse_stored_instant(row["recorded_at"]) for row in rows["alias"]}
    if mains:
        rows = read_fact_rows({mains.get(hr_id, hr_id) for hr_id, _code in pairs}, codes)
    named = [(mains.get(hr_id, hr_id), code) for hr_id, code in pairs]
    found = build_posting_facts(named, rows)
    if not mains:
        return found
    return [
        replace(facts, person_asked=hr_id, asked_known_at=since.get(hr_id))
        for (hr_id, _code), facts in zip(pairs, found, strict=True)
    ]


def build_posting_facts(pairs: Sequence[tuple[str, str]], rows: FactRows) -> list[PostingFacts]:
    """The facts of each (main HR id, channel code), in order, from rows about them."""
    dossiers = FactTables.of(rows)
    certifications = dossiers.certify(rows)
    return [dossiers.about(hr_id, code, certifications, asked_as=hr_id) for hr_id, code in pairs]


def gather_person_facts(
    hr_id: str, rows: FactRows
) -> tuple[list[PostingFacts], dict[int, CertificationFacts]]:
    """One person's facts on each of the channels of `rows`, and on the certifications that it tells of."""
    dossiers = FactTables.of(rows)
    certifications = dossiers.certify(rows)
    facts = [
        dossiers.about(hr_id, code, certifications, asked_as=hr_id) for code in dossiers.channels
    ]
    person = dossiers.people.get(hr_id)
    return facts, certifications.get(person.id, {}) if person else {}


@dataclass(frozen=True, slots=True)
class IdOwner:
    """Whose HR id it is, by primary key, and for another id than the main one since when it is known."""

    person_id: int
    known_since: datetime | None


def find_id_owners(hr_ids: Iterable[str], people: QuerySet[User]) -> dict[str, IdOwner]:
    """Who among `people` has each HR id, as their main or another one. One query.

    Ids are compared exactly: two that differ by case may be two people. Ids that nobody has are left out.
    """
    asked = list(hr_ids)
    always = Value(None, DateTimeField())
    mains = people.filter(hr_id__in=asked).values_list("hr_id", "pk", always)
    others = people.filter(aliases__hr_id__in=asked).values_list(
        "aliases__hr_id", "pk", "aliases__recorded_at"
    )
    found = mains.order_by().union(others.order_by())
    return {str(hr_id): IdOwner(pk, since) for hr_id, pk, since in found}


@dataclass(frozen=True, slots=True)
class FactTables:
    """The facts of one fetch: people by HR id, channels by code, roles and acceptances by (person id, channel id)."""

    people: dict[str, PersonFacts]
    channels: dict[str, ChannelFacts]
    grants: dict[tuple[int, int], list[RoleFact]]
    acceptances: dict[tuple[int, int], list[AcceptanceFact]]

    @classmethod
    def of(cls, rows: FactRows) -> FactTables:
        return cls(_people(rows), _channels(rows), _grants(rows), _acceptances(rows))

    def certify(self, rows: FactRows) -> CertificationsByPerson:
        """What each of the people has of the certifications that `rows` tell of."""
        return read_certifications([person.id for person in self.people.values()], rows)

    def about(
        self, hr_id: str, code: str, certifications: CertificationsByPerson, *, asked_as: str
    ) -> PostingFacts:
        person, channel = self.people.get(hr_id), self.channels.get(code)
        both = (person.id, channel.id) if person and channel else (0, 0)
        return PostingFacts(
            person_asked=asked_as,
            channel_asked=code,
            person=person,
            channel=channel,
            grants=tuple(self.grants.get(both, ())),
            acceptances=tuple(self.acceptances.get(both, ())),
            certifications=certifications.get(both[0], {}),
        )


def _people(rows: FactRows) -> dict[str, PersonFacts]:
    jobs = _by(rows["employment"], "person", _employment)
    dated = _by(rows["dated"], "person", dict)
    sponsor_jobs, sponsor_kinds = _sponsors(rows["sponsor_employment"])
    general = (row for row in rows["hold"] if row["certification"] is None)
    absences = _by(rows["absence"], "person", lambda row: RecordedSpan(**_span(row)))
    holds = _by(general, "person", lambda row: PersonHoldFact(**_span(row)))
    return {
        row["hr_id"]: PersonFacts(
            id=row["id"],
            hr_id=row["hr_id"],
            employment=jobs.get(row["id"], ()),
            kind=_dated(row["kind"], dated.get(row["id"], ()), "kind", "former_kind", "kind"),
            sponsor=_dated(row["sponsor"], dated.get(row["id"], ()), "sponsor", "former", "other"),
            sponsors=sponsor_jobs,
            sponsor_kinds=sponsor_kinds,
            holds=holds.get(row["id"], ()),
            team=_dated(row["team"], dated.get(row["id"], ()), "team", "former_team", "team"),
            absences=absences.get(row["id"], ()),
            switched_off=_switched_off(dated.get(row["id"], ())),
        )
        for row in rows["person"]
    }


def _sponsors(
    rows: list[FactRow],
) -> tuple[dict[int, tuple[EmploymentFact, ...]], dict[int, DatedValue]]:
    """The employment of each sponsor, and of what kind they were when."""
    latest = {row["person"]: row["latest"] for row in rows}
    changes = _by((row for row in rows if row["what"] == "kind"), "person", dict)
    kinds = {
        sponsor: _dated(kind, changes.get(sponsor, ()), "kind", "former_kind", "kind")
        for sponsor, kind in latest.items()
    }
    return _by((row for row in rows if row["what"] != "kind"), "person", _employment), kinds


def _dated(latest: Any, rows: Iterable[FactRow], what: str, former: str, other: str) -> DatedValue:
    """The value of a person's column, with the changes that `rows` of kind `what` record."""
    changes = [row for row in rows if row["what"] == what]
    return DatedValue(latest, tuple(_change(row, row[former], row[other]) for row in changes))


def _switched_off(rows: Iterable[FactRow]) -> DatedValue:
    return fold_switches(
        (
            row["what"],
            parse_stored_instant(row["effective_at"]),
            parse_stored_instant(row["recorded_at"]),
        )
        for row in rows
        if row["what"] in SWITCHES
    )


def _change(row: FactRow, was: Any, now: Any) -> ValueChange:
    return ValueChange(
        parse_stored_instant(row["effective_at"]),
        parse_stored_instant(row["recorded_at"]),
        was,
        now,
    )


def _channels(rows: FactRows) -> dict[str, ChannelFacts]:
    states = _by((row for row in rows["state"] if row["state"]), "channel", _state)
    changes = _by((row for row in rows["state"] if not row["state"]), "channel", _channel_changes)
    access = _by(rows["access"], "channel", _access)
    rules = _by(rows["rules"], "channel", _rules)
    names = {row["code"]: row["name"] for row in rows["region"]}
    return {
        row["code"]: ChannelFacts(
            id=row["id"],
            code=row["code"],
            title=row["title"],
            **(now := _columns(row)),
            dated=_dated_columns(now, changes.get(row["id"], ())),
            states=states.get(row["id"], ()),
            region_names=names,
            freezes=tuple(_freeze(freeze) for freeze in rows["freeze"] if _may_cover(freeze, row)),
            access_rules=access.get(row["id"], ()),
            rules=rules.get(row["id"], ()),
        )
        for row in rows["channel"]
    }


def _by(
    rows: Iterable[FactRow], key: str, make: Callable[[FactRow], Any]
) -> dict[int, tuple[Any, ...]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(make(row))
    return {owner: tuple(made) for owner, made in found.items()}


def _grants(rows: FactRows) -> dict[tuple[int, int], list[RoleFact]]:
    found: dict[tuple[int, int], list[RoleFact]] = defaultdict(list)
    for row in rows["grant"]:
        grant = RoleFact(**_span(row), uuid=str(uuid.UUID(row["uuid"])), role=row["role"])
        found[row["person"], row["channel"]].append(grant)
    return found


def _acceptances(rows: FactRows) -> dict[tuple[int, int], list[AcceptanceFact]]:
    found: dict[tuple[int, int], list[AcceptanceFact]] = defaultdict(list)
    for row in rows["acceptance"]:
        accepted = AcceptanceFact(
            row["id"],
            row["version"],
            parse_stored_instant(row["accepted_at"]),
            parse_stored_instant(row["recorded_at"]),
        )
        found[row["person"], row["channel"]].append(accepted)
    return found


def _span(row: FactRow) -> dict[str, Any]:
    return {
        "starts_at": parse_stored_instant(row["starts_at"]),
        "recorded_at": parse_stored_instant(row["recorded_at"]),
        "ends_at": parse_optional_instant(row.get("ends_at")),
        "ended_at": parse_optional_instant(row["ended_at"]),
        "end_recorded_at": parse_optional_instant(row["end_recorded_at"]),
    }


def _employment(row: FactRow) -> EmploymentFact:
    return EmploymentFact(
        what=row["what"],
        effective_at=parse_stored_instant(row["effective_at"]),
        recorded_at=parse_stored_instant(row["recorded_at"]),
        region=row["region"],
        ends_at=parse_optional_instant(row["ends_at"]),
        corrects=parse_optional_instant(row["corrects"]),
        zone=row["zone"],
    )


def _state(row: FactRow) -> StateFact:
    return StateFact(
        row["state"],
        parse_stored_instant(row["effective_at"]),
        parse_stored_instant(row["recorded_at"]),
    )


def _rules(row: FactRow) -> RulesFact:
    return RulesFact(
        row["version"],
        parse_stored_instant(row["effective_at"]),
        parse_stored_instant(row["recorded_at"]),
    )


def _access(row: FactRow) -> AccessRuleFact:
    return AccessRuleFact(**_span(row), certification_id=row["certification"], group=row["group"])


def _closing(channel: FactRow) -> datetime | None:
    """The end of the channel's last day in the time zone of its region, else UTC; None without a last day."""
    if not channel["sunset_on"]:
        return None
    return end_of_day(date.fromisoformat(channel["sunset_on"]), channel["zone"] or "UTC")


def _columns(row: FactRow) -> dict[str, Any]:
    """The columns of a channel that change by acts, as the facts name them."""
    return {
        "region": row["region"],
        "team": row["team"],
        "platform": row["platform"],
        "classification": row["classification"],
        "region_bound": bool(row["region_bound"]),
        "reviews_each": row["review_mode"] == "each",
        "closes_at": _closing(row),
    }


def _channel_changes(row: FactRow) -> dict[str, ValueChange]:
    """The changes of one event, by the name of the fact (`channels.registry.change_channel` writes them)."""
    changes = parse_json_column(row["changes"])
    found = {}
    for name, (was, now) in changes.items():
        if name in READ_CHANGES:
            fact, read = READ_CHANGES[name]
            found[fact] = _change(row, read(was), read(now))
    return found


# From a column in `ChannelEvent.changes` to the fact it changes, and how its stored value is read.
READ_CHANGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "title": ("title", str),
    "region": ("region", lambda code: code),
    "team": ("team", lambda code: code),
    "platform": ("platform", int),
    "classification": ("classification", str),
    "region_bound": ("region_bound", bool),
    "review_mode": ("reviews_each", lambda mode: mode == "each"),
    "closes_at": ("closes_at", parse_optional_instant),
}


def _dated_columns(
    now: dict[str, Any], changes: Iterable[dict[str, ValueChange]]
) -> dict[str, DatedValue]:
    """The changed columns of a channel, each with its changes in the order of recording."""
    found: dict[str, list[ValueChange]] = defaultdict(list)
    for event in changes:
        for name, change in event.items():
            found[name].append(change)
    return {name: DatedValue(now.get(name), tuple(found[name])) for name in found}


def _may_cover(freeze: FactRow, channel: FactRow) -> bool:
    """Whether the freeze is about this channel, or about columns that may have changed: the rule looks then."""
    return freeze["scope"] != "channel" or bool(freeze["channel"] == channel["id"])


def _freeze(row: FactRow) -> FreezeFact:
    span = _span(row)
    if row["scope"] == "global":
        # A freeze of everything never ends at a planned time: a named person has to end it.
        span["ends_at"] = None
    people = parse_json_column(row["allowed"])
    scope = row["scope"]
    target = None if scope in ("global", "channel") else row[scope]
    return FreezeFact(**span, scope=scope, allowed=frozenset(people), target=target)

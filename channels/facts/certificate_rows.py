"""What the fetched rows tell of certifications: the facts as `certificates.facts` gathers them, without a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from certificates.facts.gathering import (
    SNAPSHOT_FIELDS,
    CertificationTerms,
    GatheredRows,
    PersonAndCertification,
    build_award_fact,
    build_terms,
)
from certificates.rules.fact_types import AwardFact, CertificationFacts, FloorFact, SpanFact
from channels.facts.fact_rows import FactRow, FactRows
from channels.facts.stored_values import (
    parse_json_column,
    parse_optional_instant,
    parse_stored_instant,
)

CertificationsByPerson = Mapping[int, dict[int, CertificationFacts]]


def read_certifications(people: Iterable[int], rows: FactRows) -> CertificationsByPerson:
    """Facts by person id and certification id, of every certification that `rows` tell of.

    Assignments and enrolments are left out: they change no posting decision (`gather_certification_facts`).
    """
    programmes = _terms(rows)
    records = GatheredRows(
        awards=_awards(rows),
        holds=_spans(rows["hold"]),
        waivers=_spans(rows["waiver"]),
        floors=_floors(rows),
        assignments={},
        enrolments={},
    )
    return {
        person: {programme.id: records.about(person, programme) for programme in programmes}
        for person in people
    }


def _terms(rows: FactRows) -> list[CertificationTerms]:
    courses: dict[int, list[int]] = defaultdict(list)
    for row in rows["requirement"]:
        courses[row["certification"]].append(row["course"])
    events: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows["certification_event"]:
        moments = map(parse_stored_instant, (row["effective_at"], row["recorded_at"]))
        events[row["certification"]].append((*moments, parse_json_column(row["changes"])))
    return [
        build_terms(
            row | {"retired_at": parse_optional_instant(row["retired_at"])},
            courses[row["id"]],
            events[row["id"]],
        )
        for row in rows["certification"]
    ]


def _awards(rows: FactRows) -> dict[PersonAndCertification, list[AwardFact]]:
    events: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows["award_event"]:
        moments = map(parse_stored_instant, (row["effective_at"], row["recorded_at"]))
        events[row["award"]].append((row["kind"], *moments))
    found: dict[PersonAndCertification, list[AwardFact]] = defaultdict(list)
    for row in rows["award"]:
        award = build_award_fact(
            {name: READ_SNAPSHOT.get(name, _as_it_is)(row[name]) for name in SNAPSHOT_FIELDS},
            releases=parse_json_column(row["releases"]),
            release=(row["course"], row["release"]),
            events=events[row["id"]],
        )
        found[row["person"], row["certification"]].append(award)
    return found


def _as_it_is(value: Any) -> Any:
    return value


# How stored values of an award are read that are no numbers or texts.
READ_SNAPSHOT = {
    "valid_from": parse_stored_instant,
    "valid_through": date.fromisoformat,
    "expires_at": parse_stored_instant,
    "recorded_at": parse_stored_instant,
}


def _spans(rows: Iterable[FactRow]) -> dict[tuple[int, Any], list[SpanFact]]:
    found: dict[tuple[int, Any], list[SpanFact]] = defaultdict(list)
    for row in rows:
        span = SpanFact(
            starts_at=parse_stored_instant(row["starts_at"]),
            recorded_at=parse_stored_instant(row["recorded_at"]),
            reason=row["reason"],
            until=parse_optional_instant(row.get("until")),
            ended_at=parse_optional_instant(row["ended_at"]),
            end_recorded_at=parse_optional_instant(row["end_recorded_at"]),
        )
        found[row["person"], row["certification"]].append(span)
    return found


def _floors(rows: FactRows) -> dict[int, list[FloorFact]]:
    found: dict[int, list[FloorFact]] = defaultdict(list)
    for row in rows["floor"]:
        moments = map(parse_stored_instant, (row["effective_at"], row["recorded_at"]))
        found[row["course"]].append(FloorFact(row["course"], row["number"], *moments))
    return found

"""Certifications with the terms, courses and floors that statuses depend on: as they are, or as they were on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from certificates.facts.gathering import CertificationTerms, certification_terms
from certificates.models import Certification
from courses.models import VersionFloor
from ledger.prepared_queries import PreparedQuery
from reports.console.moments import AskedMoment

# Field of CertificationPolicy: column of the certification.
POLICY_FIELDS = {
    name: name for name in ("id", "code", "title", "policy_tz", "window_days", "retired_at")
} | {"grace_days": "posting_grace_days"}


@dataclass(frozen=True, slots=True, order=True)
class FloorTerms:
    course_id: int
    number: int
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class CertificationPolicy:
    """A certification with the terms, courses and floors that its statuses depend on."""

    id: int
    code: str
    title: str
    policy_tz: str
    window_days: int
    grace_days: int
    retired_at: datetime | None
    course_ids: frozenset[int]
    floors: tuple[FloorTerms, ...]

    @property
    def terms(self) -> tuple[str, int, int]:
        return self.policy_tz, self.window_days, self.grace_days


def certification_policies() -> list[CertificationPolicy]:
    """All certifications, by code, in one query."""
    found: dict[int, dict[str, Any]] = {}
    for *values, course, number, effective_at in _kept_policies.fetch():
        own = dict(zip(POLICY_FIELDS, values, strict=True))
        parts = found.setdefault(own["id"], {"own": own, "courses": set(), "floors": set()})
        if course is not None:
            parts["courses"].add(course)
        if number is not None:
            parts["floors"].add(FloorTerms(course, number, effective_at))
    return [
        CertificationPolicy(
            **parts["own"],
            course_ids=frozenset(parts["courses"]),
            floors=tuple(sorted(parts["floors"])),
        )
        for parts in found.values()
    ]


def _query_policies() -> QuerySet[Certification, Any]:
    return Certification.objects.order_by("code").values_list(
        *POLICY_FIELDS.values(),
        *("requirements__course_id", "requirements__course__floors__release__number"),
        "requirements__course__floors__effective_at",
    )


_kept_policies = PreparedQuery[Any](_query_policies)


def read_policies(asked: AskedMoment) -> list[CertificationPolicy]:
    """The certifications as the days asked about want them: one query for today, else three."""
    return certification_policies() if asked.is_now else policies_as_known(asked.at, asked.known_at)


def policies_as_known(at: datetime, known_at: datetime) -> list[CertificationPolicy]:
    """The certifications as they were at `at`, by what had been recorded by `known_at`. Three queries."""
    now = {policy.id: policy for policy in certification_policies()}
    terms = certification_terms()
    courses = {course for one in terms for course in one.courses_ever}
    known = VersionFloor.objects.filter(course__in=courses, recorded_at__lte=known_at)
    floors = [
        FloorTerms(*row)
        for row in known.values_list("course_id", "release__number", "effective_at")
    ]
    return [_policy_then(now[one.id], one, floors, (at, known_at)) for one in terms]


def _policy_then(
    policy: CertificationPolicy,
    terms: CertificationTerms,
    floors: list[FloorTerms],
    asked: tuple[datetime, datetime],
) -> CertificationPolicy:
    then = {fact: dated.value_at(*asked) for fact, dated in terms.dated.items()}
    courses = then.get("courses", policy.course_ids)
    return replace(
        policy,
        title=then.get("certification_title", policy.title),
        policy_tz=then.get("policy_tz", policy.policy_tz),
        retired_at=then.get("retired_at", policy.retired_at),
        course_ids=courses,
        floors=tuple(floor for floor in floors if floor.course_id in courses),
    )

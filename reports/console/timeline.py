"""One person's life in certification as a list of what happened, in order; by whom and when each was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.dated_columns import SWITCHES
from accounts.models import EmploymentEvent
from accounts.readers.actor_names import name_actors
from accounts.readers.employment_words import spell_event
from certificates.acts.extensions import EXTENDED
from certificates.models import Award, AwardCorrection
from certificates.policy_days import spell_policy_day
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import is_revoked, is_superseded, unmet_floor
from channels.facts.fact_rows import FactRow, FactRows
from courses.pages.due_days import spell_due_day
from reports.console.life import recorded_by

CLOCK = "system:clock"


@dataclass(frozen=True, slots=True)
class LifeMoment:
    """One thing that happened. `recorded_at` is None for what follows from the dates alone, as the end of a
    certificate does. `later`: it counts only after the day asked about.
    """

    at: datetime
    text: str
    more: str = ""
    actor: str = ""
    recorded_at: datetime | None = None
    tone: str = ""
    later: bool = False
    href: str = ""


def tell_life(
    life: FactRows,
    facts: Mapping[int, CertificationFacts],
    titles: Mapping[int, str],
    *,
    at: datetime,
    known_at: datetime,
) -> list[LifeMoment]:
    """What had been recorded by `known_at`, the earliest first, with the names of those who did it. One query."""
    told = life | {"assignment": _mark_extensions(life["assignment"])}
    moments = [
        moment
        for kind, tell in TELLERS.items()
        for row in recorded_by(told[kind], known_at)
        for moment in tell(row, titles)
    ]
    moments += _endings(facts, at, known_at)
    moments.sort(key=lambda moment: (moment.at, moment.recorded_at or moment.at))
    names = name_actors(moment.actor for moment in moments)
    names[CLOCK] = _("The calendar")
    return [replace(m, actor=names[m.actor], later=m.at > at) for m in moments]


def _plain(row: FactRow, moment: str, text: str, **more: Any) -> LifeMoment:
    told = {"actor": row.get("actor", ""), "recorded_at": row["recorded_at"]}
    return LifeMoment(row[moment], text, **(told | more))


def _ended(row: FactRow, text: str, about: str, tone: str = "") -> Iterator[LifeMoment]:
    if row["ended_at"]:
        more = ": ".join(filter(None, [about, row["end_reason"]]))
        by, recorded = row["end_actor"], row["end_recorded_at"]
        yield LifeMoment(row["ended_at"], text, more, by, recorded, tone)


def _tell_award(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    through = spell_policy_day(row["valid_through"], row["policy_tz"])
    told = {"title": row["title"], "number": row["number"], "through": through}
    text = _("Certificate renewed") if row["previous"] else _("Certificate issued")
    more = _("%(title)s, %(number)s, through %(through)s") % told
    if row["basis"] == Award.Basis.EQUIVALENCE:
        text = _("Certificate issued by equivalence")
        more = f"{more}. {row['note']}"
    yield _plain(row, "valid_from", text, more=more, tone="go")


def _tell_award_event(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    texts = {
        "superseded": (_("Certificate replaced by a newer one"), ""),
        "revoked": (_("Certificate withdrawn"), "stop"),
        "reinstated": (_("Withdrawal corrected: it never counted"), "go"),
    }
    text, tone = texts[row["what"]]
    if row["what"] == "superseded" and row["reason"]:
        text, tone = _("Certificate corrected: it never counted"), "stop"
    more = ": ".join(filter(None, [row["number"], row["reason"]]))
    yield _plain(row, "effective_at", text, more=more, tone=tone)


def _about(row: FactRow, titles: Mapping[int, str]) -> str:
    return titles.get(row["certification"], _("All certifications"))


def _tell_hold(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    about = _about(row, titles)
    yield _plain(row, "starts_at", _("Put on hold"), more=f"{about}: {row['reason']}", tone="stop")
    yield from _ended(row, _("Hold ended"), about, "go")


def _tell_waiver(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    about = _about(row, titles)
    yield _plain(
        row,
        "starts_at",
        _("Excused from the training"),
        more=f"{about}: {row['reason']}",
        tone="info",
    )
    if row["ended_at"] is None or row["ended_at"] > row["until"]:
        yield LifeMoment(row["until"], _("No longer excused"), about, CLOCK)
    yield from _ended(row, _("Waiver ended early"), about)


def _tell_absence(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    back = row["ended_at"] or row["until"]
    if back == row["starts_at"]:
        # It was said anew, or called off.
        return
    yield _plain(row, "starts_at", _("On leave"), tone="info")
    if back:
        yield LifeMoment(back, _("Back from leave"), "", CLOCK)


def _tell_correction(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    told = {
        "number": row["number"],
        "day": spell_policy_day(row["earned_at"], row["zone"]),
        "name": row["name"],
        "reason": row["reason"],
    }
    more = _("%(number)s: earned on %(day)s, to %(name)s. %(reason)s") % told
    yield _plain(row, "starts_at", _("Correction proposed"), more=more)
    confirmed = row["outcome"] == AwardCorrection.Outcome.CONFIRMED
    text = _("Correction confirmed") if confirmed else _("Correction declined")
    yield from _ended(row, text, row["number"])


def _tell_evidence(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    href = reverse("console:evidence", args=[UUID(row["uuid"])])
    more = f"{row['number']}: {row['name']}"
    yield _plain(row, "recorded_at", _("Evidence kept"), more=more, href=href)


def _tell_assignment(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    more = f"{row['title']}: {row['reason']}"
    if row["due_on"]:
        more = _("%(what)s. Due on %(day)s") % {
            "what": more,
            "day": spell_due_day(row["due_on"], row["course"]),
        }
    if row["extends"]:
        yield _plain(row, "recorded_at", _("More time given"), more=more)
    else:
        yield _plain(row, "assigned_at", _("Asked to take the course"), more=more)


def _mark_extensions(rows: list[FactRow]) -> list[FactRow]:
    """The assignments, each with whether it only gave more time to one before it."""
    extended: set[Any] = set()
    marked = []
    for row in rows:
        same = (row["course"], row["assigned_at"])
        marked.append(row | {"extends": same in extended})
        if row["closed_why"] == EXTENDED:
            extended.add(same)
    return marked


def _tell_enrolment(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    yield _plain(row, "started_at", _("Course begun"), more=row["title"])


def _tell_completion(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    passed = row["evidence"].startswith("attempt:")
    text = _("Quiz passed, course completed") if passed else _("Course completed")
    told = {"title": row["title"], "number": row["release"]}
    more = _("%(title)s, version %(number)s") % told
    yield _plain(row, "completed_at", text, more=more, tone="go")


def _tell_employment(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    more = spell_event(
        row["what"],
        region=row["region"],
        zone=row["zone"] or row["home"] or "UTC",
        effective_at=row["effective_at"],
        ends_at=row["ends_at"],
    )
    text = str(EmploymentEvent.What(row["what"]).label)
    yield _plain(row, "effective_at", text, more=more)


def _tell_switch(row: FactRow, titles: Mapping[int, str]) -> Iterator[LifeMoment]:
    tone = "stop" if SWITCHES[row["what"]] else "go"
    text = str(EmploymentEvent.What(row["what"]).label)
    yield _plain(row, "effective_at", text, more=row["reason"], tone=tone)


def _endings(
    facts: Mapping[int, CertificationFacts], at: datetime, known_at: datetime
) -> Iterator[LifeMoment]:
    """What nobody records: a certificate that is not replaced or withdrawn by then ends with its last day."""
    for one in facts.values():
        known = one.as_known(at, known_at)
        for award in known.awards:
            ends = award.expires_at
            if not (is_revoked(award, ends) or is_superseded(award, ends)):
                told = {"title": known.certification_title, "number": award.number}
                more = _("%(title)s, %(number)s") % told
                yield LifeMoment(ends, _("Certificate ended"), more, CLOCK)
            floor = unmet_floor(award, known.floors)
            if floor and award.valid_from < floor.effective_at < award.expires_at:
                told = {"number": award.number, "release": str(floor.number)}
                more = _("%(number)s, earned before version %(release)s of the course") % told
                text = _("Certificate no longer counts")
                yield LifeMoment(floor.effective_at, text, more, CLOCK, floor.recorded_at, "stop")


TELLERS: dict[str, Callable[[FactRow, Mapping[int, str]], Iterator[LifeMoment]]] = {
    "employment": _tell_employment,
    "switch": _tell_switch,
    "assignment": _tell_assignment,
    "enrolment": _tell_enrolment,
    "completion": _tell_completion,
    "award": _tell_award,
    "award_event": _tell_award_event,
    "hold": _tell_hold,
    "waiver": _tell_waiver,
    "absence": _tell_absence,
    "correction": _tell_correction,
    "evidence": _tell_evidence,
}

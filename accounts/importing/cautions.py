"""What a plan would do that is possible and seldom meant: somebody has to look at it and agree. No database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.dated_columns import EVER
from accounts.importing.known_people import DATED, KnownPeople, KnownPerson
from accounts.importing.leaves import LEAVE
from accounts.importing.look_alikes import draw_skeleton
from accounts.importing.problems import PeopleFileProblem
from accounts.importing.rows import PeopleRow, PersonChange
from accounts.rules import Employment, EmploymentFact, find_long_leaves, fold_employment

FEW, SHARE = 20, 0.05
NAMES = ("given_name", "family_name", "display_name")
# Columns of which a large share seldom changes in one file: the address, and all whose changes are facts of their own.
STEADY = ("region", "email", *DATED)
# The kind of whoever may answer for a contractor.
SPONSOR = "employee"
DECIMAL = re.compile(r"[0-9]+\.0+\Z")


def find_cautions(
    rows: Iterable[PeopleRow], steps: list[PersonChange], known: KnownPeople
) -> list[PeopleFileProblem]:
    """The warnings that have to be accepted before the plan is applied."""
    by_id = {step.hr_id: step for step in steps}
    return [
        *_other_people(steps),
        *_odd_ids(rows, known),
        *_new_domains(by_id, known),
        *_large_shares(steps, known),
        *_lost_sponsors(steps, known),
    ]


def _other_people(steps: list[PersonChange]) -> Iterable[PeopleFileProblem]:
    for step in steps:
        if step.known and "email" in step.values and any(name in step.values for name in NAMES):
            text = _(
                "Name and address of %(id)s both change. If this is somebody else, they need an HR id of their own."
            )
            yield PeopleFileProblem(step.row, "hr_id", text % {"id": step.hr_id})


def _odd_ids(rows: Iterable[PeopleRow], known: KnownPeople) -> Iterable[PeopleFileProblem]:
    """New ids that a spreadsheet or a typing hand has made of another one."""
    seen: dict[str, str] = {}
    for hr_id in (*known.kinds, *known.aliases):
        seen.setdefault(draw_skeleton(hr_id), hr_id)
    for row in rows:
        if row.person is not None:
            continue
        near = seen.setdefault(draw_skeleton(row.hr_id), row.hr_id)
        if DECIMAL.match(row.hr_id):
            text = _("“%(id)s” looks like a number that a spreadsheet wrote with decimals.")
            yield PeopleFileProblem(row.number, "hr_id", text % {"id": row.hr_id})
        elif near != row.hr_id:
            text = _(
                "“%(id)s” is new and differs from “%(near)s” only by case, leading zeros or letters that look alike."
            )
            yield PeopleFileProblem(row.number, "hr_id", text % {"id": row.hr_id, "near": near})


def _new_domains(steps: dict[str, PersonChange], known: KnownPeople) -> Iterable[PeopleFileProblem]:
    domains = {email.rpartition("@")[2] for email, owner in known.emails.items() if owner}
    found: dict[str, list[int]] = defaultdict(list)
    for step in steps.values():
        domain = str(step.values.get("email", "")).rpartition("@")[2]
        if domain and domains and domain not in domains:
            found[domain].append(step.row)
    for domain, rows in found.items():
        text = ngettext(
            "Nobody has an address at %(domain)s yet; in this file %(rows)d row does.",
            "Nobody has an address at %(domain)s yet; in this file %(rows)d rows do.",
            len(rows),
        )
        yield PeopleFileProblem(min(rows), "email", text % {"domain": domain, "rows": len(rows)})


def _lost_sponsors(steps: list[PersonChange], known: KnownPeople) -> Iterable[PeopleFileProblem]:
    """Contractors for whom nobody answers any more, because their sponsor is no employee from now on."""
    lost = find_unsponsored(steps, known)
    people = set().union(*lost.values())
    if not people:
        return
    text = ngettext(
        "%(people)d contractor loses the sponsor, and with it the right to post: %(sponsors)s is no employee any more.",
        "%(people)d contractors lose their sponsor, and with it the right to post: %(sponsors)s are no employees any"
        " more.",
        len(people),
    )
    rows = {step.hr_id: step.row for step in steps}
    said = {"people": len(people), "sponsors": ", ".join(sorted(lost)[:FEW])}
    yield PeopleFileProblem(min(rows[sponsor] for sponsor in lost), "kind", text % said)


def find_unsponsored(steps: list[PersonChange], known: KnownPeople) -> dict[str, set[str]]:
    """By HR id of a sponsor who stops being an employee: the contractors who get no other one in this file."""
    responsible = {step.hr_id for step in steps if "sponsor_hr_id" in step.values}
    turned = [
        one.hr_id for one in steps if one.known and one.values.get("kind", SPONSOR) != SPONSOR
    ]
    left = {sponsor: known.sponsored.get(sponsor, set()) - responsible for sponsor in turned}
    return {sponsor: people for sponsor, people in left.items() if people}


def _large_shares(steps: list[PersonChange], known: KnownPeople) -> Iterable[PeopleFileProblem]:
    for name in STEADY:
        changed = sum(name in step.values for step in steps if step.known)
        if changed > largest_usual_share(known):
            text = _("%(changed)d of %(active)d people would get another value here.")
            numbers = {"changed": changed, "active": known.active}
            yield PeopleFileProblem(None, name, text % numbers)


def largest_usual_share(known: KnownPeople) -> int:
    """How many people one file changes without being asked whether that is right."""
    return max(FEW, int(known.active * SHARE))


def find_losers(
    steps: list[PersonChange], rows: dict[str, PeopleRow], known: KnownPeople, at: datetime
) -> set[str]:
    """The HR ids of all known people who would lose the right to be here or to post, or lose it earlier than known.

    By leaving, by the end of a contract, by a start that moves to the future, by a sponsor who leaves, has left or is
    no employee any more, by a leave so long that roles end.
    """
    known_steps = [step for step in steps if step.known]
    losers = {step.hr_id for step in known_steps if step.act == "leave"}
    losers |= {step.hr_id for step in known_steps if _ends_earlier(rows[step.hr_id], step, at)}
    away = {step.hr_id for step in known_steps if _is_long_away(rows[step.hr_id].person, step)}
    responsible = {step.hr_id for step in known_steps if "sponsor_hr_id" in step.values}
    for step in known_steps:
        sponsor = known.resolve(str(rows[step.hr_id].merged["sponsor_hr_id"]))
        dated = {"sponsor_hr_id", "kind"} & set(step.values)
        if dated and rows[step.hr_id].merged["kind"] == "contractor" and sponsor in known.gone:
            losers.add(step.hr_id)
    losers |= set().union(*find_unsponsored(steps, known).values())
    for sponsor in list(losers):
        losers |= known.sponsored.get(sponsor, set()) - responsible
    return losers | away


def _is_long_away(person: KnownPerson | None, step: PersonChange) -> bool:
    """Whether the step makes a leave so long that roles end which did not, or would later."""
    told = {} if person is None else {one.starts_at: one for one in person.absences}
    before = {begun: one.ended_at or one.until for begun, one in told.items()}
    said = {
        event["effective_at"]: event["ends_at"] for event in step.events if event["what"] == LEAVE
    }
    known = {end for _begun, end in find_long_leaves(before.items())}
    return any(end not in known for _begun, end in find_long_leaves((before | said).items()))


def _ends_earlier(row: PeopleRow, step: PersonChange, at: datetime) -> bool:
    if row.person is None or not row.person.facts:
        return False
    planned = (_fact(event, at) for event in step.events)
    facts = row.person.facts
    before = fold_employment(facts, at=at, known_at=EVER)
    after = fold_employment([*facts, *(fact for fact in planned if fact)], at=at, known_at=EVER)
    return before.employed and _end(after, at) < _end(before, at)


def _end(job: Employment, at: datetime) -> datetime:
    return (job.ends_at or EVER) if job.employed else at


def _fact(event: dict[str, Any], at: datetime) -> EmploymentFact | None:
    if event["what"] not in ("joined", "left", "returned", "moved", "contract"):
        return None
    return EmploymentFact(
        event["what"],
        event["effective_at"],
        at,
        event["region"] or None,
        event["ends_at"],
        event.get("corrects"),
    )

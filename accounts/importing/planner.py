"""Turn the rows of a file into a plan: who is created, changed, leaves or returns, and which problems prevent it.

Asks no database and no clock; only the messages are translated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.importing import cautions, cells, manager_chains
from accounts.importing.columns import COLUMNS_BY_NAME
from accounts.importing.date_pairs import find_reversed_dates
from accounts.importing.employment_plans import (
    plan_dated_events,
    plan_first_events,
    plan_leave_events,
    plan_status_events,
)
from accounts.importing.known_people import DATED, FIELDS, KnownPeople
from accounts.importing.problems import PeopleFileProblem
from accounts.importing.rows import PeopleRow, PersonChange

ACTS = ("create", "update", "leave", "return", "unchanged")
# From an event to the column of the file that it records.
DATED_COLUMN: dict[str, str] = {"moved": "region", **{what: name for name, what in DATED.items()}}
NEW_LANGUAGE = "en"


@dataclass(slots=True)
class PeoplePlan:
    """The steps in file order (unchanged rows are only counted) and all problems. One problem stops the plan.

    `cautions` have to be accepted before the plan is applied; `notes` are only shown. `languages` has the rows
    that name a language which Postworthy does not speak. `teams` are the names of teams that are made or `renamed`,
    which has the names that these had before; both by code.
    """

    steps: list[PersonChange] = field(default_factory=list)
    problems: list[PeopleFileProblem] = field(default_factory=list)
    teams: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    cautions: list[PeopleFileProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    languages: dict[str, list[int]] = field(default_factory=dict)


def plan_import(
    rows: list[tuple[int, dict[str, str]]],
    known: KnownPeople,
    *,
    at: datetime,
    allow_many_leavers: bool = False,
) -> PeoplePlan:
    """Plan the import of (row number, texts by column). Changes without a date of their own count from `at`."""
    made = PeoplePlan()
    values = [row for number, texts in rows if (row := _values(number, texts, known, made))]
    _find_duplicates(values, made)
    _teams(values, known, made)
    in_file = {row.hr_id: row for row in values}
    for row in values:
        _row(row, in_file, known, made, at)
    made.notes = [*_language_notes(made.languages), *_unnamed_team_notes(values)]
    # A row with a problem of its own still names a person: others may have them as manager.
    mentioned = {known.resolve(texts.get("hr_id", "").strip()) for _number, texts in rows}
    made.problems += manager_chains.find_manager_problems(values, known, mentioned)
    made.cautions = cautions.find_cautions(values, made.steps, known)
    if not allow_many_leavers:
        _limit_losers(len(cautions.find_losers(made.steps, in_file, known, at)), known, made)
    made.problems.sort(key=lambda problem: (problem.row or 0, problem.column or ""))
    return made


def _values(
    number: int, texts: dict[str, str], known: KnownPeople, made: PeoplePlan
) -> PeopleRow | None:
    said: dict[str, cells.CellValue] = {}
    for name, text in texts.items():
        try:
            said[name] = cells.read_cell(COLUMNS_BY_NAME[name], text)
        except cells.CellRefusedError as reason:
            made.problems.append(PeopleFileProblem(number, name, str(reason)))
    person = known.people.get(known.resolve(str(said.get("hr_id", ""))))
    if person is not None and said.get("email") == "":
        said["email"] = person.values["email"]
    for name in ("hr_id", "email"):
        if said.get(name) == "":
            made.problems.append(PeopleFileProblem(number, name, _("The cell is empty.")))
    if any(problem.row == number for problem in made.problems[-len(texts) - 2 :]):
        return None
    return PeopleRow(number, known.resolve(str(said["hr_id"])), said, person)


def _find_duplicates(rows: list[PeopleRow], made: PeoplePlan) -> None:
    for name in ("hr_id", "email"):
        first: dict[str, int] = {}
        for row in rows:
            value = row.hr_id if name == "hr_id" else str(row.said["email"])
            before = first.setdefault(value, row.number)
            if before != row.number:
                text = _("“%(value)s” stands in row %(before)d already.")
                made.problems.append(
                    PeopleFileProblem(row.number, name, text % {"value": value, "before": before})
                )


def _teams(rows: list[PeopleRow], known: KnownPeople, made: PeoplePlan) -> None:
    """Collect the teams to create or rename. Two names for one team code are a problem."""
    for row in rows:
        code, name = row.said.get("team_code"), str(row.said.get("team_name") or "")
        if not code:
            continue
        code = str(code)
        name = name or made.teams.get(code) or known.teams.get(code) or code
        if made.teams.setdefault(code, name) != name and row.said.get("team_name"):
            text = _("The team %(code)s is called “%(name)s” in another row.")
            made.problems.append(
                PeopleFileProblem(
                    row.number, "team_name", text % {"code": code, "name": made.teams[code]}
                )
            )
    made.teams = {code: name for code, name in made.teams.items() if known.teams.get(code) != name}
    made.renamed = {code: known.teams[code] for code in made.teams if code in known.teams}


def _unnamed_team_notes(rows: list[PeopleRow]) -> Iterable[str]:
    """Names of teams without a code name nothing: a name is no code, and many may have the same."""
    alone = [row for row in rows if row.said.get("team_name") and not row.said.get("team_code")]
    if alone:
        text = ngettext(
            "The name of a team is left out (%(rows)d row): it needs the code of the team in team_code.",
            "Names of teams are left out (%(rows)d rows): each needs the code of the team in team_code.",
            len(alone),
        )
        numbers = {"rows": len(alone)}
        yield str(PeopleFileProblem(alone[0].number, "team_name", text % numbers))


def _row(
    row: PeopleRow,
    in_file: dict[str, PeopleRow],
    known: KnownPeople,
    made: PeoplePlan,
    at: datetime,
) -> None:
    row.merged = _merge(row)
    _use_spoken_language(row, known, made)
    faults = [
        *_faults(row, in_file, known),
        *_contract_faults(row, in_file, known),
        *_status_faults(row),
        *find_reversed_dates(row, known),
    ]
    if faults:
        made.problems += [PeopleFileProblem(row.number, column, text) for column, text in faults]
        return
    step = _step(row, known, at)
    made.counts[step.act] += 1
    if step.act != "unchanged":
        made.steps.append(step)


def _merge(row: PeopleRow) -> dict[str, Any]:
    """The values after the import. An absent column changes nothing; an empty cell clears, unless `keeps` is set."""
    old = row.person.values if row.person else _blank()
    merged = dict(old)
    for name in FIELDS:
        if name in row.said and not (COLUMNS_BY_NAME[name].keeps and not row.said[name]):
            merged[name] = row.said[name]
    if not row.said.get("display_name") and old["display_name"] == _full_name(old):
        merged["display_name"] = _full_name(merged)
    return merged


def _blank() -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(FIELDS, "")
    return blank | {
        "kind": "employee",
        "locale": "en",
        "time_zone": "",
        "starts_on": None,
        "contract_ends_on": None,
    }


def _full_name(values: dict[str, Any]) -> str:
    return f"{values['given_name']} {values['family_name']}".strip()


def _use_spoken_language(row: PeopleRow, known: KnownPeople, made: PeoplePlan) -> None:
    """A language that Postworthy does not speak becomes its main form (fi-fi: fi), or the one used so far."""
    code = row.merged["locale"]
    if code in known.languages:
        return
    made.languages.setdefault(code, []).append(row.number)
    used = row.person.values["locale"] if row.person else NEW_LANGUAGE
    main = code.split("-")[0].split("_")[0]
    row.merged["locale"] = main if main in known.languages else used


def _language_notes(languages: dict[str, list[int]]) -> Iterable[str]:
    for code, rows in languages.items():
        text = ngettext(
            "Postworthy does not speak “%(code)s” (%(rows)d row). Its main form is used, else the language so far,"
            " for new people %(default)s.",
            "Postworthy does not speak “%(code)s” (%(rows)d rows). Its main form is used, else the language so far,"
            " for new people %(default)s.",
            len(rows),
        )
        numbers = {"code": code, "rows": len(rows), "default": NEW_LANGUAGE}
        yield str(PeopleFileProblem(rows[0], "locale", text % numbers))


def _faults(
    row: PeopleRow, in_file: dict[str, PeopleRow], known: KnownPeople
) -> list[tuple[str, str]]:
    faults, merged = [], row.merged
    owner = known.emails.get(merged["email"])
    # An address that its owner gives up in the same file is free.
    if owner in in_file and in_file[owner].said["email"] != merged["email"]:
        owner = None
    if owner is not None and owner != row.hr_id:
        faults.append(("email", _whose(merged["email"], owner, row)))
    if not merged["display_name"]:
        faults.append(("given_name", _("Fill one of the names.")))
    if not merged["region"]:
        faults.append(("region", _("A new person needs a region.")))
    elif merged["region"] not in known.zones:
        some = ", ".join(sorted(known.zones)[:20])
        text = _("There is no region “%(code)s”. There are: %(some)s.")
        faults.append(("region", text % {"code": merged["region"], "some": some}))
    return faults


def _whose(email: str, owner: str, row: PeopleRow) -> str:
    if not owner:
        return _("%(email)s belongs to a tool's account.") % {"email": email}
    if row.person is None:
        text = _(
            "%(email)s belongs to HR id %(owner)s. An HR id never changes: use %(owner)s, or another address."
        )
    else:
        text = _("%(email)s belongs to HR id %(owner)s. Change that person's address first.")
    return text % {"email": email, "owner": owner}


def _contract_faults(
    row: PeopleRow, in_file: dict[str, PeopleRow], known: KnownPeople
) -> list[tuple[str, str]]:
    faults, merged = [], row.merged
    sponsor = known.resolve(merged["sponsor_hr_id"])
    if merged["kind"] == "contractor" and not sponsor:
        faults.append(("sponsor_hr_id", _("A contractor needs an employee who answers for them.")))
    if merged["kind"] == "contractor" and not merged["contract_ends_on"]:
        faults.append(("contract_ends_on", _("A contractor needs the last day of the contract.")))
    if sponsor and "sponsor_hr_id" in row.said:
        faults += _sponsor_faults(row, sponsor, in_file, known)
    return faults


def _sponsor_faults(
    row: PeopleRow, sponsor: str, in_file: dict[str, PeopleRow], known: KnownPeople
) -> list[tuple[str, str]]:
    named = in_file.get(sponsor)
    kind = (
        (named.said.get("kind") if named else "")
        or known.kinds.get(sponsor)
        or ("employee" if named else "")
    )
    if not kind:
        return [("sponsor_hr_id", _("Nobody has the HR id %(id)s.") % {"id": sponsor})]
    if kind != "employee" or sponsor == row.hr_id:
        return [
            (
                "sponsor_hr_id",
                _("%(id)s cannot answer for a contractor: only another employee can.")
                % {"id": sponsor},
            )
        ]
    return []


def _status_faults(row: PeopleRow) -> list[tuple[str, str]]:
    status, left_on = row.said.get("status"), row.said.get("left_on")
    if left_on and status != "left":
        return [("status", _("Somebody with a last working day has the status left."))]
    if status == "left" and not left_on and not (row.person and row.person.left_at):
        return [("left_on", _("Say the last working day, like 2026-03-14."))]
    return []


def _step(row: PeopleRow, known: KnownPeople, at: datetime) -> PersonChange:
    zone = known.zones[row.merged["region"]]
    if not row.merged["time_zone"]:
        row.merged["time_zone"] = zone
    step = PersonChange(row.number, row.hr_id, row.merged["display_name"], "unchanged")
    step.zones = known.list_zones(row.merged["region"], row.person)
    if row.person is None:
        step.act, step.values = "create", row.merged
        step.events = [*plan_first_events(row, zone, at), *plan_leave_events(row, known)]
        return step
    old = row.person.values
    step.known = row.person.digest
    step.events = plan_dated_events(row, row.person, known, at)
    dated = {DATED_COLUMN.get(event["what"]) for event in step.events}
    step.values = {
        name: row.merged[name]
        for name in FIELDS
        if (name in dated if name in DATED_COLUMN.values() else row.merged[name] != old[name])
    }
    step.before = {name: old[name] for name in step.values}
    if step.values or step.events:
        step.act = "update"
    act, events = plan_status_events(row, row.person, zone, at)
    if events:
        step.act, step.events = act, step.events + events
    return step


def _limit_losers(losers: int, known: KnownPeople, made: PeoplePlan) -> None:
    limit = cautions.largest_usual_share(known)
    if losers > limit:
        text = _(
            "%(losers)d of %(active)d people would lose the right to be here or to post, or lose it earlier; the limit"
            " is %(limit)d. Counted are leavings, ends of contracts, later starts, long leaves, and sponsors who leave"
            " or are no employees any more. If that is right, allow many leavers; if not, correct the file."
        )
        numbers = {"losers": losers, "active": known.active, "limit": limit}
        made.problems.append(PeopleFileProblem(None, None, text % numbers))

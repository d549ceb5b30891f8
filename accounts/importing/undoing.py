"""Take an applied import back: a plan of its own, made of new facts, as nothing that was recorded is ever rewritten.

What a person had before is known from the other facts about them; who was changed since is left as they are.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.dated_columns import DATED_COLUMNS, EVER, dated_value, employment_facts
from accounts.importing.employment_plans import PlannedEvent, plan_event
from accounts.importing.known_people import (
    DATED,
    FIELDS,
    KnownPeople,
    KnownPerson,
    hr_ids_named,
    split_into_chunks,
    team_codes,
)
from accounts.importing.leaves import LEAVE, WrittenLeaves
from accounts.importing.planner import PeoplePlan
from accounts.importing.problems import PeopleFileProblem
from accounts.importing.rows import PersonChange
from accounts.models import Absence, EmploymentEvent, Team
from accounts.rules import EmploymentFact, fold_employment, standing_facts

What = EmploymentEvent.What
UNDO_DAYS = timedelta(days=30)
PRESENCE = ("joined", "left", "returned")
COLUMN_OF = {str(what): name for name, what in DATED.items()}
# What the row alone says. The other columns are told by events: a planned change has not reached the row.
ROW_COLUMNS = tuple(name for name in FIELDS if name not in {"region", *DATED})


class UndoRefusedError(ValueError):
    """The import cannot be taken back. The message says why and what to do."""


class _StaysError(ValueError):
    """A person stays as the import left them. The message says why."""


@dataclass(slots=True)
class _Told:
    """The events about one person: those of the import, and the others, each in the order of recording.

    `begun` are the leaves that the import recorded, `replaced` those of before in whose place it did so.
    """

    mine: list[EmploymentEvent] = field(default_factory=list)
    others: list[EmploymentEvent] = field(default_factory=list)
    begun: list[Absence] = field(default_factory=list)
    replaced: list[Absence] = field(default_factory=list)

    @property
    def changed_since(self) -> bool:
        told = bool(self.mine and self.others and self.others[-1].pk > self.mine[-1].pk)
        return told or any(one.ended_at for one in self.begun)

    def facts_before(self) -> list[EmploymentFact]:
        return standing_facts(employment_facts(self.others), EVER)


def keep_for_undo(
    plan: dict[str, Any],
    events: list[EmploymentEvent],
    leaves: WrittenLeaves,
    old_teams: dict[str, str],
) -> dict[str, Any]:
    """What an undo of this plan needs: its steps with the values before, its events, its leaves, its teams' names.

    Of new people a hash of their values is enough, to see later whether somebody has changed them.
    """
    steps = []
    for step in plan["steps"]:
        kept = {name: step[name] for name in ("row", "hr_id", "name", "act", "known", "before")}
        kept["values"] = step["values"] if step["known"] else {}
        kept["made"] = "" if step["known"] else _hash_values(step["values"])
        steps.append(kept)
    return {
        "steps": steps,
        "events": [event.pk for event in events],
        "begun": [absence.pk for absence in leaves.begun],
        "replaced": [absence.pk for absence in leaves.replaced],
        "teams": old_teams,
    }


def _hash_values(values: dict[str, Any]) -> str:
    said = "\0".join(f"{name}={_plain(values[name])}" for name in ROW_COLUMNS)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def plan_undo(undo: dict[str, Any], known: KnownPeople) -> PeoplePlan:
    """The plan that takes back what `undo` holds, planned changes too. Who was changed since is a caution and stays."""
    made = PeoplePlan()
    told = _read_told(known, undo)
    codes = [code for code, _name in undo["teams"].items()]
    names = dict(Team.objects.filter(code__in=codes).values_list("code", "name"))
    made.teams = {code: old for code, old in undo["teams"].items() if names.get(code) != old}
    made.renamed = {code: names[code] for code in made.teams if code in names}
    for stored in reversed(undo["steps"]):
        try:
            made.steps.append(_undo_step(stored, told, known))
        except _StaysError as reason:
            text = str(reason) % {"id": stored["hr_id"]}
            made.cautions.append(PeopleFileProblem(stored["row"], None, text))
    made.counts = Counter(step.act for step in made.steps)
    if made.counts["leave"]:
        text = ngettext(
            "%(number)d person would have left: they came, or came back, by this file.",
            "%(number)d people would have left: they came, or came back, by this file.",
            made.counts["leave"],
        )
        made.cautions.append(PeopleFileProblem(None, None, text % {"number": made.counts["leave"]}))
    return made


def _read_told(known: KnownPeople, undo: dict[str, Any]) -> dict[int, _Told]:
    told: dict[int, _Told] = defaultdict(_Told)
    ids = set(undo["events"])
    for chunk in split_into_chunks([*undo["begun"], *undo["replaced"]]):
        for absence in Absence.objects.filter(pk__in=chunk).order_by("id"):
            one = told[absence.person_id]
            (one.begun if absence.pk in undo["begun"] else one.replaced).append(absence)
    people = [person.pk for person in known.people.values()]
    for start in range(0, len(people), 500):
        events = EmploymentEvent.objects.filter(person__in=people[start : start + 500])
        for event in events.select_related(
            "region", "other", "former", "team", "former_team"
        ).order_by("id"):
            one = told[event.person_id]
            (one.mine if event.pk in ids else one.others).append(event)
    return told


def _undo_step(stored: dict[str, Any], told: dict[int, _Told], known: KnownPeople) -> PersonChange:
    """The step back. Raises _StaysError for somebody who is not as the import left them, or cannot be as before."""
    person = known.people.get(stored["hr_id"])
    if person is None:
        raise _StaysError(_("%(id)s is not known any more."))
    about = told[person.pk]
    _require_as_imported(stored, person, about)
    step = PersonChange(stored["row"], person.hr_id, stored["name"], "update", person.digest)
    step.zones = known.list_zones(stored["before"].get("region"), person)
    if not stored["known"]:
        joined = next(event for event in about.mine if event.what == "joined")
        left = plan_event("left", joined.effective_at)
        step.act, step.events = "leave", [left, *_leaves_back(about)]
        return step
    step.values = dict(stored["before"])
    step.before = {name: _plain(person.values[name]) for name in step.values}
    step.events = [*_presence_back(about), *_columns_back(about, person), *_leaves_back(about)]
    leaves = any(event["what"] == "left" for event in step.events)
    step.act = "update" if leaves else _act_back(stored["act"])
    if not _is_back(about, step.events):
        raise _StaysError(
            _("What the file said of %(id)s cannot be taken back by itself: they stay as they are.")
        )
    return step


def _require_as_imported(stored: dict[str, Any], person: KnownPerson, about: _Told) -> None:
    """Raises _StaysError for somebody of whom something was recorded, or whose row was changed, after the import."""
    if stored["known"]:
        names = [name for name in ROW_COLUMNS if name in stored["values"]]
        same = all(_plain(person.values[name]) == stored["values"][name] for name in names)
    else:
        same = _hash_values(person.values) == stored["made"]
    if about.changed_since or not same:
        raise _StaysError(_("%(id)s was changed after the import and stays as they are."))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _act_back(act: str) -> str:
    return {"leave": "return", "return": "leave"}.get(act, "update")


def _presence_back(about: _Told) -> list[PlannedEvent]:
    """Events after which somebody is here, and was, as if the import had said nothing about it: the last one first."""
    mine = [event for event in about.mine if event.what in PRESENCE]
    return [
        back
        for number, event in reversed(list(enumerate(mine)))
        for back in _take_back(event, [*about.others, *mine[:number]])
    ]


def _take_back(event: EmploymentEvent, before: list[EmploymentEvent]) -> list[PlannedEvent]:
    at = event.effective_at
    facts = standing_facts(employment_facts(before), EVER)
    if event.what == "left":
        job = fold_employment(_without_contracts(facts), at=EVER, known_at=EVER)
        # Another leaving that stood before stands again.
        again = [plan_event("left", job.left_at)] if job.left_at and not job.employed else []
        return [plan_event("returned", at), *again]
    if any(fact.what == "left" and fact.effective_at == at for fact in facts):
        # It called that leaving off.
        again = [plan_event("left", at)]
        return [*_start_again(event, facts), *again] if event.corrects else again
    if event.corrects:
        return _start_again(event, facts)
    left_at = fold_employment(_without_contracts(facts), at=EVER, known_at=EVER).left_at
    if left_at is None:
        return [plan_event("left", at)]
    return [plan_event("returned", left_at, corrects=at), plan_event("left", left_at)]


def _start_again(event: EmploymentEvent, facts: list[EmploymentFact]) -> list[PlannedEvent]:
    """The joining or return that `event` moved, where it was."""
    moved = (event.what, event.corrects)
    old = next((fact for fact in facts if (fact.what, fact.effective_at) == moved), None)
    if old is None:
        return []
    more = {"region": old.region or "", "ends_at": old.ends_at}
    return [plan_event(old.what, old.effective_at, corrects=event.effective_at, **more)]


def _without_contracts(facts: list[EmploymentFact]) -> list[EmploymentFact]:
    return [replace(fact, ends_at=None) for fact in facts if fact.what != "contract"]


def _columns_back(about: _Told, person: KnownPerson) -> list[PlannedEvent]:
    """An event with the value of before at each instant for which the import recorded another one."""
    before, found = about.facts_before(), []
    for event in about.mine:
        at = event.effective_at
        if event.what == "moved":
            job = fold_employment(before, at=at, known_at=EVER)
            found.append(plan_event("moved", at, region=job.region_code or ""))
        elif event.what == "contract":
            job = fold_employment(before, at=at, known_at=EVER)
            found.append(plan_event("contract", at, ends_at=job.contract_ends_at))
        elif event.what in COLUMN_OF:
            found.append(_column_back(event, about, person))
    return found


def _leaves_back(about: _Told) -> list[PlannedEvent]:
    """The leaves as they were said before the import; one that it said first lasts no time."""
    former = {one.starts_at: one.until for one in about.replaced}
    said = {one.starts_at for one in about.begun}
    found = [plan_event(LEAVE, at, ends_at=former.get(at, at), corrects=at) for at in sorted(said)]
    gone = sorted(former.keys() - said)
    return [*found, *(plan_event(LEAVE, at, ends_at=former[at]) for at in gone)]


def _column_back(event: EmploymentEvent, about: _Told, person: KnownPerson) -> PlannedEvent:
    at, was, events = event.effective_at, _value_before(about, event), about.mine + about.others
    former = person.values[COLUMN_OF[event.what]]
    if event.what == "kind":
        return plan_event("kind", at, kind=was or event.former_kind, former_kind=former)
    if event.what == "team":
        return plan_event("team", at, team=team_codes(events).get(was, ""), former_team=former)
    return plan_event(event.what, at, other=hr_ids_named(events).get(was, ""), former=former)


def _value_before(about: _Told, event: EmploymentEvent) -> Any:
    """The value at the instant of the event by the other events; without any, what the import found."""
    first = next(one for one in about.mine if one.what == event.what)
    former = getattr(first, DATED_COLUMNS[What(event.what)][1])
    return dated_value(event.what, former, about.others).value_at(event.effective_at, EVER)


def _is_back(about: _Told, events: list[PlannedEvent]) -> bool:
    """Whether employment is at every instant what it was before: some returns cannot be taken back by new facts."""
    before = about.facts_before()
    facts = [fact for fact in map(_fact, events) if fact]
    after = standing_facts([*employment_facts([*about.others, *about.mine]), *facts], EVER)
    edges = {fact.effective_at for fact in [*before, *after]} | {EVER}
    edges |= {fact.ends_at for fact in [*before, *after] if fact.ends_at}
    return all(_known(before, at) == _known(after, at) for at in edges)


def _known(facts: list[EmploymentFact], at: datetime) -> tuple[Any, ...]:
    job = fold_employment(facts, at=at, known_at=EVER)
    return (
        job.employed,
        job.left_at,
        job.region_code,
        job.contract_ends_at if job.employed else None,
    )


def _fact(event: PlannedEvent) -> EmploymentFact | None:
    if event["what"] in COLUMN_OF or event["what"] == LEAVE:
        return None
    return EmploymentFact(
        event["what"],
        event["effective_at"],
        EVER,
        event["region"] or None,
        event["ends_at"],
        event.get("corrects"),
    )

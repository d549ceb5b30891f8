"""One import of HR's file: `make_plan` stores the changes a file would make, `apply_plan` makes exactly those."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.importing import applier, known_people, planner, reader, rejects, undoing
from accounts.importing.known_people import KnownPeople
from accounts.importing.mappings import FeedMapping
from accounts.importing.problems import PeopleFileProblem
from accounts.models import PeopleImport, Team
from ledger import entries
from ledger.planner_statistics import count_after_changes

ImportState = PeopleImport.State
# Only so many problems are stored; `problem_count` in the plan holds their full number.
KEPT_PROBLEMS = 500


class PlanNotAppliedError(ValueError):
    """The plan was not applied and nothing changed. The message says why and what to do."""


class WarningsNotAcceptedError(PlanNotAppliedError):
    """The plan has warnings that nobody has accepted."""


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """How a file is to be read: with which mapping (and its name), and what is allowed of its plan."""

    mapping: FeedMapping | None = None
    mapping_name: str = ""
    allow_many_leavers: bool = False
    skip_rejected: bool = False


OWN_COLUMNS = ImportChoices()


def make_plan(
    source: BinaryIO,
    *,
    file_name: str,
    size: int | None,
    actor: str,
    at: datetime,
    choices: ImportChoices = OWN_COLUMNS,
) -> PeopleImport:
    """Read a file and store the plan of its changes. One problem or more makes the state REFUSED.

    If all problems are problems of single records, the plan of the other records is stored too (`others`); with
    `skip_rejected` it is the plan.
    """
    table = reader.read_table(
        source, size=size, max_bytes=settings.IMPORT_MAX_BYTES, mapping=choices.mapping
    )
    made, known = _plan_whole_file(table, choices, at)
    plan = _as_json(made, table)
    rejected: list[rejects.RejectedRow] = []
    if made.problems and known is not None:
        others, rejected = rejects.plan_without_rejected(
            table, known, at=at, allow_many_leavers=choices.allow_many_leavers
        )
        plan["others"] = _as_json(others, table) | {"left_out": count_rejects(rejected)}
        if choices.skip_rejected:
            made, plan = others, plan["others"]
        elif others.problems:
            del plan["others"]
    return PeopleImport.objects.create(
        file_name=file_name[:255],
        sha256=table.sha256,
        state=ImportState.REFUSED if made.problems else ImportState.PLANNED,
        plan=plan,
        created_at=at,
        created_by=actor,
        mapping=choices.mapping_name,
        rejects=_stored_rejects(rejected, table) if rejected else {},
    )


def _plan_whole_file(
    table: reader.PeopleTable, choices: ImportChoices, at: datetime
) -> tuple[planner.PeoplePlan, KnownPeople | None]:
    """The plan of all rows with all problems, and the people it was made for; None for a file that has no rows."""
    if not table.usable:
        return planner.PeoplePlan(problems=table.problems), None
    hr_ids = [texts["hr_id"].strip() for _number, texts in table.rows]
    known = known_people.read_known_people(hr_ids, at=at)
    rows = table.rows
    if choices.mapping and choices.mapping.leavers_end_today:
        rows = table.rows = _end_leavers_today(rows, known, at)
    sound = [(number, texts) for number, texts in rows if number not in table.broken]
    made = planner.plan_import(sound, known, at=at, allow_many_leavers=choices.allow_many_leavers)
    made.problems = sorted(
        [*table.problems, *made.problems], key=lambda found: (found.row or 0, found.column or "")
    )
    return made, known


def _end_leavers_today(
    rows: list[tuple[int, dict[str, str]]], known: KnownPeople, at: datetime
) -> list[tuple[int, dict[str, str]]]:
    """The rows with the day of the file as last working day of those who left and were here until now."""
    ended = []
    for number, texts in rows:
        person = known.people.get(known.resolve(texts["hr_id"].strip()))
        gone = texts.get("status", "").strip().casefold() == "left" and not texts.get("left_on")
        if gone and not (person and person.left_at):
            zone = known.zones.get(person.values["region"] if person else "", "UTC")
            texts = texts | {"left_on": at.astimezone(ZoneInfo(zone)).date().isoformat()}
        ended.append((number, texts))
    return ended


def count_rejects(rejected: list[rejects.RejectedRow]) -> dict[str, int]:
    """How many records were left out, and how many of those say that somebody left and could not say it."""
    staying = sum(one.leaves and not one.left for one in rejected)
    return {"records": len(rejected), "staying": staying}


def _stored_rejects(
    rejected: list[rejects.RejectedRow], table: reader.PeopleTable
) -> dict[str, Any]:
    rows = [one.as_json() for one in rejected]
    for row in rows:
        row["reasons"] = [_storable(text) for text in row["reasons"]]
        row["cells"] = [_storable(text) for text in row["cells"]]
    return {"header": [_storable(text) for text in table.headers], "rows": rows}


def leave_out_rejected(upload: PeopleImport, *, digest: str) -> PeopleImport:
    """Take the stored plan of the records that can go in for a refused file. Once it is taken, that changes nothing.

    Raises PlanNotAppliedError.
    """
    with transaction.atomic():
        upload = PeopleImport.objects.select_for_update().get(pk=upload.pk)
        if upload.state == ImportState.PLANNED and upload.plan["digest"] == digest:
            return upload
        others = upload.plan.get("others")
        if upload.state != ImportState.REFUSED or not others:
            raise PlanNotAppliedError(
                _("No record of this file can be left out any more. Upload it again.")
            )
        if others["digest"] != digest:
            raise PlanNotAppliedError(
                _("This is not the plan you have seen. Upload the file again.")
            )
        upload.state, upload.plan = ImportState.PLANNED, others
        upload.save(update_fields=["state", "plan"])
    return upload


def apply_plan(
    upload: PeopleImport, *, digest: str, actor: str, at: datetime, accept_warnings: bool = False
) -> PeopleImport:
    """Apply the plan with this `digest`, wholly or not at all.

    Raises PlanNotAppliedError, also for a plan with `cautions` unless `accept_warnings`.
    """
    with transaction.atomic():
        upload = PeopleImport.objects.select_for_update().get(pk=upload.pk)
        _require_applicable(upload, digest, accept_warnings=accept_warnings)
        teams = dict(Team.objects.filter(code__in=upload.plan["teams"]).values_list("code", "name"))
        try:
            written = applier.apply_steps(upload.plan, actor=actor, at=at)
        except applier.StalePlanError as reason:
            raise PlanNotAppliedError(str(reason)) from reason
        count_after_changes(len(upload.plan["steps"]))
        upload.state, upload.applied_at = ImportState.APPLIED, at
        if upload.undoes_id is None:
            upload.undo = undoing.keep_for_undo(upload.plan, *written, teams)
        upload.plan = empty_plan(upload.plan)
        upload.save(update_fields=["state", "applied_at", "plan", "undo"])
        entries.append_entry(
            kind="people.imported",
            subject=f"import:{upload.uuid}",
            actor=actor,
            at=at,
            data={
                "file": upload.sha256,
                "plan": digest,
                "counts": upload.plan["counts"],
                "renamed": [code for code, _was, _name in upload.plan["renamed"]],
                "undoes": str(upload.undoes.uuid) if upload.undoes else None,
            },
        )
    return upload


def _require_applicable(upload: PeopleImport, digest: str, *, accept_warnings: bool) -> None:
    """Raises PlanNotAppliedError for a plan that may not be applied as it stands."""
    if upload.state == ImportState.APPLIED:
        raise PlanNotAppliedError(_("This plan has been applied already."))
    if upload.state == ImportState.REFUSED:
        raise PlanNotAppliedError(_("The file has problems. Correct it and upload it again."))
    if not digest == upload.plan["digest"] == _digest(upload.plan):
        raise PlanNotAppliedError(_("This is not the plan you have seen. Upload the file again."))
    if upload.plan["cautions"] and not accept_warnings:
        raise WarningsNotAcceptedError(
            _("The plan has warnings. Look at them and accept them, or correct the file.")
        )


def is_undoable(upload: PeopleImport, at: datetime) -> bool:
    """Whether the import can still be taken back at `at`."""
    applied_at = upload.applied_at
    recent = applied_at is not None and at < applied_at + undoing.UNDO_DAYS
    taken_back = upload.undone_by.filter(state=ImportState.APPLIED).exists()
    return recent and bool(upload.undo) and not taken_back


def make_undo_plan(upload: PeopleImport, *, actor: str, at: datetime) -> PeopleImport:
    """Store the plan that takes an applied import back. Raises PlanNotAppliedError once that is not possible."""
    if not is_undoable(upload, at):
        raise PlanNotAppliedError(
            _(
                "This import cannot be taken back: it is older than 30 days, or was taken back already."
            )
        )
    hr_ids = [step["hr_id"] for step in upload.undo["steps"]]
    made = undoing.plan_undo(upload.undo, known_people.read_known_people(hr_ids, at=at))
    return PeopleImport.objects.create(
        file_name=upload.file_name,
        sha256=upload.sha256,
        state=ImportState.PLANNED,
        plan=_as_json(made, reader.PeopleTable()),
        created_at=at,
        created_by=actor,
        mapping=upload.mapping,
        undoes=upload,
    )


def empty_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without what it says about people: its counts, the teams that it renames and its digest stay.

    It cannot be applied.
    """
    kept = {name: value for name, value in plan.items() if name != "others"}
    return kept | {"emptied": True, "problems": [], "warnings": [], "teams": [], "steps": []}


def stored_problems(upload: PeopleImport) -> list[PeopleFileProblem]:
    """The stored problems of the file in row order: at most KEPT_PROBLEMS, while the plan counts them all."""
    return [PeopleFileProblem(*said) for said in upload.plan["problems"]]


def stored_cautions(upload: PeopleImport) -> list[PeopleFileProblem]:
    """The stored warnings that have to be accepted: at most KEPT_PROBLEMS, while the plan counts them all."""
    return [PeopleFileProblem(*said) for said in upload.plan.get("cautions", ())]


def _as_json(made: planner.PeoplePlan, table: reader.PeopleTable) -> dict[str, Any]:
    plan: dict[str, Any] = {
        "counts": {act: made.counts[act] for act in planner.ACTS},
        "problem_count": len(made.problems),
        "problems": _kept(made.problems, table),
        "caution_count": len(made.cautions),
        "cautions": [] if made.problems else _kept(made.cautions, table),
        "warnings": [_storable(text) for text in [*table.warnings, *made.notes]],
        "teams": made.teams,
        "renamed": [[code, was, made.teams[code]] for code, was in made.renamed.items()],
        "steps": [] if made.problems else [step.as_json() for step in made.steps],
    }
    return plan | {"digest": _digest(plan)}


def _kept(found: list[PeopleFileProblem], table: reader.PeopleTable) -> list[list[Any]]:
    said = [rejects.name_column_of_file(problem, table) for problem in found[:KEPT_PROBLEMS]]
    return [[one.row, one.column and _storable(one.column), _storable(one.text)] for one in said]


def _storable(text: str) -> str:
    """The text with each NUL replaced by the symbol U+2400: PostgreSQL cannot store a NUL."""
    return text.replace("\x00", "\u2400")


def _digest(plan: dict[str, Any]) -> str:
    """SHA-256 in hex over the teams, steps and cautions of the plan as canonical JSON."""
    body = {name: plan[name] for name in ("teams", "steps", "cautions")}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

"""One import of HR's file: `make_plan` stores the changes a file would make, `apply_plan` makes exactly those."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.importing import applier, known_people, planner, reader
from accounts.importing.problems import PeopleFileProblem
from accounts.models import PeopleImport
from ledger import entries
from ledger.planner_statistics import count_after_changes

ImportState = PeopleImport.State
# Only so many problems are stored; `problem_count` in the plan holds their full number.
KEPT_PROBLEMS = 500


class PlanNotAppliedError(ValueError):
    """The plan was not applied and nothing changed. The message says why and what to do."""


class WarningsNotAcceptedError(PlanNotAppliedError):
    """The plan has warnings that nobody has accepted."""


def make_plan(
    source: BinaryIO,
    *,
    file_name: str,
    size: int | None,
    actor: str,
    at: datetime,
    allow_many_leavers: bool = False,
) -> PeopleImport:
    """Read a file and store the plan of its changes. One problem or more makes the state REFUSED."""
    table = reader.read_table(source, size=size, max_bytes=settings.IMPORT_MAX_BYTES)
    made = planner.PeoplePlan(problems=table.problems)
    if not table.problems:
        hr_ids = [texts["hr_id"].strip() for _number, texts in table.rows]
        snapshot = known_people.read_known_people(hr_ids, at=at)
        made = planner.plan_import(
            table.rows, snapshot, at=at, allow_many_leavers=allow_many_leavers
        )
    return PeopleImport.objects.create(
        file_name=file_name[:255],
        sha256=table.sha256,
        state=ImportState.REFUSED if made.problems else ImportState.PLANNED,
        plan=_as_json(made, table.warnings),
        created_at=at,
        created_by=actor,
    )


def apply_plan(
    upload: PeopleImport, *, digest: str, actor: str, at: datetime, accept_warnings: bool = False
) -> PeopleImport:
    """Apply the plan with this `digest`, wholly or not at all.

    Raises PlanNotAppliedError, also for a plan with `cautions` unless `accept_warnings`.
    """
    with transaction.atomic():
        upload = PeopleImport.objects.select_for_update().get(pk=upload.pk)
        if upload.state == ImportState.APPLIED:
            raise PlanNotAppliedError(_("This plan has been applied already."))
        if upload.state == ImportState.REFUSED:
            raise PlanNotAppliedError(_("The file has problems. Correct it and upload it again."))
        if not digest == upload.plan["digest"] == _digest(upload.plan):
            raise PlanNotAppliedError(
                _("This is not the plan you have seen. Upload the file again.")
            )
        if upload.plan["cautions"] and not accept_warnings:
            raise WarningsNotAcceptedError(
                _("The plan has warnings. Look at them and accept them, or correct the file.")
            )
        try:
            applier.apply_steps(upload.plan, actor=actor, at=at)
        except applier.StalePlanError as reason:
            raise PlanNotAppliedError(str(reason)) from reason
        count_after_changes(len(upload.plan["steps"]))
        upload.state, upload.applied_at = ImportState.APPLIED, at
        upload.plan = empty_plan(upload.plan)
        upload.save(update_fields=["state", "applied_at", "plan"])
        entries.append_entry(
            kind="people.imported",
            subject=f"import:{upload.uuid}",
            actor=actor,
            at=at,
            data={"file": upload.sha256, "plan": digest, "counts": upload.plan["counts"]},
        )
    return upload


def empty_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without what it says about people: its counts and its digest stay. It cannot be applied."""
    return plan | {"emptied": True, "problems": [], "warnings": [], "teams": [], "steps": []}


def stored_problems(upload: PeopleImport) -> list[PeopleFileProblem]:
    """The stored problems of the file in row order: at most KEPT_PROBLEMS, while the plan counts them all."""
    return [PeopleFileProblem(*said) for said in upload.plan["problems"]]


def stored_cautions(upload: PeopleImport) -> list[PeopleFileProblem]:
    """The stored warnings that have to be accepted: at most KEPT_PROBLEMS, while the plan counts them all."""
    return [PeopleFileProblem(*said) for said in upload.plan.get("cautions", ())]


def _as_json(made: planner.PeoplePlan, warnings: list[str]) -> dict[str, Any]:
    plan: dict[str, Any] = {
        "counts": {act: made.counts[act] for act in planner.ACTS},
        "problem_count": len(made.problems),
        "problems": _kept(made.problems),
        "caution_count": len(made.cautions),
        "cautions": [] if made.problems else _kept(made.cautions),
        "warnings": [_storable(text) for text in [*warnings, *made.notes]],
        "teams": made.teams,
        "steps": [] if made.problems else [step.as_json() for step in made.steps],
    }
    return plan | {"digest": _digest(plan)}


def _kept(found: list[PeopleFileProblem]) -> list[list[Any]]:
    return [
        [said.row, said.column and _storable(said.column), _storable(said.text)]
        for said in found[:KEPT_PROBLEMS]
    ]


def _storable(text: str) -> str:
    """The text with each NUL replaced by the symbol U+2400: PostgreSQL cannot store a NUL."""
    return text.replace("\x00", "\u2400")


def _digest(plan: dict[str, Any]) -> str:
    """SHA-256 in hex over the teams, steps and cautions of the plan as canonical JSON."""
    body = {name: plan[name] for name in ("teams", "steps", "cautions")}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

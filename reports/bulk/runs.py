"""An act on many people as a job, in chunks: each is one transaction that also says how far it is.

So it goes on after whatever stopped it, and does nothing twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.later import run_later
from accounts.models import Role, User
from accounts.permissions import people_scope
from certificates.acts.guards import CertificateRefusedError
from reports.bulk.kinds import KINDS
from reports.models import BulkAct

CHUNK = 25
# So few are done before the answer.
HANDFUL = 10
MOST_TOLD = 1_000
WORKED = ("done", "changed", "left_alone", "left_out", "worked_at", "finished_at")
# A job that nobody has worked on for so long has lost its process.
STALE = timedelta(minutes=1)


def start_run(run: BulkAct) -> None:
    """Do a handful at once, more after the answer. Call it when the run is committed."""
    if run.total <= HANDFUL:
        work_on(run.pk)
    else:
        run_later(partial(work_on, run.pk))


def work_on(pk: int) -> None:
    """Work chunk by chunk until all are done or somebody stops it."""
    while _work_on_chunk(pk):
        pass


@transaction.atomic
def _work_on_chunk(pk: int) -> bool:
    """Whether there is more to do. Two who work at once wait for each other here."""
    run = BulkAct.objects.select_for_update().get(pk=pk)
    if run.finished_at is not None:
        return False
    actor = User.objects.get(uuid=run.requested_by.removeprefix("person:"))
    for person in run.people[run.done : run.done + CHUNK]:
        why = _do_to_one(run, person, actor)
        run.done += 1
        run.changed += not why
        if why:
            note_left_out(run, person, why)
    run.worked_at = timezone.now()
    run.finished_at = run.worked_at if run.done == run.total else None
    run.save(update_fields=WORKED)
    return run.finished_at is None


def note_left_out(run: BulkAct, person: int, why: str) -> None:
    """Nothing was done to this person; of the first thousand it is kept why."""
    run.left_alone += 1
    if len(run.left_out) < MOST_TOLD:
        run.left_out.append([person, why])


def _do_to_one(run: BulkAct, pk: int, actor: User) -> str:
    """Do it; returns why not, if it may not or need not be done any more."""
    at = timezone.now()
    person = User.objects.select_related("region").get(pk=pk)
    if actor.pk == pk or not people_scope(actor, at).covers(person, Role.HR):
        return _("You may not do this to them any more.")
    if person.has_left(at):
        return _("They have left.")
    try:
        with transaction.atomic():
            KINDS[run.act].do(person, run.choices, actor=actor, at=at)
    except CertificateRefusedError as refused:
        return f"{refused.reason} {refused.remedy}".strip()
    return ""


@transaction.atomic
def stop_run(run: BulkAct, *, actor: str) -> None:
    """What is done stays done; the others are left alone. One that has finished stays as it is."""
    locked = BulkAct.objects.select_for_update().get(pk=run.pk)
    if locked.finished_at is None:
        locked.finished_at, locked.stopped_by = timezone.now(), actor
        locked.save(update_fields=["finished_at", "stopped_by"])


def find_stale_runs(at: datetime) -> QuerySet[BulkAct]:
    """Those that are not finished and that nobody works on."""
    begun = at - STALE
    idle = Q(worked_at__lte=begun) | Q(worked_at=None, created_at__lte=begun)
    return BulkAct.objects.filter(idle, finished_at=None)


def continue_runs(*, at: datetime) -> int:
    """Finish what a killed process has left. Returns how many there were."""
    stale = list(find_stale_runs(at).values_list("pk", flat=True))
    for pk in stale:
        work_on(pk)
    return len(stale)

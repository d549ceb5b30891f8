"""Give somebody more time for a course: a later due day. A certificate is never made longer."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from certificates.acts import guards
from certificates.acts.guards import CertificateRefusedError
from courses.models import Assignment

EXTENDED = "extended"
LONGEST_REASON = 200
# The stored reason stays in the source language, like every stored reason.
MORE_TIME = gettext_noop("%(why)s. More time: %(reason)s")


@transaction.atomic
def extend_assignment(
    assignment: Assignment, *, due_on: date, actor: str, at: datetime, reason: str
) -> Assignment:
    """The assignment is closed, and one like it with the later day takes its place: both stay on record.

    Raises CertificateRefusedError for oneself, without a reason, for an assignment that is closed, or a day that is
    not later.
    """
    person = assignment.person
    guards.refuse_own_record(person, actor)
    guards.require_reason(reason)
    guards.lock_record(person)
    if assignment.due_on is None or due_on <= assignment.due_on:
        raise CertificateRefusedError(
            _("This day is not later than the one there is."), _("Give a later day.")
        )
    if not _close_for_more_time(assignment, at):
        raise CertificateRefusedError(
            _("This course is not asked for any more."), _("There is nothing to do.")
        )
    later = Assignment.objects.create(
        person=person,
        course=assignment.course,
        assigned_at=assignment.assigned_at,
        recorded_at=timezone.now(),
        due_on=due_on,
        reason=_add_reason(assignment.reason, reason),
        actor=actor,
    )
    guards.record_act(
        person,
        None,
        kind="assignment.extended",
        subject=f"course:{assignment.course.key}",
        actor=actor,
        at=at,
        data={"was_due_on": assignment.due_on, "due_on": due_on},
        facts=[assignment, later],
    )
    return later


def _close_for_more_time(assignment: Assignment, at: datetime) -> bool:
    """Whether it was open until now."""
    running = Assignment.objects.open().filter(pk=assignment.pk)
    closed = running.update(closed_at=at, closed_why=EXTENDED)
    assignment.refresh_from_db(fields=["closed_at", "closed_why"])
    return bool(closed)


def _add_reason(why: str, reason: str) -> str:
    """Why the course is asked for, and why there is more time; the first is cut where both do not fit."""
    room = LONGEST_REASON - len(MORE_TIME % {"why": "", "reason": reason.strip()})
    return (MORE_TIME % {"why": why[: max(room, 0)], "reason": reason.strip()})[:LONGEST_REASON]

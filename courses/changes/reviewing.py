"""Agree on what a release means for holders: one proposes, somebody else confirms, refuses or asks for changes.

Each act is one transaction with its ledger entry. Until a material change is confirmed it affects nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses import version_floors
from courses.changes.reading import read_change_state, version_of_change
from courses.changes.states import ChangeStage, ChangeState
from courses.models.records import Course, CourseRelease, ReleaseEvent, VersionFloor
from ledger import entries

What = ReleaseEvent.What
Words = str | Promise


class ChangeRefusedError(Exception):
    """An act on a release that is not possible: `reason` says why, `remedy` what to do instead."""

    def __init__(self, reason: Words, remedy: Words) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


@transaction.atomic
def propose_material(
    release: CourseRelease, *, note: str, reason: str, actor: str, at: datetime, seen: str
) -> ReleaseEvent:
    """Say that a release is a material change after all, or once more after it was sent back.

    `note` is what holders read, `seen` the version of the page that this was decided on. Raises ChangeRefusedError.
    """
    state = _begin(release, seen=seen, reason=reason)
    if not note.strip():
        raise ChangeRefusedError(
            _("Nothing says what changed."), _("Write for holders what changed, in a sentence.")
        )
    if release.number == 1:
        raise ChangeRefusedError(
            _("The first version changes nothing for anybody."), _("Choose a later version.")
        )
    if not state.may_be_proposed:
        raise ChangeRefusedError(
            _("This change is proposed already."), _("Look at what was said about it.")
        )
    said = {"note": note.strip(), "reason": reason}
    return _say(release, What.PROPOSED, said, actor=actor, at=at)


@transaction.atomic
def confirm_change(
    release: CourseRelease,
    *,
    principles: Iterable[int],
    effective_at: datetime,
    reason: str,
    actor: str,
    at: datetime,
    seen: str,
) -> VersionFloor:
    """Confirm a material change, and set the day from which older versions stop counting.

    `principles` (primary keys) are what holders catch up on; none: on the whole course. Raises ChangeRefusedError.
    """
    _judge(release, actor=actor, seen=seen, reason=reason)
    said = {"principles": sorted(set(principles)), "reason": reason}
    _say(release, What.CONFIRMED, said, actor=actor, at=at)
    return set_floor(
        release,
        effective_at=effective_at,
        reason=reason,
        actor=actor,
        at=at,
        seen=version_of_change(release),
    )


@transaction.atomic
def refuse_change(
    release: CourseRelease, *, reason: str, actor: str, at: datetime, seen: str
) -> ReleaseEvent:
    """Say that it is no material change: it affects nobody. Raises ChangeRefusedError."""
    _judge(release, actor=actor, seen=seen, reason=reason)
    return _say(release, What.REFUSED, {"reason": reason}, actor=actor, at=at)


@transaction.atomic
def return_change(
    release: CourseRelease, *, reason: str, actor: str, at: datetime, seen: str
) -> ReleaseEvent:
    """Ask the author for changes: it waits for them to propose it again. Raises ChangeRefusedError."""
    _judge(release, actor=actor, seen=seen, reason=reason)
    return _say(release, What.RETURNED, {"reason": reason}, actor=actor, at=at)


@transaction.atomic
def set_floor(
    release: CourseRelease,
    *,
    effective_at: datetime,
    reason: str,
    actor: str,
    at: datetime,
    seen: str,
) -> VersionFloor:
    """Set from when versions before a confirmed material change stop counting; sooner, if a day is set already.

    Raises ChangeRefusedError.
    """
    state = _begin(release, seen=seen, reason=reason)
    _refuse_own(state, actor)
    if effective_at <= at:
        raise ChangeRefusedError(_("This day is over."), _("Choose today or a later day."))
    standing = release.course.floors.filter(
        release__number__gte=release.number, effective_at__lte=effective_at
    ).first()
    if standing is not None:
        raise ChangeRefusedError(
            _("Older versions stop counting by then already."), _("Choose a day that is sooner.")
        )
    try:
        return version_floors.set_version_floor(
            release.course,
            release,
            effective_at=effective_at,
            actor=actor,
            at=at,
            reason=reason.strip(),
        )
    except ValueError as error:
        raise ChangeRefusedError(
            _("A day can be set only for a confirmed material change, never for an older one."),
            _("Choose another version, or have this one confirmed first."),
        ) from error


def _begin(release: CourseRelease, *, seen: str, reason: str) -> ChangeState:
    """Lock the course, and read the state. Refuses a page that is out of date, and an act without a reason."""
    Course.objects.select_for_update().get(pk=release.course_id)
    if seen != version_of_change(release):
        raise ChangeRefusedError(
            _("Somebody else was first: this page is out of date, and nothing was done."),
            _("Read what was said meanwhile, then decide again."),
        )
    if not reason.strip():
        raise ChangeRefusedError(_("There is no reason."), _("Write in one sentence why."))
    return read_change_state(release)


def _judge(release: CourseRelease, *, actor: str, seen: str, reason: str) -> None:
    state = _begin(release, seen=seen, reason=reason)
    _refuse_own(state, actor)
    if state.stage is not ChangeStage.WAITING:
        raise ChangeRefusedError(
            _("This change does not wait for anybody."), _("Look at what was said about it.")
        )


def _refuse_own(state: ChangeState, actor: str) -> None:
    """Nobody confirms what they have published or proposed; a program acts for somebody who was checked already."""
    if actor.startswith("person:") and actor in state.proposers:
        raise ChangeRefusedError(
            _("This change is your own."), _("Ask another reviewer to look at it.")
        )


def _say(
    release: CourseRelease, what: str, said: dict[str, Any], *, actor: str, at: datetime
) -> ReleaseEvent:
    said["reason"] = said["reason"].strip()
    event = ReleaseEvent.objects.create(
        release=release, what=what, actor=actor, recorded_at=timezone.now(), **said
    )
    entries.append_entry(
        kind=f"release.{what}",
        subject=f"course:{release.course.key}",
        actor=actor,
        at=at,
        data={"release": release.number, **said},
        facts=[event],
    )
    return event

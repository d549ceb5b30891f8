"""Twice a year whoever answers for a channel looks at each role: keep it, or it ends.

A role that was not looked at for 180 days is asked about; unanswered for 14 days more it ends, and the person is told
why. Nothing ends that nobody was asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from channels import channel_roles, permissions
from channels.addresses import channel_address
from channels.desk.role_questions import enter_question, find_questions
from channels.guards import ChannelRefusedError, actor_name, must_not_be_self, must_steward
from channels.models import Channel, PostingPermission, RoleReview
from notifications import sending

LOOKED_FOR = timedelta(days=180)
ANSWER_WITHIN = timedelta(days=14)
ASKED = "permission.review_asked"
SYSTEM = "system:recertification"


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """How many roles were kept and ended."""

    kept: int
    ended: int


def looked_at_roles(at: datetime) -> QuerySet[PostingPermission]:
    """The roles in force, each with `looked_at`: when it was given or somebody last looked at it."""
    looked = Coalesce(Max("reviews__kept_at"), "starts_at")
    return PostingPermission.objects.current(at).annotate(looked_at=Greatest(looked, "starts_at"))


def due_roles(at: datetime) -> QuerySet[PostingPermission]:
    """The roles in force that nobody has given or looked at for 180 days."""
    due = looked_at_roles(at).filter(Q(looked_at__lte=at - LOOKED_FOR))
    return due.select_related("person", "channel")


@transaction.atomic
def review_roles(
    channel: Channel, answers: Mapping[str, bool], *, actor: User, at: datetime, reason: str
) -> ReviewOutcome:
    """Keep (True) or end (False) roles of the channel, by their uuid.

    Raises ChannelRefusedError without the right, for one's own role, without a reason for an end, and for a role
    that is not due any more because somebody else was first.
    """
    must_steward(actor, channel, at)
    Channel.objects.select_for_update().get(pk=channel.pk)
    due = {str(role.uuid): role for role in due_roles(at).filter(channel=channel)}
    if set(answers) - set(due):
        raise ChannelRefusedError(
            _(
                "Somebody else has decided about one of these roles meanwhile. Look at the list again."
            ),
            remedy=channel_address(channel.code, "recertify"),
        )
    kept = ended = 0
    for uuid, keep in answers.items():
        must_not_be_self(actor, due[uuid].person)
        if keep:
            keep_role(due[uuid], actor=actor, at=at)
            kept += 1
        else:
            permissions.end_permission(due[uuid], actor=actor, at=at, reason=reason)
            ended += 1
    return ReviewOutcome(kept, ended)


def keep_role(role: PostingPermission, *, actor: User, at: datetime) -> RoleReview:
    """Somebody looked at the role, and it stays. Raises ChannelRefusedError without the right."""
    must_steward(actor, role.channel, at)
    review = RoleReview.objects.create(
        permission=role, kept_at=at, recorded_at=timezone.now(), actor=actor_name(actor)
    )
    enter_question("permission.kept", role, actor.actor, at, facts=[review])
    return review


@transaction.atomic
def ask_for_reviews(*, at: datetime) -> int:
    """Ask whoever answers for each channel about the roles that are due. Returns how many were newly asked about."""
    new = unasked_roles(at)
    by_channel: dict[Channel, list[PostingPermission]] = defaultdict(list)
    for role in new:
        enter_question(ASKED, role, SYSTEM, at)
        by_channel[role.channel].append(role)
    for channel, roles in by_channel.items():
        _tell(channel, len(roles), at)
    return len(new)


def unasked_roles(at: datetime) -> list[PostingPermission]:
    """The roles that are due and that nobody was asked about yet."""
    due = list(due_roles(at))
    asked = _asked_at(due)
    return [role for role in due if role.pk not in asked]


def unanswered_roles(at: datetime) -> list[PostingPermission]:
    """The roles that somebody was asked about 14 days ago or before, without an answer."""
    due = list(due_roles(at))
    asked = _asked_at(due)
    return [role for role in due if role.pk in asked and asked[role.pk] <= at - ANSWER_WITHIN]


def _asked_at(roles: list[PostingPermission]) -> dict[int, datetime]:
    """By role, when somebody was first asked about it since it was last looked at."""
    return find_questions(ASKED, [(role, role.looked_at) for role in roles])  # type: ignore[attr-defined]


def _tell(channel: Channel, number: int, at: datetime) -> None:
    for person in channel_roles.people_who_answer(channel, at):
        with sending.use_language_of(person):
            subject = ngettext(
                "Does %(number)s person on %(channel)s still need the role?",
                "Do %(number)s people on %(channel)s still need their roles?",
                number,
            )
            body = _("Keep or end each role. A role that nobody answers about in 14 days ends.")
            sending.notify_person(
                person,
                kind=ASKED,
                key=f"{ASKED}:{channel.code}:{at:%Y%m%d}:{person.pk}",
                subject=subject % {"number": number, "channel": channel},
                body=body,
                link=channel_address(channel.code, "recertify"),
                at=at,
            )


@transaction.atomic
def end_unanswered_roles(*, at: datetime) -> int:
    """End the roles that nobody answered about. Returns how many ended; safe to run at any time."""
    gone = unanswered_roles(at)
    for role in gone:
        permissions.end_permission(
            role,
            actor=SYSTEM,
            at=at,
            reason=_("Nobody who answers for the channel confirmed the role within 14 days."),
        )
    return len(gone)

"""Who holds a role that nobody has seen them use is asked whether they still need it: no answer ends it.

A role counts as used when a tool asked whether its holder may post there, and they could; a list of who may post does
not count. Nothing ends that its holder was not asked about, and nobody is asked while they are on leave or while nobody
posts on the channel.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Absence, HrAlias, User
from channels import listing, permissions
from channels.desk.role_questions import enter_question, find_questions
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import ChannelEvent, DecisionRecord, PostingPermission, RoleNeed
from channels.rules.posting import OPEN_STATES
from notifications import sending

UNUSED_FOR = timedelta(days=180)
ANSWER_WITHIN = timedelta(days=14)
ASKED = "permission.need_asked"
SYSTEM = "system:unused-roles"


def unused_roles(at: datetime) -> QuerySet[PostingPermission]:
    """The roles in force that were neither seen in use nor said to be needed for 180 days; each with `seen_at`."""
    found = roles_unused_since(at - UNUSED_FOR, at)
    return found.select_related("person", "channel", "channel__region").order_by("pk")


def roles_unused_since(since: datetime, at: datetime) -> QuerySet[PostingPermission]:
    """The roles in force at `at` that were not seen in use or said to be needed after `since`; each with `seen_at`."""
    answers = DecisionRecord.objects.exclude(decision="deny").filter(
        listed=False, channel_code=OuterRef("channel__code")
    )
    other_ids = HrAlias.objects.filter(person=OuterRef(OuterRef("person"))).values("hr_id")
    entered = ChannelEvent.objects.exclude(state="").filter(
        channel=OuterRef("channel"), effective_at__lte=at
    )
    needs = RoleNeed.objects.filter(permission=OuterRef("pk"))
    seen = (
        _newest(answers.filter(person_hr_id=OuterRef("person__hr_id")), "evaluated_at"),
        _newest(answers.filter(person_hr_id__in=other_ids), "evaluated_at"),
        _newest(entered, "effective_at"),
        _newest(needs, "said_at"),
    )
    begun = F("starts_at")
    opened = listing.channels_with_state(at).filter(Q(state_now__in=OPEN_STATES))
    roles = PostingPermission.objects.current(at).filter(
        starts_at__lte=since, channel__in=opened.values("pk")
    )
    unused = roles.annotate(seen_at=Greatest(begun, *(Coalesce(one, begun) for one in seen)))
    return unused.filter(Q(seen_at__lte=since))


def _newest(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by(f"-{column}").values(column)[:1])


def asked_roles(person: User, at: datetime) -> list[PostingPermission]:
    """The roles of the person about which they were asked and have not answered; each with `asked_at`."""
    mine = unused_roles(at).filter(person=person)
    return [_said_when(role, when) for role, when in _with_questions(mine)]


def _said_when(role: PostingPermission, when: datetime) -> PostingPermission:
    role.asked_at = when  # type: ignore[attr-defined]
    return role


def _with_questions(roles: QuerySet[PostingPermission]) -> list[tuple[PostingPermission, datetime]]:
    """The roles about which somebody was asked since they were last used, each with when."""
    unused = list(roles)
    asked = find_questions(ASKED, [(role, role.seen_at) for role in unused])  # type: ignore[attr-defined]
    return [(role, asked[role.pk]) for role in unused if role.pk in asked]


def unasked_roles(at: datetime) -> list[PostingPermission]:
    """The unused roles whose holders were not asked yet; nobody is asked who is on leave."""
    unused = unused_roles(at)
    asked = {role.pk for role, _when in _with_questions(unused)}
    new = [role for role in unused if role.pk not in asked]
    away = set(Absence.objects.current(at, at).values_list("person", flat=True)) if new else set()
    return [role for role in new if role.person_id not in away]


def unanswered_roles(at: datetime) -> list[PostingPermission]:
    """The unused roles whose holders were asked 14 days ago or before and did not answer."""
    return [role for role, when in _with_questions(unused_roles(at)) if when <= at - ANSWER_WITHIN]


@transaction.atomic
def ask_holders(*, at: datetime) -> int:
    """Ask the holders of unused roles whether they still need them. Returns how many roles were newly asked about."""
    new = unasked_roles(at)
    for role in new:
        enter_question(ASKED, role, SYSTEM, at)
        _tell(role, at)
    return len(new)


@transaction.atomic
def end_unneeded_roles(*, at: datetime) -> int:
    """End the roles whose holders did not answer. Returns how many ended; safe to run at any time."""
    gone = unanswered_roles(at)
    for role in gone:
        why = _("Not used for 180 days, and nobody answered that it is still needed.")
        permissions.end_permission(role, actor=SYSTEM, at=at, reason=why)
    return len(gone)


@transaction.atomic
def keep_needed_role(role: PostingPermission, *, actor: User, at: datetime) -> RoleNeed:
    """The holder still needs the role: nobody asks again for 180 days.

    Raises ChannelRefusedError for anybody else, and for a role that has ended.
    """
    role = _must_be_held(role, actor, at)
    need = RoleNeed.objects.create(permission=role, said_at=at, recorded_at=timezone.now())
    enter_question("permission.needed", role, actor.actor, at, facts=[need])
    return need


@transaction.atomic
def give_role_back(role: PostingPermission, *, actor: User, at: datetime) -> PostingPermission:
    """The holder needs the role no longer, and it ends at once. Raises ChannelRefusedError as `keep_needed_role`."""
    role = _must_be_held(role, actor, at)
    return permissions.close_permission(
        role, actor=actor, at=at, reason=_("The holder gave the role back.")
    )


def _must_be_held(role: PostingPermission, actor: User, at: datetime) -> PostingPermission:
    if role.person_id != actor.pk:
        raise ActorNotAllowedError(_("Only the person who has the role can answer."))
    rows = PostingPermission.objects.select_for_update(of=("self",))
    held = rows.select_related("channel", "person").get(pk=role.pk)
    over = held.ended_at or held.ends_at
    if over is not None and over <= at:
        raise ChannelRefusedError(
            _("This role has ended. Ask for a new one if you still post there."),
            remedy=reverse("channels:ask", args=[held.channel.code]),
        )
    return held


def need_address(role: PostingPermission) -> str:
    """The path of the page on which the holder answers."""
    return reverse("channels:need", args=[role.channel.code, role.uuid])


def _tell(role: PostingPermission, at: datetime) -> None:
    with sending.use_language_of(role.person):
        sending.notify_person(
            role.person,
            kind=ASKED,
            key=f"{ASKED}:{role.uuid}:{at:%Y%m%d}",
            subject=_("Do you still need your role on %(channel)s?") % {"channel": role.channel},
            body=_(
                "Nobody has seen you use it for 180 days. If you do not answer in 14 days it ends; you can ask for "
                "a new one then."
            ),
            link=need_address(role),
            at=at,
        )

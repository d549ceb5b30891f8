"""People ask to post on a channel; somebody who answers for it decides once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from channels import channel_roles, permissions
from channels.addresses import channel_address
from channels.decisions import DecisionQuery, judge_queries
from channels.guards import (
    Actor,
    ActorNotAllowedError,
    ChannelRefusedError,
    actor_name,
    must_not_be_self,
    must_steward,
)
from channels.models import Channel, PermissionRequest
from channels.rules.fact_types import Decision, PostingAction, RefusalReason
from channels.rules.telling import WITHOUT_A_ROLE
from ledger import entries
from notifications import sending

RequestOutcome = PermissionRequest.Outcome

# Reason codes that do not prevent a request: the request is for a role, accepting the rules takes one
# click, and a freeze ends.
NO_OBSTACLE = WITHOUT_A_ROLE | {"role_too_small", "rules_not_accepted", "frozen"}


def blocking_reasons(decision: Decision) -> list[RefusalReason]:
    """The reasons for which a request would be useless: an owner's approval does not remove them."""
    return [reason for reason in decision.reasons if reason.code not in NO_OBSTACLE]


def check_posting(person: User, channel: Channel, *, at: datetime) -> Decision:
    """The decision on publishing by the person on the channel at `at`; shown before they ask."""
    ask = DecisionQuery(
        person=person.hr_id or "", channel=channel.code, action=PostingAction.PUBLISH, at=at
    )
    return judge_queries([ask], evaluated_at=at)[0]


@transaction.atomic
def ask_for_role(person: User, channel: Channel, *, why: str, at: datetime) -> PermissionRequest:
    """Ask for a role; the owner and the deputy are told, or governance where there is neither.

    Asking again returns the open request.

    Raises ChannelRefusedError when the person can post already, when something stands in the way that no owner
    can change (training first), and without a reason.
    """
    decision = check_posting(person, channel, at=at)
    here = channel_address(channel.code, "ask")
    if decision.allowed:
        raise ChannelRefusedError(
            _("You can post on this channel already."), remedy=reverse("home:me")
        )
    if blocking_reasons(decision):
        raise ChannelRefusedError(
            _("Something has to come first. See what is missing."), remedy=here
        )
    if not why.strip():
        raise ChannelRefusedError(_("Write what you want to post there."), remedy=here)
    request, created = PermissionRequest.objects.get_or_create(
        person=person,
        channel=channel,
        outcome=RequestOutcome.OPEN,
        defaults={"why": why.strip()[:500], "asked_at": at},
    )
    if created:
        _enter("request.asked", request, actor=person, at=at)
        _tell_owners(request, at)
    return request


def find_newest_request(person: User, channel: Channel) -> PermissionRequest | None:
    """What the person asked for last on this channel, whatever became of it."""
    mine = channel.requests.filter(person=person).select_related("channel", "person")
    return mine.order_by("-asked_at", "-pk").first()


def _tell_owners(request: PermissionRequest, at: datetime, stage: str = "asked") -> None:
    """Tell whoever may decide: owner and deputy, or, where the person who asks is the only one, governance."""
    for person in channel_roles.people_who_answer(request.channel, at, besides=request.person):
        with sending.use_language_of(person):
            sending.notify_person(
                person,
                kind="request.asked",
                key=f"request.{stage}:{request.uuid}:{person.pk}",
                subject=_("%(person)s asks to post on %(channel)s")
                % {"person": request.person, "channel": request.channel},
                body=_("They write: %(why)s\n\nApprove or decline on the page of the channel.")
                % {"why": request.answer or request.why},
                link=channel_address(request.channel.code) + "#requests",
                at=at,
            )


@transaction.atomic
def grant_request(
    request: PermissionRequest,
    *,
    role: str,
    actor: Actor,
    at: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> PermissionRequest:
    """Approve: the person gets the role from `starts_at` (default `at`). Refuses as `grant_permission` does."""
    request = _open(request, actor=actor, at=at)
    permissions.grant_permission(
        request.channel,
        request.person,
        role,
        actor=actor,
        at=at,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=request.why,
        tell=False,
    )
    return _decided(request, RequestOutcome.GRANTED, actor=actor, at=at, note="")


@transaction.atomic
def decline_request(
    request: PermissionRequest, *, actor: Actor, at: datetime, note: str
) -> PermissionRequest:
    """Decline with a note that the person will read. Raises ChannelRefusedError without the right or a reason."""
    request = _open(request, actor=actor, at=at)
    if not note.strip():
        raise ChannelRefusedError(_("Write why you decline. The person will read it."))
    return _decided(request, RequestOutcome.DECLINED, actor=actor, at=at, note=note.strip()[:500])


@transaction.atomic
def ask_back(
    request: PermissionRequest, *, actor: Actor, at: datetime, question: str
) -> PermissionRequest:
    """Ask the person something before deciding. Raises ChannelRefusedError without the right or a question."""
    request = _open(request, actor=actor, at=at)
    if not question.strip():
        raise ChannelRefusedError(_("Write what you want to know. The person will read it."))
    request.question, request.questioned_at, request.answer = question.strip()[:500], at, ""
    request.save(update_fields=["question", "questioned_at", "answer"])
    _enter("request.questioned", request, actor=actor, at=at)
    with sending.use_language_of(request.person):
        sending.notify_person(
            request.person,
            kind="request.questioned",
            key=f"request.questioned:{request.uuid}:{at:%Y%m%d%H%M%S%f}",
            subject=_("A question about your request for %(channel)s")
            % {"channel": request.channel},
            body=request.question,
            link=channel_address(request.channel.code, "ask"),
            at=at,
        )
    return request


@transaction.atomic
def answer_question(
    request: PermissionRequest, *, actor: User, at: datetime, answer: str
) -> PermissionRequest:
    """The person answers, and whoever decides is told.

    Raises ChannelRefusedError for anybody else, without an answer, and when nothing was asked.
    """
    here = channel_address(request.channel.code, "ask")
    if request.person_id != actor.pk:
        raise ActorNotAllowedError(_("Only the person who asked can answer."), remedy=here)
    request = _locked(request)
    if not request.question or request.answer:
        raise ChannelRefusedError(_("There is no question to answer."), remedy=here)
    if not answer.strip():
        raise ChannelRefusedError(_("Write an answer."), remedy=here)
    request.answer = answer.strip()[:500]
    request.save(update_fields=["answer"])
    _enter("request.answered", request, actor=actor, at=at)
    _tell_owners(request, at, stage=f"answered:{at:%Y%m%d%H%M%S%f}")
    return request


def _open(request: PermissionRequest, *, actor: Actor, at: datetime) -> PermissionRequest:
    """The request, locked, if this actor may decide it and it is still open. Raises ChannelRefusedError otherwise."""
    must_steward(actor, request.channel, at)
    must_not_be_self(actor, request.person)
    return _locked(request)


def _locked(request: PermissionRequest) -> PermissionRequest:
    rows = PermissionRequest.objects.select_for_update(of=("self",))
    found = rows.select_related("channel", "person").get(pk=request.pk)
    require_open(found)
    return found


def require_open(request: PermissionRequest) -> None:
    """Raises ChannelRefusedError, which says what was decided, if somebody else was first."""
    if request.outcome != RequestOutcome.OPEN:
        raise ChannelRefusedError(
            _("This request is decided already: %(outcome)s.")
            % {"outcome": request.get_outcome_display()},
            remedy=channel_address(request.channel.code),
        )


def _decided(
    request: PermissionRequest, outcome: str, *, actor: Actor, at: datetime, note: str
) -> PermissionRequest:
    _close(request, outcome, actor=actor, at=at, note=note)
    with sending.use_language_of(request.person):
        granted = outcome == RequestOutcome.GRANTED
        words = _("You have a role on %(channel)s") if granted else _("Not yet on %(channel)s")
        body = _("See what you can post today.") if granted else note
        sending.notify_person(
            request.person,
            kind=f"request.{outcome}",
            key=f"request.{outcome}:{request.uuid}",
            subject=words % {"channel": request.channel},
            body=body,
            link=reverse("home:me"),
            at=at,
        )
    return request


@transaction.atomic
def withdraw_request(request: PermissionRequest, *, actor: User, at: datetime) -> PermissionRequest:
    """Withdraw one's own request. Raises ActorNotAllowedError for anybody else."""
    if request.person_id != actor.pk:
        raise ActorNotAllowedError(_("Only the person who asked can withdraw the request."))
    request = _locked(request)
    _close(request, RequestOutcome.WITHDRAWN, actor=actor, at=at, note="")
    return request


def _close(
    request: PermissionRequest, outcome: str, *, actor: Actor, at: datetime, note: str
) -> None:
    request.outcome, request.decided_at = outcome, at
    request.decided_by, request.note = actor_name(actor), note
    request.save(update_fields=["outcome", "decided_at", "decided_by", "note"])
    _enter(f"request.{outcome}", request, actor=actor, at=at)


def _enter(kind: str, request: PermissionRequest, *, actor: Actor, at: datetime) -> None:
    data = {"channel": request.channel.code, "person": request.person.actor}
    entries.append_entry(
        kind=kind, subject=f"request:{request.uuid}", actor=actor_name(actor), at=at, data=data
    )

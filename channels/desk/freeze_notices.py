"""Who is told of an emergency stop, at once, and when somebody has to look at it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Responsibility, Role, User
from channels import channel_roles
from channels.models import Channel, Freeze
from notifications import sending
from notifications.models import Notification

REVIEW_AFTER = timedelta(hours=4)
# What a freeze may be about, for `select_related`.
SUBJECTS = ("region", "platform", "channel", "certification")


def scope_code(freeze: Freeze) -> str:
    """The code of what the freeze stops: of a channel, a region, a platform…; `EVERYWHERE` for all."""
    if freeze.scope == Freeze.Scope.GLOBAL:
        return "EVERYWHERE"
    if freeze.scope == Freeze.Scope.CLASSIFICATION:
        return freeze.classification
    subject = getattr(freeze, freeze.scope)
    return str(subject.code)


def name_scope(freeze: Freeze) -> str:
    """What the freeze stops, for people: a channel, "LinkedIn", "Finland", "everywhere"."""
    if freeze.scope == Freeze.Scope.GLOBAL:
        return _("all channels")
    if freeze.scope == Freeze.Scope.CLASSIFICATION:
        kinds = dict(Channel.Classification.choices)
        kind = str(kinds.get(freeze.classification, freeze.classification))
        return _("channels of the kind “%(kind)s”") % {"kind": kind}
    subject = str(getattr(freeze, freeze.scope))
    if freeze.scope == Freeze.Scope.CERTIFICATION:
        return _("channels that ask for “%(title)s”") % {"title": subject}
    return subject


def watchers_of(freeze: Freeze, at: datetime) -> list[User]:
    """Who has to know of the freeze: whoever answers for the channel, and governance; superusers where nobody does."""
    if freeze.channel is not None:
        people = channel_roles.people_who_answer(freeze.channel, at)
        people += channel_roles.governors_of(freeze.channel, at)
    else:
        held = Responsibility.objects.current(at).filter(role=Role.GOVERNANCE)
        if freeze.scope == Freeze.Scope.REGION:
            held = held.filter(region__in=[freeze.region_id]) | held.filter(region=None)
        governing = User.objects.employed(at).filter(pk__in=held.values("person"))
        people = list(governing.order_by("display_name", "pk"))
    found = list({person.pk: person for person in people}.values())
    if not [one for one in found if one.actor != freeze.actor]:
        found += User.objects.employed(at).filter(is_superuser=True).order_by("pk")
    return [one for one in found if one.actor != freeze.actor]


def tell_started(freeze: Freeze, at: datetime) -> None:
    """Tell everybody who has to know, beside whoever started it."""
    for person in watchers_of(freeze, at):
        with sending.use_language_of(person):
            subject = (
                _("Drill: posting would stop on %(scope)s")
                if freeze.drill
                else _("Posting is stopped on %(scope)s")
            )
            body = _(
                "%(reason)s\n\nLook at it again by four hours from now, and end it when it is no longer needed."
            )
            _send(freeze, person, "freeze.started", subject, body, at)


def tell_ended(freeze: Freeze, at: datetime) -> None:
    """Tell whoever was told of the beginning, and whoever started it."""
    sending.cancel_messages(f"freeze.review:{freeze.uuid}:")
    by, _colon, key = freeze.actor.partition(":")
    starter = User.objects.employed(at).filter(uuid=key) if by == "person" else []
    for person in [*watchers_of(freeze, at), *starter]:
        with sending.use_language_of(person):
            subject = _("People may post again on %(scope)s")
            _send(freeze, person, "freeze.ended", subject, freeze.end_reason, at)


def plan_review(freeze: Freeze, at: datetime) -> None:
    """Queue the reminder to look at the freeze again; those of before are not sent any more."""
    sending.cancel_messages(f"freeze.review:{freeze.uuid}:")
    due = at + REVIEW_AFTER
    if freeze.drill or (freeze.ends_at is not None and freeze.ends_at <= due):
        return
    for person in watchers_of(freeze, at):
        with sending.use_language_of(person):
            sending.notify_later(
                person,
                kind="freeze.review",
                key=f"freeze.review:{freeze.uuid}:{due:%Y%m%d%H%M%S}:{person.pk}",
                subject=_("Does the stop on %(scope)s have to go on?")
                % {"scope": name_scope(freeze)},
                body=_("Nobody has looked at it for four hours. End it, or say why it goes on."),
                link=reverse("channels:freeze", args=[freeze.uuid]),
                due_at=due,
            )


def _send(freeze: Freeze, person: User, kind: str, subject: str, body: str, at: datetime) -> None:
    sending.notify_person(
        person,
        kind=kind,
        key=f"{kind}:{freeze.uuid}:{person.pk}",
        subject=subject % {"scope": name_scope(freeze)},
        body=body % {"reason": freeze.reason} if kind == "freeze.started" else body,
        link=reverse("channels:freeze", args=[freeze.uuid]),
        at=at,
    )


def told_people(freeze: Freeze) -> list[tuple[Notification, int]]:
    """Whom the beginning was sent to, and how many whole seconds after it."""
    sent = Notification.objects.filter(
        kind="freeze.started", key__startswith=f"freeze.started:{freeze.uuid}:"
    ).select_related("recipient")
    return [
        (one, max(round((one.sent_at - freeze.starts_at).total_seconds()), 0))
        for one in sent.order_by("pk")
        if one.sent_at
    ]

"""People are told when they get a role, when they lose one, and why."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers import days
from certificates.rules.dates import last_day_before
from channels.addresses import channel_address
from channels.models import PostingPermission
from notifications import sending


def tell_granted(permission: PostingPermission, actor: User | str, at: datetime) -> None:
    """Tell the person of a role that somebody gave them. What is set up by a program tells nobody."""
    if isinstance(actor, User):
        _tell(permission, actor, "permission.granted", at)


def tell_ended(permission: PostingPermission, actor: User | str, at: datetime) -> None:
    """Tell the person of a role that has ended, also by a rule of the house: it is theirs to know why."""
    if not (isinstance(actor, User) and actor.pk == permission.person_id):
        _tell(permission, actor, "permission.ended", at)


def _tell(permission: PostingPermission, actor: User | str, kind: str, at: datetime) -> None:
    person = permission.person
    with sending.use_language_of(person):
        given, person_did = kind == "permission.granted", isinstance(actor, User)
        subject = (
            _("You have a role on %(channel)s")
            if given
            else _("Your role on %(channel)s has ended")
        )
        told = {
            "role": permission.get_role_display(),
            "actor": actor if isinstance(actor, User) else _("the house rules for roles"),
            "why": permission.reason if given else permission.end_reason,
            "until": _until(permission) if given else "",
        }
        body = (
            _("%(role)s, given by %(actor)s.%(until)s\n\nWhy: %(why)s")
            if given
            else _("%(role)s, ended by %(actor)s.\n\nWhy: %(why)s")
        )
        if not given and not person_did:
            body = f"{body}\n\n{_('If you still post there, ask for a new role.')}"
        sending.notify_person(
            person,
            kind=kind,
            key=f"{kind}:{permission.uuid}",
            subject=subject % {"channel": permission.channel},
            body=body % told,
            link=reverse("home:me")
            if given
            else channel_address(permission.channel.code, "channel" if person_did else "ask"),
            at=at,
        )


def _until(permission: PostingPermission) -> str:
    if permission.ends_at is None:
        return ""
    zone = days.zone_of_region(permission.channel.region)
    last = last_day_before(permission.ends_at, zone)
    return " " + _("Until %(day)s.") % {"day": days.spell_day(last)}

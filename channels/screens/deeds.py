"""What can be changed on a channel: each act with its form, who may do it, when it counts, and what it says after."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.readers import days
from channels import acceptances, permissions, registry
from channels.addresses import channel_address
from channels.desk import custody, handover
from channels.guards import ChannelRefusedError
from channels.models import Channel, ChannelState
from channels.screens import deed_forms
from channels.screens.deed_calls import Deed, DeedCall


def _enter_state(call: DeedCall) -> str:
    state, reason = call.said["state"], call.said["reason"]
    registry.enter_state(call.channel, state, actor=call.actor, at=call.at, reason=reason)
    label = ChannelState(state).label
    return _("%(channel)s is now: %(state)s.") % {"channel": call.channel, "state": label}


def _change_settings(call: DeedCall) -> str:
    changed = registry.change_channel(call.channel, actor=call.actor, at=call.at, **call.said)
    return _said_changed(call, changed)


def _change_details(call: DeedCall) -> str:
    changed = registry.change_details(call.channel, actor=call.actor, at=call.at, **call.said)
    return _said_changed(call, changed)


def _change_custody(call: DeedCall) -> str:
    changed = custody.change_custody(call.channel, actor=call.actor, at=call.at, **call.said)
    return _said_changed(call, changed)


def _foretell_custody(call: DeedCall) -> list[str]:
    told = _foretell_changes(call)
    if custody.is_personal_mailbox(call.said["mailbox"]):
        told.append(_("The mailbox is one person’s. Name a shared one that outlasts everybody."))
    return told


def _change_address(call: DeedCall) -> str:
    found, reason = call.said["address"], call.said["reason"]
    account = {"handle": found.handle, "url": found.url}
    changed = registry.change_details(
        call.channel, actor=call.actor, at=call.at, reason=reason, **account
    )
    return _said_changed(call, changed)


def _said_changed(call: DeedCall, changed: list[str]) -> str:
    if not changed:
        raise ChannelRefusedError(_("Nothing differs from what the channel says now."))
    names = ", ".join(_spell_columns(changed))
    return _("Changed on %(channel)s: %(what)s.") % {"channel": call.channel, "what": names}


def _spell_columns(names: list[str]) -> list[str]:
    columns: list[Any] = [Channel._meta.get_field(name) for name in names]
    return [capfirst(str(column.verbose_name)) for column in columns]


def _foretell_changes(call: DeedCall) -> list[str]:
    """The old and the new value of everything that the form changes."""
    told = []
    for name in call.form.columns:
        was, now = getattr(call.channel, name), call.said[name]
        if was != now:
            words = {"what": _spell_columns([name])[0], "was": _shown(name, was)}
            told.append(
                _("%(what)s: from %(was)s to %(now)s") % (words | {"now": _shown(name, now)})
            )
    return told


def _foretell_settings(call: DeedCall) -> list[str]:
    last = call.said["sunset_on"]
    if last is None or last == call.channel.sunset_on:
        return _foretell_changes(call)
    ends = _("After %(day)s nobody can post.") % {"day": days.spell_day(last)}
    return [*_foretell_changes(call), ends]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return days.spell_day(value)
    column: Any = Channel._meta.get_field(name)
    choices = dict(column.flatchoices)
    return f"“{choices.get(value, value)}”" if value not in (None, "") else _("nothing")


def _foretell_address(call: DeedCall) -> list[str]:
    found = call.said["address"]
    return [
        _("Handle: from @%(was)s to @%(now)s") % {"was": call.channel.handle, "now": found.handle},
        _("Address: %(url)s") % {"url": found.url},
        _("The former handle stays on record and is no longer shown as official."),
    ]


def _publish_rules(call: DeedCall) -> str:
    rules = acceptances.publish_rules(
        call.channel,
        call.said["text"],
        actor=call.actor,
        at=call.at,
        effective_at=call.from_day,
        reason=call.said["reason"],
    )
    return _("Version %(number)s of the house rules is published.") % {"number": rules.version}


def _require(call: DeedCall) -> str:
    registry.require_certification(
        call.channel,
        call.said["certification"],
        actor=call.actor,
        at=call.at,
        group=int(call.said["beside"]),
        starts_at=call.from_day,
        reason=call.said["reason"],
    )
    told = {"channel": call.channel, "title": call.said["certification"].title}
    return _("%(channel)s asks for “%(title)s”.") % told


def _stop_requiring(call: DeedCall) -> str:
    rule = call.said["rule"]
    registry.stop_requiring_certification(
        rule, actor=call.actor, at=call.at, reason=call.said["reason"]
    )
    told = {"channel": call.channel, "title": rule.certification.title}
    return _("%(channel)s no longer asks for “%(title)s”.") % told


def _appoint(call: DeedCall) -> str:
    person, kind = call.said["person"], call.said["kind"]
    registry.appoint_owner(
        *(call.channel, person, kind), actor=call.actor, at=call.at, reason=call.said["reason"]
    )
    return _("%(person)s answers for %(channel)s now.") % {
        "person": person,
        "channel": call.channel,
    }


def _foretell_owner(call: DeedCall) -> list[str]:
    before = call.channel.owners.current(call.at).filter(kind=call.said["kind"]).first()
    return [
        _("%(person)s answers for the channel.") % {"person": call.said["person"]},
        _("%(person)s answers for it no longer.") % {"person": before.person}
        if before
        else _("Nobody is it at the moment."),
    ]


def _offer(call: DeedCall) -> str:
    person, kind = call.said["person"], call.said["kind"]
    handover.offer_channel(
        *(call.channel, person, kind), actor=call.actor, at=call.at, reason=call.said["reason"]
    )
    return _("%(person)s is asked. Nothing changes before they accept.") % {"person": person}


def _foretell_offer(call: DeedCall) -> list[str]:
    return [_("%(person)s is asked and reads why.") % {"person": call.said["person"]}]


def _confirm(call: DeedCall) -> str:
    registry.confirm_details(call.channel, actor=call.actor, at=call.at)
    return _("You have confirmed the details of %(channel)s.") % {"channel": call.channel}


def _grant(call: DeedCall) -> str:
    person = call.said["person"]
    _grant_to(call, person)
    return _("%(person)s has a role on %(channel)s now.") % {
        "person": person,
        "channel": call.channel,
    }


def _grant_to(call: DeedCall, person: User) -> None:
    permissions.grant_permission(
        call.channel,
        person,
        call.said["role"],
        actor=call.actor,
        at=call.at,
        starts_at=call.from_day,
        ends_at=call.form.end_of(call.said["ends_on"]),
        reason=call.said["reason"],
    )


def _plan_grants(call: DeedCall) -> tuple[list[User], list[str]]:
    """Who of the list would get the role, and for each of the others why not."""
    running = permissions.PostingPermission.objects.current(call.moment)
    having = set(
        running.filter(channel=call.channel, role=call.said["role"]).values_list(
            "person", flat=True
        )
    )
    ready: dict[int, User] = {}
    why = []
    for text, person in call.said["people"].items():
        if person is None:
            why.append(_("%(text)s: nobody has this id.") % {"text": text})
        elif person.pk in ready:
            why.append(_("%(text)s: named twice.") % {"text": text})
        elif hindrance := _hindrance(call, person, having):
            why.append(f"{person}: {hindrance}")
        else:
            ready[person.pk] = person
    return list(ready.values()), why


def _hindrance(call: DeedCall, person: User, having: set[int]) -> str:
    if person.pk == call.actor.pk:
        return _("you cannot decide about yourself.")
    if person.has_left(call.moment):
        return _("has left.")
    return _("has this role already.") if person.pk in having else ""


def _foretell_grants(call: DeedCall) -> list[str]:
    ready, why = _plan_grants(call)
    words = ngettext(
        "%(number)s person gets the role.", "%(number)s people get the role.", len(ready)
    )
    told = [words % {"number": len(ready)}]
    return [*told, *(_("Left out: %(why)s") % {"why": one} for one in why)]


def _grant_many(call: DeedCall) -> str:
    ready, why = _plan_grants(call)
    if not ready:
        told = {"why": " ".join(why)}
        raise ChannelRefusedError(
            _("Nobody on the list can get the role. %(why)s") % told,
            remedy=channel_address(call.channel.code) + "#people",
        )
    for person in ready:
        _grant_to(call, person)
    words = ngettext(
        "%(number)s person has a role now.", "%(number)s people have a role now.", len(ready)
    )
    return words % {"number": len(ready)}


# By the word in the address.
DEEDS: dict[str, Deed] = {
    "confirm": Deed(
        gettext_lazy("Are the details of %(channel)s right?"),
        gettext_lazy("The details are right"),
        deed_forms.ConfirmForm,
        _confirm,
        lede=gettext_lazy(
            "Look at the page of the channel. If something is wrong, change it first."
        ),
    ),
    "grant": Deed(
        gettext_lazy("Give somebody a role on %(channel)s"),
        gettext_lazy("Give the role"),
        deed_forms.GrantForm,
        _grant,
    ),
    "grant-many": Deed(
        gettext_lazy("Give many people a role on %(channel)s"),
        gettext_lazy("Give the roles"),
        deed_forms.GrantManyForm,
        _grant_many,
        foretell=_foretell_grants,
    ),
    "rules": Deed(
        gettext_lazy("New house rules for %(channel)s"),
        gettext_lazy("Publish the rules"),
        deed_forms.RulesForm,
        _publish_rules,
    ),
    "require": Deed(
        gettext_lazy("%(channel)s asks for another certificate"),
        gettext_lazy("Ask for it"),
        deed_forms.RequireForm,
        _require,
    ),
    "offer": Deed(
        gettext_lazy("Hand over %(channel)s"),
        gettext_lazy("Ask this person"),
        deed_forms.OwnerForm,
        _offer,
        lede=gettext_lazy("You answer for it until the other person has accepted."),
        foretell=_foretell_offer,
    ),
    "state": Deed(
        gettext_lazy("Change the state of %(channel)s"),
        gettext_lazy("Change the state"),
        deed_forms.StateForm,
        _enter_state,
    ),
    "settings": Deed(
        gettext_lazy("What decides who may post on %(channel)s"),
        gettext_lazy("Change it"),
        deed_forms.SettingsForm,
        _change_settings,
        governs=True,
        foretell=_foretell_settings,
    ),
    "details": Deed(
        gettext_lazy("The details of %(channel)s"),
        gettext_lazy("Change the details"),
        deed_forms.DetailsForm,
        _change_details,
        governs=True,
        foretell=_foretell_changes,
    ),
    "custody": Deed(
        gettext_lazy("In whose hands is %(channel)s?"),
        gettext_lazy("Change it"),
        deed_forms.CustodyForm,
        _change_custody,
        lede=gettext_lazy("Never write a password: a link to its entry in the vault is enough."),
        foretell=_foretell_custody,
    ),
    "address": Deed(
        gettext_lazy("%(channel)s has a new address"),
        gettext_lazy("Change the address"),
        deed_forms.AddressForm,
        _change_address,
        governs=True,
        foretell=_foretell_address,
    ),
    "stop-requiring": Deed(
        gettext_lazy("%(channel)s asks for one certificate less"),
        gettext_lazy("Ask for it no longer"),
        deed_forms.StopRequiringForm,
        _stop_requiring,
        governs=True,
    ),
    "owner": Deed(
        gettext_lazy("Who answers for %(channel)s?"),
        gettext_lazy("Appoint"),
        deed_forms.OwnerForm,
        _appoint,
        governs=True,
        foretell=_foretell_owner,
    ),
}

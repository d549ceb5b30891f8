"""The part of a pack about one channel: what it was, who answered for it, and who was allowed to post at the moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers.actor_names import name_actors
from channels import decisions, reason_texts
from channels.decisions import DecisionQuery
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    Freeze,
    Owner,
    PostingPermission,
)
from channels.rules.fact_types import Decision, PostingAction
from reports.packs.tables import PackPart, fill_table


def build_channel_part(
    channel: Channel, visible: QuerySet[User], *, at: datetime, known_at: datetime, now: datetime
) -> PackPart:
    """What had been recorded of the channel by `known_at`; people beyond `visible` stand with their role alone."""
    part = PackPart(
        _("The channel: %(channel)s") % {"channel": channel},
        subjects={f"channel:{channel.code}"},
        facts=[channel],
    )
    _tell_settings(part, channel)
    _tell_states(part, channel, known_at)
    _tell_owners(part, channel, known_at)
    _tell_demands(part, channel, known_at)
    _tell_stops(part, channel, known_at)
    _tell_people(part, channel, visible, at=at, known_at=known_at, now=now)
    return part


def _tell_settings(part: PackPart, channel: Channel) -> None:
    """What decides, as it is now; what it was before is among its changes."""
    region = channel.region
    rows = [
        (_("Region"), region),
        (_("Only people of its region"), channel.region_bound),
        (_("Platform"), channel.platform),
        (_("Kind"), channel.get_classification_display()),
        (_("Review"), channel.get_review_mode_display()),
        (_("Last day"), channel.sunset_on),
    ]
    if region is not None:
        part.facts.append(region)
        part.subjects.add(f"region:{region.code}")
    part.tables.append(fill_table(_("The channel as it is now"), [_("What"), _("Value")], rows))


def _tell_states(part: PackPart, channel: Channel, known_at: datetime) -> None:
    events = list(
        ChannelEvent.objects.filter(channel=channel, recorded_at__lte=known_at).order_by(
            "effective_at", "id"
        )
    )
    part.facts += events
    names = name_actors(event.actor for event in events)
    rows = [
        [
            event.effective_at,
            event.get_state_display() or _tell_changes(event.changes),
            event.reason,
            names[event.actor],
            event.recorded_at,
        ]
        for event in events
    ]
    headings = [_("From"), _("What"), _("Why"), _("By"), _("Recorded")]
    part.tables.append(fill_table(_("What the channel was"), headings, rows))


def _tell_changes(changes: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {was} → {now}" for name, (was, now) in sorted(changes.items()))


def _tell_owners(part: PackPart, channel: Channel, known_at: datetime) -> None:
    owners = list(
        Owner.objects.filter(channel=channel, recorded_at__lte=known_at)
        .select_related("person")
        .order_by("started_at", "id")
    )
    part.facts += owners
    rows = [
        [
            owner.person,
            owner.get_kind_display(),
            owner.started_at,
            owner.ended_at if owner.end_recorded_at and owner.end_recorded_at <= known_at else None,
            owner.recorded_at,
        ]
        for owner in owners
    ]
    headings = [_("Person"), _("As"), _("From"), _("Until"), _("Recorded")]
    part.tables.append(fill_table(_("Who answered for it"), headings, rows))


def _tell_demands(part: PackPart, channel: Channel, known_at: datetime) -> None:
    asked = list(
        AccessRule.objects.filter(channel=channel, recorded_at__lte=known_at)
        .select_related("certification")
        .order_by("starts_at", "id")
    )
    texts = list(
        ChannelRules.objects.filter(channel=channel, recorded_at__lte=known_at).order_by("version")
    )
    part.facts += [*asked, *texts]
    rows = [
        [
            one.certification,
            one.group,
            one.starts_at,
            one.ended_at if one.end_recorded_at and one.end_recorded_at <= known_at else None,
            one.recorded_at,
        ]
        for one in asked
    ]
    headings = [_("Certification"), _("Group"), _("From"), _("Until"), _("Recorded")]
    part.tables.append(fill_table(_("Certifications that it asked for"), headings, rows))
    said = [[one.version, one.text, one.effective_at, one.recorded_at] for one in texts]
    headings = [_("Version"), _("Text"), _("From"), _("Recorded")]
    part.tables.append(fill_table(_("House rules"), headings, said))


def _tell_stops(part: PackPart, channel: Channel, known_at: datetime) -> None:
    """Stops of this channel and of whatever may have held it: a channel changes its region, platform and kind."""
    scope = Q(channel=channel) | ~Q(scope=Freeze.Scope.CHANNEL)
    found = Freeze.objects.filter(scope, recorded_at__lte=known_at)
    held = ("region", "platform", "certification")
    freezes = list(found.select_related(*held).order_by("starts_at", "id"))
    part.facts += freezes
    part.subjects |= {f"freeze:{freeze.uuid}" for freeze in freezes}
    names = name_actors(freeze.actor for freeze in freezes)
    rows = [
        [
            freeze.get_scope_display(),
            freeze.region or freeze.platform or freeze.certification or freeze.classification,
            ", ".join(freeze.allowed),
            freeze.drill,
            freeze.starts_at,
            freeze.reason,
            names[freeze.actor],
            freeze.ended_at
            if freeze.end_recorded_at and freeze.end_recorded_at <= known_at
            else freeze.ends_at,
        ]
        for freeze in freezes
    ]
    headings = [
        _("Of what"),
        _("Which"),
        _("May still post"),
        _("Drill"),
        _("From"),
        _("Why"),
        _("By"),
        _("Until"),
    ]
    part.tables.append(fill_table(_("Emergency stops"), headings, rows))


def _tell_people(
    part: PackPart,
    channel: Channel,
    visible: QuerySet[User],
    *,
    at: datetime,
    known_at: datetime,
    now: datetime,
) -> None:
    """Who had a role then, and whether they might have used it: asked of the same function as every decision."""
    roles = list(
        PostingPermission.objects.current(at, known_at)
        .filter(channel=channel)
        .select_related("person")
        .order_by("role", "person__hr_id")
    )
    seen = set(visible.filter(pk__in=[one.person_id for one in roles]).values_list("pk", flat=True))
    shown = [one for one in roles if one.person_id in seen]
    part.facts += PostingPermission.objects.filter(pk__in=[one.pk for one in roles])
    part.subjects |= {f"permission:{one.uuid}" for one in roles}
    asked = [
        DecisionQuery(one.person.hr_id or "", channel.code, PostingAction.PUBLISH, at, known_at)
        for one in shown
    ]
    judged = decisions.judge_queries(asked, evaluated_at=now)
    rows = [_role_row(one, said) for one, said in zip(shown, judged, strict=True)]
    beyond = _("somebody of another region")
    rows += [
        [beyond, "", one.get_role_display(), one.starts_at, "", ""]
        for one in roles
        if one.person_id not in seen
    ]
    headings = [
        *(_("Person"), _("HR id"), _("Role"), _("Since"), _("May publish at that moment")),
        _("Reasons"),
    ]
    part.tables.append(fill_table(_("People with a role at that moment"), headings, rows))


def _role_row(role: PostingPermission, said: Decision) -> list[Any]:
    why = " ".join(reason_texts.reason_text(reason) for reason in said.reasons)
    person = role.person
    return [person, person.hr_id, role.get_role_display(), role.starts_at, said.decision, why]

"""What giving or ending a responsibility comes to, in sentences, before it is done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, Responsibility, Role, User
from accounts.readers import days
from accounts.rules import INSTANT

Words = str | Promise
# What somebody with the role may do; of a role in one region the second sentence holds.
MEANS: dict[str, tuple[Words, Words]] = {
    Role.AUTHOR: (
        gettext_lazy("Writes and publishes pages, courses and questions in the editor."),
        gettext_lazy(
            "Gives people of the region another try. The editor is for authors everywhere."
        ),
    ),
    Role.REVIEWER: (
        gettext_lazy("Checks in the editor what authors have written, and marks answers."),
        gettext_lazy(
            "Marks answers of people of the region. The editor is for reviewers everywhere."
        ),
    ),
    Role.HR: (
        gettext_lazy(
            "Sees everybody, imports people, acts on certifications and gives responsibilities."
        ),
        gettext_lazy(
            "Sees the people of the region, acts on their certifications and gives responsibilities there."
        ),
    ),
    Role.AUDITOR: (
        gettext_lazy("Sees everybody’s status, history and evidence, and changes nothing."),
        gettext_lazy("Sees status, history and evidence of the region, and changes nothing."),
    ),
    Role.REGIONAL_LEAD: (
        gettext_lazy("Leads no region, and so sees nobody."),
        gettext_lazy("Sees the people of the region and their status."),
    ),
    Role.GOVERNANCE: (
        gettext_lazy("Decides about every channel, its owners and its roles, and stops posting."),
        gettext_lazy(
            "Decides about the channels of the region, their owners and roles, and stops posting."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class ResponsibilityEffect:
    """What would happen, one sentence each. `warning`: nobody else holds the role."""

    lines: tuple[str, ...]
    warning: str = ""

    @property
    def digest(self) -> str:
        """The same for what reads the same: a page sends it back to say which effect was seen."""
        return hashlib.sha256(repr((self.lines, self.warning)).encode()).hexdigest()[:32]


def name_duty(role: str, region: Region | None) -> str:
    """A role and where: "HR, Brazil" or "HR, everywhere"."""
    where = region.name if region else _("everywhere")
    return f"{Role(role).label}, {where}"


def foretell_giving(
    role: str, region: Region | None, span: tuple[datetime, datetime | None], at: datetime
) -> ResponsibilityEffect:
    """What the role lets them do, when it begins and ends, and what it asks of them."""
    begins, ends = span
    lines = [str(MEANS[role][1 if region else 0])]
    if begins <= at:
        lines.append(_("It begins at once."))
    else:
        lines.append(
            _("It begins on %(day)s.") % {"day": days.spell_day(timezone.localdate(begins))}
        )
    if ends:
        lines.append(
            _("It ends by itself after %(day)s.")
            % {"day": days.spell_day(timezone.localdate(ends - INSTANT))}
        )
    if settings.REQUIRE_TWO_STEP and role in settings.TWO_STEP_ROLES:
        lines.append(_("They are asked for a second step when they sign in."))
    return ResponsibilityEffect((*lines, _("It gives no right to post. Nobody gets a mail.")))


def foretell_ending(duty: Responsibility, at: datetime) -> ResponsibilityEffect:
    """What they can no longer do, what they keep, and whether somebody else is there. Two queries."""
    lost = str(MEANS[duty.role][1 if duty.region_id else 0])
    begun = duty.starts_at <= at
    lines = [
        _("No longer, from now on: %(means)s") % {"means": lost}
        if begun
        else _("It never begins: %(means)s") % {"means": lost}
    ]
    kept = Responsibility.objects.current(at).filter(person=duty.person).exclude(pk=duty.pk)
    names = [name_duty(one.role, one.region) for one in kept.select_related("region")]
    if names:
        lines.append(_("They keep: %(names)s.") % {"names": "; ".join(names)})
    lines.append(_("What they did stays as it is. Nobody gets a mail."))
    last = begun and not _others_hold(duty, at)
    return ResponsibilityEffect(tuple(lines), _warn(duty) if last else "")


def _others_hold(duty: Responsibility, at: datetime) -> bool:
    """Whether somebody else who is here holds the role where this one does. One query."""
    wide = Q(region=None)
    if duty.role == Role.REGIONAL_LEAD:
        wide = Q(region=duty.region_id)
    elif duty.region_id:
        wide |= Q(region=duty.region_id)
    here = User.objects.filter(is_active=True).employed(at).exclude(pk=duty.person_id)
    held = Responsibility.objects.current(at).filter(wide, role=duty.role)
    return bool(held.filter(person__in=here.order_by().values("pk")).exists())


def _warn(duty: Responsibility) -> str:
    told = {"duty": name_duty(duty.role, duty.region)}
    text = _("Nobody else holds this: %(duty)s. What needs it waits until somebody is given it.")
    return text % told


def fingerprint_duties(duties: list[Any]) -> str:
    """The version of somebody's responsibilities that a page showed."""
    told = [(one.pk, one.ends_at, one.ended_at) for one in duties]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

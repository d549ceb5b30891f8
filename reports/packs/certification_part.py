"""The part of a pack about the certifications: what each asks for, and which versions stopped counting."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.readers.actor_names import name_actors
from certificates.facts.gathering import certification_terms
from certificates.models import Certification, CertificationEvent, Requirement
from courses.models import VersionFloor
from reports.packs.tables import PackPart, fill_table


def build_certification_part(known_at: datetime) -> PackPart:
    """Every certification as it is now, with the changes and the floors that had been recorded by `known_at`."""
    part = PackPart(_("Certifications and what they ask for"))
    certifications = list(Certification.objects.order_by("code"))
    part.subjects = {f"certification:{one.code}" for one in certifications}
    asked: dict[int, list[Requirement]] = defaultdict(list)
    for one in Requirement.objects.select_related("course").order_by("id"):
        asked[one.certification_id].append(one)
    rows = [
        [
            one.code,
            one.title,
            ", ".join(row.course.code for row in asked[one.pk]),
            one.policy_tz,
            one.retired_at,
        ]
        for one in certifications
    ]
    headings = [_("Code"), _("Title"), _("Courses"), _("Time zone of its days"), _("Retired")]
    part.add(certifications, fill_table(_("Certifications as they are now"), headings, rows))
    part.facts += [one for of_one in asked.values() for one in of_one]
    _tell_changes(part, known_at)
    _tell_floors(part, known_at)
    return part


def _tell_changes(part: PackPart, known_at: datetime) -> None:
    found = CertificationEvent.objects.filter(recorded_at__lte=known_at)
    events = list(found.select_related("certification").order_by("id"))
    names = name_actors(one.actor for one in events)
    rows = [
        [
            one.certification.code,
            ", ".join(f"{name}: {was} → {now}" for name, (was, now) in sorted(one.changes.items())),
            one.effective_at,
            names[one.actor],
            one.recorded_at,
        ]
        for one in events
    ]
    headings = [_("Certification"), _("What changed"), _("From"), _("By"), _("Recorded")]
    part.add(events, fill_table(_("Changes of certifications"), headings, rows))


def _tell_floors(part: PackPart, known_at: datetime) -> None:
    courses = {key for terms in certification_terms() for key in terms.courses_ever}
    found = VersionFloor.objects.filter(course__in=courses, recorded_at__lte=known_at)
    floors = list(found.select_related("course", "release__course").order_by("effective_at", "id"))
    part.shared = {f"course:{one.course.key}" for one in floors}
    names = name_actors(one.actor for one in floors)
    rows = [
        [one.release, one.effective_at, one.reason, names[one.actor], one.recorded_at]
        for one in floors
    ]
    headings = [_("Oldest version that counts"), _("From"), _("Why"), _("By"), _("Recorded")]
    part.add(floors, fill_table(_("Versions that stopped counting"), headings, rows))

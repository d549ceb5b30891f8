"""The part of a pack about somebody's employment: since when, as what, where, for whom, and when they were on leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.dated_columns import switched_off
from accounts.models import Absence, EmploymentEvent, Region, User
from accounts.people import employment_of
from accounts.readers import switches
from accounts.readers.actor_names import name_actors
from reports.packs.tables import PackPart, PackRows, fill_table, find_entries_of, tell_as_known


def build_employment_part(person: User, *, at: datetime, known_at: datetime) -> PackPart:
    """What had been recorded by `known_at`, and what it comes to at `at`; the leave never says why."""
    found = employment_of(person, at=at, known_at=known_at)
    part = PackPart(_("Employment"), subjects={person.actor}, facts=[person])
    part.lines += [
        _("HR id: %(hr_id)s") % {"hr_id": person.hr_id or "–"},
        _("Employed at that moment: %(answer)s")
        % {"answer": _("yes") if found.employed else _("no")},
        _("Region at that moment: %(region)s") % {"region": found.region_code or "–"},
    ]
    events = _read_events(person, known_at)
    switched = switched_off(sorted(events, key=lambda event: event.pk))
    if switched.value_at(at, known_at):
        part.lines.append(switches.spell_off(switched.since(at, known_at)))
    part.add(events, _tell_events(_("Employment"), events))
    regions = {event.region_id for event in events} | {person.region_id}
    _tell_regions(part, [key for key in regions if key])
    _tell_leaves(part, person, known_at)
    _tell_aliases(part, person, known_at)
    _tell_sponsors(part, person, events, known_at)
    return part


def _read_events(person: User | int, known_at: datetime) -> list[EmploymentEvent]:
    found = EmploymentEvent.objects.filter(person=person, recorded_at__lte=known_at)
    columns = ("region", "other", "former", "team", "former_team")
    return list(found.select_related(*columns).order_by("effective_at", "id"))


def _tell_events(title: str, events: list[EmploymentEvent]) -> PackRows:
    names = name_actors(event.actor for event in events)
    rows = [
        [
            event.effective_at,
            event.get_what_display(),
            event.region or event.other or event.team or event.get_kind_display(),
            event.former or event.former_team or event.get_former_kind_display(),
            event.ends_at,
            event.corrects,
            names[event.actor],
            event.recorded_at,
        ]
        for event in events
    ]
    headings = [
        *(_("From"), _("What"), _("Is now"), _("Was"), _("Contract until"), _("In place of")),
        *(_("By"), _("Recorded")),
    ]
    return fill_table(title, headings, rows)


def _tell_regions(part: PackPart, keys: list[int]) -> None:
    """The regions, in whose zone days end."""
    regions = list(Region.objects.filter(pk__in=keys).order_by("code"))
    part.subjects |= {f"region:{region.code}" for region in regions}
    rows = [[region.code, region.name, region.time_zone] for region in regions]
    headings = [_("Code"), _("Region"), _("Time zone of its days")]
    part.add(regions, fill_table(_("Regions"), headings, rows))


def _tell_leaves(part: PackPart, person: User, known_at: datetime) -> None:
    """The ledger proves the rows as they are now, so those are what is proved."""
    rows = Absence.objects.filter(person=person).order_by("starts_at", "id")
    told = tell_as_known(rows, known_at)
    names = name_actors(one.actor for one in told)
    cells = [
        [one.starts_at, one.until, one.ended_at, names[one.actor], one.recorded_at] for one in told
    ]
    headings = [_("From"), _("Until"), _("Ended"), _("By"), _("Recorded")]
    proved = rows.filter(recorded_at__lte=known_at)
    part.add(proved, fill_table(_("Leaves"), headings, cells))


def _tell_aliases(part: PackPart, person: User, known_at: datetime) -> None:
    aliases = list(person.aliases.filter(recorded_at__lte=known_at).order_by("id"))
    names = name_actors(one.actor for one in aliases)
    rows = [[one.hr_id, names[one.actor], one.recorded_at] for one in aliases]
    part.add(aliases, fill_table(_("Other HR ids"), [_("HR id"), _("By"), _("Recorded")], rows))


def _tell_sponsors(
    part: PackPart, person: User, events: list[EmploymentEvent], known_at: datetime
) -> None:
    """Whoever answers or answered for the person, and when they were employed: it decides about contractors."""
    said: list[Any] = [person.sponsor, *(one for e in events for one in _sponsors_of(e))]
    for sponsor in dict.fromkeys(one for one in said if one is not None):
        theirs = _read_events(sponsor, known_at)
        part.add(
            theirs,
            _tell_events(_("Employment of the sponsor, %(name)s") % {"name": sponsor}, theirs),
        )
        part.told_in += [find_entries_of(row, sponsor.actor) for row in theirs]


def _sponsors_of(event: EmploymentEvent) -> tuple[User | None, ...]:
    return (event.other, event.former) if event.what == EmploymentEvent.What.SPONSOR else ()

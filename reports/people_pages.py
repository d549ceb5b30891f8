"""What the pages about people show: sort links, a person's standings, and the person's history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import people
from accounts.dated_columns import SWITCHES
from accounts.models import EmploymentEvent, User
from accounts.readers import days, switches
from accounts.readers.actor_names import name_actors
from accounts.readers.employment_words import spell_event
from accounts.rules import last_day_before
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award, AwardEvent, Hold, Waiver
from certificates.policy_days import spell_policy_day
from certificates.rules.standings import standing
from channels.models import PostingPermission
from ledger.models import Entry
from quizzes.models import Attempt, Unlock
from reports import status_labels
from reports.filters import SORTS, PeopleFilters
from reports.listing.columns import COLUMNS_BY_NAME
from reports.teams.judged_roles import judge_roles

SHOWN = 300
# Ledger kinds shown in the timeline; other facts are read from tables of their own.
LEDGER_WORDS: dict[str, str | Promise] = {
    "person.changed": gettext_lazy("Details changed"),
    "responsibility.given": gettext_lazy("Responsibility given"),
    "responsibility.ended": gettext_lazy("Responsibility ended"),
}


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A column heading; of a sortable column with the address of its link, and how the list is sorted by it now."""

    label: str | Promise
    address: str = ""
    now: str = ""


def describe_headings(filters: PeopleFilters) -> list[ColumnHeading]:
    """The headings of the columns that are shown: the first click sorts ascending, the second descending."""
    found = []
    for name in filters.shown:
        label = COLUMNS_BY_NAME[name].label
        if name not in SORTS:
            found.append(ColumnHeading(label))
            continue
        rising, falling = filters.sort == name, filters.sort == f"-{name}"
        now = "ascending" if rising else "descending" if falling else ""
        address = filters.address(sort=f"-{name}" if rising else name)
        found.append(ColumnHeading(label, address, now))
    return found


def describe_person(person: User, reader: User, *, at: datetime) -> dict[str, Any]:
    """A person's employment, standing in every certification, and roles on channels at `at`.

    With `off_since`, what to do about an account that is switched off (`accounts.readers.switches`).
    """
    off_since = getattr(person, "off_since", None)
    facts = gather_certification_facts([person.pk])
    standings = [standing(known, at=at, known_at=at) for known in facts.values()]
    roles = PostingPermission.objects.unended(at).filter(person=person)
    roles = roles.select_related("channel", "person").order_by("channel__title", "starts_at")
    return {
        "person": person,
        "sponsor": _name_sponsor(person, at),
        "employment": people.employment_of(person, at=at),
        "switched_off": switches.spell_off(off_since),
        "switch_step": switches.find_switch_step(reader, person) if off_since else None,
        "standings": [
            {
                "about": known,
                "label": status_labels.status_label(known.status),
                "tone": status_labels.status_tone(known.status),
            }
            for known in standings
        ],
        "roles": judge_roles(list(roles), at),
        "checked_at": at,
    }


def _name_sponsor(person: User, at: datetime) -> str:
    """Who answers for the person, and that they have left, where they have; "" for nobody."""
    sponsor = person.sponsor
    if sponsor is None or sponsor.left_at is None or not sponsor.has_left(at):
        return sponsor.display_name if sponsor else ""
    last = days.spell_day(last_day_before(sponsor.left_at, days.zone_of_region(sponsor.region)))
    return _("%(name)s, who has left (last day %(day)s)") % {
        "name": sponsor.display_name,
        "day": last,
    }


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline: from when it counts, what happened, details, and who did it."""

    at: datetime
    text: str
    more: str = ""
    actor: str = ""


def person_timeline(person: User) -> list[TimelineEntry]:
    """Everything recorded about a person, newest first; no answers and no scores."""
    moments = [
        *_employment(person),
        *_learning(person),
        *_awards(person),
        *_spans(person),
        *_permissions(person),
        *_ledger(person),
    ]
    moments.sort(key=lambda moment: moment.at, reverse=True)
    return _named(moments[:SHOWN])


def _employment(person: User) -> Iterator[TimelineEntry]:
    for event in EmploymentEvent.objects.filter(person=person).select_related("region"):
        more = spell_event(
            event.what,
            region=event.region.name if event.region else "",
            zone=days.zone_of_region(event.region or person.region),
            effective_at=event.effective_at,
            ends_at=event.ends_at,
        )
        more = ": ".join(filter(None, [more, event.reason if event.what in SWITCHES else ""]))
        yield TimelineEntry(event.effective_at, event.get_what_display(), more, event.actor)


def _learning(person: User) -> Iterator[TimelineEntry]:
    for attempt in Attempt.objects.filter(person=person).select_related("quiz"):
        yield TimelineEntry(attempt.started_at, _("Quiz started"), attempt.quiz.title, person.actor)
        if attempt.submitted_at:
            yield TimelineEntry(
                attempt.submitted_at, _outcome(attempt), attempt.quiz.title, person.actor
            )
    for unlock in Unlock.objects.filter(person=person).select_related("quiz"):
        more = f"{unlock.quiz.title}: {unlock.reason}"
        yield TimelineEntry(unlock.at, _("Another try given"), more, unlock.actor)


def _outcome(attempt: Attempt) -> str:
    if attempt.state == Attempt.State.MARKING:
        return _("Quiz handed in, waiting for a reviewer")
    return _("Quiz passed") if attempt.passed else _("Quiz not passed yet")


def _awards(person: User) -> Iterator[TimelineEntry]:
    for award in Award.objects.filter(recipient=person):
        earned = spell_policy_day(award.issued_at, award.policy_tz)
        more = f"{award.certification_title}, {award.number}, {earned}"
        yield TimelineEntry(award.issued_at, _("Certificate issued"), more, award.actor)
    for event in AwardEvent.objects.filter(award__recipient=person).select_related("award"):
        more = ", ".join(filter(None, [event.award.number, event.reason]))
        text = _("Certificate: %(what)s") % {"what": event.get_kind_display()}
        yield TimelineEntry(event.effective_at, text, more, event.actor)


def _spans(person: User) -> Iterator[TimelineEntry]:
    for hold in Hold.objects.filter(person=person):
        yield TimelineEntry(hold.starts_at, _("Hold started"), hold.reason, hold.actor)
        if hold.ended_at:
            yield TimelineEntry(hold.ended_at, _("Hold ended"), "", hold.end_actor)
    for waiver in Waiver.objects.filter(person=person).select_related("certification"):
        title = waiver.certification.title
        yield TimelineEntry(waiver.starts_at, _("Excused from the training"), title, waiver.actor)
        if waiver.ended_at:
            yield TimelineEntry(waiver.ended_at, _("No longer excused"), title, waiver.end_actor)


def _permissions(person: User) -> Iterator[TimelineEntry]:
    for held in PostingPermission.objects.filter(person=person).select_related("channel"):
        more = f"{held.channel.title}: {held.get_role_display()}"
        yield TimelineEntry(held.starts_at, _("Role on a channel given"), more, held.actor)
        if held.ended_at:
            yield TimelineEntry(held.ended_at, _("Role on a channel ended"), more, held.end_actor)


def _ledger(person: User) -> Iterator[TimelineEntry]:
    for entry in Entry.objects.filter(subject=person.actor, kind__in=LEDGER_WORDS):
        more = ", ".join(entry.data.get("fields", [])) or str(entry.data.get("role", ""))
        yield TimelineEntry(entry.effective_at, str(LEDGER_WORDS[entry.kind]), more, entry.actor)


def _named(moments: list[TimelineEntry]) -> list[TimelineEntry]:
    """The same moments with the names of those who acted."""
    names = name_actors(moment.actor for moment in moments)
    return [TimelineEntry(m.at, m.text, m.more, names[m.actor]) for m in moments]

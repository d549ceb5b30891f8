"""A manager's own team: who can post and who has to act. It shows statuses, never answers or scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.models import User
from accounts.readers import switches
from certificates.facts.gathering import gather_certification_facts
from certificates.rules.standings import COMPLIANT, HOLDING, Standing, Status, standing
from courses.pages.openings import courses_by_certificate, quote_titles
from quizzes.attempts import unlocks
from quizzes.attempts.unlocks import StuckQuiz
from reports import status_labels
from reports.teams import actions
from reports.teams.actions import TeamAction
from reports.teams.judged_roles import JudgedRole, read_judged_roles

SOON = timedelta(days=30)
GROUPS: dict[str, tuple[str | Promise, str]] = {
    "needs": (gettext_lazy("Needs you"), "stop"),
    "overdue": (gettext_lazy("Overdue or lapsed"), "stop"),
    "soon": (gettext_lazy("Ends soon"), "wait"),
    "todo": (gettext_lazy("Something to do"), "wait"),
    "fine": (gettext_lazy("On track"), "go"),
    "nothing": (gettext_lazy("Nothing asked for"), "none"),
}
NEEDS = {Status.SUSPENDED, Status.REVOKED}
TO_DO = {
    *(Status.EXPIRING, Status.UPDATE_DUE, Status.GRACE, Status.LAPSED, Status.REVOKED),
    *(Status.OVERDUE, Status.IN_PROGRESS, Status.ASSIGNED),
}
LATE = {Status.OVERDUE, Status.LAPSED, Status.GRACE}


@dataclass(frozen=True, slots=True)
class CourseToDo:
    """The title of a course to take, and of the certificates for which."""

    title: str
    certificates: tuple[str, ...]

    @property
    def earned(self) -> str:
        return quote_titles(self.certificates)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One direct report: the certifications that count for them, the channels they hold a role on, and
    the quizzes in which they wait for another try."""

    person: User
    standings: list[tuple[Standing, Any, str]]
    channels: list[JudgedRole]
    to_do: list[CourseToDo]
    stuck: list[StuckQuiz]

    @property
    def switched_off(self) -> str:
        """What there is to know of an account that an administrator switched off; "" of any other."""
        return switches.spell_off(self.person.off_since)  # type: ignore[attr-defined]

    @property
    def open_channels(self) -> list[JudgedRole]:
        return [one for one in self.channels if one.counted]

    @property
    def can_post(self) -> bool:
        return any(one.allowed for one in self.channels)

    def group(self, at: datetime) -> str:
        """The most urgent group that a certification, a channel or a blocked quiz puts the person in."""
        stand = [known for known, _label, _tone in self.standings]
        stopped = self.switched_off or any(known.status in NEEDS for known in stand)
        if self.stuck or stopped:
            return "needs"
        if any(known.status in LATE for known in stand):
            return "overdue"
        if any(_ends_soon(known, at) for known in stand):
            return "soon"
        if not stand and not self.open_channels:
            return "nothing"
        on_track = all(known.status in COMPLIANT for known in stand)
        return "fine" if on_track and all(one.allowed for one in self.open_channels) else "todo"

    @property
    def action(self) -> TeamAction:
        """The one thing the manager can do now."""
        return actions.choose_action(
            self.person,
            switched_off=bool(self.switched_off),
            stuck=self.stuck,
            stopped=any(known.status in NEEDS for known, _label, _tone in self.standings),
            to_do=[course.title for course in self.to_do],
            lacking=[one.channel.title for one in self.open_channels if not one.allowed],
        )


def _ends_soon(known: Standing, at: datetime) -> bool:
    ends = [known.expires_at, known.floor_at] if known.status in HOLDING else []
    near = any(end is not None and end <= at + SOON for end in ends)
    return near or known.status in {Status.EXPIRING, Status.UPDATE_DUE}


def team_members(manager: User, *, at: datetime) -> list[TeamMember]:
    """The people who report to `manager` and are employed at `at`, by name."""
    here = User.objects.employed(at).filter(manager=manager)
    team = list(here.annotate(off_since=switches.off_since(at)).order_by("display_name", "id"))
    facts = gather_certification_facts([person.pk for person in team])
    stand: dict[int, list[tuple[Standing, Any, str]]] = defaultdict(list)
    for (person, _programme), known in facts.items():
        found = standing(known, at=at, known_at=at)
        if found.status != Status.NOT_REQUIRED:
            stand[person].append(
                (
                    found,
                    status_labels.status_label(found.status),
                    status_labels.status_tone(found.status),
                )
            )
    channels = read_judged_roles(team, at)
    stuck = unlocks.find_stuck_people(team, at)
    courses = courses_by_certificate()
    return [
        TeamMember(
            person,
            stand[person.pk],
            channels[person.pk],
            _courses_to_do(stand[person.pk], courses),
            stuck.get(person, []),
        )
        for person in team
    ]


def _courses_to_do(
    standings: list[tuple[Standing, Any, str]], courses: dict[str, str]
) -> list[CourseToDo]:
    """The courses that earn, or renew, what the person lacks or is about to lose; each once, with what it earns."""
    found: dict[str, list[str]] = defaultdict(list)
    for known, _label, _tone in standings:
        title = courses.get(known.certification_code)
        if title and known.status in TO_DO:
            found[title].append(known.certification_title)
    return [CourseToDo(title, tuple(earned)) for title, earned in found.items()]


def describe_team(team: list[TeamMember]) -> str:
    """The heading: how many of the people, and on how many of their channels, can post now."""
    held = [one for member in team for one in member.open_channels]
    channels = {one.channel.pk for one in held}
    able = {one.channel.pk for one in held if one.allowed}
    people = _("%(able)s of %(all)s in your team can post") % {
        "able": sum(member.can_post for member in team),
        "all": len(team),
    }
    if not channels:
        return people
    words = ngettext(
        "on %(able)s of %(all)s channel", "on %(able)s of %(all)s channels", len(channels)
    )
    return f"{people}, {words % {'able': len(able), 'all': len(channels)}}"


@require_safe
@login_required
def show_team(request: Any) -> HttpResponse:
    """`/team/`: the direct reports of the signed-in person; without any the page says so.

    It has no filters: an address with one lists nobody and says so.
    """
    at = timezone.now()
    misread = query_strings.describe_misread(request.GET, ())
    team = [] if misread else team_members(request.user, at=at)
    grouped: dict[str, list[TeamMember]] = {name: [] for name in GROUPS}
    for member in team:
        grouped[member.group(at)].append(member)
    context = {
        "team": team,
        "misread": misread,
        "heading": describe_team(team),
        "without_role": sum(not member.open_channels for member in team),
        "groups": [(name, *GROUPS[name], grouped[name]) for name in GROUPS if grouped[name]],
        "checked_at": at,
    }
    return render(request, "reports/team.html", context)

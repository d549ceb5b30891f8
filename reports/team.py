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
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.models import User
from certificates.facts.gathering import gather_certification_facts
from certificates.rules.standings import HOLDING, Standing, Status, standing
from channels.decisions import DecisionQuery, judge_queries
from channels.models import Channel, PostingPermission
from courses.pages.openings import courses_by_certificate, quote_titles
from quizzes.attempts import unlocks
from quizzes.attempts.unlocks import StuckQuiz
from reports import status_labels

SOON = timedelta(days=30)
GROUPS: dict[str, str | Promise] = {
    "needs": _("Needs you"),
    "overdue": _("Overdue or lapsed"),
    "soon": _("Ends in 30 days"),
    "fine": _("On track"),
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
    channels: list[tuple[Channel, bool]]
    to_do: list[CourseToDo]
    can_post: bool
    stuck: list[StuckQuiz]

    def group(self, at: datetime) -> str:
        """The most urgent group that one of the certifications, or a blocked quiz, puts the person in."""
        stand = [known for known, _label, _tone in self.standings]
        if self.stuck or any(known.status in NEEDS for known in stand):
            return "needs"
        if any(known.status in LATE for known in stand):
            return "overdue"
        return "soon" if any(_ends_soon(known, at) for known in stand) else "fine"


def _ends_soon(known: Standing, at: datetime) -> bool:
    ends = [known.expires_at] if known.status in HOLDING else []
    ends += [known.floor_at] if known.status == Status.UPDATE_DUE else []
    return any(end is not None and end <= at + SOON for end in ends)


def team_members(manager: User, *, at: datetime) -> list[TeamMember]:
    """The people who report to `manager` and are employed at `at`, by name."""
    team = list(User.objects.employed(at).filter(manager=manager).order_by("display_name", "id"))
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
    channels = _channels(team, at)
    stuck = unlocks.find_stuck_people(team, at)
    courses = courses_by_certificate()
    return [
        TeamMember(
            person,
            stand[person.pk],
            channels[person.pk],
            _courses_to_do(stand[person.pk], courses),
            any(allowed for _channel, allowed in channels[person.pk]),
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


def _channels(team: list[User], at: datetime) -> dict[int, list[tuple[Channel, bool]]]:
    """For each person the channels with an open role, and whether they may publish there now."""
    held = PostingPermission.objects.begun(at).unended(at).filter(person__in=team)
    pairs = {
        (grant.person_id, grant.channel_id): grant
        for grant in held.select_related("channel", "person").order_by("channel__title")
    }
    asks = [
        DecisionQuery(g.person.hr_id or "", g.channel.code, "publish", at) for g in pairs.values()
    ]
    found: dict[int, list[tuple[Channel, bool]]] = defaultdict(list)
    for grant, decision in zip(pairs.values(), judge_queries(asks, evaluated_at=at), strict=True):
        found[grant.person_id].append((grant.channel, decision.decision != "deny"))
    return found


@require_safe
@login_required
def show_team(request: Any) -> HttpResponse:
    """`/team/`: the direct reports of the signed-in person; without any the page says so.

    It has no filters: an address with one lists nobody and says so.
    """
    at = timezone.now()
    misread = query_strings.describe_unknown_names(request.GET, ())
    team = [] if misread else team_members(request.user, at=at)
    grouped: dict[str, list[TeamMember]] = {name: [] for name in GROUPS}
    for member in team:
        grouped[member.group(at)].append(member)
    context = {
        "team": team,
        "misread": misread,
        "able": sum(member.can_post for member in team),
        "groups": [(name, GROUPS[name], grouped[name]) for name in GROUPS if grouped[name]],
        "checked_at": at,
    }
    return render(request, "reports/team.html", context)

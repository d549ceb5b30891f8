"""`/me/`: can I post, where, until when, and what do I do next?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.http import PersonRequest
from accounts.models import User
from certificates.records import CertificationFacts
from certificates.rules import Standing, Status, standing
from channels import facts, words
from channels.cards import Card, card
from channels.decisions import as_answer
from channels.models import Channel, Owner, PermissionRequest
from channels.moments import written
from channels.rows import Rows, rows
from courses.models import Assignment, Enrolment

MOST_NEXT = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a sentence, the label and address of its button; `when` sorts."""

    tone: str
    text: str
    deed: str
    href: str
    when: date


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page, as of `checked_at`."""

    checked_at: datetime
    cards: list[Card]
    steps: list[Step]
    standings: list[Standing]

    @property
    def can_post(self) -> int:
        return sum(one.decision.allowed for one in self.cards)


@require_safe
@login_required
def me(request: PersonRequest) -> HttpResponse:
    """`/me/` as a page, with times in the person's own time zone."""
    with timezone.override(_zone(request.user)):
        return render(request, "home/me.html", {"page": page_of(request.user, timezone.now())})


@require_safe
@login_required
def status(request: PersonRequest) -> JsonResponse:
    """`/me/status.json`: the same as JSON, for a tool that the person is signed in with."""
    page = page_of(request.user, timezone.now())
    channels = [
        {"channel": one.code, "title": one.title, "status": one.status, **as_answer(one.decision)}
        for one in page.cards
    ]
    return JsonResponse(
        {
            "person": request.user.hr_id,
            "checked_at": written(page.checked_at),
            "can_post": page.can_post,
            "of": len(page.cards),
            "channels": channels,
        }
    )


def page_of(person: User, at: datetime) -> Page:
    """What the person sees at `at`: one query for people, channels and tasks, and those for certificates.

    No DecisionRecord is written, because no tool asked.
    """
    gathered, certifications, found = facts.of_person(
        person.hr_id or "", _mine(person), *_tasks(person, at)
    )
    asked = {row["channel"]: facts.when(row["asked_at"]) for row in found["request"]}
    begun = {row["code"] for row in found["begun"]}
    cards = [
        card(one, at=at, asked_at=asked.get(one.channel.id), begun=begun)
        for one in gathered
        if one.channel
    ]
    standings = _standings(certifications, at)
    return Page(
        checked_at=at,
        cards=sorted(cards, key=lambda one: (one.rank, one.title)),
        steps=_next(standings, found, at),
        standings=[one for one in standings if one.award_code],
    )


def _zone(person: User) -> ZoneInfo:
    try:
        return ZoneInfo(person.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _mine(person: User) -> QuerySet[Channel]:
    """Channels on which the person has a role, has an open request, or is owner or deputy."""
    return Channel.objects.filter(
        Q(pk__in=person.permissions.filter(ended_at=None).values("channel"))
        | Q(pk__in=person.channel_requests.filter(outcome="open").values("channel"))
        | Q(pk__in=person.owned.filter(ended_at=None).values("channel"))
    )


def _tasks(person: User, at: datetime) -> list[QuerySet[Any]]:
    """Queries, run together with the one for the facts, for the person's requests, courses and assignments."""
    owned = Owner.objects.filter(person=person, ended_at=None).values("channel")
    requests = PermissionRequest.objects.filter(outcome="open")
    to_decide = requests.filter(channel__in=owned).exclude(person=person)
    assignments = Assignment.objects.filter(person=person, closed_at=None, assigned_at__lte=at)
    learning = Enrolment.objects.filter(person=person, closed_at=None, started_at__lte=at)
    return [
        rows("request", requests.filter(person=person), "asked_at", channel="channel_id"),
        rows(
            "to_decide",
            to_decide,
            "asked_at",
            code="channel__code",
            title="channel__title",
            asker="person__display_name",
        ),
        rows("begun", learning, code="course__requirements__certification__code"),
        rows("assignment", assignments, "due_on", title="course__title"),
    ]


def _standings(certifications: dict[int, CertificationFacts], at: datetime) -> list[Standing]:
    found = [standing(one, at=at, known_at=at) for one in certifications.values()]
    return sorted(found, key=lambda one: (one.expires_at or at, one.certification_code))


def _next(standings: list[Standing], found: Rows, at: datetime) -> list[Step]:
    """At most three things to do, the most urgent first."""
    steps = [step for one in standings if (step := _renewal(one, at))]
    steps += [_required(row, at) for row in found["assignment"]]
    steps += [_to_decide(row) for row in found["to_decide"]]
    return sorted(steps, key=lambda step: step.when)[:MOST_NEXT]


def _renewal(one: Standing, at: datetime) -> Step | None:
    href = words.training(one.certification_code)
    named: dict[str, Any] = {"title": one.certification_title}
    if one.status == Status.EXPIRING and one.expires_at and one.valid_through:
        days = (one.expires_at - at).days
        text = ngettext(
            "Your certificate “%(title)s” ends in %(days)s day. You keep posting while you renew.",
            "Your certificate “%(title)s” ends in %(days)s days. You keep posting while you renew.",
            days,
        ) % (named | {"days": days})
        return Step("wait", text, _("Renew your certificate"), href, one.valid_through)
    if one.status == Status.UPDATE_DUE and one.floor_at:
        text = _("The course of “%(title)s” has changed. Take the new version by %(day)s.")
        text %= named | {"day": words.as_day(one.floor_at)}
        return Step("wait", text, _("Take the new version"), href, one.floor_at.date())
    if one.status == Status.LAPSED and one.valid_through:
        text = _("Your certificate “%(title)s” does not count any more.") % named
        return Step("stop", text, _("Renew your certificate"), href, one.valid_through)
    return None


def _required(row: dict[str, Any], at: datetime) -> Step:
    title, due = row["title"], row["due_on"] and date.fromisoformat(row["due_on"])
    if due is None:
        text, tone = _("“%(title)s” is required for you.") % {"title": title}, "info"
    else:
        text = _("“%(title)s” is required by %(day)s.")
        text %= {"title": title, "day": words.as_day(due)}
        tone = "stop" if due < at.date() else "wait"
    return Step(tone, text, _("Go to your courses"), "/courses/", due or date.max)


def _to_decide(row: dict[str, Any]) -> Step:
    text = _("%(person)s asks to post on %(channel)s.")
    text %= {"person": row["asker"], "channel": row["title"]}
    href = f"/channels/{row['code']}/#requests"
    return Step("info", text, _("Approve or decline"), href, facts.when(row["asked_at"]).date())

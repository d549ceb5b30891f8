"""`/me/`: can I post, where, until when, and what do I do next?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.models import User
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import HOLDING, Standing, Status, standing
from channels.decisions import public_answer
from channels.desk import recertification, unused_roles
from channels.facts import gathering
from channels.facts.fact_rows import query_fact_rows, rows_of_kind, sort_fact_rows
from channels.facts.stored_values import parse_stored_instant
from channels.models import Channel, Owner, PermissionRequest
from channels.rules.moments import PostingMoment
from channels.screens.channel_cards import ChannelCard, build_card
from channels.timestamps import format_timestamp
from home import learning
from home.course_steps import find_course_steps
from home.open_tries import find_open_tries, open_try_queries
from home.waiting import Duties, NextStep, find_duties, find_waiting, waiting_queries
from ledger.prepared_queries import PreparedQuery

MAX_NEXT_STEPS = 3


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Everything on the page, as of `checked_at`."""

    checked_at: datetime
    cards: list[ChannelCard]
    steps: list[NextStep]
    waiting: list[NextStep]  # what others wait for, besides `steps`
    standings: list[Standing]
    exempt: list[Standing]

    @property
    def can_post(self) -> int:
        return sum(one.decision.allowed for one in self.cards)

    @property
    def counted(self) -> int:
        """The channels in the heading: closed ones are none any more."""
        return sum(not one.closed for one in self.cards)

    @property
    def is_certified(self) -> bool:
        return any(one.status in HOLDING for one in self.standings)

    @property
    def primary_card(self) -> str:
        """The code of the card with the page's main button; '' where a next step has it."""
        acting = (one.code for one in self.cards if one.href)
        return "" if self.steps else next(acting, "")


@require_safe
@login_required
def show_status(request: PersonRequest) -> HttpResponse:
    """`/me/` as a page, with times in the person's own time zone."""
    return render(request, "home/me.html", {"page": build_status_page(request, timezone.now())})


@require_safe
@login_required
def show_status_json(request: PersonRequest) -> JsonResponse:
    """`/me/status.json`: the same as JSON, for a tool that the person is signed in with."""
    page = build_status_page(request, timezone.now())
    channels = [
        {
            "channel": one.code,
            "title": one.title,
            "status": one.status,
            **public_answer(one.decision),
        }
        for one in page.cards
    ]
    return JsonResponse(
        {
            "person": request.user.hr_id,
            "checked_at": format_timestamp(page.checked_at),
            "can_post": page.can_post,
            "of": len(page.cards),
            "channels": channels,
        }
    )


def build_status_page(request: PersonRequest, at: datetime) -> StatusPage:
    """What the signed-in person sees at `at`: one query for the person, channels, certificates and tasks.

    No DecisionRecord is written, because no tool asked.
    """
    person = request.user
    found = sort_fact_rows(_read_rows(person, at))
    gathered, certifications = gathering.gather_person_facts(person.hr_id or "", found)
    asked = {row["channel"]: parse_stored_instant(row["asked_at"]) for row in found["request"]}
    begun = learning.find_codes_under_way(found)
    owned = {row["channel"] for row in found["owned"]}
    moment = PostingMoment(at, at)
    cards = [
        build_card(
            one,
            moment=moment,
            asked_at=asked.get(one.channel.id),
            begun=begun,
            answers=one.channel.id in owned,
        )
        for one in gathered
        if one.channel
    ]
    standings = _standings(certifications, at)
    asked_of_me = find_waiting(found, at)
    places = learning.find_places(person, found, at, request)
    steps = find_course_steps(standings, places, at)
    led_to = {step.href for step in steps} | {step.aside_href for step in steps}
    steps += [step for step in find_open_tries(found, at) if step.href not in led_to]
    urgent = sorted(steps + asked_of_me, key=lambda step: step.when)[:MAX_NEXT_STEPS]
    return StatusPage(
        checked_at=at,
        cards=sorted(cards, key=lambda one: (one.rank, one.title)),
        steps=urgent,
        waiting=[one for one in asked_of_me if one not in urgent],
        standings=[one for one in standings if one.award_code],
        exempt=[one for one in standings if one.status == Status.EXEMPT],
    )


def _read_rows(person: User, at: datetime) -> Iterator[Any]:
    """Everything about the person that the page shows. One query."""
    duties = find_duties(person, at)
    # Moments of their own, which vary in a kept statement.
    due, unused = at - recertification.LOOKED_FOR, at - unused_roles.UNUSED_FOR
    return _kept_rows.fetch(person.hr_id or "", person.pk, at, due, unused, duties)


def _status_rows(
    hr_id: str, key: int, at: datetime, due: datetime, unused: datetime, duties: Duties
) -> QuerySet[Any]:
    person = User(pk=key)
    return query_fact_rows(
        [hr_id],
        _mine(person, at).order_by().values("code"),
        *_tasks(person, at),
        *waiting_queries(person, duties, at, due, unused),
        every_certification=True,
    )


_kept_rows = PreparedQuery(_status_rows)


def _mine(person: User, at: datetime) -> QuerySet[Channel]:
    """Channels on which the person has a role, has an open request, or is owner or deputy.

    A role that is yet to begin, or past its agreed end, is among them: the card says why they cannot post.
    """
    return Channel.objects.filter(
        Q(pk__in=person.permissions.unended(at).values("channel"))
        | Q(pk__in=person.channel_requests.filter(outcome="open").values("channel"))
        | Q(pk__in=person.owned.current(at).values("channel"))
    )


def _tasks(person: User, at: datetime) -> list[QuerySet[Any]]:
    """Queries, run together with the one for the facts, for the person's requests, courses and assignments."""
    mine = Owner.objects.current(at).filter(person=person)
    requests = PermissionRequest.objects.filter(outcome="open", person=person)
    asked_back = ("question", "questioned_at", "answer")
    named = {"channel": "channel_id", "code": "channel__code", "title": "channel__title"}
    return [
        rows_of_kind("owned", mine, channel="channel_id"),
        rows_of_kind("request", requests, "asked_at", *asked_back, **named),
        *learning.learning_queries(person, at),
        *open_try_queries(person),
    ]


def _standings(certifications: dict[int, CertificationFacts], at: datetime) -> list[Standing]:
    found = [standing(one, at=at, known_at=at) for one in certifications.values()]
    return sorted(found, key=lambda one: (one.expires_at or at, one.certification_code))

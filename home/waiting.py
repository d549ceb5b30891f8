"""What waits for the signed-in person on `/me/`: everything that somebody asks them and they have not answered.

The rows come with the one query of `/me/`. Whoever may decide is told, as the acts themselves say who that is: the
owner and the deputy, governance where neither can, the successor, the sponsor, the reviewer, the second person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import role_regions
from certificates.models import AwardCorrection
from channels import listing
from channels.addresses import channel_address
from channels.desk import attention, recertification, unused_roles
from channels.facts.fact_rows import FactRow, FactRows, rows_of_kind
from channels.facts.stored_values import parse_stored_instant
from channels.models import Channel, Owner, OwnerOffer, PermissionRequest, Sponsorship
from quizzes.attempts import marking

Regions = frozenset[int] | None
_CHANNEL = {"code": "channel__code", "title": "channel__title"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do next: a sentence, the label and address of its button; `when` sorts.

    `aside` and `aside_href`: of a second button, to what is begun and does less.
    """

    tone: str
    text: str
    deed: str
    href: str
    when: date
    aside: str = ""
    aside_href: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """Where the person governs channels, marks answers and corrects certificates; None: everywhere.

    `actor`: who it is, of somebody who corrects certificates: nobody confirms what they proposed.
    """

    governs: Regions
    marks: Regions
    corrects: Regions
    actor: str = ""


def find_duties(person: User, at: datetime) -> Duties:
    """No query for whoever comes with their roles."""
    corrects = role_regions(person, Role.HR, at=at)
    return Duties(
        governs=role_regions(person, Role.GOVERNANCE, at=at),
        marks=role_regions(person, Role.REVIEWER, at=at),
        corrects=corrects,
        actor="" if corrects == frozenset() else person.actor,
    )


def waiting_queries(
    person: User, duties: Duties, at: datetime, due: datetime, unused: datetime
) -> list[QuerySet[Any]]:
    """The queries for `read_fact_rows`. `due`, `unused`: a role last looked at, or used, by then is asked about."""
    mine = {"person": person, "outcome": "open"}
    open_requests = PermissionRequest.objects.filter(outcome="open").exclude(person=person)
    asked = open_requests.filter(_answers(person, duties, at), Q(question="") | ~Q(answer=""))
    looked = recertification.looked_at_roles(at).filter(Q(looked_at__lte=due))
    seen = unused_roles.roles_unused_since(unused, at).filter(person=person)
    return [
        rows_of_kind("asked", asked, "asked_at", asker="person__display_name", **_CHANNEL),
        rows_of_kind(
            "due_role",
            looked.filter(_answers(person, duties, at)).exclude(person=person),
            **_CHANNEL,
        ),
        rows_of_kind("unused_role", seen, "uuid", **_CHANNEL),
        rows_of_kind("offer", OwnerOffer.objects.filter(**mine), "uuid", "offered_at", **_CHANNEL),
        rows_of_kind("sponsor", Sponsorship.objects.filter(**mine), "uuid", "asked_at", **_CHANNEL),
        *_counts(person, duties, at),
    ]


def _answers(person: User, duties: Duties, at: datetime) -> Q:
    """Of rows about a person on a channel: whether this one is among those who answer it (`people_who_answer`)."""
    owners = Owner.objects.current(at)
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=at)
    here &= Q(person__is_active=True)
    able = owners.filter(here, channel=OuterRef("channel")).exclude(person=OuterRef("person"))
    answers = Q(channel__in=owners.filter(person=person).values("channel"))
    if duties.governs is None:
        return answers | Q(~Exists(able))
    if duties.governs:
        return answers | Q(~Exists(able), channel__region__in=sorted(duties.governs))
    return answers


def _counts(person: User, duties: Duties, at: datetime) -> Iterator[QuerySet[Any]]:
    """Of what is worked off from a list, how many wait there."""
    if duties.governs != frozenset():
        waiting = listing.channels_with_state(at).filter(Q(state_now__in=attention.WAITING))
        yield _count("channels", person, _within(Channel, "region", duties.governs, pk=waiting))
    if duties.marks != frozenset():
        yield _count("answers", person, marking.waiting_answers(person, duties.marks))
    if duties.corrects != frozenset():
        open_ones = _within(AwardCorrection, "award__recipient__region", duties.corrects)
        others = open_ones.filter(decided_at=None).exclude(proposed_by=duties.actor)
        yield _count("corrections", person, others.exclude(award__recipient=person))


def _within(model: Any, region: str, regions: Regions, **members: QuerySet[Any]) -> QuerySet[Any]:
    rows = model.objects.filter(
        **{f"{name}__in": found.values(name) for name, found in members.items()}
    )
    return rows if regions is None else rows.filter(**{f"{region}__in": sorted(regions)})


def _count(kind: str, person: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    together = rows.order_by().values(together=Value(1))
    number = Subquery(together.annotate(number=Count("pk")).values("number"))
    return rows_of_kind(kind, User.objects.filter(pk=person.pk).annotate(number=number), "number")


def find_waiting(found: FactRows, at: datetime) -> list[NextStep]:
    """All of it, in no order."""
    return [
        *_tell_requests(found["asked"]),
        *_tell_due_roles(found["due_role"], (at + recertification.ANSWER_WITHIN).date()),
        *_tell_unused_roles(found["unused_role"], (at + unused_roles.ANSWER_WITHIN).date()),
        *map(_tell_question, filter(_is_asked_back, found["request"])),
        *map(_tell_offer, found["offer"]),
        *map(_tell_sponsorship, found["sponsor"]),
        *_tell_counts(found, at.date()),
    ]


def _by_channel(rows: list[FactRow]) -> Iterator[tuple[dict[str, Any], list[FactRow]]]:
    """The words of each channel, with its rows."""
    channels: dict[str, list[FactRow]] = defaultdict(list)
    for row in rows:
        channels[row["code"]].append(row)
    for of_channel in channels.values():
        yield {"channel": of_channel[0]["title"], "number": len(of_channel)}, of_channel


def _tell_requests(rows: list[FactRow]) -> Iterator[NextStep]:
    for named, asked in _by_channel(rows):
        text = _("%(person)s asks to post on %(channel)s.")
        if len(asked) > 1:
            text = _("%(number)s people ask to post on %(channel)s.")
        named |= {"person": asked[0]["asker"]}
        href = channel_address(asked[0]["code"]) + "#requests"
        when = min(_day(row["asked_at"]) for row in asked)
        yield NextStep("info", text % named, _("Approve or decline"), href, when)


def _tell_due_roles(rows: list[FactRow], when: date) -> Iterator[NextStep]:
    for named, due in _by_channel(rows):
        text = ngettext(
            "%(channel)s: %(number)s role was not looked at for 180 days.",
            "%(channel)s: %(number)s roles were not looked at for 180 days.",
            len(due),
        )
        href = channel_address(due[0]["code"], "recertify")
        yield NextStep("info", text % named, _("Keep or end them"), href, when)


def _tell_unused_roles(rows: list[FactRow], when: date) -> Iterator[NextStep]:
    for row in rows:
        text = _("Nobody has seen you use your role on %(channel)s for 180 days.")
        href = reverse("channels:need", args=[row["code"], UUID(row["uuid"])])
        deed = _("Say whether you still need it")
        yield NextStep("info", text % {"channel": row["title"]}, deed, href, when)


def _is_asked_back(row: FactRow) -> bool:
    return bool(row["question"]) and not row["answer"]


def _tell_question(row: FactRow) -> NextStep:
    text = _("You are asked something about your request for %(channel)s.")
    href = channel_address(row["code"], "ask")
    when = _day(row["questioned_at"])
    return NextStep("wait", text % {"channel": row["title"]}, _("Answer"), href, when)


def _tell_offer(row: FactRow) -> NextStep:
    text = _("You are asked to take over %(channel)s.") % {"channel": row["title"]}
    href = reverse("channels:offer", args=[row["code"], UUID(row["uuid"])])
    return NextStep("info", text, _("Accept or decline"), href, _day(row["offered_at"]))


def _tell_sponsorship(row: FactRow) -> NextStep:
    text = _("You are asked to stand up for %(channel)s.") % {"channel": row["title"]}
    href = reverse("channels:sponsor", args=[row["code"], UUID(row["uuid"])])
    return NextStep("info", text, _("Confirm or decline"), href, _day(row["asked_at"]))


def _tell_counts(found: FactRows, today: date) -> Iterator[NextStep]:
    numbers = {kind: sum(row["number"] or 0 for row in found[kind]) for kind in _LISTS}
    for kind, number in numbers.items():
        text, deed, view = _LISTS[kind](number)
        if number:
            yield NextStep("info", text % {"number": number}, deed, reverse(view), today)


# By kind: the sentence for so many, what is done, and the view of the list.
_LISTS = {
    "channels": lambda number: (
        ngettext(
            "%(number)s channel waits for channel governance.",
            "%(number)s channels wait for channel governance.",
            number,
        ),
        *(_("See what they need"), "channels:attention"),
    ),
    "answers": lambda number: (
        ngettext(
            "%(number)s answer waits for a reviewer.",
            "%(number)s answers wait for a reviewer.",
            number,
        ),
        *(_("Mark answers"), "quizzes:marking"),
    ),
    "corrections": lambda number: (
        ngettext(
            "%(number)s correction of a certificate waits for a second person.",
            "%(number)s corrections of certificates wait for a second person.",
            number,
        ),
        *(_("Confirm or decline"), "console:list"),
    ),
}


def _day(stored: str) -> date:
    return parse_stored_instant(stored).date()

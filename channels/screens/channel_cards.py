"""The card of one channel for one person: whether they may post, until when, and the next step."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.policy_days import spell_policy_day
from certificates.rules.standings import Standing, Status
from channels import addresses, reason_texts
from channels.rules.fact_types import Decision, PostingAction, PostingFacts, RefusalReason
from channels.rules.moments import PostingMoment
from channels.rules.posting import judge_at
from channels.rules.telling import ROLE_IS_OVER, is_closed, reasons_to_tell
from channels.screens import posting_days
from courses.pages.openings import courses_by_certificate

ENDED = ROLE_IS_OVER | {"certificate_expired", "contract_ended", "channel_closed"}
# A certificate in one of these states still lets its holder post, but has to be renewed.
RENEW_SOON = frozenset({Status.EXPIRING, Status.UPDATE_DUE, Status.GRACE})
PAUSED = frozenset({"frozen", "person_on_hold", "certificate_on_hold"})
# Reason codes that a person with a role can put right alone.
PERSON_CAN_MEND = frozenset({"rules_not_accepted", "certificate_expired", "certificate_outdated"})
TAKEN_BY_COURSE = frozenset({"certificate_missing", "certificate_expired", "certificate_outdated"})


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One card. `tone` is go, wait or stop; `rank` sorts: 0 action needed, 1 can post, 2 not yet, 3 closed."""

    code: str
    title: str
    tone: str
    status: str
    text: str
    decision: Decision
    rank: int
    href: str = ""
    deed: str = ""

    @property
    def closed(self) -> bool:
        """Nobody will post there any more, so it is not counted among the channels of a person."""
        return is_closed(self.decision.reasons)


def build_card(
    facts: PostingFacts,
    *,
    moment: PostingMoment,
    asked_at: datetime | None = None,
    begun: Container[str] = (),
    answers: bool = False,
) -> ChannelCard:
    """The card of a channel that exists, at a moment that several cards may share.

    `asked_at`: since when a request waits for its owner. `begun`: the codes of the certifications that
    the person is learning for. `answers`: the person answers for the channel.
    """
    at = moment.at
    decision = judge_at(moment, facts, action=PostingAction.PUBLISH, evaluated_at=at)
    if decision.allowed:
        return _allowed(facts, decision, at, begun)
    if asked_at is not None and not is_closed(decision.reasons):
        return _waiting(facts, decision, asked_at, at)
    return _refused(facts, decision, begun, answers=answers)


def _allowed(
    facts: PostingFacts, decision: Decision, at: datetime, begun: Container[str]
) -> ChannelCard:
    text = posting_days.spell_posting_end(posting_days.find_posting_end(facts, at))
    if decision.decision == "allow_with_review":
        text = f"{text} {_('Every post is reviewed before it goes out.')}"
    ending = _ending(facts, at)
    day = ending.last_day if ending else None
    if ending is None or day is None:
        return _made(facts, decision, "go", _("You can post"), text, rank=1)
    code, deed = ending.certification_code, _("Renew your certificate")
    words, href = _("Renew by %(day)s"), addresses.training_address(code)
    if ending.status is Status.UPDATE_DUE:
        words = _("Update by %(day)s")
        deed, href = _("See what has changed"), reverse("certificates:update", args=[code])
    if code in begun:
        # The whole course is under way, which does either.
        deed, href = _("Continue the course"), addresses.training_address(code)
    status = words % {"day": spell_policy_day(day, ending.policy_tz)}
    return _made(facts, decision, "wait", status, text, rank=0, href=href, deed=deed)


def _ending(facts: PostingFacts, at: datetime) -> Standing | None:
    """The certificate that this channel asks for and that has to be renewed soon, if one does."""
    asked = (one for group in posting_days.asked_standings(facts, at) for one in group)
    soon = [one for one in asked if one.status in RENEW_SOON]
    return min(soon, key=lambda one: one.last_day or date.max, default=None)


def _waiting(
    facts: PostingFacts, decision: Decision, asked_at: datetime, at: datetime
) -> ChannelCard:
    days = (at - asked_at).days
    asked = (
        ngettext("You asked %(days)s day ago.", "You asked %(days)s days ago.", days)
        if days
        else _("You asked today.")
    )
    return _made(
        *(facts, decision, "wait"),
        _("Waiting for the owner"),
        asked % {"days": days},
        rank=0,
        href=addresses.channel_address(facts.channel_asked, "ask"),
        deed=_("See your request"),
    )


def _refused(
    facts: PostingFacts, decision: Decision, begun: Container[str], *, answers: bool
) -> ChannelCard:
    told = reasons_to_tell(decision.reasons)
    first = told[0]
    step = next((one for one in told if _leads_on(one)), None)
    sentences = [reason_texts.reason_text(reason, answers=answers) for reason in told]
    had = facts.grants and first.code in PERSON_CAN_MEND
    return _made(
        *(facts, decision, "stop"),
        status_headline(first),
        " ".join([*sentences, *_courses(told)]),
        rank=_rank(told, mendable=bool(had)),
        href=reason_texts.remedy_address(step)
        if step
        else addresses.channel_address(facts.channel_asked),
        deed=_deed(step, begun) if step else _("See the channel"),
    )


def _leads_on(reason: RefusalReason) -> bool:
    """Whether the reason has a step away from the list of channels, which cards stand in."""
    here = reverse("channels:index")
    return bool(reason_texts.remedy_label(reason)) and reason_texts.remedy_address(reason) != here


def _courses(told: Sequence[RefusalReason]) -> list[str]:
    """Which course earns each certificate that these reasons ask for."""
    asked = [one.params for one in told if one.code in TAKEN_BY_COURSE]
    courses = courses_by_certificate() if asked else {}
    named = {
        params["certification_title"]: courses[str(params["certification"])]
        for params in asked
        if str(params["certification"]) in courses
    }
    sentence = _("The course “%(course)s” earns “%(title)s”.")
    return [sentence % {"course": course, "title": title} for title, course in named.items()]


def _rank(told: Sequence[RefusalReason], *, mendable: bool) -> int:
    if is_closed(told):
        return 3
    return 0 if mendable else 2


def _deed(reason: RefusalReason, begun: Container[str]) -> str:
    if reason.code in TAKEN_BY_COURSE and str(reason.params["certification"]) in begun:
        return _("Continue the course")
    return reason_texts.remedy_label(reason)


def status_headline(reason: RefusalReason) -> str:
    """The short status of a refusal: Not yet, Ended on …, Paused."""
    day = reason.params.get("on")
    if reason.code in ENDED and isinstance(day, date):
        return _("Ended on %(day)s") % {"day": reason_texts.spell_reason_day(reason, day)}
    if is_closed([reason]):
        return _("Closed")
    return _("Paused") if reason.code in PAUSED else _("Not yet")


def _made(
    facts: PostingFacts,
    decision: Decision,
    tone: str,
    status: str,
    text: str,
    *,
    rank: int,
    href: str = "",
    deed: str = "",
) -> ChannelCard:
    title = facts.channel.title if facts.channel else facts.channel_asked
    return ChannelCard(facts.channel_asked, title, tone, status, text, decision, rank, href, deed)

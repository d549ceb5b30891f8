"""The text of each reason code: its sentence, the address of the next step and the label of its button.

The only place where a reason becomes text, so the API, the command line and the pages say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.readers import days, switches
from accounts.rules import INSTANT
from channels.addresses import channel_address, training_address
from channels.rules.fact_types import RefusalReason
from channels.rules.telling import ROLE_IS_OVER, is_closed

Params = Mapping[str, object]
# Reasons whose `on` is the first instant after the last day, which is the day to tell.
ENDS_BEFORE = ROLE_IS_OVER | {"channel_closed"}

SENTENCES = {
    "rules_not_accepted": gettext_lazy(
        "Read and accept version %(version)s of the rules of %(channel_title)s."
    ),
    "certificate_missing": gettext_lazy(
        "You need the certificate “%(certification_title)s”. Take the course and pass its quiz."
    ),
    "certificate_expired": gettext_lazy(
        "The certificate “%(certification_title)s” ended on %(on)s. Renew it."
    ),
    "certificate_outdated": gettext_lazy(
        "The course of “%(certification_title)s” has changed. Take the new version and pass its quiz."
    ),
    "certificate_withdrawn": gettext_lazy(
        "The certificate “%(certification_title)s” was withdrawn. Ask HR what you can do."
    ),
    "certificate_on_hold": gettext_lazy(
        "The certificate “%(certification_title)s” is on hold. Ask HR how long."
    ),
    "own_work": gettext_lazy(
        "Nobody approves their own post. Ask another approver of %(channel_title)s."
    ),
    "author_unknown": gettext_lazy(
        "Nobody you may ask about has the HR id %(author)s, so this may be the approver’s own post. "
        "Send the HR id of whoever wrote it."
    ),
    "no_role": gettext_lazy("You have no role on %(channel_title)s. Ask its owner for one."),
    "role_ended": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s. Ask its owner for a new one."
    ),
    "role_ended_by_move": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s because you left its region or its team. Ask its owner for a "
        "new one if you still post there."
    ),
    "role_ended_by_leave": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s because you were away for more than 90 days. Ask its owner for "
        "a new one when you are back."
    ),
    "role_too_small": gettext_lazy(
        "Your role on %(channel_title)s does not cover this. Ask its owner for another role."
    ),
    "region_mismatch": gettext_lazy(
        "Only people who work in its region (%(named)s) post on %(channel_title)s."
    ),
    "person_on_hold": gettext_lazy("Your right to post is on hold. Ask HR how long."),
    "frozen": gettext_lazy("All posting on %(channel_title)s is paused since %(since)s."),
    "channel_not_live": gettext_lazy("%(channel_title)s is not live. Ask its owner when it opens."),
    "channel_closed": gettext_lazy("%(channel_title)s closed on %(on)s."),
    "account_off": gettext_lazy(
        "Your account is switched off since %(since)s. Ask an administrator."
    ),
    "sponsor_left": gettext_lazy(
        "Your sponsor has left, or is no employee any more. Ask HR to name a new one."
    ),
    "contract_ended": gettext_lazy("Your contract ended on %(on)s. Ask your sponsor to renew it."),
    "person_left": gettext_lazy("You left the company on %(on)s."),
    "not_joined": gettext_lazy("Your employment has not begun. Ask HR."),
    "person_unknown": gettext_lazy(
        "Nobody you may ask about has the HR id %(person)s. Check it with HR."
    ),
    "channel_unknown": gettext_lazy(
        "No channel has the code %(channel)s. Look it up in the list of channels."
    ),
}

# The sentences for somebody who answers for the channel: they are not sent to themselves.
ABOUT_OWN = {
    "no_role": gettext_lazy(
        "You answer for %(channel_title)s but have no role to post there. Another one who answers for it gives you one."
    ),
    "role_ended": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s. Another one who answers for it gives you a new one."
    ),
    "role_ended_by_move": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s because you left its region or its team. Another one who "
        "answers for it gives you a new one."
    ),
    "role_ended_by_leave": gettext_lazy(
        "Your role on %(channel_title)s ended on %(on)s because you were away for more than 90 days. Another one who "
        "answers for it gives you a new one."
    ),
    "role_too_small": gettext_lazy(
        "Your role on %(channel_title)s does not cover this. Another one who answers for it gives you another role."
    ),
    "channel_not_live": gettext_lazy(
        "%(channel_title)s is not live, so nobody can post there. Channel governance opens it."
    ),
}
# For somebody for whom nobody answers as a sponsor.
WITHOUT_SPONSOR = {
    "contract_ended": gettext_lazy(
        "Your contract ended on %(on)s. Ask your manager to renew it, or HR if you have none."
    ),
}
# A channel in one of these states does not come back by asking.
ENDED_CHANNEL = gettext_lazy("%(channel_title)s is closed. Nobody posts there any more.")

# The sentences for a steward who looks at another person; codes missing here use SENTENCES.
ABOUT_OTHERS = {
    "rules_not_accepted": gettext_lazy("Has not accepted version %(version)s of the rules yet."),
    "certificate_missing": gettext_lazy("Needs the certificate “%(certification_title)s”."),
    "certificate_expired": gettext_lazy(
        "The certificate “%(certification_title)s” ended on %(on)s and has to be renewed."
    ),
    "certificate_outdated": gettext_lazy(
        "Has to take the new version of the course of “%(certification_title)s”."
    ),
    "certificate_withdrawn": gettext_lazy(
        "The certificate “%(certification_title)s” was withdrawn. HR knows more."
    ),
    "certificate_on_hold": gettext_lazy(
        "The certificate “%(certification_title)s” is on hold. HR knows more."
    ),
    "no_role": gettext_lazy("Has no role on %(channel_title)s."),
    "role_ended": gettext_lazy("The role on %(channel_title)s ended on %(on)s."),
    "role_ended_by_move": gettext_lazy(
        "The role on %(channel_title)s ended on %(on)s: a move to another region or team."
    ),
    "role_ended_by_leave": gettext_lazy(
        "The role on %(channel_title)s ended on %(on)s: more than 90 days away."
    ),
    "role_too_small": gettext_lazy("The role on %(channel_title)s does not cover this."),
    "person_on_hold": gettext_lazy("The right to post is on hold. HR knows more."),
    "account_off": switches.WORDS,
    "sponsor_left": gettext_lazy(
        "The sponsor has left, or is no employee any more. HR has to name a new one."
    ),
    "contract_ended": gettext_lazy("The contract ended on %(on)s."),
    "person_left": gettext_lazy("Left the company on %(on)s."),
    "not_joined": gettext_lazy("The employment has not begun."),
}


def reason_text(
    reason: RefusalReason, *, about_another: bool = False, answers: bool = False
) -> str:
    """The sentence of the reason in the active language, addressed to the person or (`about_another`) to a steward.

    `answers`: the person answers for the channel.
    """
    params = {
        name: spell_reason_day(reason, value) if isinstance(value, date) else value
        for name, value in reason.params.items()
    }
    sentence = ABOUT_OTHERS.get(reason.code) if about_another else None
    if not (about_another or reason.params.get("sponsored")):
        sentence = WITHOUT_SPONSOR.get(reason.code)
    if answers:
        sentence = ABOUT_OWN.get(reason.code)
    if is_closed([reason]):
        sentence = SENTENCES["channel_closed"] if "on" in reason.params else ENDED_CHANNEL
    return str(sentence or SENTENCES[reason.code]) % params


def spell_reason_day(reason: RefusalReason, day: date) -> str:
    """A day that a reason names; a whole day of a certificate is one of its policy's zone."""
    zone = str(reason.params.get("time_zone", ""))
    if reason.code in ENDS_BEFORE and isinstance(day, datetime):
        day -= INSTANT
    return days.spell_day_in(day, zone) if zone else format_day(day)


def format_day(day: date) -> str:
    """ "14 March 2027", in the active language; an instant is read in the reader's zone."""
    return days.spell_day(timezone.localtime(day) if isinstance(day, datetime) else day)


def _channel(view: str = "channel", anchor: str = "") -> Callable[[Params], str]:
    return lambda params: channel_address(str(params["channel"]), view) + anchor


def _training(params: Params) -> str:
    return training_address(str(params["certification"]))


def _at(view: str, anchor: str = "") -> Callable[[Params], str]:
    return lambda _params: reverse(view) + anchor


# By reason code: the path on this site of the next step.
REMEDIES: Mapping[str, Callable[[Params], str]] = {
    "rules_not_accepted": _channel(anchor="#rules"),
    "certificate_missing": _training,
    "certificate_expired": _training,
    "certificate_outdated": _training,
    "certificate_withdrawn": _at("home:contacts", "#hr"),
    "certificate_on_hold": _at("home:contacts", "#hr"),
    "own_work": _channel(anchor="#answers"),
    "author_unknown": _at("people:list"),
    "no_role": _channel("ask"),
    "role_ended": _channel("ask"),
    "role_ended_by_move": _channel("ask"),
    "role_ended_by_leave": _channel("ask"),
    "role_too_small": _channel(anchor="#answers"),
    "region_mismatch": _at("channels:index"),
    "person_on_hold": _at("home:contacts", "#hr"),
    "frozen": _channel(anchor="#answers"),
    "channel_not_live": _channel(anchor="#answers"),
    "channel_closed": _at("channels:index"),
    "account_off": _at("home:contacts", "#team"),
    "sponsor_left": _at("home:contacts", "#hr"),
    "contract_ended": _at("home:contacts", "#manager"),
    "person_left": _at("home:contacts", "#hr"),
    "not_joined": _at("home:contacts", "#hr"),
    "person_unknown": _at("people:list"),
    "channel_unknown": _at("channels:index"),
}


def remedy_address(reason: RefusalReason) -> str:
    """The address of the next step, a path on this site."""
    if is_closed([reason]):
        return reverse("channels:index")
    return REMEDIES[reason.code](reason.params)


# By reason code: the label of the button that leads to the next step. Without one the person can do nothing there.
DEEDS = {
    "rules_not_accepted": gettext_lazy("Read and accept the rules"),
    "certificate_missing": gettext_lazy("Go to the course"),
    "certificate_expired": gettext_lazy("Renew your certificate"),
    "certificate_outdated": gettext_lazy("Take the new version"),
    "no_role": gettext_lazy("Ask for a role"),
    "role_ended": gettext_lazy("Ask for a new role"),
    "role_ended_by_move": gettext_lazy("Ask for a new role"),
    "role_ended_by_leave": gettext_lazy("Ask for a new role"),
    "role_too_small": gettext_lazy("See who to ask"),
    "own_work": gettext_lazy("See who can approve"),
    "region_mismatch": gettext_lazy("See other channels"),
    "channel_closed": gettext_lazy("See other channels"),
    "frozen": gettext_lazy("See who to ask"),
    "channel_not_live": gettext_lazy("See who to ask"),
    "certificate_withdrawn": gettext_lazy("Ask HR"),
    "certificate_on_hold": gettext_lazy("Ask HR"),
    "person_on_hold": gettext_lazy("Ask HR"),
    "account_off": gettext_lazy("See who to ask"),
    "sponsor_left": gettext_lazy("Ask HR"),
    "contract_ended": gettext_lazy("See who to ask"),
    "person_left": gettext_lazy("Ask HR"),
    "not_joined": gettext_lazy("Ask HR"),
}
# What a hold is ended by: the act of the certification console, for HR and governance.
HELD = frozenset({"person_on_hold", "certificate_on_hold"})


def release_address(reasons: Iterable[RefusalReason], person: UUID) -> str:
    """Where somebody with the right to it ends a hold on the person; "" where none of the reasons is one."""
    held = any(reason.code in HELD for reason in reasons)
    return reverse("console:act", args=[person, "end-hold"]) if held else ""


def remedy_label(reason: RefusalReason) -> str:
    """The label of the button that leads to the remedy; empty when the person can do nothing there."""
    if is_closed([reason]):
        return _("See other channels")
    return str(DEEDS.get(reason.code, ""))

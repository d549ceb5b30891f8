"""The next steps that `/me/` names for courses: what somebody has to learn or renew, one step for each course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates import policy_days, renewals
from certificates.rules.standings import SUPPORTS_POSTING, Standing, Status
from channels import reason_texts
from courses.pages import openings
from home.learning import LearningPlace
from home.waiting import NextStep


def find_course_steps(
    standings: list[Standing], places: list[LearningPlace], at: datetime
) -> list[NextStep]:
    """What the person has to learn or renew: one step for each course, with the earliest of its days.

    A renewal under way leads to where the person is in it.
    """
    due = {
        one.certification_code: (one, step)
        for one in standings
        if (step := _renew(one, at)) is not None
    }
    exempt = {one.certification_code for one in standings if one.status == Status.EXEMPT}
    steps = []
    for place in places:
        if place.is_waived(exempt):
            continue
        helped = [code for code in sorted(place.codes & due.keys()) if _is_renewed(due[code][0])]
        steps.append(_step_in_course(place, [due.pop(code) for code in helped], at))
    return steps + _once_each_course({code: step for code, (_one, step) in due.items()})


def _is_renewed(one: Standing) -> bool:
    """Whether passing its course does something for the certificate."""
    return one.status in renewals.RENEWABLE


def _step_in_course(
    place: LearningPlace, renewed: list[tuple[Standing, NextStep]], at: datetime
) -> NextStep:
    """The one step in a course: to where the person is in it, or to what it takes to renew what it earns."""
    first = min((step for _one, step in renewed), key=lambda step: step.when, default=None)
    if place.catching_up:
        whole = [step for one, step in renewed if not renewals.is_caught_up(one, at)]
        if whole:
            return _instead(place, min(whole, key=lambda step: step.when))
    if first is not None and not place.begun:
        return _asked_too(place, first)
    return _continued(place, first)


def _instead(place: LearningPlace, renewal: NextStep) -> NextStep:
    """The renewal that the short quiz under way does not bring; the whole course does both. Aside: on in the quiz."""
    told = _(
        "The short quiz that you have begun in “%(title)s” does not renew it. The whole course does both."
    )
    text = " ".join([renewal.text, told % {"title": place.title}])
    return _asked_too(place, replace(renewal, text=text, aside=place.deed, aside_href=place.href))


def _asked_too(place: LearningPlace, renewal: NextStep) -> NextStep:
    """The renewal by a course that is required as well, if it is."""
    if not place.required:
        return renewal
    why = _required(place)
    tone = "stop" if "stop" in (why.tone, renewal.tone) else renewal.tone
    when, text = min(why.when, renewal.when), " ".join([renewal.text, _say_required(place)])
    return replace(renewal, text=text, tone=tone, when=when)


def _renew(one: Standing, at: datetime) -> NextStep | None:
    """What a standing asks its person to do; None for nothing."""
    if one.status in SUPPORTS_POSTING:
        return _before_it_ends(one, at) if one.last_day else None
    href = reason_texts.training_address(one.certification_code)
    named = {"title": one.certification_title}
    if one.status == Status.SUSPENDED:
        text = _("Your certificate “%(title)s” is on hold.") % named
        return NextStep("stop", text, _("Ask HR"), reverse("home:contacts") + "#hr", at.date())
    if one.status == Status.REVOKED:
        text = _("Your certificate “%(title)s” was withdrawn. You can earn it again.") % named
        return NextStep("stop", text, _("Take the course again"), href, at.date())
    if one.status != Status.LAPSED or one.valid_through is None:
        return None
    text, deed = (
        _("Your certificate “%(title)s” does not count any more."),
        _("Renew your certificate"),
    )
    if one.is_outdated(at):
        text = _("The course of “%(title)s” has changed: your certificate is of an old version.")
        deed, href = _("See what has changed"), _changes_of(one)
    return NextStep("stop", text % named, deed, href, one.valid_through)


def _before_it_ends(one: Standing, at: datetime) -> NextStep | None:
    """What to do about a certificate that lets its holder post, but ends or counts no more soon."""
    last, href = one.last_day or at.date(), reason_texts.training_address(one.certification_code)
    deed = _("Renew your certificate")
    days = ((one.expires_at or at) - at).days
    named = {
        "title": one.certification_title,
        "day": policy_days.spell_policy_day(last, one.policy_tz),
        "days": days,
    }
    if one.status == Status.GRACE:
        text = _(
            "Your certificate “%(title)s” has ended. Days of grace let you post until %(day)s."
        )
        return NextStep("wait", text % named, deed, href, one.valid_through or last)
    if one.status == Status.UPDATE_DUE:
        text = _("The course of “%(title)s” has changed. Catch up by %(day)s.")
        return NextStep("wait", text % named, _("See what has changed"), _changes_of(one), last)
    if one.status != Status.EXPIRING:
        return None
    text = ngettext(
        "Your certificate “%(title)s” ends in %(days)s day. You keep posting while you renew.",
        "Your certificate “%(title)s” ends in %(days)s days. You keep posting while you renew.",
        days,
    )
    if one.is_below_floor:
        text = _(
            "The course of “%(title)s” has changed. Your certificate counts until %(day)s. "
            "Renewing it covers what has changed."
        )
    return NextStep("wait", text % named, deed, href, last)


def _changes_of(one: Standing) -> str:
    return reverse("certificates:update", args=[one.certification_code])


def _once_each_course(due: dict[str, NextStep]) -> list[NextStep]:
    """The renewals, but of several that one course earns only the most urgent. Each names its course."""
    courses = {one.code: one for made in openings.all_openings().values() for one in made}
    first: dict[str, NextStep] = {}
    for code, step in sorted(due.items(), key=lambda one: one[1].when):
        earned = courses.get(code)
        told = step
        if earned is not None:
            course = _("The course “%(course)s” earns it.") % {"course": earned.course_title}
            told = replace(step, text=f"{step.text} {course}")
        first.setdefault(earned.course_title if earned else code, told)
    return list(first.values())


def _continued(place: LearningPlace, renewed: NextStep | None) -> NextStep:
    """The next step in a course: why it is to be done, where the person is, and the button to there."""
    why = renewed or _required(place)
    taking = ""
    if renewed:
        taking = _("You are taking “%(title)s” for it.") % {"title": place.title}
        why = _asked_too(place, renewed)
    if renewed and place.catching_up:
        taking = _("You have begun its short quiz in “%(title)s”.") % {"title": place.title}
    text = " ".join(filter(None, (why.text, taking, place.text)))
    return NextStep(why.tone, text, place.deed, place.href, why.when)


def _required(place: LearningPlace) -> NextStep:
    tone = place.due.tone if place.due else "info"
    text = _("You are taking “%(title)s”.") % {"title": place.title}
    if place.required:
        text = _say_required(place)
    earned = [one.title for one in openings.openings_of(place.course_id)]
    earns = _("It earns %(titles)s.") % {"titles": openings.quote_titles(earned)}
    told = " ".join([text, *([earns] if earned else [])])
    return NextStep(tone, told, "", "", place.due_on or date.max)


def _say_required(place: LearningPlace) -> str:
    due = place.due
    if due is None:
        return _("“%(title)s” is required for you.") % {"title": place.title}
    text = _("“%(title)s” is required by %(day)s.")
    if due.is_over:
        text = _("“%(title)s” was required by %(day)s.")
    return text % {"title": place.title, "day": due.spelt}

"""Why somebody has a status on a day, in one sentence from the facts of that day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from certificates.policy_days import spell_policy_day
from certificates.rules.dates import last_day_before
from certificates.rules.standings import Standing, Status


def explain_standing(stands: Standing, withdrawn: tuple[datetime, str] | None = None) -> str:
    """The sentence for the status of `stands`; `withdrawn` is since when and why its award is."""
    if stands.status is Status.REVOKED and withdrawn:
        since, why = withdrawn
        told = _told(stands) | {"since": _day(since, stands), "why": why}
        return _("Certificate %(number)s was withdrawn on %(since)s: %(why)s") % told
    return SENTENCES[stands.status](stands)


def _day(moment: datetime, stands: Standing) -> str:
    return spell_policy_day(moment, stands.policy_tz)


def _told(stands: Standing) -> dict[str, str]:
    zone = stands.policy_tz
    return {
        "number": stands.award_number,
        "through": spell_policy_day(stands.valid_through, zone),
        "due": spell_policy_day(stands.due_on, zone),
        "opens": spell_policy_day(stands.window_opens_at, zone),
        "reason": stands.hold_reason,
        "release": str(stands.floor_release or ""),
        "floor": spell_policy_day(stands.floor_at, zone),
    }


def _suspended(stands: Standing) -> str:
    since = _day(stands.hold_since, stands) if stands.hold_since else ""
    return _("On hold since %(since)s: %(reason)s") % (_told(stands) | {"since": since})


def _withdrawn(stands: Standing) -> str:
    return _("Certificate %(number)s was withdrawn.") % _told(stands)


def _certified(stands: Standing) -> str:
    return _("Certificate %(number)s counts through %(through)s.") % _told(stands)


def _expiring(stands: Standing) -> str:
    if stands.is_below_floor:
        return _update_due(stands)
    text = _("Certificate %(number)s ends after %(through)s; renewing is open since %(opens)s.")
    return text % _told(stands)


def _update_due(stands: Standing) -> str:
    text = _(
        "Certificate %(number)s was earned on an older version of the course:"
        " from %(floor)s on only version %(release)s counts."
    )
    if stands.valid_through and stands.last_day == stands.valid_through:
        text = _(
            "Certificate %(number)s was earned on an older version of the course and ends after %(through)s:"
            " from %(floor)s on only version %(release)s counts."
        )
    return text % _told(stands)


def _grace(stands: Standing) -> str:
    told = _told(stands) | {"last": spell_policy_day(stands.last_day, stands.policy_tz)}
    return _("Certificate %(number)s ended after %(through)s; days of grace through %(last)s.") % (
        told
    )


def _exempt(stands: Standing) -> str:
    until = stands.exempt_until
    last = last_day_before(until, stands.policy_tz) if until else None
    told = {"last": spell_policy_day(last, stands.policy_tz)}
    return _("Excused from the training through %(last)s; that gives no right to post.") % told


def _lapsed(stands: Standing) -> str:
    if stands.floor_at:
        text = _(
            "Certificate %(number)s no longer counts: since %(floor)s"
            " only version %(release)s of the course does."
        )
    else:
        text = _("Certificate %(number)s ended after %(through)s and was not renewed.")
    return text % _told(stands)


def _overdue(stands: Standing) -> str:
    return _("The course was due on %(due)s and is not completed.") % _told(stands)


def _awaiting(_stands: Standing) -> str:
    return _("The quiz was handed in and waits for a reviewer.")


def _in_progress(stands: Standing) -> str:
    if stands.due_on:
        return _("Has begun the course, which is due on %(due)s.") % _told(stands)
    return _("Has begun the course.")


def _assigned(stands: Standing) -> str:
    if stands.due_on:
        return _("Has to take the course by %(due)s and has not begun.") % _told(stands)
    return _("Has to take the course and has not begun.")


def _not_required(_stands: Standing) -> str:
    return _("Nothing asks for it.")


SENTENCES: dict[Status, Callable[[Standing], str]] = {
    Status.SUSPENDED: _suspended,
    Status.REVOKED: _withdrawn,
    Status.CERTIFIED: _certified,
    Status.EXPIRING: _expiring,
    Status.UPDATE_DUE: _update_due,
    Status.GRACE: _grace,
    Status.EXEMPT: _exempt,
    Status.LAPSED: _lapsed,
    Status.OVERDUE: _overdue,
    Status.AWAITING_REVIEW: _awaiting,
    Status.IN_PROGRESS: _in_progress,
    Status.ASSIGNED: _assigned,
    Status.NOT_REQUIRED: _not_required,
}

"""Until which day a right to post lasts, and how many of its last days are grace."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.policy_days import spell_policy_day
from certificates.rules.dates import last_day_before
from certificates.rules.standings import Standing, standing
from channels.rules.fact_types import PostingAction, PostingFacts
from channels.rules.posting import allowed_until


@dataclass(frozen=True, slots=True)
class PostingEnd:
    """The last day, whole or in part, of a right, in the policy's `zone`; `grace_days` outlive a certificate."""

    day: date
    zone: str
    grace_days: int


def asked_standings(facts: PostingFacts, at: datetime) -> list[list[Standing]]:
    """The standings in the certifications that the channel asks for, alternatives together."""
    groups: dict[int, list[Standing]] = defaultdict(list)
    for rule in facts.channel.access_rules if facts.channel else ():
        if rule.holds(at, at):
            known = facts.certifications[rule.certification_id]
            groups[rule.group].append(standing(known, at=at, known_at=at))
    return list(groups.values())


def find_posting_end(facts: PostingFacts, at: datetime) -> PostingEnd | None:
    """When the right to publish that holds at `at` ends by what is known; None without an end."""
    end = allowed_until(facts, action=PostingAction.PUBLISH, at=at, known_at=at)
    if end is None:
        return None
    groups = asked_standings(facts, at)
    zone = groups[0][0].policy_tz if groups else "UTC"
    day = last_day_before(end, zone)
    return PostingEnd(day, zone, max((_days_of_grace(group, day) for group in groups), default=0))


def _days_of_grace(alternatives: list[Standing], day: date) -> int:
    """How many days `day` lies behind the last whole day of the certificate that lasts longest."""
    lasting = [one.valid_through for one in alternatives if one.supports_posting]
    longest = max((through for through in lasting if through), default=day)
    return max((day - longest).days, 0)


def spell_posting_end(end: PostingEnd | None) -> str:
    """The sentence that says until when somebody can post."""
    if end is None:
        return _("No end date.")
    told = {"day": spell_policy_day(end.day, end.zone), "grace": end.grace_days}
    if not end.grace_days:
        return _("You can post until %(day)s.") % told
    words = ngettext(
        "You can post until %(day)s, of which %(grace)s day is grace.",
        "You can post until %(day)s, of which %(grace)s days are grace.",
        end.grace_days,
    )
    return words % told

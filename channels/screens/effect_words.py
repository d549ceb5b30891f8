"""The effect of an act in sentences, shown before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from channels import reason_texts
from channels.models import Channel
from channels.rules.effects import RightsEffect
from channels.rules.fact_types import Decision
from channels.rules.telling import WITHOUT_A_ROLE

MOST_NAMED = 8


def spell_effect(effect: RightsEffect, channel: Channel) -> list[str]:
    """Who could no longer post, who could then, and what is left of the people needed."""
    losing, gaining = effect.losing, effect.gaining
    said = []
    if losing:
        words = ngettext(
            "%(number)s of %(all)s person with a role could no longer post: %(who)s.",
            "%(number)s of %(all)s people with a role could no longer post: %(who)s.",
            effect.holders,
        )
        said.append(words % _told(losing, effect))
        said += _reasons(losing)
    if gaining:
        words = ngettext(
            "%(number)s more person could post: %(who)s.",
            "%(number)s more people could post: %(who)s.",
            len(gaining),
        )
        said.append(words % _told(gaining, effect))
    if effect.joining_in_vain:
        said.append(
            _("With the role they could still not post: %(who)s.")
            % _told(effect.joining_in_vain, effect)
        )
        said += _reasons(effect.joining_in_vain)
    if effect.reviewed:
        words = ngettext(
            "Every post of %(number)s person would be reviewed from then on.",
            "Every post of %(number)s people would be reviewed from then on.",
            effect.reviewed,
        )
        said.append(words % {"number": effect.reviewed})
    return [*(said or [_("Nobody’s right to post changes.")]), *_cover(effect, channel)]


def _cover(effect: RightsEffect, channel: Channel) -> list[str]:
    if not effect.losing or effect.able_after >= channel.min_cover:
        return []
    told = {"able": effect.able_after, "needed": channel.min_cover}
    return [_("%(able)s could post then. This channel needs at least %(needed)s.") % told]


def _told(people: Mapping[str, Decision], effect: RightsEffect) -> dict[str, object]:
    named = list(islice(people, MOST_NAMED))
    found = User.objects.filter(hr_id__in=named).order_by("display_name")
    who = ", ".join(str(person) for person in found)
    more = len(people) - len(named)
    if more > 0:
        who = _("%(who)s and %(more)s more") % {"who": who, "more": more}
    return {"number": len(people), "all": effect.holders, "who": who}


def _reasons(people: Mapping[str, Decision]) -> list[str]:
    """Each different reason once, as somebody who answers for the channel reads it; that a role ended is the act."""
    told = (
        reason_texts.reason_text(reason, about_another=True)
        for decision in people.values()
        for reason in decision.reasons
        if reason.code not in WITHOUT_A_ROLE
    )
    return list(dict.fromkeys(told))[:MOST_NAMED]

"""The answer: what follows from the records, what followed from those of that moment, and what had been answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.readers.actor_names import PERSON, name_actors
from channels import decisions, reason_texts
from channels.decisions import DecisionQuery
from channels.models import Channel, DecisionRecord
from channels.rules.fact_types import Decision, PostingAction
from reports.posts.evidence import PostEvidence, tell_evidence

# Answers that were given about a moment so near belong to the post, as far as anybody can say.
NEAR = timedelta(days=1)
MOST_ANSWERS = 10
TONES = {"allow": "go", "allow_with_review": "wait", "deny": "stop"}


GIVEN = {
    "allow": gettext_lazy("Allowed"),
    "allow_with_review": gettext_lazy("Allowed with review"),
    "deny": gettext_lazy("Refused"),
}


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered when somebody asked, whom, and the page that makes its evidence pack."""

    said: str
    who: str
    when: datetime
    pack: str


@dataclass(frozen=True, slots=True)
class PostVerdict:
    """A decision in words."""

    decision: Decision
    headline: str
    reasons: Sequence[str]

    @property
    def tone(self) -> str:
        return TONES[self.decision.decision]


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """About one person, one channel and one moment. `then`: by what had been recorded at that moment, if it differs."""

    person: User
    channel: Channel
    at: datetime
    now: PostVerdict
    then: PostVerdict | None
    evidence: Sequence[PostEvidence]
    given: Sequence[GivenAnswer]
    pack: str

    @property
    def life(self) -> str:
        """The person's life on that day, on the console."""
        day = timezone.localdate(self.at).isoformat()
        return f"{reverse('console:person', args=[self.person.uuid])}?{urlencode({'at': day})}"


def answer_question(
    person: User, channel: Channel, *, at: datetime, now: datetime, reader: User
) -> PostAnswer:
    """Ask what every decision asks, twice: by all that is recorded, and by what had been recorded at the moment."""
    query = DecisionQuery(person.hr_id or "", channel.code, PostingAction.PUBLISH, at, now)
    early = DecisionQuery(query.person, query.channel, query.action, at, at)
    today, then = decisions.judge_queries([query, early], evaluated_at=now)
    same = today.decision == then.decision and _codes(today) == _codes(then)
    asked = {"person": query.person, "channel": channel.code}
    local = timezone.localtime(at).replace(tzinfo=None).isoformat(timespec="minutes")
    pack = f"{reverse('console:pack')}?{urlencode(asked | {'at': local})}"
    return PostAnswer(
        person=person,
        channel=channel,
        at=at,
        now=_spell(today, person, channel),
        then=None if same else _spell(then, person, channel),
        evidence=tell_evidence(today.evidence or then.evidence),
        given=_find_given(person, channel, at),
        pack="" if person.pk == reader.pk else pack,
    )


def _codes(decision: Decision) -> list[str]:
    return sorted(reason.code for reason in decision.reasons)


def _spell(decision: Decision, person: User, channel: Channel) -> PostVerdict:
    texts = {
        "allow": _("Yes: %(person)s could post on %(channel)s"),
        "allow_with_review": _("Yes, once somebody else had looked: %(person)s on %(channel)s"),
        "deny": _("No: %(person)s could not post on %(channel)s"),
    }
    told = {"person": person, "channel": channel}
    reasons = [reason_texts.reason_text(one, about_another=True) for one in decision.reasons]
    return PostVerdict(decision, texts[decision.decision] % told, reasons)


def _find_given(person: User, channel: Channel, at: datetime) -> list[GivenAnswer]:
    """Answers about the person and the channel for a moment near this one, the newest first."""
    ids = [person.hr_id, *person.aliases.values_list("hr_id", flat=True)]
    near = DecisionRecord.objects.filter(
        person_hr_id__in=ids, channel_code=channel.code, at__range=(at - NEAR, at + NEAR)
    )
    found = near.order_by("-evaluated_at", "-id")[:MOST_ANSWERS]
    names = name_actors(one.asked_by for one in found)
    page = reverse("console:pack")
    return [
        GivenAnswer(
            said=str(GIVEN[one.decision]),
            who=names[one.asked_by] if one.asked_by.startswith(PERSON) else one.asked_by,
            when=one.evaluated_at,
            pack=f"{page}?{urlencode({'decision': str(one.uuid)})}",
        )
        for one in found
    ]

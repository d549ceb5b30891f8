"""What the page of one person shows: where they stand and why, and their whole life, on the days asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from accounts.readers import switches
from certificates.facts.gathering import certification_terms
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import Standing, Status, standing
from channels.facts.fact_rows import FactRows
from reports import status_labels
from reports.console.life import build_facts, find_off_since, find_withdrawal, read_life
from reports.console.moments import AskedMoment
from reports.console.status_reasons import explain_standing
from reports.console.timeline import tell_life

# By status: the act that mends it.
NEXT_STEPS = {
    Status.SUSPENDED: "end-hold",
    Status.REVOKED: "reinstate",
    Status.OVERDUE: "extend",
    Status.LAPSED: "issue",
    Status.EXEMPT: "end-waiver",
}


@dataclass(frozen=True, slots=True)
class StandingCard:
    """Where somebody stands in one certification, and the sentence that says why."""

    stands: Standing
    reason: str

    @property
    def next_step(self) -> str:
        """The act of the console that helps most; "" where nothing is to be mended."""
        return NEXT_STEPS.get(self.stands.status, "")

    @property
    def label(self) -> str | Promise:
        return status_labels.status_label(self.stands.status)

    @property
    def tone(self) -> str:
        return status_labels.status_tone(self.stands.status)


def describe_life(person: User, asked: AskedMoment, *, history: bool) -> dict[str, Any]:
    """The standings, and with `history` the timeline. Two queries, with the timeline three.

    Days that were not understood show nothing: an answer for another day would be a wrong one.
    """
    if asked.misread:
        return {}
    life, programmes = read_life(person), certification_terms()
    facts = build_facts(person, programmes, life)
    cards = [_card(known, life, asked) for known in facts.values()]
    idle = [card for card in cards if card.stands.status is Status.NOT_REQUIRED]
    shown: dict[str, Any] = {
        "life": life,
        "cards": [card for card in cards if card not in idle],
        "idle": idle,
        "switched_off": switches.spell_off(find_off_since(life, asked.at, asked.known_at)),
    }
    if history:
        titles = {programme.id: programme.title for programme in programmes}
        shown["timeline"] = tell_life(life, facts, titles, at=asked.at, known_at=asked.known_at)
    return shown


def _card(facts: CertificationFacts, life: FactRows, asked: AskedMoment) -> StandingCard:
    stands = standing(facts, at=asked.at, known_at=asked.known_at)
    withdrawn = find_withdrawal(life, stands.award_id, asked.at, asked.known_at)
    return StandingCard(stands, explain_standing(stands, withdrawn))

"""Renewing: which certificates a course renews for a person, whether that is due, and until when they would hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from certificates.acts.issuing import validity_of_pass
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Certification
from certificates.rules.standings import HOLDING, Standing, Status, newest_award_fact, standing

# A pass changes these for the better; in the others nothing is to be renewed, or nothing helps.
RENEWABLE = frozenset(
    {Status.EXPIRING, Status.UPDATE_DUE, Status.GRACE, Status.LAPSED, Status.REVOKED}
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A certificate that somebody has or had, and the last day on which it would hold if they passed now."""

    standing: Standing
    renewed_through: date

    # Whether it takes the whole course: catching up with what has changed would not do.
    whole: bool

    @property
    def due(self) -> bool:
        return self.standing.status in RENEWABLE


def is_caught_up(known: Standing, at: datetime) -> bool:
    """Whether a short quiz about what has changed is what the certificate needs.

    Inside its window, or once it has ended, only the whole course renews it, and covers what has changed as well.
    """
    return known.status is Status.UPDATE_DUE or known.is_outdated(at)


def find_renewals(person: User, course_id: int, at: datetime) -> list[Renewal]:
    """The certificates that the course earns and the person has had, as they stand at `at`. Six queries."""
    earned = Certification.objects.filter(requirements__course=course_id).in_bulk()
    facts = gather_certification_facts([person.pk], earned, training=False) if earned else {}
    found = []
    for (_person, pk), known in facts.items():
        stands = standing(known, at=at, known_at=at)
        award = newest_award_fact(known.as_known(at, at).awards, at)
        if award is not None:
            renewed = award if stands.status in HOLDING else None
            through = validity_of_pass(earned[pk], renewed, at).valid_through
            whole = stands.status in RENEWABLE and not is_caught_up(stands, at)
            found.append(Renewal(stands, through, whole))
    return found

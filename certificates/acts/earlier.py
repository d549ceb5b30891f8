"""Take in a certificate that an earlier register tells of: its own days, its own zone, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.dates import FIRST_YEAR
from accounts.models import User
from accounts.readers.days import spell_day
from certificates.acts import awards, guards
from certificates.acts.guards import CertificateRefusedError
from certificates.acts.issuing import AwardEvidence, find_award_fact, issue_award
from certificates.models import Award, Certification
from certificates.rules import dates, standings

LONGEST_EVIDENCE = 500


@dataclass(frozen=True, slots=True)
class EarlierCertificate:
    """What the register says: the day it was earned, its last day, or both; in `zone`, else in the certification's."""

    evidence: str
    earned_on: date | None = None
    valid_through: date | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class EarlierDays:
    """The days of such a certificate, none of them missing."""

    earned_on: date
    valid_through: date
    zone: str

    @property
    def earned_at(self) -> datetime:
        return dates.start_of_day(self.earned_on, self.zone)

    @property
    def validity(self) -> dates.Validity:
        ends = dates.end_of_day(self.valid_through, self.zone)
        return dates.Validity(self.earned_at, self.valid_through, ends)


class EarlierRefusedError(CertificateRefusedError):
    """What an earlier register says cannot be taken in; `column` is what has to be mended there."""

    def __init__(self, column: str, reason: str | Promise, remedy: str | Promise) -> None:
        super().__init__(reason, remedy)
        self.column = column


@transaction.atomic
def take_in_certificate(
    person: User,
    certification: Certification,
    told: EarlierCertificate,
    *,
    actor: str,
    at: datetime,
) -> Award | None:
    """Issue what an earlier register tells of, for the days that it says; None where it is on record already.

    A missing last day follows from the months of the certification, a missing first day as well. It counts for the
    course releases that were current on its first day. Raises CertificateRefusedError for one's own record, and
    EarlierRefusedError for what the register cannot mean and for what does not fit the person's other certificates.
    """
    guards.refuse_own_record(person, actor)
    _require_evidence(told.evidence)
    guards.lock_record(person)
    chain = list(Award.objects.filter(recipient=person, certification=certification).order_by("pk"))
    if same := _find_same(chain, told):
        _require_same(same, told)
        return None
    days = complete_days(certification, told)
    _require_possible(certification, days, at)
    _require_room(chain, days)
    releases = awards.current_releases(certification, days.earned_at)
    proof = AwardEvidence(
        days.earned_at,
        releases,
        next(iter(releases.values()), None),
        note=told.evidence.strip(),
        validity=days.validity,
        policy_tz=days.zone,
    )
    return issue_award(person, certification, proof, actor=actor, at=at)


def _require_evidence(evidence: str) -> None:
    if not evidence.strip():
        raise EarlierRefusedError(
            "evidence",
            _("There is no evidence."),
            _("Say what was seen: the course, the provider, the register."),
        )
    if len(evidence) > LONGEST_EVIDENCE:
        raise EarlierRefusedError(
            "evidence", _("This is longer than 500 letters."), _("Say it in fewer words.")
        )


def _find_same(chain: Iterable[Award], told: EarlierCertificate) -> Award | None:
    """The certificate on record of the day that is told: the day it was earned, else its last one."""
    for award in chain:
        if told.earned_on == award.earned_on if told.earned_on else _ends_so(award, told):
            return award
    return None


def _ends_so(award: Award, told: EarlierCertificate) -> bool:
    return award.valid_through == told.valid_through


def _require_same(award: Award, told: EarlierCertificate) -> None:
    """Raises EarlierRefusedError if the register says something else of the certificate than the record."""
    said = {
        "valid_through": (told.valid_through or award.valid_through, award.valid_through),
        "zone": (told.zone or award.policy_tz, award.policy_tz),
        "evidence": (told.evidence.strip(), award.evidence_note),
    }
    for column, (says, is_so) in said.items():
        if says != is_so:
            raise EarlierRefusedError(
                column,
                _("Certificate %(number)s of that day says here: %(value)s.")
                % {"number": award.number, "value": is_so or award.get_basis_display()},
                _("Write it so, or leave the row out. What is wrong here, the console corrects."),
            )


def complete_days(certification: Certification, told: EarlierCertificate) -> EarlierDays:
    """Both days; one that is missing follows from the months of the certification. Raises EarlierRefusedError."""
    earned_on, through = told.earned_on, told.valid_through
    if earned_on is None:
        if through is None:
            raise EarlierRefusedError(
                "earned_on",
                _("There is no day."),
                _("Write the day it was earned, or the last day it held."),
            )
        earned_on = dates.first_day(through, certification.period_months)
    if through is None:
        through = dates.last_day(earned_on, certification.period_months)
    return EarlierDays(earned_on, through, told.zone or certification.policy_tz)


def _require_possible(certification: Certification, days: EarlierDays, at: datetime) -> None:
    if days.earned_on.year < FIRST_YEAR:
        raise EarlierRefusedError(
            "earned_on",
            _("The day is before the year %(year)s.") % {"year": FIRST_YEAR},
            _("Write the day it was earned."),
        )
    if days.earned_at > at:
        raise EarlierRefusedError(
            "earned_on",
            _("The day is in the future: %(day)s.") % {"day": spell_day(days.earned_on)},
            _("Write the day it was earned."),
        )
    if days.valid_through < days.earned_on:
        raise EarlierRefusedError(
            "valid_through",
            _("The last day is before the day it was earned."),
            _("Look whether the two are in each other's place."),
        )
    latest = _latest_end(certification, days.earned_on)
    if days.valid_through > latest:
        raise EarlierRefusedError(
            "valid_through",
            _("No certificate of that day holds so long."),
            _("Write %(day)s or an earlier day, or leave it empty.") % {"day": latest.isoformat()},
        )
    if certification.retired_at is not None and days.earned_at >= certification.retired_at:
        raise EarlierRefusedError(
            "certification",
            _("It had been retired by then."),
            _("Leave the row out, or name the certification that took its place."),
        )


def _latest_end(certification: Certification, earned_on: date) -> date:
    """As long as a certificate can hold that was renewed on the first day of the window."""
    own = dates.last_day(earned_on, certification.period_months)
    return own + timedelta(days=certification.window_days)


def _require_room(chain: list[Award], days: EarlierDays) -> None:
    """Certificates follow each other: raises EarlierRefusedError for one before the newest, and for one during it."""
    if not chain:
        return
    newest = chain[-1]
    named = {"number": newest.number, "day": spell_day(newest.earned_on)}
    if days.earned_at < newest.valid_from:
        raise EarlierRefusedError(
            "earned_on",
            _("Certificate %(number)s of %(day)s is newer.") % named,
            _("None is put in front of it: leave the row out."),
        )
    if standings.still_runs(find_award_fact(newest, days.earned_at), days.earned_at):
        named["through"] = newest.valid_through.isoformat()
        raise EarlierRefusedError(
            "earned_on",
            _("Certificate %(number)s still held on that day, through %(through)s.") % named,
            _("Two do not hold at once: mend the days, or leave one of them out."),
        )

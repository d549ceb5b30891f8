"""A file of earlier certificates is tried as a whole and taken back: that is its plan. Applying keeps it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers.csv_tables import TableRow
from accounts.readers.days import spell_day
from certificates.acts.earlier import (
    EarlierCertificate,
    EarlierDays,
    EarlierRefusedError,
    complete_days,
    take_in_certificate,
)
from certificates.acts.guards import CertificateRefusedError
from certificates.models import Award, Certification
from certificates.policy_days import spell_policy_day
from channels.facts.gathering import find_id_owners
from ledger import entries
from notifications.models import Notification
from reports.certificate_files.columns import read_told
from reports.console.effects import ActEffect, compare_records, read_records


class CertificateOutcome(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedCertificate:
    """What comes of one row; `told`: the certificate, or why it cannot go in and what to do."""

    number: int
    person: str
    certification: str
    outcome: CertificateOutcome
    told: str


@dataclass(frozen=True, slots=True)
class CertificatesPlan:
    """The rows in the order of the file, what would differ for whom, and how many people are mailed."""

    rows: tuple[PlannedCertificate, ...]
    effects: tuple[tuple[str, ActEffect], ...] = ()
    recipients: int = 0

    @property
    def digest(self) -> str:
        """Differs as soon as the file, or anything that it would change, is another."""
        said = [(who, effect.digest) for who, effect in self.effects]
        return hashlib.sha256(repr((self.rows, said, self.recipients)).encode()).hexdigest()[:32]

    def count(self, outcome: str) -> int:
        return Counter(row.outcome for row in self.rows)[CertificateOutcome(outcome)]


class StaleCertificatesError(Exception):
    """Applying would do something else than the plan that was shown."""


class SomeRowsRefusedError(Exception):
    """Some rows cannot go in and are not to be left out."""


@dataclass(slots=True)
class _Row:
    """A row whose cells are read."""

    row: TableRow
    person: User
    certification: Certification
    told: EarlierCertificate
    days: EarlierDays


@dataclass(slots=True)
class _Trial:
    """A file being taken in: who may be in it, who does it, and what has come of its rows."""

    people: Mapping[str, User]
    certifications: Mapping[str, Certification]
    actor: str
    at: datetime
    planned: dict[int, PlannedCertificate] = field(default_factory=dict)
    issued: list[Award] = field(default_factory=list)


def plan_certificates(
    rows: Sequence[TableRow], visible: QuerySet[User], *, actor: str, at: datetime
) -> CertificatesPlan:
    """What the file would do, by doing it and taking it back. People beyond `visible` are as if they did not exist."""
    with transaction.atomic():
        plan = _take_all_in(rows, visible, actor, at)
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def apply_certificates(
    rows: Sequence[TableRow],
    visible: QuerySet[User],
    *,
    actor: str,
    at: datetime,
    digest: str,
    leave_out_refused: bool,
) -> CertificatesPlan:
    """Do what the plan with this digest says, and enter it in the ledger.

    Raises StaleCertificatesError, and SomeRowsRefusedError; then nothing is changed.
    """
    plan = _take_all_in(rows, visible, actor, at)
    if plan.digest != digest:
        raise StaleCertificatesError
    if plan.count("refused") and not leave_out_refused:
        raise SomeRowsRefusedError
    counts = {str(outcome): plan.count(outcome) for outcome in CertificateOutcome}
    entries.append_entry(
        kind="certificates.imported",
        subject="site",
        actor=actor,
        at=at,
        data={**counts, "plan": plan.digest},
    )
    return plan


def _take_all_in(
    rows: Sequence[TableRow], visible: QuerySet[User], actor: str, at: datetime
) -> CertificatesPlan:
    trial = _Trial(_find_people(rows, visible), _find_certifications(), actor, at)
    read = sorted(_read_rows(rows, trial), key=lambda one: one.days.earned_at)
    people = _lock_people(one.person for one in read)
    before = read_records(people)
    _issue_rows(read, trial)
    touched = {award.recipient_id for award in trial.issued}
    after, now = read_records([one for one in people if one.pk in touched]), timezone.now()
    effects = [
        (one, compare_records(before[one.pk], after[one.pk], now))
        for one in people
        if one.pk in touched
    ]
    return CertificatesPlan(
        rows=tuple(trial.planned[row.number] for row in rows),
        effects=tuple((one.display_name, effect) for one, effect in effects if effect.differs),
        recipients=_count_recipients(trial.issued),
    )


def _find_people(rows: Sequence[TableRow], visible: QuerySet[User]) -> dict[str, User]:
    """By HR id, also a former one. Two queries."""
    owners = find_id_owners({row.cells.get("person", "") for row in rows} - {""}, visible)
    people = User.objects.in_bulk({owner.person_id for owner in owners.values()})
    return {hr_id: people[owner.person_id] for hr_id, owner in owners.items()}


def _find_certifications() -> dict[str, Certification]:
    return {one.code.casefold(): one for one in Certification.objects.all()}


def _lock_people(people: Iterable[User]) -> list[User]:
    """The records that are changed, locked in one order: two files at once do not wait for each other in a circle."""
    keys = {person.pk for person in people}
    return list(User.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _read_rows(rows: Sequence[TableRow], trial: _Trial) -> list[_Row]:
    """The rows that can be read; the others are planned as refused, each with all that is wrong in it."""
    found = []
    for row in rows:
        person = trial.people.get(row.cells.get("person", ""))
        certification = trial.certifications.get(row.cells.get("certification", "").casefold())
        told, wrong = read_told(row)
        if person is None or certification is None or wrong:
            unknown = _tell_unknown(trial, person, certification)
            _refuse(trial, row, *unknown, *wrong)
            continue
        try:
            days = complete_days(certification, told)
        except EarlierRefusedError as refused:
            _refuse(trial, row, refused)
            continue
        found.append(_Row(row, person, certification, told, days))
    return found


def _tell_unknown(
    trial: _Trial, person: User | None, certification: Certification | None
) -> Iterator[EarlierRefusedError]:
    if person is None:
        yield EarlierRefusedError(
            "person",
            _("Nobody whom you may read has this HR id."),
            _("Look it up on the page of people."),
        )
    if certification is None:
        known = ", ".join(sorted(one.code for one in trial.certifications.values()))
        yield EarlierRefusedError(
            "certification",
            _("There is no such certification."),
            _("Known: %(codes)s.") % {"codes": known},
        )


def _issue_rows(read: Sequence[_Row], trial: _Trial) -> None:
    """In the order of their days, each by itself: one that cannot go in takes none of the others with it."""
    last: dict[tuple[int, int], _Row] = {}
    for one in read:
        pair = (one.person.pk, one.certification.pk)
        try:
            with transaction.atomic():
                _refuse_overlap(one, last.get(pair))
                award = take_in_certificate(
                    one.person, one.certification, one.told, actor=trial.actor, at=trial.at
                )
        except CertificateRefusedError as refused:
            _refuse(trial, one.row, refused)
            continue
        last[pair] = one
        outcome = CertificateOutcome.UNCHANGED if award is None else CertificateOutcome.NEW
        _plan(trial, one.row, outcome, _spell_days(one.days), one.person)
        trial.issued += [award] if award else []


def _refuse_overlap(one: _Row, before: _Row | None) -> None:
    """Raises EarlierRefusedError for a certificate that begins while the one of another row holds."""
    if before is not None and one.days.earned_at < before.days.validity.expires_at:
        raise EarlierRefusedError(
            "earned_on",
            _("The certificate of line %(line)s holds on that day, through %(through)s.")
            % {"line": before.row.number, "through": before.days.valid_through.isoformat()},
            _("Two do not hold at once: mend the days, or leave one of them out."),
        )


def _spell_days(days: EarlierDays) -> str:
    told = {
        "first": spell_day(days.earned_on),
        "last": spell_policy_day(days.valid_through, days.zone),
    }
    return _("Certificate of %(first)s through %(last)s.") % told


def _refuse(trial: _Trial, row: TableRow, *wrong: CertificateRefusedError) -> None:
    told = (
        f"{getattr(one, 'column', 'person')}: {one.reason} {one.remedy}".strip() for one in wrong
    )
    _plan(trial, row, CertificateOutcome.REFUSED, " ".join(told))


def _plan(
    trial: _Trial, row: TableRow, outcome: CertificateOutcome, told: str, person: User | None = None
) -> None:
    who = person or trial.people.get(row.cells.get("person", ""))
    hr_id = row.cells.get("person", "")[:50]
    trial.planned[row.number] = PlannedCertificate(
        row.number,
        f"{who.display_name} ({hr_id})" if who else hr_id,
        row.cells.get("certification", "")[:50],
        outcome,
        told,
    )


def _count_recipients(issued: Sequence[Award]) -> int:
    """How many people read of one certificate or several."""
    keys = [f"certified:{award.uuid}" for award in issued]
    told = Notification.objects.filter(key__in=keys)
    return told.aggregate(people=Count("recipient", distinct=True))["people"]

"""Learners say that something is wrong with a question; authors look at it, settle it, and answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from items.models import ItemVersion
from ledger import entries
from quizzes.attempts.autosave import NoSuchQuestionError
from quizzes.models import ItemReport, Regrade, Response
from quizzes.regrades import notices

MOST_WORDS = 4_000

Resolution = ItemReport.Resolution


@dataclass(frozen=True)
class ReportPile:
    """The open reports about one item version, the oldest first."""

    version: ItemVersion
    reports: list[ItemReport]

    @property
    def categories(self) -> list[tuple[str, int]]:
        """The categories reported, with the number of reports in each."""
        said = Counter(str(report.get_category_display()) for report in self.reports)
        return said.most_common()

    @property
    def since(self) -> datetime:
        return self.reports[0].reported_at

    @property
    def words(self) -> str:
        """The first words that anybody wrote."""
        return next((report.text for report in self.reports if report.text), "")


@transaction.atomic
def record_report(
    uuid: UUID, person: User, slot: int, *, category: str, text: str, at: datetime
) -> ItemReport:
    """Record that the person finds a question of their attempt wrong.

    There is one open report per question and person: a second text is appended to it, the same text again
    changes nothing. Raises NoSuchQuestionError, also for somebody else's attempt.
    """
    asked = Response.objects.select_for_update(of=("self",)).select_related("version__item__bank")
    response = asked.filter(attempt__uuid=uuid, attempt__person=person, slot=slot).first()
    if response is None:
        raise NoSuchQuestionError
    text = text.replace("\x00", "").strip()[:MOST_WORDS]
    found, new = ItemReport.objects.get_or_create(
        response=response,
        person=person,
        resolved_at=None,
        defaults={"category": category, "text": text, "reported_at": at},
    )
    if new:
        _enter(found, "item.reported", actor=person.actor, at=at, data={"category": category})
    elif text and text not in found.text:
        found.text = f"{found.text}\n\n{text}".strip()[: 2 * MOST_WORDS]
        found.save(update_fields=["text"])
    return found


def open_reports_by_slot(person: User, uuid: UUID) -> dict[int, ItemReport]:
    """The person's unsettled reports on questions of an attempt, by slot. One query."""
    mine = ItemReport.objects.filter(
        person=person, response__attempt__uuid=uuid, resolved_at__isnull=True
    )
    return {found.response.slot: found for found in mine.select_related("response")}


def report_queue() -> list[ReportPile]:
    """The versions with open reports: most reports first, then the longest waiting. One query."""
    piles: dict[int, ReportPile] = {}
    for found in _open().order_by("reported_at", "id"):
        version = found.response.version
        piles.setdefault(version.pk, ReportPile(version, [])).reports.append(found)
    return sorted(piles.values(), key=lambda pile: (-len(pile.reports), pile.since))


def count_open_reports() -> int:
    """How many reports are open."""
    return ItemReport.objects.filter(resolved_at__isnull=True).count()


def reports_about(version: ItemVersion) -> list[ItemReport]:
    """All reports about a version: open ones first, then the newest."""
    found = ItemReport.objects.filter(response__version=version)
    rows = found.select_related("response__attempt").order_by("-reported_at", "-id")
    return sorted(rows, key=lambda row: row.resolved_at is not None)


@transaction.atomic
def settle_reports(
    version: ItemVersion, resolution: str, *, answer: str, actor: str, at: datetime
) -> list[ItemReport]:
    """Close the open reports about a version and notify the people who reported. Returns the closed reports."""
    return _settle(version, resolution, answer=answer, actor=actor, at=at, told=())


def settle_by_regrade(regrade: Regrade, *, told: Collection[int]) -> list[ItemReport]:
    """Close the open reports about a regraded version. People in `told` are notified of the regrade instead."""
    resolution = Resolution.REGRADED
    if regrade.option == Regrade.Option.NONE:
        resolution = Resolution.REWORDED if regrade.corrected_id else Resolution.KEPT
    return _settle(
        regrade.version,
        resolution,
        answer=regrade.note,
        actor=regrade.actor,
        at=regrade.at,
        told=told,
    )


def _settle(
    version: ItemVersion,
    resolution: str,
    *,
    answer: str,
    actor: str,
    at: datetime,
    told: Collection[int],
) -> list[ItemReport]:
    found = list(_open().filter(response__version=version).select_for_update(of=("self",)))
    for one in found:
        one.resolution, one.answer, one.resolver = resolution, answer.strip(), actor
        # Somebody may have reported while the author was writing.
        one.resolved_at = max(at, one.reported_at)
        one.save(update_fields=["resolution", "answer", "resolver", "resolved_at"])
        _enter(one, "item.report_settled", actor=actor, at=at, data={"resolution": resolution})
        if one.person_id not in told:
            notices.notify_of_settlement(one, at=at)
    return found


def _open() -> QuerySet[ItemReport]:
    return ItemReport.objects.filter(resolved_at__isnull=True).select_related(
        "person", "response__attempt__quiz", "response__version__item__bank"
    )


def _enter(one: ItemReport, kind: str, *, actor: str, at: datetime, data: dict[str, str]) -> None:
    version = one.response.version
    entries.append_entry(
        kind=kind,
        subject=f"item:{version.item.full_code}",
        actor=actor,
        at=at,
        data={"report": one.pk, "number": version.number, **data},
        facts=[one],
    )

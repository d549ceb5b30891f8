"""How long the rows of each model are kept, and why. What is past its time is emptied or deleted by `daily`.

Facts are kept for ever: a decision of two years ago has to be explained from what was recorded then. Personal data
that no decision reads does not have to stay. docs/operations.md shows this table; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.importing import imports
from accounts.models import PeopleImport, SavedMapping
from notifications.models import Notification
from reports.models import BulkAct, ExportRun

FACT = "fact"
RECORD = "facts refer to it"
SETTING = "a setting, which whoever made it changes and deletes"
WORDS = "authors decide"


@dataclass(frozen=True, slots=True)
class Retention:
    """`after` so many days `clear` deals with the rows that `past` finds. Neither: the rows stay for ever."""

    why: str
    after: timedelta | None = None
    what: str = "kept for ever"
    past: Callable[[datetime], QuerySet[Any]] | None = None
    clear: Callable[[QuerySet[Any]], int] | None = None


def _old_messages(until: datetime) -> QuerySet[Notification]:
    """Messages that nobody will send any more and whose text is still there."""
    return Notification.objects.filter(
        Q(sent_at__lt=until) | Q(sent_at=None, created_at__lt=until)
    ).exclude(body="", subject="")


def _empty_messages(messages: QuerySet[Notification]) -> int:
    """The key stays, because the same news is never sent twice."""
    return messages.update(subject="", body="", link="", last_error="")


def _old_plans(until: datetime) -> QuerySet[PeopleImport]:
    """Plans that nobody applied (people have changed meanwhile, so that nobody could), and what others still hold."""
    settled = PeopleImport.objects.alias(settled_at=Coalesce("applied_at", "created_at"))
    unapplied = ~Q(state=PeopleImport.State.APPLIED) & Q(plan__emptied__isnull=True)
    return settled.filter(unapplied | ~Q(rejects={}) | ~Q(undo={}), settled_at__lt=until)


def _empty_plans(uploads: QuerySet[PeopleImport]) -> int:
    emptied = 0
    for pk in list(uploads.values_list("pk", flat=True)):
        with transaction.atomic():
            upload = PeopleImport.objects.select_for_update().get(pk=pk)
            upload.plan = imports.empty_plan(upload.plan)
            upload.rejects, upload.undo = {}, {}
            upload.save(update_fields=["plan", "rejects", "undo"])
        emptied += 1
    return emptied


def _old_samples(until: datetime) -> QuerySet[SavedMapping]:
    return SavedMapping.objects.filter(created_at__lt=until).exclude(sample={})


def _empty_samples(mappings: QuerySet[SavedMapping]) -> int:
    return mappings.update(sample={})


def _old_exports(until: datetime) -> QuerySet[ExportRun]:
    return ExportRun.objects.filter(started_at__lt=until)


def _old_bulk_acts(until: datetime) -> QuerySet[BulkAct]:
    """Finished ones that still say whom they were about, and why."""
    told = ~Q(people=[]) | ~Q(left_out=[]) | ~Q(choices={}) | ~Q(filters={})
    return BulkAct.objects.filter(told, finished_at__lt=until)


def _empty_bulk_acts(acts: QuerySet[BulkAct]) -> int:
    return acts.update(people=[], left_out=[], choices={}, filters={})


def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]


KEPT = Retention(RECORD)
RETENTION: dict[str, Retention] = {
    "ledger.Entry": Retention(FACT),
    "accounts.Region": Retention(FACT),
    "accounts.Team": Retention(FACT),
    "accounts.User": KEPT,
    "accounts.EmploymentEvent": Retention(FACT),
    "accounts.Absence": Retention(FACT),
    "accounts.Responsibility": Retention(FACT),
    "accounts.HrAlias": Retention(FACT),
    "accounts.SavedMapping": Retention(
        "the mapping works without its sample",
        timedelta(days=30),
        "samples of mappings are emptied",
        _old_samples,
        _empty_samples,
    ),
    "accounts.PeopleImport": Retention(
        "a plan is emptied when it is applied; counts and digests are the proof",
        timedelta(days=30),
        "plans that nobody applied, records left out and what an undo needs are emptied",
        _old_plans,
        _empty_plans,
    ),
    "notifications.Notification": Retention(
        "the key stays, so that no news is sent twice",
        timedelta(days=400),
        "texts are emptied",
        _old_messages,
        _empty_messages,
    ),
    "courses.Principle": KEPT,
    "courses.Course": KEPT,
    "courses.CourseRelease": Retention(FACT),
    "courses.ReleaseEvent": Retention(FACT),
    "courses.VersionFloor": Retention(FACT),
    "courses.Assignment": Retention(FACT),
    "courses.Enrolment": Retention(FACT),
    "courses.StepCompletion": Retention(FACT),
    "courses.CourseCompletion": Retention(FACT),
    "items.ItemBank": KEPT,
    "items.Item": KEPT,
    "items.ItemVersion": Retention(FACT),
    "quizzes.Quiz": KEPT,
    "quizzes.RulesSnapshot": Retention(FACT),
    "quizzes.Attempt": Retention(FACT),
    "quizzes.Response": Retention(FACT),
    "quizzes.MarkEvent": Retention(FACT),
    "quizzes.Unlock": Retention(FACT),
    "quizzes.Recap": Retention(FACT),
    "quizzes.ItemReport": Retention(FACT),
    "quizzes.Regrade": Retention(FACT),
    "certificates.Certification": Retention(FACT),
    "certificates.CertificationEvent": Retention(FACT),
    "certificates.Requirement": Retention(WORDS),
    "certificates.Award": Retention(FACT),
    "certificates.AwardEvent": Retention(FACT),
    "certificates.Waiver": Retention(FACT),
    "certificates.Hold": Retention(FACT),
    "certificates.EvidenceFile": Retention(FACT),
    "certificates.AwardCorrection": Retention(FACT),
    "channels.Platform": KEPT,
    "channels.Channel": KEPT,
    "channels.ChannelEvent": Retention(FACT),
    "channels.Owner": Retention(FACT),
    "channels.OwnerOffer": Retention(FACT),
    "channels.AccessRule": Retention(FACT),
    "channels.ChannelRules": Retention(FACT),
    "channels.PostingPermission": Retention(FACT),
    "channels.RoleNeed": Retention(FACT),
    "channels.RoleReview": Retention(FACT),
    "channels.Sponsorship": Retention(FACT),
    "channels.RulesAcceptance": Retention(FACT),
    "channels.PermissionRequest": Retention(FACT),
    "channels.Freeze": Retention(FACT),
    "channels.FreezeReview": Retention(FACT),
    "channels.DecisionRecord": Retention(FACT),
    "reports.ExportRun": Retention(
        "the ledger keeps who exported what, and the SHA-256",
        timedelta(days=3 * 365),
        "rows are deleted",
        _old_exports,
        _delete,
    ),
    "reports.BulkAct": Retention(
        "counts stay; the ledger has an entry for each person",
        timedelta(days=30),
        "whom they were about, and why, is emptied",
        _old_bulk_acts,
        _empty_bulk_acts,
    ),
    "reports.SavedView": Retention(SETTING),
    "reports.SavedProfile": Retention(SETTING),
    "Page": Retention(WORDS),
}


def clear_old_rows(at: datetime) -> int:
    """Empty or delete what is past its time at `at`. Returns how many rows."""
    return sum(clear(rows) for clear, rows in _past(at))


def count_old_rows(at: datetime) -> int:
    """How many rows `clear_old_rows` would deal with."""
    return sum(rows.count() for _clear, rows in _past(at))


def _past(at: datetime) -> Iterator[tuple[Callable[[QuerySet[Any]], int], QuerySet[Any]]]:
    for one in RETENTION.values():
        if one.after is not None and one.past is not None and one.clear is not None:
            yield one.clear, one.past(at - one.after)

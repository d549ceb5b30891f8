"""Make a pack: gather its parts, have the ZIP file written, and enter in the ledger that it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID, uuid4

from django.db.models import QuerySet

from accounts.models import User
from certificates.models import Award
from channels.models import Channel
from courses.models import CourseCompletion, VersionFloor
from ledger import entries
from quizzes.attempts import open_items
from quizzes.models import Attempt
from reports.packs.archive import write_archive
from reports.packs.attempt_part import build_attempt_part
from reports.packs.certification_part import build_certification_part
from reports.packs.channel_part import build_channel_part
from reports.packs.decision_part import build_decision_part
from reports.packs.employment_part import build_employment_part
from reports.packs.ledger_part import build_ledger_part
from reports.packs.person_part import build_person_part
from reports.packs.questions import PackQuestion
from reports.packs.release_part import build_release_part
from reports.packs.tables import PackPart

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack that was made: its file, open at the beginning, under which name, and its SHA-256."""

    uuid: UUID
    name: str
    content: IO[bytes]
    size: int
    sha256: str


def make_pack(
    question: PackQuestion,
    visible: QuerySet[User],
    *,
    actor: str,
    now: datetime,
    reader: User | None = None,
) -> MadePack:
    """Make the pack and enter that in the ledger. `visible`: the people whose answers may be shown.

    It does not tell its `reader` what they are being asked in an open try.

    The ledger is sealed first, so that every entry in the pack has its place and its hash.
    """
    entries.seal_entries()
    uuid = uuid4()
    untold = open_items.find_examined_items(reader) if reader else set()
    parts = _build_parts(question, visible, untold, now)
    content = write_archive(question, parts, uuid=uuid, actor=actor, now=now)
    digest, size = _digest(content)
    entries.append_entry(
        kind="evidence.packed",
        subject=f"pack:{uuid}",
        actor=actor,
        at=now,
        data={
            "about": question.subject,
            "person": question.person.actor if question.person else None,
            "channel": question.channel.code if question.channel else None,
            "at": question.at,
            "known_at": question.known_at,
            "why": question.why,
            "sha256": digest,
        },
    )
    return MadePack(
        uuid, f"evidence-{now:%Y%m%d-%H%M%S}-{str(uuid)[:8]}.zip", content, size, digest
    )


def _digest(content: IO[bytes]) -> tuple[str, int]:
    """The SHA-256 and the size of a file, which is left at its beginning."""
    found, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
    content.seek(0)
    return found.hexdigest(), size


def _build_parts(
    question: PackQuestion, visible: QuerySet[User], untold: Collection[int], now: datetime
) -> list[PackPart]:
    at, known_at = question.at, question.known_at
    parts, people = [], []
    if question.person is not None:
        people = [question.person]
        if question.decision is not None or question.channel is not None:
            parts.append(build_decision_part(question, now))
        parts.append(build_person_part(question.person, at=at, known_at=known_at))
        parts.append(build_employment_part(question.person, at=at, known_at=known_at))
        parts.append(build_attempt_part(question.person, untold, known_at=known_at))
        parts.append(build_release_part(_find_releases(question.person, known_at)))
    if question.channel is not None:
        channel: Channel = question.channel
        parts.append(build_channel_part(channel, visible, at=at, known_at=known_at, now=now))
    parts.append(build_certification_part(known_at))
    parts.append(build_ledger_part(parts, people, known_at=known_at))
    return parts


def _find_releases(person: User, known_at: datetime) -> set[int]:
    """The versions that certificates, completions and tries of theirs rest on, and those before which none counts."""
    rows = (
        Award.objects.filter(recipient=person, recorded_at__lte=known_at),
        CourseCompletion.objects.filter(person=person, recorded_at__lte=known_at),
        Attempt.objects.filter(person=person, started_at__lte=known_at),
    )
    own = {key for found in rows for key in found.values_list("release_id", flat=True) if key}
    floors = VersionFloor.objects.filter(course__releases__in=own, recorded_at__lte=known_at)
    return own | set(floors.values_list("release_id", flat=True))

"""What a pack is asked about, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import dates
from accounts.models import User
from accounts.querysets import PersonQuerySet
from channels.models import Channel, DecisionRecord


class PackReason(models.TextChoices):
    """Why somebody makes a pack. Answers of people are in it, so the ledger keeps the reason."""

    AUDIT = "audit", gettext_lazy("An audit")
    AUTHORITY = "authority", gettext_lazy("An authority asks")
    INCIDENT = "incident", gettext_lazy("A post is looked into")
    PERSON = "person", gettext_lazy("The person asks")


@dataclass(frozen=True, slots=True)
class PackQuestion:
    """About whom or what, at which moment, by what had been recorded until when.

    With a person and a channel it is about a post at `at`; with a decision, about that answer.
    """

    at: datetime
    known_at: datetime
    why: str
    person: User | None = None
    channel: Channel | None = None
    decision: DecisionRecord | None = None

    @property
    def subject(self) -> str:
        """What it is about, as the ledger names it."""
        if self.decision is not None:
            return f"decision:{self.decision.uuid}"
        if self.person is not None:
            return self.person.actor
        if self.channel is not None:
            return f"channel:{self.channel.code}"
        raise ValueError("A pack is about a person, a channel or a decision.")

    @property
    def title(self) -> str:
        told = {"person": self.person, "channel": self.channel}
        if self.decision is not None:
            return _("Evidence for a decision about %(person)s on %(channel)s") % told
        if self.person is not None and self.channel is not None:
            return _("Evidence for a post by %(person)s on %(channel)s") % told
        return _("Evidence about %(what)s") % {"what": self.person or self.channel}


class PackRefusedError(ValueError):
    """What was asked about cannot be packed. `field` says which of the things asked is meant."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class PackView:
    """Whom and what somebody may make packs of; whatever is beyond is as if it did not exist."""

    people: PersonQuerySet
    channels: QuerySet[Channel]
    reader: User | None = None

    def find_person(self, hr_id: str) -> User:
        """The person with this HR id, also a former one. Raises PackRefusedError."""
        same = Q(hr_id=hr_id) | Q(aliases__hr_id=hr_id)
        found = self.people.filter(same).distinct().first()
        if found is None:
            raise PackRefusedError("person", _("Nobody whom you may read has this HR id."))
        if self.reader is not None and found.pk == self.reader.pk:
            raise PackRefusedError(
                "person", _("This is your own record. Ask somebody else with this right.")
            )
        return found

    def find_channel(self, code: str) -> Channel:
        """The channel with this code. Raises PackRefusedError."""
        found = self.channels.filter(code=code).first()
        if found is None:
            raise PackRefusedError("channel", _("No channel that you may read has this code."))
        return found

    def find_decision(self, uuid: UUID) -> DecisionRecord:
        """The decision with this id. Raises PackRefusedError."""
        found = DecisionRecord.objects.filter(uuid=uuid).first()
        if found is None:
            raise PackRefusedError("decision", _("No decision was given under this id."))
        return found


def find_question(
    view: PackView,
    *,
    person: str = "",
    channel: str = "",
    decision: UUID | None = None,
    at: datetime | None = None,
    known_at: datetime | None = None,
    why: str,
    now: datetime,
) -> PackQuestion:
    """The question about what is named. A decision says itself whom and what it is about, and for when.

    Raises PackRefusedError for what `view` does not show, for nothing, and for what nobody can know yet.
    """
    try:
        known_at = dates.require_known_moment(known_at or now, now)
    except dates.DateRefusedError as reason:
        raise PackRefusedError("known_at", str(reason)) from reason
    if decision is not None:
        record = view.find_decision(decision)
        about = view.find_person(record.person_hr_id)
        told = view.channels.filter(code=record.channel_code).first()
        return PackQuestion(record.at, known_at, why, about, told, record)
    if not (person or channel):
        raise PackRefusedError("person", _("Name a person, a channel or a decision."))
    return PackQuestion(
        at or now,
        known_at,
        why,
        view.find_person(person) if person else None,
        view.find_channel(channel) if channel else None,
    )

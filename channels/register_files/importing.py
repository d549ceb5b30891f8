"""A register's file is tried as a whole and taken back: that is its plan. Applying does the same and keeps it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.codes import propose_code
from accounts.models import User
from accounts.readers.csv_tables import TableRow
from channels import registry
from channels.desk.account_checks import find_account
from channels.desk.registration import register_channel
from channels.guards import ChannelRefusedError
from channels.models import Channel
from channels.register_files.cells import KnownNames, ReadRow, read_cells

NEVER_EMPTY = ("title", "purpose", "review_on")


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What comes of one row; `told`: the changes, or why it cannot go in."""

    number: int
    code: str
    title: str
    outcome: RowOutcome
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    rows: tuple[PlannedRow, ...]

    @property
    def digest(self) -> str:
        """Differs as soon as the file, or anything that it would change, is another."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()[:32]

    def count(self, outcome: str) -> int:
        return Counter(row.outcome for row in self.rows)[RowOutcome(outcome)]


class RegisterPlanChangedError(Exception):
    """Applying would do something else than the plan that was shown."""


def plan_register(
    rows: Sequence[TableRow], *, actor: User, at: datetime, reason: str
) -> RegisterPlan:
    """What the file would do, by doing it and taking it back: a plan by other rules could promise something else."""
    with transaction.atomic():
        plan = _take_all_in(rows, actor, at, reason)
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def apply_register(
    rows: Sequence[TableRow],
    *,
    actor: User,
    at: datetime,
    reason: str,
    digest: str,
    leave_out_refused: bool,
) -> RegisterPlan:
    """Do what the plan with this digest says. Raises RegisterPlanChangedError, and ChannelRefusedError for rows that
    cannot go in and are not to be left out; then nothing is changed."""
    plan = _take_all_in(rows, actor, at, reason)
    if plan.digest != digest:
        raise RegisterPlanChangedError
    if plan.count("refused") and not leave_out_refused:
        raise ChannelRefusedError(
            _("Some rows cannot go in. Mend the file, or leave these rows out.")
        )
    return plan


def _take_all_in(rows: Sequence[TableRow], actor: User, at: datetime, reason: str) -> RegisterPlan:
    planned: list[PlannedRow] = []
    known = KnownNames()
    named: dict[int, int] = {}
    for row in rows:
        try:
            with transaction.atomic():
                planned.append(_take_in(row, known, named, actor, at, reason))
        except ChannelRefusedError as refused:
            planned.append(_refused(row, refused.reason))
        except ValidationError as wrong:
            planned.append(_refused(row, " ".join(wrong.messages)))
    return RegisterPlan(tuple(planned))


def _refused(row: TableRow, why: str) -> PlannedRow:
    code, title = row.cells.get("code", ""), row.cells.get("title", "")
    return PlannedRow(row.number, code, title, RowOutcome.REFUSED, (why,))


def _take_in(
    row: TableRow,
    known: KnownNames,
    named: dict[int, int],
    actor: User,
    at: datetime,
    reason: str,
) -> PlannedRow:
    read = read_cells(row.cells, known)
    channel = _find_channel(read)
    if channel is None:
        channel = _register(read, actor, at, reason)
        outcome, told = RowOutcome.NEW, [channel.url, *_appoint(channel, read, actor, at, reason)]
    else:
        if channel.pk in named:
            raise ChannelRefusedError(
                _("Line %(line)s is about this account already.") % {"line": named[channel.pk]}
            )
        told = _change(channel, read, actor, at, reason)
        outcome = RowOutcome.CHANGED if told else RowOutcome.UNCHANGED
    named[channel.pk] = row.number
    return PlannedRow(row.number, channel.code, channel.title, outcome, tuple(told))


def _find_channel(read: ReadRow) -> Channel | None:
    """By its code; by the account where the row has none."""
    if read.code:
        return Channel.objects.filter(code=read.code).first()
    if read.account is None or read.platform is None:
        raise ChannelRefusedError(_("The row has neither an address nor a code."))
    number = read.values.get("account_id", "")
    return find_account(
        read.platform, handle=read.account.handle, url=read.account.url, account_id=number
    )


def _register(read: ReadRow, actor: User, at: datetime, reason: str) -> Channel:
    if read.account is None or read.platform is None:
        raise ChannelRefusedError(
            _("No channel has the code %(code)s, and a new one needs its address.")
            % {"code": read.code}
        )
    if missing := [name for name in NEVER_EMPTY if not read.values.get(name)]:
        raise ChannelRefusedError(
            _("A new channel needs: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    if read.values["review_on"] < timezone.localdate(at):
        raise ChannelRefusedError(_("review_on: this day is past. Write the day of the next look."))
    taken = Channel.objects.filter
    words = f"{read.account.platform} {read.account.handle or read.values['title']}"
    code = read.code or propose_code(words, lambda one: taken(code=one).exists())
    return register_channel(
        code,
        read.platform,
        actor=actor,
        at=at,
        reason=reason,
        handle=read.account.handle,
        url=read.account.url,
        **read.values,
    )


def _change(channel: Channel, read: ReadRow, actor: User, at: datetime, reason: str) -> list[str]:
    values = dict(read.values)
    if read.account is not None:
        values |= {
            "platform": read.platform,
            "handle": read.account.handle,
            "url": read.account.url,
        }
    before = {name: getattr(channel, name) for name in values}
    decided = {name: values[name] for name in values if name in registry.CHANGEABLE}
    details = {name: values[name] for name in values if name in registry.DETAILS}
    act: dict[str, Any] = {"actor": actor, "at": at, "reason": reason}
    changed = registry.change_channel(channel, **act, **decided)
    changed += registry.change_details(channel, **act, **details)
    told = [
        f"{_label(name)}: {_spell(before[name])} → {_spell(getattr(channel, name))}"
        for name in changed
    ]
    return told + _appoint(channel, read, actor, at, reason)


def _appoint(channel: Channel, read: ReadRow, actor: User, at: datetime, reason: str) -> list[str]:
    told = []
    running = dict(channel.owners.open().values_list("kind", "person_id"))
    for kind, person in sorted(read.people.items(), reverse=True):
        if running.get(kind) != person.pk:
            registry.appoint_owner(channel, person, kind, actor=actor, at=at, reason=reason)
            label = _("owner") if kind == "owner" else _("deputy")
            told.append(f"{label}: {person.display_name}")
    return told


def _label(name: str) -> str:
    return str(getattr(Channel._meta.get_field(name), "verbose_name", name))


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in {None, ""} else str(value)

"""What the ledger tells of questions and banks: each save that changes what decides which questions a try asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from wagtail.log_actions import get_active_log_context

from ledger import entries
from ledger.facts import proved_model

EDITOR = "system:editor"


@contextmanager
def tell_of_saving(
    row: models.Model, subject: str, kinds: tuple[str, str], saved: Collection[str] | None = None
) -> Iterator[None]:
    """Around a save: one transaction, with an entry when the row is new or a proved column becomes another.

    `kinds` are those of a new row and of a changed one, `saved` the fields that are saved, all without it. What is told
    is the row as it then stands: it is read anew, locked, because `row` may be older than what others have saved.
    """
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.attname in proved_model(type(row)).names
        and (saved is None or field.name in saved or field.attname in saved)
    ]
    if not fields:
        yield
        return
    with transaction.atomic():
        rows: models.QuerySet[Any] = models.QuerySet(type(row))
        stored = rows.select_for_update().filter(pk=row.pk).first() if row.pk else None
        yield
        _tell(stored, row, [field.attname for field in fields], subject, kinds)


def _tell(
    stored: models.Model | None,
    row: models.Model,
    names: list[str],
    subject: str,
    kinds: tuple[str, str],
) -> None:
    proved, told = proved_model(type(row)), stored or row
    before = proved.read_instance(stored) if stored else None
    for name in names:
        setattr(told, name, getattr(row, name))
    after = proved.read_instance(told)
    if before == after:
        return
    changed = [
        name
        for name, was, now in zip(proved.names, before or after, after, strict=True)
        if was != now
    ]
    entries.append_entry(
        kind=kinds[stored is not None],
        subject=subject,
        actor=find_editor(),
        at=timezone.now(),
        data={"changed": changed} if changed else {},
        facts=[told],
    )


def tell_of_deletion(row: models.Model, subject: str, kind: str) -> None:
    """A row was deleted. Call it in the transaction of the deletion."""
    actor = find_editor()
    entries.append_deletion(type(row), row.pk, kind=kind, subject=subject, actor=actor)


def find_editor() -> str:
    """The ledger's actor for who works in the editor now; `system:editor` for commands and schedules."""
    user = get_active_log_context().user
    actor: str = getattr(user, "actor", EDITOR)
    return actor

"""Change a setting of many items at once: live items change live, drafts stay drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from items import publishing
from items.kinds.spec import ContentError
from items.models import Item, ItemBank
from items.phrases import Phrase, gettext_noop

LOCKED = gettext_noop("Somebody else has locked it.")
TAKEN = gettext_noop("The bank has another question with this code.")
FAULTY = gettext_noop("It could not be asked: %(why)s")


@dataclass
class BulkChangeResult:
    """The result of a bulk change: how many items changed, and why the others did not."""

    changed: int = 0
    refused: list[tuple[Item, Phrase]] = field(default_factory=list)


def retire_items(
    items: Sequence[Item], *, retired: bool, actor: User, at: datetime
) -> BulkChangeResult:
    """Take items out of every draw, or with `retired` False back in. Open attempts keep their questions."""
    return _each(items, {"retired": retired}, actor=actor, at=at)


def set_difficulty(
    items: Sequence[Item], difficulty: int, *, actor: User, at: datetime
) -> BulkChangeResult:
    """Set the difficulty of items, 1 to 3. A live item gets a new version."""
    return _each(items, {"difficulty": difficulty}, actor=actor, at=at)


def move_items(
    items: Sequence[Item], bank: ItemBank, *, actor: User, at: datetime
) -> BulkChangeResult:
    """Move items into another bank; an item whose code is taken there stays where it is."""
    taken = set(
        bank.items.exclude(pk__in=[item.pk for item in items]).values_list("code", flat=True)
    )
    free, outcome = [], BulkChangeResult()
    for item in items:
        if item.code in taken:
            outcome.refused.append((item, Phrase(TAKEN)))
        else:
            taken.add(item.code)
            free.append(item)
    moved = _each(free, {"bank": bank}, actor=actor, at=at)
    return BulkChangeResult(moved.changed, outcome.refused + moved.refused)


def _each(
    items: Sequence[Item], values: dict[str, Any], *, actor: User, at: datetime
) -> BulkChangeResult:
    outcome = BulkChangeResult()
    for item in items:
        lock = item.get_lock()
        if lock and lock.for_user(actor):
            outcome.refused.append((item, Phrase(LOCKED)))
            continue
        try:
            outcome.changed += _change(item, values, actor=actor, at=at)
        except (ContentError, ValidationError) as fault:
            why = fault.phrase.said() if isinstance(fault, ContentError) else fault.messages[0]
            outcome.refused.append((item, Phrase(FAULTY, {"why": why})))
    return outcome


@transaction.atomic
def _change(item: Item, values: dict[str, Any], *, actor: User, at: datetime) -> int:
    """Change the live row and, separately, the newest draft, so that an author's draft is not published."""
    draft = item.get_latest_revision_as_object()
    open_work = not item.live or item.has_unpublished_changes
    if all(
        getattr(each, name) == value for each in (item, draft) for name, value in values.items()
    ):
        return 0
    _set(draft, values)
    revision = draft.save_revision(user=actor, clean=False, log_action=open_work)
    if not open_work:
        draft.publish_from_file(revision, user=actor)
        return 1
    # save_revision has set which draft is the newest: this row must not set it back.
    _set(item, values)
    item.save(update_fields=list(values))
    if item.live:
        publishing.cut_version(item, actor=actor.actor, at=at)
    return 1


def _set(item: Item, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(item, name, value)

"""Import and export of items: a plan first, then all of it or nothing. See docs/items.md.

Our own files are strict: one fault stops them. From a file of others an odd question is left out.

A row that equals its item changes nothing. Options keep their ids as long as their text stays the same,
so existing answers and statistics stay valid.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from courses.models import Principle
from items.authoring.item_contents import content_of
from items.banks import item_rows
from items.banks.broken_files import explain_unreadable, write_short
from items.exchange.places import place_in_words
from items.kinds.content import parse_written
from items.kinds.spec import ContentError
from items.models import Item, ItemBank
from items.phrases import gettext_noop
from items.publishing import canonical_json

FORMAT = "postworthy-items/1"
NO_PRINCIPLE = gettext_noop("There is no principle with the code %(code)s.")
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True)
class ItemFault:
    """What keeps a file from being imported: the item, the field or the line (0 if unknown), and what to do.

    One of the `whole` file says what its questions come to, and is counted only where it stands alone.
    """

    code: str
    field: str
    message: str
    line: int = 0
    whole: bool = False

    @property
    def where(self) -> str:
        """The field in words: “answer 1”."""
        return place_in_words(self.field, _) if self.field else ""

    def __str__(self) -> str:
        line = _("line %(line)s") % {"line": self.line} if self.line else ""
        return ": ".join(filter(None, [line, self.code or "-", self.where, self.message]))


def count_problems(faults: Sequence[ItemFault]) -> int:
    """How many problems somebody has to mend, at least one where there is any fault."""
    return sum(not fault.whole for fault in faults) or len(faults)


@dataclass(frozen=True)
class ItemChange:
    """What importing one row would do; `differs` names the fields it would change."""

    item: Item
    action: str
    differs: tuple[str, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ItemImportPlan:
    """What importing a file into a bank would do. With faults nothing can be applied.

    `left_out` are the faults of single questions, without which the rest arrives.
    """

    bank: ItemBank
    changes: list[ItemChange] = field(default_factory=list)
    faults: list[ItemFault] = field(default_factory=list)
    left_out: list[ItemFault] = field(default_factory=list)

    def count(self, action: str) -> int:
        """Return how many items the plan would make, change, or leave, as `action` says."""
        return sum(change.action == action for change in self.changes)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the bank and the changes: plans that do the same to the same items have equal digests."""
        steps = [
            (change.item.code, change.action, change.before, change.after)
            for change in self.changes
        ]
        return hashlib.sha256(canonical_json([self.bank.code, steps]).encode()).hexdigest()


class ItemImportRefusedError(ValueError):
    """The file cannot be read, or the plan has faults."""

    def __init__(self, faults: Sequence[ItemFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


def read_rows(text: str, *, toml: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a JSON file (`{"format", "items"}`) or of a TOML file (`[[item]]`).

    Raises ItemImportRefusedError.
    """
    try:
        found = tomllib.loads(text) if toml else json.loads(text, object_pairs_hook=_without_twins)
    except ItemImportRefusedError:
        raise
    except ValueError as fault:
        words, line = explain_unreadable(text, fault, toml=toml)
        raise ItemImportRefusedError([ItemFault("", "", words, line)]) from fault
    name = "item" if toml else "items"
    rows = found.get(name, [] if toml and not found else None) if isinstance(found, dict) else None
    if not toml and isinstance(found, dict) and found.get("format") != FORMAT:
        raise ItemImportRefusedError([ItemFault("", "format", _("Write “%s” here.") % FORMAT)])
    if not isinstance(rows, list):
        raise ItemImportRefusedError([ItemFault("", name, _("Write a list of questions."))])
    if odd := [place for place, row in enumerate(rows, start=1) if not isinstance(row, dict)]:
        text = _("Question %(place)s of the list is none: “%(row)s”. Write an object, with a code.")
        faults = [
            ItemFault("", name, text % {"place": n, "row": write_short(rows[n - 1])}) for n in odd
        ]
        raise ItemImportRefusedError(faults)
    return rows


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which every name stands once: of two keys the last would win without a word."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        code = str(made.get("code", ""))
        text = _("“%(name)s” stands twice in one place. Keep one of them.")
        raise ItemImportRefusedError([ItemFault(code, one, text % {"name": one}) for one in twice])
    return made


def plan_import(
    bank: ItemBank,
    rows: Sequence[Mapping[str, Any]],
    *,
    drafts: bool = False,
    lenient: bool = False,
    says_same: Callable[[Item], bool] | None = None,
) -> ItemImportPlan:
    """Return what importing these rows would do, with every fault in them. Writes nothing.

    Rows are compared with what is published or, with `drafts`, with the newest draft of each item. A
    `lenient` plan leaves a question with a fault out, as long as another one arrives. An item of which the file
    `says_same` differs from its row only in what the format has no place for: it stays.
    """
    made = ItemImportPlan(bank)
    principles = {principle.code: principle for principle in Principle.objects.all()}
    items = Item.objects.filter(bank=bank.pk).select_related("principle", "bank", "latest_revision")
    known = {item.code: item for item in items}
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        code = str(row.get("code") or f"#{place}")
        if code in seen:
            made.faults.append(ItemFault(code, "code", _("Another row has the same code.")))
            continue
        seen.add(code)
        item = known.get(code)
        if item and drafts and item.latest_revision:
            item = item.latest_revision.as_object()
        now = copy(item) if says_same else None
        try:
            change = _change(bank, row, item, principles, drafts=drafts)
            made.changes.append(_keep_same(change, now, says_same))
        except ContentError as fault:
            made.faults.append(ItemFault(code, fault.path, fault.phrase.said(_, ngettext)))
        except ValidationError as fault:
            made.faults += _told(code, fault)
    if lenient and made.changes:
        made.left_out, made.faults = made.faults, []
    return made


@transaction.atomic
def apply_plan(made: ItemImportPlan, *, actor: User | None, drafts: bool = False) -> int:
    """Save and publish what the plan says, or save it as `drafts` that somebody publishes later.

    Returns how many items were made or changed. Raises ItemImportRefusedError for a plan with faults.
    """
    if made.faults:
        raise ItemImportRefusedError(made.faults)
    if made.bank.pk is None:
        made.bank.save()
    written = [change for change in made.changes if change.action != UNCHANGED]
    for change in written:
        change.item.bank = made.bank
        _apply_change(change.item, actor=actor, drafts=drafts)
    return len(written)


def _apply_change(item: Item, *, actor: User | None, drafts: bool) -> None:
    """What the item uses is looked up once, with the last change to its row: three times are a quarter of an import."""
    if item.pk is None:
        item.live = False
        with nullcontext() if drafts else disable_reference_index_auto_update():
            item.save()
    with disable_reference_index_auto_update():
        revision = item.save_revision(user=actor, clean=False, log_action=drafts)
    if not drafts:
        item.publish_from_file(revision, user=actor)


def export_bank(bank: ItemBank) -> str:
    """Return the published items of a bank as a JSON file that can be imported again."""
    items = bank.items.filter(live=True).select_related("principle").order_by("code")
    rows = [item_rows.item_row(item) for item in items]
    return json.dumps({"format": FORMAT, "items": rows}, ensure_ascii=False, indent=2) + "\n"


def _keep_same(
    change: ItemChange, now: Item | None, says_same: Callable[[Item], bool] | None
) -> ItemChange:
    """The change, or none where the file says the same as `now` as far as its format can."""
    if now and says_same and change.action == CHANGED and says_same(now):
        return ItemChange(now, UNCHANGED, (), change.before, change.before or {})
    return change


def _change(
    bank: ItemBank,
    row: Mapping[str, Any],
    known: Item | None,
    principles: Mapping[str, Principle],
    *,
    drafts: bool,
) -> ItemChange:
    item_rows.check_row(row)
    row = item_rows.trim_row(row)
    before = _compared(known) if known else None
    answers = known.body if known else None
    item = known or Item(bank=bank, code=row["code"])
    code = row.get("principle") or None
    if code and code not in principles:
        raise ContentError("principle", NO_PRINCIPLE, code=code)
    item.principle = principles[code] if code else None
    item.difficulty = row.get("difficulty", 2)
    item.critical = row.get("critical", False)
    item.retired = row.get("retired", False)
    item.feedback = row.get("feedback", "")
    item.hint = row.get("hint", "")
    item.points = Decimal(row.get("points", "1"))
    item.stem = item_rows.stem_html(row)
    item.body = json.dumps([item_rows.stored_body(row, f"{bank.code}:{row['code']}", answers)])
    item.clean_fields(exclude=["bank", "live_revision", "latest_revision"])
    parse_written(content_of(item))
    after = _compared(item)
    if before == after and known and (known.live or drafts):
        return ItemChange(item, UNCHANGED, (), before, after)
    differs = _differs(before, after) if before else ()
    return ItemChange(item, CHANGED if known else NEW, differs, before, after)


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the fields in which two states of an item differ."""
    flat = [{**each["content"], **each} for each in (before, after)]
    names = dict.fromkeys([*flat[0], *flat[1]])
    return tuple(n for n in names if n != "content" and flat[0].get(n) != flat[1].get(n))


def _compared(item: Item) -> dict[str, Any]:
    return {
        "content": content_of(item),
        "principle": item.principle_id,
        "difficulty": item.difficulty,
        "critical": item.critical,
        "retired": item.retired,
    }


def _told(code: str, fault: ValidationError) -> list[ItemFault]:
    if not hasattr(fault, "error_dict"):
        return [ItemFault(code, "", message) for message in fault.messages]
    return [
        ItemFault(code, name, message)
        for name, messages in fault.message_dict.items()
        for message in messages
    ]

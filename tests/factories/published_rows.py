"""Items published as rows: a bank takes three statements, where each of its items would take eight.

What a row of a file comes to is the same each time, and is worked out once in a process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import Principle
from items import publishing
from items.banks import importing
from items.models import Item, ItemBank, ItemVersion
from ledger.bulk_rows import insert_rows, write_rows
from ledger.entries import WAITING_COLUMNS
from ledger.facts import describe_facts
from ledger.models import Entry

ACTOR = "system:test"
# What uses a picture: only their uses are looked up.
PICTURED = ("image_choice", "hotspot")
Columns = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """What a row of a file comes to in a bank of this code: the item, and what learners are asked.

    As columns of the database, but for the keys of other rows and the moment.
    """

    code: str
    principle: str | None
    item: Columns
    version: Columns
    asked: Columns


_published: dict[str, Published] = {}


def publish_rows(bank: ItemBank, rows: Sequence[dict[str, Any]], *, empty: bool) -> None:
    """Import the rows into the bank and publish them; raises ItemImportRefusedError for rows with a fault."""
    known = _find_published(bank, rows) if empty else []
    principles = _find_principles(known)
    if known and all(one.principle in principles for one in known):
        _write(bank, known, principles, timezone.now())
    else:
        _publish_each(bank, rows)
    if any(row["kind"] in PICTURED for row in rows):
        for item in bank.items.filter(kind__in=PICTURED):
            ReferenceIndex.create_or_update_for_object(item)


def _publish_each(bank: ItemBank, rows: Sequence[dict[str, Any]]) -> None:
    plan = importing.plan_import(bank, rows)
    if plan.faults:
        raise importing.ItemImportRefusedError(plan.faults)
    for change in plan.changes:
        # Quicker than publishing through a revision, with the same outcome.
        with disable_reference_index_auto_update():
            change.item.save()
        publishing.cut_version(change.item, actor=ACTOR, at=timezone.now())


def _find_published(bank: ItemBank, rows: Sequence[dict[str, Any]]) -> list[Published]:
    """Empty if one of the rows has a fault."""
    try:
        keys = [json.dumps([bank.code, row], sort_keys=True) for row in rows]
    except TypeError:
        return []
    new = {key: row for key, row in zip(keys, rows, strict=True) if key not in _published}
    plan = importing.plan_import(bank, list(new.values())) if new else None
    if (plan and plan.faults) or len({row.get("code") for row in rows}) < len(rows):
        return []
    for key, change in zip(new, plan.changes if plan else (), strict=True):
        _published[key] = _read_published(change.item)
    return [_published[key] for key in keys]


def _read_published(item: Item) -> Published:
    item.kind = item.body[0].block_type
    version = publishing.make_first_version(item, actor=ACTOR, at=timezone.now())
    asked = {
        field.attname: getattr(version, field.attname)
        for field in ItemVersion._meta.concrete_fields
    }
    principle = item.principle.code if item.principle else None
    return Published(item.code, principle, _columns_of(item), _columns_of(version), asked)


def _columns_of(row: models.Model) -> Columns:
    """The values as the database takes them, without the key."""
    return {
        field.attname: field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def _write(
    bank: ItemBank, known: Sequence[Published], principles: dict[str | None, Any], at: datetime
) -> None:
    moment = connection.ops.adapt_datetimefield_value(at)
    there = {one.code: {"principle_id": principles[one.principle]} for one in known}
    items = _insert(
        Item, "code", [one.item | there[one.code] | {"bank_id": bank.pk} for one in known]
    )
    for one in known:
        there[one.code]["item_id"] = items[one.code]
    versions = _insert(
        ItemVersion,
        "item_id",
        [one.version | there[one.code] | {"published_at": moment} for one in known],
    )
    made = [
        ItemVersion(
            **one.asked | there[one.code] | {"id": versions[items[one.code]], "published_at": at}
        )
        for one in known
    ]
    lines = [
        (
            *("item.published", f"item:{bank.code}/{one.code}", ACTOR, moment, moment),
            json.dumps({"number": version.number, "sha256": version.sha256}),
            *(describe_facts([version]), "", ""),
        )
        for one, version in zip(known, made, strict=True)
    ]
    write_rows(Entry._meta.db_table, WAITING_COLUMNS, lines)


def _find_principles(known: Sequence[Published]) -> dict[str | None, Any]:
    codes = {one.principle for one in known if one.principle}
    found = Principle.objects.filter(code__in=codes).values_list("code", "pk") if codes else ()
    return {None: None} | dict(found)


def _insert(model: type[models.Model], first: str, rows: Sequence[Columns]) -> dict[Any, int]:
    """Returns the new keys by the column `first`."""
    columns = [first, *(name for name in rows[0] if name != first)]
    names = [model._meta.get_field(name).column for name in columns]
    return insert_rows(model, names, [[row[name] for name in columns] for row in rows])

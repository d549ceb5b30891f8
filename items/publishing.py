"""From what authors edit to what learners are asked: item versions.

An item version is cut only when its content differs from the newest one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery

from items.authoring.item_contents import content_of
from items.kinds.content import kind_of, parse_content
from items.kinds.registry import PICTURED
from items.models import Item, ItemVersion
from ledger import entries


def cut_version(item: Item, *, actor: str, at: datetime) -> ItemVersion:
    """Return the version that learners are asked from now on.

    It is a new one if the content, principle, difficulty or critical flag has changed.

    Raises ContentError when the item cannot be asked.
    """
    version = make_first_version(item, actor=actor, at=at)
    with transaction.atomic():
        Item.objects.select_for_update().get(pk=item.pk)
        newest = item.versions.order_by("-number").first()
        if newest and newest.sha256 == version.sha256 and newest.withdrawn_at is None:
            return newest
        version.number = newest.number + 1 if newest else 1
        _record_version(version, at)
    return version


def make_first_version(item: Item, *, actor: str, at: datetime) -> ItemVersion:
    """Return what learners would be asked if the item had no version yet. Raises ContentError."""
    content = content_of(item)
    parse_content(content)
    asked = {
        "content": content,
        "principle": item.principle.code if item.principle else None,
        "difficulty": item.difficulty,
        "critical": item.critical,
    }
    return ItemVersion(
        item=item,
        number=1,
        kind=content["kind"],
        principle=item.principle,
        difficulty=item.difficulty,
        critical=item.critical,
        content=content,
        sha256=hashlib.sha256(canonical_json(asked).encode()).hexdigest(),
        published_at=at,
        actor=actor,
    )


def _record_version(version: ItemVersion, at: datetime) -> None:
    version.save()
    entries.append_entry(
        kind="item.published",
        subject=f"item:{version.item.full_code}",
        actor=version.actor,
        at=at,
        data={"number": version.number, "sha256": version.sha256},
        facts=[version],
    )


def newest_versions(banks: tuple[str, ...]) -> QuerySet[ItemVersion]:
    """Return what may be drawn from these banks: the newest version of each item in use, unless withdrawn."""
    return annotate_newest(ItemVersion.objects.all()).filter(
        pk=F("newest"),
        withdrawn_at__isnull=True,
        item__bank__code__in=banks,
        item__live=True,
        item__retired=False,
    )


def annotate_newest(versions: QuerySet[ItemVersion]) -> QuerySet[ItemVersion]:
    """Return the versions with `newest`: the primary key of the newest version of the same item."""
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    return versions.annotate(newest=Subquery(newest))


def read_pictured_versions() -> Mapping[int, frozenset[int]]:
    """Return for each picture that questions show the versions that show it. One query, two when there are new ones.

    A version never changes: what was read of the same versions holds as long as there is no other.
    """
    versions = ItemVersion.objects.filter(kind__in=PICTURED)
    state = versions.aggregate(number=Count("pk"), newest=Max("pk"))
    key = f"pictured:{state['number']}:{state['newest']}"
    found: Mapping[int, frozenset[int]] | None = caches["pages"].get(key)
    if found is None:
        shown = defaultdict(set)
        for pk, content in versions.values_list("pk", "content").iterator():
            spec = parse_content(content)
            for picture in kind_of(spec).images(spec):
                shown[picture].add(pk)
        found = {picture: frozenset(pks) for picture, pks in shown.items()}
        caches["pages"].set(key, found)
    return found


def canonical_json(value: object) -> str:
    """Return canonical JSON (sorted keys, no spaces, no ASCII escapes): equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

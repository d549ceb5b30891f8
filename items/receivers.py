"""What items do when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone

from wagtail.models import Revision
from wagtail.signals import published

from items import publishing
from items.models import Item, ItemBank
from items.telling import tell_of_deletion

PUBLISHER = "system:publishing"


def connect() -> None:
    """Called once, when Django is ready."""
    published.connect(on_item_published, sender=Item)
    post_delete.connect(on_item_deleted, sender=Item)
    post_delete.connect(on_bank_deleted, sender=ItemBank)


def on_item_published(instance: Item, revision: Revision, **_rest: Any) -> None:
    """An author published an item: learners get it from now on."""
    publishing.cut_version(instance, actor=publishing_actor(revision), at=timezone.now())


def on_item_deleted(instance: Item, **_rest: Any) -> None:
    """A question that nobody was ever asked was deleted."""
    tell_of_deletion(instance, f"item:{instance.full_code}", "item.deleted")


def on_bank_deleted(instance: ItemBank, **_rest: Any) -> None:
    """A bank without questions was deleted."""
    tell_of_deletion(instance, f"bank:{instance.code}", "bank.deleted")


def publishing_actor(revision: Revision) -> str:
    """The ledger's actor for who published; scheduled publishing is `system:publishing`."""
    return revision.user.actor if revision.user else PUBLISHER

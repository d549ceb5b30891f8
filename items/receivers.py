"""What items do when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wagtail.models import Revision
from wagtail.signals import published

from items import publishing
from items.models import Item

PUBLISHER = "system:publishing"


def connect() -> None:
    """Called once, when Django is ready."""
    published.connect(on_item_published, sender=Item)


def on_item_published(instance: Item, revision: Revision, **_rest: Any) -> None:
    """An author published an item: learners get it from now on."""
    publishing.cut_version(instance, actor=publishing_actor(revision), at=timezone.now())


def publishing_actor(revision: Revision) -> str:
    """The ledger's actor for who published; scheduled publishing is `system:publishing`."""
    return revision.user.actor if revision.user else PUBLISHER

"""Which pictures a person was asked about, and which questions cannot do without a picture."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from items.models import Item, ItemVersion
from items.publishing import annotate_newest, read_pictured_versions
from quizzes.models import Response


def was_asked(person: User | AnonymousUser, versions: Iterable[int]) -> bool:
    """Whether one of the versions stands in a try of this person."""
    if not person.is_authenticated:
        return False
    return Response.objects.filter(attempt__person=person, version__in=versions).exists()


def find_items_that_show(pictures: Iterable[int]) -> list[Item]:
    """The questions that are asked with one of these pictures, or were: their results show it."""
    shown = read_pictured_versions()
    versions = frozenset().union(*(shown.get(picture, frozenset()) for picture in pictures))
    if not versions:
        return []
    is_asked_now = Q(pk=F("newest"), item__live=True, withdrawn_at__isnull=True)
    needing = annotate_newest(ItemVersion.objects.filter(pk__in=versions)).filter(
        is_asked_now | Exists(Response.objects.filter(version=OuterRef("pk")))
    )
    return list(Item.objects.filter(pk__in=needing.values("item")).select_related("bank"))

"""Where pictures and documents are kept: a collection for signed-in people, and one for everybody."""

from __future__ import annotations

from wagtail.models import Collection, CollectionViewRestriction

# Wagtail lists collections by name, and proposes the first.
CLOSED = "Lessons and questions"
OPEN = "Public pages"


def find_closed_collection() -> Collection:
    """The collection of what lessons and questions show; made when it is missing."""
    found = Collection.objects.filter(name=CLOSED).order_by("path").first()
    if found is None:
        found = _make_collection(CLOSED)
        CollectionViewRestriction.objects.create(
            collection=found, restriction_type=CollectionViewRestriction.LOGIN
        )
    return found


def find_open_collection() -> Collection:
    """The collection of what stands on public pages; made when it is missing."""
    found = Collection.objects.filter(name=OPEN).order_by("path").first()
    return found or _make_collection(OPEN)


def _make_collection(name: str) -> Collection:
    made: Collection = Collection.get_first_root_node().add_child(name=name)
    return made

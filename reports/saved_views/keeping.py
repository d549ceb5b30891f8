"""Saved views: who may open which, and keeping, changing and deleting one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import Region, Role, User
from accounts.permissions import READERS, PeopleScope
from ledger import entries
from ledger.prepared_queries import PreparedQuery
from reports.models import SavedView

REGION, VIEW = "region", "view"


class ViewExistsError(ValueError):
    """Another view of the same person has this name."""


@dataclass(frozen=True, slots=True)
class ReadableView:
    """A view that somebody may open; `shared_with` names the role, `is_own` says that they may change it."""

    uuid: UUID
    name: str
    address: str
    shared_with: str
    is_own: bool

    @property
    def role_label(self) -> str:
        return str(Role(self.shared_with).label) if self.shared_with else ""


@dataclass(frozen=True, slots=True)
class RegionsAndViews:
    """What the people list offers: the regions, name by code, and the views that its reader may open."""

    regions: Mapping[str, str]
    views: tuple[ReadableView, ...]


def read_choices(reader: User, scope: PeopleScope) -> RegionsAndViews:
    """The regions, and one's own views and those that are shared with a role that one holds. They hold no people.

    All in one kept statement: the page of the list is asked for often.
    """
    held = sorted({role for role, _region in scope.held if role in READERS})
    return _sort_choices(_kept_choices.fetch(reader.pk, held), reader)


def _query_choices(reader: int, held: list[str]) -> QuerySet[Region, Any]:
    nothing = Value("", CharField())
    regions = Region.objects.order_by().values_list(
        *(Value(REGION, CharField()), Cast("code", CharField()), "name", nothing, nothing),
        Value(0, BigIntegerField()),
    )
    open_to = Q(owner=reader) | Q(shared_with__in=held)
    views = SavedView.objects.filter(open_to).order_by()
    told = views.values_list(
        *(Value(VIEW, CharField()), Cast("uuid", CharField()), "name", "address", "shared_with"),
        "owner_id",
    )
    return regions.union(told, all=True)


_kept_choices = PreparedQuery[Any](_query_choices)


def _sort_choices(rows: Iterable[Any], reader: User) -> RegionsAndViews:
    regions, views = {}, []
    for kind, key, name, address, shared_with, owner in sorted(rows, key=lambda row: row[2]):
        if kind == REGION:
            regions[key] = name
        else:
            views.append(ReadableView(UUID(key), name, address, shared_with, owner == reader.pk))
    # One's own come first.
    return RegionsAndViews(regions, tuple(sorted(views, key=lambda view: not view.is_own)))


def roles_to_share_with(scope: PeopleScope) -> list[tuple[str, Any]]:
    """The roles that somebody holds themselves, and their words."""
    return [(role.value, role.label) for role in map(Role, READERS) if scope.may(role)]


def keep_view(owner: User, *, at: datetime, **said: str) -> SavedView:
    """Keep a new view with `name`, `address` and `shared_with`. Raises ViewExistsError."""
    return _save(SavedView(owner=owner, created_at=at), at=at, **said)


def change_view(view: SavedView, *, at: datetime, **said: str) -> SavedView:
    """Rename a view of one's own, show something else with it, share it or no longer. Raises ViewExistsError."""
    return _save(view, at=at, **said)


def _save(view: SavedView, *, at: datetime, **said: str) -> SavedView:
    for name, value in said.items():
        setattr(view, name, value)
    view.changed_at = at
    try:
        with transaction.atomic():
            view.save()
            _append_entry("view.saved", view, at)
    except IntegrityError as taken:
        text = _(
            "You have a view of this name. Choose another name, or open that view to change it."
        )
        raise ViewExistsError(text) from taken
    return view


@transaction.atomic
def delete_view(view: SavedView, *, at: datetime) -> None:
    """Delete a view of one's own: nobody has it any more."""
    _append_entry("view.deleted", view, at)
    view.delete()


def _append_entry(kind: str, view: SavedView, at: datetime) -> None:
    """What a view is called and asks for may name people, so it stays out of the ledger."""
    entries.append_entry(
        kind=kind,
        subject=f"view:{view.uuid}",
        actor=view.owner.actor,
        at=at,
        data={"shared_with": view.shared_with},
    )

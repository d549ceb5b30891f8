"""Choosing the columns of the people list: everything that was chosen stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts import query_strings
from reports.filters import NAMES, OTHER_NAMES, SEVERAL
from reports.listing import columns
from reports.listing.columns import COLUMNS_BY_NAME, LIST_COLUMNS

EARLIER, LATER = "earlier", "later"
# What an address says of one page, which a list with other columns does not keep.
OF_A_PAGE = {"columns", EARLIER, LATER, *OTHER_NAMES}


@dataclass(frozen=True, slots=True)
class ChoosableColumn:
    """A column that may be ticked; a chosen one may go earlier or later. `moved`: it has just been moved."""

    name: str
    label: str
    place: int = 0
    goes_earlier: bool = False
    goes_later: bool = False
    moved: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The chosen columns in their order, then the others; what else the address says; and what is to be told."""

    columns: tuple[ChoosableColumn, ...]
    kept: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    told: str = ""

    @property
    def address(self) -> str:
        """The query string of the list without a choice of columns."""
        query = QueryDict(mutable=True)
        for name, value in self.kept:
            query.appendlist(name, value)
        return query.urlencode()


def read_choice(params: QueryDict) -> ColumnChoice:
    """What is chosen, after the column that a button names has changed places with its neighbour."""
    chosen, notes = columns.read_columns(params)
    moving = next((name for name in (EARLIER, LATER) if params.get(name) in chosen), "")
    moved = params.get(moving, "") if moving else ""
    if moved:
        chosen = move_column(chosen, moved, -1 if moving == EARLIER else 1)
    return ColumnChoice(
        columns=tuple(_describe_columns(chosen, moved, moving)),
        kept=tuple(
            (name, value)
            for name, values in params.lists()
            if name not in OF_A_PAGE
            for value in values
        ),
        notes=(*_describe_odd_filters(params), *notes),
        told=_tell_place(chosen, moved) if moved else "",
    )


def _describe_odd_filters(params: QueryDict) -> list[str]:
    """What the list would not understand of the address, as far as that can be said without asking for anything."""
    others = params.copy()
    others.pop("columns", None)
    return query_strings.describe_misread(others, (*NAMES, *OTHER_NAMES, EARLIER, LATER), SEVERAL)


def move_column(chosen: tuple[str, ...], name: str, by: int) -> tuple[str, ...]:
    """The columns with this one earlier (-1) or later (1); at the end nothing moves."""
    place = chosen.index(name)
    there = min(max(place + by, 0), len(chosen) - 1)
    left = [one for one in chosen if one != name]
    return (*left[:there], name, *left[there:])


def _describe_columns(
    chosen: tuple[str, ...], moved: str, moving: str
) -> Iterable[ChoosableColumn]:
    last = len(chosen) - 1
    for place, name in enumerate(chosen):
        can_go = {EARLIER: place > 0, LATER: place < last}
        # The button that was pressed, or the other one where it is gone.
        focused = moving if can_go.get(moving) else next((way for way in can_go if can_go[way]), "")
        yield ChoosableColumn(
            name=name,
            label=str(COLUMNS_BY_NAME[name].label),
            place=place + 1,
            goes_earlier=can_go[EARLIER],
            goes_later=can_go[LATER],
            moved=focused if name == moved else "",
        )
    for column in LIST_COLUMNS:
        if column.name not in chosen:
            yield ChoosableColumn(column.name, str(column.label))


def _tell_place(chosen: tuple[str, ...], name: str) -> str:
    told = {
        "column": COLUMNS_BY_NAME[name].label,
        "place": chosen.index(name) + 1,
        "number": len(chosen),
    }
    return _("%(column)s is column %(place)d of %(number)d now.") % told

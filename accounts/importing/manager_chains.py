"""Check the managers in HR's file: each of them exists, and no chain of managers forms a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.importing.known_people import KnownPeople
from accounts.importing.problems import PeopleFileProblem

COLUMN = "manager_hr_id"
SHOWN = 8


class ManagedRow(Protocol):
    """What this module reads of a row of the file."""

    @property
    def number(self) -> int: ...

    @property
    def hr_id(self) -> str: ...

    @property
    def said(self) -> Mapping[str, object]: ...


def find_manager_problems(
    rows: Sequence[ManagedRow], known: KnownPeople, mentioned: set[str]
) -> list[PeopleFileProblem]:
    """The problems with the managers of the rows. `mentioned` holds every HR id of the file."""
    found, managers = [], dict(known.managers)
    named = mentioned | known.kinds.keys()
    for row in rows:
        if COLUMN not in row.said:
            continue
        manager = known.resolve(str(row.said[COLUMN]))
        managers.pop(row.hr_id, None)
        if manager and manager not in named:
            text = _("Nobody has the HR id %(id)s, here or in the file.")
            found.append(PeopleFileProblem(row.number, COLUMN, text % {"id": manager}))
        elif manager == row.hr_id:
            found.append(PeopleFileProblem(row.number, COLUMN, _("Nobody is their own manager.")))
        elif manager:
            managers[row.hr_id] = manager
    circles = {hr_id: circle for circle in find_circles(managers) for hr_id in circle}
    for row in rows:
        if row.hr_id in circles:
            way = " → ".join(_circle_from(row.hr_id, circles[row.hr_id]))
            text = _("The managers form a circle: %(way)s.")
            found.append(PeopleFileProblem(row.number, COLUMN, text % {"way": way}))
    return found


def _circle_from(hr_id: str, circle: list[str]) -> list[str]:
    """The HR ids of the circle, starting and ending with this person. Long circles are shortened."""
    at = circle.index(hr_id)
    way = [*circle[at:], *circle[:at]]
    return [*way, hr_id] if len(way) <= SHOWN else [*way[:SHOWN], "…", hr_id]


def find_circles(managers: Mapping[str, str]) -> list[list[str]]:
    """The circles in a map from HR id to the manager's HR id, each listed once. Linear in the number of people."""
    done: set[str] = set()
    circles = []
    for start in managers:
        way: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in done and here not in way:
            way[here] = len(way)
            here = managers.get(here)
        if here is not None and here in way:
            circles.append(list(way)[way[here] :])
        done.update(way)
    return circles

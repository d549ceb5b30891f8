"""Days of a row that stand the wrong way round: what would end before it begins. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.importing.known_people import KnownPeople
from accounts.importing.rows import PeopleRow
from accounts.importing.timelines import midnights_of

NO_DAYS, EVE = timedelta(0), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatePair:
    """Of two columns the one whose day comes first, the other one, and what to say at the column `fault`."""

    first: str
    last: str
    fault: str
    text: str | Promise
    slack: timedelta = NO_DAYS


PAIRS = (
    DatePair(
        *("starts_on", "contract_ends_on", "contract_ends_on"),
        gettext_lazy("The contract ends before the first working day."),
    ),
    DatePair(
        *("contract_since", "contract_ends_on", "contract_since"),
        gettext_lazy("The contract has this end only from a day after it."),
    ),
    DatePair(
        *("starts_on", "left_on", "left_on"),
        gettext_lazy("The last working day lies before the first one."),
    ),
    # A leave that ends on the eve of its first day is called off.
    DatePair(
        *("leave_from", "leave_until", "leave_until"),
        gettext_lazy(
            "The leave ends before it begins. To call it off, write the day before its first one."
        ),
        EVE,
    ),
    DatePair(
        *("starts_on", "leave_from", "leave_from"),
        gettext_lazy("The leave begins before the first working day."),
    ),
    DatePair(
        *("leave_from", "left_on", "leave_from"),
        gettext_lazy("The leave begins after the last working day."),
    ),
    DatePair(
        *("leave_from", "contract_ends_on", "leave_from"),
        gettext_lazy("The leave begins after the end of the contract."),
    ),
)


def find_reversed_dates(row: PeopleRow, known: KnownPeople) -> Iterator[tuple[str, str]]:
    """(column, what is wrong) of each pair that stands the wrong way round. A known leave may be said again."""
    recorded = _is_recorded_leave(row, known)
    for pair in PAIRS:
        first, last = _day(row, pair.first), _day(row, pair.last)
        if first is None or last is None or first <= last + pair.slack:
            continue
        if not (recorded and pair.fault == "leave_from"):
            yield pair.fault, str(pair.text)
    if row.said_day("leave_until") and not row.said_day("leave_from"):
        yield "leave_from", _("Say the first day of the leave, too.")


def _day(row: PeopleRow, name: str) -> date | None:
    """The day after the import: of what is kept the stored one, where the file has none."""
    day = row.merged.get(name)
    return day if isinstance(day, date) else row.said_day(name)


def _is_recorded_leave(row: PeopleRow, known: KnownPeople) -> bool:
    first, person = row.said_day("leave_from"), row.person
    if first is None or person is None:
        return False
    midnights = midnights_of(first, known.zones.values())
    return any(one.starts_at in midnights for one in person.absences)

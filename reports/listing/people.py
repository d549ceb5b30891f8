"""A page of people with where each stands: only those who are shown are judged, unless the list asks for a status."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import get_script_prefix, reverse

from accounts.models import User
from accounts.permissions import people_of_regions
from accounts.querysets import PersonQuerySet
from accounts.readers.switches import off_since
from certificates.rules.standings import HOLDING
from ledger.prepared_queries import PreparedQuery
from reports.console.moments import AskedMoment
from reports.filters import FAR, PeopleFilters
from reports.listing import narrowing
from reports.listing.columns import FurtherPaths, find_paths
from reports.listing.paging import KeysetPage, PageQuestion, ask_page
from reports.listing.policies import CertificationPolicy
from reports.sql_standings import StatusPolicy, annotate_status, floor_through, read_terms

SIZE = 50
# So many rows at once for a file: of more the SQL would be built each time.
IN_FILES = 512
COLUMNS = (
    *("pk", "uuid", "hr_id", "family_name", "given_name", "display_name", "kind"),
    *("team__name", "region__name", "off_since"),
)
# Those by which the SQL of a page is kept.
KEPT_EMPLOYMENTS = ("employed", "contractor", "left")
NOBODY = str(UUID(int=0))
STATUS_COLUMNS = ("status", "award_number", "valid_through", "expires_at", "floor_through")


class ListedPerson(NamedTuple):
    """A row of a list of people; without a certification it has no status."""

    pk: int
    uuid: UUID
    hr_id: str
    family_name: str
    given_name: str
    display_name: str
    kind: str
    team: str | None
    region: str | None
    off_since: datetime | None = None
    status: str = ""
    award_number: str | None = None
    valid_through: date | None = None
    expires_at: datetime | None = None
    floor_through: date | None = None
    # The values of FurtherPaths.
    more: tuple[Any, ...] = ()

    @property
    def counts_through(self) -> date | None:
        """As `Standing.counts_through`: the last day of an award that counts, which a floor may put earlier."""
        if self.valid_through and self.floor_through and self.status in HOLDING:
            return min(self.valid_through, self.floor_through)
        return self.valid_through

    @property
    def id(self) -> int:
        return self.pk

    @property
    def address(self) -> str:
        """Of the page about the person."""
        return _address("people:person", get_script_prefix()).replace(NOBODY, str(self.uuid))

    @property
    def console_address(self) -> str:
        return _address("console:person", get_script_prefix()).replace(NOBODY, str(self.uuid))

    @property
    def until(self) -> datetime:
        """By what a list is sorted that asks until when certificates count."""
        return self.expires_at or FAR


@cache
def _address(view: str, _script_prefix: str) -> str:
    """The address of somebody's page, with a place for the person: looked up once, and not for each row."""
    return reverse(view, args=[NOBODY])


@dataclass(frozen=True, slots=True)
class PeopleQuestion:
    """Whom a list shows: those who fit the filters, of the regions (primary keys; None: all) that a reader may see."""

    filters: PeopleFilters
    regions: frozenset[int] | None
    programme: CertificationPolicy | None
    asked: AskedMoment

    def find_people(self) -> QuerySet[User]:
        """The people, each with `status` and more (`reports.sql_standings.with_status`) if there is a programme."""
        within = people_of_regions(self.regions)
        return narrowing.filter_people(self.filters, within, self.programme, asked=self.asked)

    def narrow_people(self) -> QuerySet[User]:
        """The people, whatever their status, where none of the filters asks for one."""
        within = people_of_regions(self.regions)
        return narrowing.narrow_people(self.filters, within, self.programme, asked=self.asked)

    @property
    def asks_status(self) -> bool:
        """Whether everybody has to be judged to find those who fit, or their order."""
        return self.filters.asks_status or self.filters.sort.endswith("until")

    @property
    def choices(self) -> PeopleChoices | None:
        """What is chosen from lists, if nothing else narrows the people of today."""
        chosen = self.filters.whom
        plain = PeopleFilters(
            certification=chosen.certification,
            region=chosen.region,
            employment=chosen.employment,
            sort=chosen.sort,
        )
        if chosen != plain or self.asks_status or chosen.employment not in KEPT_EMPLOYMENTS:
            return None
        return PeopleChoices(self.regions, chosen.employment, chosen.region, chosen.sort)


@dataclass(frozen=True, slots=True)
class PeopleChoices:
    """Choices of which there are few, so that the SQL for each can be kept."""

    regions: frozenset[int] | None
    employment: str
    region: str
    sort: str
    most: int = SIZE + 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page; `everybody`: all who fit, where they are so few that all were looked at."""

    page: KeysetPage
    everybody: list[ListedPerson] | None = None


def read_page(
    question: PeopleQuestion, params: Mapping[str, str], *, look_at: int = SIZE
) -> PeoplePage:
    """The page that `params` ask for; what is no mark of a page asks for the first. Two statements.

    For the first page up to `look_at` people are read, so that few can be counted.
    """
    page = ask_page(params, question.filters.keys)
    most = look_at if page.mark is None else SIZE
    try:
        keys = _find_keys(question, page, most + 1)
    except (ValidationError, ValueError, TypeError, OverflowError):
        page, most = page.first(), look_at
        keys = _find_keys(question, page, most + 1)
    all_seen = page.mark is None and len(keys) <= most
    people = _read_rows(question, keys if all_seen else keys[:SIZE])
    shown = page.make_page(people[:SIZE], more=len(keys) > SIZE)
    return PeoplePage(shown, people if all_seen else None)


def read_all_rows(question: PeopleQuestion) -> Iterator[ListedPerson]:
    """Everybody of a list in its order, for a file: their keys first, then so many rows at a time."""
    people = question.find_people() if question.asks_status else question.narrow_people()
    ordered = people.order_by(*question.filters.keys).values_list("pk", flat=True)
    keys = array("q", ordered.iterator(IN_FILES))
    for first in range(0, len(keys), IN_FILES):
        yield from _read_rows(question, keys[first : first + IN_FILES].tolist())


def _find_keys(question: PeopleQuestion, page: PageQuestion, most: int) -> list[int]:
    """The primary keys of the first people of a page and of those who follow. One statement."""
    choices = question.choices
    if choices is not None and page.mark is None:
        return list(_kept_keys.fetch(replace(choices, most=most), question.asked.at))
    people = question.find_people() if question.asks_status else question.narrow_people()
    return list(page.narrow(people).values_list("pk", flat=True)[:most])


def _query_keys(choices: PeopleChoices, at: datetime) -> QuerySet[User, int]:
    chosen = PeopleFilters(employment=choices.employment, region=choices.region, sort=choices.sort)
    within: PersonQuerySet = people_of_regions(choices.regions)
    people = narrowing.narrow_people(chosen, within, None, asked=AskedMoment(at, at))
    return people.order_by(*chosen.keys).values_list("pk", flat=True)[: choices.most]


_kept_keys = PreparedQuery[int](_query_keys)


def _read_rows(question: PeopleQuestion, keys: list[int]) -> list[ListedPerson]:
    """The people with these primary keys, in this order. One statement."""
    if not keys:
        return []
    programme, at = question.programme, question.asked.at
    further = find_paths(question.filters.shown)
    known_at = question.asked.known_at if question.asked.known_day else None
    if programme is None:
        people = User.objects.filter(pk__in=keys).annotate(off_since=off_since(at, known_at))
        found: Any = people.values_list(*COLUMNS, *further.paths)
        own = len(COLUMNS)
    else:
        found = _kept_rows.fetch(keys, read_terms(programme, at), at, known_at, further)
        own = len(COLUMNS) + len(STATUS_COLUMNS)
    rows = {row[0]: ListedPerson(*row[:own])._replace(more=tuple(row[own:])) for row in found}
    return [rows[key] for key in keys if key in rows]


def query_rows(
    keys: list[int],
    terms: StatusPolicy,
    at: datetime,
    known_at: datetime | None,
    further: FurtherPaths,
) -> QuerySet[User, Any]:
    people = User.objects.filter(pk__in=keys).annotate(off_since=off_since(at, known_at))
    judged = annotate_status(people, terms, at, known_at)
    judged = judged.annotate(floor_through=floor_through(terms))
    return judged.values_list(*COLUMNS, *STATUS_COLUMNS, *further.paths)


_kept_rows = PreparedQuery[Any](query_rows)

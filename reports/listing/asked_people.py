"""What an address of the people list asks for: whom, in which certification, as of when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from accounts.models import Region
from accounts.permissions import READERS, PeopleScope
from reports import filters
from reports.console.moments import AskedMoment, read_moment
from reports.filters import PeopleFilters
from reports.listing import narrowing
from reports.listing.people import PeopleQuestion
from reports.listing.policies import CertificationPolicy, read_policies
from reports.status_rows import StatusQuery


@dataclass(frozen=True, slots=True)
class AskedPeople:
    """The filters of an address, understood for one reader: their scope narrows every list that is made of them."""

    filters: PeopleFilters
    programmes: Sequence[CertificationPolicy]
    programme: CertificationPolicy | None
    asked: AskedMoment
    scope: PeopleScope

    def ask_status(self, *, scores: bool = False) -> StatusQuery:
        """Their status, as the table for HR has it."""
        people = narrowing.filter_people(
            self.filters, self.scope.people(), self.programme, asked=self.asked
        )
        programmes = [self.programme] if self.programme else []
        return StatusQuery(
            people, programmes, as_of=self.asked.at, known_at=self.asked.known_at, scores=scores
        )

    def ask_list(self) -> PeopleQuestion:
        """The list as the page shows it."""
        regions = self.scope.regions(*READERS)
        return PeopleQuestion(self.filters, regions, self.programme, self.asked)


def read_people(
    params: QueryDict, scope: PeopleScope, at: datetime, regions: Mapping[str, str] | None = None
) -> AskedPeople:
    """The filters of an address, for one reader. What was not understood is in `filters.misread`.

    `regions`: all of them, name by code; without it they are read.
    """
    asked = read_moment(params, at)
    listed = read_policies(asked)
    if regions is None:
        regions = dict(Region.objects.values_list("code", "name"))
    chosen = filters.read_filters(params, listed, regions, asked)
    chosen = narrowing.refuse_unknown_names(chosen, scope.people())
    programme = filters.choose_certification(chosen, listed)
    return AskedPeople(chosen, listed, programme, asked, scope)

"""What is left of a saved view today: a filter, a value or a column may be gone since it was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from accounts.permissions import PeopleScope
from reports import filters
from reports.console.moments import read_moment
from reports.filters import PeopleFilters
from reports.listing import narrowing
from reports.listing.policies import CertificationPolicy


@dataclass(frozen=True, slots=True)
class ViewReader:
    """Reads the addresses of views as the list would read them now, for one reader."""

    programmes: Sequence[CertificationPolicy]
    regions: Mapping[str, str]
    scope: PeopleScope
    now: datetime

    def read_address(self, address: str) -> PeopleFilters:
        """The filters; `misread` and `notes` say what there is not. A query for each team, manager, channel."""
        chosen = self._read(address)
        return narrowing.refuse_unknown_names(chosen, self.scope.people())

    def name_lost(self, address: str) -> tuple[str, ...]:
        """A sentence for each filter, value and column that the list no longer has, without a query."""
        chosen = self._read(address)
        return (*chosen.misread, *chosen.notes)

    def _read(self, address: str) -> PeopleFilters:
        params = QueryDict(address)
        asked = read_moment(params, self.now)
        return filters.read_filters(params, self.programmes, self.regions, asked)

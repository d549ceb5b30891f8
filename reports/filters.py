"""The filters of the people list; the same filters apply to the screen and to the export."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import dates, query_strings
from accounts.importing.cells import country_codes
from certificates.rules.standings import Status
from channels.models import PostingRole
from reports import status_labels
from reports.console import moments
from reports.console.moments import AskedMoment
from reports.listing import columns as list_columns
from reports.listing.policies import CertificationPolicy

FAR = datetime(9999, 1, 1, tzinfo=UTC)
EMPLOYMENTS: dict[str, str | Promise] = {
    "employed": gettext_lazy("Employed today"),
    "contractor": gettext_lazy("Contractors"),
    "leave": gettext_lazy("On leave"),
    "left": gettext_lazy("Left"),
    "all": gettext_lazy("Everybody"),
}
SORTS = {
    "name": ("family_name", "given_name", "id"),
    "hr_id": ("hr_id", "id"),
    "until": ("until", "id"),
}
EXCEPTIONS: dict[str, str | Promise] = {
    "waiver": gettext_lazy("Excused from the training"),
    "extension": gettext_lazy("More time given"),
    "equivalence": gettext_lazy("Certificate by equivalence"),
    "hold": gettext_lazy("On hold"),
}
COMPLIANCE: dict[str, str | Promise] = {
    "yes": gettext_lazy("Fulfilled"),
    "no": gettext_lazy("Required and not fulfilled"),
}
# Filters that are a day.
DAYS = ("left_since", "due_before", "changed_since")
# Those that take several values, separated by commas or each by itself.
SEVERAL = ("status",)
LONGEST = 100
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """The chosen filters; an empty one means any. `ends` is a number of days: certificates that end within them.

    `unit` and `manager` (a team's code, an HR id) mean everybody below. `status` may name several, with commas.
    `at` and `known_at` are the days asked about. `misread` says what was not understood: such filters list nobody.
    `columns` are those shown, in order, "" for the plain ones; `notes` names the columns that there are not.
    """

    certification: str = ""
    q: str = ""
    region: str = ""
    team: str = ""
    status: str = ""
    ends: str = ""
    employment: str = "employed"
    sort: str = "name"
    at: str = ""
    known_at: str = ""
    unit: str = ""
    manager: str = ""
    country: str = ""
    site: str = ""
    job: str = ""
    left_since: str = ""
    channel: str = ""
    role: str = ""
    compliant: str = ""
    exception: str = ""
    due_before: str = ""
    release: str = ""
    locale: str = ""
    changed_since: str = ""
    columns: str = ""
    misread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def said(self) -> dict[str, str]:
        """The filters that differ from their defaults, for addresses and for the ExportRun."""
        plain, chosen = asdict(PeopleFilters()), asdict(self)
        return {name: chosen[name] for name in NAMES if chosen[name] != plain[name]}

    def address(self, **changes: Any) -> str:
        """The query string of these filters with `changes`; it starts at the first page."""
        return urlencode(replace(self, **changes).said()) if changes else urlencode(self.said())

    @property
    def whom(self) -> PeopleFilters:
        """What says whom the list shows: without what it shows of them."""
        return replace(self, columns="", notes=())

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return list_columns.split_columns(self.columns)

    @property
    def statuses(self) -> list[str]:
        return self.status.split(",") if self.status else []

    @property
    def asks_status(self) -> bool:
        """Whether everybody has to be judged to find those who fit."""
        by_award = self.release or self.locale or self.exception == "equivalence"
        return bool(self.status or self.ends or self.compliant or by_award)

    @property
    def asks_role(self) -> bool:
        return bool(self.channel or self.role)

    @property
    def asks_programme(self) -> bool:
        """Whether what is asked of a person is about a certification, without a status."""
        return bool(self.due_before) or self.exception in {"waiver", "extension", "hold"}

    @property
    def keys(self) -> list[str]:
        falls = self.sort.startswith("-")
        return [f"-{key}" if falls else key for key in SORTS[self.sort.lstrip("-")]]


NAMES = tuple(
    name for name in PeopleFilters.__dataclass_fields__ if name not in {"misread", "notes"}
)
# What else the addresses of the list and of its export say.
OTHER_NAMES = ("after", "before", "profile")


def read_filters(
    params: Mapping[str, str],
    programmes: Sequence[CertificationPolicy],
    regions: Mapping[str, str],
    asked: AskedMoment,
    names: Sequence[str] = NAMES,
) -> PeopleFilters:
    """The filters in the query parameters; `misread` has a sentence for each name and value that was no choice.

    `names`: the filters that the list has. A column that there is not is left out, and `notes` says so.
    """
    allowed: dict[str, set[str]] = {
        "certification": {programme.code for programme in programmes},
        "region": set(regions),
        "status": {status.value for status in Status},
        "employment": set(EMPLOYMENTS),
        "sort": {*SORTS, *(f"-{name}" for name in SORTS)},
        "role": set(PostingRole.values),
        "compliant": set(COMPLIANCE),
        "exception": set(EXCEPTIONS),
        "locale": {code for code, _name in settings.LANGUAGES},
    }
    several = SEVERAL if names == NAMES else ()
    chosen: dict[str, str] = {} if asked.misread else dict(asked.said)
    notes: tuple[str, ...] = ()
    if "columns" in names:
        chosen["columns"], notes, params = _take_columns(params)
    misread = [
        *query_strings.describe_misread(params, (*names, *OTHER_NAMES), several),
        *asked.misread,
    ]
    for name in (name for name in names if name not in {*moments.NAMES, "columns"}):
        values = _read_values(params, name, name in several)
        wrong = [value for value in values if not _understood(name, value, allowed)]
        misread += [query_strings.describe_unknown_value(name, value) for value in wrong]
        if values and not wrong:
            chosen[name] = ",".join(values)
    if "left_since" in chosen and chosen.get("employment", "employed") == "employed":
        chosen["employment"] = "left"
    return PeopleFilters(**chosen, misread=tuple(dict.fromkeys(misread)), notes=notes)


def _take_columns(
    params: Mapping[str, str],
) -> tuple[str, tuple[str, ...], Mapping[str, str]]:
    """The columns that are known, what is said of the others, and the parameters without them."""
    shown, notes = list_columns.read_columns(params)
    others = {name: value for name, value in params.items() if name != "columns"}
    if isinstance(params, MultiValueDict):
        others = params.copy()
        others.pop("columns", None)
    return list_columns.write_columns(shown), notes, others


def _read_values(params: Mapping[str, str], name: str, several: bool) -> list[str]:
    """What is given for a filter, without what is empty."""
    if several and isinstance(params, MultiValueDict):
        given = [part for text in params.getlist(name) for part in text.split(",")]
    else:
        given = [params.get(name, "")]
    return list(dict.fromkeys(text.strip() for text in given if text.strip()))


def _understood(name: str, value: str, allowed: Mapping[str, set[str]]) -> bool:
    if len(value) > LONGEST or "\0" in value:
        return False
    if name in READ_VALUES:
        return READ_VALUES[name](value)
    return name not in allowed or value in allowed[name]


def _is_number_of_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_DAYS


def _is_day(text: str) -> bool:
    try:
        return dates.FIRST_YEAR <= dates.read_day(text).year <= dates.LAST_YEAR
    except dates.DateRefusedError:
        return False


READ_VALUES: dict[str, Callable[[str], bool]] = {
    "ends": _is_number_of_days,
    "country": lambda text: text.upper() in country_codes(),
    "release": lambda text: re.fullmatch(r"v?[0-9]{1,6}", text) is not None,
    **dict.fromkeys(DAYS, _is_day),
}


def choose_certification(
    filters: PeopleFilters, programmes: Sequence[CertificationPolicy]
) -> CertificationPolicy | None:
    """The certification whose status is shown: the one asked for, else the first that still runs."""
    named = [programme for programme in programmes if programme.code == filters.certification]
    running = [programme for programme in programmes if programme.retired_at is None]
    return next(iter([*named, *running, *programmes]), None)


def ready_views(filters: PeopleFilters) -> list[tuple[str | Promise, str, bool]]:
    """The views that everybody has: label, query string, and whether the view is the current one."""
    at, known_at = filters.at, filters.known_at
    plain = PeopleFilters(
        certification=filters.certification, at=at, known_at=known_at, columns=filters.columns
    )
    saved = (
        (_("All"), plain),
        (_("Ends in 30 days"), replace(plain, ends="30", sort="until")),
        (status_labels.status_label(Status.LAPSED), replace(plain, status=Status.LAPSED.value)),
        (status_labels.status_label(Status.OVERDUE), replace(plain, status=Status.OVERDUE.value)),
        (_("Never started"), replace(plain, status=Status.ASSIGNED.value)),
    )
    return [(text, view.address(), view.said() == filters.said()) for text, view in saved]

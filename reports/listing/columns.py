"""The columns of the people list: which there are, which an address chooses, and what stands in their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PersonKind
from accounts.readers import days
from certificates.policy_days import spell_policy_day
from reports import status_labels

LONGEST = 60


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: its name in addresses, its heading, and whence its value comes.

    `field` is an attribute of a listed person; `path` a column of the database, which is read only when it is shown.
    """

    name: str
    label: str | Promise
    field: str = ""
    path: str = ""
    is_number: bool = False


LIST_COLUMNS = (
    ShownColumn("name", gettext_lazy("Name"), "display_name"),
    ShownColumn("hr_id", gettext_lazy("HR id"), "hr_id", is_number=True),
    ShownColumn("team", gettext_lazy("Team"), "team"),
    ShownColumn("region", gettext_lazy("Region"), "region"),
    ShownColumn("status", gettext_lazy("Status"), "status"),
    ShownColumn("until", gettext_lazy("Valid through"), "counts_through", is_number=True),
    ShownColumn("certificate", gettext_lazy("Certificate"), "award_number", is_number=True),
    ShownColumn("family_name", gettext_lazy("Family name"), "family_name"),
    ShownColumn("given_name", gettext_lazy("Given name"), "given_name"),
    ShownColumn("email", gettext_lazy("E-mail"), path="email"),
    ShownColumn("kind", gettext_lazy("Employee or contractor"), "kind"),
    ShownColumn("team_code", gettext_lazy("Code of the team"), path="team__code"),
    ShownColumn("region_code", gettext_lazy("Code of the region"), path="region__code"),
    ShownColumn("country", gettext_lazy("Country"), path="country"),
    ShownColumn("site", gettext_lazy("Site"), path="site"),
    ShownColumn("job_code", gettext_lazy("Job code"), path="job_code"),
    ShownColumn("job", gettext_lazy("Job title"), path="job_title"),
    ShownColumn("manager", gettext_lazy("Manager"), path="manager__display_name"),
    ShownColumn("manager_id", gettext_lazy("HR id of the manager"), path="manager__hr_id"),
    ShownColumn("first_day", gettext_lazy("First day"), path="starts_on", is_number=True),
)
COLUMNS_BY_NAME = {column.name: column for column in LIST_COLUMNS}
DEFAULT = ("name", "hr_id", "team", "region", "status", "until", "certificate")


@dataclass(frozen=True, slots=True)
class FurtherPaths:
    """The columns of the database that are read beside those of every row; part of the shape of a kept statement."""

    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """What a row says in one column; `heading` marks the cell by which the row is known."""

    name: str
    label: str
    text: str
    status: str = ""
    is_number: bool = False
    heading: bool = False


def read_columns(params: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The chosen columns in their order, each once, and a sentence for each that there is not.

    `columns` takes several names, with commas or each by itself; none means those of the plain list.
    """
    if isinstance(params, MultiValueDict):
        given = [part for text in params.getlist("columns") for part in text.split(",")]
    else:
        given = params.get("columns", "").split(",")
    asked = list(dict.fromkeys(name.strip() for name in given if name.strip()))
    known = tuple(name for name in asked if name in COLUMNS_BY_NAME)
    return known or DEFAULT, tuple(describe_unknown_columns(asked))


def describe_unknown_columns(names: Iterable[str]) -> list[str]:
    """A sentence for each name that is no column of the list."""
    text = _("There is no column called “%(name)s” here, so it is left out.")
    unknown = (name for name in names if name not in COLUMNS_BY_NAME)
    return [text % {"name": _legible(name)} for name in unknown]


def write_columns(names: Sequence[str]) -> str:
    """The columns as addresses write them: nothing for those of the plain list."""
    return "" if tuple(names) == DEFAULT else ",".join(names)


def split_columns(text: str) -> tuple[str, ...]:
    """The columns that `write_columns` has written."""
    return tuple(text.split(",")) if text else DEFAULT


def find_paths(names: Iterable[str]) -> FurtherPaths:
    """What has to be read beside every row, in one order whatever order is shown."""
    chosen = set(names)
    return FurtherPaths(tuple(c.path for c in LIST_COLUMNS if c.path and c.name in chosen))


def spell_cells(row: Any, names: Sequence[str], policy_tz: str) -> list[ColumnContent]:
    """The cells of a listed person, as a page shows them."""
    paths = find_paths(names).paths
    heading = "name" if "name" in names else names[0]
    return [
        ColumnContent(
            name=column.name,
            label=str(column.label),
            text=_spell_value(column, _value_of(column, row, paths), policy_tz),
            status=row.status if column.name == "status" else "",
            is_number=column.is_number,
            heading=column.name == heading,
        )
        for column in (COLUMNS_BY_NAME[name] for name in names)
    ]


def write_cells(row: Any, names: Sequence[str]) -> list[str]:
    """The cells of a listed person for a file: the same words, and days as year-month-day."""
    paths = find_paths(names).paths
    columns = (COLUMNS_BY_NAME[name] for name in names)
    return [_write_value(column, _value_of(column, row, paths)) for column in columns]


def _value_of(column: ShownColumn, row: Any, paths: tuple[str, ...]) -> Any:
    return row.more[paths.index(column.path)] if column.path else getattr(row, column.field)


def _spell_value(column: ShownColumn, value: Any, policy_tz: str) -> str:
    if column.name == "until":
        return spell_policy_day(value, policy_tz)
    return days.spell_day(value) if isinstance(value, date) else _write_value(column, value)


def _write_value(column: ShownColumn, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if column.name == "status":
        return str(status_labels.status_label(value))
    if column.name == "kind":
        return str(PersonKind(value).label)
    return str(value or "")


def _legible(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in text[:LONGEST])

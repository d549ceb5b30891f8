"""The columns of HR's file, in the order of `docs/people-import.md`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CellKind(StrEnum):
    """The type of a column's cells: it decides how the text of a cell is read."""

    TEXT = "text"
    CODE = "code"
    EMAIL = "email"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class PeopleColumn:
    """One column of the file. An empty cell clears the stored value, unless `keeps` is set."""

    name: str
    kind: CellKind
    description: str | Promise
    limit: int = 200
    required: bool = False
    keeps: bool = False
    choices: tuple[str, ...] = ()


COLUMNS = (
    PeopleColumn(
        "hr_id",
        CellKind.CODE,
        _(
            "The person's number in the HR system. It never changes and is never given to somebody else."
        ),
        50,
        required=True,
        keeps=True,
    ),
    PeopleColumn(
        "email",
        CellKind.EMAIL,
        _("The work address they sign in with. Capital letters make no difference."),
        254,
        required=True,
        keeps=True,
    ),
    PeopleColumn(
        "given_name", CellKind.TEXT, _("Given name. One of the names must be filled."), 150
    ),
    PeopleColumn("family_name", CellKind.TEXT, _("Family name."), 150),
    PeopleColumn(
        "display_name",
        CellKind.TEXT,
        _("The name shown. Empty: given name and family name."),
        300,
        keeps=True,
    ),
    PeopleColumn(
        "kind",
        CellKind.CHOICE,
        _("employee or contractor. New people are employees unless you say so."),
        keeps=True,
        choices=("employee", "contractor"),
    ),
    PeopleColumn(
        "kind_since",
        CellKind.DATE,
        _("First day as employee or contractor, where that changes."),
        keeps=True,
    ),
    PeopleColumn(
        "region",
        CellKind.CODE,
        _("Code of a region that exists in Postworthy. New people need one."),
        20,
        keeps=True,
    ),
    PeopleColumn(
        "region_since",
        CellKind.DATE,
        _("First day in the region, where it changes."),
        keeps=True,
    ),
    PeopleColumn("team_code", CellKind.CODE, _("Code of the team. An unknown team is made."), 50),
    PeopleColumn(
        "team_since",
        CellKind.DATE,
        _("First day in the team, where it changes."),
        keeps=True,
    ),
    PeopleColumn(
        "team_name",
        CellKind.TEXT,
        _("Name of the team. Empty: its name stays, a new team gets its code."),
    ),
    PeopleColumn(
        "manager_hr_id",
        CellKind.CODE,
        _("HR id of the manager, in this file or already known."),
        50,
    ),
    PeopleColumn(
        "manager_since",
        CellKind.DATE,
        _("First day with the manager, where the manager changes."),
        keeps=True,
    ),
    PeopleColumn(
        "sponsor_hr_id", CellKind.CODE, _("HR id of the employee who answers for a contractor."), 50
    ),
    PeopleColumn(
        "sponsor_since",
        CellKind.DATE,
        _("First day with the sponsor, where the sponsor changes."),
        keeps=True,
    ),
    PeopleColumn("country", CellKind.CODE, _("ISO 3166 code with two letters, for example FI."), 2),
    PeopleColumn("site", CellKind.TEXT, _("Where they work."), 100),
    PeopleColumn("job_code", CellKind.CODE, _("Job code of the HR system."), 50),
    PeopleColumn("job_title", CellKind.TEXT, _("Job title.")),
    PeopleColumn(
        "locale",
        CellKind.CODE,
        _("Language of a person: one that Postworthy speaks."),
        12,
        keeps=True,
    ),
    PeopleColumn(
        "time_zone",
        CellKind.TEXT,
        _("IANA time zone, for example Europe/Helsinki."),
        64,
        keeps=True,
    ),
    PeopleColumn("starts_on", CellKind.DATE, _("First working day.")),
    PeopleColumn(
        "contract_ends_on",
        CellKind.DATE,
        _("Last day of the contract, to its end in the region's time zone. Contractors need one."),
    ),
    PeopleColumn(
        "contract_since",
        CellKind.DATE,
        _(
            "From which day the contract has this end. Empty: from now; an end that is past counts from its own day."
        ),
        keeps=True,
    ),
    PeopleColumn(
        "status",
        CellKind.CHOICE,
        _("active or left. People who are not in the file stay as they are."),
        keeps=True,
        choices=("active", "left"),
    ),
    PeopleColumn(
        "left_on",
        CellKind.DATE,
        _("Last working day of somebody who left or will leave."),
        keeps=True,
    ),
    PeopleColumn(
        "leave_from",
        CellKind.DATE,
        _("First day of a leave: somebody is away and stays employed. Never write why."),
        keeps=True,
    ),
    PeopleColumn(
        "leave_until",
        CellKind.DATE,
        _(
            "Last day of the leave. Empty: not known yet. Say it with the same first day to correct it."
        ),
        keeps=True,
    ),
)
COLUMNS_BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED_COLUMNS = tuple(column.name for column in COLUMNS if column.required)

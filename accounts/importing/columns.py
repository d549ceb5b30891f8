"""The columns of HR's file, in the order of `docs/people-import.md`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """The type of a column's cells: it decides how the text of a cell is read."""

    TEXT = "text"
    CODE = "code"
    EMAIL = "email"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file. An empty cell clears the stored value, unless `keeps` is set."""

    name: str
    kind: Kind
    description: str | Promise
    limit: int = 200
    required: bool = False
    keeps: bool = False
    choices: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "hr_id",
        Kind.CODE,
        _(
            "The person's number in the HR system. It never changes and is never given to somebody else."
        ),
        50,
        required=True,
        keeps=True,
    ),
    Column(
        "email",
        Kind.EMAIL,
        _("The work address they sign in with. Capital letters make no difference."),
        254,
        required=True,
        keeps=True,
    ),
    Column("given_name", Kind.TEXT, _("Given name. One of the names must be filled."), 150),
    Column("family_name", Kind.TEXT, _("Family name."), 150),
    Column(
        "display_name",
        Kind.TEXT,
        _("The name shown. Empty: given name and family name."),
        300,
        keeps=True,
    ),
    Column(
        "kind",
        Kind.CHOICE,
        _("employee or contractor. New people are employees unless you say so."),
        keeps=True,
        choices=("employee", "contractor"),
    ),
    Column(
        "region",
        Kind.CODE,
        _("Code of a region that exists in Postworthy. New people need one."),
        20,
        keeps=True,
    ),
    Column("team_code", Kind.CODE, _("Code of the team. An unknown team is made."), 50),
    Column(
        "team_name",
        Kind.TEXT,
        _("Name of the team. Empty: its name stays, a new team gets its code."),
    ),
    Column(
        "manager_hr_id", Kind.CODE, _("HR id of the manager, in this file or already known."), 50
    ),
    Column(
        "sponsor_hr_id", Kind.CODE, _("HR id of the employee who answers for a contractor."), 50
    ),
    Column("country", Kind.CODE, _("ISO 3166 code with two letters, for example FI."), 2),
    Column("site", Kind.TEXT, _("Where they work."), 100),
    Column("job_code", Kind.CODE, _("Job code of the HR system."), 50),
    Column("job_title", Kind.TEXT, _("Job title.")),
    Column(
        "locale", Kind.CODE, _("Language of a person: one that Postworthy speaks."), 12, keeps=True
    ),
    Column(
        "time_zone", Kind.TEXT, _("IANA time zone, for example Europe/Helsinki."), 64, keeps=True
    ),
    Column("starts_on", Kind.DATE, _("First working day.")),
    Column(
        "contract_ends_on",
        Kind.DATE,
        _("Last day of the contract, to its end in the region's time zone. Contractors need one."),
    ),
    Column(
        "status",
        Kind.CHOICE,
        _("active or left. People who are not in the file stay as they are."),
        keeps=True,
        choices=("active", "left"),
    ),
    Column(
        "left_on", Kind.DATE, _("Last working day of somebody who left or will leave."), keeps=True
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)

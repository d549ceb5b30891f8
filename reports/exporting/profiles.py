"""Who reads an export, and what stands in it: columns, their order, dates, which rows. Texts in, texts out.

The shapes of Workday, SuccessFactors and Cornerstone are those of docs/hr-exports.md. No database, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.rules.standings import Status
from reports.status_columns import COLUMNS, NAMES, SCHEMA, TEXT

StatusCells = Mapping[str, str]
# English month names whatever the language of the process: strftime would ask it.
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
RECORD_END = "!##!"
ITEM_TYPE = "COURSE"
COMPLETE = "COURSE_COMPLETE"
CORNERSTONE_ROWS = 1_000_000


class FileKind(StrEnum):
    """The container of an export: which writer makes it."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    WORKBOOK = "xlsx"


class RowLeftOutError(ValueError):
    """The profile has no word for this row; the message is the reason that the export's record lists."""


class RowNotAskedError(ValueError):
    """The row is no news for this system: nothing was completed, so there is no record of a completion."""


@dataclass(frozen=True, slots=True)
class ExportProfile:
    """What a file says and how. `columns` are headers with the text of each cell; `shape` refuses rows.

    `guarded`: cells that a spreadsheet would run get a `'` in front. `never` may not stand in a cell. `rows` is the
    largest number of rows that the reader takes in one file. `types` are those of the columns; without them, texts.
    """

    name: str
    label: str | Promise
    description: str | Promise
    kind: FileKind
    columns: tuple[tuple[str, Callable[[StatusCells], str]], ...]
    extension: str = "csv"
    content_type: str = "text/csv; charset=utf-8"
    delimiter: str = ","
    quoted: bool = False
    marked: bool = False
    guarded: bool = False
    never: tuple[str, ...] = ()
    rows: int | None = None
    shape: Callable[[StatusCells], None] | None = None
    schema: str = SCHEMA
    types: tuple[str, ...] = ()
    encoding: str = "utf-8"

    @property
    def column_types(self) -> tuple[str, ...]:
        return self.types or (TEXT,) * len(self.columns)

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(header for header, _text in self.columns)

    @property
    def is_whole_table(self) -> bool:
        """Whether it is our table as CSV, every row and cell as it is (or guarded)."""
        return self.columns == OUR_COLUMNS and self.kind == FileKind.CSV and self.is_plain

    @property
    def is_plain(self) -> bool:
        """Whether every row is in the file with all its signs, between commas."""
        bare = self.shape is None and not self.never
        return bare and self.delimiter == "," and self.encoding == "utf-8"

    def shape_row(self, cells: StatusCells) -> list[str]:
        """The cells of one row. Raises RowLeftOutError or RowNotAskedError for a row that is not in the file."""
        if self.shape is not None:
            self.shape(cells)
        row = [self._without(text(cells)) for _header, text in self.columns]
        if self.encoding != "utf-8":
            self._require_encodable(row)
        return row

    def _require_encodable(self, row: list[str]) -> None:
        try:
            "".join(row).encode(self.encoding)
        except UnicodeEncodeError as error:
            odd = error.object[error.start : error.end][:1]
            raise RowLeftOutError(f"“{odd}” is no sign that {self.encoding} can write") from error

    def _without(self, cell: str) -> str:
        for sign in self.never:
            cell = cell.replace(sign, " ")
        return cell


@dataclass(frozen=True, slots=True)
class ColumnText:
    """The text of the column `name`, as it is."""

    name: str

    def __call__(self, cells: StatusCells) -> str:
        return cells[self.name]


def _nothing(_cells: StatusCells) -> str:
    return ""


def _completed_at(cells: StatusCells) -> str:
    """When the training was done: the quiz was passed, or something else counted from the certificate's start."""
    return cells["passed_at"] or cells["valid_from"]


def _rescinded(cells: StatusCells) -> str:
    return "1" if cells["status"] == Status.REVOKED else "0"


def spell_connector_instant(text: str) -> str:
    """An ISO instant in UTC as SuccessFactors' connectors read it, like MAR-01-2026 10:11:12 UTC."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return f"{MONTHS[moment.month - 1]}-{moment:%d-%Y %H:%M:%S} UTC"


def spell_offset_instant(text: str) -> str:
    """An ISO instant with its offset, as Cornerstone reads it, like 2026-03-01 10:11:12 +00:00."""
    return _offset(datetime.fromisoformat(text).astimezone(UTC))


def _connector_completion(cells: StatusCells) -> str:
    return spell_connector_instant(_completed_at(cells))


def _start_in_cornerstone(cells: StatusCells) -> str:
    """The first instant of the day of the assignment; without one the completion. Part of Cornerstone's key."""
    if cells["assigned_on"]:
        day, zone = date.fromisoformat(cells["assigned_on"]), ZoneInfo(cells["policy_tz"])
        return _offset(datetime.combine(day, time.min, zone))
    return spell_offset_instant(_completed_at(cells))


def _due_in_cornerstone(cells: StatusCells) -> str:
    if not cells["due_on"]:
        return ""
    day, zone = date.fromisoformat(cells["due_on"]), ZoneInfo(cells["policy_tz"])
    return _offset(datetime.combine(day, time(23, 59), zone))


def _offset(moment: datetime) -> str:
    spelled = moment.isoformat(sep=" ", timespec="seconds")
    return f"{spelled[:19]} {spelled[19:]}"


def _completion_in_cornerstone(cells: StatusCells) -> str:
    return spell_offset_instant(_completed_at(cells)) if cells["certificate_no"] else ""


def _status_in_cornerstone(cells: StatusCells) -> str:
    if cells["status"] == Status.REVOKED:
        return "Withdrawn"
    return "Completed" if cells["certificate_no"] else "Registered"


def _only_completions(cells: StatusCells) -> None:
    """Rows with a certificate; whoever is exempt has done no training, which these loads cannot say."""
    if cells["certificate_no"]:
        return
    if cells["status"] == Status.EXEMPT:
        raise RowLeftOutError("exempt: this load has no word for an exemption")
    raise RowNotAskedError


def _only_lasting_completions(cells: StatusCells) -> None:
    _only_completions(cells)
    if cells["status"] == Status.REVOKED:
        raise RowLeftOutError("revoked: the connector cannot take a completion back")


def _only_registered(cells: StatusCells) -> None:
    if cells["status"] == Status.EXEMPT and not cells["certificate_no"]:
        raise RowLeftOutError("exempt: the load of external trainings has no word for an exemption")
    if not cells["certificate_no"] and cells["required"] != "Y":
        raise RowNotAskedError


OUR_TYPES = tuple(column.type for column in COLUMNS)
OUR_COLUMNS: tuple[tuple[str, Callable[[StatusCells], str]], ...] = tuple(
    (name, ColumnText(name)) for name in NAMES
)
PROFILES = {
    profile.name: profile
    for profile in (
        ExportProfile(
            "people",
            _("Spreadsheet, as CSV"),
            _("For people: opens in Excel. A name that a spreadsheet would run gets a ' in front."),
            FileKind.CSV,
            OUR_COLUMNS,
            types=OUR_TYPES,
            quoted=True,
            marked=True,
            guarded=True,
        ),
        ExportProfile(
            "xlsx",
            _("Spreadsheet, as XLSX"),
            _(
                "For people: each cell is text, so that numbers keep their zeros and dates their order."
            ),
            FileKind.WORKBOOK,
            OUR_COLUMNS,
            types=OUR_TYPES,
            extension="xlsx",
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ExportProfile(
            "machine",
            _("CSV by RFC 4180"),
            _("For programs: nothing is added to a cell."),
            FileKind.CSV,
            OUR_COLUMNS,
            types=OUR_TYPES,
        ),
        ExportProfile(
            "jsonl",
            _("JSON Lines"),
            _("For programs: one object on each line, with numbers, true, false and null."),
            FileKind.JSON_LINES,
            OUR_COLUMNS,
            types=OUR_TYPES,
            extension="jsonl",
            content_type="application/jsonl; charset=utf-8",
        ),
        ExportProfile(
            "workday",
            _("Workday, in the order of its EIB"),
            _("Completions for Put Learning Enrollment; a withdrawn certificate is rescinded."),
            FileKind.CSV,
            (
                ("ID", ColumnText("certificate_no")),
                ("Learning_Content_Reference", ColumnText("programme_code")),
                ("Learner_Reference", ColumnText("hr_id")),
                ("Registered_Date", ColumnText("assigned_on")),
                ("Learning_Enrollment_Completion_Date", _completed_at),
                ("Overall_Course_Score", ColumnText("score_percent")),
                ("Learning_Grade_Reference", _nothing),
                ("Attendance_Status_Reference", _nothing),
                ("Version_Label", ColumnText("release_label")),
                ("Expiration_Date", ColumnText("valid_through")),
                ("Rescind_Enrollment", _rescinded),
            ),
            shape=_only_completions,
        ),
        ExportProfile(
            "successfactors",
            _("SuccessFactors Learning connector"),
            _("Completions with pipes between the cells, as the connector reads them."),
            FileKind.CSV,
            (
                ("STUD_ID", ColumnText("hr_id")),
                ("CPNT_TYP_ID", lambda _cells: ITEM_TYPE),
                ("CPNT_ID", ColumnText("programme_code")),
                ("CMPL_STAT_ID", lambda _cells: COMPLETE),
                ("COMPL_DTE", _connector_completion),
            ),
            extension="txt",
            content_type="text/plain; charset=utf-8",
            delimiter="|",
            never=(RECORD_END, "|", "\r\n", "\n", "\r", '"'),
            shape=_only_lasting_completions,
        ),
        ExportProfile(
            "cornerstone",
            _("Cornerstone, external training"),
            _("Registered, completed and withdrawn trainings with the key of the load."),
            FileKind.CSV,
            (
                ("User ID", ColumnText("hr_id")),
                ("Training Title", ColumnText("programme_title")),
                ("Start Date/Time", _start_in_cornerstone),
                ("Transcript Status", _status_in_cornerstone),
                ("Completion Date/Time", _completion_in_cornerstone),
                ("Due Date", _due_in_cornerstone),
                ("Registration Number", ColumnText("certificate_no")),
            ),
            rows=CORNERSTONE_ROWS,
            shape=_only_registered,
        ),
    )
}

"""The columns of a file of earlier certificates, and from the cells of a row to what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import NO_END, DateRefusedError, read_day
from accounts.readers.csv_tables import FileTable, TableRow, read_csv
from certificates.acts.earlier import EarlierCertificate, EarlierRefusedError


@dataclass(frozen=True, slots=True)
class CertificateColumn:
    name: str
    description: Any
    aliases: tuple[str, ...] = ()
    required: bool = False


COLUMNS = (
    CertificateColumn(
        "person",
        gettext_lazy("The HR id."),
        ("hr id", "employee id", "employee number", "person number"),
        required=True,
    ),
    CertificateColumn(
        "certification",
        gettext_lazy("The code of the certification, like POST-CORE."),
        ("programme", "program", "certificate", "code"),
        required=True,
    ),
    CertificateColumn(
        "earned_on",
        gettext_lazy(
            "The day it was earned, like 2025-03-14. Empty: it follows from the last day."
        ),
        ("earned", "passed on", "completed on", "issued on"),
    ),
    CertificateColumn(
        "valid_through",
        gettext_lazy("The last day it holds, that day included. Empty: as long as others hold."),
        ("valid until", "valid to", "last day"),
    ),
    CertificateColumn(
        "evidence",
        gettext_lazy("What proves it: the course, the provider, the register."),
        ("proof", "source"),
        required=True,
    ),
    CertificateColumn(
        "zone",
        gettext_lazy(
            "The time zone of its days, like Europe/Helsinki. Empty: the certification’s."
        ),
        ("time zone", "timezone"),
    ),
)
NEEDED = (("person",), ("certification",), ("earned_on", "valid_through"), ("evidence",))


def name_column(header: str) -> str | None:
    """Our name of a column that a file calls `header`; None for one that is not known."""
    said = " ".join(header.replace("_", " ").split()).casefold()
    for column in COLUMNS:
        if said in {column.name.replace("_", " "), *column.aliases}:
            return column.name
    return None


def read_certificates(text: str) -> FileTable:
    """The rows of the file. Raises TableFileError."""
    return read_csv(text, name_column, NEEDED)


def read_told(row: TableRow) -> tuple[EarlierCertificate, list[EarlierRefusedError]]:
    """What the row says of the certificate, and what is wrong with each cell that cannot be read."""
    wrong: list[EarlierRefusedError] = []

    def read(column: str, reader: Callable[[str], Any]) -> Any:
        if not (cell := row.cells.get(column, "")):
            return None
        try:
            return reader(cell)
        except ValueError as reason:
            wrong.append(EarlierRefusedError(column, str(reason), ""))
            return None

    told = EarlierCertificate(
        evidence=row.cells.get("evidence", ""),
        earned_on=read("earned_on", _day),
        valid_through=read("valid_through", _day),
        zone=read("zone", _zone) or "",
    )
    return told, wrong


def _day(cell: str) -> date:
    day = read_day(cell)
    if day == NO_END:
        raise DateRefusedError(_("Every certificate ends. Write its last day, or leave it empty."))
    return day


def _zone(cell: str) -> str:
    if cell not in available_timezones():
        raise ValueError(
            _("There is no time zone “%(cell)s”. Write it like Europe/Helsinki.")
            % {"cell": cell[:60]}
        )
    return cell

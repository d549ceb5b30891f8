"""Workbooks as payrolls send them: cells as text, and archives that are refused before they are read. No database."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from accounts.importing import sheets
from accounts.importing.mappings import FeedMapping
from accounts.importing.reader import PeopleTable, read_table


def make_book(rows, *, formats=None, title="People", more=()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for place, number_format in (formats or {}).items():
        book.active[place].number_format = number_format
    for name in more:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(data: bytes, mapping: FeedMapping | None = None) -> PeopleTable:
    return read_table(io.BytesIO(data), size=len(data), max_bytes=10**7, mapping=mapping)


HEAD = ["hr_id", "email", "given_name", "starts_on"]


def test_workbook_cells_are_read_as_text():
    rows = [
        HEAD,
        [7, "a@x.example", "Mia", date(2026, 3, 14)],
        [100123.0, "b@x.example", None, None],
    ]
    found = table(make_book(rows, formats={"A2": "00000"}))
    assert found.problems == []
    assert found.rows == [
        (
            2,
            {
                "hr_id": "00007",
                "email": "a@x.example",
                "given_name": "Mia",
                "starts_on": "2026-03-14",
            },
        ),
        (3, {"hr_id": "100123", "email": "b@x.example", "given_name": "", "starts_on": ""}),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1.5, "1.5"),
        (123456789012345, "123456789012345"),
        (5.0, "5"),
        (0.0000001, "0.0000001"),
        (datetime.combine(date(2026, 3, 14), time(9, 30)), "2026-03-14 09:30:00"),
        ("007", "007"),
    ],
)
def test_cell_is_spelled_without_loss(value, text):
    assert sheets.spell_cell(value) == text


def test_day_zero_is_spelled_as_a_day_and_midnight_as_a_time():
    """A cleared date of some payrolls is the number 0."""
    (row,) = table(make_book([HEAD, ["E1", time.min, "Mia", date(1899, 12, 30)]])).rows
    assert (row[1]["email"], row[1]["starts_on"]) == ("00:00:00", "1899-12-30")


def test_numbers_of_rows_are_those_of_the_sheet():
    rows = [[], HEAD, [], ["E1", "a@x.example", "Mia", "14.3.2026"]]
    assert [(p.row, p.column) for p in table(make_book(rows)).problems] == []
    assert [number for number, _row in table(make_book(rows)).rows] == [4]


def test_sheet_is_chosen_by_the_mapping():
    data = make_book([HEAD, ["E1", "a@x.example", "Mia", ""]], more=["Notes"])
    assert "“People” was read" in table(data).warnings[0]
    columns = {name: name for name in HEAD}
    assert table(data, FeedMapping(columns, sheet="people")).warnings == []
    refused = table(data, FeedMapping(columns, sheet="Staff"))
    assert "It has: People, Notes." in str(refused.problems[0])


def test_formula_without_its_value_is_refused():
    data = make_book([HEAD, ["E1", "a@x.example", '=CONCAT("M","ia")', ""]])
    assert "The cell C2 holds a formula without its value." in str(table(data).problems[0])


def test_number_that_has_lost_its_end_is_refused():
    data = make_book([HEAD, [1234567890123456, "a@x.example", "Mia", ""]])
    assert "The cell A2 holds a number of more than 15 digits" in str(table(data).problems[0])


def test_error_of_a_formula_is_refused_with_its_cell():
    data = make_book([HEAD, ["E1", "a@x.example", "#N/A", ""]])
    assert str(table(data).problems[0]).startswith("Row 2: The cell C2 shows the error #N/A")


def rezip(data: bytes, name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return out.getvalue()


BOOK = make_book([HEAD, ["E1", "a@x.example", "Mia", ""]])
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(rezip(BOOK, "xl/styles.xml", b" " * 30_000_000), "unpacks to", id="bomb"),
        pytest.param(
            rezip(BOOK, "xl/worksheets/sheet1.xml", ENTITIES), "no workbook", id="entities"
        ),
        pytest.param(rezip(BOOK, "xl/workbook.xml", b"<x"), "no workbook", id="broken-xml"),
        pytest.param(BOOK[: len(BOOK) // 2], "no workbook", id="half"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(600), "without a password", id="old-or-locked"),
    ],
)
def test_workbook_that_is_none_is_refused(data, message):
    [problem] = table(data).problems
    assert message in str(problem)


def test_archive_with_many_parts_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(sheets.MAX_MEMBERS + 1):
            made.writestr(f"xl/{number}", b"")
    assert "no workbook" in str(table(out.getvalue()).problems[0])

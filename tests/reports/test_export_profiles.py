"""The shape of each export, column by column, from the cells of one row. No database."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
import python_calamine

from reports.exporting import profiles, writers
from reports.exporting.profiles import PROFILES, RowLeftOutError, RowNotAskedError
from reports.status_columns import NAMES

CERTIFIED = dict.fromkeys(NAMES, "") | {
    "hr_id": "007",
    "programme_code": "POST-CORE",
    "programme_title": "Official channels",
    "required": "Y",
    "assigned_on": "2026-02-01",
    "due_on": "2026-03-31",
    "status": "certified",
    "compliant": "Y",
    "certificate_no": "PW-00001",
    "release_label": "v2",
    "passed_at": "2026-03-01T10:11:12Z",
    "valid_from": "2026-03-01T10:11:12Z",
    "valid_through": "2027-03-01",
    "policy_tz": "Europe/Helsinki",
    "attempts": "1",
    "days_left": "0",
}
REVOKED = CERTIFIED | {"status": "revoked", "compliant": "N"}
EXEMPT = CERTIFIED | {"status": "exempt", "certificate_no": "", "passed_at": "", "valid_from": ""}
ASSIGNED = EXEMPT | {"status": "assigned", "compliant": "N"}
STRANGER = ASSIGNED | {"status": "not_required", "required": "N"}


def shaped(name: str, cells: dict[str, str]) -> dict[str, str]:
    profile = PROFILES[name]
    return dict(zip(profile.headers, profile.shape_row(cells), strict=True))


def file_of(name: str, *rows: dict[str, str]) -> bytes:
    profile = PROFILES[name]
    made = (profile.shape_row(row) for row in rows)
    return b"".join(writers.write_rows(profile, made, most=len(rows)))


def test_workday_row_has_the_fields_of_its_template_in_order():
    assert list(shaped("workday", CERTIFIED).items()) == [
        ("ID", "PW-00001"),
        ("Learning_Content_Reference", "POST-CORE"),
        ("Learner_Reference", "007"),
        ("Registered_Date", "2026-02-01"),
        ("Learning_Enrollment_Completion_Date", "2026-03-01T10:11:12Z"),
        ("Overall_Course_Score", ""),
        ("Learning_Grade_Reference", ""),
        ("Attendance_Status_Reference", ""),
        ("Version_Label", "v2"),
        ("Expiration_Date", "2027-03-01"),
        ("Rescind_Enrollment", "0"),
    ]
    assert shaped("workday", REVOKED)["Rescind_Enrollment"] == "1"


def test_connector_file_is_piped_with_capital_headers_and_months():
    assert file_of("successfactors", CERTIFIED).decode() == (
        "STUD_ID|CPNT_TYP_ID|CPNT_ID|CMPL_STAT_ID|COMPL_DTE\r\n"
        "007|COURSE|POST-CORE|COURSE_COMPLETE|MAR-01-2026 10:11:12 UTC\r\n"
    )


def test_connector_month_is_english_in_every_locale(monkeypatch):
    months = [
        profiles.spell_connector_instant(f"2026-{m:02}-01T00:00:00Z")[:3] for m in range(1, 13)
    ]
    assert months == list(profiles.MONTHS)
    assert (
        profiles.spell_connector_instant("2026-03-01T01:30:00+02:00") == "FEB-28-2026 23:30:00 UTC"
    )


def test_connector_cells_hold_no_sign_of_the_format():
    odd = CERTIFIED | {"hr_id": 'A|B!##!C"\r\nD'}
    lines = file_of("successfactors", odd).decode().split("\r\n")
    assert [line.count("|") for line in lines] == [4, 4, 0]
    assert lines[1].startswith("A B C  D|")


def test_cornerstone_row_has_the_key_of_its_load():
    assert shaped("cornerstone", CERTIFIED) == {
        "User ID": "007",
        "Training Title": "Official channels",
        "Start Date/Time": "2026-02-01 00:00:00 +02:00",
        "Transcript Status": "Completed",
        "Completion Date/Time": "2026-03-01 10:11:12 +00:00",
        "Due Date": "2026-03-31 23:59:00 +03:00",
        "Registration Number": "PW-00001",
    }
    assert shaped("cornerstone", REVOKED)["Transcript Status"] == "Withdrawn"
    assert shaped("cornerstone", ASSIGNED)["Transcript Status"] == "Registered"
    unasked = CERTIFIED | {"assigned_on": "", "due_on": "", "required": "N", "policy_tz": "UTC"}
    assert shaped("cornerstone", unasked)["Start Date/Time"] == "2026-03-01 10:11:12 +00:00"


@pytest.mark.parametrize(
    ("name", "cells", "error"),
    [
        ("workday", EXEMPT, RowLeftOutError),
        ("workday", ASSIGNED, RowNotAskedError),
        ("successfactors", EXEMPT, RowLeftOutError),
        ("successfactors", REVOKED, RowLeftOutError),
        ("successfactors", STRANGER, RowNotAskedError),
        ("cornerstone", EXEMPT, RowLeftOutError),
        ("cornerstone", STRANGER, RowNotAskedError),
    ],
)
def test_row_that_a_system_has_no_word_for_is_left_out(name, cells, error):
    with pytest.raises(error):
        shaped(name, cells)


ODD = [
    *(
        "=1+1",
        "+358401",
        "-5",
        "@name",
        "\tx",
        "＝1",
        "007",
        "1234567890123456",
        "1-2",
        "TRUE",
        "{=A1}",
    ),
    *(
        "http://x.example/",
        "mailto:a@x.example",
        "_x0041_",
        "a;b",
        'a"b',
        "two\nlines",
        "אבא",
        "😀",
        "2026-01-02",
    ),
    *("null", "NaN", " x ", "x" * 32_767),
]
MACHINES = [name for name, profile in PROFILES.items() if not profile.guarded and not profile.never]


def odd_rows() -> Iterator[dict[str, str]]:
    yield from (CERTIFIED | {"family_name": text, "hr_id": text} for text in ODD)


def test_csv_for_machines_keeps_each_cell():
    data = file_of("machine", *odd_rows())
    assert data.startswith(b"as_of,known_at,hr_id")
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [row["family_name"] for row in rows] == ODD


def test_csv_for_people_has_a_mark_and_guards_cells():
    data = file_of("people", *odd_rows())
    assert data.startswith(b'\xef\xbb\xbf"as_of"')
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["family_name"] for row in rows] == [
        f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "＝")) else text for text in ODD
    ]


def test_json_lines_have_types_and_keep_each_text():
    lines = file_of("jsonl", *odd_rows()).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["family_name"] for row in rows] == ODD
    first = rows[0]
    assert list(first) == ["schema", *NAMES]
    assert (first["schema"], first["compliant"], first["attempts"], first["days_left"]) == (
        *("hr-status/1", True, 1, 0),
    )
    assert first["score_percent"] is None


def test_workbook_holds_text_only_and_keeps_each_cell():
    data = file_of("xlsx", *odd_rows())
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format) for cell in cells[len(NAMES) :]} == {("s", "@")}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    # Another reader, which understands the signs that XML cannot hold.
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    place = NAMES.index("family_name")
    assert [row[place] for row in read.to_python()][1:] == ODD


def test_workbook_goes_on_in_another_sheet(monkeypatch):
    monkeypatch.setattr(writers, "SHEET_ROWS", 2)
    data = file_of("xlsx", *[CERTIFIED] * 5)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [
        ("people", 3),
        ("people_part2", 3),
        ("people_part3", 2),
    ]


def test_workbook_that_breaks_off_is_no_file():
    def broken() -> Iterator[list[str]]:
        yield PROFILES["xlsx"].shape_row(CERTIFIED)
        raise ConnectionError("The database is gone.")

    with pytest.raises(ConnectionError):
        list(writers.write_rows(PROFILES["xlsx"], broken(), most=2))


def test_headers_stand_once_in_each_profile():
    for profile in PROFILES.values():
        assert len(set(profile.headers)) == len(profile.headers)


def test_empty_export_has_its_header():
    assert file_of("machine") == (",".join(NAMES) + "\r\n").encode()
    assert file_of("jsonl") == b""
    assert openpyxl.load_workbook(io.BytesIO(file_of("xlsx"))).active.max_row >= 1

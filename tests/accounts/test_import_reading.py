"""Reading an import file into rows: encodings, delimiters, limits. No database."""

from __future__ import annotations

import io

import pytest

from accounts.importing.reader import MAX_ROWS, read_table

LIMIT = 10 * 1024 * 1024
HEAD = "hr_id,email,given_name\n"
GOOD = HEAD + "E1,mia@x.example,Mía\n"


def table(data: bytes | str, *, size: int | None = None):
    data = data.encode() if isinstance(data, str) else data
    return read_table(io.BytesIO(data), size=len(data) if size is None else size, max_bytes=LIMIT)


def said(data: bytes | str) -> list[str]:
    return [str(problem) for problem in table(data).problems]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOOD.encode(), id="utf-8"),
        pytest.param(GOOD.encode("utf-8-sig"), id="utf-8-with-mark"),
        pytest.param(GOOD.encode("utf-16"), id="utf-16-with-mark"),
        pytest.param(GOOD.encode("utf-16-le"), id="utf-16-without-mark"),
        pytest.param(GOOD.encode("cp1252"), id="windows-1252"),
        pytest.param(GOOD.replace(",", ";").encode(), id="semicolons"),
        pytest.param(GOOD.replace(",", "\t").encode(), id="tabs"),
        pytest.param(GOOD.replace("\n", "\r\n").encode(), id="windows-lines"),
        pytest.param(GOOD.replace("\n", ",,\n").encode(), id="trailing-commas"),
        pytest.param(("\n\n" + GOOD + "\n,,\n").encode(), id="blank-lines"),
        pytest.param(GOOD.replace("hr_id", " HR_ID ").encode(), id="header-in-capitals"),
    ],
)
def test_csv_encodings_and_delimiters_read_the_same(data):
    found = table(data)
    assert found.problems == []
    assert [row for _number, row in found.rows] == [
        {"hr_id": "E1", "email": "mia@x.example", "given_name": "Mía"}
    ]


def test_windows_1252_is_read_with_a_warning():
    assert "Windows-1252" in table(GOOD.encode("cp1252")).warnings[0]


def test_delimiter_is_taken_from_the_header_only():
    found = table("hr_id;email;given_name\nE1;a@x.example;one, two, three, four\n")
    assert found.rows[0][1]["given_name"] == "one, two, three, four"


def test_row_numbers_match_the_spreadsheet():
    found = table(HEAD + '\nE1,a@x.example,"two\nlines"\nE2,b@x.example,B\n')
    assert [number for number, _row in found.rows] == [3, 4]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "The file is empty.", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "The file is empty.", id="only-a-mark"),
        pytest.param(HEAD, "The file has a header and no people.", id="header-only"),
        pytest.param("sep=;\n" + GOOD, "Row 1: “sep=;” is a line for Excel", id="sep-line"),
        pytest.param(
            '"sep=,"\n' + GOOD, "Row 1: “sep=,” is a line for Excel", id="sep-line-in-quotes"
        ),
        pytest.param(
            HEAD + "hr_id,email,given_name\nE1,mia@x.example,Mia\n",
            "Row 2: This is a second header row. Remove it.",
            id="second-header-of-codes",
        ),
        pytest.param(
            HEAD + "Person,Work address,First name\nE1,mia@x.example,Mia\n",
            "Row 2: This is a second header row. Remove it.",
            id="second-header-of-labels",
        ),
        pytest.param(
            "hr_id,em\u200bail\nE1,mia@x.example\n",
            "The name holds an invisible character: ZERO WIDTH SPACE (U+200B). Remove it.",
            id="invisible-in-header",
        ),
        pytest.param(b"\0" * 500, "This is a file of NUL bytes", id="only-nul"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "This is a picture", id="png"),
        pytest.param("\n<!DOCTYPE html>\n<p>Sign in", "This is a web page", id="html"),
        pytest.param("<?xml version='1.0'?><a/>", "This is an XML file", id="xml"),
        pytest.param(b"%PDF-1.7 \xe2", "This is a PDF file", id="pdf"),
        pytest.param(HEAD + "E1\n", "Row 2: The row has 1 cell, the", id="row-of-one-cell"),
        pytest.param(b"PK\x03\x04\x00", "Save the spreadsheet as CSV", id="xlsx"),
        pytest.param(
            b"\xef\xbb\xbf" + HEAD.encode() + b"E1,\xff\xfe,\n",
            "Row 2: Some bytes",
            id="broken-utf-8",
        ),
        pytest.param(
            HEAD.encode() + b"E1,\xe9\x81,x\n", "Row 2: Some bytes", id="no-known-encoding"
        ),
        pytest.param(b"\xff\xfeh\x00r", "Some bytes are not text", id="half-a-utf-16-character"),
        pytest.param(
            "hr_id,email,shoe_size\nE1,a@x.example,43\n",
            "Row 1, column shoe_size: Postworthy does not know this column",
            id="unknown-column",
        ),
        pytest.param("hr_id,e_mail\nE1,a@x.example\n", "Did you mean email?", id="misspelt-column"),
        pytest.param(
            "hr_id,email,email\nE1,a@x.example,b@x.example\n",
            "Row 1, column email: This column stands in the file 2 times.",
            id="doubled-column",
        ),
        pytest.param(
            "email\na@x.example\n",
            "Row 1, column hr_id: This column is missing",
            id="missing-column",
        ),
        pytest.param(
            "hr_id,,email\nE1,x,a@x.example\n", "column (no name)", id="column-without-a-name"
        ),
        pytest.param(HEAD + "E1,a@x.example\n", "Row 2: The row has 2 cells", id="short-row"),
        pytest.param(HEAD + "E1,a@x.example,A,B\n", "Row 2: The row has 4 cells", id="long-row"),
        pytest.param(HEAD + 'E1,a@x.example,"A\n', "Row 2: A quotation mark", id="open-quote"),
        pytest.param(
            HEAD + 'E1,a@x.example,"A"B\n', "Row 2: A quotation mark", id="text-after-quote"
        ),
        pytest.param(
            HEAD + "E1,a@x.example,A\0B\n",
            "Row 2, column given_name: The cell holds a NUL",
            id="nul",
        ),
        pytest.param(
            HEAD + f"E1,a@x.example,{'A' * 1001}\n",
            "Row 2, column given_name: The cell is longer than 1000",
            id="long-cell",
        ),
        pytest.param(
            HEAD + f"E1,a@x.example,{'A' * 200_000}\n", "Row 2: A quotation mark", id="huge-cell"
        ),
    ],
)
def test_bad_file_problem_names_row_and_column(data, message):
    assert any(message in problem for problem in said(data)), said(data)


class Unreadable(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise AssertionError("A file that is too large must not be read.")


def test_large_file_is_refused_without_reading_it():
    found = read_table(Unreadable(), size=100 * 1024 * 1024, max_bytes=LIMIT)
    assert str(found.problems[0]) == "The file has 100 MB; the limit is 10 MB. Split it."


def test_file_of_unknown_size_is_read_up_to_the_limit():
    source = io.BytesIO(b"a" * (LIMIT + 5_000))
    assert "larger than 10 MB" in str(read_table(source, size=None, max_bytes=LIMIT).problems[0])
    assert source.tell() == LIMIT + 1


def test_too_many_rows_are_refused():
    data = "hr_id,email\n" + "1,a@x\n" * (MAX_ROWS + 1)
    assert said(data) == [f"Row {MAX_ROWS + 2}: The file has more than 200000 rows. Split it."]

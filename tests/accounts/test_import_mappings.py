"""Feeds as HR's systems write them, guessed from a sample and read in our own columns. No database."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.importing import guesses, mappings
from accounts.importing.mappings import DateFormat, FeedMapping, MappingRefusedError
from accounts.importing.reader import PeopleTable, open_rows, read_table, take_rows

REGIONS = {"FI": "Finland", "BR": "Brazil", "DE": "Germany"}
WORKDAY = (
    "Employee ID,Legal First Name,Legal Last Name,Email - Primary Work,Worker Type,Worker Status,Hire Date,"
    "Termination Date,Supervisory Organization,Manager Employee ID,Location,Country,Business Title,Job Code,Gender\n"
    "100123,Mia,Lind,mia.lind@northlight.example,Employee,Active,01/31/2020,,Marketing EMEA (Aho),100001,Oulu,"
    "Finland,Editor,J-7,F\n"
    "100124,Ola,Berg,ola.berg@northlight.example,Employee,Terminated,12/31/2019,03/15/2026,Marketing EMEA (Aho),"
    "100001,Oulu,Finland,Editor,J-7,M\n"
)
USER_DATA = (
    "STATUS|USERID|USERNAME|FIRSTNAME|LASTNAME|MI|GENDER|EMAIL|MANAGER|HR|DEPARTMENT|JOBCODE|DIVISION|LOCATION|"
    "TIMEZONE|HIREDATE|EMPID|TITLE|COUNTRY|DEFAULT_LOCALE\n"
    "Status|User ID|Username|First Name|Last Name|Middle Name|Gender|Email|Manager|Human Resource|Department|"
    "Job Code|Division|Location|Timezone|Hire Date|Employee Id|Title|Country|Default Locale\n"
    "active|mlind|mlind|Mia|Lind|||mia@northlight.example|NO_MANAGER|NO_HR|Press, Nordics|J7|Brand|Oulu|"
    "Europe/Helsinki|31.12.2019|100123|Editor|Finland|fi_FI\n"
)


def read(text: str | bytes, mapping: FeedMapping) -> PeopleTable:
    data = text.encode() if isinstance(text, str) else text
    return read_table(io.BytesIO(data), size=len(data), max_bytes=10**7, mapping=mapping)


def guess(text: str) -> FeedMapping:
    rows = [
        row for _number, row in take_rows(open_rows(text.encode(), PeopleTable(FeedMapping())), 40)
    ]
    return guesses.guess_mapping(rows[0], rows[1:], REGIONS)


def test_workday_report_is_guessed_and_read():
    mapping = mappings.require_usable_mapping(guess(WORKDAY))
    assert mapping.columns["Gender"] == ""
    assert (mapping.date_format, mapping.region_from) == (DateFormat.MONTH_FIRST, "Country")
    table = read(WORKDAY, mapping)
    assert table.problems == []
    row = {name: text for name, text in table.rows[1][1].items() if text}
    assert row == {
        "hr_id": "100124",
        "given_name": "Ola",
        "family_name": "Berg",
        "email": "ola.berg@northlight.example",
        "kind": "employee",
        "status": "left",
        "starts_on": "2019-12-31",
        "left_on": "2026-03-15",
        "team_name": "Marketing EMEA (Aho)",
        "team_code": mappings.make_team_code("Marketing EMEA (Aho)"),
        "manager_hr_id": "100001",
        "site": "Oulu",
        "country": "FI",
        "region": "FI",
        "job_title": "Editor",
        "job_code": "J-7",
    }


def test_user_data_of_successfactors_is_guessed_and_read():
    mapping = mappings.require_usable_mapping(guess(USER_DATA))
    assert (mapping.columns["USERID"], mapping.columns["EMPID"]) == ("hr_id", "")
    assert (mapping.label_rows, mapping.date_format) == (1, DateFormat.DOTS)
    assert mapping.leavers_end_today
    table = read(USER_DATA, mapping)
    assert table.problems == []
    [(number, row)] = table.rows
    assert number == 3
    assert (row["hr_id"], row["manager_hr_id"], row["starts_on"]) == ("mlind", "", "2019-12-31")
    assert (row["locale"], row["country"], row["region"]) == ("fi-FI", "FI", "FI")


def test_every_pair_of_names_is_guessed_once():
    names = [name for known in guesses.KNOWN_NAMES.values() for name in known]
    assert len(names) == len(set(names))
    assert set(guesses.KNOWN_NAMES) == set(mappings.COLUMNS_BY_NAME)


def test_own_columns_are_guessed_as_themselves():
    own = list(mappings.COLUMNS_BY_NAME)
    assert guesses.guess_columns(own) == {name: name for name in own}


@pytest.mark.parametrize(
    ("date_format", "text", "day"),
    [
        (DateFormat.DOTS, "31.12.2026", "2026-12-31"),
        (DateFormat.DOTS, "1.2.2026", "2026-02-01"),
        (DateFormat.MONTH_FIRST, "12/31/2026", "2026-12-31"),
        (DateFormat.DAY_FIRST, "31/12/2026", "2026-12-31"),
        (DateFormat.COMPACT, "20261231", "2026-12-31"),
        (DateFormat.SERIAL, "46387", "2026-12-31"),
        (DateFormat.SERIAL, "46387.0", "2026-12-31"),
        # A spreadsheet's own dates arrive as ISO whatever the others look like.
        (DateFormat.MONTH_FIRST, "2026-12-31", "2026-12-31"),
    ],
)
def test_date_is_read_in_the_chosen_format(date_format, text, day):
    assert mappings.translate_date(text, date_format) == day


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        (DateFormat.MONTH_FIRST, "31/12/2026"),
        (DateFormat.DAY_FIRST, "12/31/2026"),
        (DateFormat.DOTS, "31.12.26"),
        (DateFormat.DOTS, "30.2.2026"),
        (DateFormat.DOTS, "46387"),
        (DateFormat.SERIAL, "46387.5"),
        (DateFormat.DOTS, "٣١.١٢.٢٠٢٦"),
    ],
)
def test_date_in_another_format_is_refused(date_format, text):
    with pytest.raises(MappingRefusedError, match="is no date like"):
        mappings.translate_date(text, date_format)


@pytest.mark.parametrize("dates", [["03/04/2026"], ["46387"], []])
def test_date_format_with_two_readings_is_not_guessed(dates):
    found = guesses.guess_mapping(["Hire Date"], [[day] for day in dates], {})
    assert found.date_format == DateFormat.ISO


def test_problem_of_a_feed_names_the_row_and_column_of_the_file():
    text = WORKDAY.replace("01/31/2020", "31.1.2020")
    problems = [str(problem) for problem in read(text, guess(WORKDAY)).problems]
    assert problems == ["Row 2, column Hire Date: “31.1.2020” is no date like 12/31/2026."]


def test_new_and_missing_columns_of_a_feed_are_problems():
    text = WORKDAY.replace("Gender", "Shoe Size").replace("Worker Status", "State")
    found = [(p.row, p.column) for p in read(text, guess(WORKDAY)).problems]
    assert found == [(1, "State"), (1, "Shoe Size"), (1, "Worker Status")]


def test_column_without_a_name_is_ignored():
    table = read(
        "USERID,,EMAIL\nE1,x,mia@x.example\n", FeedMapping({"USERID": "hr_id", "EMAIL": "email"})
    )
    assert table.problems == []
    assert table.rows == [(2, {"hr_id": "E1", "email": "mia@x.example"})]


def test_order_and_case_of_the_columns_do_not_matter():
    rows = list(csv.reader(io.StringIO(WORKDAY)))
    out = io.StringIO()
    csv.writer(out).writerows([[*map(str.upper, rows[0][::-1])], *(row[::-1] for row in rows[1:])])
    mapping = guess(WORKDAY)
    assert read(out.getvalue(), mapping).rows == [
        (number, row) for number, row in read(WORKDAY, mapping).rows
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"sep=;"\nUSERID;EMAIL\nE1;mia@x.example\n', id="sep-in-quotes"),
        pytest.param("sep=;\nUSERID;EMAIL\nE1;mia@x.example\n", id="sep"),
        pytest.param("Report of today\nUSERID|EMAIL\nE1|mia@x.example\n", id="line-above"),
        pytest.param("\ufeffUSERID,EMAIL\nE1,mia@x.example\n", id="mark"),
    ],
)
def test_layouts_of_feeds_read_the_same(text):
    above = int(text.startswith("Report"))
    mapping = FeedMapping({"USERID": "hr_id", "EMAIL": "email"}, lines_above=above)
    table = read(text, mapping)
    assert table.problems == []
    assert [row for _number, row in table.rows] == [{"hr_id": "E1", "email": "mia@x.example"}]


def test_chosen_encoding_is_used_and_not_another():
    mapping = FeedMapping({"id": "hr_id", "mail": "email", "n": "given_name"}, encoding="cp850")
    data = "id,mail,n\nE1,a@x.example,Jürgen\n".encode("cp850")
    assert read(data, mapping).rows[0][1]["given_name"] == "Jürgen"
    assert "Some bytes" in str(
        read(data, FeedMapping(mapping.columns, encoding="utf-8")).problems[0]
    )


def test_last_working_day_means_left_if_the_mapping_says_so():
    columns = {"id": "hr_id", "mail": "email", "last": "left_on"}
    mapping = FeedMapping(columns, last_day_means_left=True)
    table = read("id,mail,last\nE1,a@x.example,2026-01-31\nE2,b@x.example,\n", mapping)
    assert [row["status"] for _number, row in table.rows] == ["left", "active"]
    assert "status" in table.columns


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (FeedMapping({"a": "hr_id", "b": "hr_id", "c": "email"}), "Two columns .* as hr_id"),
        (FeedMapping({"a": "hr_id"}), "No column of the file is read as email"),
        (FeedMapping({"a": "hr_id", "b": "email", "c": "region"}, region_from="b"), "two columns"),
        (
            FeedMapping({"a": "hr_id", "b": "email"}, values={"status": {"Odd": "?"}}),
            "what “Odd” means",
        ),
    ],
)
def test_mapping_that_cannot_read_a_file_is_refused(mapping, message):
    with pytest.raises(MappingRefusedError, match=message):
        mappings.require_usable_mapping(mapping)


def test_mapping_survives_its_json():
    mapping = guess(USER_DATA)
    assert mappings.read_mapping(mapping.as_json()) == mapping


def test_unknown_values_of_the_sample_are_asked_for():
    found = guess(WORKDAY.replace("Terminated", "Garden Leave"))
    assert found.values["status"] == {
        "Active": "active",
        "Garden Leave": "?",
        "Inactive": "left",
        "Terminated": "left",
    }


def test_value_lines_are_read_as_written():
    pairs = {"Active": "active", "a = b": "left", "Gone": ""}
    assert mappings.read_value_lines(mappings.write_value_lines(pairs)) == pairs
    with pytest.raises(MappingRefusedError, match="the sign ="):
        mappings.read_value_lines("Active")


def test_team_codes_are_made_once_for_each_name():
    names = [
        "Press",
        "PRESS ",
        "Press, Nordics",
        "Press Nordics",
        "Präss",
        "報道",
        "x" * 90,
        "x" * 91,
    ]
    codes = [mappings.make_team_code(name) for name in names]
    assert len(set(codes)) == len(names) - 1
    assert codes[0] == codes[1] == "PRESS"
    assert all(0 < len(code) <= 50 for code in codes)

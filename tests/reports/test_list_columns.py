"""The columns of the people list: chosen in the address, shown and exported in their order."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

from django.core.cache import caches
from django.http import QueryDict
from django.utils import timezone

import openpyxl
import pytest

from reports.listing import column_choice, columns
from reports.listing.columns import COLUMNS_BY_NAME, DEFAULT
from reports.models import ExportRun
from tests.factories.people import give_role, make_person, make_region, make_team
from tests.reports.makers import make_award, make_certification

TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def core(db: None):
    return make_certification()


def headings(page: str) -> list[str]:
    """The headings of the table of people, without the one of the boxes to tick."""
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    cells = re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    return [text for text in texts if text != "Choose"]


def cells_of_first_row(page: str) -> list[str]:
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    cells = re.findall(r"<t[hd] (?!data-label=\"Choose)[^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


@pytest.mark.parametrize(
    ("query", "names", "notes"),
    [
        ("", DEFAULT, 0),
        ("columns=", DEFAULT, 0),
        ("columns=status,hr_id", ("status", "hr_id"), 0),
        ("columns=status&columns=hr_id&columns=status", ("status", "hr_id"), 0),
        ("columns=salary,hr_id,%00", ("hr_id",), 2),
        ("columns=salary", DEFAULT, 1),
    ],
)
def test_columns_are_read_from_the_address(query, names, notes):
    chosen, told = columns.read_columns(QueryDict(query))
    assert (chosen, len(told)) == (names, notes)
    assert columns.split_columns(columns.write_columns(chosen)) == chosen


def test_column_moves_by_one_place_and_not_beyond_the_ends():
    chosen = ("name", "team", "status")
    assert column_choice.move_column(chosen, "team", -1) == ("team", "name", "status")
    assert column_choice.move_column(chosen, "team", 1) == ("name", "status", "team")
    assert column_choice.move_column(chosen, "name", -1) == chosen
    assert column_choice.move_column(chosen, "status", 1) == chosen


@pytest.mark.databases
def test_people_list_shows_the_chosen_columns_in_their_order(as_, hugo, core):
    ada = make_person("Ada Virtanen", site="Oulu", manager=hugo, team=make_team("PRESS"))
    make_award(ada, core, through=TODAY + 300 * DAY)
    reply = as_(hugo).get("/people/?q=virtanen&columns=status,site,name,manager,team_code")
    page = reply.content.decode()
    assert headings(page) == ["Status", "Site", "Name", "Manager", "Code of the team"]
    shown = cells_of_first_row(page)
    assert shown == ["Certified", "Oulu", "Ada Virtanen", hugo.display_name, "PRESS"]
    # Whatever leads on from here keeps them.
    kept = "columns=status%2Csite%2Cname%2Cmanager%2Cteam_code"
    for text in (
        "/people/columns/?q=virtanen",
        "/people/export.csv?q=virtanen",
        "?q=virtanen&amp;",
    ):
        assert f"{text}" in page
    assert page.count(kept) >= 5


def test_every_column_of_the_list_can_be_shown(as_, hugo, core):
    make_award(hugo, core, through=TODAY + 300 * DAY)
    names = ",".join(COLUMNS_BY_NAME)
    page = as_(hugo).get(f"/people/?columns={names}").content.decode()
    assert headings(page) == [str(column.label) for column in COLUMNS_BY_NAME.values()]
    assert len(cells_of_first_row(page)) == len(COLUMNS_BY_NAME)


def test_people_list_says_which_column_there_is_not_and_leaves_it_out(as_, hugo):
    reply = as_(hugo).get("/people/?columns=salary,hr_id,name")
    page = reply.content.decode()
    assert headings(page) == ["HR id", "Name"]
    assert "There is no column called “salary” here, so it is left out." in page
    assert [row.display_name for row in reply.context["page"].rows] == [hugo.display_name]


def test_person_is_linked_and_named_where_the_name_is_no_column(as_, hugo):
    page = as_(hugo).get("/people/?columns=certificate,hr_id").content.decode()
    link = re.search(rf'<a href="/people/{hugo.uuid}/">([^<]*)</a>', page)
    assert link is not None
    assert link[1] == hugo.display_name  # who has no certificate is known by the name


def test_columns_cost_no_further_statement(as_, hugo, core, django_assert_max_num_queries):
    make_person("Ada Virtanen", manager=hugo)
    browser, address = as_(hugo), f"/people/?columns={','.join(COLUMNS_BY_NAME)}"
    browser.get(address)
    with django_assert_max_num_queries(6):
        browser.get(address)
    with django_assert_max_num_queries(2):
        browser.get("/people/columns/?columns=name,team")


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.databases
def test_export_as_shown_has_the_columns_rows_and_words_of_the_list(as_, hugo, core):
    for number in range(3):
        person = make_person(f"=Person {number}", site="Oulu")
        make_award(person, core, through=TODAY + (300 - number) * DAY)
    query = "q=person&sort=-until&columns=site,name,status,until,hr_id"
    shown = as_(hugo).get(f"/people/?{query}").context["page"].rows
    rows = read(as_(hugo).get(f"/people/export/shown/?{query}").getvalue())
    assert rows[0] == ["Site", "Name", "Status", "Valid through", "HR id"]
    expected = [
        ["Oulu", f"'{p.display_name}", "Certified", p.valid_through.isoformat(), p.hr_id]
        for p in shown
    ]
    assert rows[1:] == expected
    run = ExportRun.objects.get()
    assert (run.profile, run.schema, run.rows) == ("shown", "people-list/1", 3)
    assert run.columns == rows[0]
    assert run.filters["columns"] == "site,name,status,until,hr_id"
    book = as_(hugo).get(f"/people/export/shown-xlsx/?{query}").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        rows[0],
        *([cell.removeprefix("'") for cell in row] for row in rows[1:]),
    ]


def test_export_as_shown_of_a_region_holds_nobody_else(as_, ada, carol, core):
    lead = give_role(make_person(region=make_region("FI")), "regional_lead", region=carol.region)
    rows = read(as_(lead).get("/people/export/shown/?employment=all&columns=hr_id").getvalue())
    assert rows == [["HR id"], [carol.hr_id]]


def test_export_as_shown_covers_people_beyond_one_chunk(as_, hugo, core, monkeypatch):
    monkeypatch.setattr("reports.listing.people.IN_FILES", 2)
    for _number in range(5):
        make_person()
    rows = read(as_(hugo).get("/people/export/shown/?columns=hr_id,name").getvalue())
    listed = as_(hugo).get("/people/").context["page"].rows
    assert rows[1:] == [[person.hr_id, person.display_name] for person in listed]


def test_export_as_shown_refuses_a_column_that_there_is_not(as_, hugo, core):
    reply = as_(hugo).get("/people/export/shown/?columns=salary,name")
    assert reply.status_code == 400
    assert "There is no column called “salary”" in reply.content.decode()
    assert not ExportRun.objects.exists()


def test_column_page_keeps_the_filters_and_tells_what_moved(as_, hugo):
    address = "/people/columns/?q=ada&status=lapsed&columns=name&columns=team&earlier=team&after=x"
    page = as_(hugo).get(address).content.decode()
    boxes = re.findall(r'name="columns"\s+value="(\w+)"\s+(checked)?', page)
    assert [name for name, ticked in boxes if ticked] == ["team", "name"]
    assert len(boxes) == len(COLUMNS_BY_NAME)
    assert '<input type="hidden" name="q" value="ada">' in page
    assert '<input type="hidden" name="status" value="lapsed">' in page
    assert 'name="after"' not in page
    assert "Team is column 1 of 2 now." in page
    # The button that was pressed is gone at the top: its neighbour has the focus.
    assert re.search(r'name="later"\s+value="team"[^>]*autofocus', page)
    assert 'name="earlier"\n        value="team"' not in page


def test_column_page_says_what_the_list_would_not_understand(as_, hugo):
    page = as_(hugo).get("/people/columns/?colour=red&q=%01&columns=salary").content.decode()
    for said in (
        "There is no filter called “colour” here, so nothing is listed.",
        "is no choice for q, so nothing is listed.",
        "There is no column called “salary” here, so it is left out.",
    ):
        assert said in page

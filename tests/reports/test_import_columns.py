"""Whatever a column of HR's file changes is a change: the plan says so, has its button, and applying it makes it so."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.importing import imports
from accounts.importing.columns import COLUMNS_BY_NAME
from accounts.importing.known_people import DATED, FIELDS, read_known_people
from accounts.models import PeopleImport, Team, User
from accounts.rules import start_of_day
from ledger.models import Entry
from tests.factories.hr_files import import_file, make_file, make_row
from tests.factories.people import make_region, make_team
from tests.reports.test_import_pages import upload

pytestmark = pytest.mark.django_db
ZONE = "Europe/Helsinki"
FIRST = {
    "kind": "employee",
    "region": "BR",
    "team_code": "PR",
    "team_name": "Press",
    "manager_hr_id": "M2",
    "sponsor_hr_id": "S2",
    "contract_ends_on": "2029-12-31",
    "starts_on": "2024-01-01",
    "display_name": "Mia of Finance",
    "country": "FI",
    "site": "Oulu",
    "job_code": "J1",
    "job_title": "Writer",
    "locale": "en",
    "time_zone": ZONE,
    "leave_from": "2025-03-01",
    "leave_until": "2025-04-30",
}
SINCE = "2024-02-01"
SECOND = FIRST | {
    "kind": "contractor",
    "region": "FI",
    "team_code": "SOC",
    "team_name": "Social",
    "manager_hr_id": "M1",
    "sponsor_hr_id": "S1",
    "contract_ends_on": "2030-12-31",
    **{name: SINCE for name in COLUMNS_BY_NAME if name.endswith("_since")},
    "status": "active",
    "left_on": "",
}
LEFT = {"status": "left", "left_on": "2026-03-31"}
# By column: the cells of before that differ, and those that the file changes: the column alone, unless it says nothing
# without another one.
CHANGES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "hr_id": ({}, {"hr_id": "E9", "email": "e9@northlight.example"}),
    "email": ({}, {"email": "mia@northlight.example"}),
    "status": (LEFT, {"status": "active", "left_on": ""}),
    "left_on": (LEFT, {"left_on": "2026-04-30"}),
    "leave_from": ({}, {"leave_from": "2025-01-01"}),
    **{
        name: ({}, {name: value})
        for name, value in {
            "given_name": "Mo",
            "family_name": "Berg",
            "display_name": "Mo of Finance",
            "kind": "employee",
            "region": "BR",
            "team_code": "PR",
            "team_name": "Social media",
            "manager_hr_id": "M2",
            "sponsor_hr_id": "S2",
            "country": "SE",
            "site": "Espoo",
            "job_code": "J2",
            "job_title": "Editor",
            "locale": "fi",
            "time_zone": "Asia/Tokyo",
            "starts_on": "2023-12-01",
            "contract_ends_on": "2031-12-31",
            **{name: "2024-03-01" for name in COLUMNS_BY_NAME if name.endswith("_since")},
            "leave_until": "2025-05-31",
        }.items()
    },
}
EVENTS = {"region_since": "moved", "contract_since": "contract"}
EVENTS |= {
    f"{name.removesuffix('_hr_id').removesuffix('_code')}_since": DATED[name] for name in DATED
}


def row(**cells: str) -> dict[str, str]:
    return make_row("E1") | cells


def holds(column: str, said: str) -> bool:
    """Whether what the column of the file says is so now."""
    if column == "hr_id":
        return User.objects.filter(hr_id=said).exists()
    mia = User.objects.get(hr_id="E1")
    person = read_known_people(["E1"], at=timezone.now()).people["E1"]
    if column in FIELDS:
        found = person.values[column]
        return str(found.isoformat() if isinstance(found, date) else found) == said
    if column in EVENTS:
        begun = start_of_day(date.fromisoformat(said), ZONE)
        newest = mia.employment.filter(what=EVENTS[column]).order_by("-id")
        return begun in {event.effective_at for event in newest[:2]}
    if column == "team_name":
        return Team.objects.get(code="SOC").name == said
    if column == "status":
        return (person.left_at is None) is (said == "active")
    found = [
        person.left_at,
        *(day for one in person.absences for day in (one.starts_at, one.until)),
    ]
    days = {day.astimezone(timezone.get_fixed_timezone(180)).date() for day in found if day}
    return any(abs((day - date.fromisoformat(said)).days) <= 1 for day in days)


@pytest.fixture
def browser(as_: Any, hugo: User, settings: Any) -> Client:
    make_region("FI")
    make_region("BR", time_zone="America/Sao_Paulo")
    now = timezone.now()
    others = [make_row(hr_id) for hr_id in ("M1", "M2", "S1", "S2")]
    import_file(row(**FIRST), *others, at=now, accept_warnings=True)
    import_file(row(**SECOND), at=now, accept_warnings=True)
    return as_(hugo)


def press(browser: Client, page: Any) -> BeautifulSoup:
    """Press the button of the plan as its form holds it, with every tick."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form:has([name=digest])")
    assert form is not None, "The plan has no button."
    fields = {one["name"]: one.get("value", "on") for one in form.select("input")}
    return BeautifulSoup(browser.post(form["action"], fields, follow=True).content, "html.parser")


def test_changes_name_every_column() -> None:
    assert CHANGES.keys() == COLUMNS_BY_NAME.keys()


@pytest.mark.parametrize("column", CHANGES)
def test_column_that_alone_changes_something_has_a_plan_that_can_be_applied(
    browser: Client, column: str
) -> None:
    before, change = CHANGES[column]
    if before:
        import_file(row(**SECOND | before), at=timezone.now(), accept_warnings=True)
    assert not holds(column, change[column])
    page = upload(browser, make_file(row(**SECOND | before | change)), allow_many_leavers="on")
    told = BeautifulSoup(page.content, "html.parser").h1.text
    assert "would" in told
    assert "Done: the plan was applied." in press(browser, page).text
    assert holds(column, change[column])
    # The same file again changes nothing, and says so.
    again = upload(browser, make_file(row(**SECOND | before | change)))
    assert "This file changes nobody" in again.content.decode()
    assert BeautifulSoup(again.content, "html.parser").select_one("[name=digest]") is None


@pytest.mark.databases
def test_file_that_renames_a_team_only_is_told_applied_and_taken_back(
    browser: Client, tmp_path: Any
) -> None:
    page = upload(browser, make_file(row(**SECOND | {"team_name": "Social media"})))
    told = " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())
    assert "This file would rename 1 team" in told
    assert "Team renamed SOC Social → Social media" in told
    applied = press(browser, page)
    assert Team.objects.get(code="SOC").name == "Social media"
    assert Entry.objects.filter(kind="people.imported").latest("seq").data["renamed"] == ["SOC"]
    made = PeopleImport.objects.get(state="applied", plan__renamed__0__0="SOC")
    assert "Plan to take it back" in applied.text
    undo = browser.post(f"/people/import/{made.uuid}/undo/", follow=True)
    assert "Taking the import back would rename 1 team" in " ".join(undo.content.decode().split())
    press(browser, undo)
    assert Team.objects.get(code="SOC").name == "Social"
    file = tmp_path / "hr.csv"
    file.write_bytes(make_file(row(**SECOND | {"team_name": "Voices"})))
    out = io.StringIO()
    call_command("import_people", str(file), "--dry-run", stdout=out)
    assert "team SOC: Social → Voices" in out.getvalue()


def test_name_of_a_team_without_its_code_is_left_out_and_the_plan_says_so(browser: Client) -> None:
    make_team("SOC")
    cells = {name: text for name, text in SECOND.items() if not name.startswith("team")}
    page = upload(browser, make_file(row(**cells, team_name="Voices")))
    assert "needs the code of the team in team_code" in page.content.decode()
    assert imports.stored_problems(PeopleImport.objects.latest("created_at")) == []

"""Mappings under a name: begun from a sample, saved, and used by an import of the feed."""

from __future__ import annotations

import io

from django.core.management import CommandError, call_command

import openpyxl
import pytest

from accounts.importing import mappings, saved_mappings
from accounts.importing.mappings import MappingRefusedError
from accounts.models import PeopleImport, SavedMapping, User
from ledger.models import Entry
from tests.accounts.test_import_mappings import USER_DATA, WORKDAY
from tests.conftest import NOW
from tests.factories.hr_files import make_mapping
from tests.factories.people import make_person, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def finland():
    region = make_region("FI")
    region.name = "Finland"
    region.save(update_fields=["name"])


def keep(saved: SavedMapping) -> SavedMapping:
    mapping = mappings.read_mapping(saved.settings)
    saved_mappings.save_mapping(saved, mapping, actor="system:test", at=NOW)
    return saved


def test_feed_is_imported_by_the_name_of_its_mapping(tmp_path):
    make_person(hr_id="100001")
    keep(make_mapping(WORKDAY.encode(), "workday"))
    path = tmp_path / "feed.csv"
    path.write_text(WORKDAY)
    call_command("import_people", str(path), "--mapping", "workday")
    person = User.objects.get(hr_id="100123")
    assert (person.region.code, person.team.name) == ("FI", "Marketing EMEA (Aho)")
    assert person.manager.hr_id == "100001"
    assert User.objects.get(hr_id="100124").left_at is not None
    assert PeopleImport.objects.get().mapping == "workday"
    assert Entry.objects.filter(kind="mapping.saved", subject="mapping:workday").exists()


def test_problem_after_planning_names_the_column_of_the_file(tmp_path, capsys):
    keep(make_mapping(WORKDAY.encode(), "workday"))
    path = tmp_path / "feed.csv"
    path.write_text(WORKDAY.replace("Oulu,Finland", "Oulu,Narnia", 1))
    with pytest.raises(CommandError):
        call_command("import_people", str(path), "--mapping", "workday")
    assert "Row 2, column Country: “Narnia” is no country that we know." in capsys.readouterr().err


def test_leaver_without_a_day_leaves_once(tmp_path):
    keep(make_mapping(USER_DATA.encode(), "sf"))
    path = tmp_path / "users.txt"
    for status in ("active", "inactive", "inactive"):
        path.write_text(USER_DATA.replace("active|mlind", f"{status}|mlind"))
        call_command("import_people", str(path), "--mapping", "sf")
    person = User.objects.get(hr_id="mlind")
    assert person.left_at is not None
    assert PeopleImport.objects.latest("id").plan["counts"]["unchanged"] == 1
    assert person.employment.filter(what="left").count() == 1


def test_workbook_is_a_sample_too():
    book = openpyxl.Workbook()
    for row in (
        ["Payroll of June"],
        ["Personnel number", "E-mail", "Surname"],
        [7, "a@x.example", "Lind"],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    saved = make_mapping(out.getvalue())
    mapping = mappings.read_mapping(saved.settings)
    assert (mapping.lines_above, mapping.columns) == (
        1,
        {"Personnel number": "hr_id", "E-mail": "email", "Surname": "family_name"},
    )
    preview = saved_mappings.preview_mapping(saved, mapping)
    assert (preview.columns, preview.rows) == (
        ["hr_id", "email", "family_name"],
        [(3, ["7", "a@x.example", "Lind"])],
    )


def test_preview_shows_what_is_wrong_with_the_first_rows():
    saved = make_mapping(WORKDAY.replace("Finland", "Germany").encode())
    preview = saved_mappings.preview_mapping(saved, mappings.read_mapping(saved.settings))
    assert (
        str(preview.problems[0])
        == "Row 2, column Country: Say in the mapping what “Germany” means."
    )


def test_sample_without_the_columns_that_are_needed_is_still_shown():
    saved = make_mapping(b"Surname,Colour\nLind,red\n")
    mapping = mappings.read_mapping(saved.settings)
    assert saved_mappings.preview_mapping(saved, mapping).rows == [(2, ["Lind"])]
    with pytest.raises(MappingRefusedError, match="read as hr_id"):
        saved_mappings.save_mapping(saved, mapping, actor="system:test", at=NOW)


@pytest.mark.parametrize(
    ("name", "message"), [("begun", "never saved"), ("nothing", "There are: ready")]
)
def test_mapping_that_is_not_there_is_refused_with_what_is(name, message):
    keep(make_mapping(WORKDAY.encode(), "ready"))
    make_mapping(WORKDAY.encode(), "begun")
    with pytest.raises(MappingRefusedError, match=message):
        saved_mappings.find_mapping(name)


def test_mapping_keeps_what_is_known_when_columns_are_added():
    saved = make_mapping(WORKDAY.encode())
    mapping = mappings.read_mapping(saved.settings)
    headers = [*mapping.columns, "Work Email", "Cost Centre"]
    found = saved_mappings.guess_new_columns(mapping, headers)
    assert found.columns == mapping.columns | {"Work Email": "", "Cost Centre": ""}


@pytest.mark.databases
@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"hr_id,HR\0ID\nE1,x\n", "Row 1, column 2"),
        (b"hr_id,region\nE1,FI\nE2,F\0I\n", "Row 3, column 2"),
    ],
)
def test_sample_with_a_nul_is_refused_with_its_place(data, place):
    with pytest.raises(MappingRefusedError, match=f"{place} holds a NUL"):
        make_mapping(data)
    assert not SavedMapping.objects.exists()


@pytest.mark.databases
def test_mapping_of_headers_with_a_nul_is_not_saved():
    saved = make_mapping()
    broken = mappings.FeedMapping(columns={"HR\0ID": "hr_id"})
    with pytest.raises(MappingRefusedError, match="HR␀ID"):
        saved_mappings.save_mapping(saved, broken, actor="system:test", at=NOW)


@pytest.mark.databases
def test_second_mapping_of_one_name_is_refused_when_both_are_begun_at_once():
    make_mapping(name="payroll")
    with pytest.raises(saved_mappings.MappingTakenError, match="There is a mapping of this name"):
        make_mapping(name="payroll")
    assert SavedMapping.objects.count() == 1

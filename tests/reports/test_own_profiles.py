"""The organisation's own export profiles: made, previewed, used by name, refused with a lost column."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.utils import timezone

import pytest

from ledger.models import Entry
from reports.exporting import own_profiles, saved_profiles, writers
from reports.exporting.own_profiles import OwnProfile, ProfileRefusedError
from reports.exporting.profiles import PROFILES, RowLeftOutError
from reports.models import ExportRun, SavedProfile
from reports.status_columns import NAMES
from tests.factories.people import make_person
from tests.reports.makers import make_award, make_certification
from tests.reports.test_export_profiles import ASSIGNED, CERTIFIED, EXEMPT, REVOKED
from tests.worlds import make_profile

SMALL = OwnProfile(
    based_on="machine",
    columns=(("hr_id", "Employee"), ("status", "State"), ("compliant", "OK")),
)


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def core(db: None):
    return make_certification()


def one_row(own: OwnProfile, cells: dict[str, str]) -> dict[str, str]:
    profile = own_profiles.make_profile("ours", own)
    return dict(zip(profile.headers, profile.shape_row(cells), strict=True))


def file_of(own: OwnProfile, *rows: dict[str, str]) -> bytes:
    profile = own_profiles.make_profile("ours", own)
    made = (profile.shape_row(row) for row in rows)
    return b"".join(writers.write_rows(profile, made, most=len(rows)))


def keep(name: str, own: OwnProfile) -> SavedProfile:
    saved = make_profile(name, own.based_on)
    saved.settings = own.as_json()
    saved.save()
    return saved


# what a profile says; no database


@pytest.mark.parametrize("name", list(PROFILES))
def test_copy_of_a_ready_profile_writes_the_same_file(name):
    own = own_profiles.copy_ready_profile(name)
    assert own_profiles.read_own_profile(json.loads(json.dumps(own.as_json()))) == own
    assert own_profiles.find_problems(own) == []
    profile = own_profiles.make_profile("ours", own)
    for cells in (CERTIFIED, REVOKED, EXEMPT, ASSIGNED):
        try:
            expected = PROFILES[name].shape_row(cells)
        except ValueError as refusal:
            with pytest.raises(type(refusal)):
                profile.shape_row(cells)
        else:
            assert profile.shape_row(cells) == expected
    made = [profile.shape_row(CERTIFIED)]
    if name != "xlsx":  # the archive says when it was made
        ready = b"".join(writers.write_rows(PROFILES[name], made, most=1))
        assert b"".join(writers.write_rows(profile, made, most=1)) == ready


def test_own_profile_has_its_columns_in_its_order_under_its_names():
    columns = (
        ("valid_through", "Until"),
        ("hr_id", "Employee"),
        ("workday:Rescind_Enrollment", "X"),
    )
    told = one_row(replace(SMALL, columns=columns), REVOKED)
    assert list(told.items()) == [("Until", "2027-03-01"), ("Employee", "007"), ("X", "1")]


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("iso", "2026-03-31"),
        ("dd.mm.yyyy", "31.03.2026"),
        ("dd/mm/yyyy", "31/03/2026"),
        ("mm/dd/yyyy", "03/31/2026"),
        ("yyyymmdd", "20260331"),
    ],
)
def test_own_profile_writes_days_as_it_says(style, written):
    own = replace(SMALL, columns=(("due_on", "Due"), ("floor_on", "None")), date_style=style)
    assert one_row(own, CERTIFIED) == {"Due": written, "None": ""}


@pytest.mark.parametrize(
    ("style", "zone", "written"),
    [
        ("iso", "UTC", "2026-03-01T22:30:12Z"),
        ("iso", "Europe/Helsinki", "2026-03-02T00:30:12+02:00"),
        ("plain", "America/New_York", "2026-03-01 17:30:12"),
        ("offset", "Asia/Kolkata", "2026-03-02 04:00:12 +05:30"),
        ("dated", "Europe/Helsinki", "02.03.2026 00:30:12"),
    ],
)
def test_own_profile_writes_moments_in_its_zone(style, zone, written):
    own = replace(
        SMALL,
        columns=(("passed_at", "When"), ("hold_since", "None")),
        date_style="dd.mm.yyyy",
        instant_style=style,
        zone=zone,
    )
    told = one_row(own, CERTIFIED | {"passed_at": "2026-03-01T22:30:12Z"})
    assert told == {"When": written, "None": ""}


def test_own_profile_says_statuses_and_truths_in_its_words():
    own = replace(SMALL, statuses={"certified": "DONE"}, truths="1/0")
    assert one_row(own, CERTIFIED) == {"Employee": "007", "State": "DONE", "OK": "1"}
    assert one_row(own, REVOKED) == {"Employee": "007", "State": "revoked", "OK": "0"}


def test_own_profile_guards_formulas_only_for_spreadsheets():
    odd = CERTIFIED | {"hr_id": "=1+1"}
    own = replace(SMALL, columns=(("hr_id", "Employee"), ("status", "State")), delimiter=";")
    assert file_of(own, odd) == b"Employee;State\r\n=1+1;certified\r\n"
    guarded = replace(own, guarded=True, quoted=True, encoding="utf-8-sig", delimiter="tab")
    assert file_of(guarded, odd) == (
        b'\xef\xbb\xbf"Employee"\t"State"\r\n"\'=1+1"\t"certified"\r\n'
    )


def test_own_profile_leaves_out_rows_that_its_encoding_cannot_write():
    own = replace(SMALL, columns=(("family_name", "Name"),), encoding="cp1252")
    assert file_of(own, CERTIFIED | {"family_name": "Ångström €"}) == (
        b"Name\r\n\xc5ngstr\xf6m \x80\r\n"
    )
    with pytest.raises(RowLeftOutError, match="“א” is no sign that cp1252 can write"):
        one_row(own, CERTIFIED | {"family_name": "אבא"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": ()}, "at least one column"),
        ({"columns": (("hr_id", "A"), ("status", "A"))}, "Two columns are called “A”"),
        ({"columns": (("hr_id", "=A"),)}, "no name of a column"),
        ({"columns": (("hr_id", "a\nb\x07"),)}, "no name of a column"),
        ({"columns": (("hr_id", "א"),), "encoding": "cp1252"}, "encoding cannot write"),
        ({"zone": "Europe/Nowhere"}, "no time zone “Europe/Nowhere”"),
        ({"zone": "../etc"}, "no time zone"),
        ({"statuses": {"happy": "X"}}, "no status “happy”"),
        ({"statuses": {"certified": "=X"}}, "would run “=X”"),
        ({"delimiter": "x"}, "“x” is no way to write a file"),
        ({"based_on": "paper"}, "there is not: paper"),
        ({"columns": (("shoe_size", "Shoe"), ("hr_id", "Id"))}, "does not have: shoe_size"),
    ],
)
def test_own_profile_with_which_no_file_can_be_written_is_refused(change, words):
    with pytest.raises(ProfileRefusedError, match=words):
        own_profiles.make_profile("ours", replace(SMALL, **change))


# in the console and on the command line


def write_form(browser, name: str, **said: str) -> dict[str, str]:
    """What the page of the profile would send, with some fields filled in otherwise."""
    form = browser.get(f"/people/profiles/{name}/").context["form"]
    sent = {field.html_name: field.value() for field in form}
    kept = {key: value for key, value in sent.items() if value not in (None, False, "")}
    return kept | said


def number_of(source: str) -> int:
    return list(own_profiles.find_sources()).index(source)


@pytest.mark.databases
def test_own_profile_is_made_on_a_page_previewed_and_used_by_name(as_, hugo, ada, core, tmp_path):
    make_award(ada, core, through=timezone.now().date() + timedelta(days=300))
    browser = as_(hugo)
    begun = browser.post("/people/profiles/", {"name": "payroll", "based_on": "workday"})
    assert begun.headers["Location"] == "/people/profiles/payroll/"
    emptied = {f"place-{number}": "" for number in range(len(own_profiles.find_sources()))}
    said = {
        f"place-{number_of('hr_id')}": "20",
        f"header-{number_of('hr_id')}": "Employee",
        f"place-{number_of('status')}": "10",
        "statuses": "certified = DONE",
        "delimiter": "|",
    }
    sent = write_form(browser, "payroll") | emptied | said
    seen = browser.post("/people/profiles/payroll/", sent | {"preview": "1"})
    assert "nothing has been saved" in seen.content.decode()
    assert seen.context["preview"].headers == ("status", "Employee")
    assert seen.context["preview"].rows == (("DONE", ada.hr_id),)
    assert f"status|Employee\r\nDONE|{ada.hr_id}" in seen.context["preview"].text
    assert len(SavedProfile.objects.get().settings["columns"]) == 11
    assert not ExportRun.objects.exists()
    assert browser.post("/people/profiles/payroll/", sent).status_code == 302
    assert [entry.actor for entry in Entry.objects.filter(kind="profile.saved")] == [hugo.actor] * 2
    page = browser.get("/people/export/").content.decode()
    assert 'href="/people/export/payroll/"' in page
    data = browser.get("/people/export/payroll/").getvalue()
    assert data.decode() == f"status|Employee\r\nDONE|{ada.hr_id}\r\n"
    run = ExportRun.objects.get()
    assert (run.profile, run.columns, run.rows) == ("payroll", ["status", "Employee"], 1)
    moment = run.as_of.isoformat()
    out = tmp_path / "payroll.txt"
    options = ("--as-of", moment, "--known-at", moment, "--out", str(out), "--manifest")
    call_command("export_status", "--profile", "payroll", *options)
    assert out.read_bytes() == data
    manifest = json.loads((tmp_path / "payroll.txt.manifest.json").read_text())
    assert (manifest["profile"], manifest["columns"]) == ("payroll", ["status", "Employee"])
    told = Entry.objects.filter(kind="status.exported").latest("seq").data
    assert (told["profile"], told["columns"], told["rows"]) == ("payroll", 2, 1)


@pytest.mark.databases
def test_profile_that_names_a_lost_column_is_refused_and_nothing_is_written(
    as_, hugo, core, tmp_path
):
    lost = replace(SMALL, columns=(("hr_id", "Employee"), ("shoe_size", "Shoe")))
    keep("payroll", lost)
    out = tmp_path / "payroll.csv"
    with pytest.raises(CommandError, match="does not have: shoe_size") as refused:
        call_command("export_status", "--profile", "payroll", "--out", str(out), "--manifest")
    assert refused.value.returncode == 1
    assert list(tmp_path.iterdir()) == []
    reply = as_(hugo).get("/people/export/payroll/")
    assert reply.status_code == 400
    assert "shoe_size" in reply.content.decode()
    assert 'href="/people/export/payroll/"' not in as_(hugo).get("/people/export/").content.decode()
    for address in ("/people/profiles/", "/people/profiles/payroll/"):
        assert "shoe_size" in as_(hugo).get(address).content.decode()
    assert not ExportRun.objects.exists()
    # Saved again from its page, it is whole without the column.
    browser = as_(hugo)
    assert (
        browser.post("/people/profiles/payroll/", write_form(browser, "payroll")).status_code == 302
    )
    assert as_(hugo).get("/people/export/payroll/").getvalue().startswith(b"Employee\r\n")


def test_command_names_the_profiles_that_there_are(core):
    make_profile("payroll", "machine")
    with pytest.raises(CommandError, match=r"There are: people, xlsx, .*, payroll") as refused:
        call_command("export_status", "--profile", "nothing")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("name", ["people", "shown", "payroll", "Not A Slug"])
def test_profile_takes_no_name_that_there_is(as_, hugo, name):
    make_profile("payroll", "machine")
    reply = as_(hugo).post("/people/profiles/", {"name": name, "based_on": "people"})
    assert reply.status_code == 200
    assert reply.context["form"].errors
    assert SavedProfile.objects.count() == 1


def test_profile_that_two_begin_at_once_is_begun_once(core):
    make_profile("payroll", "machine")
    with pytest.raises(saved_profiles.ProfileExistsError):
        make_profile("payroll", "people")
    assert SavedProfile.objects.get().settings["based_on"] == "machine"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"statuses": "certified"}, "write our status"),
        ({"statuses": "happy = X"}, "There is no status “happy”"),
        ({"zone": "Mars"}, "There is no time zone “Mars”"),
        ({"header-0": "known_at"}, "Two columns are called “known_at”"),
        ({"encoding": "utf-7"}, "Select a valid choice"),
    ],
)
def test_profile_page_says_what_is_wrong_and_saves_nothing(as_, hugo, core, said, words):
    make_profile("payroll", "machine")
    browser = as_(hugo)
    reply = browser.post("/people/profiles/payroll/", write_form(browser, "payroll", **said))
    assert reply.status_code == 200
    assert words in reply.content.decode()
    assert (
        SavedProfile.objects.get().settings == own_profiles.copy_ready_profile("machine").as_json()
    )


def test_profile_is_deleted_and_exports_by_its_name_are_refused(as_, hugo, core):
    make_profile("payroll", "machine")
    browser = as_(hugo)
    assert browser.post("/people/profiles/payroll/delete/").status_code == 302
    assert Entry.objects.filter(kind="profile.deleted", actor=hugo.actor).exists()
    assert browser.get("/people/export/payroll/").status_code == 400


def test_export_with_own_profile_lists_formula_cells_for_machines(hugo, core, tmp_path, capsys):
    make_person("=1+1", given_name="=1+1")
    keep("ours", replace(SMALL, columns=(("given_name", "First"), ("hr_id", "Id"))))
    call_command("export_status", "--profile", "ours", "--out", str(tmp_path / "x.csv"))
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text(), newline="")))
    assert ["=1+1"] in [row[:1] for row in rows]
    assert [column for _hr_id, column in ExportRun.objects.get().hits] == ["First"]
    assert "A spreadsheet would read First of" in capsys.readouterr().err


def test_preview_takes_as_many_statements_however_many_people_there_are(
    as_, hugo, core, django_assert_max_num_queries
):
    make_profile("payroll", "machine")
    for _number in range(40):
        make_person()
    browser = as_(hugo)
    browser.get("/people/profiles/payroll/")
    with django_assert_max_num_queries(25):
        preview = browser.get("/people/profiles/payroll/").context["preview"]
    assert (len(preview.rows), preview.headers) == (5, NAMES)

"""Exports agree with the people list and the rules, and hold no cell that a spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.utils import timezone

import pytest

from accounts import people
from accounts.models import User
from accounts.spreadsheets import escape_formula
from certificates.models import Hold
from ledger.models import Entry
from reports.exporting import profiles, writers
from reports.models import ExportRun
from reports.status_columns import COLUMNS, NAMES
from tests.conftest import NOW
from tests.factories.certificates import make_passed_attempt
from tests.factories.people import give_role, make_person, make_region
from tests.reports.makers import happen, make_award, make_certification

TODAY = timezone.now().date()
DAY = timedelta(days=1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def core(db: None):
    return make_certification()


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def of(person: User, data: bytes) -> dict[str, str]:
    [row] = [row for row in read(data) if row["hr_id"] == person.hr_id]
    return row


def download(browser, query: str = "") -> bytes:
    reply = browser.get(f"/people/export.csv?{query}")
    assert reply.status_code == 200
    return b"".join(reply.streaming_content)


def export(tmp_path, *options: str) -> bytes:
    path = tmp_path / "status.csv"
    call_command("export_status", *options, "--out", str(path))
    return path.read_bytes()


@pytest.mark.parametrize(
    "query",
    ["", "status=certified", "status=lapsed", "region=BR", "q=a", "employment=all", "ends=30"],
)
def test_export_matches_the_filtered_people_list(as_, hugo, ada, ben, carol, core, query):
    make_award(ada, core, through=TODAY + 300 * DAY)
    make_award(ben, core, through=TODAY + 10 * DAY)
    make_award(carol, core, through=TODAY - 10 * DAY)
    browser = as_(hugo)
    shown = {row.hr_id: row.status for row in browser.get(f"/people/?{query}").context["page"].rows}
    assert {row["hr_id"]: row["status"] for row in read(download(browser, query))} == shown


def test_export_command_writes_same_bytes_as_download(as_, hugo, ada, core, tmp_path):
    make_award(ada, core, through=TODAY + 300 * DAY)
    saved = download(as_(hugo), "employment=all")
    moment = ExportRun.objects.get().as_of.isoformat()
    again = export(tmp_path, "--as-of", moment, "--known-at", moment, "--certification", core.code)
    assert again == saved


def test_export_row_describes_the_certificate(ada, ben, core, tmp_path):
    award = make_award(ada, core, through=NOW.date() + 100 * DAY)
    row = of(ada, export(tmp_path, "--as-of", NOW.isoformat()))
    assert row["as_of"] == "2026-06-15T09:00:00Z"
    assert (row["status"], row["compliant"], row["days_left"]) == ("certified", "Y", "100")
    assert (row["certificate_no"], row["release_label"]) == (award.number, "v1")
    assert (row["valid_through"], row["expires_at"]) == ("2026-09-23", "2026-09-23T21:00:00Z")
    assert (row["manager_hr_id"], row["employment_status"]) == (ben.hr_id, "active")


def test_export_obeys_as_of_and_known_at(ada, core, tmp_path):
    award = make_award(ada, core, through=NOW.date() + 100 * DAY)
    happen(award, "revoked", NOW)
    people.record_leaving(ada, actor="system:test", at=NOW)

    def at(*clocks: str) -> tuple[str, str]:
        row = of(ada, export(tmp_path, *clocks))
        return row["status"], row["employment_status"]

    before, after = (NOW - DAY).isoformat(), (NOW + DAY).isoformat()
    assert at("--as-of", before) == ("certified", "active")
    assert at("--as-of", after) == ("revoked", "left")
    assert at("--as-of", after, "--known-at", before) == ("certified", "active")


def test_export_omits_people_not_yet_known(ada, core, tmp_path):
    assert export(tmp_path, "--known-at", "2020-01-01").count(b"\r\n") == 1


def test_export_command_refuses_what_nobody_can_know_yet(core, tmp_path):
    with pytest.raises(CommandError, match="Nobody knows yet"):
        export(tmp_path, "--known-at", "2099-12-01")
    assert not ExportRun.objects.exists()


def test_export_row_hash_is_independent_of_the_day(ada, core, tmp_path):
    first, second = (
        of(ada, export(tmp_path, "--as-of", day)) for day in ("2026-01-01", "2026-01-02")
    )
    assert first["row_hash"] == second["row_hash"]
    people.change_person(ada, actor="system:test", at=NOW, site="Oulu")
    assert of(ada, export(tmp_path, "--as-of", "2026-01-02"))["row_hash"] != first["row_hash"]


def test_export_people_profile_has_bom_and_quotes(ada, core, tmp_path):
    data = export(tmp_path)
    assert data.startswith(b'\xef\xbb\xbf"as_of","known_at","hr_id"')
    assert data.endswith(b'"\r\n')


def test_export_machine_profile_lists_formula_cells(core, tmp_path, capsys):
    make_person("=1+1", given_name="=1+1", family_name="x", email="x@northlight.example")
    data = export(tmp_path, "--profile", "machine")
    assert data.startswith(b"as_of,known_at,hr_id")
    assert read(data)[0]["given_name"] == "=1+1"
    assert [column for _hr_id, column in ExportRun.objects.get().hits] == [
        "given_name",
        "display_name",
    ]
    assert "as a formula" in capsys.readouterr().err


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"])
def test_export_guards_formula_cells(sign):
    assert escape_formula(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "Ada", "007", "a=1", "Ångström", "’=1"])
def test_export_leaves_harmless_cells_unchanged(text):
    assert escape_formula(text) == text


def test_export_download_guards_formula_names(as_, hugo, core):
    make_person("@SUM(1)", given_name='=HYPERLINK("x")')
    rows = {row["given_name"] for row in read(download(as_(hugo)))}
    assert '\'=HYPERLINK("x")' in rows


def test_export_preserves_odd_names(core, tmp_path):
    odd = 'Comma, "quote"\nline ; \u05d0 \U0001f600'
    make_person("Odd", family_name=odd)
    assert read(export(tmp_path))[0]["family_name"] == odd


def test_export_is_recorded_with_its_sha256(as_, hugo, ada, core):
    data = download(as_(hugo), "q=ada")
    run = ExportRun.objects.get()
    assert (run.rows, run.sha256) == (1, hashlib.sha256(data).hexdigest())
    assert (run.filters, run.requested_by) == ({"q": "ada"}, hugo.actor)
    assert Entry.objects.get(kind="status.exported").data["sha256"] == run.sha256


def test_export_broken_off_is_not_recorded_as_finished(as_, hugo, core, monkeypatch):
    monkeypatch.setattr(writers, "BATCH", 1)
    reply = as_(hugo).get("/people/export.csv")
    next(reply.streaming_content)
    # Close the stream as a lost connection does, but leave the database connection open for the test.
    reply._iterator.close()
    assert ExportRun.objects.get().finished_at is None


def test_export_of_regional_lead_is_limited_to_region(as_, ada, carol, core):
    lead = give_role(make_person(region=make_region("FI")), "regional_lead", region=carol.region)
    rows = read(download(as_(lead), "employment=all&region=FI"))
    assert rows == []
    assert [row["hr_id"] for row in read(download(as_(lead)))] == [carol.hr_id]


def test_export_query_count_is_independent_of_people(core, tmp_path, django_assert_max_num_queries):
    for _number in range(150):
        make_award(make_person(), core, through=TODAY + 100 * DAY)
    with django_assert_max_num_queries(30):
        assert len(read(export(tmp_path))) == 150


def test_export_covers_people_beyond_one_chunk(core, tmp_path, monkeypatch):
    monkeypatch.setattr("reports.status_rows.CHUNK", 3)
    for _number in range(8):
        make_person()
    assert len(read(export(tmp_path))) == User.objects.count() == 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--as-of", "yesterday"], "is no moment", id="no-moment"),
        pytest.param(["--as-of", "2026-13-01"], "is no moment", id="no-such-month"),
        pytest.param(["--certification", "NONE"], "There are: POST-CORE", id="no-certification"),
        pytest.param(["--out", "/nowhere/at/all.csv"], "No such file", id="no-folder"),
    ],
)
def test_export_command_explains_invalid_options(core, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("export_status", *options)


@pytest.mark.parametrize("name", list(profiles.PROFILES))
def test_export_command_writes_same_file_as_download_in_each_profile(
    as_, hugo, ada, ben, core, tmp_path, name
):
    make_award(ada, core, through=TODAY + 300 * DAY)
    saved = as_(hugo).get(f"/people/export/{name}/?employment=all").getvalue()
    run = ExportRun.objects.get()
    moment = run.as_of.isoformat()
    again = export(tmp_path, "--as-of", moment, "--known-at", moment, "--profile", name)
    if name == "xlsx":
        # The archive says when it was made.
        saved, again = (
            b"".join(
                zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").splitlines()
            )
            for data in (saved, again)
        )
    assert again == saved
    assert run.rows == (1 if name in ("workday", "successfactors", "cornerstone") else 3)


def test_export_command_tells_what_it_left_out(ada, ben, core, tmp_path, capsys):
    happen(make_award(ada, core, through=NOW.date() + 100 * DAY), "revoked", NOW - DAY)
    out = tmp_path / "status.csv"
    options = ("--as-of", NOW.isoformat(), "--profile", "successfactors", "--manifest")
    call_command("export_status", *options, "--out", str(out))
    told = capsys.readouterr().err
    assert f"{ada.hr_id}, POST-CORE: revoked" in told
    assert "1 left out, nothing to report" in told
    manifest = json.loads((tmp_path / "status.csv.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (manifest["rows"], manifest["left_out"]["rows"][0][0]) == (0, ada.hr_id)


def test_export_that_breaks_off_leaves_no_file(core, ada, tmp_path, monkeypatch):
    def broken(*_args):
        yield b"half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.exports.write_rows", lambda *_args, **_named: broken())
    with pytest.raises(CommandError, match=r"No space left on device\. No file was written"):
        export(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert ExportRun.objects.get().finished_at is None


def test_export_says_scores_only_where_the_organisation_allows_it(ada, core, tmp_path, settings):
    course = core.requirements.get().course
    attempt = make_passed_attempt(ada, course, course.releases.get(number=1), at=NOW, percent=87)
    make_award(ada, core, through=NOW.date() + 100 * DAY, attempt=attempt, basis="attempt")
    asked = ("--as-of", NOW.isoformat())
    assert of(ada, export(tmp_path, *asked))["score_percent"] == ""
    settings.EXPORT_SCORE_PROFILES = ["machine"]
    assert of(ada, export(tmp_path, *asked))["score_percent"] == ""
    assert of(ada, export(tmp_path, *asked, "--profile", "machine"))["score_percent"] == "87"


def test_export_says_what_kind_of_hold_stops_somebody(ada, ben, core, tmp_path):
    for person, certification in ((ada, None), (ben, core)):
        Hold.objects.create(
            person=person,
            certification=certification,
            reason="An inquiry",
            starts_at=NOW - DAY,
            recorded_at=NOW - DAY,
            actor="system:test",
        )
    data = export(tmp_path, "--as-of", NOW.isoformat())
    assert [of(person, data)["hold_type"] for person in (ada, ben)] == [
        "everything",
        "certification",
    ]
    assert of(ada, data)["hold_since"] == "2026-06-14T09:00:00Z"


def test_export_refuses_more_rows_than_the_system_takes(as_, hugo, ada, core, monkeypatch):
    small = replace(profiles.PROFILES["cornerstone"], rows=1)
    monkeypatch.setitem(profiles.PROFILES, "cornerstone", small)
    reply = as_(hugo).get("/people/export/cornerstone/")
    assert reply.status_code == 400
    assert "more than the 1 that this system takes in one file" in reply.content.decode()
    assert not ExportRun.objects.exists()


def test_export_page_offers_each_profile_with_the_filters(as_, hugo, ada, core):
    page = as_(hugo).get("/people/export/?q=ada").content.decode()
    assert "Export 1 person" in page
    for name in profiles.PROFILES:
        assert f'href="/people/export/{name}/?q=ada"' in page
    assert as_(hugo).get("/people/export/?colour=red").status_code == 400
    assert as_(hugo).get("/people/export/nothing/").status_code == 400


def test_export_columns_are_documented_in_order():
    text = (ROOT / "docs" / "hr-exports.md").read_text(encoding="utf-8")
    rows = [f"| `{c.name}` | {c.type} | {c.description} |" for c in COLUMNS]
    assert "\n".join(rows) in text
    assert len(set(NAMES)) == len(NAMES)

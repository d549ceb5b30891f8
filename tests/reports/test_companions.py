"""The files beside the status table: the same people and day, from the facts that were known then."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.utils import timezone

import pytest

from certificates.acts.extensions import extend_assignment
from certificates.models import Hold, Waiver
from courses.models import Assignment
from ledger.models import Entry
from reports.exporting.companions import COMPANIONS, PLAIN_PROFILES
from reports.models import ExportRun
from tests.conftest import NOW
from tests.factories.certificates import make_passed_attempt
from tests.factories.channels import make_channel, make_permission
from tests.factories.people import give_role, make_person, make_region
from tests.reports.makers import happen, make_award, make_certification

DAY = timedelta(days=1)
TODAY = timezone.now().date()
ROOT = Path(__file__).resolve().parents[2]
ABOUT_AWARDS = {"completions", "certificate_events"}
SYSTEM = {"recorded_at": NOW - 9 * DAY, "actor": "system:test"}


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def core(db: None):
    return make_certification()


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def write(tmp_path, companion: str, *options: str) -> list[dict[str, str]]:
    path = tmp_path / f"{companion}.csv"
    call_command("export_status", "--companion", companion, *options, "--out", str(path))
    return read(path.read_bytes())


@pytest.mark.databases
def test_completions_have_a_row_for_each_certificate_earned_until_then(ada, ben, core, tmp_path):
    course = core.requirements.get().course
    attempt = make_passed_attempt(
        ada, course, course.releases.get(number=2), at=NOW - 20 * DAY, percent=87
    )
    old = make_award(ada, core, through=(NOW - 30 * DAY).date())
    new = make_award(
        ada,
        core,
        through=(NOW + 300 * DAY).date(),
        release=2,
        attempt=attempt,
        basis="attempt",
        valid_from=NOW - 20 * DAY,
    )
    happen(old, "superseded", NOW - 20 * DAY)
    bens = make_award(ben, core, through=(NOW + 10 * DAY).date())
    happen(bens, "revoked", NOW - 2 * DAY)
    rows = write(tmp_path, "completions", "--as-of", NOW.isoformat())
    assert [(row["hr_id"], row["record_id"], row["state"]) for row in rows] == [
        *([(ben.hr_id, bens.number, "withdrawn")] if ben.pk < ada.pk else []),
        (ada.hr_id, old.number, "replaced"),
        (ada.hr_id, new.number, "valid"),
        *([(ben.hr_id, bens.number, "withdrawn")] if ben.pk > ada.pk else []),
    ]
    told = next(row for row in rows if row["record_id"] == new.number)
    assert told["as_of"] == "2026-06-15T09:00:00Z"
    assert (told["programme_code"], told["basis"], told["release_label"]) == (
        *("POST-CORE", "attempt", "v2"),
    )
    assert told["completed_at"] == attempt.submitted_at.isoformat().replace("+00:00", "Z")
    assert told["score_percent"] == ""
    happen(bens, "reinstated", NOW - DAY)
    again = write(tmp_path, "completions", "--as-of", NOW.isoformat())
    assert {row["record_id"]: row["state"] for row in again}[bens.number] == "valid"
    # By what was known before, it was still withdrawn; and before that it was fine.
    for known, state in ((NOW - DAY - DAY / 2, "withdrawn"), (NOW - 3 * DAY, "valid")):
        then = write(
            tmp_path, "completions", "--as-of", NOW.isoformat(), "--known-at", known.isoformat()
        )
        assert {row["record_id"]: row["state"] for row in then}[bens.number] == state


def test_completions_say_scores_only_where_the_organisation_allows_it(
    ada, core, tmp_path, settings
):
    course = core.requirements.get().course
    attempt = make_passed_attempt(ada, course, course.releases.get(number=1), at=NOW, percent=87)
    make_award(ada, core, through=NOW.date() + 100 * DAY, attempt=attempt, basis="attempt")
    settings.EXPORT_SCORE_PROFILES = ["machine"]
    asked = ("--as-of", NOW.isoformat())
    assert write(tmp_path, "completions", *asked)[0]["score_percent"] == ""
    told = write(tmp_path, "completions", *asked, "--profile", "machine")
    assert told[0]["score_percent"] == "87"


@pytest.mark.databases
def test_certificate_events_tell_what_happened_in_order(ada, core, tmp_path):
    award = make_award(ada, core, through=(NOW + 10 * DAY).date())
    happen(award, "revoked", NOW - 2 * DAY)
    happen(award, "reinstated", NOW - DAY)
    happen(award, "revoked", NOW + DAY)
    rows = write(tmp_path, "certificate_events", "--as-of", NOW.isoformat())
    assert [row["event"] for row in rows] == ["issued", "revoked", "reinstated"]
    assert rows[1]["effective_at"] == "2026-06-13T09:00:00Z"
    assert rows[0]["record_id"] == f"{award.number}:issued"
    assert len({row["record_id"] for row in rows}) == 3
    before = write(tmp_path, "certificate_events", "--as-of", (NOW - 2 * DAY).isoformat())
    assert [row["event"] for row in before] == ["issued", "revoked"]


@pytest.mark.databases
def test_channel_rights_have_a_row_for_each_action_of_a_role(ada, tmp_path, core):
    blog = make_channel("BLOG", title="Corporate blog")
    right = make_permission(blog, ada, role="approver")
    at = (right.starts_at + DAY).isoformat()
    rows = write(tmp_path, "channel_rights", "--as-of", at)
    assert [row["action"] for row in rows] == ["publish", "schedule", "reply", "approve"]
    assert {(row["channel_code"], row["role"], row["until"]) for row in rows} == {
        ("BLOG", "approver", "")
    }
    assert rows[0]["since"] == right.starts_at.isoformat().replace("+00:00", "Z")
    before = (right.starts_at - DAY).isoformat()
    assert write(tmp_path, "channel_rights", "--as-of", before) == []


@pytest.mark.databases
def test_exceptions_are_holds_waivers_and_extensions_that_count_then(ada, ben, core, tmp_path):
    course = core.requirements.get().course
    hold = Hold.objects.create(
        person=ada, reason="An inquiry", starts_at=NOW - 5 * DAY, review_on=NOW.date(), **SYSTEM
    )
    Waiver.objects.create(
        person=ada,
        certification=core,
        reason="On parental leave",
        starts_at=NOW - 4 * DAY,
        until=NOW + 40 * DAY,
        **SYSTEM,
    )
    asked = Assignment.objects.create(
        person=ben,
        course=course,
        assigned_at=NOW - 8 * DAY,
        due_on=NOW.date(),
        reason="New",
        **SYSTEM,
    )
    extend_assignment(
        asked, due_on=NOW.date() + 30 * DAY, actor="system:test", at=NOW - DAY, reason="Ill"
    )
    rows = write(tmp_path, "exceptions", "--as-of", NOW.isoformat())
    told = {row["exception_type"]: row for row in rows}
    assert len(rows) == len(told) == 3
    assert (told["hold"]["hr_id"], told["hold"]["programme_code"], told["hold"]["until"]) == (
        *(ada.hr_id, "", ""),
    )
    assert told["waiver"]["until"] == "2026-07-25T09:00:00Z"
    extension = told["extension"]
    assert (extension["hr_id"], extension["course_code"]) == (ben.hr_id, course.code)
    assert (extension["was_due_on"], extension["due_on"]) == ("2026-06-15", "2026-07-15")
    text = (tmp_path / "exceptions.csv").read_text()
    for reason in ("inquiry", "parental", "Ill"):
        assert reason not in text
    # An end that was recorded later was not known then.
    Hold.objects.filter(pk=hold.pk).update(
        ended_at=NOW + DAY, end_recorded_at=NOW + DAY, end_actor="system:test"
    )
    for known, until in ((NOW, ""), (NOW + 2 * DAY, "2026-06-16T09:00:00Z")):
        then = write(
            tmp_path, "exceptions", "--as-of", NOW.isoformat(), "--known-at", known.isoformat()
        )
        assert {row["exception_type"]: row["until"] for row in then}["hold"] == until


@pytest.mark.databases
def test_companions_hold_the_people_of_the_list_and_nobody_else(as_, hugo, ada, carol, core):
    for person in (ada, carol):
        make_award(person, core, through=TODAY + 300 * DAY)
    assert as_(hugo).head("/people/export/completions/machine/?q=ada").status_code == 200
    assert not ExportRun.objects.exists()
    data = as_(hugo).get("/people/export/completions/machine/?q=ada").getvalue()
    assert [row["hr_id"] for row in read(data)] == [ada.hr_id]
    run = ExportRun.objects.get()
    assert (run.schema, run.profile, run.rows) == ("hr-completions/1", "machine", 1)
    assert run.filters == {"q": "ada"}
    assert run.columns[:3] == ["as_of", "known_at", "record_id"]
    entry = Entry.objects.get(kind="status.exported")
    assert (entry.actor, entry.data["schema"]) == (hugo.actor, "hr-completions/1")
    lead = give_role(make_person(region=make_region("FI")), "regional_lead", region=carol.region)
    regional = as_(lead).get("/people/export/completions/machine/?employment=all").getvalue()
    assert [row["hr_id"] for row in read(regional)] == [carol.hr_id]
    assert as_(hugo).get("/people/export/completions/machine/?colour=red").status_code == 400


@pytest.mark.parametrize("companion", COMPANIONS)
def test_companion_is_written_in_each_plain_way(as_, hugo, ada, core, companion):
    make_award(ada, core, through=TODAY + 300 * DAY)
    page = as_(hugo).get("/people/export/?q=ada").content.decode()
    for profile in PLAIN_PROFILES:
        address = f"/people/export/{companion}/{profile}/?q=ada"
        assert f'href="{address}"' in page
        data = as_(hugo).get(address).getvalue()
        if profile != "jsonl":
            assert data  # a header at least
            continue
        schemas = {json.loads(row)["schema"] for row in data.decode().splitlines()}
        assert schemas == ({f"hr-{companion}/1"} if companion in ABOUT_AWARDS else set())
    assert as_(hugo).get(f"/people/export/{companion}/workday/").status_code == 404


def test_companion_of_a_system_profile_is_refused_by_the_command(core):
    with pytest.raises(CommandError, match="takes these profiles: people") as refused:
        call_command("export_status", "--companion", "exceptions", "--profile", "workday")
    assert refused.value.returncode == 2
    assert not ExportRun.objects.exists()


def test_companion_guards_formula_cells(core, tmp_path):
    person = make_person("=1+1")
    make_award(person, core, through=(NOW + 10 * DAY).date())
    asked = ("--as-of", NOW.isoformat())
    assert write(tmp_path, "completions", *asked)[0]["display_name"] == "'=1+1"
    machine = write(tmp_path, "completions", *asked, "--profile", "machine")
    assert machine[0]["display_name"] == "=1+1"
    assert [column for _id, column in ExportRun.objects.latest("pk").hits] == ["display_name"]


@pytest.mark.parametrize("companion", COMPANIONS)
def test_companion_takes_as_many_statements_for_one_person_as_for_many(
    ada, core, tmp_path, companion, django_assert_max_num_queries
):
    blog = make_channel("BLOG")
    for person in [ada, *(make_person() for _number in range(30))]:
        make_award(person, core, through=(NOW + 10 * DAY).date())
        make_permission(blog, person)
        Hold.objects.create(person=person, reason="Why", starts_at=NOW - DAY, **SYSTEM)
    with django_assert_max_num_queries(17):
        rows = write(tmp_path, companion, "--as-of", (NOW + DAY).isoformat())
    assert len({row["hr_id"] for row in rows}) == 31


@pytest.mark.databases
def test_companion_covers_people_beyond_one_chunk(core, tmp_path, monkeypatch):
    monkeypatch.setattr("reports.exporting.companion_rows.CHUNK", 2)
    for _number in range(5):
        make_award(make_person(), core, through=(NOW + 10 * DAY).date())
    rows = write(tmp_path, "completions", "--as-of", NOW.isoformat())
    assert len({row["hr_id"] for row in rows}) == len(rows) == 5


def test_companion_columns_are_documented_in_order():
    text = (ROOT / "docs" / "hr-exports.md").read_text(encoding="utf-8")
    for companion in COMPANIONS.values():
        rows = [f"| `{c.name}` | {c.type} | {c.description} |" for c in companion.own_columns]
        assert f"### `{companion.name}`\n" in text
        assert "\n".join(rows) in text

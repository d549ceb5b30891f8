"""Records that cannot go in are left out on request; whoever leaves still leaves."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from django.core.management import CommandError, call_command

import pytest

from accounts.importing import imports, rejects
from accounts.models import PeopleImport, User
from tests.conftest import NOW
from tests.factories.hr_files import import_file, make_file, make_row, plan_file
from tests.factories.people import make_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def finland():
    make_region("FI")


def left_out(upload: PeopleImport) -> list[tuple[int, bool, bool]]:
    return [(one["row"], one["leaves"], one["left"]) for one in upload.rejects["rows"]]


def skip(*rows: dict[str, str]) -> PeopleImport:
    return plan_file(*rows, at=NOW, skip_rejected=True)


def test_without_the_request_one_problem_stops_the_file():
    upload = plan_file(make_row("E1"), make_row("E2", region="XX"), at=NOW)
    assert upload.state == "refused"
    assert upload.plan["problem_count"] == 1


def test_skip_rejected_plans_the_other_records():
    upload = skip(make_row("E1"), make_row("E2", region="XX"), make_row("E3"))
    assert upload.state == "planned"
    assert [step["hr_id"] for step in upload.plan["steps"]] == ["E1", "E3"]
    assert left_out(upload) == [(3, False, False)]
    assert "region: There is no region “XX”" in upload.rejects["rows"][0]["reasons"][0]


def test_skip_rejected_leaves_out_who_needs_somebody_left_out():
    boss = make_row("E1", region="XX", manager_hr_id="")
    upload = skip(boss, make_row("E2", manager_hr_id="E1"), make_row("E3", manager_hr_id="E2"))
    assert [row for row, _leaves, _left in left_out(upload)] == [2, 3, 4]
    assert upload.plan["steps"] == []


def test_skip_rejected_takes_neither_of_two_records_about_one_person():
    upload = skip(make_row("E1"), make_row("E1", email="b@northlight.example"), make_row("E2"))
    assert [row for row, _leaves, _left in left_out(upload)] == [2, 3]


def test_leaver_leaves_whatever_else_the_record_says():
    import_file(
        make_row("E1", status="", left_on="", country=""),
        make_row("E2", status="", left_on="", country=""),
        at=NOW - timedelta(days=30),
    )
    rows = (
        make_row("E2", status="active", left_on="", country="FI"),
        make_row("E1", status="left", left_on="2026-06-01", country="Nowhere", given_name="Mo"),
    )
    upload = skip(*rows)
    assert left_out(upload) == [(3, True, True)]
    assert [(step["act"], list(step["values"])) for step in upload.plan["steps"]] == [
        ("leave", []),
        ("update", ["country"]),
    ]
    imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)
    person = User.objects.get(hr_id="E1")
    assert person.has_left(NOW)
    assert person.given_name == "Mia"


def test_leaver_who_cannot_leave_comes_first_and_wants_a_tick():
    import_file(make_row("E1", status="", left_on=""), at=NOW)
    upload = skip(
        make_row("E2", region="XX", status="", left_on=""),
        make_row("E1", status="left", left_on="soon"),
    )
    assert left_out(upload) == [(3, True, False), (2, False, False)]
    assert upload.plan["left_out"] == {"records": 2, "staying": 1}
    [caution] = imports.stored_cautions(upload)
    assert "E1 is said to have left and stays" in str(caution)


def test_broken_rows_are_left_out_too():
    data = make_file(make_row("E1")) + b"E2,half\r\n" + b"E3,e3@northlight.example,A\0,B,FI\r\n"
    assert plan_file(data, at=NOW).state == "refused"
    upload = plan_file(data, at=NOW, skip_rejected=True)
    assert [row for row, _leaves, _left in left_out(upload)] == [3, 4]
    assert len(upload.plan["steps"]) == 1


def test_header_problems_are_never_left_out():
    upload = plan_file(b"hr_id,email,shoe\nE1,a@x.example,43\n", at=NOW, skip_rejected=True)
    assert (upload.state, upload.rejects) == ("refused", {})


def test_many_rejected_records_want_a_tick():
    rows = [make_row(f"E{number}", region="XX") for number in range(21)]
    upload = skip(*rows, make_row("F1"))
    assert "21 records are left out" in str(imports.stored_cautions(upload)[0])


def test_rejects_file_has_reasons_and_cells_and_runs_no_formula():
    upload = skip(make_row("E1", given_name="=1+1"), make_row("E2"))
    data = rejects.write_rejects(upload.rejects)
    assert data.startswith(b'\xef\xbb\xbf"row","what happened","reasons","hr_id"')
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert (row["row"], row["what happened"], row["given_name"]) == ("2", "left out", "'=1+1")
    assert "given_name: A value may not start with =." in row["reasons"]


def test_command_writes_the_rejects_beside_the_file(tmp_path, capsys):
    path = tmp_path / "hr.csv"
    path.write_bytes(make_file(make_row("E1"), make_row("E2", region="XX")))
    with pytest.raises(CommandError, match="1 problem"):
        call_command("import_people", str(path))
    assert User.objects.filter(hr_id="E1").count() == 0
    call_command("import_people", str(path), "--skip-rejected")
    assert User.objects.filter(hr_id__in=["E1", "E2"]).count() == 1
    assert b"E2" in (tmp_path / "hr.csv.rejects.csv").read_bytes()
    assert "1 record(s) left out" in capsys.readouterr().err


def test_command_changes_nobody_if_the_rejects_cannot_be_written(tmp_path):
    path = tmp_path / "hr.csv"
    path.write_bytes(make_file(make_row("E1"), make_row("E2", region="XX")))
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command(
            "import_people",
            str(path),
            "--skip-rejected",
            "--rejects",
            str(tmp_path / "no" / "x.csv"),
        )
    assert not User.objects.filter(hr_id="E1").exists()

"""Applying an import plan: all of its steps are done, or none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from django.core.management import CommandError, call_command

import pytest

from accounts import people
from accounts.importing import imports
from accounts.models import EmploymentEvent, HrAlias, PeopleImport, Team, User
from accounts.signals import people_changed
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.hr_files import import_file, make_file, make_row, plan_file
from tests.factories.people import make_person, make_region

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def regions(db: None) -> None:
    make_region("FI")
    make_region("BR", time_zone="America/Sao_Paulo")


def person(hr_id: str) -> User:
    return User.objects.select_related("team", "manager", "sponsor", "region").get(hr_id=hr_id)


def test_import_creates_person_with_all_fields():
    boss = make_row("E2", given_name="Bea")
    row = make_row(
        "E1",
        email="Mia@Northlight.example",
        team_code="SOC",
        team_name="Social",
        manager_hr_id="E2",
        country="fi",
        starts_on="2024-02-29",
    )
    import_file(row, boss, at=NOW)
    mia = person("E1")
    assert (mia.email, mia.display_name, mia.team.name) == (
        "mia@northlight.example",
        "Mia Lind",
        "Social",
    )
    assert (mia.manager.hr_id, mia.country, mia.time_zone) == ("E2", "FI", "Europe/Helsinki")
    assert mia.starts_on == date(2024, 2, 29)
    assert (mia.is_active, mia.has_usable_password()) == (True, False)
    assert people.employment_of(mia, at=NOW).since == datetime(2024, 2, 28, 22, tzinfo=UTC)


def test_import_keeps_leading_zeros_of_hr_id():
    import_file(make_row("0042"), at=NOW)
    assert person("0042")


@pytest.mark.databases
def test_import_of_same_file_twice_changes_nothing():
    row = make_row("E1", team_code="SOC", manager_hr_id="", status="left", left_on="2026-06-30")
    import_file(row, at=NOW)
    again = plan_file(row, at=NOW + DAY)
    assert again.plan["counts"]["unchanged"] == 1
    assert again.plan["steps"] == []


def test_import_leaves_people_absent_from_file_unchanged(ada):
    import_file(make_row("E1"), at=NOW)
    before = (ada.email, ada.manager_id, ada.left_at)
    ada.refresh_from_db()
    assert (ada.email, ada.manager_id, ada.left_at) == before


@pytest.mark.databases
def test_import_ends_employment_after_the_last_day(ada):
    row = make_row(ada.hr_id, email=ada.email, status="left", left_on="2026-06-01")
    import_file(row, at=NOW)
    ada.refresh_from_db()
    assert (ada.left_at, ada.is_active) == (datetime(2026, 6, 1, 21, tzinfo=UTC), False)
    assert ada.manager_id is not None


def test_import_of_returner_reuses_the_person(ada):
    people.record_leaving(ada, actor="system:test", at=NOW - 90 * DAY)
    import_file(make_row(ada.hr_id, email=ada.email, status="active"), at=NOW)
    ada.refresh_from_db()
    assert (ada.left_at, ada.is_active) == (None, True)
    assert [event.what for event in ada.employment.all()] == ["joined", "left", "returned"]


def test_import_sets_contractor_sponsor_and_contract_end():
    contract = {"kind": "contractor", "sponsor_hr_id": "E2", "contract_ends_on": "2026-12-31"}
    import_file(make_row("E1", **contract), make_row("E2"), at=NOW)
    assert person("E1").sponsor.hr_id == "E2"
    assert people.employment_of(person("E1"), at=NOW).ends_at == datetime(
        2026, 12, 31, 22, tzinfo=UTC
    )


def test_import_of_longer_contract_moves_the_end(db):
    contract = {"kind": "contractor", "sponsor_hr_id": "E2", "contract_ends_on": "2026-06-10"}
    import_file(make_row("E1", **contract), make_row("E2"), at=NOW)
    assert not person("E1").is_active
    import_file(make_row("E1", **contract | {"contract_ends_on": "2026-12-31"}), at=NOW + DAY)
    assert person("E1").is_active


def test_import_records_region_change_as_move(ada):
    import_file(make_row(ada.hr_id, email=ada.email, region="BR"), at=NOW)
    assert EmploymentEvent.objects.get(person=ada, what="moved").region.code == "BR"
    assert person(ada.hr_id).region.code == "BR"


def test_import_finds_manager_by_hr_alias(ada, ben):
    HrAlias.objects.create(hr_id="OLD-1", person=ben, recorded_at=NOW, actor="system:test")
    import_file(make_row("E1", manager_hr_id="OLD-1"), at=NOW)
    assert person("E1").manager == ben


def test_import_renames_team():
    import_file(make_row("E1", team_code="SOC", team_name="Social"), at=NOW)
    import_file(make_row("E1", team_code="SOC", team_name="Social media"), at=NOW)
    assert Team.objects.get(code="SOC").name == "Social media"


@pytest.mark.databases
def test_import_refuses_whole_file_for_one_bad_row():
    upload = plan_file(make_row("E1"), make_row("E2", region="XX"), at=NOW)
    assert upload.state == PeopleImport.State.REFUSED
    with pytest.raises(imports.PlanNotAppliedError, match="Correct it"):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)
    assert not User.objects.filter(hr_id__in=["E1", "E2"]).exists()


@pytest.mark.databases
def test_plan_is_applied_only_once():
    upload = import_file(make_row("E1"), at=NOW)
    with pytest.raises(imports.PlanNotAppliedError, match="already"):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)


def test_plan_changed_after_review_is_not_applied():
    upload = plan_file(make_row("E1"), at=NOW)
    digest = upload.plan["digest"]
    upload.plan["steps"][0]["values"]["email"] = "thief@northlight.example"
    upload.save()
    with pytest.raises(imports.PlanNotAppliedError, match="not the plan you have seen"):
        imports.apply_plan(upload, digest=digest, actor="system:test", at=NOW)


@pytest.mark.parametrize("other", ["changed", "taken"])
@pytest.mark.databases
def test_outdated_plan_is_not_applied(ada, other):
    names = {"given_name": ada.given_name, "family_name": ada.family_name}
    row = make_row(ada.hr_id, email="new@northlight.example", **names)
    upload = plan_file(row, at=NOW)
    if other == "changed":
        people.change_person(ada, actor="system:test", at=NOW, site="Oulu")
    else:
        make_person(email="new@northlight.example")
    with pytest.raises(imports.PlanNotAppliedError, match="Make a new plan"):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)
    assert person(ada.hr_id).email == "ada@northlight.example"


def test_plan_is_not_applied_when_manager_circle_arose_since(ada, ben):
    upload = plan_file(
        make_row(ben.hr_id, email=ben.email, manager_hr_id="E7"), make_row("E7"), at=NOW
    )
    assert not upload.plan["problems"]
    other = make_person(hr_id="E8")
    upload = plan_file(make_row(ben.hr_id, email=ben.email, manager_hr_id="E8"), at=NOW)
    people.change_person(other, actor="system:test", at=NOW, manager=ada)
    with pytest.raises(imports.PlanNotAppliedError, match="circle"):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)


def test_import_ledger_entries_hold_no_personal_data(ada):
    import_file(make_row(ada.hr_id, email=ada.email, given_name="Adele"), make_row("E1"), at=NOW)
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"people.imported", "person.joined", "person.changed"} <= kinds
    written = json.dumps(list(Entry.objects.values_list("subject", "data")))
    assert "Adele" not in written
    assert "northlight" not in written


def test_import_sends_one_signal_for_all_people():
    heard: list[list[int]] = []

    def hear(person_ids: list[int], **_: object) -> None:
        heard.append(sorted(person_ids))

    people_changed.connect(hear)
    try:
        import_file(make_row("E1"), make_row("E2"), at=NOW)
    finally:
        people_changed.disconnect(hear)
    assert heard == [sorted([person("E1").pk, person("E2").pk])]


@pytest.mark.databases
def test_import_query_count_is_constant(django_assert_max_num_queries):
    rows = [make_row(f"E{number}", manager_hr_id=f"E{number // 5 + 1}") for number in range(2, 300)]
    upload = plan_file(*rows, make_row("E1"), at=NOW)
    with django_assert_max_num_queries(40):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)


@pytest.fixture
def hr_file(tmp_path):
    def write(*rows, data: bytes | None = None):
        path = tmp_path / "hr.csv"
        path.write_bytes(make_file(*rows) if data is None else data)
        return path

    return write


def test_import_command_creates_people(hr_file, capsys):
    call_command("import_people", hr_file(make_row("E1")))
    assert "create: 1" in capsys.readouterr().out
    assert person("E1")


def test_import_dry_run_shows_plan_and_changes_nobody(hr_file, capsys):
    call_command("import_people", hr_file(make_row("E1")), "--dry-run")
    assert "     2  create    E1" in capsys.readouterr().out
    assert not User.objects.filter(hr_id="E1").exists()


def test_import_dry_run_shows_what_becomes_of_each_value(hr_file, ada, capsys):
    row = make_row(ada.hr_id, email=ada.email, site="Espoo", status="left", left_on="2099-06-30")
    call_command("import_people", hr_file(row), "--dry-run")
    shown = capsys.readouterr().out
    assert "site: – → Espoo" in shown
    assert "left_on: last day 30 June 2099" in shown


def test_import_dry_run_names_row_and_column_of_problems(hr_file, capsys):
    with pytest.raises(CommandError, match="Nothing was changed: 1 problem"):
        call_command("import_people", hr_file(make_row("E1", region="XX")), "--dry-run")
    assert "Row 2, column region: There is no region" in capsys.readouterr().err


def test_import_command_exits_2_until_warnings_are_accepted(hr_file, ada, capsys):
    path = hr_file(make_row("E1", email="mia@elsewhere.example"))
    call_command("import_people", path, "--dry-run")
    assert "Warning: Row 2, column email: Nobody has an address at" in capsys.readouterr().err
    with pytest.raises(CommandError, match="Nothing was changed: look at the warnings") as refused:
        call_command("import_people", path)
    assert refused.value.returncode == 2
    assert not User.objects.filter(hr_id="E1").exists()
    call_command("import_people", path, "--accept-warnings")
    assert person("E1")


@pytest.mark.parametrize("ring", [2, 3])
def test_addresses_can_be_swapped_in_one_file(ring):
    hr_ids = [f"E{number}" for number in range(ring)]
    import_file(*map(make_row, hr_ids), at=NOW)
    given = {hr_id: f"e{(n + 1) % ring}@northlight.example" for n, hr_id in enumerate(hr_ids)}
    import_file(*(make_row(hr_id, email=email) for hr_id, email in given.items()), at=NOW)
    assert dict(User.objects.filter(hr_id__in=hr_ids).values_list("hr_id", "email")) == given


def test_address_that_its_owner_gives_up_goes_to_a_new_person():
    import_file(make_row("E1"), at=NOW)
    new = make_row("E2", email="e1@northlight.example")
    import_file(new, make_row("E1", email="mia@northlight.example"), at=NOW)
    assert person("E2").email == "e1@northlight.example"


def test_import_command_refuses_100_mb_file(tmp_path, capsys):
    path = tmp_path / "huge.csv"
    with path.open("wb") as huge:
        huge.truncate(100 * 1024 * 1024)
    with pytest.raises(CommandError):
        call_command("import_people", path)
    assert "The file has 100 MB; the limit is 10 MB" in capsys.readouterr().err


def test_import_command_names_missing_file(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_people", tmp_path / "none.csv")


def test_make_people_is_repeatable(capsys):
    call_command("make_people", 60)
    first = list(
        User.objects.order_by("hr_id").values_list("hr_id", "display_name", "manager__hr_id")
    )
    call_command("make_people", 60)
    assert first == list(
        User.objects.order_by("hr_id").values_list("hr_id", "display_name", "manager__hr_id")
    )
    assert EmploymentEvent.objects.filter(what="joined").count() == 60
    assert User.objects.get(hr_id="LOAD-000030").manager.hr_id == "LOAD-000002"


def test_make_people_refuses_more_than_the_limit():
    with pytest.raises(CommandError):
        call_command("make_people", 100_001)


def test_make_people_dry_run_creates_nobody(db, capsys):
    call_command("make_people", 20, "--dry-run")
    assert "would be made" in capsys.readouterr().out
    assert not User.objects.filter(hr_id__startswith="LOAD-").exists()


def test_applied_plan_is_emptied_and_keeps_counts_and_digest():
    upload = plan_file(make_row("E1", email="mia@northlight.example"), at=NOW)
    digest = upload.plan["digest"]
    imports.apply_plan(upload, digest=digest, actor="system:test", at=NOW)
    upload.refresh_from_db()
    assert (upload.plan["counts"]["create"], upload.plan["digest"]) == (1, digest)
    assert "mia" not in json.dumps(upload.plan).casefold()


def test_emptied_plan_cannot_be_applied():
    upload = plan_file(make_row("E1"), at=NOW)
    upload.plan = imports.empty_plan(upload.plan)
    upload.save()
    with pytest.raises(imports.PlanNotAppliedError, match="Upload the file again"):
        imports.apply_plan(upload, digest=upload.plan["digest"], actor="system:test", at=NOW)
    assert not User.objects.filter(hr_id="E1").exists()

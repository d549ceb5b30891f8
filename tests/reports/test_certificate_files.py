"""Certificates of an earlier register come in as a file: with a plan, its effect, and a reason for each refusal."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

import pytest
import time_machine
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import HrAlias, User
from accounts.readers import csv_tables
from certificates.acts import awards
from certificates.models import Award
from certificates.rules.dates import first_day, last_day
from ledger.facts import list_proved_models
from ledger.models import Entry
from notifications.models import Notification
from reports.certificate_files import columns, planning
from reports.certificate_files.planning import CertificatesPlan
from tests.conftest import NOW
from tests.factories.channels import accept_rules, make_certification, make_channel, make_permission
from tests.home.test_decisive_columns import find_breaks

PAGE = "/certification/import/"
HEADER = "person,certification,earned_on,valid_through,evidence,zone\n"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def blog(ada: User) -> Any:
    """A channel on which Ada lacks nothing but the certificate."""
    channel = make_channel("BLOG", title="Blog")
    make_permission(channel, ada)
    accept_rules(channel, ada)
    return channel


def read(text: str) -> list[csv_tables.TableRow]:
    return columns.read_certificates(text).rows


def plan(text: str, actor: User, people: Any = None) -> CertificatesPlan:
    visible = User.objects.people() if people is None else people
    return planning.plan_certificates(read(text), visible, actor=actor.actor, at=NOW)


def apply(text: str, actor: User, **more: Any) -> CertificatesPlan:
    said = {"digest": plan(text, actor).digest, "leave_out_refused": False, **more}
    people = User.objects.people()
    return planning.apply_certificates(read(text), people, actor=actor.actor, at=NOW, **said)


def outcomes(found: CertificatesPlan) -> list[str]:
    return [str(row.outcome) for row in found.rows]


def words(page: Any) -> str:
    return " ".join(BeautifulSoup(page.content, "html.parser").select_one("main").text.split())


@pytest.mark.databases
def test_plan_counts_whoever_reads_mails_once(as_, hugo, ada, blog):
    make_certification("POST-MORE")
    rows = [
        f"{ada.hr_id};{code};2026-03-01;2026-12-31;Old;x" for code in ("POST-CORE", "POST-MORE")
    ]
    head = "Employee ID;programme;passed on;valid until;source;note"
    browser = as_(hugo)
    page = upload(browser, "\n".join([head, *rows]))
    assert "1 person reads in a mail" in words(page)
    assert press(browser, page).status_code == 302
    assert Notification.objects.filter(recipient=ada, kind="certified").count() == 2


def press(browser: Any, page: Any, **more: str) -> Any:
    """Press the button of the plan: what its form holds is sent."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form:has([name=digest])")
    fields = {one["name"]: one.get("value") for one in form.select("input[type=hidden]")}
    text = form.select_one("textarea").text.removeprefix("\n")
    return browser.post(PAGE, {**fields, "text": text, "step": "do", **more})


def upload(browser: Any, text: str) -> Any:
    return browser.post(PAGE, {"file": SimpleUploadedFile("old.csv", text.encode())})


@pytest.mark.databases
def test_earlier_certificates_are_planned_with_their_effect_and_taken_in_once(
    as_, hugo, ada, ben, blog
):
    text = (
        f"Employee ID;programme;passed on;valid until;source;time zone;note\n"
        f"{ada.hr_id};post-core;2025-09-01;2026-08-31;Old register, page 7;America/New_York;x\n"
        f"{ada.hr_id};POST-CORE;2024-09-01;;Old register, page 6;;x\n"
        f"{ben.hr_id};POST-CORE;;2020-12-31;Old register;;x\n"
        f"Q-404;POST-CORE;2025-09-01;;Old register;;x\n"
    )
    browser = as_(hugo)
    page = upload(browser, text)
    said = words(page)
    assert "3 new certificates, 0 on record already, 1 cannot go in" in said
    assert "Ada Virtanen Certificate POST-CORE: Not required becomes Certified" in said
    assert "May post on Blog again." in said
    assert "1 person reads in a mail" in said
    assert "person: Nobody whom you may read has this HR id." in said
    assert "These columns are not used: note." in said
    assert (Award.objects.count(), Notification.objects.count()) == (0, 0)
    assert "Some rows cannot go in" in words(press(browser, page))
    assert press(browser, page, leave_out_refused="on").status_code == 302
    older, newer = ada.awards.order_by("issued_at")
    assert (older.valid_through, older.policy_tz) == (date(2025, 8, 31), "Europe/Helsinki")
    assert (newer.previous, newer.evidence_note) == (older, "Old register, page 7")
    assert str(newer.valid_from) == "2025-09-01 04:00:00+00:00"
    assert str(newer.expires_at) == "2026-09-01 04:00:00+00:00"
    assert ben.awards.get().earned_on == date(2020, 1, 1)
    assert not older.events.exists()
    proved = next(one for one in list_proved_models() if one.model is Award)
    assert find_breaks(proved) == []
    entry = Entry.objects.get(kind="certificates.imported")
    assert entry.data.items() >= {"new": 3, "unchanged": 0, "refused": 1}.items()
    assert Notification.objects.get().key == f"certified:{newer.uuid}"
    again = upload(browser, text)
    assert "0 new certificates, 3 on record already" in words(again)
    assert "There is nothing to apply." in words(again)


# The row, as it stands below the header, and what it is told; of two rows the second is refused.
REFUSED = {
    "nobody": ("Q-404,POST-CORE,2025-09-01,,Paper,", "person: Nobody whom you may read"),
    "oneself": ("{hugo},POST-CORE,2025-09-01,,Paper,", "person: This is your own record."),
    "no person": (",POST-CORE,2025-09-01,,Paper,", "person: Nobody whom you may read"),
    "certification": (
        "{ada},POST-COREX,2025-09-01,,Paper,",
        "certification: There is no such certification. Known: POST-CORE, RETIRED.",
    ),
    "no evidence": ("{ada},POST-CORE,2025-09-01,, ,", "evidence: There is no evidence."),
    "long": ("{ada},POST-CORE,2025-09-01,," + "x" * 501 + ",", "evidence: This is longer"),
    "no day": ("{ada},POST-CORE,,,Paper,", "earned_on: There is no day."),
    "two ways": ("{ada},POST-CORE,01.09.2025,,Paper,", "earned_on: “01.09.2025” could be read"),
    "no such day": ("{ada},POST-CORE,,2025-02-30,Paper,", "valid_through: There is no day"),
    "no end": ("{ada},POST-CORE,2025-09-01,9999-12-31,Paper,", "valid_through: Every certificate"),
    "future": ("{ada},POST-CORE,2026-06-16,,Paper,", "earned_on: The day is in the future"),
    "long ago": ("{ada},POST-CORE,1999-06-16,,Paper,", "earned_on: The day is before the year"),
    "reversed": (
        "{ada},POST-CORE,2025-09-01,2025-08-31,Paper,",
        "valid_through: The last day is before the day it was earned.",
    ),
    "too long": (
        "{ada},POST-CORE,2025-09-01,2026-10-31,Paper,",
        "valid_through: No certificate of that day holds so long. Write 2026-10-30",
    ),
    "zone": (
        "{ada},POST-CORE,2025-09-01,,Paper,Mars/Olympus",
        "zone: There is no time zone “Mars/Olympus”.",
    ),
    "retired": ("{ada},RETIRED,2025-09-01,,Paper,", "certification: It had been retired by then."),
    "overlap": (
        "{ada},POST-CORE,2024-09-02,,Paper,\n{ada},POST-CORE,2025-09-01,,Paper,",
        "earned_on: The certificate of line 2 holds on that day, through 2025-09-01.",
    ),
    "twice": (
        "{ada},POST-CORE,2024-09-02,,Paper,\n{ada},POST-CORE,2024-09-02,,Paper,",
        "earned_on: The certificate of line 2 holds on that day",
    ),
    "twice by two ids": (
        "{ada},POST-CORE,2024-09-02,,Paper,\nOLD-1,POST-CORE,2024-09-02,,Paper,",
        "earned_on: The certificate of line 2 holds on that day",
    ),
    "newer on record": ("{ben},POST-CORE,2024-09-01,,Paper,", "of 1 February 2026 is newer."),
    "held on record": ("{ben},POST-CORE,2026-03-01,,Paper,", "still held on that day, through"),
    "other end": (
        "{ben},POST-CORE,2026-02-01,2026-12-31,Paper,",
        "valid_through: Certificate {number} of that day says here: 2027-01-31.",
    ),
    "other evidence": (
        "{ben},POST-CORE,2026-02-01,,A memory,",
        "evidence: Certificate {number} of that day says here: Paper.",
    ),
    "other zone": (
        "{ben},POST-CORE,2026-02-01,,Paper,UTC",
        "zone: Certificate {number} of that day says here: Europe/Helsinki.",
    ),
}


@pytest.mark.django_db
def test_rows_that_cannot_go_in_are_refused_by_column_and_the_others_are_planned(hugo, ada, ben):
    core, retired = make_certification("POST-CORE"), make_certification("RETIRED")
    retired.retired_at = NOW.replace(year=2025, month=1)
    retired.save()
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor="system:test")
    earned_at = NOW.replace(month=2, day=1)
    before = {"actor": hugo.actor, "at": NOW, "evidence": "Paper", "earned_at": earned_at}
    number = awards.issue_equivalence(ben, core, **before).number
    names = {"ada": ada.hr_id, "ben": ben.hr_id, "hugo": hugo.hr_id, "number": number}
    for case, (rows, told) in REFUSED.items():
        found = plan(HEADER + rows.format(**names), hugo)
        assert outcomes(found) == ["new"] * rows.count("\n") + ["refused"], case
        assert told.format(**names) in found.rows[-1].told, case
    (row,) = plan(HEADER + "Q-404,POST-X,soon,2025-13-01,Paper,Mars\n", hugo).rows
    assert re.findall(r"(\w+): [A-Z“]", row.told) == [
        *("person", "certification", "Known", "earned_on", "valid_through", "zone")
    ]
    assert Award.objects.count() == 1


@pytest.mark.django_db
def test_file_reaches_only_people_of_the_readers_region(hugo, ada, carol):
    make_certification("POST-CORE")
    text = HEADER + "".join(f"{one.hr_id},POST-CORE,2025-09-01,,Paper,\n" for one in (ada, carol))
    theirs = User.objects.people().filter(pk=carol.pk)
    found = plan(text, hugo, theirs)
    assert outcomes(found) == ["refused", "new"]
    assert "Ada" not in repr(found)


@pytest.mark.django_db
def test_earlier_certificate_that_was_withdrawn_here_stays_withdrawn(hugo, ada):
    make_certification("POST-CORE")
    text = HEADER + f"{ada.hr_id},POST-CORE,2025-09-01,,Paper,\n"
    apply(text, hugo)
    awards.revoke_award(ada.awards.get(), actor=hugo.actor, at=NOW, reason="Forged")
    assert outcomes(apply(text, hugo)) == ["unchanged"]
    later = HEADER + f"{ada.hr_id},POST-CORE,2026-06-15,,New paper,\n"
    (row,) = plan(later, hugo).rows
    assert "still held on that day, through 2026-08-31" in row.told


@pytest.mark.django_db
def test_plan_that_became_another_is_shown_again_and_issues_nothing(as_, hugo, ada):
    core = make_certification("POST-CORE")
    browser = as_(hugo)
    page = upload(browser, HEADER + f"{ada.hr_id},POST-CORE,2025-09-01,,Paper,\n")
    awards.issue_equivalence(ada, core, actor="system:test", at=NOW, evidence="Seen first")
    again = press(browser, page)
    assert "Something has changed since you saw the plan" in words(again)
    assert "is newer" in words(again)
    assert ada.awards.count() == 1


@pytest.mark.django_db
def test_import_certificates_command_plans_refuses_and_takes_in(tmp_path, ada):
    make_certification("POST-CORE")
    path = tmp_path / "old.csv"

    def run(text: str, *options: str) -> str:
        path.write_text(HEADER + text)
        out = StringIO()
        call_command("import_certificates", str(path), *options, stdout=out, stderr=out)
        return out.getvalue()

    good, bad = f"{ada.hr_id},POST-CORE,2025-09-01,,Paper,\n", "Q-404,POST-CORE,2025-09-01,,P,\n"
    told = run(good, "--dry-run")
    assert "POST-CORE: not_required → certified" in told
    assert "Dry run: nothing was issued." in told
    with pytest.raises(CommandError, match="--leave-out-refused"):
        run(good + bad)
    headless = tmp_path / "headless.csv"
    headless.write_text("person,certification,earned_on\n")
    with pytest.raises(CommandError, match="No column is called evidence"):
        call_command("import_certificates", str(headless))
    assert not ada.awards.exists()
    assert "1 cannot go in" in run(good + bad, "--leave-out-refused")
    assert ada.awards.get().actor == "system:import_certificates"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_first_day_is_the_latest_whose_period_lasts_through_the_day(last: date, months: int):
    first = first_day(last, months)
    assert last_day(first, months) >= last
    later = date.fromordinal(first.toordinal() + 1)
    assert last_day(later, months) > last

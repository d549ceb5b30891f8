"""Every model says how long its rows are kept; `daily` clears what is past its time and never a fact."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from wagtail.models import Page

import pytest

from accounts.models import PeopleImport
from home.operations.retention import FACT, RETENTION, clear_old_rows, count_old_rows
from notifications.models import Notification
from reports.models import BulkAct, ExportRun
from tests.test_house import ROOMS
from tests.test_migrations import FACTS

DAY = timedelta(days=1)
PLAN = {
    "counts": {"create": 1},
    "problem_count": 0,
    "problems": [],
    "warnings": [],
    "teams": [],
    "steps": [{"name": "Ada"}],
    "digest": "d",
}


def test_every_model_of_the_house_says_how_long_its_rows_are_kept():
    models = {
        "Page" if issubclass(model, Page) else model._meta.label
        for room in ROOMS
        if room != "config"
        for model in apps.get_app_config(room).get_models()
    }
    assert set(RETENTION) == models


def test_guarded_facts_are_kept_for_ever():
    assert [
        label for label in FACTS if RETENTION[label].after or RETENTION[label].why != FACT
    ] == []


def test_operations_page_tells_what_is_cleared():
    page = (Path(settings.BASE_DIR) / "docs/operations.md").read_text(encoding="utf-8")
    for label, one in RETENTION.items():
        if one.after is not None:
            name = label.split(".")[1]
            assert f"| `{name}` | {one.after.days} days | {one.what} | {one.why} |" in page


@pytest.fixture
def aged(ada):
    """One young and one old row of each kind that is cleared."""
    now = timezone.now()
    for age in (DAY, 5 * 365 * DAY):
        at = now - age
        Notification.objects.create(
            recipient=ada, kind="k", key=f"k{age}", subject="s", body="b", created_at=at, sent_at=at
        )
        PeopleImport.objects.create(
            file_name="f", sha256="x", state="planned", plan=PLAN, created_at=at, created_by="x"
        )
        ExportRun.objects.create(
            schema="s", as_of=at, known_at=at, requested_by="x", started_at=at, finished_at=at
        )
        BulkAct.objects.create(
            act="assign",
            choices={"reason": "x"},
            people=[ada.pk],
            total=1,
            left_out=[[ada.pk, "y"]],
            requested_by="x",
            created_at=at,
            finished_at=at,
        )
    return now


def test_old_rows_are_cleared_once(aged):
    assert count_old_rows(aged) == clear_old_rows(aged) == 4
    assert count_old_rows(aged) == clear_old_rows(aged) == 0
    assert sorted(Notification.objects.values_list("body", flat=True)) == ["", "b"]
    assert Notification.objects.count() == 2
    old, young = PeopleImport.objects.order_by("created_at")
    assert (old.plan["steps"], old.plan["counts"], old.plan["digest"]) == ([], {"create": 1}, "d")
    assert young.plan == PLAN
    assert ExportRun.objects.count() == 1
    old_act, young_act = BulkAct.objects.order_by("created_at")
    assert (old_act.people, old_act.left_out, old_act.choices, old_act.total) == ([], [], {}, 1)
    assert young_act.people


def test_daily_dry_run_counts_old_rows_and_keeps_them(aged):
    out = StringIO()
    call_command("daily", "--dry-run", stdout=out)
    assert "     4  old rows emptied or deleted" in out.getvalue()
    assert ExportRun.objects.count() == 2

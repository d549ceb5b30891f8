"""The database looks at its tables anew after migrations, after large changes and every day."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate
from django.test.utils import CaptureQueriesContext

import pytest

from ledger import planner_statistics

pytestmark = [pytest.mark.databases, pytest.mark.django_db]


def count_analyses(asked: CaptureQueriesContext) -> int:
    return sum(one["sql"] == "ANALYZE" for one in asked.captured_queries)


def test_tables_are_counted_anew():
    with CaptureQueriesContext(connection) as asked:
        assert planner_statistics.count_tables_anew() > 50
    assert count_analyses(asked) == 1


@pytest.mark.parametrize(("plan", "analyses"), [([("a migration", False)], 1), ([], 0), (None, 0)])
def test_tables_are_counted_once_after_migrations(plan: Any, analyses: int):
    """Without a migration, such as after a test has emptied the tables, nothing is counted."""
    news = {"app_config": None, "verbosity": 0, "interactive": False, "using": "default"}
    with CaptureQueriesContext(connection) as asked:
        for config in apps.get_app_configs():
            connected = post_migrate._live_receivers(config)[0]
            if planner_statistics.count_after_migrations in connected:
                planner_statistics.count_after_migrations(sender=config, plan=plan, **news)
    assert count_analyses(asked) == analyses


@pytest.mark.parametrize(("rows", "analyses"), [(999, 0), (1_000, 1)])
def test_many_changed_rows_are_counted_after_the_commit(
    rows: int, analyses: int, django_capture_on_commit_callbacks: Any
):
    with CaptureQueriesContext(connection) as asked:
        with django_capture_on_commit_callbacks() as left:
            planner_statistics.count_after_changes(rows)
        assert count_analyses(asked) == 0
        for act in left:
            act()
    assert count_analyses(asked) == analyses

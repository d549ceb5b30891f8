from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from ledger.planner_statistics import count_after_migrations


class ConfigConfig(AppConfig):
    """Assembly only: no models. Registers the project's system checks."""

    name = "config"

    def ready(self) -> None:
        import_module("config.checks")
        # The last app with tables: its signal comes when all migrations have been run.
        last = apps.get_app_config("sessions")
        post_migrate.connect(count_after_migrations, last, dispatch_uid="config.planner_statistics")

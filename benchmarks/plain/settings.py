"""The settings of production with the page to compare with, and static files that need not be collected."""

from __future__ import annotations

from config.settings.production import *  # noqa: F403
from config.settings.production import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.plain"]
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES = {**STORAGES, "staticfiles": PLAIN_FILES}

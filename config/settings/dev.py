"""For working on Postworthy: tracebacks, unhashed static files, mail on the console."""

from __future__ import annotations

import os

os.environ.setdefault("SECRET_KEY", "development-only-and-never-a-secret-in-production")

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES

DEBUG = True
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

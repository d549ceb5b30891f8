"""The WSGI entry point (`granian --interface wsgi config.wsgi:application`)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from config.environment import keep_files_private

keep_files_private()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

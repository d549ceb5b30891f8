"""The WSGI entry point (`granian --interface wsgi config.wsgi:application`)."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from config.environment import keep_files_private

keep_files_private()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

# What a process has loaded stays: the collector of cycles need not look through it again for every few hundred objects
# that a request makes, which took a tenth of the CPU of a large page (docs/performance.md).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 50)

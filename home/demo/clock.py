"""Set the clock, so that the demo's history is recorded at past moments. Only the demo uses this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


@contextmanager
def clock_set_to(moment: datetime) -> Iterator[datetime]:
    """Inside this context `timezone.now()` returns `moment`."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield moment

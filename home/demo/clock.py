"""The demo's history is recorded as if on the day it happened. Nothing but the demo moves the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


@contextmanager
def on(moment: datetime) -> Iterator[datetime]:
    """Acts within are done and recorded at `moment`."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield moment

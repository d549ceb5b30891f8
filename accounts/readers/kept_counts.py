"""Figures about a long list that a page tells without counting: found after the answer, and kept for those who follow.

They are found anew at most once a minute in each process. `counted_at` of the figures says how old they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches

from accounts.later import run_later

FRESH = timedelta(seconds=60)
KEPT_SECONDS = 60 * 60


def find_counts(key: str) -> Any:
    """The figures of this list that were found before; None: nobody has counted it yet."""
    return caches["pages"].get(key)


def is_fresh(counts: Any, at: datetime) -> bool:
    return counts is not None and counts.counted_at is not None and at - counts.counted_at < FRESH


def keep_counts(key: str, counts: Any) -> None:
    caches["pages"].set(key, counts, KEPT_SECONDS)


def count_later(key: str, count: Callable[[], Any]) -> Any:
    """Have the list counted after the answer, unless that has begun; returns the figures that are at hand."""
    if caches["pages"].add(f"{key}:begun", 1, FRESH.seconds):
        run_later(lambda: keep_counts(key, count()))
    return find_counts(key)

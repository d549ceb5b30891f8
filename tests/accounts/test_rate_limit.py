"""The API rate limit counts calls by token and minute."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.cache import caches

import pytest

from accounts.api import rate_limit


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The seconds that `time.time` returns; a test may change the one entry."""
    now = [6_000.0]
    monkeypatch.setattr(rate_limit.time, "time", lambda: now[0])
    rate_limit.reset_counts()
    yield now
    rate_limit.reset_counts()


def test_rate_limit_counts_each_token_apart():
    assert [rate_limit.count_call(1), rate_limit.count_call(1), rate_limit.count_call(2)] == [
        1,
        2,
        1,
    ]


def test_rate_limit_restarts_each_minute(minute):
    rate_limit.count_call(1)
    minute[0] += 60
    assert rate_limit.count_call(1) == 1


def test_rate_limit_survives_page_cache_clear():
    rate_limit.count_call(1)
    caches["pages"].clear()
    assert rate_limit.count_call(1) == 2

"""The API rate limit counts calls by token and minute."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.cache import caches

import pytest

from accounts import calls


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The seconds that `time.time` returns; a test may change the one entry."""
    now = [6_000.0]
    monkeypatch.setattr(calls.time, "time", lambda: now[0])
    calls.forget()
    yield now
    calls.forget()


def test_rate_limit_counts_each_token_apart():
    assert [calls.one_more(1), calls.one_more(1), calls.one_more(2)] == [1, 2, 1]


def test_rate_limit_restarts_each_minute(minute):
    calls.one_more(1)
    minute[0] += 60
    assert calls.one_more(1) == 1


def test_rate_limit_survives_page_cache_clear():
    calls.one_more(1)
    caches["pages"].clear()
    assert calls.one_more(1) == 2

"""Rate limits count the uses of each caller in a period, exactly, in the memory of a process or in the database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.test import RequestFactory

import pytest
from allauth.core.internal import ratelimit

from accounts import rate_limits
from accounts.rate_limits import RateLimit, TooManyUsesError
from config.counters import CULL_EVERY, FORGET_EVERY, DatabaseLimits
from tests.databases import database_of_its_own

pytestmark = pytest.mark.databases

CALLS = RateLimit("test", 2, 60, cache="calls")
SHARED = RateLimit("test", 2, 60)


@pytest.fixture(autouse=True)
def no_counts() -> Iterator[None]:
    caches["calls"].clear()
    yield
    caches["calls"].clear()


@pytest.fixture
def table(db: None, settings: Any) -> Any:
    """The cache `counters` as in production, with its table."""
    settings.CACHES = settings.CACHES | {
        "counters": {"BACKEND": "config.counters.DatabaseCounters", "LOCATION": "counters"}
    }
    call_command("createcachetable", "counters")
    return caches["counters"]


def test_count_is_by_caller():
    uses = [rate_limits.count_use(CALLS, who) for who in ("a", "a", "b")]
    assert uses == [1, 2, 1]


def test_count_restarts_when_the_period_is_over(time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    rate_limits.count_use(CALLS, "a")
    time_machine.shift(59)
    assert rate_limits.count_use(CALLS, "a") == 2
    time_machine.shift(2)
    assert rate_limits.count_use(CALLS, "a") == 1


def test_count_survives_page_cache_clear():
    rate_limits.count_use(CALLS, "a")
    caches["pages"].clear()
    assert rate_limits.count_use(CALLS, "a") == 2


def test_count_of_threads_at_once_is_exact():
    with ThreadPoolExecutor(4) as pool:
        uses = list(pool.map(lambda _n: rate_limits.count_use(CALLS, "a"), range(200)))
    assert sorted(uses) == list(range(1, 201))


def test_use_beyond_the_limit_is_refused_with_the_time_to_wait():
    for _use in range(CALLS.most):
        rate_limits.require_rate(CALLS, "a")
    with pytest.raises(TooManyUsesError) as refused:
        rate_limits.require_rate(CALLS, "a")
    assert refused.value.seconds == 60


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("30/m/ip", RateLimit("verify", 30, 60)),
        ("5/2h", RateLimit("verify", 5, 7_200)),
        ("1/10s/ip", RateLimit("verify", 1, 10)),
    ],
)
def test_rate_is_read_as_settings_write_it(written, limit):
    assert rate_limits.parse_rate("verify", written) == limit


@pytest.mark.parametrize("written", ["", "30", "30/m/user", "x/m", "30/y", "30/", "3/m/ip/ip"])
def test_rate_that_is_none_is_refused(written):
    with pytest.raises(ValueError, match=r"rate|invalid literal|unpack"):
        rate_limits.parse_rate("verify", written)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
    ],
)
def test_network_address_counts_an_ipv6_network_as_one_caller(address, counted):
    assert rate_limits.network_address(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


def test_sign_in_limit_answers_with_our_page_and_the_time_to_wait(db, client):
    caches["default"].clear()
    fields = {"login": "nobody@northlight.example", "password": "wrong"}
    codes = [client.post("/accounts/login/", fields).status_code for _try in range(31)]
    refused = client.post("/accounts/login/", fields)
    caches["default"].clear()
    assert codes[-1] == refused.status_code == 429
    assert refused["Retry-After"] == "300"
    assert "Wait a little" in refused.text


# in the database


def test_shared_count_takes_one_statement(table, django_assert_num_queries):
    assert rate_limits.count_use(SHARED, "a") == 1
    with django_assert_num_queries(1):
        assert rate_limits.count_use(SHARED, "a") == 2
    with django_assert_num_queries(1):
        assert rate_limits.count_use(SHARED, "c") == 1
    assert rate_limits.count_use(SHARED, "b") == 1


def test_shared_count_restarts_when_the_period_is_over(table, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    assert [rate_limits.count_use(SHARED, "a") for _use in range(2)] == [1, 2]
    time_machine.shift(61)
    assert rate_limits.count_use(SHARED, "a") == 1


def test_running_counter_keeps_its_end(table, time_machine):
    """Who goes on asking does not put off the end of the period."""
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    rate_limits.count_use(SHARED, "a")
    time_machine.shift(59)
    assert rate_limits.count_use(SHARED, "a") == 2
    time_machine.shift(2)
    assert rate_limits.count_use(SHARED, "a") == 1


def test_counters_that_have_run_out_are_deleted(table, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    for caller in range(5):
        rate_limits.count_use(SHARED, str(caller))
    time_machine.shift(61)
    for caller in range(FORGET_EVERY - 5):
        rate_limits.count_use(SHARED, f"new-{caller}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM counters")
        assert cursor.fetchone() == (FORGET_EVERY - 5,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_shared_count_of_connections_at_once_is_exact(table):
    """Each thread has a connection of its own; a count that read first and wrote then would lose some."""
    with database_of_its_own("counting"), ThreadPoolExecutor(4) as threads:
        threads.submit(call_command, "createcachetable", "counters").result()
        uses = list(threads.map(count_and_close, range(80)))
    assert sorted(uses) == list(range(1, 81))


def count_and_close(_number: int) -> int:
    try:
        return rate_limits.count_use(SHARED, "all")
    finally:
        connections.close_all()


# the cache of the lock-outs


@pytest.fixture
def values(db: None, settings: Any) -> Any:
    """The cache `default` as in production, with its table."""
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "config.counters.DatabaseLimits", "LOCATION": "cache"}
    }
    call_command("createcachetable", "cache")
    return caches["default"]


def test_stored_value_takes_one_statement(values, django_assert_num_queries):
    for value in ([1.5], [1.5, 2.5]):
        with django_assert_num_queries(1):
            values.set("k", value, 60)
        assert values.get("k") == value


def test_value_is_added_only_where_none_is(values, time_machine, django_assert_num_queries):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    with django_assert_num_queries(1):
        assert values.add("k", "first", 60)
    assert not values.add("k", "second", 60)
    assert values.get("k") == "first"
    time_machine.shift(61)
    assert values.add("k", "third", 60)
    assert values.get("k") == "third"


def test_stored_value_that_has_ended_is_gone(values, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    values.set("k", "v", 60)
    values.set("always", "v", None)
    time_machine.shift(61)
    assert values.get("k") is None
    assert values.get("always") == "v"


def test_full_cache_throws_some_away(values):
    """An attacker may fill it: the table does not grow without end."""
    for number in range(CULL_EVERY):
        values._max_entries = 10
        values.set(str(number), number, 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone()[0] < CULL_EVERY


def use_sign_in(rf: Any, *, times: int = 1) -> list[bool]:
    """Whether each of so many sign-ins from one network address is let in."""
    return [
        bool(ratelimit.consume(rf.post("/"), app="allauth.account", action="login"))
        for _time in range(times)
    ]


def test_use_of_a_sign_in_limit_takes_two_statements(values, rf, django_assert_num_queries):
    assert use_sign_in(rf) == [True]
    with django_assert_num_queries(2):
        assert use_sign_in(rf) == [True]
    assert use_sign_in(rf, times=30) == [True] * 28 + [False] * 2


def test_sign_in_limit_is_over_after_its_time_and_taken_back_use_by_use(values, rf, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    assert use_sign_in(rf, times=29) == [True] * 29
    time_machine.shift(1)
    last = ratelimit.consume(rf.post("/"), app="allauth.account", action="login")
    assert use_sign_in(rf) == [False]
    last.rollback()
    assert use_sign_in(rf, times=2) == [True, False]
    time_machine.shift(61)
    assert use_sign_in(rf) == [True]
    ratelimit.clear(rf.post("/"), app="allauth.account", action="login")
    assert use_sign_in(rf, times=31) == [True] * 30 + [False]


def test_lock_of_a_sign_in_limit_is_held_by_one_until_it_ends(values, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    other = DatabaseLimits("cache", {})
    key = "allauth:rl:sign-in"
    assert values.add(f"{key}:lock", True, 10)
    assert not other.add(f"{key}:lock", True, 10)
    assert values.get(key, []) == []
    values.set(key, [1.5], 300)
    values.delete(f"{key}:lock")
    assert other.add(f"{key}:lock", True, 10)
    assert other.get(key, []) == [1.5]
    # Whoever held it has been killed.
    assert not values.add(f"{key}:lock", True, 10)
    time_machine.shift(10.001)
    assert values.add(f"{key}:lock", True, 10)
    assert values.get(key, []) == [1.5]
    values.delete(f"{key}:lock")
    assert other.add(f"{key}:lock", True, 10)

"""Which edition of the published pages this is, and what processes remember until the next one.

Whatever changes a page, its place, its readers, its language or its site begins a new edition, and every process then
forgets what it has made of the pages. A process sees a new edition

* at once, where it began there: before the change is committed, for the same process, and again afterwards;
* at once, where it began in another process of this machine: by the time of the file `pages-edition` in POSTWORTHY_VAR;
* within a second, where it began on another machine: by a counter in the database.

What is kept names the edition that was current before it was made, so nothing made from old rows outlives them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import Error, connection, transaction

Made = TypeVar("Made")

ASK_EVERY = 1.0  # seconds between two questions to the database
COUNTER = "pages-edition"


@dataclass(slots=True)
class _Known:
    """What this process knows: the editions it began itself, the counter of the database, and when it was asked."""

    begun: int = 0
    counter: int = 0
    asked_at: float = float("-inf")
    newest: tuple[int, int, int] | None = None


_known = _Known()


def current_edition() -> str:
    """The name of the current edition. No query, but for one each second."""
    _ask_counter()
    edition = (_known.begun, _read_mark(), _known.counter)
    if edition != _known.newest:
        _known.newest = edition
        caches["pages"].clear()
    return ".".join(map(str, edition))


def begin_edition(**_news: object) -> None:
    """Let everything made of the pages be forgotten: here at once, elsewhere when the change is committed."""
    _begin_here()
    transaction.on_commit(_announce, robust=True)


def keep_in_edition(
    key: str, make: Callable[[], Made], seconds: int | None = None, *, edition: str = ""
) -> Made:
    """What `make` gives, remembered by this process for some seconds (a minute) or until the next edition."""
    name = f"{edition or current_edition()}:{key}"
    found: tuple[Made] | None = caches["pages"].get(name)
    if found is None:
        found = (make(),)
        given: dict[str, Any] = {} if seconds is None else {"timeout": seconds}
        caches["pages"].set(name, found, **given)
    return found[0]


def _begin_here() -> None:
    _known.begun += 1
    caches["pages"].clear()


def _announce() -> None:
    """Tell the other processes, after the commit: whoever hears of it reads the new rows."""
    _begin_here()
    _write_mark()
    counter: Any = caches["counters"]
    counter.put(COUNTER, time.time_ns())


def _ask_counter() -> None:
    """Read the counter, but not inside a transaction: it would tell of a change that nobody else sees yet.

    A database that does not answer has no newer edition to tell of.
    """
    now = time.monotonic()
    if now - _known.asked_at < ASK_EVERY or _is_in_transaction():
        return
    _known.asked_at = now
    counter: Any = caches["counters"]
    with suppress(Error):
        _known.counter = counter.read(COUNTER)


def _is_in_transaction() -> bool:
    return connection.in_atomic_block


def _mark() -> Path:
    return settings.VAR_DIR / "pages-edition"


def _read_mark() -> int:
    try:
        return _mark().stat().st_mtime_ns
    except OSError:
        return 0


def _write_mark() -> None:
    """Set the file's time to the nanosecond; a directory that cannot be written leaves it to the counter."""
    now = time.time_ns()
    try:
        _mark().touch(mode=0o640)
        os.utime(_mark(), ns=(now, now))
    except OSError:
        return

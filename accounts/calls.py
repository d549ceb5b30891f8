"""How often each tool has called in the running minute.

Counted in this process's memory: a counter shared by all processes would cost more than the answer, and
the cache of pages is emptied whenever somebody publishes.
"""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

_lock = Lock()
_minute = 0
_calls: Counter[int] = Counter()


def one_more(token_id: int) -> int:
    """Count a call with this token; returns how many there were in the running minute, with this one."""
    global _minute  # noqa: PLW0603 - one minute for the whole process
    now = int(time.time() // 60)
    with _lock:
        if now != _minute:
            _calls.clear()
            _minute = now
        _calls[token_id] += 1
        return _calls[token_id]


def forget() -> None:
    """Start counting anew."""
    with _lock:
        _calls.clear()

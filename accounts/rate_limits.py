"""Count how often each tool has called in the running minute.

The counts live in this process's memory: a counter shared by all processes would take longer than the answer
itself, and publishing a page empties the cache of pages.
"""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

_lock = Lock()
_minute = 0
_calls: Counter[int] = Counter()


def count_call(token_id: int) -> int:
    """Count one call with this token. Returns the number of its calls in the running minute, this one included."""
    global _minute  # noqa: PLW0603 - one minute for the whole process
    now = int(time.time() // 60)
    with _lock:
        if now != _minute:
            _calls.clear()
            _minute = now
        _calls[token_id] += 1
        return _calls[token_id]


def reset_counts() -> None:
    """Set every count back to zero."""
    with _lock:
        _calls.clear()

"""A lock that serves in order of arrival; `threading.Lock` promises no order."""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock with one holder at a time, first come, first served. `take` waits at most for its timeout."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def take(self, timeout: float) -> bool:
        """Wait for the turn. False after `timeout` seconds: the caller then has no turn to give back."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(timeout):
            return True
        with self._guard:
            if mine.is_set():  # the turn came just after the timeout
                return True
            self._waiting.remove(mine)
        return False

    def give(self) -> None:
        """Pass the turn on to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

"""Keep one thread of the process free, so that it can say that it lives while the database lets all others wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

PATIENCE_SECONDS = 0.7
# A process that computes for less than this share of the time only waits.
COMPUTING_SHARE = 0.1


class ThreadGate:
    """Lets at most `places` requests in at once. The next one waits while the others get on.

    If no request came or went for `patience` seconds and the process computed next to nothing, those inside are
    stuck: whoever waits or comes is turned away until a place is free again. A crowd is not turned away.
    """

    def __init__(
        self,
        places: int,
        *,
        patience: float = PATIENCE_SECONDS,
        computed: Callable[[], float] = time.process_time,
    ) -> None:
        self._places, self._patience, self._computed = places, patience, computed
        self._inside, self._stuck = 0, False
        self._changed = Condition()
        self._note_change()

    @contextmanager
    def take_place(self) -> Iterator[bool]:
        """A place for the time of the block; False when there is none."""
        let_in = self._enter()
        try:
            yield let_in
        finally:
            if let_in:
                self._leave()

    def _enter(self) -> bool:
        with self._changed:
            while self._inside >= self._places:
                if self._is_stuck():
                    return False
                self._changed.wait(self._patience / 4)
            self._inside += 1
            self._note_change()
            return True

    def _leave(self) -> None:
        with self._changed:
            self._inside -= 1
            self._stuck = False
            self._note_change()
            self._changed.notify()

    def _note_change(self) -> None:
        self._since, self._computed_before = time.monotonic(), self._computed()

    def _is_stuck(self) -> bool:
        waited = time.monotonic() - self._since
        if not self._stuck and waited >= self._patience:
            used = self._computed() - self._computed_before
            self._stuck = used < waited * COMPUTING_SHARE
            self._note_change()
        return self._stuck

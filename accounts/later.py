"""What a request leaves for afterwards, so that its length tells nothing about what was done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections

log = logging.getLogger(__name__)
_thread = ThreadPoolExecutor(1, thread_name_prefix="later")


def run_later(act: Callable[[], object]) -> None:
    """Do `act` in a thread of this process, in order of arrival.

    A failure is logged; what a killed process left undone is lost.
    """
    if settings.RUN_LATER_AT_ONCE:
        act()
    else:
        _thread.submit(_run, act)


def _run(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:
        log.exception("What was left for later failed")
    finally:
        connections.close_all()

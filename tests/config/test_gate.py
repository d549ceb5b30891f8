"""One thread stays free: a request is turned away when all others are stuck, never because of a crowd."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.gate import ThreadGate

pytestmark = pytest.mark.databases


def test_request_is_turned_away_at_once_while_all_others_are_stuck() -> None:
    gate, done = ThreadGate(2, patience=0.05, computed=lambda: 0.0), threading.Event()

    def hang() -> None:
        with gate.take_place():
            done.wait(10)

    with ThreadPoolExecutor(2) as pool:
        hanging = [pool.submit(hang) for _number in range(2)]
        while gate._inside < 2:
            time.sleep(0.001)
        with gate.take_place() as let_in:
            assert not let_in
        begun = time.monotonic()
        with gate.take_place() as let_in:
            assert not let_in
        assert time.monotonic() - begun < 0.05
        done.set()
        assert [one.result(10) for one in hanging] == [None, None]
    with gate.take_place() as let_in:
        assert let_in


def test_crowd_is_let_in_one_after_the_other() -> None:
    gate, most = ThreadGate(2, patience=0.2, computed=lambda: 0.0), []

    def work(_number: int) -> bool:
        with gate.take_place() as let_in:
            most.append(gate._inside)
            time.sleep(0.005)
            return let_in

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(work, range(40)))
    assert max(most) <= 2


def test_request_waits_while_the_process_computes() -> None:
    gate = ThreadGate(1, patience=0.02, computed=time.monotonic)
    with ThreadPoolExecutor(1) as pool, gate.take_place():

        def enter() -> bool:
            with gate.take_place() as let_in:
                return let_in

        waiting = pool.submit(enter)
        time.sleep(0.2)
        assert not waiting.done()
        gate._leave()
        assert waiting.result(10)
        gate._inside += 1

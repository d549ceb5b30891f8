"""What `make bench-check` says: it compares the ratios of a run with the stored ones."""

from __future__ import annotations

import pytest

from benchmarks import autosave, edit_page, quiz_rules
from benchmarks.budgets import end_with_verdict
from benchmarks.paths import Measured, check, read_ratios, tell


def measure(*ratios: float) -> Measured:
    one = Measured(bytes=1_234, statements=5)
    for ratio in ratios:
        one.add(ratio, 0.0, 1.0)
    return one


def test_bench_reads_the_ratios_that_it_stores():
    found = {"F": measure(1.0, 1.0), "people, search": measure(20.0, 30.5, 22.25)}
    assert read_ratios(tell(found, ["versions", "noise"])) == {"F": 1.0, "people, search": 22.25}


def test_bench_check_fails_above_fifteen_percent(tmp_path, capsys):
    kept = tmp_path / "sqlite.txt"
    assert check(kept, {"F": 1.0}) == 2
    kept.write_text(tell({"F": measure(1.0), "lesson": measure(4.0)}, ["versions"]))
    assert check(kept, {"F": 1.0, "lesson": 4.59, "new": 9.0}) == 0
    assert check(kept, {"F": 1.0, "lesson": 4.61}) == 1
    assert "lesson: 4.61, stored 4.00" in capsys.readouterr().out


def test_command_whose_budget_is_exceeded_fails(capsys):
    """A budget that was printed only could not fail."""
    end_with_verdict({"statements": (3, 3), "ratio": (1.99, 2.0)})
    for value in (2.01, 2.93, float("nan")):
        with pytest.raises(SystemExit) as ended:
            end_with_verdict({"statements": (3, 3), "ratio": (value, 2.0)})
        assert ended.value.code == 1
    assert "ratio: 2.93, budget 2, EXCEEDED" in capsys.readouterr().out
    assert {each.end_with_verdict for each in (autosave, edit_page, quiz_rules)} == {
        end_with_verdict
    }

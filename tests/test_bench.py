"""What `make bench-check` says: it compares the ratios of a run with the stored ones."""

from __future__ import annotations

import pytest

from benchmarks.budgets import Measurement, require_budgets
from benchmarks.paths import Measured, check, find_above_goals, read_ratios, tell


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


def test_bench_ends_with_a_failure_above_a_budget():
    require_budgets(Measurement("seconds", 60, 60))
    with pytest.raises(SystemExit, match=r"Above the budget: MB: 61\.5, budget 60\Z") as ended:
        require_budgets(Measurement("seconds", 59, 60), Measurement("MB", 61.5, 60))
    assert isinstance(ended.value.code, str)  # which ends a process with 1
    with pytest.raises(SystemExit):
        require_budgets(Measurement("ratio", float("nan"), 2))
    assert find_above_goals({"F": 1.0, "lesson": 2.0, "people": 3.9}) == []
    assert find_above_goals({"lesson": 2.01}) == ["lesson: 2.01, budget 2"]

"""Both databases, one after the other: `python -m tests.suite WORKERS` runs all on SQLite, then PostgreSQL's part.

The databases that the tests copy are made side by side, the demo while the first tests run. PostgreSQL's part then
waits for SQLite's, because more processes than cores take each other's caches away: the same tests cost half as much
again. What PostgreSQL's part says is shown after SQLite's, and kept in var/test-postgresql.log. Ends with 1 if one of
them fails.
"""

from __future__ import annotations

import subprocess
import sys

from tests.databases import ROOT, one_at_a_time

LOG = ROOT / "var" / "test-postgresql.log"
TEMPLATES = [sys.executable, "-m", "tests.templates"]
PYTEST = [sys.executable, "-m", "pytest", "--dist", "loadgroup", "-q"]
ON_POSTGRESQL = [sys.executable, "-m", "tests.postgres"]


def run_in_turn(*commands: list[str]) -> int:
    """Run commands until one fails; returns its exit code, or 0."""
    codes = (subprocess.run(command, check=False).returncode for command in commands)
    return next((code for code in codes if code), 0)


def main(words: list[str]) -> int:
    workers = words[0] if words else "2"
    if words[1:] == ["postgresql"]:
        made = run_in_turn([*TEMPLATES, "postgresql", "demo"])
        with one_at_a_time("tests"):
            return made or run_in_turn([*PYTEST, "-n", workers])
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        command = [*ON_POSTGRESQL, sys.executable, "-m", "tests.suite", workers, "postgresql"]
        print("SQLite, then PostgreSQL:", flush=True)
        with one_at_a_time("tests"):
            after = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            try:
                sqlite = run_in_turn([*TEMPLATES, "sqlite"], [*PYTEST, "-n", workers])
            except BaseException:
                after.terminate()
                raise
        postgresql = after.wait()
    print(f"PostgreSQL:\n{LOG.read_text(encoding='utf-8', errors='replace')}", flush=True)
    return 1 if sqlite or postgresql else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

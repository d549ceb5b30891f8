"""Both databases side by side: `python -m tests.suite WORKERS` runs all on SQLite and PostgreSQL's part beside it.

The tests of a browser or of a lock wait much; meanwhile the others go on, and PostgreSQL's begin while SQLite's demo
organisation is being loaded. What PostgreSQL's part says is shown after SQLite's, and kept in
var/test-postgresql.log. Ends with 1 if one of them fails.
"""

from __future__ import annotations

import subprocess
import sys

from tests.databases import ROOT

LOG = ROOT / "var" / "test-postgresql.log"
TEMPLATES = [sys.executable, "-m", "tests.templates"]
PYTEST = [sys.executable, "-m", "pytest", "--dist", "loadgroup", "-q"]
ON_POSTGRESQL = [sys.executable, "-m", "tests.postgres"]


def run_in_turn(*commands: list[str]) -> int:
    """Run commands until one fails; returns its exit code, or 0."""
    codes = (subprocess.run(command, check=False).returncode for command in commands)
    return next((code for code in codes if code), 0)


def main(words: list[str]) -> int:
    if words == ["postgresql"]:
        return run_in_turn([*TEMPLATES, "postgresql"], [*PYTEST, "-n", "1"])
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        command = [*ON_POSTGRESQL, sys.executable, "-m", "tests.suite", "postgresql"]
        beside = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        print("SQLite, and PostgreSQL beside it:", flush=True)
        try:
            workers = words[0] if words else "2"
            sqlite = run_in_turn([*TEMPLATES, "sqlite"], [*PYTEST, "-n", workers])
        except BaseException:
            beside.terminate()
            raise
        postgresql = beside.wait()
    print(f"PostgreSQL:\n{LOG.read_text(encoding='utf-8', errors='replace')}", flush=True)
    return 1 if sqlite or postgresql else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Both databases side by side: `python -m tests.suite WORKERS` runs all on SQLite and PostgreSQL's part beside it.

The tests of a browser or of a lock wait much; meanwhile the others go on. What PostgreSQL's part says is shown after
SQLite's, and kept in var/test-postgresql.log. Ends with 1 if one of them fails.
"""

from __future__ import annotations

import subprocess
import sys

from tests.databases import ROOT

LOG = ROOT / "var" / "test-postgresql.log"
PYTEST = [sys.executable, "-m", "pytest", "--dist", "loadgroup", "-q"]


def main(words: list[str]) -> int:
    on_sqlite = [*PYTEST, "-n", words[0] if words else "2"]
    on_postgresql = [sys.executable, "-m", "tests.postgres", *PYTEST, "-n", "1"]
    with LOG.open("wb") as log:
        beside = subprocess.Popen(on_postgresql, stdout=log, stderr=subprocess.STDOUT)
        print("SQLite, and PostgreSQL beside it:", flush=True)
        try:
            sqlite = subprocess.run(on_sqlite, check=False).returncode
        except BaseException:
            beside.terminate()
            raise
        postgresql = beside.wait()
    print(f"PostgreSQL:\n{LOG.read_text(encoding='utf-8', errors='replace')}", flush=True)
    return 1 if sqlite or postgresql else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

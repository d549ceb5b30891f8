from __future__ import annotations

import sys
from importlib import import_module


def use_current_sqlite() -> None:
    """Run on the SQLite that came with the requirements.

    The system's SQLite may have the WAL-reset corruption bug, which 3.51.3 fixed.
    """
    try:
        module = import_module("pysqlite3")
    except (
        ImportError
    ):  # no wheel for this platform: config.checks warns when the system's is too old
        return
    sys.modules["sqlite3"] = module
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")

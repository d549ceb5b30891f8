"""What a process of the site writes under `var/` is readable by its own account only.

The database is a file of SQLite's whatever the suite asks, so asking once is enough.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from django.conf import settings

import pytest

WRITE = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
with connection.schema_editor() as editor:
    editor.execute("CREATE TABLE t (a)")
default_storage.save("images/a.txt", ContentFile(b"x"))
"""


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize("entry", ["manage.py", "wsgi"])
def test_files_under_var_are_private(tmp_path: Path, entry: str) -> None:
    command = (
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WRITE]
        if entry == "manage.py"
        else [sys.executable, "-c", f"import config.wsgi{WRITE}"]
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "POSTWORTHY_VAR": str(tmp_path),
        "SECRET_KEY": "a-key-for-the-tests-of-private-files",
    }
    subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        umask=0o022,
    )
    assert modes(tmp_path)["site.sqlite3"] == 0o600
    assert modes(tmp_path)["media"] == 0o700
    assert modes(tmp_path / "media" / "images") == {"a.txt": 0o600}

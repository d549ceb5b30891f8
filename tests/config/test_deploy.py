"""Production settings, read in a separate process: valid ones give no warning, invalid ones stop with a message."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from tempfile import NamedTemporaryFile

from django.conf import settings

import pytest

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Zk3-vQ8_rT1.mW6yN0pX9sB4cH7jL2fD5gE8aU1oI6tR3kM0nV7bC4xS9",
    "DATABASE_URL": "sqlite://:memory:",
    "ALLOWED_HOSTS": "postworthy.example",
    "BASE_URL": "https://postworthy.example",
}
READ = "from django.conf import settings; settings.SECRET_KEY"


# Django without any settings, which forks for each question: a fresh process without the cost of one.
FORKS = """
import json, os, runpy, sys, traceback
import django.conf, django.core.management, dj_database_url

def answer(words, environment):
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    if words[0] == "-c":
        exec(words[1], {"__name__": "__main__"})
    else:
        runpy.run_path(words[0], run_name="__main__")

for line in sys.stdin:
    words, environment, out, err = json.loads(line)
    child = os.fork()
    if not child:
        os.dup2(os.open(out, os.O_WRONLY), 1)
        os.dup2(os.open(err, os.O_WRONLY), 2)
        code = 0
        try:
            answer(words, environment)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            code = 1
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def forks() -> Iterator[None]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    words = [sys.executable, "-c", FORKS]
    with subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, **pipes) as waiting:
        SERVER.append(waiting)
        yield
        SERVER.clear()
        waiting.stdin.close()


SERVER: list[subprocess.Popen[str]] = []


def run(*words: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a new Python with GOOD in its environment; a change to None removes the variable."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {key: value for key, value in {**keep, **GOOD, **changes}.items() if value}
    with NamedTemporaryFile("r") as out, NamedTemporaryFile("r") as err:
        SERVER[0].stdin.write(json.dumps([words, environment, out.name, err.name]) + "\n")
        SERVER[0].stdin.flush()
        code = int(SERVER[0].stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read(), err.read())


def test_production_settings_pass_deploy_check():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"SECRET_KEY": None}, "Set SECRET_KEY (or SECRET_KEY_FILE)", id="no key"),
        pytest.param(
            {"SECRET_KEY": None, "SECRET_KEY_FILE": "/does/not/exist"},
            "SECRET_KEY_FILE cannot be read",
            id="no key file",
        ),
        pytest.param({"EMAIL_PORT": "smtp"}, "EMAIL_PORT must be a whole number", id="port"),
        pytest.param({"HSTS_SECONDS": "1y"}, "HSTS_SECONDS must be a whole number", id="hsts"),
        pytest.param({"POSTWORTHY_HTTPS": "maybe"}, "POSTWORTHY_HTTPS must be 1 or 0", id="switch"),
        pytest.param(
            {"DATABASE_URL": "mysql://db/postworthy"},
            "DATABASE_URL must name a sqlite or a postgres database",
            id="database",
        ),
    ],
)
def test_invalid_setting_stops_with_a_message(changes, sentence):
    done = run("-c", READ, **changes)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_valid_settings_print_nothing():
    done = run("-c", READ)
    assert (done.returncode, done.stderr) == (0, "")


def test_secret_key_file_overrides_variable(tmp_path):
    (tmp_path / "key").write_text("from-the-file\n")
    show = "from django.conf import settings; print(settings.SECRET_KEY)"
    done = run("-c", show, SECRET_KEY="from-the-environment", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert done.stdout == "from-the-file\n"


@pytest.mark.parametrize(
    ("https", "values"), [("1", "True True True 31536000"), ("0", "False False False 0")]
)
def test_https_is_on_unless_switched_off(https, values):
    show = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS)"
    )
    assert run("-c", show, POSTWORTHY_HTTPS=https).stdout.strip() == values


@pytest.mark.parametrize(
    ("changes", "https", "includes", "preloads"),
    [
        pytest.param({}, True, False, False, id="off unless asked for"),
        pytest.param({"HSTS_SUBDOMAINS": "1"}, True, True, False, id="subdomains"),
        pytest.param({"HSTS_PRELOAD": "1"}, True, False, True, id="preload"),
        pytest.param({"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, False, False, False, id="http"),
    ],
)
def test_hsts_extras_are_off_unless_switched_on(monkeypatch, changes, https, includes, preloads):
    """Run in this process: the production file reads the environment again, the base settings stay."""
    monkeypatch.setattr("config.settings.base.SECURE_HTTPS", https)
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(str(settings.BASE_DIR / "config/settings/production.py"))
    assert read["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is includes
    assert read["SECURE_HSTS_PRELOAD"] is preloads
    assert (read["SECURE_HSTS_SECONDS"] > 0) is https


def test_proxy_tls_header_is_trusted_only_when_enabled():
    show = "from django.conf import settings; print(settings.SECURE_PROXY_SSL_HEADER)"
    assert run("-c", show).stdout.strip() == "None"
    assert "HTTP_X_FORWARDED_PROTO" in run("-c", show, BEHIND_TLS_PROXY="1").stdout

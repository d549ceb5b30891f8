"""The rules of docs/architecture.md, checked on the source: imports, purity, sizes, names, stored columns."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from wagtail.models import DraftStateMixin

from tests.syntax import read_syntax, walk_syntax

ROOT = Path(settings.BASE_DIR)
ROOMS = [
    *("config", "home", "reports", "channels", "certificates"),
    *("quizzes", "items", "courses", "notifications", "accounts", "ledger"),
]
MODULES = sorted(
    path.relative_to(ROOT)
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
)
PURE_PLACES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "postworthy"
]["pure"]


def is_pure(path: Path) -> bool:
    """Whether a module lies in a place of `[tool.postworthy] pure`: `*.rules` is the rules of any app."""
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    spots = [name, *(".".join(name.split(".")[:depth]) for depth in range(1, name.count(".") + 1))]
    return any(fnmatch(spot, place) for spot in spots for place in PURE_PLACES)


PURE = [path for path in MODULES if is_pure(path)]
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
    *("timezone.now", "timezone.localdate", "timezone.localtime"),
}
NOISE = {"utils", "helpers", "services", "common", "misc", "core", "base", "lib", "tools"}
WAGTAILS_OWN = {field.name for field in DraftStateMixin._meta.local_fields}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def tree(path: Path) -> ast.Module:
    return read_syntax(ROOT / path)


@cache
def lines(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def called(node: ast.Call) -> str:
    """`datetime.now` of `datetime.now(UTC)` and of `datetime.datetime.now(UTC)`."""
    return ".".join(ast.unparse(node.func).split(".")[-2:])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in walk_syntax(ROOT / path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in lines(path)[node.lineno - 1 : node.end_lineno])


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names: set[str] = set()
    for node in walk_syntax(ROOT / path):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


# direction of imports and signals


def test_import_contracts_hold():
    """The contracts of import-linter in pyproject.toml state the layers drawn in docs/architecture.md."""
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_installed_apps_are_all_listed():
    installed = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    assert installed == set(ROOMS)


def test_signals_are_the_four_listed():
    found = {
        f"{path.parent}.{path.stem}.{target.id}"
        for path in MODULES
        for node in walk_syntax(ROOT / path)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).split(".")[-1] == "Signal"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert found == {
        "accounts.signals.people_changed",
        "courses.signals.course_completed",
        "quizzes.signals.pass_lost",
        "certificates.signals.standing_changed",
    }


# purity


def test_pure_modules_exist():
    names = {str(path) for path in PURE}
    assert {
        "accounts/rules.py",
        "certificates/rules/standings.py",
        "certificates/rules/dates.py",
        "channels/rules/posting.py",
        "quizzes/rules/grading.py",
        "quizzes/rules/drawing.py",
        "quizzes/statistics/item_analysis.py",
    } <= names


def test_pure_module_never_reads_the_clock():
    calls = {
        str(path): {called(node) for node in walk_syntax(ROOT / path) if isinstance(node, ast.Call)}
        for path in PURE
    }
    assert {path: found & CLOCKS for path, found in calls.items() if found & CLOCKS} == {}


def test_pure_module_imports_no_framework():
    framework = {"django", "wagtail", "ninja", "allauth"}
    tops = {str(path): {name.split(".")[0] for name in imported(path)} for path in PURE}
    assert {path: found & framework for path, found in tops.items() if found & framework} == {}


def test_pure_module_functions_have_return_types():
    silent = [
        f"{path}: {node.name}" for path in PURE for node in functions(path) if node.returns is None
    ]
    assert silent == []


# size and names


def test_module_is_not_too_long():
    long = {str(path): len(lines(path)) for path in MODULES if len(lines(path)) > LONGEST_MODULE}
    assert long == {}


def test_functions_are_not_too_long():
    long = [
        f"{path}: {node.name}: {length(path, node)}"
        for path in MODULES
        for node in functions(path)
        if length(path, node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_have_no_generic_names():
    stems = {path: {path.stem, *path.parts[1:-1]} for path in MODULES if path.parts[0] != "config"}
    assert {str(path) for path, words in stems.items() if words & NOISE} == set()


def test_functions_nearly_all_have_return_types():
    known = [node.returns is not None for path in MODULES for node in functions(path)]
    assert sum(known) / len(known) >= 0.95


# stored facts instead of stored verdicts


@cache
def own_fields() -> list[tuple[str, models.Field]]:
    return [
        (f"{model._meta.label}.{field.name}", field)
        for app in ROOMS
        if app != "config"
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if field.name not in WAGTAILS_OWN
    ]


def test_columns_store_no_posting_or_certification_verdicts():
    """The right to post is decided from facts and a clock, never stored (docs/domain.md, I1)."""
    verdicts = (
        "can_",
        "may_",
        "is_allowed",
        "is_certified",
        "certified",
        "is_valid",
        "is_expired",
        "expired",
    )
    stored = [name for name, _field in own_fields() if name.split(".")[-1].startswith(verdicts)]
    assert stored == []


def test_columns_store_no_status_that_time_changes():
    """A value that time alone can make wrong (expired, overdue, lapsed) must not be stored in a column."""
    clockwork = {"expired", "lapsed", "overdue", "expiring", "grace", "certified", "update_due"}
    stored = [
        name
        for name, field in own_fields()
        if {str(value) for value, _label in field.choices or ()} & clockwork
    ]
    assert stored == []


def test_records_are_never_deleted_by_cascade():
    """Deleting a page, a person or a channel deletes no record."""
    records = {"Award", "AwardEvent", "Attempt", "Response", "CourseCompletion", "StepCompletion"}
    cascading = [
        name
        for name, field in own_fields()
        if name.split(".")[1] in records
        and field.remote_field
        and field.remote_field.on_delete is models.CASCADE
    ]
    assert cascading == []


def test_constraint_names_begin_with_their_app():
    unnamed = [
        f"{model._meta.label}.{constraint.name}"
        for app in ROOMS
        if app != "config"
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{app}_")
    ]
    assert unnamed == []

"""The house rules of docs/architecture.md, read from the source: who imports whom, what is pure, what is small."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from wagtail.models import DraftStateMixin

ROOT = Path(settings.BASE_DIR)
ROOMS = [
    *("config", "home", "reports", "channels", "certificates"),
    *("quizzes", "courses", "notifications", "accounts", "ledger"),
]
MODULES = sorted(
    path.relative_to(ROOT)
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
)
PURE = [
    path
    for path in MODULES
    if path.name
    in {"rules.py", "grading.py", "drawing.py", "analysis.py", "dates.py", "content.py"}
    or path.parts[:2] == ("quizzes", "kinds")
]
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
    *("timezone.now", "timezone.localdate", "timezone.localtime"),
}
NOISE = {"utils", "helpers", "services", "common", "misc", "core", "base", "lib", "tools"}
WAGTAILS_OWN = {field.name for field in DraftStateMixin._meta.local_fields}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@cache
def lines(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def called(node: ast.Call) -> str:
    """`datetime.now` of `datetime.now(UTC)` and of `datetime.datetime.now(UTC)`."""
    return ".".join(ast.unparse(node.func).split(".")[-2:])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in lines(path)[node.lineno - 1 : node.end_lineno])


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


# direction


def test_calls_go_down_and_rules_know_no_framework():
    """import-linter's contracts in pyproject.toml are the drawing in docs/architecture.md."""
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


def test_every_room_stands_in_the_drawing():
    installed = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    assert installed == set(ROOMS)


def test_news_goes_up_by_four_signals_only():
    found = {
        f"{path.parent}.{path.stem}.{target.id}"
        for path in MODULES
        for node in ast.walk(tree(path))
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


def test_the_pure_modules_are_there():
    names = {str(path) for path in PURE}
    assert {
        "accounts/rules.py",
        "certificates/rules.py",
        "certificates/dates.py",
        "channels/rules.py",
        "quizzes/grading.py",
        "quizzes/drawing.py",
        "quizzes/analysis.py",
    } <= names


def test_a_rule_takes_the_clock_and_never_reads_it():
    calls = {
        str(path): {called(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
        for path in PURE
    }
    assert {path: found & CLOCKS for path, found in calls.items() if found & CLOCKS} == {}


def test_a_rule_knows_no_database_and_no_request():
    framework = {"django", "wagtail", "ninja", "allauth"}
    tops = {str(path): {name.split(".")[0] for name in imported(path)} for path in PURE}
    assert {path: found & framework for path, found in tops.items() if found & framework} == {}


def test_every_function_of_a_rule_says_what_it_returns():
    silent = [
        f"{path}: {node.name}" for path in PURE for node in functions(path) if node.returns is None
    ]
    assert silent == []


# size and names


def test_no_module_is_too_long_to_read_at_once():
    long = {str(path): len(lines(path)) for path in MODULES if len(lines(path)) > LONGEST_MODULE}
    assert long == {}


def test_no_function_is_too_long_to_see_at_once():
    long = [
        f"{path}: {node.name}: {length(path, node)}"
        for path in MODULES
        for node in functions(path)
        if length(path, node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_named_for_things_people_say():
    stems = {path: {path.stem, *path.parts[1:-1]} for path in MODULES if path.parts[0] != "config"}
    assert {str(path) for path, words in stems.items() if words & NOISE} == set()


def test_nearly_every_function_says_what_it_returns():
    known = [node.returns is not None for path in MODULES for node in functions(path)]
    assert sum(known) / len(known) >= 0.95


# facts, not verdicts


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


def test_no_column_says_whether_somebody_may_post_or_is_certified():
    """I1 of the domain: the right to post is decided from facts and a clock, never stored."""
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


def test_no_status_column_stores_what_a_clock_changes():
    """A choice that time alone could make wrong (expired, overdue, lapsed) has no place in a column."""
    clockwork = {"expired", "lapsed", "overdue", "expiring", "grace", "certified", "update_due"}
    stored = [
        name
        for name, field in own_fields()
        if {str(value) for value, _label in field.choices or ()} & clockwork
    ]
    assert stored == []


def test_records_are_never_deleted_by_a_cascade():
    """Deleting a page, a person or a channel takes no record with it."""
    records = {"Award", "AwardEvent", "Attempt", "Response", "CourseCompletion", "StepCompletion"}
    cascading = [
        name
        for name, field in own_fields()
        if name.split(".")[1] in records
        and field.remote_field
        and field.remote_field.on_delete is models.CASCADE
    ]
    assert cascading == []


def test_every_constraint_has_a_name_that_says_what_it_keeps():
    unnamed = [
        f"{model._meta.label}.{constraint.name}"
        for app in ROOMS
        if app != "config"
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{app}_")
    ]
    assert unnamed == []

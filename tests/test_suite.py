"""What PostgreSQL is asked: a test of something that two databases do differently carries the mark `databases`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

import pytest

from tests.factories.kept import Numbers
from tests.servers import ROOT
from tests.syntax import read_syntax, walk_syntax

TESTS = ROOT / "tests"
FILES = sorted(TESTS.rglob("test_*.py"))
OURS = [app for app in apps.get_app_configs() if Path(app.path).parent == Path(settings.BASE_DIR)]
JSON = "|".join(
    sorted(
        {
            field.name
            for app in OURS
            for model in app.get_models()
            for field in model._meta.local_fields
            if isinstance(field, models.JSONField)
        }
    )
)
# What a database can get wrong, by the words of a test that asks for it.
KINDS = {
    "processes and threads": r"\b(?:copy_of_demo|populated_site|ThreadPoolExecutor|Thread)\b|transaction=True",
    "locks": r"\bselect_for_update\b|\bskip_locked\b|\bnowait\b",
    "raw SQL": r"\bcursor\(|\bRawSQL\b|\.raw\(",
    "the vendor": r"\bconnection\.vendor\b|\bconnection\.features\b",
    "constraints": r"\b(?:IntegrityError|DatabaseError|InternalError|OperationalError)\b",
    "JSON in SQL": rf"\b(?:\w+__)?(?:{JSON})__\w+\s*=",
    "computed SQL": r"\b(?:Subquery|OuterRef|Exists|Window)\(|\.(?:annotate|aggregate)\(",
    "triggers and migrations": r"\bAppendOnly\b|\b\w+_no_(?:update|delete)\b|\bMigrationExecutor\b",
    "permissions": r"\bpermissions_matrix\b",
    "standings": r"\breports(?:\.| import )sql_standings\b",
}
# Modules of the product that hold SQL of these kinds: some marked file has to call each of them.
SQL = re.compile(
    r"\bselect_for_update\(|\b(?:Subquery|OuterRef|Exists|Window|RawSQL|KeyTransform)\(|\.vendor\b|\.cursor\("
)
# Called through addresses and settings, imported by no test: which marked file goes there.
THROUGH = {
    "accounts.sign_in.own_sessions": "test_permissions_matrix.py",
    "certificates.permissions": "test_permissions_matrix.py",
    "config.counters": "accounts/test_rate_limits.py",
    "certificates.updates": "certificates/test_updates.py",
    "channels.desk.sponsoring": "channels/test_sponsors.py",
    "channels.listing": "channels/test_pages.py",
    "channels.screens.lookups": "channels/test_pages.py",
    "courses.changes.reviewing": "home/test_change_reviews.py",
    "courses.pages.routing": "test_permissions_matrix.py",
    "quizzes.attempts.withdrawing": "certificates/test_updates.py",
    "reports.accommodations": "test_permissions_matrix.py",
    "reports.export_screens.profile_pages": "test_permissions_matrix.py",
    "reports.exporting.companion_rows": "reports/test_companions.py",
    "reports.filters": "reports/console/test_listing.py",
    "reports.import_screens.mapping_pages": "test_permissions_matrix.py",
    "reports.saved_views.pages": "test_permissions_matrix.py",
    "home.backends": "test_permissions_matrix.py",
    "home.waiting": "home/test_waiting.py",
    "home.crowd.copied_rows": "home/test_crowd.py",
    "home.crowd.years": "home/test_crowd.py",
    "quizzes.cms.statistics_views": "quizzes/test_item_list.py",
}


def marked(nodes: Iterator[ast.AST] | list[ast.expr]) -> bool:
    return any("mark.databases" in ast.unparse(node) for node in nodes)


def file_is_marked(path: Path) -> bool:
    """`pytestmark` of the file names the mark."""
    return marked(
        node.value
        for node in read_syntax(path).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    )


def iterate_tests(path: Path) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """Every test in a file, and whether it is marked on itself, on its class or on its file."""
    whole = file_is_marked(path)
    for node in read_syntax(path).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        about = node.decorator_list if isinstance(node, ast.ClassDef) else []
        for test in inner:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                yield test, whole or marked([*about, *test.decorator_list])


@cache
def defined(path: Path) -> dict[str, ast.stmt]:
    """What a file itself calls by a name: functions, fixtures, classes and constants, tests apart."""
    named: dict[str, ast.stmt] = {}
    for node in read_syntax(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("test_"):
            named[node.name] = node
        elif isinstance(node, ast.Assign):
            named |= {name.id: node for name in node.targets if isinstance(name, ast.Name)}
    return named


@cache
def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@cache
def read_node(path: Path, node: ast.stmt) -> tuple[str, frozenset[str]]:
    """The source of a statement with its decorators, and the names and arguments in it."""
    begins = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    used = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            used.add(part.id)
        elif isinstance(part, ast.arg):
            used.add(part.arg)
    return "\n".join(lines_of(path)[begins - 1 : node.end_lineno]), frozenset(used)


def words_of(path: Path, test: ast.FunctionDef) -> str:
    """The source of a test with everything in its file that it uses, however far away."""
    named, seen, waiting = defined(path), set(), [test]
    said = []
    while waiting:
        words, used = read_node(path, waiting.pop())
        said.append(words)
        for name in sorted(used & named.keys() - seen - {"pytestmark"}):
            seen.add(name)
            waiting.append(named[name])
    return "\n".join(said)


def imports(path: Path) -> set[str]:
    """Modules, and names in modules, that a file imports."""
    names: set[str] = set()
    for node in walk_syntax(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_what_a_database_can_get_wrong_is_asked_of_both():
    unmarked = [
        f"{path.relative_to(TESTS)}::{test.name} ({kind})"
        for path in FILES
        if path != Path(__file__)
        for test, known in iterate_tests(path)
        if not known
        for words in [words_of(path, test)]
        for kind, pattern in KINDS.items()
        if re.search(pattern, words)
    ]
    assert unmarked == []


@cache
def modules() -> dict[str, Path]:
    """Every module of the product by its name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for app in OURS
        for path in Path(app.path).rglob("*.py")
        if "migrations" not in path.parts
    }


def called(names: set[str]) -> set[str]:
    """The product's modules among these, and those that they import, however far down."""
    found: set[str] = set()
    waiting = [name for name in names if name in modules()]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in imports(modules()[name]) if other in modules()]
    return found


def test_every_module_with_locks_or_sql_of_its_own_is_called_on_both():
    marked_files = [path for path in FILES if any(known for _test, known in iterate_tests(path))]
    asked = called(set().union(*(imports(path) for path in marked_files)))
    written = {
        name for name, path in modules().items() if SQL.search(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 15
    assert {TESTS / path for path in THROUGH.values()} <= set(marked_files)
    assert sorted(written - asked - THROUGH.keys()) == []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_names_are_counted_anew_in_each_test(turn: str) -> None:
    """Otherwise no maker is asked twice with the same words, and what it wrote is kept for nothing."""
    assert Numbers.sources
    assert {next(source) for source in Numbers.sources} == {1}

"""The measures of the house (docs/architecture.md), read from the source: circles, crowding, names and purity."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve

from wagtail.models import Page

from tests.syntax import read_syntax, walk_syntax

ROOT = Path(settings.BASE_DIR)
ROOMS = [
    *("config", "home", "reports", "channels", "certificates"),
    *("quizzes", "items", "courses", "notifications", "accounts", "ledger"),
]
LARGEST_SHARE = 0.30
MOST_LOOSE_MODULES = 16
ONE_WORD_SHARE = 1 / 3


@cache
def modules() -> dict[str, Path]:
    """Every module of the house by its dotted name, migrations apart."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def tree(name: str) -> ast.Module:
    return read_syntax(modules()[name])


def imported_by(name: str) -> set[str]:
    """The modules of the house that a module imports, inside functions and for types too."""
    wanted: set[str] = set()
    for node in walk_syntax(modules()[name]):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            wanted |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {other for other in wanted if other in modules() and other != name}


def find_circle(imports: dict[str, set[str]]) -> list[str]:
    """One circle of modules that import each other, or nothing: what is left when leaves are taken away."""
    left = {name: set(others) for name, others in imports.items()}
    while leaves := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in leaves}
    if not left:
        return []
    path = [min(left)]
    while (following := min(left[path[-1]] & left.keys())) not in path:
        path.append(following)
    return path[path.index(following) :]


def test_find_circle_finds_a_circle():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]
    assert find_circle({"a": {"b"}, "b": set()}) == []


def test_modules_import_each_other_in_no_circle():
    assert find_circle({name: imported_by(name) for name in modules()}) == []


def test_imports_stand_at_the_top_of_a_module():
    """An import inside a function hides a circle; only `ready()` of an app may import late."""
    late = [
        f"{name}:{inner.lineno} {ast.unparse(inner)}"
        for name in modules()
        for node in walk_syntax(modules()[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready"
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def count_lines(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def test_no_app_holds_more_than_its_share_of_the_code():
    lines: dict[str, int] = defaultdict(int)
    for name, path in modules().items():
        lines[name.split(".")[0]] += count_lines(path)
    total = sum(lines.values())
    crowded = {room: n / total for room, n in lines.items() if n / total > LARGEST_SHARE}
    assert crowded == {}


def test_no_app_root_is_crowded():
    loose = {
        room: sum(path.name != "__init__.py" for path in (ROOT / room).glob("*.py"))
        for room in ROOMS
    }
    assert {room: n for room, n in loose.items() if n > MOST_LOOSE_MODULES} == {}


def test_public_functions_say_what_they_do():
    """A function whose name is one word cannot be found by searching; fewer than a third are so named."""
    names = [
        f"{name}.{node.name}"
        for name in modules()
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    one_word = [name for name in names if "_" not in name.rsplit(".", 1)[1]]
    assert len(one_word) < len(names) * ONE_WORD_SHARE, one_word


def test_class_names_have_one_meaning():
    """Two public classes of one name are two meanings of one word. Django wants each command named Command."""
    places: dict[str, list[str]] = defaultdict(list)
    for name in modules():
        for node in tree(name).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    places.pop("Command")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_exceptions_end_in_error():
    bases: dict[str, list[str]] = {}
    for name in modules():
        for node in walk_syntax(modules()[name]):
            if isinstance(node, ast.ClassDef):
                named = {ast.unparse(base).split(".")[-1] for base in node.bases}
                bases[node.name] = sorted(named - {node.name})

    def is_exception(name: str) -> bool:
        known = name in {"Exception", "BaseException", "ValueError", "LookupError"}
        return known or name.endswith("Error") or any(map(is_exception, bases.get(name, [])))

    wrong = [name for name in bases if is_exception(name) and not name.endswith("Error")]
    assert wrong == []


# Paths that cannot be looked up by name: settings are read before there are addresses.
WRITTEN_PATHS = {
    ("config.failures.answers", "/api/"),  # refusals are worded before any address is resolved
    ("config.middleware", "/_util/"),  # the language is chosen before any address is resolved
    ("config.settings.base", "/accounts/login/"),
    ("config.settings.base", "/me/"),
    ("config.settings.base", "/media/"),
    ("config.settings.base", "/static/"),
}


def literal_paths(name: str) -> set[str]:
    """The string constants of a module that are a path of this site; a value inside an f-string is any word."""
    inside = {
        id(part)
        for node in walk_syntax(modules()[name])
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    texts = set()
    for node in walk_syntax(modules()[name]):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "0" for part in node.values]
            texts.add("".join(parts) if isinstance(node.values[0], ast.Constant) else "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add("" if id(node) in inside else node.value)
    return {text for text in texts if is_site_path(text)}


def is_site_path(text: str) -> bool:
    """Whether the text names an address of the site; "/" alone and "/0/" (a value between slashes) name none."""
    path = text.partition("#")[0].partition("?")[0]
    if not path.startswith("/") or path.startswith("//") or path in {"/", "/0/"}:
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def test_is_site_path_knows_paths():
    assert is_site_path("/channels/0/#rules")
    assert is_site_path("/courses/")
    assert not is_site_path("/")
    assert not is_site_path("/decisions")
    assert not is_site_path("Channels/")


def test_paths_are_looked_up_by_name():
    """A path that is written out goes on pointing at its old place when the address moves."""
    written = {(name, path) for name in modules() for path in literal_paths(name)}
    assert written == WRITTEN_PATHS


def test_each_mechanism_has_one_library():
    """One library for QR codes, for HTML, for Markdown; what it replaced comes back as nobody's dependency."""
    pinned = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8").splitlines()
    names = {line.partition("==")[0] for line in pinned if "==" in line}
    assert names & {"segno", "qrcode"} == {"segno"}
    assert names & {"nh3", "bleach", "html-sanitizer"} == {"nh3"}
    assert names & {"markdown-it-py", "markdown", "mistune"} == {"markdown-it-py"}


def configured() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def test_purity_is_one_list():
    """import-linter and mypy hold the places that `[tool.postworthy] pure` names, and nothing else."""
    tools = configured()
    pure = tools["postworthy"]["pure"]
    contracts = {contract["name"]: contract for contract in tools["importlinter"]["contracts"]}
    forbidden = contracts["Rules are pure: no framework"]
    assert forbidden["source_modules"] == pure
    assert not forbidden.get("allow_indirect_imports")
    strict = next(
        each for each in tools["mypy"]["overrides"] if each.get("disallow_untyped_decorators")
    )
    assert strict["module"] == [part for place in pure for part in (place, f"{place}.*")]


def test_default_queries_join_no_other_table():
    """A default order or manager that joins is paid by every query. Pages inherit a table and are left out."""
    joining = {
        model._meta.label: str(model._default_manager.all().query)
        for room in ROOMS
        if room != "config"
        for model in apps.get_app_config(room).get_models()
        if not issubclass(model, Page) and " JOIN " in str(model._default_manager.all().query)
    }
    assert joining == {}


QUERIES = {"filter", "exclude", "get", "Q"}


def test_what_is_current_is_said_in_one_place():
    """Only `ledger.spans` compares the end of a span with a moment; models say it in their constraints."""
    elsewhere = [
        f"{name}:{node.lineno} {keyword.arg}"
        for name in modules()
        if name != "ledger.spans" and "models" not in name.split(".")
        for node in walk_syntax(modules()[name])
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in QUERIES
        for keyword in node.keywords
        if re.fullmatch(r"(\w+__)?(ended_at|ends_at|closed_at)(__\w+)?", keyword.arg or "")
    ]
    assert elsewhere == []


def test_queries_are_compiled_in_one_place_that_knows_the_empty_ones() -> None:
    """Elsewhere a value that no row can have would be an error (EmptyResultSet)."""
    compiles = {"get_compiler", "sql_with_params"}
    found = {
        name
        for name, path in modules().items()
        for node in walk_syntax(path)
        if isinstance(node, ast.Attribute)
        and node.attr in compiles
        and isinstance(node.ctx, ast.Load)
    }
    assert found == {"ledger.statements"}

"""The pages in docs/ describe every setting, command, API route, ledger kind and model, and none that is absent."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import find_commands
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

import pytest

from tests.syntax import find_calls, walk_syntax

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
ROOMS = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "locale" / "README.md"])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
READERS = {"env", "env_secret", "env_bool", "env_int", "env_list", "env_choices"}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def quoted(name: str) -> set[str]:
    """Everything that a page sets in `code`."""
    return set(re.findall(r"`([^`\n]+)`", text(name)))


@cache
def sources() -> tuple[Path, ...]:
    """Every module of our apps, without migrations."""
    files = [path for app in ROOMS for path in sorted(Path(app.path).rglob("*.py"))]
    return tuple(path for path in files if "migrations" not in path.parts)


# settings


def variables() -> set[str]:
    """The names that the settings read from the environment."""
    return {
        call.args[0].value
        for path in sources()
        if path.parts[-2] == "settings"
        for call in find_calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in READERS
        if isinstance(call.args[0], ast.Constant)
    }


def documented_variables() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text("settings.md"), re.MULTILINE))


def test_environment_variables_are_all_documented():
    assert len(variables()) > 15
    assert variables() - documented_variables() == set()


def test_documented_variables_are_all_read():
    assert documented_variables() - variables() == set()


def test_env_example_names_only_existing_variables():
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(names) <= variables()


# commands


def our_commands() -> set[str]:
    return {name for app in ROOMS for name in find_commands(str(Path(app.path) / "management"))}


def documented_commands() -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+)[ `]", text("operations.md"), re.MULTILINE))


def test_commands_are_all_documented():
    assert our_commands() - documented_commands() == set()


def test_documented_commands_all_exist():
    assert documented_commands() - our_commands() == set()


@pytest.mark.parametrize("target", ["run", "test", "help"])
def test_makefile_has_documented_targets(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


# API routes


def api_routes() -> set[str]:
    """Every address below /api/v1/ as the URLconf writes it, without converters."""
    found = set()
    for part in get_resolver().url_patterns:
        if str(part.pattern).startswith("api/"):
            found |= {
                re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{part.pattern}{inner.pattern}")
                for inner in part.url_patterns
                if isinstance(inner, URLPattern)
            }
    return found


def test_api_routes_are_all_documented():
    page = text("api.md")
    nowhere = ("/api/v1/", "/{rest}")  # the root, and the catch-all route
    routes = {route for route in api_routes() if not route.endswith(nowhere)}
    assert routes
    assert {route for route in routes if route not in page} == set()


@pytest.mark.parametrize("action", ["publish", "schedule", "reply", "approve", "administer"])
def test_api_actions_are_documented(action):
    assert f"`{action}`" in text("api.md")


# the ledger


def written_kinds() -> set[str]:
    """Ledger kinds in the modules that write to the ledger: `kind="…"` or a string argument of a call."""
    kinds = set()
    for path in sources():
        if "entries" in {alias.asname or alias.name for alias in imports(path)} or records(path):
            kinds |= {word for call in find_calls(path) for word in words_of(call)}
    return kinds


def imports(path: Path) -> list[ast.alias]:
    froms = [node for node in walk_syntax(path) if isinstance(node, ast.ImportFrom)]
    return [alias for node in froms for alias in node.names]


def records(path: Path) -> bool:
    """Whether a module writes to the ledger through a function of its room, as in `record_act(kind=…)`."""
    writers = ("tell", "record_act", "append_entry", "append_entries")
    return any(ast.unparse(call.func).endswith(writers) for call in find_calls(path))


def words_of(call: ast.Call) -> set[str]:
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "kind")]
    literals = [node for arg in given for node in ast.walk(arg) if isinstance(node, ast.Constant)]
    return {
        node.value
        for node in literals
        if isinstance(node.value, str) and KIND.fullmatch(node.value)
    }


def families() -> set[str]:
    """The part before the dot in kinds written as an f-string, such as `f"channel.{state}"`."""
    return {
        start.value.removesuffix(".")
        for path in sources()
        for call in find_calls(path)
        for word in call.keywords
        if word.arg == "kind" and isinstance(word.value, ast.JoinedStr)
        if isinstance(start := word.value.values[0], ast.Constant)
    }


def test_ledger_kinds_are_all_documented():
    assert len(written_kinds()) > 15
    assert written_kinds() - quoted("ledger.md") == set()


def test_ledger_kind_families_are_documented():
    described = {word.split(".")[0] for word in quoted("ledger.md") if KIND.fullmatch(word)}
    assert families() <= described


@pytest.mark.parametrize(
    ("family", "model", "field"),
    [
        ("person", "accounts.EmploymentEvent", "what"),
        ("channel", "channels.ChannelEvent", "state"),
        ("channel", "channels.Owner", "kind"),
    ],
)
def test_ledger_kinds_of_choices_are_documented(family, model, field):
    choices = apps.get_model(model)._meta.get_field(field).choices
    assert {f"{family}.{value}" for value, _label in choices} <= quoted("ledger.md")


# the pages themselves


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_relative_links_resolve():
    link = r"\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)"
    nowhere = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(link, prose(page))
        if not (page.parent / target).exists()
    ]
    assert nowhere == []


def test_page_names_no_absolute_path():
    machine = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w|file://")
    found = [
        str(page.relative_to(ROOT))
        for page in PAGES
        if machine.search(page.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_page_has_one_title():
    titles = {
        str(page.relative_to(ROOT)): re.findall(r"^# .+", prose(page), re.MULTILINE)
        for page in PAGES
    }
    assert {page: found for page, found in titles.items() if len(found) != 1} == {}


def test_architecture_page_names_every_app_and_model():
    page = text("architecture.md")
    missing = [
        model.__name__
        for app in ROOMS
        for model in app.get_models()
        if not re.search(rf"\b{model.__name__}\b", page)
    ]
    assert missing == []
    assert {app.label for app in ROOMS if f"`{app.label}/`" not in page} == set()


def test_architecture_page_facts_match_guarded_models():
    from tests.test_migrations import FACTS

    section = text("architecture.md").split("## Models")[1].split("##")[0]
    assert set(re.findall(r"\*\*(\w+)\*\*", section)) == {label.split(".")[1] for label in FACTS}


def test_decision_page_has_its_four_sections():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in DECISIONS}
    heads = {name: re.findall(r"^## (.+)", page, re.MULTILINE) for name, page in pages.items()}
    all_four = ["Context", "Decision", "Rejected alternatives", "Consequences"]
    assert {name: found for name, found in heads.items() if found != all_four} == {}
    assert [name for name, page in pages.items() if len(page.splitlines()) > 40] == []
    assert [name for name, page in pages.items() if not page.startswith(f"# {name[:4]} ")] == []


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.stem[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_changelog_begins_with_unreleased():
    heads = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[0] == "Unreleased"


# the rules of the domain


def test_domain_page_names_existing_tests():
    named = set(re.findall(r"`([\w/]+\.py)(?:::(test_\w+))?`", text("domain.md")))
    assert len(named) > 30
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (path := ROOT / "tests" / file).is_file()
        or (test and f"def {test}(" not in path.read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_every_rule_of_the_domain_that_is_kept_names_its_test():
    rows = re.findall(r"^\| \*\*([IE]\d+)\*\* \|(.+)\|([^|]+)\|$", text("domain.md"), re.MULTILINE)
    assert {number for number, _said, _tests in rows} >= {f"I{number}" for number in range(1, 21)}
    assert {number for number, _said, _tests in rows} >= {f"E{number}" for number in range(1, 32)}
    unheld = [
        number
        for number, said, tests in rows
        if ("not yet" not in said) != bool(re.search(r"`[\w/]+\.py", tests))
    ]
    assert unheld == []


def test_cited_rules_are_on_the_domain_page():
    known = set(re.findall(r"^\| \*\*([A-Z][\w-]*)\*\* \|", text("domain.md"), re.MULTILINE))
    files = [*sources(), *(ROOT / "tests").rglob("*.py")]
    cited = {
        rule
        for path in files
        for rule in re.findall(r"domain\.md, ([A-Z][A-Z0-9-]*\d)", path.read_text(encoding="utf-8"))
    }
    assert {"I1", "I8"} <= cited
    assert cited - known == set()


def test_direction_is_drawn_as_it_is_kept():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"] == "Calls go down")
    assert " → ".join(layers) in (ROOT / "README.md").read_text(encoding="utf-8")
    drawing = text("architecture.md").split("## Direction")[1].split("```")[1]
    drawn = re.findall(r"^  ([a-z]+)\b", drawing, re.MULTILINE)
    assert drawn == layers


def test_decision_pages_have_date_and_status():
    head = re.compile(r"# \d{4} .+\n\n\* Date: \d{4}-\d\d-\d\d\n\* Status: (?:accepted|replaced)")
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [page.name for page in pages if not head.match(page.read_text(encoding="utf-8"))] == []

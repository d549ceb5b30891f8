"""The pages in docs/ say everything that somebody outside the code has to know, and nothing that is not there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import find_commands
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

import pytest

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
ROOMS = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
READERS = {"env", "env_secret", "env_bool", "env_int", "env_list"}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def quoted(name: str) -> set[str]:
    """Everything that a page sets in `code`."""
    return set(re.findall(r"`([^`\n]+)`", text(name)))


@cache
def sources() -> dict[Path, ast.Module]:
    """Every module of ours outside tests and migrations."""
    files = [path for app in ROOMS for path in sorted(Path(app.path).rglob("*.py"))]
    return {path: ast.parse(path.read_text()) for path in files if "migrations" not in path.parts}


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


# settings


def variables() -> set[str]:
    """The names that the settings read from the environment."""
    return {
        call.args[0].value
        for path, tree in sources().items()
        if path.parts[-2] == "settings"
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id in READERS
        if isinstance(call.args[0], ast.Constant)
    }


def documented_variables() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text("settings.md"), re.MULTILINE))


def test_every_variable_of_the_environment_is_described():
    assert len(variables()) > 15
    assert variables() - documented_variables() == set()


def test_no_variable_is_described_that_nothing_reads():
    assert documented_variables() - variables() == set()


def test_the_example_of_an_environment_names_only_variables_that_exist():
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(names) <= variables()


# commands


def our_commands() -> set[str]:
    return {name for app in ROOMS for name in find_commands(str(Path(app.path) / "management"))}


def documented_commands() -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+)[ `]", text("operations.md"), re.MULTILINE))


def test_every_command_is_described():
    assert our_commands() - documented_commands() == set()


def test_no_command_is_described_that_does_not_exist():
    assert documented_commands() - our_commands() == set()


@pytest.mark.parametrize("target", ["run", "test", "help"])
def test_the_targets_that_the_pages_name_are_in_the_makefile(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


# addresses for machines


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


def test_every_address_of_the_api_is_described():
    page = text("api.md")
    nowhere = ("/api/v1/", "/{rest}")  # the root, and the answer to addresses there are not
    routes = {route for route in api_routes() if not route.endswith(nowhere)}
    assert routes
    assert {route for route in routes if route not in page} == set()


@pytest.mark.parametrize("action", ["publish", "schedule", "reply", "approve", "administer"])
def test_the_actions_that_may_be_asked_about_are_described(action):
    assert f"`{action}`" in text("api.md")


# the ledger


def written_kinds() -> set[str]:
    """Kinds in the modules that write to the ledger: `kind="…"` or the first words of a call."""
    kinds = set()
    for tree in sources().values():
        if "entries" in {alias.asname or alias.name for alias in imports(tree)} or tells(tree):
            kinds |= {word for call in calls(tree) for word in words_of(call)}
    return kinds


def imports(tree: ast.AST) -> list[ast.alias]:
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return [alias for node in froms for alias in node.names]


def tells(tree: ast.AST) -> bool:
    """Some rooms write through one function of their own, `conduct.tell(kind=…)`."""
    return any(ast.unparse(call.func).endswith("tell") for call in calls(tree))


def words_of(call: ast.Call) -> set[str]:
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "kind")]
    literals = [node for arg in given for node in ast.walk(arg) if isinstance(node, ast.Constant)]
    return {
        node.value
        for node in literals
        if isinstance(node.value, str) and KIND.fullmatch(node.value)
    }


def families() -> set[str]:
    """What stands before the dot where a kind is put together: `f"channel.{state}"`."""
    return {
        start.value.removesuffix(".")
        for tree in sources().values()
        for call in calls(tree)
        for word in call.keywords
        if word.arg == "kind" and isinstance(word.value, ast.JoinedStr)
        if isinstance(start := word.value.values[0], ast.Constant)
    }


def test_every_kind_of_entry_is_described():
    assert len(written_kinds()) > 15
    assert written_kinds() - quoted("ledger.md") == set()


def test_kinds_that_are_put_together_are_described():
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
def test_every_choice_that_becomes_a_kind_is_described(family, model, field):
    choices = apps.get_model(model)._meta.get_field(field).choices
    assert {f"{family}.{value}" for value, _label in choices} <= quoted("ledger.md")


# the pages themselves


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_links_inside_the_project_lead_somewhere():
    link = r"\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)"
    nowhere = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(link, prose(page))
        if not (page.parent / target).exists()
    ]
    assert nowhere == []


def test_it_names_no_machine_and_no_person_in_charge_of_it():
    machine = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w|file://")
    found = [
        str(page.relative_to(ROOT))
        for page in PAGES
        if machine.search(page.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_it_starts_with_one_title():
    titles = {
        str(page.relative_to(ROOT)): re.findall(r"^# .+", prose(page), re.MULTILINE)
        for page in PAGES
    }
    assert {page: found for page, found in titles.items() if len(found) != 1} == {}


def test_every_room_and_every_model_stands_in_the_architecture():
    page = text("architecture.md")
    missing = [
        model.__name__
        for app in ROOMS
        for model in app.get_models()
        if not re.search(rf"\b{model.__name__}\b", page)
    ]
    assert missing == []
    assert {app.label for app in ROOMS if f"`{app.label}/`" not in page} == set()


def test_the_models_that_the_architecture_calls_facts_are_the_guarded_ones():
    from tests.test_migrations import FACTS

    section = text("architecture.md").split("## Models")[1].split("##")[0]
    assert set(re.findall(r"\*\*(\w+)\*\*", section)) == {label.split(".")[1] for label in FACTS}


def test_a_decision_says_why_what_and_what_not():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in DECISIONS}
    heads = {name: re.findall(r"^## (.+)", page, re.MULTILINE) for name, page in pages.items()}
    all_four = ["Context", "Decision", "Rejected alternatives", "Consequences"]
    assert {name: found for name, found in heads.items() if found != all_four} == {}
    assert [name for name, page in pages.items() if len(page.splitlines()) > 40] == []
    assert [name for name, page in pages.items() if not page.startswith(f"# {name[:4]} ")] == []


def test_decisions_are_counted_without_a_gap():
    numbers = [int(path.stem[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_changelog_begins_with_what_is_not_released_yet():
    heads = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[0] == "Unreleased"

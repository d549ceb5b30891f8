"""Every act of `channels` can be done on a page: no right that only a shell has."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

from channels.screens.deeds import DEEDS
from tests.permissions_matrix import ROWS

ROOM = Path(settings.BASE_DIR) / "channels"
SCREENS = ROOM / "screens"
# What others call: the first two are the second half of appointing and accepting, and of ending a role; `keep_role` is
# one row of `review_roles`.
CALLED = {"place_owner", "close_permission", "keep_role"}
# What runs each night.
NIGHTLY = {
    *("ask_for_reviews", "end_unanswered_roles", "end_roles"),
    *("ask_holders", "end_unneeded_roles", "ring_exit_alarms"),
}
INNER = CALLED | NIGHTLY


@cache
def trees(place: Path) -> tuple[ast.Module, ...]:
    files = sorted(place.rglob("*.py"))
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in files)


def acts() -> set[str]:
    """The public functions of the room, screens apart, that change something as an actor: they take `actor` and `at`
    by name, and write to the database in a transaction of their own."""
    modules = [path for path in ROOM.rglob("*.py") if SCREENS not in path.parents]
    found = set()
    for path in modules:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named = {argument.arg for argument in node.args.kwonlyargs}
                atomic = any("atomic" in ast.unparse(one) for one in node.decorator_list)
                if atomic and "at" in named:
                    found.add(node.name)
    return found


def called_by_screens() -> set[str]:
    return {
        ast.unparse(node.func).rpartition(".")[2]
        for tree in trees(SCREENS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


def test_acts_are_all_done_on_a_page():
    left = acts() - called_by_screens() - INNER
    of_leavers = {"end_ownerships_of_leavers", "end_roles_of_returners"}
    assert left == of_leavers, "write a page for the act"
    assert len(acts()) > 20
    assert acts() >= INNER - {"keep_role"}


def test_deeds_all_have_rows_in_the_matrix():
    """One to open the form and one to do it, for every persona."""
    for deed in DEEDS:
        rows = [row for row in ROWS if row.path == f"/channels/{{channel}}/change/{deed}/"]
        assert {row.method for row in rows} == {"get", "post"}, deed

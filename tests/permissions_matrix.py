"""Who may open what: one row per address of the product and what each persona gets there.

A row is `row(route, path, statuses…)`. `route` is the address as the URLconf writes it (the test prints
the routes that have no row). `path` is a real address of it; `{name}` stands for something of the world
that tests/test_permissions_matrix.py builds. `everyone` is the status for all who have signed in,
`anonymous` the one for strangers, and any persona may be named with a status of their own. An address
that takes only a POST says `method="post"` and, if it needs them, `data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PERSONAS = ["anonymous", "ada", "ben", "carol", "dana", "hugo", "olga", "ravi", "vera", "root"]


@dataclass(frozen=True)
class Row:
    route: str
    path: str
    method: str
    statuses: Mapping[str, int]
    data: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def row(
    route: str,
    path: str,
    everyone: int,
    *,
    anonymous: int = 302,
    method: str = "get",
    data: Mapping[str, str] | None = None,
    **named: int,
) -> Row:
    """Strangers are sent to the sign-in page (302) unless the row says otherwise."""
    if unknown := set(named) - set(PERSONAS):
        raise ValueError(f"{route}: nobody is called {', '.join(sorted(unknown))}")
    statuses = dict.fromkeys(PERSONAS, everyone) | {"anonymous": anonymous} | named
    return Row(route, path, method, statuses, data or {})


# These belong to Wagtail and allauth: they are tested as groups, not row by row.
GROUPS = ("cms/", "accounts/")

PAGES = "^((?:[\\w\\-]+/)*)$"  # Wagtail's one pattern for every page

ROWS = [
    # pages of the tree
    row(PAGES, "/", 200, anonymous=200),
    row(PAGES, "/privacy/", 200, anonymous=200),
    row(PAGES, "/draft/", 404, anonymous=404),
    row(PAGES, "/no-such-page/", 404, anonymous=404),
    # Wagtail's side doors
    row("_util/login/", "/_util/login/", 302, anonymous=302),
    row("_util/login/", "/_util/login/", 302, anonymous=302, method="post"),
    row(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        "/_util/authenticate_with_password/1/1/",
        404,
        anonymous=404,
    ),
    row("documents/^(\\d+)/(.*)$", "/documents/1/none.pdf", 404, anonymous=404),
    row(
        "documents/authenticate_with_password/<int:restriction_id>/",
        "/documents/authenticate_with_password/1/",
        404,
        anonymous=404,
    ),
]

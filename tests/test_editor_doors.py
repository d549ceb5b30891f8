"""The doors of the CMS: closed to everybody but authors, reviewers and superusers.

Asked on one database: what is behind the doors is in the permissions matrix, which is asked of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

import pytest

from accounts.models import Role
from tests.doors import EDITOR, browser_of, example, is_refusal
from tests.factories.people import give_role, make_person
from tests.worlds import World, build_world

# CMS addresses that open without a sign-in: translated words and icons, no content.
EDITORS_OPEN_WORDS = {"/cms/jsi18n/", "/cms/sprite/"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        world.people["everything else"] = make_person("Eve Else")
        for role in sorted(set(Role) - {Role.AUTHOR, Role.REVIEWER}):
            give_role(world.people["everything else"], role)
        yield world
        transaction.set_rollback(True)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("persona", ["anonymous", "everything else"])
def test_cms_is_closed_to_other_personas(world, persona, method):
    """Every CMS route is refused, including preview, copy, history and compare; a role never takes rights away."""
    browser = browser_of(world, persona)
    opened = {}
    for path in sorted({example(route) for route in EDITOR} - EDITORS_OPEN_WORDS):
        reply = getattr(browser, method)(path)
        if not is_refusal(reply):
            opened[path] = reply.status_code
    assert opened == {}

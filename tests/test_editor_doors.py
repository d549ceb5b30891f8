"""The doors of the CMS: closed to everybody but authors, reviewers and superusers, to whom every link opens one.

Asked on one database: what is behind the doors is in the permissions matrix, which is asked of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from wagtail.models import Page, Workflow

import pytest

from accounts.models import Role
from courses import editor_groups
from courses.models import LessonPage
from items.models import Item
from quizzes.models import Response
from quizzes.regrades import item_reports
from tests import draw_once
from tests.crawls import START, crawl, crawl_site, name_kind
from tests.doors import EDITOR, browser_of, example, is_refusal
from tests.factories.courses import (
    make_case_study,
    make_content_page,
    make_principle_page,
    translate,
)
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
        fill_editor(world)
        yield world
        transaction.set_rollback(True)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("persona", ["anonymous", "everything else"])
def test_cms_is_closed_to_other_personas(world, persona, method):
    """Every CMS route is refused, including preview, copy, history and compare; a role never takes rights away.

    The doors themselves are asked, without what lies before them: sessions, messages and the pages of refusals.
    """
    person = world.people.get(persona, AnonymousUser())
    paths = sorted({example(route) for route in EDITOR} - EDITORS_OPEN_WORDS)
    assert len(paths) > 250
    assert [path for path in paths if not is_refused(person, method, path)] == []


def is_refused(person: Any, method: str, path: str) -> bool:
    request: Any = getattr(RequestFactory(), method)(path)
    request.user, request.session = person, {}
    request._messages = FallbackStorage(request)
    try:
        view, args, kwargs = resolve(path)
        return is_refusal(view(request, *args, **kwargs))
    except (PermissionDenied, Http404):
        return True


def test_cms_opens_by_the_same_doors(world):
    """What refuses strangers lets an author in: otherwise nothing would be known of the doors."""
    assert not is_refused(world.people["dana"], "get", "/cms/")
    assert not is_refused(world.people["dana"], "get", "/cms/items/import/")


def fill_editor(world: World) -> None:
    """What authors and reviewers find: drafts, a translation, a case study, submissions, and a reported question."""
    now, dana = timezone.now(), world.people["dana"]
    editor_groups.prepare_groups()
    for name in ("dana", "ravi"):
        editor_groups.sync_groups(world.people[name], at=now)
    make_case_study(make_principle_page(7))
    for slug in ("accessibility", "sources-and-thanks"):
        make_content_page(slug=slug)
    lesson, item = LessonPage.objects.first(), Item.objects.filter(live=True).first()
    translate(lesson)
    for thing in (lesson, item):
        thing.save_revision(user=dana)
        Workflow.objects.get().start(thing, dana)
    Item.objects.filter(live=True).last().save_revision(user=dana)
    asked = Response.objects.select_related("attempt__person").first()
    told = {"category": "key", "text": "Why not A?", "at": now}
    item_reports.record_report(asked.attempt.uuid, asked.attempt.person, asked.slot, **told)


def test_every_link_of_the_editor_leads_somewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is let in is offered no address that fails, is not there, or sends them back to the start page."""
    draw_once.build_forms_once(monkeypatch)
    draw_once.draw_menus_once(monkeypatch)
    asked: dict[str, set[str]] = {}
    dead: list[str] = []
    for persona in ("ravi", "dana", "root"):
        asked[persona] = set()
        # The others have the forms of an author, with other buttons.
        for origin, address, reply in crawl(browser_of(world, persona), by_type=persona == "dana"):
            asked[persona].add(name_kind(urlsplit(address).path))
            if is_dead_end(address, reply):
                dead.append(f"{persona}: {reply.status_code} {address} from {origin}")
    assert dead == []
    numbers = [len(kinds) for kinds in asked.values()]
    assert all(number >= least for number, least in zip(numbers, (35, 70, 110), strict=True)), asked


def is_dead_end(address: str, reply: Any) -> bool:
    """Whether somebody who follows a link there is refused, or gets an error."""
    # The tree's root is no page, but the form for copying offers to edit it: Wagtail does not look.
    if address == reverse("wagtailadmin_pages:edit", args=[Page.get_first_root_node().pk]):
        return False
    sent_back = reply.status_code == 302 and reply.headers["Location"] == START
    return sent_back or reply.status_code in {403, 404} or reply.status_code >= 500


@pytest.mark.parametrize("persona", ["ada", "ben", "carol", "hugo", "olga", "ravi", "vera"])
def test_every_link_of_the_site_leads_somewhere(world: World, persona: str) -> None:
    """A link is shown only to who may open what it leads to; also of a stop, a person, a channel, a try."""
    dead, asked, own = [], [], str(world.people[persona].uuid)
    for origin, address, reply in crawl_site(browser_of(world, persona), own):
        asked.append(urlsplit(address).path)
        if reply.status_code in {403, 404} or reply.status_code >= 500:
            dead.append(f"{reply.status_code} {address} from {origin}")
    assert dead == []
    assert {"/me/", "/channels/PAUSED/"} <= set(asked)

"""Somebody writes in a form whose page or question somebody else deletes: who and when is said, no word is lost."""

from __future__ import annotations

import html
import re
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

import pytest

from accounts.models import User
from config.editor import deleted
from courses import editor_groups
from items.models import Item
from tests.config.test_first_saves import ADD_ITEM, JSON, course_form, item_form
from tests.factories.courses import make_course
from tests.factories.people import make_person
from tests.factories.quizzes import make_bank

pytestmark = pytest.mark.django_db
WORDS = "Nothing like it was ever written"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def cms(as_: Any, dana: User) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=timezone.now())
    return as_(dana)


@pytest.fixture
def root(as_: Any) -> Client:
    return as_(make_person("Sam Root", is_superuser=True))


def delete_page(root: Client) -> tuple[str, dict[str, Any], str]:
    """The edit address of a page that was deleted, what is sent there, and its kind and number for a ping."""
    page = make_course("CRISIS")
    Page.objects.get(pk=page.pk).get_children().delete()
    assert root.post(f"/cms/pages/{page.pk}/delete/").status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
    return (
        f"/cms/pages/{page.pk}/edit/",
        course_form(promise=WORDS),
        f"courses/coursepage/{page.pk}",
    )


def delete_question(root: Client) -> tuple[str, dict[str, Any], str]:
    bank = make_bank()
    item = Item.objects.create(bank=bank, code="D-1", stem="What?", live=False)
    path = ADD_ITEM.replace("add", f"edit/{item.pk}")
    assert root.post(path.replace("edit", "delete")).status_code == 302
    assert not Item.objects.filter(pk=item.pk).exists()
    return path, item_form(bank, WORDS), f"items/item/{item.pk}"


DELETED = pytest.mark.parametrize("delete", [delete_page, delete_question])


@DELETED
def test_save_of_what_was_deleted_says_who_did_it_and_shows_the_words(
    cms: Client, root: Client, delete: Any
) -> None:
    path, form, _ping = delete(root)
    reply = cms.post(path, form)
    shown = html.unescape(reply.content.decode())
    assert reply.status_code == 410
    assert re.search(r"Sam Root deleted this on \d+ \w+ \d{4} at \d\d:\d\d", shown)
    assert re.search(rf"<textarea readonly[^>]*>{WORDS}</textarea>", shown)


@DELETED
def test_autosave_and_the_open_page_say_who_deleted_it(
    cms: Client, root: Client, delete: Any
) -> None:
    """The editor knows `invalid_revision` alone as a code at which it stops, and asks before it sends the form."""
    path, form, thing = delete(root)
    told = cms.post(path, form, headers=JSON).json()
    assert told["error_code"] == "invalid_revision"
    assert told["error_message"].startswith("Sam Root deleted this on ")
    reply = cms.post(f"/cms/editing-sessions/ping/{thing}/1/", {"is_editing": "1"}).json()
    assert reply["other_sessions"][0]["revision_id"]
    assert reply["html"].count("Sam Root deleted this on ") == 2
    mine = root.post(f"/cms/editing-sessions/ping/{thing}/1/").json()
    assert "You deleted this on " in mine["html"]


def test_question_that_was_deleted_is_kept_as_a_new_draft(cms: Client, root: Client) -> None:
    path, form, _ping = delete_question(root)
    shown = cms.post(path, form | {"action-publish": "1"}).content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown)
    sent = {html.unescape(name): html.unescape(text) for name, text in fields}
    assert f'action="{ADD_ITEM}"' in shown
    assert cms.post(ADD_ITEM, sent).status_code == 302
    kept = Item.objects.get(code="NEW")
    assert (kept.live, kept.get_latest_revision_as_object().hint) == (False, WORDS)


def test_what_never_was_stays_not_found(cms: Client) -> None:
    for path in ("/cms/pages/99999/edit/", ADD_ITEM.replace("add", "edit/99999")):
        assert cms.post(path, {"title": WORDS}).status_code == 404
    for thing in ("courses/coursepage/99999", "items/item/99999", "no/model/1"):
        assert cms.post(f"/cms/editing-sessions/ping/{thing}/1/").status_code == 404


def test_who_may_not_change_such_things_is_told_nothing(
    cms: Client, root: Client, as_: Any, dana_the_editor: User
) -> None:
    path, form, thing = delete_question(root)
    dana_the_editor.groups.clear()
    browser = as_(User.objects.get(pk=dana_the_editor.pk))
    for reply in (browser.post(path, form), browser.post(f"/cms/editing-sessions/ping/{thing}/1/")):
        assert "Sam Root" not in reply.content.decode()


def test_words_of_a_form_are_named_and_what_is_for_programs_is_left_out() -> None:
    form = nested_form_data(
        {
            "title": "Title",
            "points": "3",
            "csrfmiddlewaretoken": "secret",
            "action-publish": "yes",
            "loaded_revision_created_at": "2026T",
            "body-count": "1",
            "body-0-type": "single",
            "body-0-id": "a-b",
            "body-0-value-answers-1-value-text": rich_text("<p>Right</p><p>Wrong</p>"),
            "body-0-value-note": '{"no rich text',
        }
    )
    assert list(deleted.find_words(form)) == [
        ("title", "Title"),
        ("body 1, answers 2, text", "Right\nWrong"),
        ("body 1, note", '{"no rich text'),
    ]

"""A further language: a superuser adds it on a screen, and whoever adds and changes pages translates them."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale, Page

import pytest

from accounts.models import Role, User
from courses import editor_groups
from tests.factories.courses import make_content_page, make_home, make_locale
from tests.factories.people import give_role, make_person

pytestmark = pytest.mark.django_db
LANGUAGES = "/cms/locales/"


@pytest.fixture
def root() -> User:
    return make_person("Sam Root", is_superuser=True)


@pytest.fixture
def author(as_: Any, dana: User) -> Client:
    return sign_in_editor(as_, dana)


def sign_in_editor(as_: Any, person: User) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(person, at=timezone.now())
    browser: Client = as_(person)
    return browser


def test_language_is_added_on_a_screen_and_its_pages_written_by_an_author(
    as_: Any, root: User, author: Client
) -> None:
    home = make_home()
    page = make_content_page(slug="privacy-notice")
    before = author.get(f"/cms/pages/{home.pk}/edit/").content.decode()
    assert translate_address(home) not in before
    super_browser = as_(root)
    assert LANGUAGES in super_browser.get("/cms/").content.decode()
    assert super_browser.post(f"{LANGUAGES}new/", {"language_code": "fi"}).status_code == 302
    finnish = Locale.objects.get(language_code="fi")
    for one in (home, page):
        form = author.get(f"/cms/pages/{one.pk}/edit/").content.decode()
        assert translate_address(one) in form
        assert author.get(translate_address(one)).status_code == 200
        reply = author.post(translate_address(one), {"locales": [finnish.pk]})
        made = Page.objects.get(translation_key=one.translation_key, locale=finnish)
        assert (reply.status_code, reply["Location"]) == (302, f"/cms/pages/{made.pk}/edit/")
        assert author.get(reply["Location"]).status_code == 200
        assert not made.live


def translate_address(page: Page) -> str:
    return reverse("simple_translation:submit_page_translation", args=[page.pk])


def test_author_and_reviewer_add_no_language(as_: Any, author: Client) -> None:
    reviewer = sign_in_editor(as_, give_role(make_person("Ravi View"), Role.REVIEWER))
    for browser in (author, reviewer):
        assert LANGUAGES not in browser.get("/cms/").content.decode()
        browser.post(f"{LANGUAGES}new/", {"language_code": "fi"})
    assert not Locale.objects.filter(language_code="fi").exists()


@pytest.mark.parametrize("act", ["edit", "delete"])
@pytest.mark.parametrize("code", ["en", "fi"])
def test_language_of_pages_stays_as_it_is(as_: Any, root: User, act: str, code: str) -> None:
    """Another code would turn English pages into Finnish ones; without the first language nothing is served."""
    home = make_home()
    if code == "fi":
        home.copy_for_translation(make_locale("fi"))
    locale = Locale.objects.get(language_code=code)
    browser = as_(root)
    address = f"{LANGUAGES}{act}/{locale.pk}/"
    for reply in (browser.get(address), browser.post(address, {"language_code": "pt-br"})):
        assert reply.status_code == 409
        assert f'href="{LANGUAGES}"' in reply.content.decode()
    locale.refresh_from_db()
    assert locale.language_code == code


def test_language_without_pages_is_taken_away(as_: Any, root: User) -> None:
    make_home()
    browser, locale = as_(root), make_locale("fi")
    assert browser.get(f"{LANGUAGES}edit/{locale.pk}/").status_code == 200
    assert browser.post(f"{LANGUAGES}delete/{locale.pk}/").status_code == 302
    assert not Locale.objects.filter(language_code="fi").exists()


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30])
def test_language_that_is_none_is_not_found(as_: Any, root: User, pk: str) -> None:
    assert as_(root).get(f"{LANGUAGES}edit/{pk}/").status_code == 404


@pytest.mark.databases
def test_two_who_translate_a_page_at_once_make_one(
    author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the second of them; the form is asked again, and does not fail."""
    page, finnish, failed = make_home(), make_locale("fi"), []
    execute = CopyPageForTranslationAction.execute

    def clash(action: Any, **how: Any) -> Any:
        if not failed:
            failed.append(action)
            raise IntegrityError("UNIQUE constraint failed: wagtailcore_page.translation_key")
        return execute(action, **how)

    monkeypatch.setattr(CopyPageForTranslationAction, "execute", clash)
    assert author.post(translate_address(page), {"locales": [finnish.pk]}).status_code == 302
    assert failed

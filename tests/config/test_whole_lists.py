"""“Select all” acts on what a list shows, and the page that asks says how much that is."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

import pytest

from courses.models import LessonPage
from items.models import Item, ItemBank
from tests.factories.courses import make_course
from tests.factories.people import make_person
from tests.factories.quizzes import make_bank, make_row

pytestmark = pytest.mark.django_db
ALL_SHOWN = "It is all that the list shows with its search and filters"


@pytest.fixture
def cms(as_: Any) -> Client:
    return as_(make_person("Sam Root", is_superuser=True))


@pytest.fixture
def bank() -> ItemBank:
    make_bank("OTHER", make_row(code="O-1"))
    return make_bank(
        "LIST", make_row(code="L-1"), make_row(code="L-2", stem="Why?"), make_row(code="M-3")
    )


def bulk(app: str, model: str, action: str, here: str, *, more: str = "") -> str:
    """The address to which the list at `here` sends “select all”, as Wagtail's script makes it."""
    _path, _mark, query = here.partition("?")
    told = f"{query}&" if query else ""
    after = here.replace("?", "%3F").replace("&", "%26").replace("=", "%3D")
    return f"{reverse('wagtail_bulk_action', args=[app, model, action])}?{told}id=all{more}&next={after}"


def ask(cms: Client, address: str) -> tuple[str, str]:
    """The page that asks, and where its form sends the answer."""
    page = cms.get(address).content.decode()
    assert '<form action="' in page, page
    return page, re.search(r'<form action="([^"]*)" method="POST"', page)[1].replace("&amp;", "&")


ITEMS = "/cms/snippets/quizzes/item/"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("bank={bank}", ["L-1", "L-2", "M-3"]),
        ("bank={bank}&q=why", ["L-2"]),
        ("q=L-", ["L-1", "L-2"]),
        ("", ["L-1", "L-2", "M-3", "O-1"]),
    ],
)
def test_questions_of_a_narrowed_list_are_the_only_ones_that_change(cms, bank, query, codes):
    query = query.format(bank=bank.pk)
    here = f"{ITEMS}?{query}" if query else ITEMS
    page, form = ask(cms, bulk("items", "item", "retire", here))
    assert ALL_SHOWN in page
    assert f"This is about {len(codes)} of them" in page
    assert [code for code in ("L-1", "L-2", "M-3", "O-1") if f"{code}" in page] == codes
    done = cms.post(form, follow=True)
    assert done.redirect_chain[-1][0] == here
    retired = Item.objects.filter(retired=True).order_by("code")
    assert list(retired.values_list("code", flat=True)) == codes


def test_list_that_has_grown_since_it_was_shown_is_shown_again(cms, bank):
    _page, form = ask(cms, bulk("items", "item", "retire", f"{ITEMS}?bank={bank.pk}"))
    Item.objects.filter(code="O-1").update(bank=bank)
    page = cms.post(form, follow=True).content.decode()
    assert "The list has changed since you were asked: it shows 4 now. Nothing was done." in page
    assert "This is about 4 of them" in page
    assert not Item.objects.filter(retired=True).exists()


def test_chosen_rows_are_counted_and_are_not_called_all(cms, bank):
    one = Item.objects.get(code="L-1")
    address = reverse("wagtail_bulk_action", args=["items", "item", "retire"])
    page = cms.get(f"{address}?id={one.pk}&next={ITEMS}").content.decode()
    assert "This is about 1 of them" in page
    assert ALL_SHOWN not in page


@pytest.mark.parametrize(
    "here", ["", "/cms/", "/nowhere/", "/cms/users/", "https://elsewhere.example/"]
)
def test_whole_list_that_nobody_knows_is_none(cms, bank, here):
    address = reverse("wagtail_bulk_action", args=["items", "item", "retire"])
    for query in (f"id=all&next={here}", f"bank={bank.pk}&id=all&next={ITEMS}"):
        assert cms.post(f"{address}?{query}").status_code == 404
    assert not Item.objects.filter(retired=True).exists()


def test_banks_that_a_list_shows_are_deleted_and_of_a_filter_it_does_not_have_none(cms):
    for code in ("ONE", "TWO"):
        ItemBank.objects.create(code=code, title=f"Bank {code}")
    here = reverse(ItemBank.snippet_viewset.get_url_name("list"))
    assert cms.post(bulk("items", "itembank", "delete", f"{here}?title=TWO")).status_code != 200
    assert ItemBank.objects.count() == 2
    page, form = ask(cms, bulk("items", "itembank", "delete", here))
    assert "This is about 2 of them" in page
    cms.post(form)
    assert not ItemBank.objects.exists()


def test_accounts_of_a_searched_and_filtered_list_are_the_only_ones_that_are_switched(cms):
    lea, leo, off = (make_person(name) for name in ("Lea Palo", "Leo Palo", "Off Palo"))
    off.is_active = False
    off.save()
    here = "/cms/users/?q=palo&is_active=true"
    page, form = ask(cms, bulk("accounts", "user", "set_active_state", here))
    assert "This is about 2 of them" in page
    cms.post(form, {"mark_as_active": "False", "reason": "The team is looked into"})
    for person in (lea, leo, off):
        person.refresh_from_db()
        assert person.employment.filter(what="switched_off").exists() == (person is not off)


def test_pages_of_a_filtered_and_searched_list_are_the_only_ones_that_are_unpublished(
    cms, search_index
):
    course = make_course("CORE", modules=1, lessons=2)
    lessons = list(LessonPage.objects.order_by("path"))
    lessons[0].title = "Zebra"
    lessons[0].save()
    kind = lessons[0].content_type_id
    here = f"/cms/pages/{course.pk}/?content_type={kind}&q=zebra"
    before = Page.objects.filter(live=True).count()
    page, form = ask(
        cms, bulk("wagtailcore", "page", "unpublish", here, more=f"&childOf={course.pk}")
    )
    assert "This is about 1 of them" in page
    cms.post(form)
    lessons[0].refresh_from_db()
    assert (lessons[0].live, Page.objects.filter(live=True).count()) == (False, before - 1)


def test_pictures_of_a_list_with_a_tag_are_the_only_ones_that_are_deleted(cms):
    pictures = get_image_model().objects
    for name in ("one", "two"):
        pictures.create(title=name, file=get_test_image_file(f"{name}.png")).tags.add(name)
    _page, form = ask(cms, bulk("wagtailimages", "image", "delete", "/cms/images/?tag=two"))
    cms.post(form)
    assert list(pictures.values_list("title", flat=True)) == ["one"]


def test_learner_learns_nothing_of_a_list(as_, ada, bank):
    reply = as_(ada).post(bulk("items", "item", "retire", ITEMS))
    assert reply.status_code in (302, 403)
    assert not Item.objects.filter(retired=True).exists()

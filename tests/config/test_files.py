"""Pictures and documents of lessons and questions: who gets the file, and who may take a picture away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

import pytest

from accounts.models import User
from courses import editor_groups
from courses.models import CoursePage
from courses.writing.file_places import find_closed_collection, find_open_collection
from home.demo.pictures import get_picture
from items.models import Item
from tests.factories.courses import BODY, lessons_of, make_course, make_principle_page
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_image,
    make_item,
    make_quiz,
    make_row,
)

pytestmark = pytest.mark.django_db
Image = get_image_model()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    caches["default"].clear()  # Wagtail keeps the copies of pictures there


@pytest.fixture
def course_page(db: None) -> CoursePage:
    return make_course("CORE", modules=1, lessons=1)


@pytest.fixture
def open_picture() -> Any:
    """A picture that its collection lets everybody see."""
    picture = make_image(7)
    picture.collection = find_open_collection()
    picture.save()
    return picture


@pytest.fixture
def item() -> Item:
    return make_item(kind="hotspot")


def publish_with(page: Page, kind: str, value: Any) -> Page:
    page.body = [*BODY, (kind, value)]
    page.save_revision().publish()
    return page


def show(page: Page, picture: Any) -> Page:
    value = {"title": "The lab", "picture": picture, "rows": [], "alt": "A lab"}
    return publish_with(page, "figure", value)


def copy_of(picture: Any) -> str:
    return picture.get_rendition("width-20").url


def status(address: str, browser: Client) -> int:
    reply = browser.get(address)
    if reply.status_code == 302:
        assert reply.headers["Location"].startswith("/accounts/login/?next=/")
    return reply.status_code


def test_picture_of_a_lesson_is_for_signed_in_people(as_, ada, client, course_page, open_picture):
    lesson = show(lessons_of(course_page)[0], open_picture)
    shown = as_(ada).get(lesson.url).content.decode()
    addresses = re.findall(r"/media/[^\s\"]+", shown)
    assert addresses
    for address in addresses:
        assert status(address, client) == 302
        assert status(address, as_(ada)) == 200
        kept = as_(ada).get(address).headers["Cache-Control"]
        assert {*kept.split(", ")} == {"private", "max-age=300"}


def test_picture_of_an_unpublished_lesson_is_for_editors(as_, ada, dana, course_page, open_picture):
    lesson = show(lessons_of(course_page)[0], open_picture)
    lesson.unpublish()
    assert [status(copy_of(open_picture), as_(who)) for who in (ada, dana)] == [403, 200]


def test_picture_of_a_draft_is_for_editors_until_it_is_published(
    as_, ada, dana, client, course_page, open_picture
):
    """A published lesson refers to what is live: an edit that waits was nobody's, so its picture was everybody's."""
    lesson, people = lessons_of(course_page)[0], (client, as_(ada), as_(dana))
    lesson.save_revision().publish()
    value = {"title": "The lab", "picture": open_picture, "rows": [], "alt": "A lab"}
    lesson.body = [*BODY, ("figure", value)]
    lesson.save_revision()
    assert [status(copy_of(open_picture), one) for one in people] == [302, 403, 200]
    lesson.latest_revision.publish()
    assert [status(copy_of(open_picture), one) for one in people] == [302, 200, 200]


def test_picture_of_a_changed_question_is_for_editors_until_somebody_is_asked(
    as_, ada, dana, client, item, open_picture
):
    item.body[0].value["image"] = open_picture
    item.save_revision()
    found = [status(copy_of(open_picture), one) for one in (client, as_(ada), as_(dana))]
    assert found == [302, 403, 200]


def test_picture_of_a_question_is_for_who_was_asked(as_, ada, carol, dana, client, open_picture):
    row = make_row("hotspot") | {"image": open_picture.pk}
    make_attempt(ada, make_quiz(make_bank("PICTURES", row)), timezone.now())
    assert status(copy_of(open_picture), client) == 302
    people = (ada, carol, dana)
    assert [status(copy_of(open_picture), as_(who)) for who in people] == [200, 403, 200]


def test_picture_takes_ten_queries(
    as_, ada, course_page, open_picture, django_assert_max_num_queries
):
    show(lessons_of(course_page)[0], open_picture)
    address, browser = copy_of(open_picture), as_(ada)
    browser.get(address)
    with django_assert_max_num_queries(10):
        assert browser.get(address).status_code == 200


def test_picture_of_a_public_page_is_public(as_, ada, client, course_page, open_picture):
    show(make_principle_page(1), open_picture)
    show(lessons_of(course_page)[0], open_picture)
    assert status(copy_of(open_picture), client) == 200
    kept = client.get(copy_of(open_picture)).headers["Cache-Control"]
    assert {*kept.split(", ")} == {"public", "max-age=300"}


def test_closed_collection_holds_whatever_uses_the_picture(as_, ada, client):
    picture = make_image()
    show(make_principle_page(1), picture)
    assert status(copy_of(picture), client) == 302
    assert status(copy_of(picture), as_(ada)) == 200


def test_original_of_a_picture_is_for_editors(as_, ada, dana, client, open_picture):
    assert status(open_picture.file.url, client) == 404
    assert status(open_picture.file.url, as_(dana)) == 404
    whole = open_picture.get_rendition("original").url
    assert [status(whole, browser) for browser in (client, as_(ada), as_(dana))] == [302, 403, 200]


def test_document_of_a_lesson_is_for_signed_in_people(as_, ada, client, course_page):
    where = find_open_collection()
    document = get_document_model().objects.create(
        title="Plan", file=ContentFile(b"words", "plan.txt"), collection=where
    )
    assert status(document.url, client) == 302  # no page shows it yet
    link = f'<p><a linktype="document" id="{document.pk}">Plan</a></p>'
    publish_with(lessons_of(course_page)[0], "text", {"heading": "", "body": link})
    assert status(document.url, client) == 302
    assert status(document.url, as_(ada)) == 200


@pytest.mark.parametrize("kind", ["picture", "document"])
@pytest.mark.parametrize("how", ["one", "many"])
def test_file_that_a_published_page_shows_is_not_deleted(as_, root, course_page, kind, how):
    lesson = lessons_of(course_page)[0]
    if kind == "picture":
        file, app, single = make_image(7), "wagtailimages/image", "/cms/images/{}/delete/"
        show(lesson, file)
    else:
        file = get_document_model().objects.create(
            title="Plan", file=ContentFile(b"words", "plan.txt")
        )
        app, single = "wagtaildocs/document", "/cms/documents/delete/{}/"
        link = f'<p><a linktype="document" id="{file.pk}">Plan</a></p>'
        publish_with(lesson, "text", {"heading": "", "body": link})
    address = f"/cms/bulk/{app}/delete/?id={file.pk}" if how == "many" else single.format(file.pk)
    browser = as_(root)
    for reply in (browser.get(address), browser.post(address)):
        assert (reply.status_code, "A page shows this file" in reply.text) == (409, True)
        assert f'href="/cms/pages/{lesson.pk}/edit/"' in reply.text
    assert type(file).objects.filter(pk=file.pk).exists()
    lesson.unpublish()
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code == 302
    assert not type(file).objects.filter(pk=file.pk).exists()


def test_proxy_sends_the_file_only_after_the_check(settings, client, open_picture):
    settings.MEDIA_BY_PROXY = "/private-media/"
    show(make_principle_page(1), open_picture)
    name = open_picture.get_rendition("width-20").file.name
    reply = client.get(copy_of(open_picture))
    assert (reply.headers["X-Accel-Redirect"], reply.content) == (f"/private-media/{name}", b"")
    open_picture.collection = find_closed_collection()
    open_picture.save()
    assert "X-Accel-Redirect" not in client.get(copy_of(open_picture)).headers


def test_avatar_is_for_editors(as_, ada, dana, client, tmp_path):
    (tmp_path / "avatar_images").mkdir()
    (tmp_path / "avatar_images" / "me.png").write_bytes(b"me")
    address = "/media/avatar_images/me.png"
    assert [status(address, one) for one in (client, as_(ada), as_(dana))] == [302, 403, 200]


def test_demo_draws_into_the_closed_collection():
    assert get_picture("lunch").collection == find_closed_collection() == make_image().collection


def test_upload_of_an_author_goes_to_signed_in_people_first(as_, dana):
    Group.objects.all().delete()
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=timezone.now())
    for kind in ("images", "documents"):
        form = as_(dana).get(f"/cms/{kind}/multiple/add/").content.decode()
        places = re.findall(r"<option value=\"(\d+)\"", form.split('name="collection"')[1])
        assert int(places[0]) == find_closed_collection().pk


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root@northlight.example", display_name="Root")


def picture_of(item: Item) -> Any:
    return Image.objects.get(pk=item.body[0].value["image"].pk)


def test_picture_of_a_published_question_is_not_deleted(as_, root, item):
    picture = picture_of(item)
    bulk = reverse("wagtail_bulk_action", args=["wagtailimages", "image", "delete"])
    for address in (f"/cms/images/{picture.pk}/delete/", f"{bulk}?id={picture.pk}"):
        for reply in (as_(root).get(address), as_(root).post(address)):
            assert reply.status_code == 409
            assert f"{item.bank.code}/{item.code}" in reply.text
            assert reverse(item.snippet_viewset.get_url_name("edit"), args=[item.pk]) in reply.text
        assert Image.objects.filter(pk=picture.pk).exists()


def test_file_of_a_published_questions_picture_is_not_exchanged(as_, root, item):
    picture = picture_of(item)
    before = picture.file_hash, picture.file.name
    with make_image(5).file.open() as another:
        form = {"title": "New", "file": another, "collection": picture.collection_id}
        form |= dict.fromkeys((f"focal_point_{part}" for part in ("x", "y", "width", "height")), "")
        reply = as_(root).post(f"/cms/images/{picture.pk}/", form | {"description": "", "tags": ""})
    assert f"{item.bank.code}/{item.code}" in reply.text
    picture.refresh_from_db()
    assert (picture.file_hash, picture.file.name) == before
    assert picture.title != "New"


def test_picture_that_no_question_asks_with_is_deleted(as_, root, item):
    picture = picture_of(item)
    item.unpublish()
    assert "Are you sure" in as_(root).get(f"/cms/images/{picture.pk}/delete/").text
    assert as_(root).post(f"/cms/images/{picture.pk}/delete/").status_code == 302
    assert not Image.objects.filter(pk=picture.pk).exists()


def test_picture_that_people_were_asked_about_stays(as_, root, ada):
    bank = make_bank("PICTURES", make_row("hotspot"))
    make_attempt(ada, make_quiz(bank), timezone.now())
    item = bank.items.get()
    item.unpublish()
    assert as_(root).post(f"/cms/images/{picture_of(item).pk}/delete/").status_code == 409

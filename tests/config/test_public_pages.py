"""Public pages come from memory for strangers: never stale, never somebody else's, and without a cookie."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, Page, PageViewRestriction, Site

import pytest

from config import public_pages
from config.public_pages import PublicPageMiddleware
from courses.pages import editions
from tests.factories.certificates import make_certification
from tests.factories.channels import ask_for, make_channel
from tests.factories.courses import (
    lessons_of,
    make_catalog,
    make_content_page,
    make_course,
    make_home,
    make_principle_page,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_mark(settings: Any, tmp_path: Any) -> Iterator[None]:
    """No other process of the suite begins an edition here."""
    settings.VAR_DIR = tmp_path
    yield
    caches["pages"].clear()


@pytest.fixture
def page() -> Any:
    return make_content_page(title="Before", slug="thanks")


def publish(page: Any, **fields: Any) -> None:
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision().publish()


def test_repeated_public_page_takes_no_query(client, page, django_assert_num_queries):
    first = client.get(page.url)
    with django_assert_num_queries(0):
        again = client.get(page.url)
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    sent = [dict(one.headers) | {"X-Request-ID": ""} for one in (first, again)]
    assert sent[0] == sent[1]


@pytest.mark.parametrize("make", [make_home, make_catalog, make_course, make_principle_page])
def test_every_public_page_is_kept_and_sets_no_cookie(client, make, django_assert_num_queries):
    """Also a principle with a check: the form of a stranger needs no token."""
    page = make(1) if make is make_principle_page else make()
    client.get(page.url)
    with django_assert_num_queries(0):
        kept = client.get(page.url)
    assert kept.status_code == 200
    assert not kept.cookies
    assert not client.cookies
    assert kept.headers["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(kept.headers["Vary"].split(", "))


# what begins a new edition


def change_title(page: Any) -> None:
    publish(page, title="After")


def change_slug(page: Any) -> None:
    publish(page, slug="gone")


def unpublish(page: Any) -> None:
    page.unpublish()


def delete(page: Any) -> None:
    page.delete()


def move(page: Any) -> None:
    page.move(make_catalog(), pos="last-child")


def restrict(page: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def restrict_above(page: Any) -> None:
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def move_the_site(page: Any) -> None:
    site = Site.objects.get()
    site.root_page = make_catalog()
    site.save()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (change_slug, 404),
        (unpublish, 404),
        (delete, 404),
        (move, 301),  # Wagtail remembers where it went
        (restrict, 302),
        (restrict_above, 302),
        (move_the_site, 404),
    ],
)
def test_page_that_is_there_no_more_is_not_shown(client, page, change, status):
    address = page.url
    assert client.get(address).status_code == 200
    change(page)
    gone = client.get(address)
    assert gone.status_code == status
    assert "Before" not in gone.text
    assert client.get(address).status_code == status


def test_published_change_is_shown_at_once_and_has_another_tag(client, page):
    before = client.get(page.url)
    publish(page, title="After")
    after = client.get(page.url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "After" in after.text
    assert "Before" not in after.text


def test_restriction_that_is_taken_away_opens_the_page_at_once(client, page):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert client.get(page.url).status_code == 302
    restriction.delete()
    assert client.get(page.url).status_code == 200


def test_other_page_at_an_address_is_shown_at_once(client, page):
    """Two pages swap their slugs: neither answers for the other."""
    other = make_content_page(title="Other", slug="other")
    for address, title in (("/thanks/", "Before"), ("/other/", "Other")):
        assert title in client.get(address).text
    publish(page, slug="between")
    publish(other, slug="thanks")
    publish(page, slug="other")
    assert "Other" in client.get("/thanks/").text
    assert "Before" in client.get("/other/").text


def test_alias_is_listed_at_once(client):
    """An alias is published without the signals of publishing."""
    content = make_content_page(title="Thanks", slug="thanks")
    assert client.get("/again/").status_code == 404
    CreatePageAliasAction(
        content, parent=content.get_parent(), update_slug="again", user=None
    ).execute(skip_permission_checks=True)
    assert "Thanks" in client.get("/again/").text
    publish(content, title="Changed")
    assert "Changed" in client.get("/again/").text


def test_page_that_lists_another_shows_its_change_at_once(client):
    principle = make_principle_page(1, title="Ask early")
    assert "Ask early" in client.get("/").text
    publish(principle, title="Ask first")
    assert "Ask first" in client.get("/").text
    principle.unpublish()
    assert "Ask first" not in client.get("/").text


def test_new_language_is_shown_at_once_and_each_has_its_own_page(client):
    page = make_content_page(title="Thanks", slug="thanks")
    assert client.get("/fi/thanks/").headers["Content-Language"] == "en"
    translate(page.get_parent())
    publish(translate(page), title="Kiitos", slug="thanks")
    for _time in range(2):
        finnish, english = client.get("/fi/thanks/"), client.get("/thanks/")
        assert ("Kiitos" in finnish.text, finnish.headers["Content-Language"]) == (True, "fi")
        assert ("Kiitos" in english.text, english.headers["Content-Language"]) == (False, "en")
    Page.objects.get(title="Kiitos").delete()
    assert client.get("/fi/thanks/").status_code == 404


@pytest.mark.parametrize("model", [Site, Locale, PageViewRestriction])
def test_site_and_language_begin_an_edition(model, page):
    before = editions.current_edition()
    rows = {
        Site: Site.objects.get(),
        Locale: Locale.objects.get(),
        PageViewRestriction: PageViewRestriction(page=page, restriction_type="login"),
    }
    rows[model].save()
    assert editions.current_edition() != before


def test_channel_that_asks_for_the_certificate_is_shown_at_once(client):
    course = make_course("CORE")
    certification = make_certification(courses=[course.course])
    channel = make_channel("X-NEWS", asks=False, title="The News Desk", public=True)
    assert "The News Desk" not in client.get(course.url).text
    ask_for(channel, certification)
    assert "The News Desk" in client.get(course.url).text


def test_draft_begins_no_edition(page):
    before = editions.current_edition()
    draft = page.get_latest_revision_as_object()
    draft.title = "Not yet"
    draft.save_revision()
    assert editions.current_edition() == before


# who gets a kept page


def test_signed_in_reader_gets_a_page_of_their_own(client, as_, ada, page):
    for _time in range(2):
        assert "Sign in" in client.get(page.url).text
        mine = as_(ada).get(page.url)
        assert mine.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in mine.headers
        assert "Ada Virtanen" in mine.text
        assert "Ada Virtanen" not in client.get(page.url).text


def test_editor_sees_what_the_database_has(client, as_, dana, page):
    """Also what no signal has told of."""
    client.get(page.url)
    Page.objects.filter(pk=page.pk).update(title="By hand")
    assert "By hand" in as_(dana).get(page.url).text


def test_question_in_the_address_is_answered_anew(client, django_assert_max_num_queries):
    make_course("CORE", title="Official channels")
    make_catalog()
    assert "Official channels" in client.get("/courses/").text
    assert "Official channels" not in client.get("/courses/?q=nothing-like-it").text
    assert "Official channels" in client.get("/courses/?q=official").text


def test_message_is_shown_once_and_not_kept(client, page):
    client.cookies["messages"] = "anything"
    asked = client.get(page.url)
    assert "ETag" not in asked.headers


def test_page_that_sets_a_cookie_is_not_kept():
    made = []

    def respond(request: Any) -> HttpResponse:
        request.is_public_page = True
        made.append(HttpResponse("page"))
        made[-1].set_cookie("who", "you")
        return made[-1]

    middleware = PublicPageMiddleware(respond)
    for _time in range(2):
        assert middleware(RequestFactory().get("/")).cookies["who"].value == "you"
    assert len(made) == 2


@pytest.mark.parametrize("status", [302, 403, 404, 500])
def test_answer_that_is_no_page_is_not_kept(status):
    def respond(request: Any) -> HttpResponse:
        request.is_public_page = True
        return HttpResponse("no", status=status)

    answer = PublicPageMiddleware(respond)(RequestFactory().get("/"))
    assert "ETag" not in answer.headers


def test_page_that_was_not_called_public_is_not_kept(client, page, course_lesson):
    """A lesson sends strangers to sign in; the sign-in page has a form."""
    for address in (course_lesson.url, "/accounts/login/", "/verify/"):
        assert "ETag" not in client.get(address).headers


@pytest.fixture
def course_lesson() -> Any:
    return lessons_of(make_course("CORE"))[0]


def test_kept_page_belongs_to_one_host_and_scheme(settings, client, page):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    asked: list[str] = []

    def respond(request: Any) -> HttpResponse:
        request.is_public_page = True
        asked.append(request.build_absolute_uri())
        return HttpResponse(asked[-1])

    middleware = PublicPageMiddleware(respond)
    for host, secure in (("one.example", False), ("two.example", False), ("one.example", True)):
        request = RequestFactory(SERVER_NAME=host).get("/", secure=secure)
        assert middleware(request).content.decode() == request.build_absolute_uri()
    assert len(set(asked)) == 3


def test_head_of_a_kept_page_has_no_body(client, page):
    client.get(page.url)
    head = client.head(page.url)
    assert head.status_code == 200
    assert head.content == b""


# tags and sizes


def test_unchanged_page_is_answered_with_304(client, page, django_assert_num_queries):
    tag = client.get(page.url).headers["ETag"]
    with django_assert_num_queries(0):
        answer = client.get(page.url, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_page_is_compressed_for_whom_it_may_be(client, page):
    small = [client.get(page.url, headers={"Accept-Encoding": "gzip"}) for _time in range(2)]
    plain = client.get(page.url)
    for one in small:
        assert one.headers["Content-Encoding"] == "gzip"
        assert one.headers["Content-Length"] == str(len(one.content))
        assert gzip.decompress(one.content) == plain.content
    assert "Content-Encoding" not in plain.headers


def test_page_that_is_not_kept_is_compressed_as_well(client):
    answer = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


# strangers and tokens


def test_stranger_answers_a_check_without_a_token():
    page = make_principle_page(1)
    check = next(block for block in page.body if block.block_type == "check")
    wrong = check.value["options"].bound_blocks[1].id
    browser = Client(enforce_csrf_checks=True)
    browser.get(page.url)
    shown = browser.post(page.url, {"check": check.id, "answer": [wrong]})
    assert shown.status_code == 200
    assert "WRONG-REASON" in shown.text
    assert not shown.cookies
    assert "WRONG-REASON" not in browser.get(page.url).text


def test_signed_in_reader_needs_a_token(ada):
    page = make_principle_page(1)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="home.backends.PersonBackend")
    assert browser.post(page.url, {"check": "x", "answer": "y"}).status_code == 403
    browser.get(page.url)
    token = browser.cookies["csrftoken"].value
    form = {"check": "x", "answer": "y", "csrfmiddlewaretoken": token}
    assert browser.post(page.url, form).status_code == 200


# how processes hear of a new edition


def test_page_made_of_old_rows_does_not_outlive_the_change():
    """The change is committed while another request makes the page."""
    rows = ["old"]

    def respond(request: Any) -> HttpResponse:
        request.is_public_page = True
        read = rows[0]
        if read == "old":
            rows[0] = "new"
            editions.begin_edition()
        return HttpResponse(read)

    middleware = PublicPageMiddleware(respond)
    assert middleware(RequestFactory().get("/")).content == b"old"
    assert middleware(RequestFactory().get("/")).content == b"new"


def test_change_is_announced_when_it_is_committed(page, django_capture_on_commit_callbacks):
    before = (editions._read_mark(), caches["counters"].read(editions.COUNTER))
    with django_capture_on_commit_callbacks() as announced:
        publish(page, title="After")
    assert (editions._read_mark(), caches["counters"].read(editions.COUNTER)) == before
    for announce in announced:
        announce()
    assert editions._read_mark() > before[0]
    assert caches["counters"].read(editions.COUNTER) > before[1]


def test_edition_of_another_process_is_seen_at_once():
    before = editions.current_edition()
    editions._write_mark()
    after = editions.current_edition()
    os.utime(editions._mark(), ns=(time.time_ns(), time.time_ns()))
    assert len({before, after, editions.current_edition()}) == 3


def test_edition_of_another_machine_is_seen_within_a_second(monkeypatch):
    clock = [1_000.0]
    monkeypatch.setattr(editions.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(editions, "_is_in_transaction", lambda: False)
    before = editions.current_edition()
    caches["counters"].put(editions.COUNTER, time.time_ns())
    assert editions.current_edition() == before
    clock[0] += editions.ASK_EVERY
    assert editions.current_edition() != before


@pytest.mark.databases
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_that_does_not_answer_leaves_the_edition_as_it_is(monkeypatch, error):
    def fall(_key: str) -> int:
        raise error("no connection")

    monkeypatch.setattr(editions, "_is_in_transaction", lambda: False)
    monkeypatch.setattr(editions.time, "monotonic", lambda: 3_000.0)
    before = editions.current_edition()
    monkeypatch.setattr(editions.time, "monotonic", lambda: 3_002.0)
    monkeypatch.setattr(caches["counters"], "read", fall)
    assert editions.current_edition() == before


def test_edition_is_not_read_inside_a_transaction(monkeypatch):
    """There the counter may tell of a change that other threads do not see yet."""
    clock = [2_000.0]
    monkeypatch.setattr(editions.time, "monotonic", lambda: clock[0])
    before = editions.current_edition()
    clock[0] += 10
    caches["counters"].put(editions.COUNTER, time.time_ns())
    assert editions.current_edition() == before


def test_directory_that_cannot_be_written_leaves_it_to_the_counter(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "not" / "there"
    before = caches["counters"].read(editions.COUNTER)
    editions._announce()
    assert editions._read_mark() == 0
    assert caches["counters"].read(editions.COUNTER) > before


def test_kept_thing_is_made_once_in_an_edition():
    made: list[int] = []

    def make() -> int | None:
        made.append(1)
        return None

    for _time in range(2):
        assert editions.keep_in_edition("thing", make) is None
    assert len(made) == 1
    editions.begin_edition()
    editions.keep_in_edition("thing", make)
    assert len(made) == 2


@pytest.mark.parametrize("path", ["/static/no-such.css", "/media/images/x.png", "/api/v1/nothing"])
def test_address_where_no_page_can_be_asks_for_no_edition(client, monkeypatch, path):
    asked = []
    monkeypatch.setattr(public_pages, "current_edition", lambda: str(asked.append(path)))
    assert client.get(path).status_code in {401, 404}
    assert asked == []
    client.get("/no-such-page/")
    assert asked == [path]

"""Refusals in the product's words: what cannot be read, is too much, is in use, or cannot be stored just now."""

from __future__ import annotations

import errno
import json
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from wagtail.models import Site

import pytest

from accounts.models import User
from quizzes.screens import attempt_views
from tests.config.test_api_decisions import is_problem, question, token_of
from tests.conftest import NOW
from tests.factories.certificates import make_award
from tests.factories.people import make_person
from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_row

pytestmark = [pytest.mark.databases, pytest.mark.django_db]
CONTENT_TYPE = "application/x-www-form-urlencoded"
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}


@pytest.fixture
def root(as_) -> Client:
    return as_(make_person("Root Admin", email="root@northlight.example", is_superuser=True))


def test_multipart_without_boundary_answers_400_in_words(root, ada) -> None:
    for path in ("/accounts/login/", "/no/such/address/", "/me/"):
        reply = root.generic("POST", path, b"x", content_type="multipart/form-data")
        assert reply.status_code in {400, 403, 404, 405}, path
    assert reply.status_code == 405
    reply = root.generic("POST", "/accounts/login/", b"x", content_type="multipart/form-data")
    assert (reply.status_code, "cannot be read" in reply.text) == (400, True)


def test_unreadable_form_at_an_unknown_address_is_not_there(stderr) -> None:
    """Django's own answer to an unknown address reads the form, to look for its token."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies["csrftoken"] = "a" * 32
    reply = browser.generic("POST", "/no/such/", b"x", content_type="multipart/form-data")
    assert (reply.status_code, "This page is not here" in reply.text) == (404, True)
    reply = browser.generic("POST", "/me/", b"x", content_type="multipart/form-data")
    assert (reply.status_code, "cannot be read" in reply.text) == (400, True)
    assert "Internal Server Error" not in stderr.getvalue()


def test_body_over_the_limit_answers_413_in_words(client, settings) -> None:
    reply = client.post("/accounts/login/", {"login": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert (reply.status_code, "too much at once" in reply.text) == (413, True)


def test_fields_over_the_limit_answer_413_in_words(client, settings) -> None:
    many = {str(number): "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client.post("/accounts/login/", many).status_code == 413


@pytest.mark.parametrize("protocol", ["HTTP/1.1", "HTTP/2"])
def test_body_without_length_answers_411(client, protocol) -> None:
    sent = CHUNKED if protocol == "HTTP/1.1" else {"CONTENT_LENGTH": ""}
    reply = client.post("/accounts/login/", SERVER_PROTOCOL=protocol, **sent)
    assert (reply.status_code, "Content-Length" in reply.text) == (411, True)
    reply = client.post("/api/v1/decisions", SERVER_PROTOCOL=protocol, **sent)
    assert is_problem(reply, 411)


def test_long_id_in_an_address_is_no_server_error(as_, ada) -> None:
    assert as_(ada).post(f"/quiz/start/{'9' * 20}/").status_code in {400, 404}


@pytest.mark.parametrize(
    ("address", "uses"),
    [
        ("/cms/snippets/quizzes/itembank/delete/{bank}/", "1 × questions"),
        ("/cms/snippets/quizzes/item/delete/{item}/", "1 × versions of questions"),
        ("/cms/bulk/items/item/delete/?id={item}", "1 × versions of questions"),
        ("/cms/users/delete/{ada}/", "1 × awards"),
        ("/cms/bulk/accounts/user/delete/?id={ada}", "1 × awards"),
    ],
)
def test_delete_of_a_used_record_says_what_uses_it(root, ada, address, uses) -> None:
    make_award(ada)
    item = make_bank("USED", make_row()).items.get()
    kept = {"bank": item.bank_id, "item": item.pk, "ada": ada.pk}
    for ask in (
        root.get,
        root.post,
    ):  # the reason stands where the editor would ask “Are you sure?”
        reply = ask(address.format(**kept))
        assert (reply.status_code, uses in reply.text) == (409, True)
        assert 'class="button"' in reply.text.split("</ul>")[1].split('class="cluster"')[0]
    assert User.objects.filter(pk=ada.pk).exists()
    assert type(item).objects.filter(pk=item.pk).exists()


def test_delete_of_many_names_what_is_in_the_way_and_leads_to_it(root, ada, ben) -> None:
    make_award(ben)
    free = User.objects.create_user("free@northlight.example", None, hr_id="FREE")
    address = f"/cms/bulk/accounts/user/delete/?id={free.pk}&id={ben.pk}&id={ada.pk}"
    reply = root.get(address)
    assert reply.status_code == 409
    named = reply.text.split("In the way: ")[1].split("Leave")[0]
    assert (str(ben) in named, str(free) in named) == (True, False)
    assert f"/people/{ben.uuid}" in reply.text
    assert root.get(f"/cms/bulk/accounts/user/delete/?id={free.pk}").status_code == 200


FAILURES = [
    OperationalError("database is locked"),
    OperationalError("database or disk is full"),
    InterfaceError("connection already closed"),
    OperationalError("server closed the connection unexpectedly"),
    OSError(errno.ENOSPC, "No space left on device"),
]


def save_that_fails(monkeypatch, as_, person, error: Exception, **headers: str) -> Any:
    attempt = make_attempt(person, make_quiz(), NOW)

    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(attempt_views, "save_answer", fail)
    return as_(person).post(f"/quiz/{attempt.uuid}/1/save/", {"seq": "1"}, headers=headers)


@pytest.mark.parametrize("error", FAILURES, ids=str)
def test_save_that_cannot_be_stored_answers_503(monkeypatch, as_, ada, error) -> None:
    reply = save_that_fails(monkeypatch, as_, ada, error)
    assert reply.status_code == 503
    assert int(reply["Retry-After"]) > 0
    assert "was not stored" in reply.json()["reason"]  # whatever the program says it accepts


def test_autosave_that_cannot_be_stored_answers_503_as_json(monkeypatch, as_, ada) -> None:
    reply = save_that_fails(monkeypatch, as_, ada, FAILURES[0], accept="application/json")
    assert (reply.status_code, reply["Retry-After"]) == (503, "10")
    assert reply.json()["saved"] is False
    assert "not stored" in reply.json()["reason"]


def read_wait() -> str:
    question = "PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW lock_timeout"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


def test_autosave_waits_a_few_seconds_for_the_database_and_others_as_long_as_usual(
    monkeypatch, as_, ada, ben
) -> None:
    usual, waits = read_wait(), []
    assert usual in {"20000", "0"}
    save_answer = attempt_views.save_answer

    def save(*given: object, **options: object) -> Any:
        waits.append(read_wait())
        return save_answer(*given, **options)

    attempt = make_attempt(ada, make_quiz(), NOW)
    monkeypatch.setattr(attempt_views, "save_answer", save)
    as_(ada).post(f"/quiz/{attempt.uuid}/1/save/", {"seq": "1"})
    save_that_fails(monkeypatch, as_, ben, FAILURES[0])
    assert waits == ["3000" if connection.vendor == "sqlite" else "3s"]
    assert read_wait() == usual


def test_api_call_that_cannot_be_stored_answers_503_as_problem(monkeypatch, hugo) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise FAILURES[1]

    token = token_of(hugo)
    monkeypatch.setattr("channels.api.decide_as_json", fail)
    headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"items": [question()]})
    reply = Client().post("/api/v1/decisions", body, "application/json", headers=headers)
    assert is_problem(reply, 503)
    assert reply["Retry-After"] == "10"


def test_database_that_fails_before_the_view_answers_503(monkeypatch, as_, ada) -> None:
    browser = as_(ada)
    browser.raise_request_exception = False

    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("home.backends.PersonBackend.get_user", fail)
    reply = browser.get("/me/")
    assert (reply.status_code, reply["Retry-After"]) == (503, "10")
    assert "not stored" not in reply.text
    assert "load the page again" in reply.text


def test_missing_table_stays_a_server_error(monkeypatch, as_, ada) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        save_that_fails(monkeypatch, as_, ada, OperationalError("no such table: x"))


def test_value_error_without_odd_values_stays_a_server_error(monkeypatch, as_, ada) -> None:
    with pytest.raises(ValueError, match="a fault"):
        save_that_fails(monkeypatch, as_, ada, ValueError("a fault of ours"))


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "head"])
def test_api_refuses_other_methods_as_problem(method) -> None:
    reply = getattr(Client(), method)("/api/v1/decisions")
    assert reply.status_code == 405
    assert reply["Content-Type"] == "application/problem+json"
    assert reply["Allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/openapi.json", 405), ("/api/v1/", 404), ("/api/v1/x", 404), ("/api/", 404)],
)
def test_api_refuses_a_post_elsewhere_in_words(path, status) -> None:
    reply = Client(enforce_csrf_checks=True).post(path, {"x": "y"})
    assert is_problem(reply, status)
    assert reply.headers.get("Allow") == ("GET, HEAD" if status == 405 else None)


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nowhere"])
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "FOO", "PUT", "GET"])
def test_api_answers_404_to_every_method_where_nothing_is(client, method, path) -> None:
    reply = client.generic(method, path)
    assert is_problem(reply, 404)
    assert "Allow" not in reply.headers


def test_form_without_a_token_that_cannot_be_read_is_refused_as_that() -> None:
    browser = Client(enforce_csrf_checks=True)
    odd = {"data": b"no boundary", "content_type": "multipart/form-data"}
    much = {"data": b"login=" + b"x" * 11_000_000, "content_type": CONTENT_TYPE}
    plain = {"data": b"login=x", "content_type": CONTENT_TYPE}
    told = {400: "cannot be read", 413: "too much at once", 403: "open too long"}
    for status, sent in zip(told, (odd, much, plain), strict=True):
        reply = browser.post("/accounts/login/", **sent)
        assert (reply.status_code, told[status] in reply.text) == (status, True)


@pytest.mark.parametrize("form", ["/cms/sites/delete/{}/", "/cms/sites/delete/0{}/"])
def test_the_site_that_shows_the_pages_is_not_deleted(root, form) -> None:
    site = Site.objects.get()
    for ask in (root.get, root.post):
        reply = ask(form.format(site.pk))
        assert (reply.status_code, "shown by this site" in reply.text) == (409, True)
        assert 'href="/cms/sites/"' in reply.text
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    assert root.get(f"/cms/sites/delete/{other.pk}/").status_code == 200
    root.post(f"/cms/sites/delete/{other.pk}/")
    assert list(Site.objects.all()) == [site]


def test_refused_method_says_so_and_leads_on(as_, ada) -> None:
    reply = as_(ada).delete("/me/")
    assert (reply.status_code, reply["Allow"]) == (405, "GET, HEAD")
    assert '<a class="button" href="/me/">Open this address</a>' in reply.text
    reply = as_(ada).delete("/quiz/tries/", headers={"accept": "application/json"})
    assert (reply.status_code, reply.json()["saved"]) == (405, False)


def test_api_answers_head_like_get(hugo) -> None:
    headers = {"Authorization": f"Bearer {token_of(hugo)}"}
    reply = Client().head("/api/v1/channels", headers=headers)
    assert (reply.status_code, reply.content) == (200, b"")


def test_api_refuses_an_unknown_host_as_problem(client) -> None:
    assert is_problem(client.get("/api/v1/channels", HTTP_HOST="elsewhere.example"), 400)

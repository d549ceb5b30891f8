"""Everybody signs in on one page: other login addresses lead to it, and wrong passwords lock the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.urls import get_resolver, resolve
from django.urls.resolvers import RoutePattern, URLPattern
from django.utils import timezone

from wagtail.models import APIToken

import pytest

from accounts.sign_in.hashers import SparingArgon2Hasher
from config.settings import base
from tests.factories.people import make_person

PASSWORD = "a-long-and-good-passphrase"


@pytest.fixture(autouse=True)
def no_counters() -> Iterator[None]:
    """Clear the cache, which holds the counters of the rate limits, around each test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def eve(db: None):
    return make_person("Eve Holm", email="eve@northlight.example", password=PASSWORD)


def sign_in(client, login="eve@northlight.example", password=PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def patterns(tree: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for part in tree:
        path = prefix + str(part.pattern)
        if isinstance(part, URLPattern):
            yield path, part
        else:
            yield from patterns(part.url_patterns, path)


# the login address of the CMS


@pytest.mark.django_db
def test_cms_redirects_anonymous_to_login_page(client):
    assert client.get("/cms/").headers["Location"] == "/cms/login/?next=/cms/"
    reply = client.get("/cms/login/?next=/cms/pages/")
    assert reply.headers["Location"] == "/accounts/login/?next=/cms/pages/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
@pytest.mark.django_db
def test_cms_login_does_not_redirect_to_other_sites(client, target):
    reply = client.get("/cms/login/", {"next": target})
    assert reply.headers["Location"] == "/accounts/login/?next=/cms/"


def test_cms_login_tells_learner_account_and_reason(as_, ada):
    reply = as_(ada).get("/cms/login/?next=/cms/")
    assert reply.status_code == 403
    assert "ada@northlight.example" in reply.content.decode()
    assert "This account cannot open the editor" in reply.content.decode()


def test_cms_refusal_does_not_loop_redirects(as_, ada):
    reply = as_(ada).get("/cms/", follow=True)
    assert len(reply.redirect_chain) == 1
    assert reply.status_code == 403


def test_cms_opens_for_editor(as_, dana_the_editor):
    browser = as_(dana_the_editor)
    assert browser.get("/cms/login/?next=/cms/pages/").headers["Location"] == "/cms/pages/"
    assert browser.get("/cms/").status_code == 200


@pytest.mark.parametrize("path", ["/cms/login/", "/_util/login/", "/fi/_util/login/"])
def test_post_to_other_login_paths_signs_nobody_in(client, eve, path):
    fields = {"username": eve.email, "login": eve.email, "password": PASSWORD}
    assert client.post(path, fields).status_code == 302
    assert not is_signed_in(client)


def test_django_login_form_is_not_reachable():
    offered = [
        (path, pattern)
        for path, pattern in patterns(get_resolver().url_patterns)
        if issubclass(getattr(pattern.callback, "view_class", object), LoginView)
        and isinstance(pattern.pattern, RoutePattern)
    ]
    assert {"cms/login/", "_util/login/"} <= {path for path, _pattern in offered}
    for path, pattern in offered:
        assert resolve(f"/{path}").func is not pattern.callback, path


@pytest.mark.django_db
def test_cms_password_reset_answers_404(client):
    assert client.get("/cms/password_reset/").status_code == 404


# signing in


def test_sign_in_accepts_right_password(client, eve):
    assert sign_in(client).headers["Location"] == "/me/"
    assert is_signed_in(client)


def test_sign_in_ignores_case_of_email(client, eve):
    sign_in(client, login="EVE@Northlight.example")
    assert is_signed_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_signup_is_closed(client, method):
    fields = {"email": "new@northlight.example", "password1": PASSWORD, "password2": PASSWORD}
    reply = getattr(client, method)("/accounts/signup/", fields)
    assert "account/signup_closed.html" in [template.name for template in reply.templates]
    assert not is_signed_in(client)


def test_sign_in_locks_after_five_wrong_passwords(client, eve):
    for _try in range(5):
        sign_in(client, password="wrong-wrong-wrong")
    sign_in(client)
    assert not is_signed_in(client)


def test_sign_in_lock_ends_after_five_minutes(client, eve, time_machine):
    time_machine.move_to("2026-06-15T09:00:00Z", tick=False)
    for _try in range(5):
        sign_in(client, password="wrong-wrong-wrong")
    time_machine.move_to("2026-06-15T09:06:00Z", tick=False)
    sign_in(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_sign_in_error_is_same_for_unknown_email(client, eve, known):
    login = "eve@northlight.example" if known else "nobody@northlight.example"
    reply = sign_in(client, login=login, password="wrong-wrong-wrong")
    errors = reply.context["form"].non_field_errors()
    assert list(errors) == [
        "The address or the password is not right. Check both, or choose a new password."
    ]


def test_service_account_cannot_sign_in(client, db):
    make_person(
        "Tool", email="tool@northlight.example", kind="service", hr_id=None, password=PASSWORD
    )
    assert sign_in(client, login="tool@northlight.example").headers["Location"] == (
        "/accounts/inactive/"
    )
    assert not is_signed_in(client)


def test_inactive_user_cannot_sign_in(client, eve):
    eve.is_active = False
    eve.save()
    sign_in(client)
    assert not is_signed_in(client)


def test_deactivation_ends_session_at_once(as_, eve):
    browser = as_(eve)
    eve.is_active = False
    eve.save()
    assert browser.get("/accounts/password/change/").status_code == 302


def left_yesterday(person):
    """End the employment a day ago without running the daily job."""
    person.left_at = timezone.now() - timedelta(days=1)
    person.save()
    return person


def test_session_ends_after_last_day_without_daily_job(as_, eve):
    browser = as_(eve)
    left_yesterday(eve)
    assert browser.get("/accounts/password/change/").status_code == 302


def test_sign_in_is_refused_after_last_day(client, eve):
    left_yesterday(eve)
    sign_in(client)
    assert not is_signed_in(client)


def test_token_of_leaver_answers_401(client, hugo):
    token = APIToken.create_token(user=hugo, name="test")[1]
    ask = {"headers": {"Authorization": f"Bearer {token}"}}
    assert client.get("/api/v1/channels", **ask).status_code == 200
    left_yesterday(hugo)
    assert client.get("/api/v1/channels", **ask).status_code == 401


@pytest.mark.django_db
def test_password_reset_answers_same_for_unknown_email(client, eve, mailoutbox):
    known = client.post("/accounts/password/reset/", {"email": eve.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@northlight.example"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [mail.to for mail in mailoutbox] == [[eve.email]]


# how passwords are kept


def test_password_is_hashed_with_owasps_parameters():
    """Argon2id with 19 MiB, two passes and one lane, as the OWASP Password Storage Cheat Sheet says."""
    assert base.PASSWORD_HASHERS[0] == "accounts.sign_in.hashers.SparingArgon2Hasher"
    hashed = SparingArgon2Hasher().encode(PASSWORD, "a" * 22)
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert SparingArgon2Hasher().verify(PASSWORD, hashed)


@pytest.mark.parametrize("before", [Argon2PasswordHasher, PBKDF2PasswordHasher])
def test_sign_in_hashes_a_password_anew(client, eve, settings, before):
    """A hash with other parameters opens the account once more, and is written anew at that sign-in."""
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    before_it = before()
    eve.password = before_it.encode(PASSWORD, before_it.salt())
    eve.save(update_fields=["password"])
    sign_in(client)
    assert is_signed_in(client)
    eve.refresh_from_db()
    assert eve.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    kept = eve.password
    sign_in(client)
    eve.refresh_from_db()
    assert eve.password == kept
    assert client.get("/me/").status_code == 200

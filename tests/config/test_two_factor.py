"""Two-step sign-in: setting up the code app and signing in with it; and the e-mail address, which only HR changes."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Iterator

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
)

from accounts import people
from accounts.models import Role, User
from config import environment
from tests.conftest import NOW
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import give_role, make_person, make_region

PASSWORD = "a-long-and-good-passphrase"
ACTOR = "system:test"
SIGN_IN, RESET = "/accounts/login/", "/accounts/password/reset/"
SET_UP, SECOND_STEP = "/accounts/2fa/totp/activate/", "/accounts/2fa/authenticate/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counters() -> Iterator[None]:
    """Clear the cache, which holds rate limits and used codes, around each test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def eve(db: None) -> User:
    return make_person("Eve Holm", email="eve@northlight.example", password=PASSWORD, hr_id="E1")


@pytest.fixture
def browser(client, eve):
    """A browser in which eve has signed in with her password."""
    sign_in(client)
    return client


def sign_in(client, login: str = "eve@northlight.example"):
    return client.post(SIGN_IN, {"login": login, "password": PASSWORD})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str, *, periods_ahead: int = 0) -> str:
    """The code that the app shows; each code works once, so a second sign-in needs the next period's code."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods_ahead))


def set_up(client) -> str:
    """Turn the second step on and sign out; return the secret key of the app."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(SET_UP)
    secret = client.session[SECRET_SESSION_KEY]
    client.post(SET_UP, {"code": code_of(secret)})
    client.post("/accounts/logout/")
    return secret


# the second step


def test_totp_setup_asks_for_password_again(browser):
    assert browser.get(SET_UP).headers["Location"].startswith("/accounts/reauthenticate/")


def test_totp_setup_accepts_code_and_makes_recovery_codes(browser, eve):
    set_up(browser)
    kinds = Authenticator.objects.filter(user=eve).values_list("type", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}


def test_totp_setup_draws_the_key_as_a_picture_of_its_own(browser):
    """The data address is an SVG file: without its namespace a browser shows nothing."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    address = browser.get(SET_UP).context["totp_svg_data_uri"]
    drawn = b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox=')
    assert "#000" in drawn
    assert "#fff" in drawn


def test_totp_setup_refuses_wrong_code(browser, eve):
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.get(SET_UP)
    assert browser.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.filter(user=eve).exists()


def test_sign_in_with_totp_needs_second_step(browser):
    set_up(browser)
    assert sign_in(browser).headers["Location"].startswith(SECOND_STEP)
    assert not is_signed_in(browser)


def test_sign_in_refuses_wrong_totp_code(browser):
    set_up(browser)
    sign_in(browser)
    assert browser.post(SECOND_STEP, {"code": "000000"}).status_code == 200
    assert not is_signed_in(browser)


def test_sign_in_accepts_totp_code(browser):
    secret = set_up(browser)
    sign_in(browser)
    browser.post(SECOND_STEP, {"code": code_of(secret, periods_ahead=1)})
    assert is_signed_in(browser)


def test_recovery_code_signs_in_only_once(browser, eve):
    set_up(browser)
    code = Authenticator.objects.get(user=eve, type="recovery_codes").wrap().get_unused_codes()[0]
    for works in (True, False):
        sign_in(browser)
        browser.post(SECOND_STEP, {"code": code})
        assert is_signed_in(browser) is works
        browser.post("/accounts/logout/")


def test_totp_setup_works_during_password_reset(browser, eve):
    browser.post(RESET, {"email": eve.email})
    set_up(browser)
    assert Authenticator.objects.filter(user=eve, type="totp").exists()


# two-step sign-in required by role


@pytest.fixture
def required(settings) -> None:
    settings.REQUIRE_TWO_STEP = True


def test_two_step_roles_of_settings_are_superuser_and_every_role(settings):
    assert settings.TWO_STEP_ROLES == ["superuser", "hr", "governance"]
    with pytest.raises(ImproperlyConfigured, match="TWO_STEP_ROLES takes superuser, author"):
        environment.env_choices("TWO_STEP_ROLES", "boss", ("superuser", *Role.values))
    assert environment.env_choices("X", ",".join(Role.values), tuple(Role.values)) == Role.values


@pytest.mark.parametrize("role", ["superuser", "hr", "governance"])
def test_two_step_sign_in_is_required_of_role(required, client, eve, role):
    if role == "superuser":
        User.objects.filter(pk=eve.pk).update(is_superuser=True)
    else:
        give_role(eve, role, region=make_region("BR"))
    sign_in(client)
    for path in ("/me/", "/people/", "/cms/", "/people/export.csv", "/accounts/email/"):
        assert client.get(path).headers["Location"] == SET_UP, path
    assert client.post("/people/import/").headers["Location"] == SET_UP
    assert "Set it up now" in client.get(SET_UP, follow=True).content.decode()
    secret = set_up(client)
    sign_in(client)
    client.post(SECOND_STEP, {"code": code_of(secret, periods_ahead=1)})
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("role", ["author", "reviewer", "auditor", "regional_lead", ""])
def test_two_step_sign_in_is_not_required_of_others(required, browser, eve, role):
    if role:
        give_role(eve, role)
    assert browser.get("/me/").status_code == 200


def test_two_step_sign_in_can_be_required_of_another_role(required, settings, browser, eve):
    settings.TWO_STEP_ROLES = ["author"]
    assert browser.get("/me/").status_code == 200
    give_role(eve, "author")
    assert browser.get("/me/").headers["Location"] == SET_UP


def test_two_step_sign_in_is_not_required_while_switched_off(browser, eve):
    give_role(eve, "hr")
    assert browser.get("/people/").status_code == 200


# the e-mail address


@pytest.mark.parametrize("act", ["action_add", "action_send", "action_remove", "action_primary"])
def test_email_page_refuses_changes(browser, eve, act):
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    reply = browser.post("/accounts/email/", {act: "", "email": "private@mail.example"})
    assert reply.status_code == 405
    assert not EmailAddress.objects.exists()


def test_email_page_says_to_ask_hr(browser, eve):
    page = browser.get("/accounts/email/").content.decode()
    assert eve.email in page
    assert "ask HR" in page
    assert not EmailAddress.objects.exists()


def changed_by_hand(eve: User) -> None:
    people.change_person(eve, actor=ACTOR, at=NOW, email="eve.dahl@northlight.example")


def changed_by_a_file(eve: User) -> None:
    make_region("FI")
    row = make_row("E1", email="eve.dahl@northlight.example")
    import_file(row, at=NOW, accept_warnings=True)


@pytest.mark.parametrize("change", [changed_by_hand, changed_by_a_file])
def test_old_email_is_useless_after_hr_change(client, eve, change, mailoutbox):
    client.post(RESET, {"email": eve.email})
    mailoutbox.clear()
    change(eve)
    sign_in(client, "eve@northlight.example")
    assert not is_signed_in(client)
    client.post(RESET, {"email": "eve@northlight.example"})
    assert mailoutbox == []
    sign_in(client, "eve.dahl@northlight.example")
    assert is_signed_in(client)

"""Signing in speaks in the product's own words: labels, mistakes, messages and mails."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client, override_settings

import allauth
import pytest
from allauth.account.adapter import get_adapter as account_adapter
from bs4 import BeautifulSoup

from config.environment import name_sender
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "twelve-letters-and-more"
HOST = "pw.northlight.example:8123"
PAGES = {
    "/accounts/login/": ["Work e-mail address", "Password"],
    "/accounts/password/reset/": ["Work e-mail address"],
    "/accounts/password/change/": ["Your password now", "New password", "New password once more"],
    "/accounts/reauthenticate/": ["Password"],
}
# How allauth and Django speak.
FOREIGN = re.compile(
    r"This field is required|Enter a valid|email address|\(again\)|Remember Me|must contain at least"
    r"|too common|same password each time|specified are not correct|Please type|Incorrect password"
)


@pytest.fixture
def eve():
    cache.clear()
    return make_person("Eve Holm", email="eve@northlight.example", password=PASSWORD, locale="en")


@pytest.fixture
def signed_in(eve):
    browser = Client()
    browser.post("/accounts/login/", {"login": eve.email, "password": PASSWORD})
    return browser


def read(reply) -> str:
    return BeautifulSoup(reply.content, "html.parser").main.get_text(" ", strip=True)


@pytest.mark.parametrize("path", PAGES)
def test_sign_in_fields_have_our_labels_and_messages(signed_in, path):
    browser = Client() if "login" in path else signed_in
    soup = BeautifulSoup(browser.get(path).content, "html.parser")
    assert [label.get_text(strip=True) for label in soup.select("main label")] == PAGES[path]
    empty = read(browser.post(path, {}))
    assert "Write your" in empty or "Write the password" in empty
    assert not FOREIGN.search(soup.main.get_text(" "))
    assert not FOREIGN.search(empty)


@pytest.mark.parametrize(
    ("path", "sent", "told"),
    [
        (
            "/accounts/login/",
            {"login": "eve@northlight.example", "password": "x"},
            "is not right. Check both",
        ),
        ("/accounts/login/", {"login": "eve", "password": "x"}, "This is no e-mail address."),
        ("/accounts/password/reset/", {"email": "eve"}, "This is no e-mail address."),
        (
            "/accounts/password/change/",
            {"oldpassword": "x", "password1": "eve holm", "password2": "eve holm"},
            "This is not the password you have now.",
        ),
        (
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "password", "password2": "password"},
            "Too short: write at least 12 characters.",
        ),
        (
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": f"{PASSWORD}1", "password2": f"{PASSWORD}2"},
            "This is not the same password.",
        ),
        ("/accounts/reauthenticate/", {"password": "x"}, "This is not your password."),
    ],
)
def test_sign_in_mistakes_are_told_in_our_words(signed_in, path, sent, told):
    browser = Client() if "login" in path else signed_in
    text = read(browser.post(path, sent))
    assert told in text
    assert not FOREIGN.search(text)


def test_password_hints_are_our_words():
    assert password_validators_help_texts() == [
        "At least 12 characters, for example a few words in a row.",
        "No password that many people use.",
        "Not like your name or your e-mail address.",
    ]


@override_settings(ALLOWED_HOSTS=["pw.northlight.example"])
def test_password_mails_come_from_the_organisation_in_our_words(eve, signed_in, mailoutbox):
    Client().post("/accounts/password/reset/", {"email": eve.email}, headers={"host": HOST})
    new = {"oldpassword": PASSWORD, "password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!"}
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    signed_in.post("/accounts/password/change/", new, headers={"host": HOST, "user-agent": agent})
    asked, changed = mailoutbox
    assert [asked.subject, changed.subject] == [
        "Choose a new password",
        "Your password was changed",
    ]
    assert {asked.from_email, changed.from_email} == {f"Northlight <{settings.HELP_EMAIL}>"}
    for message in (asked, changed):
        assert message.body.startswith("Hello Eve,")
        assert HOST not in re.sub(r"^https?://\S+$", "", message.body, flags=re.MULTILINE)
        assert "the social-media academy of Northlight" in message.body
    assert "with Firefox on Linux" in changed.body


def test_every_mail_of_signing_in_that_can_be_sent_is_ours():
    """allauth's own texts are left only for what is switched off: signing up, codes, changing the address."""
    off = re.compile(r"email_|account_already|login_code|reset_code|unknown_account|webauthn")
    base, ours = Path(allauth.__file__).parent / "templates", str(settings.BASE_DIR / "templates")
    files = [path for room in ("account", "mfa") for path in (base / room / "email").iterdir()]
    names = [path.relative_to(base).as_posix() for path in files]
    sent = [name for name in names if not off.search(name)]
    theirs = [name for name in sent if not get_template(name).origin.name.startswith(ours)]
    assert theirs == []
    assert not settings.ACCOUNT_CHANGE_EMAIL
    assert not account_adapter().is_open_for_signup(None)


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ("post@x.example", "Northlight <post@x.example>"),
        ("<post@x.example>", "Northlight <post@x.example>"),
        ("Social <post@x.example>", "Social <post@x.example>"),
    ],
)
def test_sender_has_the_name_of_the_organisation(given, sender):
    assert name_sender(given, "Northlight") == sender
    assert f"Northlight <{settings.HELP_EMAIL}>" == settings.DEFAULT_FROM_EMAIL

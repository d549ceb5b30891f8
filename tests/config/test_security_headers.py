from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def policy(reply) -> dict[str, set[str]]:
    """The Content-Security-Policy of a reply, by directive."""
    parts = (part.split() for part in reply.headers["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/no-such-page/"]
)
def test_csp_allows_only_own_scripts_and_styles(client, path):
    said = policy(client.get(path))
    assert said["default-src"] == said["script-src"] == said["style-src"] == {"'self'"}
    assert said["object-src"] == said["base-uri"] == said["frame-ancestors"] == {"'none'"}
    assert said["form-action"] == {"'self'"}


def test_csp_of_cms_allows_inline_scripts(as_, dana_the_editor):
    said = policy(as_(dana_the_editor).get("/cms/"))
    assert said["script-src"] == {"'self'", "'unsafe-inline'"}
    assert said["frame-ancestors"] == {"'self'"}
    assert said["object-src"] == {"'none'"}


def test_csp_of_cms_names_no_other_host(as_, dana_the_editor):
    said = policy(as_(dana_the_editor).get("/cms/"))
    sources = set().union(*said.values())
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "data:", "blob:"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_page_has_security_header(client, name, value):
    assert client.get("/accounts/login/").headers[name] == value


def test_signed_in_page_is_not_stored(as_, ada):
    reply = as_(ada).get("/accounts/password/change/")
    assert "no-store" in reply.headers["Cache-Control"]


def test_page_has_content_language_header(client):
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


def test_signed_in_page_is_in_the_persons_language(as_, ada):
    ada.locale = "fi"
    ada.save()
    assert as_(ada).get("/accounts/password/change/").headers["Content-Language"] == "fi"

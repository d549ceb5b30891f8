"""Each response is in its reader's language, which is not left active in the thread."""

from __future__ import annotations

from django.utils import translation

import pytest

from accounts.models import User
from tests.factories.certificates import make_certification
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula(db: None) -> User:
    return make_person("Paula Lima", locale="pt-br")


def test_response_is_in_the_persons_language(as_, paula):
    assert as_(paula).get("/accounts/email/").headers["Content-Language"] == "pt-br"


def test_language_does_not_leak_to_next_request(as_, paula, client):
    with translation.override("en"):
        as_(paula).get("/accounts/email/")
        assert translation.get_language() == "en"
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


def test_language_does_not_leak_after_404(as_, paula):
    with translation.override("en"):
        assert as_(paula).get("/fi/nothing-here/").status_code == 404
        assert translation.get_language() == "en"


def test_streamed_export_is_same_in_every_language(as_, hugo, wall_clock):
    make_certification()
    bodies = []
    for locale in ("en", "fi", "pt-br"):
        User.objects.filter(pk=hugo.pk).update(locale=locale)
        answer = as_(hugo).get("/people/export.csv")
        assert answer.streaming
        bodies.append(b"".join(answer.streaming_content))
    assert bodies[0].count(b"\r\n") > 1
    assert len(set(bodies)) == 1

"""Strangers ask whether a certificate is real, and get a clear answer to anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from certificates import awards, holds, sharing
from certificates.models import Award
from home.templatetags.site_tags import as_date, grouped_code
from tests.factories.certificates import DAY, make_award, raise_floor

HR = "person:hr"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def award(ada: User) -> Award:
    return make_award(ada, at=timezone.now() - DAY)


def answer(client: Client, code: str, status: int = 200) -> BeautifulSoup:
    response = client.get(f"/verify/{code}/")
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def h1(soup: BeautifulSoup) -> str:
    return " ".join(soup.h1.text.split())


def test_a_valid_one_shows_initials_until_the_owner_chooses(award: Award, client: Client) -> None:
    assert (
        h1(answer(client, award.code)) == f"Valid: A. V. is certified, {award.certification_title}"
    )
    assert "Virtanen" not in answer(client, award.code).text
    sharing.show_name(award, shown=True, actor=award.recipient.actor, at=timezone.now())
    assert h1(answer(client, award.code)).startswith("Valid: Ada Virtanen is certified")


def test_an_expired_one_says_on_which_day(ada: User, client: Client) -> None:
    award = make_award(ada, at=timezone.now() - 400 * DAY)
    assert h1(answer(client, award.code)) == f"Expired on {as_date(award.valid_through)}"


def test_a_withdrawn_one_keeps_its_reason_to_itself(award: Award, client: Client) -> None:
    awards.revoke(award, actor=HR, at=timezone.now(), reason="Somebody else sat the quiz")
    soup = answer(client, award.code)
    assert h1(soup).startswith("Withdrawn on ")
    assert "Somebody else" not in soup.text


def test_a_replaced_one_does_not_lead_to_the_new_one(ada: User, client: Client) -> None:
    old = make_award(ada, at=timezone.now() - 330 * DAY)
    new = make_award(ada, at=timezone.now() - timedelta(hours=1))
    response = client.get(f"/verify/{old.code}/")
    assert "Replaced by a newer certificate" in response.text
    assert new.code not in response.text


def test_one_whose_holder_is_on_hold_is_not_called_valid(award: Award, client: Client) -> None:
    holds.start(award.recipient, actor=HR, at=timezone.now(), reason="A private matter")
    soup = answer(client, award.code)
    assert h1(soup).startswith("Paused since ")
    assert "private" not in soup.text


def test_one_below_the_floor_is_not_called_valid(award: Award, client: Client) -> None:
    now = timezone.now()
    raise_floor(award.release.course, 2, effective_at=now - timedelta(hours=1), recorded_at=now)
    assert h1(answer(client, award.code)).startswith("Out of date since ")


@pytest.mark.parametrize(
    "spell",
    [str.lower, grouped_code, lambda code: f" {code} ", lambda code: code.replace("0", "O")],
    ids=["small letters", "groups", "spaces", "O for 0"],
)
def test_codes_are_read_as_people_type_them(
    award: Award, client: Client, spell: Callable[[str], str]
) -> None:
    response = client.get("/verify/", {"code": spell(award.code)}, follow=True)
    assert response.redirect_chain[-1][0] == f"/verify/{award.code}/"
    assert "Valid: A. V." in response.text
    assert "Valid: A. V." in client.get(f"/verify/{spell(award.code)}/").text


GARBAGE = {
    "a code nobody has": "0" * 26,
    "too short": "7QK2-M4XD",
    "10 kB": "7" * 10_240,
    "letters of another script": "сертификат",
    "NUL": "%00%00",
    "a lone surrogate": "%ED%A0%80",
    "half a percent sign": "%zz",
    "a path": "../../etc/passwd",
    "SQL": "' OR 1=1 --",
    "markup": "<script>alert(1)</script>",
    "a certificate number": "PW-2026-7K3M9-QXC2D",
}


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_anything_else_is_no_certificate(db: None, client: Client, text: str) -> None:
    response = client.get(f"/verify/{text}/")
    assert response.status_code == 404
    assert "No certificate has this code" in response.text
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_anything_else_in_the_form_is_no_certificate(db: None, client: Client, text: str) -> None:
    response = client.get("/verify/", {"code": text}, follow=True)
    assert response.status_code == 404
    assert "No certificate has this code" in response.text


def test_bytes_that_are_no_text_in_the_form_are_no_certificate(db: None, client: Client) -> None:
    response = client.get("/verify/?code=%ED%A0%80%00%FF")
    assert response.status_code == 404


def test_an_empty_form_says_what_to_do(db: None, client: Client) -> None:
    response = client.get("/verify/", {"code": " "})
    assert response.status_code == 400
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one(".problem a[href='#code']").text == "Enter the code of the certificate"
    assert soup.select_one("#code")["aria-invalid"] == "true"


def test_the_form_asks_for_one_thing(db: None, client: Client) -> None:
    soup = BeautifulSoup(client.get("/verify/").content, "html.parser")
    assert soup.h1.text == "Check a certificate"
    assert [field["name"] for field in soup.select("main input")] == ["code"]


@pytest.mark.parametrize("path", ["/verify/", f"/verify/{'0' * 26}/", f"/verify/{'0' * 26}.json"])
def test_nothing_here_is_indexed_or_kept(db: None, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_json_twin_says_the_same(award: Award, client: Client) -> None:
    data = client.get(f"/verify/{award.code}.json").json()
    assert (data["state"], data["valid"], data["name"]) == ("valid", True, "A. V.")
    assert data["valid_through"] == award.valid_through.isoformat()
    assert "Virtanen" not in str(data)


def test_the_json_twin_of_nothing(db: None, client: Client) -> None:
    response = client.get("/verify/garbage.json")
    assert response.status_code == 404
    assert response.json() == {"state": "unknown", "valid": False}


def test_too_many_questions_have_to_wait(db: None, client: Client, settings: Any) -> None:
    settings.VERIFY_RATE = "3/m/ip"
    codes = [client.get("/verify/garbage/").status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]
    refused = client.get("/verify/")
    assert "Wait a little" in refused.text
    assert refused.headers["Retry-After"] == "60"


def test_only_looking_is_allowed(award: Award, client: Client) -> None:
    assert client.post(f"/verify/{award.code}/").status_code == 405


def test_an_answer_costs_two_queries(
    award: Award, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        client.get(f"/verify/{award.code}/")


def test_garbage_never_reaches_the_certificates(
    db: None, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(
        2
    ) as counted:  # the site's redirects are looked up for any 404
        client.get("/verify/garbage/")
    assert not [query for query in counted if "certificates_" in query["sql"]]


def test_the_page_stays_small(award: Award, client: Client) -> None:
    assert len(client.get(f"/verify/{award.code}/").content) < 12_000

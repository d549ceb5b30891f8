"""The public verification pages: valid and invalid certificates, and any other input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from certificates import codes
from certificates.acts import awards, holds
from certificates.models import Award
from certificates.screens import sharing
from home.templatetags.site_tags import as_date, grouped_code
from tests.factories.certificates import DAY, make_award, raise_floor

HR = "person:hr"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    caches["counters"].clear()


@pytest.fixture
def award(ada: User) -> Award:
    return make_award(ada, at=timezone.now() - DAY)


def answer(client: Client, code: str, status: int = 200) -> BeautifulSoup:
    response = client.get(f"/verify/{code}/")
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def h1(soup: BeautifulSoup) -> str:
    return " ".join(soup.h1.text.split())


def test_valid_certificate_shows_initials_until_owner_shares_name(
    award: Award, client: Client
) -> None:
    assert (
        h1(answer(client, award.code)) == f"Valid: A. V. is certified, {award.certification_title}"
    )
    assert "Virtanen" not in answer(client, award.code).text
    sharing.show_name(award, shown=True, actor=award.recipient.actor, at=timezone.now())
    assert h1(answer(client, award.code)).startswith("Valid: Ada Virtanen is certified")


def test_expired_certificate_shows_expiry_date(ada: User, client: Client) -> None:
    award = make_award(ada, at=timezone.now() - 400 * DAY)
    assert h1(answer(client, award.code)) == f"Expired on {as_date(award.valid_through)}"


def test_withdrawn_certificate_hides_the_reason(award: Award, client: Client) -> None:
    awards.revoke_award(award, actor=HR, at=timezone.now(), reason="Somebody else sat the quiz")
    soup = answer(client, award.code)
    assert h1(soup).startswith("Withdrawn on ")
    assert "Somebody else" not in soup.text


def test_replaced_certificate_does_not_link_to_new_one(ada: User, client: Client) -> None:
    old = make_award(ada, at=timezone.now() - 330 * DAY)
    new = make_award(ada, at=timezone.now() - timedelta(hours=1))
    response = client.get(f"/verify/{old.code}/")
    assert "Replaced by a newer certificate" in response.text
    assert new.code not in response.text


def test_certificate_on_hold_is_shown_as_paused(award: Award, client: Client) -> None:
    holds.start_hold(award.recipient, actor=HR, at=timezone.now(), reason="A private matter")
    soup = answer(client, award.code)
    assert h1(soup).startswith("Paused since ")
    assert "private" not in soup.text


def test_certificate_below_floor_is_shown_as_out_of_date(award: Award, client: Client) -> None:
    now = timezone.now()
    raise_floor(award.release.course, 2, effective_at=now - timedelta(hours=1), recorded_at=now)
    assert h1(answer(client, award.code)).startswith("Out of date since ")


@pytest.mark.parametrize(
    "spell",
    [str.lower, grouped_code, lambda code: f" {code} ", lambda code: code.replace("0", "O")],
    ids=["small letters", "groups", "spaces", "O for 0"],
)
def test_verify_accepts_codes_as_people_type_them(
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
def test_verify_path_answers_404_for_garbage(db: None, client: Client, text: str) -> None:
    response = client.get(f"/verify/{text}/")
    assert response.status_code == 404
    assert "No certificate has this code" in response.text
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_verify_form_answers_404_for_garbage(db: None, client: Client, text: str) -> None:
    response = client.get("/verify/", {"code": text}, follow=True)
    assert response.status_code == 404
    assert "No certificate has this code" in response.text


def test_verify_form_answers_404_for_undecodable_bytes(db: None, client: Client) -> None:
    response = client.get("/verify/?code=%ED%A0%80%00%FF")
    assert response.status_code == 404


def test_verify_form_explains_empty_code(db: None, client: Client) -> None:
    response = client.get("/verify/", {"code": " "})
    assert response.status_code == 400
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one(".problem a[href='#code']").text == "Enter the code of the certificate"
    assert soup.select_one("#code")["aria-invalid"] == "true"


def test_verify_form_has_only_the_code_field(db: None, client: Client) -> None:
    soup = BeautifulSoup(client.get("/verify/").content, "html.parser")
    assert soup.h1.text == "Check a certificate"
    assert [field["name"] for field in soup.select("main input")] == ["code"]


@pytest.mark.parametrize("path", ["/verify/", f"/verify/{'0' * 26}/", f"/verify/{'0' * 26}.json"])
def test_verify_pages_are_not_indexed_or_cached(db: None, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "no-store"


def test_verify_json_matches_the_page(award: Award, client: Client) -> None:
    data = client.get(f"/verify/{award.code}.json").json()
    assert (data["state"], data["valid"], data["name"]) == ("valid", True, "A. V.")
    assert data["valid_through"] == award.valid_through.isoformat()
    assert "Virtanen" not in str(data)


def test_verify_json_answers_404_for_unknown_code(db: None, client: Client) -> None:
    response = client.get("/verify/garbage.json")
    assert response.status_code == 404
    assert response.json() == {"state": "unknown", "valid": False}


def test_verify_is_rate_limited(db: None, client: Client, settings: Any) -> None:
    settings.VERIFY_RATE = "3/m/ip"
    codes = [client.get("/verify/garbage/").status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]
    refused = client.get("/verify/")
    assert "Wait a little" in refused.text
    assert refused.headers["Retry-After"] == "60"


def test_verify_json_is_rate_limited_with_a_problem_for_machines(
    db: None, client: Client, settings: Any
) -> None:
    settings.VERIFY_RATE = "2/m"
    codes = [client.get("/verify/garbage.json").status_code for _ in range(3)]
    assert codes == [404, 404, 429]
    refused = client.get("/verify/garbage.json")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "60"
    assert refused.json()["status"] == 429


def test_verify_refuses_post(award: Award, client: Client) -> None:
    assert client.post(f"/verify/{award.code}/").status_code == 405


def test_verify_takes_at_most_two_queries(
    award: Award, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/verify/")  # which fixed pages there are is asked once after a publish
    with django_assert_max_num_queries(2):
        client.get(f"/verify/{award.code}/")


def test_verify_garbage_makes_no_certificate_query(
    db: None, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/verify/")
    # For any 404 one asks whether a redirect begins there.
    with django_assert_max_num_queries(1) as counted:
        client.get("/verify/garbage/")
    assert not [query for query in counted if "certificates_" in query["sql"]]


def test_verify_page_is_under_12_kilobytes(award: Award, client: Client) -> None:
    assert len(client.get(f"/verify/{award.code}/").content) < 12_000


@pytest.mark.parametrize("days", [1, 400], ids=["valid", "expired"])
def test_only_a_valid_certificate_says_is_certified(
    ada: User, as_, client: Client, days: int
) -> None:
    """On the certificate and on the page where it is checked."""
    award = make_award(ada, at=timezone.now() - days * DAY)
    pages = (as_(ada).get(f"/certificates/{award.code}/"), client.get(f"/verify/{award.code}/"))
    shown = [" ".join(page.text.split()) for page in pages]
    assert ["is certified" in text for text in shown] == [days == 1] * 2
    assert ["Valid until" in text for text in shown] == [days == 1] * 2
    assert ("was certified" in shown[0]) is (days == 400)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{} ", "https://x.example/verify/{}/"])
def test_number_typed_instead_of_the_code_says_where_the_code_is(
    award: Award, client: Client, spelling: str
) -> None:
    typed = spelling.format(award.number.lower())
    for response in (
        client.get("/verify/", {"code": typed}),
        client.get(f"/verify/{award.number}/"),
    ):
        assert response.status_code == 404
        text = " ".join(response.text.split())
        assert f"{award.number} is the number of a certificate, not its code" in text
        assert "right below the number, beside the word Code" in text
        assert award.code not in text


def test_number_that_nobody_has_answers_like_one_that_somebody_has(
    award: Award, client: Client
) -> None:
    other = codes.new_number(2026)
    known, unknown = (client.get(f"/verify/{number}/").text for number in (award.number, other))
    assert known.replace(award.number, other) == unknown


@pytest.mark.parametrize("text", ["PW", "PW-2026-7K3M9", "PW-20X6-7K3M9-QXC2D", "", "7K3M9-QXC2D"])
def test_other_texts_are_no_certificate_number(text: str) -> None:
    assert codes.parse_number(text) is None

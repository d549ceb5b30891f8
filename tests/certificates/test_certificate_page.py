"""The certificate page opens for the owner, HR and auditors; everybody else gets 404."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from accounts.readers.days import spell_day
from certificates.acts import awards, holds
from certificates.models import Award
from tests.factories.certificates import DAY, make_award, make_certification, raise_floor
from tests.factories.people import give_role, make_person, make_region

As = Callable[[User], Client]
HR = "person:hr"


def address(award: Award) -> str:
    return f"/certificates/{award.code}/"


def page(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def award(ada: User) -> Award:
    return make_award(ada, at=timezone.now() - DAY)


def test_certificate_page_shows_name_course_dates_code_and_qr(
    award: Award, ada: User, as_: As
) -> None:
    soup = page(as_(ada), address(award))
    assert soup.h1.text == "Ada Virtanen"
    text = soup.find("article").get_text(" ", strip=True)
    assert award.number in text
    assert "version 1" in text
    assert "score 92%" in text
    assert "end of day Helsinki" in text
    assert soup.select_one("#certificate-code").text.strip().replace("-", "") == award.code
    assert soup.select_one(".qr svg path")


def test_certificate_page_has_no_inline_styles_or_scripts(award: Award, ada: User, as_: As) -> None:
    soup = page(as_(ada), address(award))
    assert not soup.select("[style], style, script:not([src])")


def test_qr_code_is_black_on_white(award: Award, ada: User, as_: As) -> None:
    drawn = str(page(as_(ada), address(award)).select_one(".qr svg"))
    assert 'fill="#fff"' in drawn
    assert 'stroke="#000"' in drawn


@pytest.mark.parametrize("role", ["hr", "auditor"])
def test_certificate_page_hides_owner_controls_from_hr_and_auditors(
    award: Award, role: str, as_: As
) -> None:
    soup = page(as_(give_role(make_person(), role)), address(award))
    assert soup.h1.text == "Ada Virtanen"
    assert not soup.select('form[action$="/name/"], a[href*="linkedin"]')


def test_certificate_page_is_404_for_hr_of_other_region(award: Award, as_: As) -> None:
    elsewhere = give_role(make_person(), "hr", region=make_region("BR"))
    assert as_(elsewhere).get(address(award)).status_code == 404
    here = give_role(make_person(), "hr", region=award.recipient.region)
    assert as_(here).get(address(award)).status_code == 200


def test_certificate_page_is_404_for_managers_colleagues_and_authors(
    award: Award, ben: User, carol: User, dana: User, as_: As
) -> None:
    for person in (ben, carol, dana):
        assert as_(person).get(address(award)).status_code == 404


def test_certificate_page_redirects_anonymous_to_login(award: Award, client: Client) -> None:
    response = client.get(address(award))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["nonsense", "%00", "0" * 26, "7QK2-M4XD"])
def test_certificate_page_is_404_for_invalid_code(ada: User, as_: As, path: str) -> None:
    assert as_(ada).get(f"/certificates/{path}/").status_code == 404


def heading(award: Award, client: Client) -> str:
    return page(client, address(award)).select_one(".notice h2").text.strip()


def test_certificate_page_says_renew_by_when_ending_soon(ada: User, as_: As) -> None:
    award = make_award(ada, at=timezone.now() - 330 * DAY)
    assert heading(award, as_(ada)).startswith("Renew by ")


def test_certificate_page_says_ended_when_expired(ada: User, as_: As) -> None:
    award = make_award(ada, at=timezone.now() - 400 * DAY)
    assert heading(award, as_(ada)).startswith("Ended on ")


def test_certificate_in_grace_is_told_so_with_its_last_day_on_every_page(
    ada: User, as_: As
) -> None:
    certification = make_certification(posting_grace_days=7)
    now = timezone.now()
    award = make_award(ada, certification, at=now - 366 * DAY - 3 * DAY)
    ended, last = (spell_day(award.valid_through + days * DAY) for days in (0, 7))
    own = page(as_(ada), address(award)).main.text
    assert "It still lets its holder post in these days." in own
    assert "no longer" not in own
    for path in (
        address(award),
        "/certificates/",
        "/certificates/mine/",
        "/me/",
        f"/verify/{award.code}/",
    ):
        words = " ".join(page(as_(ada), path).main.text.split()).replace(" (Helsinki)", "")
        assert f"Ended on {ended}, days of grace until {last}" in words, path


@pytest.mark.parametrize("elsewhere", [True, False])
def test_certificate_is_by_a_course_only_where_that_earned_it(
    ada: User, hugo: User, as_: As, elsewhere: bool
) -> None:
    certification, now = make_certification(), timezone.now()
    if elsewhere:
        seen = {"actor": hugo.actor, "evidence": "The register of before"}
        award = awards.issue_equivalence(ada, certification, at=now - DAY, **seen)
    else:
        award = make_award(ada, certification, at=now - DAY)
    for reader, path in (
        (ada, "/me/"),
        (ada, "/certificates/"),
        (ada, "/certificates/mine/"),
        (ada, address(award)),
        (hugo, f"/people/{ada.uuid}/"),
    ):
        words = page(as_(reader), path).main.text.lower()
        assert ("training recognised from elsewhere" in words) == elsewhere, path
        assert ("by the course" in words) == (not elsewhere and path != address(award)), path


def test_certificate_page_shows_owner_the_revocation_reason(
    award: Award, ada: User, as_: As
) -> None:
    awards.revoke_award(award, actor=HR, at=timezone.now(), reason="Somebody else sat the quiz")
    notice = page(as_(ada), address(award)).select_one(".notice")
    assert notice.h2.text.strip().startswith("Withdrawn on ")
    assert "Somebody else sat the quiz" in notice.text


def test_certificate_page_says_replaced_by_a_newer_one(ada: User, as_: As) -> None:
    old = make_award(ada, at=timezone.now() - 330 * DAY)
    make_award(ada, at=timezone.now() - timedelta(hours=1))
    assert heading(old, as_(ada)) == "Replaced by a newer certificate"


def test_certificate_page_says_paused_without_hold_reason(award: Award, ada: User, as_: As) -> None:
    holds.start_hold(ada, actor=HR, at=timezone.now(), reason="A private matter")
    soup = page(as_(ada), address(award))
    assert soup.select_one(".notice h2").text.strip().startswith("Paused since ")
    assert "private matter" not in soup.text


def test_certificate_page_says_update_by_when_floor_rises(award: Award, ada: User, as_: As) -> None:
    now = timezone.now()
    raise_floor(award.release.course, 2, effective_at=now + 20 * DAY, recorded_at=now)
    assert heading(award, as_(ada)).startswith("Update by ")


def test_linkedin_link_fills_every_field(award: Award, ada: User, as_: As) -> None:
    link = page(as_(ada), address(award)).select_one('a[href*="linkedin"]')
    fields = {name: values[0] for name, values in parse_qs(urlsplit(link["href"]).query).items()}
    assert fields["startTask"] == "CERTIFICATION_NAME"
    assert fields["certId"] == award.number
    assert fields["certUrl"].endswith(f"/verify/{award.code}/")
    assert (fields["organizationName"], fields["name"]) == ("Northlight", award.certification_title)
    assert fields["issueYear"] == str(award.issued_at.year)
    assert fields["expirationMonth"] == str(award.valid_through.month)


def test_owner_can_show_and_hide_public_name(award: Award, ada: User, as_: As) -> None:
    client = as_(ada)
    for show, expected in (("1", True), ("0", False)):
        client.post(f"{address(award)}name/", {"show": show})
        award.refresh_from_db()
        assert award.public_name is expected


def test_public_name_cannot_be_changed_by_others(
    award: Award, hugo: User, carol: User, as_: As
) -> None:
    for person in (hugo, carol):
        response = as_(person).post(f"{address(award)}name/", {"show": "1"})
        assert response.status_code == 404
    award.refresh_from_db()
    assert not award.public_name


def test_public_name_address_leads_back_to_the_certificate(
    award: Award, ada: User, as_: As
) -> None:
    assert as_(ada).get(f"{address(award)}name/").headers["Location"] == address(award)


def test_certificate_list_shows_own_certificates_with_state(ada: User, ben: User, as_: As) -> None:
    make_award(ada, at=timezone.now() - 400 * DAY)
    make_award(ada, at=timezone.now() - DAY)
    make_award(ben, at=timezone.now() - DAY)
    soup = page(as_(ada), "/certificates/")
    assert soup.h1.text.strip() == "You have 2 certificates"
    states = [header.get_text(strip=True) for header in soup.select(".card header")]
    assert [state.partition(" ")[0] for state in states] == ["Valid", "Ended"]


def test_certificate_list_is_empty_with_link_to_courses(ada: User, as_: As) -> None:
    soup = page(as_(ada), "/certificates/")
    assert soup.h1.text.strip() == "You have no certificates yet"
    assert soup.select_one('main a.button[href="/courses/"]')


def test_certificate_page_takes_at_most_four_queries(
    award: Award, ada: User, hugo: User, as_: As, django_assert_max_num_queries: Any
) -> None:
    for person in (ada, hugo):
        client = as_(person)
        client.get(address(award))
        with django_assert_max_num_queries(4):
            client.get(address(award))


def test_certificate_list_takes_at_most_four_queries(
    ada: User, as_: As, django_assert_max_num_queries: Any
) -> None:
    for years in (3, 2, 1, 0):
        make_award(ada, at=timezone.now() - (400 * years + 1) * DAY)
    client = as_(ada)
    client.get("/certificates/")  # which fixed pages there are is asked once after a publish
    with django_assert_max_num_queries(4):
        client.get("/certificates/")

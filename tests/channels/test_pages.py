"""The channel pages: what each persona sees and what each form does."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from channels import channel_roles
from channels.models import PermissionRequest, RulesAcceptance
from tests.conftest import NOW
from tests.factories.channels import (
    make_award,
    make_channel,
    make_owner,
    make_permission,
    make_poster,
)
from tests.factories.people import give_role, make_person, make_region

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG", title="Corporate blog", purpose="News for all")
    make_owner(channel, olga)
    return channel


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response) -> str:
    return " ".join(soup(response).get_text(" ").split())


def asked(channel, person) -> PermissionRequest:
    return PermissionRequest.objects.create(
        channel=channel, person=person, why="Release notes", asked_at=timezone.now()
    )


@pytest.mark.databases
def test_channel_list_shows_live_public_channels(blog, ada, as_) -> None:
    make_channel("SECRET", title="Secret", public=False)
    make_channel("DRAFT", title="Draft", state="draft")
    page = soup(as_(ada).get("/channels/"))
    assert page.h1.get_text(strip=True) == "1 official channel"
    assert [h.get_text(strip=True) for h in page.select("main .cards h2")] == ["Corporate blog"]


def test_step_of_a_card_leads_away_from_the_list(ada, as_) -> None:
    """Where another region posts, "See other channels" would lead to the page one is on."""
    other = make_channel("BR", region=make_region("BR"), region_bound=True)
    make_poster(ada, other)
    page = soup(as_(ada).get("/channels/"))
    links = [link["href"] for link in page.select("main .cards a")]
    assert "/channels/BR/" in links
    assert "/channels/" not in links


@pytest.mark.databases
def test_channel_list_shows_owned_channels_first(blog, olga, as_) -> None:
    make_channel("AAA", title="Aardvark")
    hidden = make_channel("ZZZ", title="Zebra", public=False)
    make_owner(hidden, olga)
    page = soup(as_(olga).get("/channels/"))
    titles = [h.get_text(strip=True) for h in page.select("main .cards h2")]
    assert titles == ["Corporate blog", "Zebra", "Aardvark"]


@pytest.mark.parametrize(("words", "found"), [("corp blog", 1), ("@none", 0), ("\0", 0), ("%", 0)])
@pytest.mark.databases
def test_channel_list_is_searched(blog, ada, as_, words, found) -> None:
    page = soup(as_(ada).get("/channels/", {"q": words}))
    assert len(page.select("main .cards > li")) == found


@pytest.mark.parametrize("code", ["NOWHERE", "blog", "%00", "%FF", "名", "x" * 300])
def test_unknown_channel_answers_404(blog, ada, as_, code) -> None:
    assert as_(ada).get(f"/channels/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 404), ("olga", 200), ("hugo", 200), ("vera", 200)]
)
@pytest.mark.databases
def test_private_channel_is_visible_to_responsible_people_only(
    olga, as_, request, who, status
) -> None:
    secret = make_channel("SECRET", public=False)
    make_owner(secret, olga)
    client = as_(request.getfixturevalue(who))
    assert client.get("/channels/SECRET/").status_code == status


@pytest.mark.parametrize("path", ["", "BLOG/", "BLOG/ask/", "training/POST-CORE/"])
def test_channel_pages_redirect_anonymous_to_login(blog, path) -> None:
    response = Client().get(f"/channels/{path}")
    assert response["Location"].startswith("/accounts/login/?next=/channels/")


def test_channel_page_shows_title_and_own_status(blog, ada, as_) -> None:
    page = soup(as_(ada).get("/channels/BLOG/"))
    assert page.h1.get_text(strip=True) == "Corporate blog"
    notice = page.select_one("main .notice")
    assert notice.h2.get_text() == "Not yet"
    assert not page.select("#people, #requests, #pause")


@pytest.mark.databases
def test_channel_page_shows_owner_posters_and_requests(blog, olga, ada, ben, carol, as_) -> None:
    make_poster(ada, blog)
    make_permission(blog, ben)
    asked(blog, carol)
    page = soup(as_(olga).get("/channels/BLOG/"))
    assert page.select_one("#people").get_text(strip=True) == "1 of 2 can post today"
    assert page.select_one("#requests").get_text(strip=True) == "1 person asks to post here"


def test_ask_page_names_who_decides_and_never_the_person_who_asks(olga, dana, as_) -> None:
    channel = make_channel("OPEN", title="Open", asks=False)
    make_owner(channel, olga)
    make_owner(channel, dana, kind="deputy")
    for person, decides in ((olga, dana), (dana, olga)):
        shown = text(as_(person).get("/channels/OPEN/ask/"))
        assert f"{decides} decides." in shown
        assert f"{person} decides." not in shown
        (told,) = channel_roles.people_who_answer(channel, timezone.now(), besides=person)
        assert told == decides


@pytest.mark.parametrize("state", ["closed", "declined"])
def test_ended_channel_offers_nothing_that_cannot_be_done(olga, as_, state) -> None:
    channel = make_channel("GONE", title="Gone", state=state, min_cover=2)
    make_owner(channel, olga)
    listed = soup(as_(olga).get("/channels/")).select_one("main .cards > li")
    words = [tag.get_text(strip=True) for tag in listed.select(".tag")]
    assert words == ["You answer for it", "Closed"]
    page = as_(olga).get("/channels/GONE/")
    shown = text(page)
    for offer in (
        "can post today",
        "needs at least",
        "Give a role",
        "Stop posting",
        "asks to post",
    ):
        assert offer not in shown
    assert not soup(page).select("main form")
    assert "You accept them when" not in shown


@pytest.mark.databases
def test_roster_is_paginated_and_counts_everybody(blog, olga, as_) -> None:
    for _ in range(51):
        make_permission(blog, make_person())
    client = as_(olga)
    first, second = (soup(client.get(f"/channels/BLOG/?page={number}")) for number in (1, 2))
    assert [len(page.select("tbody tr")) for page in (first, second)] == [50, 1]
    assert second.select_one("#people").get_text(strip=True) == "0 of 51 can post today"
    assert first.select_one("[rel=next]")["href"] == "?page=2#people"


@pytest.mark.parametrize("page", ["0", "x", "-1", "99999999999999999999", "٣", "\0"])
def test_roster_accepts_invalid_page_numbers(blog, olga, as_, page) -> None:
    assert as_(olga).get("/channels/BLOG/", {"page": page}).status_code == 200


@pytest.mark.databases
def test_roster_query_count_is_bounded(blog, olga, as_, django_assert_max_num_queries) -> None:
    for _ in range(12):
        make_poster(make_person(), blog)
    client = as_(olga)
    client.get("/channels/BLOG/")
    with django_assert_max_num_queries(26):
        assert client.get("/channels/BLOG/").status_code == 200


def test_rules_acceptance_is_recorded_and_confirmed(blog, ada, as_) -> None:
    client = as_(ada)
    response = client.post("/channels/BLOG/rules/", {"version": "1"}, follow=True)
    assert RulesAcceptance.objects.get().person == ada
    assert "You have accepted the rules of Corporate blog." in text(response)
    assert "You have accepted this version" in text(response)


@pytest.mark.parametrize("version", ["2", "", "x", "-1", "٣", "9" * 50])
def test_rules_version_not_in_force_is_not_accepted(blog, ada, as_, version) -> None:
    response = as_(ada).post("/channels/BLOG/rules/", {"version": version}, follow=True)
    assert not RulesAcceptance.objects.exists()
    assert "The rules have changed since you opened the page." in text(response)


def test_request_form_shows_missing_requirements(blog, ada, as_) -> None:
    page = soup(as_(ada).get("/channels/BLOG/ask/"))
    assert page.h1.get_text(strip=True) == "Not yet: something comes before Corporate blog"
    assert page.select_one("main ul a")["href"] == "/channels/training/POST-CORE/"


def test_request_can_be_made_and_withdrawn(blog, ada, as_) -> None:
    make_award(ada, end=900)
    client = as_(ada)
    response = client.post("/channels/BLOG/ask/", {"why": "Release notes"}, follow=True)
    assert soup(response).h1.get_text(strip=True) == "Your request is with the owner"
    client.post("/channels/BLOG/withdraw/")
    assert PermissionRequest.objects.get().outcome == "withdrawn"


def test_request_without_reason_shows_field_error(blog, ada, as_) -> None:
    make_award(ada, end=900)
    page = soup(as_(ada).post("/channels/BLOG/ask/", {"why": ""}))
    assert page.title.get_text().startswith("Error:")
    assert page.select_one("[data-error-summary] a")["href"] == "#id_why"


@pytest.mark.databases
def test_owner_can_approve_request(blog, olga, ada, as_) -> None:
    one = asked(blog, ada)
    url = f"/channels/BLOG/requests/{one.uuid}/"
    response = as_(olga).post(url, {"decision": "approve", "role": "contributor"}, follow=True)
    assert ada.permissions.get().role == "contributor"
    assert "Ada Virtanen has a role now." in text(response)


def test_owner_declines_request_with_a_reason(blog, olga, ada, as_) -> None:
    one, client = asked(blog, ada), as_(olga)
    url = f"/channels/BLOG/requests/{one.uuid}/"
    assert "Write why you decline." in text(client.post(url, {"decision": "decline"}, follow=True))
    client.post(url, {"decision": "decline", "note": "Enough people"})
    one.refresh_from_db()
    assert (one.outcome, one.note) == ("declined", "Enough people")


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "decline"},
        {"decision": "decline", "note": "Enough people"},
        {"decision": "ask"},
        {"decision": "approve", "role": "publisher", "ends_on": "soon"},
    ],
)
def test_second_to_decide_is_told_what_the_first_decided(blog, olga, ada, as_, data) -> None:
    """Not first to fill in a form that is no longer there."""
    one, client = asked(blog, ada), as_(olga)
    url = f"/channels/BLOG/requests/{one.uuid}/"
    client.post(url, {"decision": "approve", "role": "publisher"})
    page = text(client.post(url, data, follow=True))
    assert "This request is decided already: Granted." in page


@pytest.mark.parametrize("data", [{}, {"decision": "x"}, {"decision": "approve", "role": "king"}])
def test_invalid_decision_leaves_request_open(blog, olga, ada, as_, data) -> None:
    one = asked(blog, ada)
    as_(olga).post(f"/channels/BLOG/requests/{one.uuid}/", data)
    one.refresh_from_db()
    assert one.outcome == "open"


def test_request_decision_is_refused_to_others(blog, ada, ben, as_) -> None:
    one = asked(blog, ada)
    url = f"/channels/BLOG/requests/{one.uuid}/"
    response = as_(ben).post(url, {"decision": "approve", "role": "publisher"})
    assert response.status_code == 403
    assert "Only the owner of Corporate blog" in text(response)


def test_request_of_another_channel_answers_404(blog, olga, ada, as_) -> None:
    elsewhere = asked(make_channel("OTHER"), ada)
    url = f"/channels/BLOG/requests/{elsewhere.uuid}/"
    assert as_(olga).post(url, {"decision": "approve"}).status_code == 404


def test_owner_can_end_role(blog, olga, ada, as_) -> None:
    given = make_permission(blog, ada)
    url = f"/channels/BLOG/permissions/{given.uuid}/end/"
    as_(olga).post(url, {"reason": "Moved on"})
    given.refresh_from_db()
    assert (given.end_reason, given.end_actor) == ("Moved on", olga.actor)


def test_role_end_is_refused_to_others(blog, ada, as_) -> None:
    given = make_permission(blog, ada)
    url = f"/channels/BLOG/permissions/{given.uuid}/end/"
    assert as_(ada).post(url, {"reason": "x"}).status_code == 403


NONE = "11111111-2222-4333-8444-555555555555"
BUTTONS = {
    "rules/": "",
    "withdraw/": "ask/",
    "answer/": "ask/",
    f"requests/{NONE}/": "",
    f"permissions/{NONE}/end/": f"permissions/{NONE}/",
    f"offers/{NONE}/decide/": f"offers/{NONE}/",
    f"offers/{NONE}/withdraw/": "",
}


@pytest.mark.parametrize("path", BUTTONS)
def test_address_of_a_button_opened_by_get_leads_to_its_page(blog, olga, as_, path) -> None:
    reply = as_(olga).get(f"/channels/BLOG/{path}")
    assert reply.headers["Location"] == f"/channels/BLOG/{BUTTONS[path]}"


def test_training_without_published_course_redirects_to_catalogue(blog, ada, as_) -> None:
    assert as_(ada).get("/channels/training/POST-CORE/")["Location"] == "/courses/"


def test_channel_list_with_unknown_filter_lists_none_and_says_so(as_, ada):
    make_channel("BLOG", title="The blog")
    page = as_(ada).get("/channels/?region=FI").content.decode()
    assert "There is no filter called “region” here" in page
    assert "The blog" not in page


def said(response: Any) -> str:
    """What the page tells about the act."""
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(page.select_one(".messages").get_text().split())


def test_second_request_from_another_tab_is_told_where_the_first_stands(blog, ada, as_) -> None:
    make_award(ada)
    client, url = as_(ada), "/channels/BLOG/ask/"
    client.post(url, {"why": "Release notes"})
    assert "was not sent" not in text(client.post(url, {"why": "Release notes"}, follow=True))
    again = said(client.post(url, {"why": "Answer customers"}, follow=True))
    assert "You have asked already" in again
    assert "was not sent: “Answer customers”" in again
    assert list(ada.channel_requests.values_list("why", flat=True)) == ["Release notes"]


def test_withdrawing_and_answering_in_another_tab_say_what_stands(blog, olga, ada, as_) -> None:
    client, one = as_(ada), asked(blog, ada)
    one.outcome, one.decided_at = "declined", NOW
    one.save()
    for button in ("withdraw", "answer"):
        page = client.post(f"/channels/BLOG/{button}/", {"answer": "x"}, follow=True)
        assert "This request is decided already: Declined." in said(page)


def test_second_end_of_a_role_is_told_who_ended_it_and_why(blog, olga, ravi, ada, as_) -> None:
    given = make_permission(blog, ada)
    give_role(ravi, "governance")
    url = f"/channels/BLOG/permissions/{given.uuid}/end/"
    as_(olga).post(url, {"reason": "Moved on"})
    again = said(as_(ravi).post(url, {"reason": "A breach"}, follow=True))
    assert "has ended before. Olga Niemi wrote: Moved on" in again

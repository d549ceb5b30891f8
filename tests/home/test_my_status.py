"""`/me/`: a heading with the count, one card per channel, at most one next step per card."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

import pytest
import time_machine
from bs4 import BeautifulSoup

from accounts.models import User
from certificates.models import Hold
from channels.models import Channel, DecisionRecord, Freeze, PermissionRequest
from courses.models import Assignment, Course, Enrolment
from tests.conftest import NOW
from tests.factories.channels import (
    DAY,
    SYSTEM,
    accept_rules,
    ask_for,
    make_award,
    make_certification,
    make_channel,
    make_owner,
    make_permission,
    make_poster,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def see(client: Client) -> BeautifulSoup:
    response = client.get("/me/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def cards(page: BeautifulSoup) -> list[tuple[str, str, str]]:
    """Status, channel and next step of each card, in order."""
    return [
        (
            card.header.get_text(strip=True),
            card.h2.get_text(strip=True),
            " ".join(link.get_text(strip=True) for link in card.select("a")),
        )
        for card in page.select("main .cards > li")
    ]


def test_heading_counts_channels_one_can_post_on(ada, as_) -> None:
    for code in "ABC":
        make_poster(ada, make_channel(code))
    make_permission(make_channel("D"), ada)
    page = see(as_(ada))
    assert page.h1.get_text(strip=True) == "You can post on 3 of 4 channels"
    assert "checked today at 09:00" in page.select_one(".eyebrow").get_text()


def test_checked_time_is_in_the_persons_zone(ada, as_) -> None:
    ada.time_zone = "Europe/Helsinki"
    ada.save()
    assert "checked today at 12:00" in see(as_(ada)).select_one(".eyebrow").get_text()


def test_cards_are_ordered_by_action_needed(ada, as_) -> None:
    soon = make_certification("SOON")
    fine, ending = make_channel("A", title="Fine"), make_channel("B", title="Ending")
    none = make_channel("C", title="Nothing")
    make_poster(ada, fine)
    make_award(ada, soon, start=-300, end=20)
    make_poster(ada, ending)
    ending.access_rules.update(ended_at=NOW - DAY, end_recorded_at=NOW - DAY)
    ask_for(ending, soon)
    PermissionRequest.objects.create(channel=none, person=ada, why="x", asked_at=NOW - 2 * DAY)
    seen = cards(see(as_(ada)))
    assert [one[1] for one in seen] == ["Ending", "Nothing", "Fine"]
    assert seen[0][0].startswith("Renew by")
    assert seen[1] == ("Waiting for the owner", "Nothing", "See your request")
    assert seen[2] == ("You can post", "Fine", "")


def expired(person, channel):
    make_permission(channel, person)
    make_award(person, start=-400, end=-40)


def ended(person, channel):
    make_poster(person, channel)
    person.permissions.update(ended_at=NOW - 3 * DAY, end_recorded_at=NOW - 3 * DAY)
    make_owner(channel, person)


def frozen(person, channel):
    make_poster(person, channel)
    Freeze.objects.create(scope="global", reason="x", starts_at=NOW, recorded_at=NOW, actor=SYSTEM)


def held(person, channel):
    make_poster(person, channel)
    Hold.objects.create(person=person, reason="x", starts_at=NOW, recorded_at=NOW, actor=SYSTEM)


def test_card_offers_to_continue_a_begun_course(ada, as_) -> None:
    make_permission(make_channel("A"), ada)
    accept_rules(Channel.objects.get(code="A"), ada)
    assert cards(see(as_(ada)))[0][2] == "Go to the course"
    course = Course.objects.get(code="POST-CORE")
    Enrolment.objects.create(person=ada, course=course, started_at=NOW - DAY)
    assert cards(see(as_(ada)))[0][2] == "Continue the course"


def uncertified(person, channel):
    make_permission(channel, person)


STATES = {
    "uncertified": (uncertified, "Not yet"),
    "expired": (expired, "Not yet"),
    "role ended": (ended, "Ended on 12 June 2026"),
    "frozen": (frozen, "Paused"),
    "on hold": (held, "Paused"),
}


@pytest.mark.parametrize(("arrange", "status"), STATES.values(), ids=STATES.keys())
def test_red_card_has_its_status_and_one_step(ada, as_, arrange, status) -> None:
    arrange(ada, make_channel("BLOG"))
    page = see(as_(ada))
    (card,) = page.select("main .cards > li")
    assert "stop" in card["class"]
    assert card.header.get_text(strip=True) == status
    assert len(card.select("a")) == 1


def test_card_says_until_when_one_can_post(ada, as_) -> None:
    make_poster(ada, make_channel("BLOG"))
    (card,) = see(as_(ada)).select("main .cards > li")
    assert card.select_one(".hint").get_text() == "You can post until 17 March 2027."


def test_card_of_contributor_mentions_review(ada, as_) -> None:
    make_poster(ada, make_channel("BLOG"), "contributor")
    (card,) = see(as_(ada)).select("main .cards > li")
    assert "reviewed before it goes out" in card.get_text()


def test_empty_page_says_how_to_start(ada, as_) -> None:
    page = see(as_(ada))
    assert page.h1.get_text(strip=True) == "You have no channels yet"
    assert [link["href"] for link in page.select("main .button")] == ["/courses/", "/channels/"]


def test_next_steps_are_the_three_most_urgent(ada, ben, as_) -> None:
    make_award(ada, make_certification("SOON"), start=-300, end=20)
    for code, days in (("LATE", -3), ("NEXT", 5), ("FAR", 300)):
        course = Course.objects.get_or_create(
            code=code, defaults={"title": code, "key": f"{days + 999:032d}"}
        )[0]
        Assignment.objects.create(
            person=ada,
            course=course,
            reason="x",
            actor=SYSTEM,
            assigned_at=NOW - DAY,
            recorded_at=NOW,
            due_on=(NOW + days * DAY).date(),
        )
    channel = make_channel("MINE", title="Mine")
    make_owner(channel, ada)
    PermissionRequest.objects.create(channel=channel, person=ben, why="x", asked_at=NOW - DAY)
    notices = see(as_(ada)).select("section[aria-labelledby=next] .notice")
    texts = [notice.p.get_text() for notice in notices]
    closed = "This course is not published at the moment, so nobody can start it."
    assert texts == [
        f"“LATE” was required by 12 June 2026. {closed}",
        "Ben Aalto asks to post on Mine.",
        f"“NEXT” is required by 20 June 2026. {closed}",
    ]


def test_certificates_are_listed_with_their_state(ada, as_) -> None:
    award = make_award(ada)
    listed = see(as_(ada)).select("section[aria-labelledby=certificates] li")
    assert [one.a["href"] for one in listed] == [f"/certificates/{award.code}/"]
    assert "Valid until 17 March 2027" in listed[0].get_text()


def test_channels_of_other_people_are_not_shown(ada, ben, as_) -> None:
    make_poster(ben, make_channel("BLOG"))
    assert see(as_(ada)).h1.get_text(strip=True) == "You have no channels yet"


def test_page_view_leaves_no_decision_record(ada, as_) -> None:
    make_permission(make_channel("BLOG"), ada)
    see(as_(ada))
    assert not DecisionRecord.objects.exists()


def test_twelve_channels_take_five_queries(ada, as_, django_assert_max_num_queries) -> None:
    for _ in range(12):
        make_poster(ada, make_channel())
    client = as_(ada)
    client.get("/me/")
    with django_assert_max_num_queries(5):
        see(client)


def test_person_without_hr_id_sees_an_empty_page(ada, as_) -> None:
    root = User.objects.create_superuser("root@x.example", display_name="Root")
    assert see(as_(root)).h1.get_text(strip=True) == "You have no channels yet"


def test_page_redirects_anonymous_to_login() -> None:
    response = Client().get("/me/")
    assert response["Location"] == "/accounts/login/?next=/me/"


def test_page_is_not_stored_by_browsers(ada, as_) -> None:
    assert "no-store" in as_(ada).get("/me/")["Cache-Control"]


def test_status_json_matches_the_page(ada, as_) -> None:
    make_poster(ada, make_channel("A"))
    make_permission(make_channel("B"), ada)
    body = as_(ada).get("/me/status.json").json()
    assert (body["can_post"], body["of"]) == (1, 2)
    assert body["checked_at"] == "2026-06-15T09:00:00Z"
    assert [(one["channel"], one["decision"]) for one in body["channels"]] == [
        ("B", "deny"),
        ("A", "allow"),
    ]


@pytest.mark.parametrize("path", ["/me/", "/me/status.json"])
def test_me_pages_refuse_post(ada, as_, path) -> None:
    assert as_(ada).post(path).status_code == 405


@pytest.mark.parametrize(("seconds", "number"), [(-1, 1), (0, 0)])
def test_page_changes_when_certificate_expires(ada, as_, seconds, number) -> None:
    make_poster(ada, make_channel("BLOG"))
    with time_machine.travel(NOW + 275 * DAY + timedelta(seconds=seconds), tick=False):
        heading = see(as_(ada)).h1.get_text(strip=True)
    assert heading == f"You can post on {number} of 1 channel"

"""`/me/` tells everybody what waits for them: all that they may decide or are asked, and nobody else's."""

from __future__ import annotations

from typing import Any

from django.test import Client

import pytest
import time_machine
from bs4 import BeautifulSoup

from accounts.models import User
from certificates.models import AwardCorrection
from channels.models import Channel, OwnerOffer, PermissionRequest, Sponsorship
from quizzes.attempts import marking
from tests.conftest import NOW
from tests.factories.channels import (
    DAY,
    enter,
    make_award,
    make_channel,
    make_owner,
    make_permission,
)
from tests.factories.people import give_role, make_person, make_region
from tests.factories.quizzes import make_bank, make_quiz, make_row, take

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def told(client: Client) -> dict[str, str]:
    """What the page says that waits, wherever it says so: each sentence with its address."""
    page = BeautifulSoup(client.get("/me/").content, "html.parser")
    rows = page.select("[aria-labelledby=next] .notice, [aria-labelledby=waiting] li")
    return {_sentence(row): str(row.select("a")[0]["href"]) for row in rows}


def _sentence(row: Any) -> str:
    deed = row.select("a")[0].get_text()
    return " ".join(row.get_text().removesuffix(deed).replace(deed, "").split())


def ask(channel: Channel, person: User, **fields: Any) -> PermissionRequest:
    when = NOW - DAY
    return PermissionRequest.objects.create(
        channel=channel, person=person, why="x", asked_at=when, **fields
    )


REQUEST = "Ada Virtanen asks to post on Blog."


def own(channel: Channel, person: User) -> None:
    make_owner(channel, person)


def act_for_nobody(channel: Channel, person: User) -> None:
    make_owner(channel, person, "deputy")


def act_for_a_leaver(channel: Channel, person: User) -> None:
    make_owner(channel, make_person("Gone", left_at=NOW - DAY))
    make_owner(channel, person, "deputy")


def deputise(channel: Channel, person: User) -> None:
    make_owner(channel, make_person("Boss"))
    make_owner(channel, person, "deputy")


def govern(channel: Channel, person: User) -> None:
    give_role(person, "governance")


def govern_its_region(channel: Channel, person: User) -> None:
    give_role(person, "governance", region=channel.region)


def govern_where_the_asker_owns(channel: Channel, person: User) -> None:
    make_owner(channel, User.objects.get(display_name="Ada Virtanen"))
    give_role(person, "governance")


def govern_where_somebody_owns(channel: Channel, person: User) -> None:
    make_owner(channel, make_person("Boss"))
    give_role(person, "governance")


def govern_another_region(channel: Channel, person: User) -> None:
    give_role(person, "governance", region=make_region("BR"))


def own_no_more(channel: Channel, person: User) -> None:
    owner = make_owner(channel, person)
    owner.ended_at = owner.end_recorded_at = NOW - DAY
    owner.save()


DECIDERS = [own, act_for_nobody, act_for_a_leaver, deputise]
DECIDERS += [govern, govern_its_region, govern_where_the_asker_owns]
OTHERS = [govern_where_somebody_owns, govern_another_region, own_no_more]


@pytest.mark.parametrize("arrange", [*DECIDERS, *OTHERS], ids=lambda one: one.__name__)
def test_request_waits_for_all_who_may_decide_and_nobody_else(ada, olga, as_, arrange) -> None:
    channel = make_channel("BLOG", title="Blog", region=make_region("FI"))
    arrange(channel, olga)
    ask(channel, ada)
    there = {REQUEST: "/channels/BLOG/#requests"} if arrange in DECIDERS else {}
    assert told(as_(olga)) == there
    assert REQUEST not in told(as_(ada))


def test_request_waits_for_the_asker_while_a_question_is_open(ada, olga, as_) -> None:
    channel = make_channel("BLOG", title="Blog")
    make_owner(channel, olga)
    asked = ask(channel, ada, question="When?", questioned_at=NOW)
    words = "You are asked something about your request for Blog."
    assert told(as_(olga)) == {}
    assert told(as_(ada)) == {words: "/channels/BLOG/ask/"}
    asked.answer = "Soon"
    asked.save()
    assert list(told(as_(olga))) == [REQUEST]
    assert told(as_(ada)) == {}


def test_everything_that_waits_is_listed_beside_the_three_most_urgent(ada, olga, as_) -> None:
    for number in range(5):
        channel = make_channel(f"C{number}", title=f"Channel {number}")
        make_owner(channel, olga, "deputy")
        ask(channel, ada)
    ask(channel, make_person("Bo Ek"))
    assert sorted(told(as_(olga))) == [
        "2 people ask to post on Channel 4.",
        *(f"Ada Virtanen asks to post on Channel {number}." for number in range(4)),
    ]


def test_offer_sponsorship_and_unused_role_wait_for_who_is_asked(ada, ben, olga, as_) -> None:
    channel = make_channel("BLOG", title="Blog")
    named: dict[str, Any] = {"channel": channel, "person": olga, "reason": "x"}
    offer = OwnerOffer.objects.create(**named, kind="owner", offered_at=NOW - DAY, actor=ben.actor)
    stood = Sponsorship.objects.create(**named, asker=ada, asked_at=NOW, recorded_at=NOW)
    role = make_permission(channel, olga, days=-200)
    waits = {
        "You are asked to take over Blog.": f"/channels/BLOG/offers/{offer.uuid}/",
        "You are asked to stand up for Blog.": f"/channels/BLOG/sponsor/{stood.uuid}/",
        "Nobody has seen you use your role on Blog for 180 days.": (
            f"/channels/BLOG/permissions/{role.uuid}/need/"
        ),
    }
    assert told(as_(olga)) == waits
    assert told(as_(ada)) == told(as_(ben)) == {}


def test_roles_to_look_at_wait_for_the_owner_besides_their_own(ada, olga, as_) -> None:
    channel = make_channel("BLOG", title="Blog")
    make_owner(channel, olga)
    make_permission(channel, ada, days=-181)
    make_permission(channel, make_person("Bo Ek"), days=-179)
    waits = {"Blog: 1 role was not looked at for 180 days.": "/channels/BLOG/people/review/"}
    assert told(as_(olga)) == waits


def test_channels_wait_for_their_governance(olga, ravi, as_) -> None:
    enter(make_channel("NEW", region=make_region("FI"), state="draft"), "requested", -1)
    make_channel("LIVE", region=make_region("FI"))
    words = "1 channel waits for channel governance."
    give_role(olga, "governance", region=make_region("FI"))
    give_role(ravi, "governance", region=make_region("BR"))
    assert told(as_(olga)) == {words: "/channels/attention/"}
    assert told(as_(ravi)) == {}


def test_answers_wait_for_the_reviewers_of_their_region(ada, olga, ravi, as_) -> None:
    take(ada, make_quiz(make_bank("WORDS", make_row("free_text"))), NOW)
    give_role(ada, "reviewer")
    give_role(olga, "reviewer", region=make_region("BR"))
    assert told(as_(ravi)) == {"1 answer waits for a reviewer.": "/quiz/marking/"}
    assert told(as_(olga)) == {}
    assert "1 answer waits for a reviewer." not in told(as_(ada))
    assert marking.marking_queue(ravi, NOW).count() == 1


def test_correction_waits_for_a_second_person(ada, hugo, olga, as_) -> None:
    AwardCorrection.objects.create(
        award=make_award(ada),
        earned_at=NOW - DAY,
        recipient_name="Ada",
        reason="x",
        proposed_at=NOW,
        proposed_by=hugo.actor,
    )
    give_role(olga, "hr")
    words = "1 correction of a certificate waits for a second person."
    assert told(as_(olga)) == {words: "/certification/"}
    assert told(as_(hugo)) == {}


def test_statement_is_kept_for_the_moments_of_each_call(ada, olga, as_) -> None:
    """A role becomes due while the process runs."""
    channel = make_channel("BLOG", title="Blog")
    make_owner(channel, olga)
    make_permission(channel, ada, days=-179)
    assert told(as_(olga)) == {}
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert len(told(as_(olga))) == 1

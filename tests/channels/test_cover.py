"""The weeks to come: how many people may post, where they are too few, and whose right ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest
import time_machine
from bs4 import BeautifulSoup

from channels import freezes
from channels.desk import cover
from channels.facts.gathering import gather_posting_facts
from channels.models import Channel
from channels.rules.cover import AllowedSpan, count_fewest, find_allowed_spans
from channels.rules.fact_types import PostingAction
from channels.rules.posting import may_post
from tests.conftest import NOW
from tests.factories.channels import (
    accept_rules,
    make_award,
    make_channel,
    make_owner,
    make_permission,
    make_poster,
)
from tests.factories.people import give_role, make_person, make_region

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def covered(channel: Channel, at: datetime = NOW, zone: str = "UTC") -> cover.ChannelCover:
    """The cover of a channel; NOW is a Monday, 9:00 UTC."""
    (found,) = cover.read_cover([channel], at, zone)
    return found


def fewest(found: cover.ChannelCover) -> list[int | None]:
    return [week.fewest for week in found.weeks]


def make_holder(channel: Channel, name: str, *, certified: float = 300, **role: Any) -> Any:
    """Somebody who may post until the certificate ends, so many days from NOW."""
    person = make_person(name)
    make_permission(channel, person, **role)
    accept_rules(channel, person)
    make_award(person, end=certified)
    return person


def test_count_fewest_is_the_lowest_number_at_any_moment() -> None:
    hours = [NOW + timedelta(hours=number) for number in range(8)]
    people = [
        [AllowedSpan(hours[0], hours[3])],
        [AllowedSpan(hours[2], None)],
        [AllowedSpan(hours[1], hours[2]), AllowedSpan(hours[4], hours[6])],
    ]
    for begin in range(7):
        for end in range(begin + 1, 8):
            asked = hours[begin:end]
            slow = min(
                sum(any(span.holds(when) for span in spans) for spans in people) for when in asked
            )
            assert count_fewest(people, hours[begin], hours[end]) == slow


@pytest.mark.databases
def test_allowed_spans_agree_with_the_decision_at_every_hour(ada: Any) -> None:
    """Whatever begins or ends a right: the spans say at each hour what `may_post` says."""
    channel = make_channel("X-NEWS")
    make_permission(channel, ada, days=3, ends_at=NOW + 12 * DAY, recorded_at=NOW - DAY)
    make_permission(channel, ada, "approver", days=20.5, recorded_at=NOW - DAY)
    accept_rules(channel, ada)
    make_award(ada, end=30.25)
    (facts,) = gather_posting_facts([(ada.hr_id, "X-NEWS")])
    spans = find_allowed_spans(facts, since=NOW, until=NOW + 40 * DAY, known_at=NOW)
    assert [(span.begins - NOW, span.ends - NOW) for span in spans] == [
        (3 * DAY, 12 * DAY),
        (20.5 * DAY, 30.25 * DAY),
    ]
    for hour in range(40 * 24):
        when = NOW + timedelta(hours=hour)
        asked = {"action": PostingAction.PUBLISH, "at": when, "known_at": NOW}
        allowed = may_post(facts, **asked, evaluated_at=NOW).allowed
        assert any(span.holds(when) for span in spans) == allowed, when


def test_cover_counts_the_fewest_of_each_week_and_names_whose_right_ends() -> None:
    channel = make_channel("X-NEWS", min_cover=2)
    make_holder(channel, "Lasting Lee")
    leaving = make_holder(channel, "Short Sam", certified=9)
    make_holder(channel, "Later Lou", days=15, recorded_at=NOW - DAY)
    found = covered(channel)
    assert fewest(found) == [2, 1, 1, 2, 2, 2, 2, 2]
    assert (found.first_short.monday, found.first_short.needed) == (date(2026, 6, 22), 2)
    assert [(one.person, one.ends_at) for one in found.ends] == [(leaving, NOW + 9 * DAY)]


def test_cover_does_not_count_weeks_after_the_last_day() -> None:
    channel = make_channel("X-NEWS", sunset_on=date(2026, 6, 23), min_cover=1)
    make_holder(channel, "Lasting Lee")
    found = covered(channel)
    assert fewest(found) == [1, 1, *[None] * 6]
    assert (found.first_short, found.ends) == (None, [])


def test_cover_leaves_emergency_stops_out(olga: Any) -> None:
    channel = make_channel("X-NEWS", min_cover=1)
    make_holder(channel, "Lasting Lee")
    give_role(olga, "governance")
    freezes.start_freeze("channel", channel=channel, actor=olga, at=NOW, reason="Storm")
    assert fewest(covered(channel)) == [1] * 8


def test_weeks_begin_on_the_readers_monday() -> None:
    """Sunday evening in UTC is Monday already in Auckland."""
    channel, sunday = make_channel("X-NEWS"), NOW - timedelta(hours=12)
    mondays = {
        zone: covered(channel, sunday, zone).weeks[0].monday for zone in ("UTC", "Pacific/Auckland")
    }
    assert mondays == {"UTC": date(2026, 6, 8), "Pacific/Auckland": date(2026, 6, 15)}


def words(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_page_says_which_channel_lacks_people_and_leads_to_a_role(olga: Any, as_: Any) -> None:
    channel = make_channel("X-NEWS", title="X News", min_cover=2)
    make_owner(channel, olga)
    make_holder(channel, "Lasting Lee")
    make_holder(channel, "Short Sam", certified=9)
    make_holder(make_channel("OTHER", title="Not hers"), "Somebody Else")
    with time_machine.travel(NOW, tick=False):
        client = as_(olga)
        shown = client.get("/channels/cover/")
        assert "1 channel lacks people in the next 8 weeks" in words(shown)
        assert "Too few: 1 of 2" in words(shown)
        assert "From 15 June: 2 people From 22 June: 1 person Last day 24 June 2026: Short Sam" in (
            words(shown)
        )
        assert "Not hers" not in words(shown)
        links = [a["href"] for a in BeautifulSoup(shown.content, "html.parser").select(".card p a")]
        assert links == ["/channels/X-NEWS/change/grant/", "/channels/X-NEWS/people/"]
        assert [client.get(link).status_code for link in links] == [200, 200]
        odd = words(client.get("/channels/cover/?week=3"))
        assert "X News" not in odd


def test_page_shows_governance_the_channels_of_its_regions(as_: Any) -> None:
    here, there = make_region("FI"), make_region("BR")
    governor = give_role(make_person("Gov Here"), "governance", region=here)
    make_channel("FI-1", title="Finnish", region=here)
    make_channel("BR-1", title="Brazilian", region=there)
    shown = words(as_(governor).get("/channels/cover/"))
    assert ("Finnish" in shown, "Brazilian" in shown) == (True, False)


def test_page_takes_as_many_statements_for_many_people_and_channels(olga: Any, as_: Any) -> None:
    counts = []
    for number in range(2):
        for code in range(1 + 3 * number):
            channel = make_channel(f"C-{number}-{code}")
            make_owner(channel, olga)
            for who in range(2):
                make_poster(make_person(f"P {number} {code} {who}"), channel)
        client = as_(olga)
        client.get("/channels/cover/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/channels/cover/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8

"""Freezes: who may start them and who may end them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels import freezes
from channels.decisions import DecisionQuery, decide
from channels.desk import stops
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, Freeze
from ledger.models import Entry
from notifications import sending
from notifications.models import Notification
from tests.conftest import NOW
from tests.factories.channels import DAY, make_channel, make_owner, make_platform, make_poster
from tests.factories.people import give_role, make_person, make_region

HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG")
    make_owner(channel, olga)
    return channel


@pytest.fixture
def guard(ben):
    return give_role(ben, "governance")


def test_owner_can_start_and_end_freeze_of_own_channel(blog, olga) -> None:
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="Outage")
    assert list(freezes.freezes_covering(blog, NOW)) == [freeze]
    freezes.end_freeze(freeze, actor=olga, at=NOW + DAY, reason="Over")
    assert list(freezes.freezes_covering(blog, NOW)) == [freeze]
    assert not freezes.freezes_covering(blog, NOW + DAY).exists()
    assert set(Entry.objects.values_list("kind", flat=True)) == {"freeze.started", "freeze.ended"}


def test_owner_cannot_freeze_other_channels_or_everything(blog, olga) -> None:
    with pytest.raises(ActorNotAllowedError):
        freezes.start_freeze("channel", channel=make_channel(), actor=olga, at=NOW, reason="x")
    with pytest.raises(ActorNotAllowedError):
        freezes.start_freeze("global", actor=olga, at=NOW, reason="x")
    assert not Freeze.objects.exists()


def test_global_freeze_is_ended_by_another_person(guard, ada) -> None:
    freeze = freezes.start_freeze("global", actor=guard, at=NOW, reason="Crisis", allowed=["N1"])
    with pytest.raises(ActorNotAllowedError, match="somebody else"):
        freezes.end_freeze(freeze, actor=guard, at=NOW, reason="Over")
    ended = freezes.end_freeze(
        freeze, actor=give_role(ada, "governance"), at=NOW + DAY, reason="Over"
    )
    assert (ended.ended_at, ended.end_actor) == (NOW + DAY, ada.actor)


def test_global_freeze_refuses_an_end_date(guard) -> None:
    with pytest.raises(ChannelRefusedError, match="end date"):
        freezes.start_freeze("global", actor=guard, at=NOW, reason="Crisis", ends_at=NOW + DAY)


def test_freeze_needs_a_reason(blog, olga) -> None:
    with pytest.raises(ChannelRefusedError, match="why"):
        freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason=" ")


def test_freeze_ended_twice_keeps_first_end(blog, olga) -> None:
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="x")
    for later in (1, 2):
        ended = freezes.end_freeze(freeze, actor=olga, at=NOW + later * DAY, reason="Over")
    assert ended.ended_at == NOW + DAY


def test_channel_freeze_may_have_an_end_date(blog, olga) -> None:
    freezes.start_freeze(
        "channel", channel=blog, actor=olga, at=NOW, reason="Fair", ends_at=NOW + DAY
    )
    assert freezes.freezes_covering(blog, NOW).exists()
    assert not freezes.freezes_covering(blog, NOW + DAY).exists()


def test_freeze_start_and_end_are_told_to_the_other_person_at_once(blog, olga, dana, guard) -> None:
    make_owner(blog, dana, "deputy")
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="Outage")
    told = Notification.objects.filter(kind="freeze.started")
    assert {one.recipient for one in told} == {dana, guard}
    freezes.end_freeze(freeze, actor=dana, at=NOW + DAY, reason="Over")
    ended = Notification.objects.filter(kind="freeze.ended")
    assert {one.recipient for one in ended} == {olga, dana, guard}


def test_freeze_without_governance_is_told_to_superusers(blog, olga, ada) -> None:
    root = make_person("Root", is_superuser=True)
    freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="Outage")
    assert [one.recipient for one in Notification.objects.filter(kind="freeze.started")] == [root]


def test_region_freeze_is_for_governance_of_the_region(ada, carol) -> None:
    give_role(ada, "governance", region=ada.region)
    with pytest.raises(ActorNotAllowedError):
        freezes.start_freeze("region", region=carol.region, actor=ada, at=NOW, reason="x")
    freezes.start_freeze("region", region=ada.region, actor=ada, at=NOW, reason="x")
    assert Freeze.objects.get().region == ada.region


def waiting_reviews(at) -> list:
    return [one.recipient for one in sending.waiting_messages(at) if one.kind == "freeze.review"]


def test_review_is_due_after_four_hours_and_again_after_each_look(guard, blog, olga) -> None:
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="x")
    assert stops.review_due_at(freeze) == NOW + 4 * HOUR
    assert waiting_reviews(NOW + 3 * HOUR) == []
    assert waiting_reviews(NOW + 5 * HOUR) == [guard]
    freezes.review_freeze(freeze, actor=olga, at=NOW + 3 * HOUR, note="Still wrong")
    assert stops.review_due_at(Freeze.objects.get()) == NOW + 7 * HOUR
    assert waiting_reviews(NOW + 5 * HOUR) == []
    assert waiting_reviews(NOW + 8 * HOUR) == [guard]
    freezes.end_freeze(freeze, actor=olga, at=NOW + 6 * HOUR, reason="Over")
    assert waiting_reviews(NOW + 9 * HOUR) == []
    with pytest.raises(ChannelRefusedError, match="ended already"):
        freezes.review_freeze(freeze, actor=olga, at=NOW + 7 * HOUR, note="x")


def test_freeze_is_not_ended_or_reviewed_without_words(blog, olga) -> None:
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="x")
    with pytest.raises(ChannelRefusedError, match="why people may post"):
        freezes.end_freeze(freeze, actor=olga, at=NOW, reason=" ")
    with pytest.raises(ChannelRefusedError, match="why the stop goes on"):
        freezes.review_freeze(freeze, actor=olga, at=NOW, note=" ")


def test_drill_covers_nothing_and_asks_for_no_look(blog, olga, guard) -> None:
    freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="x", drill=True)
    assert not freezes.freezes_covering(blog, NOW).exists()
    assert "Drill" in Notification.objects.get().subject
    assert Entry.objects.get(kind="freeze.started").data["drill"]


@pytest.fixture
def two_channels(olga, ada, blog) -> None:
    make_channel("OTHER", platform=make_platform("other"), region=make_region("BR"), asks=False)
    make_poster(ada, blog)


SCOPES = {
    "global": {"BLOG", "OTHER"},
    "region:BR": {"OTHER"},
    "platform:other": {"OTHER"},
    "channel:BLOG": {"BLOG"},
    "classification:brand": {"BLOG", "OTHER"},
    "certification:POST-CORE": {"BLOG"},
}


@pytest.mark.parametrize(("where", "covered"), SCOPES.items())
def test_scope_of_an_address_covers_what_decisions_refuse(two_channels, guard, where, covered):
    freeze = stops.unsaved_freeze(where)
    assert stops.scope_address(freeze) == where
    assert {one.code for one in stops.foresee_effect(freeze, NOW).channels} == covered
    freeze.reason, freeze.starts_at, freeze.recorded_at, freeze.actor = "x", NOW, NOW, guard.actor
    freeze.save()
    stopped = {one.code for one in Channel.objects.all() if freezes.freezes_covering(one, NOW)}
    assert stopped == covered


@pytest.mark.parametrize("where", ["", "region", "region:XX", "planet:earth", "classification:x"])
def test_scope_that_does_not_exist_is_none(db, where) -> None:
    assert stops.unsaved_freeze(where) is None


@pytest.mark.parametrize(("where", "told"), SCOPES.items())
def test_banner_is_for_those_whom_the_freeze_concerns(two_channels, where, told, ada, ben, vera):
    freeze = stops.unsaved_freeze(where)
    freeze.reason, freeze.starts_at, freeze.recorded_at, freeze.actor = "x", NOW, NOW, "system:x"
    freeze.save()
    assert bool(stops.build_banner(ada, NOW).scopes) == ("BLOG" in told)
    assert bool(stops.build_banner(ben, NOW).scopes) == (where == "global")
    assert bool(stops.build_banner(vera, NOW).scopes) == (where == "global")
    assert stops.build_banner(give_role(ben, "governance"), NOW).scopes


def test_record_shows_what_the_freeze_prevented(blog, olga, ada, wall_clock) -> None:
    make_poster(ada, blog)
    later, ask = NOW + HOUR, DecisionQuery(ada.hr_id, "BLOG", "publish", NOW + HOUR)
    decide([ask], asked_by="tool", evaluated_at=NOW - HOUR)
    freeze = freezes.start_freeze("channel", channel=blog, actor=olga, at=NOW, reason="x")
    nobody = DecisionQuery("NOBODY", "BLOG", "publish", later)
    decide([ask, nobody], asked_by="tool", evaluated_at=later)
    found = stops.prevented_posts(freeze, later + HOUR)
    assert [one.person_hr_id for one in found.records] == [ada.hr_id]
    freezes.end_freeze(freeze, actor=olga, at=later, reason="Over")
    assert len(stops.prevented_posts(Freeze.objects.get(), later + DAY).records) == 1


def test_banner_names_the_places_of_several_stops(blog, olga) -> None:
    for number in range(6):
        other = make_channel(f"OTHER-{number}", title=f"Other {number}")
        make_owner(other, olga)
        freezes.start_freeze("channel", channel=other, actor=olga, at=NOW, reason="x")
    banner = stops.build_banner(olga, NOW)
    assert banner.scopes == "Other 0; Other 1; Other 2; Other 3 and 2 more"
    assert banner.href == "/channels/freezes/"

"""Freezes: who may start them and who may end them."""

from __future__ import annotations

import pytest

from channels import freezes
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Freeze
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.channels import DAY, make_channel, make_owner
from tests.factories.people import give_role

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
    freezes.end_freeze(freeze, actor=olga, at=NOW + DAY)
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
        freezes.end_freeze(freeze, actor=guard, at=NOW)
    ended = freezes.end_freeze(freeze, actor=give_role(ada, "governance"), at=NOW + DAY)
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
        ended = freezes.end_freeze(freeze, actor=olga, at=NOW + later * DAY)
    assert ended.ended_at == NOW + DAY


def test_channel_freeze_may_have_an_end_date(blog, olga) -> None:
    freezes.start_freeze(
        "channel", channel=blog, actor=olga, at=NOW, reason="Fair", ends_at=NOW + DAY
    )
    assert freezes.freezes_covering(blog, NOW).exists()
    assert not freezes.freezes_covering(blog, NOW + DAY).exists()

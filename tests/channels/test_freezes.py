"""Emergency stops: who starts them, who ends them."""

from __future__ import annotations

import pytest

from channels import freezes
from channels.models import Freeze
from channels.refusals import NotYours, Refused
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


def test_an_owner_stops_and_resumes_their_own_channel(blog, olga) -> None:
    freeze = freezes.start("channel", channel=blog, actor=olga, at=NOW, reason="Outage")
    assert list(freezes.covering(blog, NOW)) == [freeze]
    freezes.end(freeze, actor=olga, at=NOW + DAY)
    assert list(freezes.covering(blog, NOW)) == [freeze]
    assert not freezes.covering(blog, NOW + DAY).exists()
    assert set(Entry.objects.values_list("kind", flat=True)) == {"freeze.started", "freeze.ended"}


def test_an_owner_stops_nothing_else(blog, olga) -> None:
    with pytest.raises(NotYours):
        freezes.start("channel", channel=make_channel(), actor=olga, at=NOW, reason="x")
    with pytest.raises(NotYours):
        freezes.start("global", actor=olga, at=NOW, reason="x")
    assert not Freeze.objects.exists()


def test_a_stop_everywhere_is_ended_by_somebody_else(guard, ada) -> None:
    freeze = freezes.start("global", actor=guard, at=NOW, reason="Crisis", allowed=["N1"])
    with pytest.raises(NotYours, match="somebody else"):
        freezes.end(freeze, actor=guard, at=NOW)
    ended = freezes.end(freeze, actor=give_role(ada, "governance"), at=NOW + DAY)
    assert (ended.ended_at, ended.end_actor) == (NOW + DAY, ada.actor)


def test_a_stop_everywhere_has_no_end_date(guard) -> None:
    with pytest.raises(Refused, match="end date"):
        freezes.start("global", actor=guard, at=NOW, reason="Crisis", ends_at=NOW + DAY)


def test_a_stop_needs_a_reason(blog, olga) -> None:
    with pytest.raises(Refused, match="why"):
        freezes.start("channel", channel=blog, actor=olga, at=NOW, reason=" ")


def test_ending_twice_changes_nothing(blog, olga) -> None:
    freeze = freezes.start("channel", channel=blog, actor=olga, at=NOW, reason="x")
    for later in (1, 2):
        ended = freezes.end(freeze, actor=olga, at=NOW + later * DAY)
    assert ended.ended_at == NOW + DAY


def test_a_planned_stop_may_have_an_end(blog, olga) -> None:
    freezes.start("channel", channel=blog, actor=olga, at=NOW, reason="Fair", ends_at=NOW + DAY)
    assert freezes.covering(blog, NOW).exists()
    assert not freezes.covering(blog, NOW + DAY).exists()

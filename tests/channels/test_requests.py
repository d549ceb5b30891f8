"""Permission requests: what is required before one, who decides, who is notified."""

from __future__ import annotations

import pytest

from channels import requests
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import PermissionRequest
from notifications.models import Notification
from tests.conftest import NOW
from tests.factories.channels import (
    DAY,
    accept_rules,
    make_award,
    make_channel,
    make_owner,
    make_permission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG", title="Blog")
    make_owner(channel, olga)
    return channel


@pytest.fixture
def certified(ada):
    make_award(ada)
    return ada


@pytest.fixture
def asked(certified, blog) -> PermissionRequest:
    return requests.ask_for_role(certified, blog, why="Release notes", at=NOW)


def told(person) -> list[str]:
    return list(Notification.objects.filter(recipient=person).values_list("subject", flat=True))


def test_request_notifies_the_owner(asked, olga) -> None:
    assert asked.outcome == "open"
    assert told(olga) == ["Ada Virtanen asks to post on Blog"]


def test_request_made_twice_is_one_request(asked, ada, blog, olga) -> None:
    assert requests.ask_for_role(ada, blog, why="Again", at=NOW) == asked
    assert len(told(olga)) == 1


def test_request_is_refused_before_training(ada, blog) -> None:
    with pytest.raises(ChannelRefusedError, match="come first"):
        requests.ask_for_role(ada, blog, why="x", at=NOW)


def test_request_is_refused_to_current_poster(certified, blog) -> None:
    make_permission(blog, certified)
    accept_rules(blog, certified)
    with pytest.raises(ChannelRefusedError, match="already"):
        requests.ask_for_role(certified, blog, why="x", at=NOW)


def test_request_needs_a_reason(certified, blog) -> None:
    with pytest.raises(ChannelRefusedError, match="what you want"):
        requests.ask_for_role(certified, blog, why="  ", at=NOW)


def test_grant_gives_role_and_notifies_person(asked, ada, olga) -> None:
    granted = requests.grant_request(asked, role="publisher", actor=olga, at=NOW)
    assert (granted.outcome, granted.decided_by) == ("granted", olga.actor)
    assert ada.permissions.get().reason == "Release notes"
    assert told(ada) == ["You have a role on Blog"]


def test_decline_needs_a_reason_and_notifies_person(asked, ada, olga) -> None:
    with pytest.raises(ChannelRefusedError, match="why"):
        requests.decline_request(asked, actor=olga, at=NOW, note=" ")
    requests.decline_request(asked, actor=olga, at=NOW, note="We have enough people")
    assert Notification.objects.get(recipient=ada).body == "We have enough people"
    assert not ada.permissions.exists()


def test_request_is_decided_only_once(asked, olga) -> None:
    requests.decline_request(asked, actor=olga, at=NOW, note="No")
    with pytest.raises(ChannelRefusedError, match="decided already"):
        requests.grant_request(asked, role="publisher", actor=olga, at=NOW)


@pytest.mark.parametrize("who", ["ada", "ben", "hugo"])
def test_request_decision_is_refused_to_others(asked, request, who) -> None:
    with pytest.raises(ActorNotAllowedError):
        requests.grant_request(asked, role="publisher", actor=request.getfixturevalue(who), at=NOW)


def test_owner_cannot_decide_own_request(blog, olga) -> None:
    make_award(olga)
    asked = requests.ask_for_role(olga, blog, why="x", at=NOW)
    with pytest.raises(ActorNotAllowedError, match="yourself"):
        requests.grant_request(asked, role="publisher", actor=olga, at=NOW)


def test_request_can_be_withdrawn_by_its_author_only(asked, ada, ben) -> None:
    with pytest.raises(ActorNotAllowedError):
        requests.withdraw_request(asked, actor=ben, at=NOW)
    assert requests.withdraw_request(asked, actor=ada, at=NOW).outcome == "withdrawn"


def test_request_can_be_repeated_after_decline(asked, ada, blog, olga) -> None:
    requests.decline_request(asked, actor=olga, at=NOW, note="No")
    assert requests.ask_for_role(ada, blog, why="Now?", at=NOW + DAY) != asked

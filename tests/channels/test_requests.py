"""Asking for a channel: what has to come first, who decides, what people are told."""

from __future__ import annotations

import pytest

from channels import requests
from channels.models import PermissionRequest
from channels.refusals import NotYours, Refused
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
    return requests.ask(certified, blog, why="Release notes", at=NOW)


def told(person) -> list[str]:
    return list(Notification.objects.filter(recipient=person).values_list("subject", flat=True))


def test_asking_tells_the_owner(asked, olga) -> None:
    assert asked.outcome == "open"
    assert told(olga) == ["Ada Virtanen asks to post on Blog"]


def test_asking_twice_is_one_question(asked, ada, blog, olga) -> None:
    assert requests.ask(ada, blog, why="Again", at=NOW) == asked
    assert len(told(olga)) == 1


def test_training_comes_first(ada, blog) -> None:
    with pytest.raises(Refused, match="come first"):
        requests.ask(ada, blog, why="x", at=NOW)


def test_who_can_post_already_need_not_ask(certified, blog) -> None:
    make_permission(blog, certified)
    accept_rules(blog, certified)
    with pytest.raises(Refused, match="already"):
        requests.ask(certified, blog, why="x", at=NOW)


def test_a_question_needs_words(certified, blog) -> None:
    with pytest.raises(Refused, match="what you want"):
        requests.ask(certified, blog, why="  ", at=NOW)


def test_a_yes_gives_the_role_and_tells_the_person(asked, ada, olga) -> None:
    granted = requests.grant(asked, role="publisher", actor=olga, at=NOW)
    assert (granted.outcome, granted.decided_by) == ("granted", olga.actor)
    assert ada.permissions.get().reason == "Release notes"
    assert told(ada) == ["You have a role on Blog"]


def test_a_no_needs_a_reason_that_the_person_reads(asked, ada, olga) -> None:
    with pytest.raises(Refused, match="why"):
        requests.decline(asked, actor=olga, at=NOW, note=" ")
    requests.decline(asked, actor=olga, at=NOW, note="We have enough people")
    assert Notification.objects.get(recipient=ada).body == "We have enough people"
    assert not ada.permissions.exists()


def test_it_is_decided_once(asked, olga) -> None:
    requests.decline(asked, actor=olga, at=NOW, note="No")
    with pytest.raises(Refused, match="decided already"):
        requests.grant(asked, role="publisher", actor=olga, at=NOW)


@pytest.mark.parametrize("who", ["ada", "ben", "hugo"])
def test_only_those_who_answer_for_the_channel_decide(asked, request, who) -> None:
    with pytest.raises(NotYours):
        requests.grant(asked, role="publisher", actor=request.getfixturevalue(who), at=NOW)


def test_an_owner_does_not_decide_about_themselves(blog, olga) -> None:
    make_award(olga)
    asked = requests.ask(olga, blog, why="x", at=NOW)
    with pytest.raises(NotYours, match="yourself"):
        requests.grant(asked, role="publisher", actor=olga, at=NOW)


def test_one_takes_back_ones_own_question_only(asked, ada, ben) -> None:
    with pytest.raises(NotYours):
        requests.withdraw(asked, actor=ben, at=NOW)
    assert requests.withdraw(asked, actor=ada, at=NOW).outcome == "withdrawn"


def test_after_a_no_one_may_ask_again(asked, ada, blog, olga) -> None:
    requests.decline(asked, actor=olga, at=NOW, note="No")
    assert requests.ask(ada, blog, why="Now?", at=NOW + DAY) != asked

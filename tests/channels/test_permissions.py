"""Roles are given and ended by those who answer for a channel; nobody gives themselves one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels import permissions, registry
from channels.models import PostingPermission
from channels.refusals import NotYours, Refused
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.channels import DAY, SYSTEM, make_channel, make_owner, make_permission
from tests.factories.people import give_role, make_region

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG")
    make_owner(channel, olga)
    return channel


def test_an_owner_gives_a_role(blog, ada, olga) -> None:
    given = permissions.grant(blog, ada, "publisher", actor=olga, at=NOW, reason="News")
    assert (given.role, given.starts_at) == ("publisher", NOW)
    entry = Entry.objects.get(kind="permission.granted")
    assert (entry.actor, entry.data["person"]) == (olga.actor, ada.actor)


def test_a_role_given_and_ended_in_the_past_is_recorded_now(blog, ada, olga, wall_clock) -> None:
    past = NOW - timedelta(days=9)
    given = permissions.grant(blog, ada, "publisher", actor=olga, at=past)
    ended = permissions.end(given, actor=olga, at=past, reason="Mistake")
    assert (given.starts_at, ended.ended_at) == (past, past)
    assert (given.recorded_at, ended.end_recorded_at) == (NOW, NOW)


def test_nobody_gives_themselves_a_role(blog, olga) -> None:
    with pytest.raises(NotYours):
        permissions.grant(blog, olga, "publisher", actor=olga, at=NOW)
    with pytest.raises(NotYours):
        permissions.grant(blog, olga, "publisher", actor=olga.actor, at=NOW)
    assert not PostingPermission.objects.exists()


def test_a_deputy_gives_the_owner_a_role(blog, olga, ben) -> None:
    make_owner(blog, ben, "deputy")
    assert permissions.grant(blog, olga, "publisher", actor=ben, at=NOW)


@pytest.mark.parametrize("who", ["ada", "ben", "hugo", "vera", "dana"])
def test_nobody_else_gives_roles(blog, carol, request, who) -> None:
    with pytest.raises(NotYours):
        permissions.grant(blog, carol, "publisher", actor=request.getfixturevalue(who), at=NOW)


@pytest.mark.parametrize(("scope", "allowed"), [(None, True), ("FI", True), ("BR", False)], ids=str)
def test_governance_gives_roles_in_its_region(ada, carol, scope, allowed) -> None:
    channel = make_channel("FI-BLOG", region=make_region("FI"))
    give_role(ada, "governance", region=make_region(scope) if scope else None)
    if allowed:
        assert permissions.grant(channel, carol, "publisher", actor=ada, at=NOW)
        return
    with pytest.raises(NotYours):
        permissions.grant(channel, carol, "publisher", actor=ada, at=NOW)


def test_an_owner_who_was_replaced_gives_no_roles(blog, olga, ada) -> None:
    blog.owners.update(ended_at=NOW - DAY)
    with pytest.raises(NotYours):
        permissions.grant(blog, ada, "publisher", actor=olga, at=NOW)


def test_a_role_is_not_given_twice(blog, ada, olga) -> None:
    permissions.grant(blog, ada, "publisher", actor=olga, at=NOW)
    with pytest.raises(Refused, match="already"):
        permissions.grant(blog, ada, "publisher", actor=olga, at=NOW)


def test_a_role_whose_agreed_end_is_past_may_be_given_again(blog, ada, olga) -> None:
    old = make_permission(blog, ada, ends_at=NOW - DAY)
    permissions.grant(blog, ada, "publisher", actor=olga, at=NOW)
    old.refresh_from_db()
    assert old.ended_at == NOW - DAY


def test_somebody_who_has_left_gets_no_role(blog, ada, olga) -> None:
    ada.left_at = NOW - DAY
    with pytest.raises(Refused, match="left"):
        permissions.grant(blog, ada, "publisher", actor=olga, at=NOW)


def test_a_role_ends_after_it_starts(blog, ada, olga) -> None:
    with pytest.raises(Refused, match="after it starts"):
        permissions.grant(blog, ada, "publisher", actor=olga, at=NOW, ends_at=NOW)


def test_a_role_ends_with_a_reason_once(blog, ada, olga) -> None:
    given = make_permission(blog, ada)
    with pytest.raises(Refused, match="why"):
        permissions.end(given, actor=olga, at=NOW, reason=" ")
    for later in (0, 1):
        ended = permissions.end(given, actor=olga, at=NOW + later * DAY, reason="Moved on")
    assert (ended.ended_at, ended.end_reason) == (NOW, "Moved on")
    assert Entry.objects.filter(kind="permission.ended").count() == 1


def test_an_unknown_role_is_refused(blog, ada, olga) -> None:
    with pytest.raises(ValueError, match="king"):
        permissions.grant(blog, ada, "king", actor=olga, at=NOW)


def test_a_channel_walks_from_draft_to_live(ada) -> None:
    channel = make_channel("NEW", state="", asks=False)
    for state in ("draft", "requested", "in_review", "approved", "live"):
        registry.enter_state(channel, state, actor=SYSTEM, at=NOW)
    assert registry.state(channel, NOW) == "live"
    assert Entry.objects.filter(subject="channel:NEW").count() == 5


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("closed", "live"),
        ("draft", "live"),
        ("declined", "live"),
        ("live", "draft"),
        ("live", "closed"),
    ],
)
def test_a_channel_takes_no_short_cut(now, then) -> None:
    channel = make_channel("NEW", state=now, asks=False)
    with pytest.raises(Refused, match="cannot go"):
        registry.enter_state(channel, then, actor=SYSTEM, at=NOW, reason="x")


def test_an_owner_suspends_with_a_reason_but_does_not_close(blog, olga) -> None:
    with pytest.raises(Refused, match="why"):
        registry.enter_state(blog, "suspended", actor=olga, at=NOW)
    registry.enter_state(blog, "suspended", actor=olga, at=NOW, reason="Rebuild")
    registry.enter_state(blog, "sunsetting", actor=olga, at=NOW, reason="Merged")
    with pytest.raises(NotYours):
        registry.enter_state(blog, "closed", actor=olga, at=NOW, reason="Done")


def test_entering_the_state_it_is_in_changes_nothing(blog) -> None:
    registry.enter_state(blog, "live", actor=SYSTEM, at=NOW)
    assert blog.events.count() == 1


def test_owner_and_deputy_are_two_people(blog, olga, ben) -> None:
    with pytest.raises(Refused, match="two people"):
        registry.appoint(blog, olga, "deputy", actor=SYSTEM, at=NOW)
    registry.appoint(blog, ben, "owner", actor=SYSTEM, at=NOW)
    assert list(blog.owners.filter(ended_at=None).values_list("person", flat=True)) == [ben.pk]


def test_new_rules_are_a_new_version_the_same_are_not(blog, olga) -> None:
    same = registry.publish_rules(blog, "Be kind. Version 1.", actor=olga, at=NOW)
    new = registry.publish_rules(blog, "Be kinder.", actor=olga, at=NOW)
    assert (same.version, new.version) == (1, 2)


def test_an_access_rule_is_asked_for_once_and_only_governance_drops_it(blog, olga) -> None:
    rule = blog.access_rules.get()
    assert registry.require(blog, rule.certification, actor=olga, at=NOW) == rule
    with pytest.raises(NotYours):
        registry.stop_requiring(rule, actor=olga, at=NOW)
    assert registry.stop_requiring(rule, actor=SYSTEM, at=NOW).ended_at == NOW


def test_details_are_confirmed_by_the_owner(blog, olga, ada) -> None:
    assert registry.confirm(blog, actor=olga, at=NOW).confirmed_at == NOW
    with pytest.raises(NotYours):
        registry.confirm(blog, actor=ada, at=NOW)

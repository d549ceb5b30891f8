"""Posting permissions and channel states: who may grant, end and change them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels import acceptances, permissions, registry
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import PostingPermission
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


def test_owner_can_grant_role(blog, ada, olga) -> None:
    given = permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW, reason="News")
    assert (given.role, given.starts_at) == ("publisher", NOW)
    entry = Entry.objects.get(kind="permission.granted")
    assert (entry.actor, entry.data["person"]) == (olga.actor, ada.actor)


def test_backdated_grant_and_end_are_recorded_now(blog, ada, olga, wall_clock) -> None:
    past = NOW - timedelta(days=9)
    given = permissions.grant_permission(blog, ada, "publisher", actor=olga, at=past)
    ended = permissions.end_permission(given, actor=olga, at=past, reason="Mistake")
    assert (given.starts_at, ended.ended_at) == (past, past)
    assert (given.recorded_at, ended.end_recorded_at) == (NOW, NOW)


def test_role_cannot_be_granted_to_oneself(blog, olga) -> None:
    with pytest.raises(ActorNotAllowedError):
        permissions.grant_permission(blog, olga, "publisher", actor=olga, at=NOW)
    with pytest.raises(ActorNotAllowedError):
        permissions.grant_permission(blog, olga, "publisher", actor=olga.actor, at=NOW)
    assert not PostingPermission.objects.exists()


def test_deputy_can_grant_role_to_owner(blog, olga, ben) -> None:
    make_owner(blog, ben, "deputy")
    assert permissions.grant_permission(blog, olga, "publisher", actor=ben, at=NOW)


@pytest.mark.parametrize("who", ["ada", "ben", "hugo", "vera", "dana"])
def test_grant_is_refused_to_others(blog, carol, request, who) -> None:
    with pytest.raises(ActorNotAllowedError):
        permissions.grant_permission(
            blog, carol, "publisher", actor=request.getfixturevalue(who), at=NOW
        )


@pytest.mark.parametrize(("scope", "allowed"), [(None, True), ("FI", True), ("BR", False)], ids=str)
def test_governance_can_grant_roles_in_its_region_only(ada, carol, scope, allowed) -> None:
    channel = make_channel("FI-BLOG", region=make_region("FI"))
    give_role(ada, "governance", region=make_region(scope) if scope else None)
    if allowed:
        assert permissions.grant_permission(channel, carol, "publisher", actor=ada, at=NOW)
        return
    with pytest.raises(ActorNotAllowedError):
        permissions.grant_permission(channel, carol, "publisher", actor=ada, at=NOW)


def test_replaced_owner_cannot_grant_roles(blog, olga, ada) -> None:
    blog.owners.update(ended_at=NOW - DAY, end_recorded_at=NOW - DAY)
    with pytest.raises(ActorNotAllowedError):
        permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW)


def test_role_cannot_be_granted_twice(blog, ada, olga) -> None:
    permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW)
    with pytest.raises(ChannelRefusedError, match="already"):
        permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW)


def test_role_past_its_agreed_end_can_be_granted_again(blog, ada, olga) -> None:
    old = make_permission(blog, ada, ends_at=NOW - DAY)
    permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW)
    old.refresh_from_db()
    assert old.ended_at == NOW - DAY


def test_leaver_cannot_be_granted_role(blog, ada, olga) -> None:
    ada.left_at = NOW - DAY
    with pytest.raises(ChannelRefusedError, match="left"):
        permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW)


def test_role_end_must_be_after_start(blog, ada, olga) -> None:
    with pytest.raises(ChannelRefusedError, match="after it starts"):
        permissions.grant_permission(blog, ada, "publisher", actor=olga, at=NOW, ends_at=NOW)


def test_role_is_ended_once_with_a_reason(blog, ada, olga) -> None:
    given = make_permission(blog, ada)
    with pytest.raises(ChannelRefusedError, match="why"):
        permissions.end_permission(given, actor=olga, at=NOW, reason=" ")
    for later in (0, 1):
        ended = permissions.end_permission(
            given, actor=olga, at=NOW + later * DAY, reason="Moved on"
        )
    assert (ended.ended_at, ended.end_reason) == (NOW, "Moved on")
    assert Entry.objects.filter(kind="permission.ended").count() == 1


def test_unknown_role_raises_value_error(blog, ada, olga) -> None:
    with pytest.raises(ValueError, match="king"):
        permissions.grant_permission(blog, ada, "king", actor=olga, at=NOW)


def test_channel_goes_from_draft_to_live(ada) -> None:
    channel = make_channel("NEW", state="", asks=False)
    for state in ("draft", "requested", "in_review", "approved", "live"):
        registry.enter_state(channel, state, actor=SYSTEM, at=NOW)
    assert registry.channel_state_at(channel, NOW) == "live"
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
def test_channel_refuses_state_shortcuts(now, then) -> None:
    channel = make_channel("NEW", state=now, asks=False)
    with pytest.raises(ChannelRefusedError, match="cannot go"):
        registry.enter_state(channel, then, actor=SYSTEM, at=NOW, reason="x")


def test_owner_can_suspend_with_reason_but_not_close(blog, olga) -> None:
    with pytest.raises(ChannelRefusedError, match="why"):
        registry.enter_state(blog, "suspended", actor=olga, at=NOW)
    registry.enter_state(blog, "suspended", actor=olga, at=NOW, reason="Rebuild")
    with pytest.raises(ChannelRefusedError, match="on which day"):
        registry.enter_state(blog, "sunsetting", actor=olga, at=NOW, reason="Merged")
    registry.change_channel(blog, actor=SYSTEM, at=NOW, sunset_on=(NOW + 9 * DAY).date())
    registry.enter_state(blog, "sunsetting", actor=olga, at=NOW, reason="Merged")
    with pytest.raises(ActorNotAllowedError):
        registry.enter_state(blog, "closed", actor=olga, at=NOW, reason="Done")


def test_entering_the_current_state_changes_nothing(blog) -> None:
    registry.enter_state(blog, "live", actor=SYSTEM, at=NOW)
    assert blog.events.count() == 1


def test_owner_and_deputy_must_be_two_people(blog, olga, ben) -> None:
    with pytest.raises(ChannelRefusedError, match="two people"):
        registry.appoint_owner(blog, olga, "deputy", actor=SYSTEM, at=NOW)
    registry.appoint_owner(blog, ben, "owner", actor=SYSTEM, at=NOW)
    assert list(blog.owners.filter(ended_at=None).values_list("person", flat=True)) == [ben.pk]


def test_changed_rules_make_a_new_version(blog, olga) -> None:
    same = acceptances.publish_rules(blog, "Be kind. Version 1.", actor=olga, at=NOW)
    new = acceptances.publish_rules(blog, "Be kinder.", actor=olga, at=NOW)
    assert (same.version, new.version) == (1, 2)


def test_access_rule_is_made_once_and_not_removed_by_owner(blog, olga) -> None:
    rule = blog.access_rules.get()
    assert registry.require_certification(blog, rule.certification, actor=olga, at=NOW) == rule
    with pytest.raises(ActorNotAllowedError):
        registry.stop_requiring_certification(rule, actor=olga, at=NOW)
    assert registry.stop_requiring_certification(rule, actor=SYSTEM, at=NOW).ended_at == NOW


def test_channel_details_are_confirmed_by_owner_only(blog, olga, ada) -> None:
    assert registry.confirm_details(blog, actor=olga, at=NOW).confirmed_at == NOW
    with pytest.raises(ActorNotAllowedError):
        registry.confirm_details(blog, actor=ada, at=NOW)

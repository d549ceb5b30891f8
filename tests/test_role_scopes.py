"""A role counts in its own region: what somebody may do is what each single responsibility allows there, no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations_with_replacement, permutations, product

from django.test import Client
from django.utils import timezone

from wagtail.models import APIToken

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Region, Responsibility, Role, User
from accounts.permissions import CONSOLE_READERS, PeopleScope, people_scope, role_regions
from certificates.models import Award
from certificates.permissions import readable_awards
from certificates.policies import RolePermissionPolicy
from certificates.wagtail_hooks import AWARD_POLICY
from channels import channel_roles, listing
from channels.desk import stops
from channels.models import Channel, Freeze
from courses import editor_groups
from home.backends import PersonBackend
from quizzes.attempts import marking, unlocks
from reports.console.acts import ACTS
from tests.factories import certificates, channels
from tests.factories.channels import BEGUN
from tests.factories.people import give_role, make_person, make_region

Pair = tuple[str, str | None]
ROLES = sorted(Role.values)
REGIONS = (None, "FI", "BR")


@given(st.frozensets(st.tuples(st.sampled_from(ROLES), st.sampled_from([None, 1, 2, 3]))))
def test_people_scope_of_several_roles_is_union_of_each(held):
    scope = PeopleScope(held)
    alone = [PeopleScope(frozenset({pair})) for pair in held]
    for role in ROLES:
        regions = [one.regions(role) for one in alone]
        everywhere = None in regions
        union = frozenset().union(*filter(None, regions))
        assert scope.regions(role) == (None if everywhere else union)
        for region in (1, 2, 3, None):
            person = User(region_id=region)
            assert scope.covers(person, role) == any(one.covers(person, role) for one in alone)


@pytest.fixture
def places(db: None) -> dict[str | None, Region | None]:
    """Two regions, each with somebody who holds a certificate, a closed-off channel, and one channel of no region."""
    editor_groups.prepare_groups()
    found: dict[str | None, Region | None] = {None: None}
    for code in ("FI", "BR"):
        found[code] = make_region(code)
        certificates.make_award(make_person(f"Holder {code}", region=found[code]))
        Freeze.objects.create(
            scope="region",
            region=found[code],
            reason="Why",
            starts_at=BEGUN,
            ended_at=BEGUN,
            recorded_at=BEGUN,
            end_recorded_at=BEGUN,
            actor="system:test",
        )
        channels.make_channel(f"CH-{code}", region=found[code], public=False, asks=False)
    channels.make_channel("CH-NONE", public=False, asks=False)
    return found


def holder(places: dict[str | None, Region | None], pairs: Iterable[Pair]) -> User:
    person = make_person("Somebody", region=make_region("SE"))
    for role, code in pairs:
        give_role(person, role, region=places[code])
    return person


def rights_of(person: User) -> set[tuple[str, str]]:
    """Everything that responsibilities let the person do, as pairs of a deed and whom or what it is done to."""
    at, scope = timezone.now(), people_scope(person, timezone.now())
    holders = User.objects.filter(display_name__startswith="Holder")
    others = list(holders)
    certified = RolePermissionPolicy(Award, actions=["change"], roles=[Role.AUTHOR])
    listed = listing.visible_channels(person, at)
    lists = {
        "see": scope.people() & holders,
        "set times": scope.people(Role.HR) & holders,
        "read history": scope.people(Role.HR, Role.AUDITOR) & holders,
        "see certification": scope.people(*CONSOLE_READERS) & holders,
        "read certificate": readable_awards(Award.objects.all(), person, at),
        "see award in editor": AWARD_POLICY.instances_user_has_any_permission_for(person, ["view"]),
        "see channel": listed,
    }
    lists |= {f"act: {name}": scope.people(*act.roles) & holders for name, act in ACTS.items()}
    found = {(deed, str(row.pk)) for deed, rows in lists.items() for row in rows}
    found |= {("give try", str(o.pk)) for o in others if unlocks.may_give_tries(person, o, at)}
    for channel in Channel.objects.all():
        if channel_roles.governs_channel(person, channel, at):
            found.add(("govern", channel.code))
        if channel_roles.oversees_channel(person, channel, at):
            found.add(("oversee", channel.code))
    found |= {
        ("stop", stops.scope_address(one))
        for _kind, scopes in stops.stoppable_scopes(person, at)
        for one in scopes
    }
    found |= {("read stop", str(one.region)) for one in stops.readable_freezes(person, at)}
    doors = {
        "import": scope.everywhere(Role.HR),
        "mark": marking.may_mark(person, at),
        "set up certifications": certified.user_has_permission(person, "change"),
    }
    found |= {(door, "") for door, is_open in doors.items() if is_open}
    marked = role_regions(person, Role.REVIEWER, at=at)
    found |= {("mark for", str(o.pk)) for o in others if marked is None or o.region_id in marked}
    editor_groups.sync_groups(person, at=at)
    return found | {("editor", group.name) for group in person.groups.all()}


def test_rights_of_two_roles_in_two_regions_are_the_union_of_each_alone(places):
    alone = {pair: rights_of(holder(places, [pair])) for pair in product(ROLES, REGIONS)}
    assert alone["hr", None] > alone["hr", "FI"] | alone["hr", "BR"]
    assert ("import", "") not in alone["hr", "FI"] | alone["auditor", None]
    # The two regions are alike, so there the order of the roles says nothing new.
    two_regions = [((a, "FI"), (b, "BR")) for a, b in combinations_with_replacement(ROLES, 2)]
    and_everywhere = [((a, "FI"), (b, None)) for a, b in permutations(ROLES, 2)]
    for one, other in two_regions + and_everywhere:
        assert rights_of(holder(places, [one, other])) == alone[one] | alone[other], (one, other)


def test_author_of_one_region_gets_no_keys_and_no_editor(places):
    person = holder(places, [("author", "FI"), ("reviewer", "BR")])
    editor_groups.sync_groups(person, at=timezone.now())
    assert not User.objects.get(pk=person.pk).has_perm("items.view_item")
    browser = Client()
    browser.force_login(person, backend="home.backends.PersonBackend")
    refused = browser.get("/cms/login/")
    assert refused.status_code == 403
    assert "Your role Author is for FI" in refused.text
    assert "Your role Reviewer is for BR" in refused.text
    assert "/quiz/marking/" in refused.text
    assert "/cms/" not in browser.get("/me/").content.decode()


@pytest.fixture
def uk_token(places: dict[str | None, Region | None]) -> str:
    """The token of an auditor in FI who also leads BR."""
    person = holder(places, [("auditor", "FI"), ("regional_lead", "BR")])
    return APIToken.create_token(user=person, name="Test")[1]


def ask_api(token: str, path: str, body: object = None) -> object:
    headers = {"Authorization": f"Bearer {token}"}
    if body is None:
        return Client().get(f"/api/v1/{path}", headers=headers)
    return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_api_token_of_one_region_reads_its_people_only(places, uk_token):
    near, far = (User.objects.get(display_name=f"Holder {code}") for code in ("FI", "BR"))
    for person in (near, far):
        channels.make_permission(Channel.objects.get(code="CH-FI"), person)
        channels.make_permission(Channel.objects.get(code="CH-BR"), person)
    reply = ask_api(uk_token, f"people/{near.hr_id}/permissions")
    assert [item["channel"] for item in reply.json()["items"]] == ["CH-FI"]
    assert ask_api(uk_token, f"people/{far.hr_id}/permissions").status_code == 404
    assert [c["code"] for c in ask_api(uk_token, "channels").json()["items"]] == ["CH-FI"]
    assert ask_api(uk_token, "channels/CH-BR/posters").status_code == 404
    posters = ask_api(uk_token, "channels/CH-FI/posters").json()["items"]
    assert [item["person"] for item in posters] == [near.hr_id]
    asked = [
        {"person": who.hr_id, "channel": where, "action": "publish", "at": "2026-06-15T09:00:00Z"}
        for who in (near, far)
        for where in ("CH-FI", "CH-BR")
    ]
    items = ask_api(uk_token, "decisions", {"items": asked}).json()["items"]
    assert [[reason["code"] for reason in item["reasons"]] for item in items] == [
        [],
        ["channel_unknown"],
        ["person_unknown"],
        ["person_unknown", "channel_unknown"],
    ]


def test_award_page_in_editor_is_for_its_region(places):
    person = holder(places, [("hr", "FI"), ("author", None)])
    editor_groups.sync_groups(person, at=timezone.now())
    browser = Client()
    browser.force_login(person, backend="home.backends.PersonBackend")
    near, far = (Award.objects.get(recipient__region__code=code) for code in ("FI", "BR"))
    page = browser.get("/cms/award/").content.decode()
    assert near.number in page
    assert far.number not in page
    assert browser.get(f"/cms/award/inspect/{near.pk}/").status_code == 200
    assert browser.get(f"/cms/award/inspect/{far.pk}/").status_code == 404


def test_roles_that_come_with_the_person_are_those_that_are_recorded(ada):
    """At any moment, as `current` would find them: whoever asks for a page is read with their roles."""
    now, day = timezone.now(), timedelta(days=1)
    places = (None, make_region("FI"), make_region("BR"))
    spans = product(("hr", "auditor", "governance"), places, (-3, 0, 2), (None, 1), (None, 3))
    for role, region, start, agreed, ended in list(spans)[::3]:
        begins = now + start * day
        Responsibility.objects.bulk_create(
            [
                Responsibility(
                    person=ada,
                    role=role,
                    region=region,
                    starts_at=begins,
                    ends_at=begins + agreed * day if agreed else begins + 9 * day,
                    ended_at=begins + ended * day if ended else None,
                    end_recorded_at=now if ended else None,
                    granted_by="system:test",
                )
            ]
        )
    told = PersonBackend().get_user(ada.pk)
    assert len(told.told_roles) == 36
    for hours in range(-80, 200, 7):
        at = now + timedelta(hours=hours)
        assert people_scope(told, at) == people_scope(ada, at)
        assert role_regions(told, Role.HR, at=at) == role_regions(ada, Role.HR, at=at)

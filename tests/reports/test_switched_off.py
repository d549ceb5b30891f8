"""An account that an administrator switched off: every page about the person's standing says so, and since when."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations, product
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts import dated_columns
from accounts.models import EmploymentEvent, User
from accounts.readers import days, switches
from accounts.sign_in.switching import switch_account
from channels import channel_roles
from channels.decisions import DecisionQuery, judge_queries
from channels.models import Channel, PermissionRequest
from channels.reason_texts import reason_text
from reports.packs.employment_part import build_employment_part
from tests.conftest import NOW
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.people import give_role, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
DAY = timedelta(days=1)
SYSTEM = "system:test"


def switch(person: User, *, on: bool, at: datetime | None = None) -> None:
    at = at or timezone.now()
    switch_account(person, on=on, actor=SYSTEM, at=at, reason="Her phone was stolen")


def read(client: Client, address: str) -> BeautifulSoup:
    reply = client.get(address)
    assert reply.status_code == 200, address
    return BeautifulSoup(reply.content, "html.parser")


def words(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


@pytest.fixture
def lea(ben: User) -> User:
    """Owns a channel, posts there, is certified and reports to ben."""
    lea = make_person("Lea Lind", manager=ben)
    channel = make_channel("BLOG", title="Blog", confirmed_at=timezone.now())
    make_owner(channel, lea)
    make_owner(channel, make_person("Dee Puty"), "deputy")
    make_poster(lea, channel)
    return lea


def pages(lea: User) -> dict[str, str]:
    """By the fixture of its reader, each page that says where she stands."""
    return {
        f"/certification/{lea.uuid}/": "hugo",
        f"/people/{lea.uuid}/": "hugo",
        "/channels/attention/": "gov",
        "/channels/BLOG/": "gov",
        "/channels/BLOG/people/": "gov",
        "/team/": "ben",
    }


def lists() -> tuple[str, ...]:
    soon = timezone.localdate() + 9 * DAY
    return "/people/", f"/people/?at={soon}", "/certification/"


def test_every_page_about_a_person_says_that_the_account_is_off_and_since_when(
    lea: User, ben: User, hugo: User, as_: Any
) -> None:
    gov = give_role(make_person("Gil Governs"), "governance")
    readers = {"hugo": as_(hugo), "gov": as_(gov), "ben": as_(ben)}
    said = "The account is switched off since"
    for address, reader in pages(lea).items():
        assert said not in words(read(readers[reader], address)), address
    for address in lists():
        assert "account switched off" not in words(read(readers["hugo"], address)), address
    since = timezone.now() - 5 * DAY
    switch(lea, on=False, at=since)
    day = days.spell_day(timezone.localtime(since))
    for address, reader in pages(lea).items():
        shown = words(read(readers[reader], address))
        assert f"{said} {day}. An administrator switches it on again." in shown, address
    for address in lists():
        shown = words(read(readers["hugo"], address))
        assert f"Lea Lind account switched off since {day}" in shown, address
        assert shown.count("account switched off") == 1, address
    switch(lea, on=True)
    for address, reader in pages(lea).items():
        main = read(readers[reader], address).select_one("main")
        assert said not in words(main), address


def test_next_step_leads_to_the_switch_or_to_whom_to_ask(
    lea: User, ben: User, hugo: User, as_: Any
) -> None:
    switch(lea, on=False)
    root = make_person("Sam Root", is_superuser=True)
    for address in (f"/people/{lea.uuid}/", f"/certification/{lea.uuid}/"):
        asks = read(as_(hugo), address).select_one("main .notice.stop a")
        assert (asks["href"], asks.text) == ("/me/contacts/#team", "See who to ask")
        step = read(as_(root), address).select_one("main .notice.stop a")
        assert step.text == "Switch the account on"
        assert "is_active" in as_(root).get(step["href"]).content.decode()
    contacts = read(as_(hugo), "/me/contacts/")
    assert contacts.select_one("#team") is not None
    assert "an administrator switches off and on" in words(contacts)
    # Also of somebody without a role, about whom no channel says it.
    switch(make_person("Nora Norole", manager=ben), on=False)
    page = as_(ben).get("/team/")
    name, _heading, _tone, members = page.context["groups"][0]
    assert (name, len(members)) == ("needs", 2)
    assert {one.action.href for one in members} == {"/me/contacts/#team"}
    told = [words(one) for one in BeautifulSoup(page.content, "html.parser").select("details.card")]
    assert all("The account is switched off since" in one for one in told)


def test_console_tells_of_the_switch_at_and_as_known_on_any_day(
    lea: User, hugo: User, as_: Any
) -> None:
    switch(lea, on=False, at=timezone.now() - 5 * DAY)
    today, client = timezone.localdate(), as_(hugo)
    before, yesterday = (today - 7 * DAY).isoformat(), (today - DAY).isoformat()
    told = {
        f"?at={before}": False,
        f"?at={yesterday}": True,
        # It was recorded today.
        f"?at={yesterday}&known_at={yesterday}": False,
        "": True,
    }
    for query, off in told.items():
        for address in (f"/certification/{lea.uuid}/", "/certification/", "/people/"):
            shown = words(read(client, f"{address}{query}").select_one("main"))
            assert ("switched off since" in shown) is off, (address, query)
    life = words(read(client, f"/certification/{lea.uuid}/").select_one(".timeline"))
    assert "Account switched off" in life
    assert "Her phone was stolen" in life
    part = build_employment_part(lea, at=timezone.now(), known_at=timezone.now())
    assert any("switched off since" in line for line in part.lines)
    early = timezone.now() - DAY
    part = build_employment_part(lea, at=early, known_at=early)
    assert not any("switched off" in line for line in part.lines)


def test_channel_whose_owner_is_switched_off_is_at_risk_with_a_reason_and_a_step(
    lea: User, as_: Any, django_assert_max_num_queries: Any
) -> None:
    blog, gov = Channel.objects.get(), give_role(make_person("Gil Governs"), "governance")
    deputy = blog.owners.get(kind="deputy").person
    readers = {"governance": as_(gov), "deputy": as_(deputy)}
    assert "Nothing is overdue" in words(read(readers["deputy"], "/channels/attention/"))
    switch(lea, on=False)
    steps = {"governance": "/channels/BLOG/change/owner/", "deputy": "/me/contacts/#team"}
    for reader, step in steps.items():
        for address in ("/channels/attention/", "/channels/BLOG/"):
            page = read(readers[reader], address)
            needs = [
                one for one in page.select("main li li, main .notice") if "Lea Lind" in one.text
            ]
            shown = [one for one in needs if "answers for it" in one.text]
            assert words(shown[0]).startswith("Lea Lind answers for it. The account is"), address
            assert step in [a["href"] for a in shown[0].select("a")], address
            assert readers[reader].get(step).status_code == 200
    with django_assert_max_num_queries(8):
        readers["governance"].get("/channels/attention/")


def test_whoever_cannot_sign_in_is_not_told_to_be_asked(lea: User, ada: User, as_: Any) -> None:
    """One fact: who answers for a channel is the same on its page, in the letters and on `/me/`."""
    blog, gov = Channel.objects.get(), give_role(make_person("Gil Governs"), "governance")
    gone = give_role(make_person("Off Duty"), "governance")
    deputy = blog.owners.get(kind="deputy").person
    for person in (lea, deputy, gone):
        switch(person, on=False)
    now = timezone.now()
    assert channel_roles.people_who_answer(blog, now) == [gov]
    PermissionRequest.objects.create(channel=blog, person=ada, why="x", asked_at=now)
    shown = words(read(as_(gov), "/me/"))
    assert "Ada Virtanen asks to post on Blog." in shown
    blog.owners.open().update(ended_at=now, end_recorded_at=now)
    assert "Off Duty" not in words(read(as_(ada), "/channels/BLOG/"))


def test_decision_says_since_when_the_account_is_off(lea: User) -> None:
    since = timezone.now() - 5 * DAY
    switch(lea, on=False, at=since)
    now = timezone.now()
    (decision,) = judge_queries(
        [DecisionQuery(lea.hr_id or "", "BLOG", "publish", now)], evaluated_at=now
    )
    (reason,) = decision.reasons
    assert reason.params["since"] == since
    day = days.spell_day(timezone.localtime(since))
    assert reason_text(reason) == f"Your account is switched off since {day}. Ask an administrator."
    assert reason_text(reason, about_another=True) == switches.spell_off(since)


def test_lists_read_the_switch_as_the_rule_does() -> None:
    """Every history of up to three switches, in every order of counting and of recording, at and as known at."""
    histories = [
        list(zip(whats, counted, recorded, strict=True))
        for size in range(4)
        for whats in product(("switched_off", "switched_on"), repeat=size)
        for counted in [*permutations(range(size)), (0,) * size]
        for recorded in {tuple(range(size)), (0,) * size}
    ]
    template = make_person()
    people = User.objects.bulk_create(
        User(email=f"h{n}@x.example", hr_id=f"H{n}", region=template.region)
        for n in range(len(histories))
    )
    EmploymentEvent.objects.bulk_create(
        EmploymentEvent(
            person=person,
            what=what,
            effective_at=NOW + counts * DAY,
            recorded_at=NOW + known * DAY,
            actor=SYSTEM,
        )
        for person, history in zip(people, histories, strict=True)
        for what, counts, known in history
    )
    told = {person.pk: list(person.employment.order_by("id")) for person in people}
    for at, known_at in product([NOW + n * DAY for n in range(-1, 4)], repeat=2):
        rows = User.objects.filter(pk__in=told).annotate(since=switches.off_since(at, known_at))
        for pk, since in rows.values_list("pk", "since"):
            dated = dated_columns.switched_off(told[pk])
            off = dated.value_at(at, known_at)
            assert since == (dated.since(at, known_at) if off else None), (told[pk], at, known_at)

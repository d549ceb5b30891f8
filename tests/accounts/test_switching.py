"""An administrator switches an account off: HR's file leaves it alone, nobody posts with it, one switches it on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import APIToken

import pytest

from accounts import dated_columns, leaving, people
from accounts.models import Responsibility, User
from accounts.permissions import has_role
from accounts.sign_in.switching import switch_account
from channels import channel_roles
from channels.decisions import DecisionQuery, judge_queries
from channels.models import Channel
from ledger import reconciling
from ledger.models import Entry
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import give_role, make_person, make_region

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
DAY = timedelta(days=1)
SAM = "person:sam"


@pytest.fixture
def lea() -> User:
    """HR everywhere, owner of a channel, and somebody who posts there."""
    lea = make_person("Lea Lind", hr_id="L1", email="l1@northlight.example")
    give_role(lea, "hr")
    channel = make_channel("BLOG")
    make_owner(channel, lea)
    make_poster(lea, channel)
    lea.set_password("a-long-password-of-hers")
    lea.save()
    return lea


@pytest.fixture
def sam() -> User:
    return make_person("Sam Root", is_superuser=True)


def switch(person: User, *, on: bool, reason: str = "Lost phone") -> None:
    switch_account(person, on=on, actor=SAM, at=timezone.now(), reason=reason)
    person.refresh_from_db()


def judge(person: User, known_at: Any = None) -> list[str]:
    now = timezone.now()
    ask = DecisionQuery(person.hr_id or "", "BLOG", "publish", now, known_at)
    decision = judge_queries([ask], evaluated_at=now)[0]
    return [decision.decision, *(reason.code for reason in decision.reasons)]


def sign_in(person: User) -> str:
    said = {"login": person.email, "password": "a-long-password-of-hers"}
    client = Client()
    client.post(reverse("account_login"), said)
    return "signed in" if "_auth_user_id" in client.session else "refused"


HR_SAYS: dict[str, dict[str, str]] = {
    "a contract": {"contract_ends_on": "2031-12-20"},
    "a region": {"region": "BR"},
    "a leave": {"leave_from": "2031-01-01", "leave_until": "2031-02-01"},
    "a last day that is called off": {"status": "left", "left_on": "2031-12-20"},
    "that she left and is back": {"status": "left", "left_on": "2026-06-01"},
}


@pytest.mark.parametrize("says", HR_SAYS.values(), ids=HR_SAYS)
def test_account_switched_off_stays_off_whatever_hr_says(lea: User, says: dict[str, str]) -> None:
    make_region("BR")
    switch(lea, on=False)
    last = make_row("L2")
    import_file(make_row("L1", **says), last, at=timezone.now(), allow_many_leavers=True)
    if "status" in says:
        import_file(make_row("L1", status="active"), last, at=timezone.now())
    dated_columns.follow_planned_changes(at=timezone.now())
    lea.refresh_from_db()
    assert (lea.is_active, lea.has_left(timezone.now())) == (False, False)
    assert sign_in(lea) == "refused"
    assert "account_off" in judge(lea)
    switch(lea, on=True)
    assert lea.is_active
    assert sign_in(lea) == "signed in"


def test_account_switched_off_signs_out_refuses_tokens_and_posts_nothing(lea: User, as_) -> None:
    token = APIToken.objects.create(user=lea, name="t", key_hash="x", prefix="x")
    browser = as_(lea)
    assert (browser.get("/me/").status_code, judge(lea)) == (200, ["allow"])
    before = timezone.now()
    switch(lea, on=False)
    assert browser.get("/me/").status_code == 302
    assert sign_in(lea) == "refused"
    assert judge(lea) == ["deny", "account_off"]
    assert judge(lea, known_at=before) == ["allow"]
    token.refresh_from_db()
    # Nothing of hers has ended: it may be for an hour.
    assert token.revoked_at is None
    assert lea.responsibilities.open().exists()
    switch(lea, on=True)
    assert judge(lea) == ["allow"]
    assert has_role(lea, "hr", at=timezone.now())


def test_switch_is_a_dated_fact_with_actor_and_reason_and_once_only(lea: User) -> None:
    switch(lea, on=False, reason="Her password was seen")
    switch(lea, on=False, reason="Again")
    (fact,) = lea.employment.filter(what="switched_off")
    assert (fact.actor, fact.reason) == (SAM, "Her password was seen")
    (entry,) = Entry.objects.filter(kind="person.switched_off")
    assert (entry.actor, entry.subject) == (SAM, lea.actor)
    switch(lea, on=True)
    assert Entry.objects.filter(kind="person.switched_on").count() == 1
    assert all(lea.actor not in said for said in reconciling.find_unproved_facts())


def test_leaving_ends_the_rights_of_an_account_that_is_off(lea: User) -> None:
    now = timezone.now()
    people.record_leaving(lea, actor=SAM, at=now - 3 * DAY, effective_at=now - 2 * DAY)
    User.objects.filter(pk=lea.pk).update(is_active=False)
    give_role(lea, "auditor")
    past = {"granted_by": SAM, "starts_at": now - 9 * DAY, "ends_at": now - 3 * DAY}
    Responsibility.objects.create(person=lea, role="author", **past)
    leaving.end_leavers_access(at=now)
    assert [one.role for one in lea.responsibilities.open()] == ["author"]
    assert leaving.end_leavers_access(at=now) == 0


def form_of(sam: User, person: User, as_: Any) -> tuple[Client, str, dict[str, Any]]:
    client, here = as_(sam), reverse("wagtailusers_users:edit", args=[person.pk])
    form = client.get(here).context["form"]
    assert not {"first_name", "last_name"} & form.fields.keys()
    return client, here, {"email": person.email, "is_active": "on"}


def test_editor_shows_the_name_of_hr_and_asks_why_an_account_is_switched_off(
    lea: User, sam: User, as_
) -> None:
    client, here, said = form_of(sam, lea, as_)
    page = client.get(here).content.decode()
    assert "Lea Lind" in page
    assert "HR changes it there" in page
    client.post(here, said | {"display_name": "Somebody Else"})
    lea.refresh_from_db()
    assert (lea.display_name, lea.is_active) == ("Lea Lind", True)
    del said["is_active"]
    refused = client.post(here, said).content.decode()
    lea.refresh_from_db()
    assert lea.is_active
    assert "Write why the account is switched off or on." in refused
    client.post(here, said | {"reason": "Seen by others"})
    lea.refresh_from_db()
    assert not lea.is_active
    fact = lea.employment.get(what="switched_off")
    assert (fact.actor, fact.reason) == (sam.actor, "Seen by others")
    reader = as_(make_person("Ada Reads"))
    shown = reader.get("/channels/BLOG/").content.decode()
    assert "The account is switched off since" in shown
    gov = give_role(make_person("Gil Governs"), "governance")
    blog = Channel.objects.get()
    assert channel_roles.people_who_answer(blog, timezone.now()) == [gov]
    new = client.get(reverse("wagtailusers_users:add")).content.decode()
    assert ("first_name" in new, 'name="display_name"' in new) == (False, True)


def test_editor_switches_many_accounts_with_a_reason(lea: User, sam: User, as_) -> None:
    here = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    here = f"{here}?id={lea.pk}&id={sam.pk}"
    client, said = as_(sam), {"mark_as_active": "False"}
    client.post(here, said)
    lea.refresh_from_db()
    assert lea.is_active
    client.post(here, said | {"reason": "The team is being looked into"})
    lea.refresh_from_db()
    sam.refresh_from_db()
    assert (lea.is_active, sam.is_active) == (False, True)
    assert lea.employment.get(what="switched_off").actor == sam.actor


def test_editor_opens_no_account_of_somebody_who_has_left(lea: User, sam: User, as_) -> None:
    people.record_leaving(lea, actor=SAM, at=timezone.now() - DAY)
    client, here, said = form_of(sam, lea, as_)
    page = client.post(here, said | {"reason": "She asked"}).content.decode()
    lea.refresh_from_db()
    assert not lea.is_active
    assert "This person has left." in page

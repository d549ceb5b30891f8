"""An employee registers a channel they run or found: a sponsor stands up for it, then governance decides."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from channels import permissions, registry
from channels.desk import custody, handover
from channels.guards import ActorNotAllowedError
from channels.models import Channel, Sponsorship
from ledger.models import Entry
from notifications.models import Notification
from tests.channels.deeds_by_page import send_deed
from tests.factories.channels import make_channel, make_owner, make_platform
from tests.factories.people import give_role, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
PROPOSE = "/channels/propose/"
SAID = {
    "address": "https://m.x.com/Labs/?utm_source=mail",
    "title": "Labs",
    "purpose": "What our labs find",
    "audience": "Researchers",
    "language": "en",
    "classification": "brand",
    "min_cover": "1",
    "review_on": "2099-01-01",
    "reason": "Readers ask for it",
    "runs_it": "yes",
}


@pytest.fixture
def sponsor(ada: User) -> User:
    """Ada's manager."""
    manager = make_person("Mona Manager")
    User.objects.filter(pk=ada.pk).update(manager=manager)
    ada.refresh_from_db()
    platform = make_platform("x")
    platform.hosts, platform.url_template = ["x.com", "twitter.com"], "https://x.com/{handle}"
    platform.save()
    return manager


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def propose(client, deputy_: User, sponsor_: User, **said: str):
    chosen = SAID | {"deputy": deputy_.hr_id, "sponsor": sponsor_.hr_id, "step": "do"} | said
    return client.post(PROPOSE, chosen, follow=True)


def test_employee_registers_what_they_run_and_it_goes_live_by_every_guard(
    ada, ben, carol, sponsor, as_
):
    gov, client = give_role(make_person("Gus Governs"), "governance"), as_(ada)
    form = client.get(PROPOSE)
    assert f'value="{sponsor.hr_id}"' in form.content.decode()
    look = text(propose(client, ben, sponsor, step="look"))
    for told in ("Handle: @labs", "Mona Manager is asked", "Ben Aalto is asked to be the deputy"):
        assert told in look
    assert not Channel.objects.exists()
    assert "Waiting for the sponsor" in text(propose(client, ben, sponsor))
    channel, asked = Channel.objects.get(), Sponsorship.objects.get()
    assert (channel.code, channel.audience, channel.team) == ("X-LABS", "Researchers", ada.team)
    assert [one.person for one in channel.owners.open()] == [ada]
    here = f"/channels/X-LABS/sponsor/{asked.uuid}/"
    assert Notification.objects.get(kind="sponsorship.asked").link == here
    assert as_(ben).get(here).status_code == 404

    def go(state: str, who) -> str:
        said = {"state": state, "reason": "Next"}
        return text(send_deed(who, "/channels/X-LABS/change/state/", said))

    assert "Its sponsor, Mona Manager, has not confirmed it." in go("requested", client)
    assert "Do you stand up for Labs?" in text(as_(sponsor).get(here))
    assert as_(ada).post(here, {"decision": "confirm"}).status_code == 403
    done = as_(sponsor).post(here, {"decision": "confirm"}, follow=True)
    assert "You stand up for Labs." in text(done)
    told = Notification.objects.filter(kind="sponsorship.confirmed").order_by("pk")
    assert {(one.recipient, one.link) for one in told} == {
        (ada, "/channels/X-LABS/change/state/"),
        (gov, "/channels/X-LABS/change/state/"),
    }
    assert "A channel needs an owner and a deputy first." in go("requested", client)
    handover.accept_offer(
        channel.offers.get(), actor=ben, at=timezone.now(), checked=frozenset(handover.CHECKLIST)
    )
    assert "Labs is now: Requested." in go("requested", client)
    go("in_review", as_(gov))
    # Whoever stands up for a channel does not approve it.
    give_role(sponsor, "governance")
    said = {"state": "approved", "reason": "Mine"}
    refused = send_deed(as_(sponsor), "/channels/X-LABS/change/state/", said)
    assert refused.status_code == 403
    assert "Labs is now: Approved." in go("approved", as_(gov))
    assert "Say first which shared mailbox the account has" in go("live", client)
    hands = {"mailbox": "labs@northlight.example", "two_step_on": "2026-01-05", "reason": "Seen"}
    send_deed(client, "/channels/X-LABS/change/custody/", hands)
    assert "0 of the 1 people this channel needs could post on it." in go("live", client)
    permissions.grant_permission(channel, carol, "publisher", actor=ada, at=timezone.now())
    assert "Labs is now: Live." in go("live", client)
    kinds = Entry.objects.filter(kind__startswith="sponsorship").values_list("kind", flat=True)
    assert set(kinds) == {"sponsorship.asked", "sponsorship.confirmed"}
    proven = Entry.objects.filter(kind__startswith="sponsorship").order_by("seq")
    assert all("sponsorship" in one.facts.lower() for one in proven)


def test_found_channel_has_no_owner_until_governance_finds_one(ada, ben, sponsor, as_):
    gov = give_role(make_person("Gus Governs"), "governance")
    done = text(propose(as_(ada), ben, sponsor, runs_it="no", deputy=""))
    assert "Not known yet: it was found" in done
    channel = Channel.objects.get()
    assert not channel.owners.exists()
    assert not channel.offers.exists()
    assert registry.channel_state_at(channel, timezone.now()) == "draft"
    assert "Nobody answers for it" in text(as_(gov).get("/channels/attention/"))
    # Nobody but those involved knows of the draft, and the public is told that it is not ours.
    assert as_(ben).get("/channels/X-LABS/").status_code == 404
    answer = as_(ben).get("/verify/channel.json", {"url": "https://x.com/labs"})
    assert answer.status_code == 404


def test_sponsor_who_declines_says_why_and_another_is_asked(ada, ben, carol, sponsor, as_):
    propose(as_(ada), ben, sponsor)
    asked = Sponsorship.objects.get()
    here = f"/channels/X-LABS/sponsor/{asked.uuid}/"
    assert "Write why you decline." in text(
        as_(sponsor).post(here, {"decision": "decline", "note": " "}, follow=True)
    )
    as_(sponsor).post(here, {"decision": "decline", "note": "We have one."})
    declined = Notification.objects.get(kind="sponsorship.declined")
    assert (declined.recipient, declined.body, declined.link) == (ada, "We have one.", here)
    assert "decided already" in text(as_(sponsor).post(here, {"decision": "confirm"}, follow=True))
    client = as_(ada)
    assert "We have one." in text(client.get(here))
    client.post(here, {"decision": "another", "person": ada.hr_id})
    assert Sponsorship.objects.count() == 1
    again = client.post(here, {"decision": "another", "person": carol.hr_id}, follow=True)
    assert "is asked to stand up for it" in text(again)
    newest = Sponsorship.objects.latest("pk")
    assert (newest.person, newest.runs_it, newest.outcome) == (carol, True, "open")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"runs_it": ""}, "Choose whether you run it."),
        ({"deputy": ""}, "Two people answer for a channel. Name your deputy."),
        ({"deputy": "NOBODY"}, "Nobody has this HR id or e-mail address."),
        ({"sponsor": ""}, "Write who."),
        ({"address": "https://x-labs.evil.example/labs"}, "platform"),
        ({"review_on": "2020-01-01"}, "This day is past."),
        ({"address": "https://x.com/taken"}, "This account is in the registry already"),
    ],
)
def test_registration_that_cannot_be_right_changes_nothing(ada, ben, sponsor, as_, said, why):
    taken = make_channel("TAKEN", platform=make_platform("x"), handle="taken")
    assert why in text(propose(as_(ada), ben, sponsor, **said))
    assert list(Channel.objects.all()) == [taken]
    assert not Sponsorship.objects.exists()


def test_nobody_is_their_own_sponsor_or_asks_one_who_has_left(ada, ben, sponsor, as_):
    assert propose(as_(ada), ben, ada).status_code == 403
    User.objects.filter(pk=sponsor.pk).update(left_at=timezone.now() - timedelta(1))
    assert "Mona Manager has left." in text(propose(as_(ada), ben, sponsor))
    assert not Channel.objects.exists()


def test_hands_of_a_channel_are_changed_by_those_who_answer_for_it(olga, ada, ben):
    blog, now = make_channel("BLOG"), timezone.now()
    make_owner(blog, olga)
    said = {"at": now, "reason": "Seen"}
    changed = custody.change_custody(blog, actor=olga, mailbox=ada.email.upper(), **said)
    assert changed == ["mailbox"]
    assert Channel.objects.filter(custody.has_personal_mailbox()).get() == blog
    assert custody.is_personal_mailbox(ada.email.upper())
    custody.change_custody(blog, actor=olga, mailbox="blog@northlight.example", **said)
    assert not Channel.objects.filter(custody.has_personal_mailbox()).exists()
    assert blog.events.filter(changes__has_key="mailbox").count() == 2
    with pytest.raises(ActorNotAllowedError):
        custody.change_custody(blog, actor=ben, mailbox="x@northlight.example", **said)
    with pytest.raises(ValueError, match="title"):
        custody.change_custody(blog, actor=olga, title="x", **said)

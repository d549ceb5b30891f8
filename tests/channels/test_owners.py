"""Channels are handed over, and roles are looked at twice a year."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts import people
from channels import permissions, registry
from channels.desk import handover, leavers, recertification
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import OwnerOffer, PostingPermission
from channels.screens.lookups import find_channel
from ledger.models import Entry
from notifications.models import Notification
from tests.channels.deeds_by_page import send_deed
from tests.conftest import NOW
from tests.factories.channels import (
    accept_rules,
    make_award,
    make_channel,
    make_owner,
    make_permission,
)
from tests.factories.people import give_role, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
DAY = timedelta(days=1)
ALL = frozenset(handover.CHECKLIST)


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG", title="Corporate blog", public=False)
    make_owner(channel, olga)
    return channel


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def owners(channel) -> dict:
    running = channel.owners.filter(ended_at=None)
    return {one.kind: one.person for one in running}


def test_channel_is_handed_over_when_the_successor_accepts(blog, olga, ada, as_):
    said = {"kind": "owner", "person": ada.hr_id, "reason": "I move on"}
    send_deed(as_(olga), "/channels/BLOG/change/offer/", said)
    offer, client = OwnerOffer.objects.get(), as_(ada)
    here = f"/channels/BLOG/offers/{offer.uuid}/"
    assert "You are asked to take this channel over." in text(client.get("/channels/BLOG/"))
    assert "Will you take over Corporate blog?" in text(client.get(here))
    some = {"decision": "accept", "checked": ["mailbox"]}
    assert "Something is not in your hands yet" in text(
        client.post(f"{here}decide/", some, follow=True)
    )
    assert owners(blog) == {"owner": olga}
    client.post(f"{here}decide/", {"decision": "accept", "checked": sorted(ALL)})
    assert owners(blog) == {"owner": ada}
    assert Notification.objects.get(kind="offer.accepted").recipient == olga
    assert as_(olga).post(f"{here}withdraw/").status_code == 404


def test_offer_is_declined_with_a_reason_or_withdrawn(blog, olga, ada, ben, as_):
    offer = handover.offer_channel(blog, ada, "deputy", actor=olga, at=NOW, reason="Help")
    with pytest.raises(ChannelRefusedError, match="asked already"):
        handover.offer_channel(blog, ben, "deputy", actor=olga, at=NOW, reason="Help")
    with pytest.raises(ChannelRefusedError, match="Write why"):
        handover.decline_offer(offer, actor=ada, at=NOW, note=" ")
    with pytest.raises(ActorNotAllowedError):
        handover.accept_offer(offer, actor=ben, at=NOW, checked=ALL)
    handover.decline_offer(offer, actor=ada, at=NOW, note="No time")
    with pytest.raises(ChannelRefusedError, match="decided already: Declined"):
        handover.accept_offer(offer, actor=ada, at=NOW, checked=ALL)
    second = handover.offer_channel(blog, ben, "deputy", actor=olga, at=NOW, reason="Help")
    handover.withdraw_offer(second, actor=olga, at=NOW)
    assert owners(blog) == {"owner": olga}
    kinds = ["offer.made", "offer.declined", "offer.made", "offer.withdrawn"]
    assert list(Entry.objects.order_by("seq").values_list("kind", flat=True)) == kinds


def test_deputy_who_takes_over_leaves_the_post_of_deputy(blog, olga, ada):
    make_owner(blog, ada, "deputy")
    offer = handover.offer_channel(blog, ada, "owner", actor=olga, at=NOW, reason="Your turn")
    handover.accept_offer(offer, actor=ada, at=NOW + DAY, checked=ALL)
    assert owners(blog) == {"owner": ada}
    left = Entry.objects.get(kind="channel.post_left")
    assert left.data == {"person": ada.actor, "was": "deputy"}
    assert (left.subject, left.actor) == ("channel:BLOG", ada.actor)


def test_deputy_offers_the_post_of_the_owner_only_where_there_is_no_owner(blog, olga, ada, ben):
    make_owner(blog, ada, "deputy")
    said = {"at": NOW, "reason": "Mine"}
    with pytest.raises(ActorNotAllowedError, match="Only Olga Niemi and channel governance"):
        handover.offer_channel(blog, ben, "owner", actor=ada, **said)
    handover.offer_channel(blog, ben, "deputy", actor=ada, **said)
    people.record_leaving(olga, actor="system:test", at=NOW)
    ada.refresh_from_db()
    handover.offer_channel(blog, ben, "owner", actor=ada, at=NOW + DAY, reason="Nobody is")
    assert owners(blog) == {"deputy": ada}


def test_offer_does_not_outlive_the_right_of_whoever_made_it(blog, olga, ada, ben):
    gov = give_role(make_person("Gus Second"), "governance")
    offer = handover.offer_channel(blog, ben, "owner", actor=olga, at=NOW, reason="Your turn")
    registry.appoint_owner(blog, ada, "owner", actor=gov, at=NOW + DAY, reason="Moved")
    with pytest.raises(ChannelRefusedError, match="Whoever asked you no longer decides"):
        handover.accept_offer(offer, actor=ben, at=NOW + DAY, checked=ALL)
    assert owners(blog) == {"owner": ada}


@pytest.mark.parametrize("leaver", ["olga", "ben"])
def test_offers_of_and_to_leavers_are_withdrawn(blog, olga, ben, leaver):
    offer = handover.offer_channel(blog, ben, "owner", actor=olga, at=NOW, reason="Your turn")
    assert find_channel(ben, "BLOG").offering
    gone = {"olga": olga, "ben": ben}[leaver]
    people.record_leaving(gone, actor="system:test", at=timezone.now())
    offer.refresh_from_db()
    assert (offer.outcome, offer.decided_by) == ("withdrawn", "system:leaving")
    assert Entry.objects.get(kind="offer.withdrawn").actor == "system:leaving"
    told = set(
        Notification.objects.filter(kind="offer.withdrawn").values_list("recipient", flat=True)
    )
    assert told == {olga.pk, ben.pk} - {gone.pk}
    assert leavers.end_ownerships_of_leavers(at=timezone.now()) == 0


def test_governance_hands_over_where_nobody_is_left(ada, ben):
    left = make_channel("LEFT")
    gov = give_role(ben, "governance")
    handover.offer_channel(left, ada, "owner", actor=gov, at=NOW, reason="Nobody is left")
    with pytest.raises(ActorNotAllowedError):
        handover.offer_channel(left, gov, "deputy", actor=gov, at=NOW, reason="x")


@pytest.fixture
def roles(blog, ada, ben, wall_clock):
    return [make_permission(blog, person) for person in (ada, ben)]


def test_role_is_due_after_180_days_and_after_each_look(blog, olga, roles):
    since = roles[0].starts_at
    due = since + recertification.LOOKED_FOR
    assert not recertification.due_roles(due - DAY)
    assert set(recertification.due_roles(due)) == set(roles)
    recertification.keep_role(roles[0], actor=olga, at=due)
    assert list(recertification.due_roles(due)) == [roles[1]]
    assert set(recertification.due_roles(due + 180 * DAY)) == set(roles)


def test_role_that_nobody_answers_about_ends_fourteen_days_after_the_question(blog, olga, roles):
    due = roles[0].starts_at + recertification.LOOKED_FOR
    assert recertification.end_unanswered_roles(at=due + 99 * DAY) == 0
    assert recertification.ask_for_reviews(at=due) == 2
    assert recertification.ask_for_reviews(at=due + DAY) == 0
    told = Notification.objects.get(kind="permission.review_asked")
    assert told.recipient == olga
    recertification.keep_role(roles[0], actor=olga, at=due + DAY)
    assert recertification.end_unanswered_roles(at=due + 13 * DAY) == 0
    assert recertification.end_unanswered_roles(at=due + 14 * DAY) == 1
    assert PostingPermission.objects.get(ended_at=None) == roles[0]
    reason = "Nobody who answers for the channel confirmed the role within 14 days."
    assert reason in Notification.objects.get(kind="permission.ended").body


def test_roles_are_kept_and_removed_on_one_page(blog, olga, roles, ada, ben, as_, wall_clock):
    wall_clock(roles[0].starts_at + 200 * DAY)
    mine = make_permission(blog, olga)
    client = as_(olga)
    page = text(client.get("/channels/BLOG/people/review/"))
    assert "Ada Virtanen" in page
    assert "Your own role is for the deputy" in page
    assert "2 roles were not looked at for 180 days." in text(client.get("/channels/BLOG/"))
    said = {f"role-{roles[0].uuid}": "keep", f"role-{roles[1].uuid}": "remove"}
    again = client.post("/channels/BLOG/people/review/", said, follow=True)
    assert "Write why the role ends." in text(again)
    assert not roles[0].reviews.exists()
    done = client.post("/channels/BLOG/people/review/", {**said, "reason": "Moved"}, follow=True)
    assert "Kept: 1. Ended: 1." in text(done)
    late = client.post("/channels/BLOG/people/review/", {**said, "reason": "x"}, follow=True)
    assert "Somebody else has decided about one of these roles meanwhile." in text(late)
    own = client.post("/channels/BLOG/people/review/", {f"role-{mine.uuid}": "keep"})
    assert own.status_code == 403
    assert as_(ada).get("/channels/BLOG/people/review/").status_code in {403, 404}


def test_channels_that_need_somebody_are_listed_with_where_to_act(
    blog, olga, ada, ben, carol, as_, django_assert_max_num_queries
):
    now = timezone.now()
    for number in range(5):
        make_channel(f"LEFT-{number}", title=f"Left {number}", region=carol.region)
    waiting = make_channel("NEW", title="New", state="requested", confirmed_at=now)
    make_owner(waiting, ada)
    make_owner(waiting, ben, "deputy")
    fine = make_channel("FINE", title="Fine", confirmed_at=now)
    make_owner(fine, ada)
    make_owner(fine, ben, "deputy")
    mine = text(as_(olga).get("/channels/attention/"))
    assert "1 channel needs you Corporate blog It has no deputy." in mine
    regional = give_role(ada, "governance", region=carol.region)
    assert "5 channels need you Left 0 Nobody answers for it" in text(
        as_(regional).get("/channels/attention/")
    )
    client = as_(give_role(ben, "governance"))
    with django_assert_max_num_queries(8):
        page = text(client.get("/channels/attention/"))
    assert "7 channels need you" in page
    assert "New It waits for its next step: Requested." in page


def test_roster_says_what_changed_since_a_day_and_what_ends_soon(
    blog, olga, ada, ben, carol, as_, django_assert_max_num_queries
):
    now = timezone.now()
    lost = make_permission(blog, ben)
    for person in (ada, ben, carol):
        accept_rules(blog, person)
    make_award(ben)
    make_award(ada, end=(now - NOW).days + 20)
    make_award(carol, end=(now - NOW).days + 200)
    for person in (ada, carol):
        make_permission(blog, person)
    make_permission(blog, olga)
    assert "Nobody gained or lost the right" in text(as_(olga).get("/channels/BLOG/people/"))
    permissions.end_permission(lost, actor=olga, at=now, reason="=Moved")
    client = as_(olga)
    with django_assert_max_num_queries(14):
        page = client.get("/channels/BLOG/people/")
    assert "1 person gained or lost the right to post since" in text(page)
    assert "The right of 1 person ends within 30 days." in text(page)
    soup = BeautifulSoup(page.content, "html.parser")
    rows = [" ".join(row.get_text(" ").split()) for row in soup.select("tbody tr")]
    assert rows[0].startswith("Ben Aalto – May post no longer Cannot post")
    assert rows[1].startswith("Ada Virtanen Publisher – Ends on")
    assert rows[2] == "Carol Souza Publisher – Can post"
    later = text(client.get("/channels/BLOG/people/", {"since": "2099-01-01"}))
    assert "This day is yet to come." in later
    sent = client.get("/channels/BLOG/people.csv")
    lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"hr_id","name","roles","change"')
    assert lines[1].startswith(f'"{ben.hr_id}","Ben Aalto","","lost","allow","deny"')
    assert Entry.objects.get(kind="channel.roster_exported").data["rows"] == 4
    assert as_(ada).get("/channels/BLOG/people.csv").status_code == 403

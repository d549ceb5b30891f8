"""Acts on a channel by their pages: what they would change is shown first, and only `step=do` does it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.readers.days import spell_day
from channels import permissions, registry
from channels.desk.channel_versions import fingerprint_channel
from channels.guards import ActorNotAllowedError
from channels.models import Channel, ChannelEvent, PermissionRequest, PostingPermission
from channels.screens.deeds import DEEDS
from channels.screens.tasks import LABELS
from ledger.models import Entry
from notifications.models import Notification
from tests.channels.deeds_by_page import hidden_fields, look_at_deed, send_deed
from tests.factories.channels import (
    make_award,
    make_certification,
    make_channel,
    make_owner,
    make_permission,
    make_platform,
    make_poster,
)
from tests.factories.people import give_role, make_person, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(olga):
    platform = make_platform("x")
    platform.hosts, platform.url_template = ["x.com"], "https://x.com/{handle}"
    platform.save()
    channel = make_channel(
        "BLOG", title="Corporate blog", platform=platform, handle="news", url="https://x.com/news"
    )
    make_owner(channel, olga)
    return channel


@pytest.fixture
def gov(ben):
    return give_role(ben, "governance")


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def look_and_do(client, deed: str, said: dict) -> tuple[str, str]:
    """The words of the preview and those after the act. The preview has to leave everything as it was."""
    here = f"/channels/BLOG/change/{deed}/"
    before = (Entry.objects.count(), Notification.objects.count(), ChannelEvent.objects.count())
    preview = text(look_at_deed(client, here, said))
    assert before == (
        *(Entry.objects.count(), Notification.objects.count()),
        ChannelEvent.objects.count(),
    )
    return preview, text(send_deed(client, here, said))


def test_deeds_all_have_a_label():
    assert set(LABELS) == set(DEEDS)


def test_role_is_given_without_a_request_and_the_person_is_told_why(blog, olga, ada, as_):
    make_award(ada, end=900)
    until = timezone.localdate() + timedelta(days=30)
    said = {"person": ada.email, "role": "publisher", "ends_on": until, "reason": "Fair week"}
    preview, done = look_and_do(as_(olga), "grant", said)
    assert "With the role they could still not post: Ada Virtanen." in preview
    assert "Has not accepted version 1 of the rules yet." in preview
    assert "Ada Virtanen has a role on Corporate blog now." in done
    given = PostingPermission.objects.get()
    assert (given.reason, given.actor) == ("Fair week", olga.actor)
    told = Notification.objects.get(kind="permission.granted")
    assert "Why: Fair week" in told.body
    assert f"Until {spell_day(until)}." in told.body


def test_role_is_not_given_to_oneself_nor_by_others(blog, olga, ada, as_):
    said = {"person": olga.hr_id, "role": "publisher", "reason": "x"}
    assert send_deed(as_(olga), "/channels/BLOG/change/grant/", said).status_code == 403
    assert as_(ada).get("/channels/BLOG/change/grant/").status_code == 403
    assert as_(olga).get("/channels/BLOG/change/settings/").status_code == 403
    assert not PostingPermission.objects.exists()


@pytest.mark.databases
def test_roles_are_given_to_a_list_by_a_plan(blog, olga, ada, ben, carol, as_):
    make_permission(blog, ben)
    people = f"{ada.hr_id}, N-NOBODY\n{ben.email} {olga.hr_id} {carol.hr_id} {carol.email}"
    said = {"people": people, "role": "publisher", "reason": "The whole team"}
    preview, done = look_and_do(as_(olga), "grant-many", said)
    for line in (
        *("2 people get the role.", "N-NOBODY: nobody has this id.", "named twice."),
        *("Ben Aalto: has this role already.", "Olga Niemi: you cannot decide about yourself."),
    ):
        assert line in preview
    assert "2 people have a role now." in done
    assert set(PostingPermission.objects.values_list("person", flat=True)) == {
        *(ada.pk, ben.pk, carol.pk)
    }


def test_end_of_a_role_is_changed_without_a_gap(blog, olga, ada, as_):
    make_poster(ada, blog)
    old = PostingPermission.objects.get()
    here = f"/channels/BLOG/permissions/{old.uuid}/"
    assert "1 of 1 person with a role could no longer post: Ada Virtanen." in text(
        as_(olga).get(here)
    )
    said = {"ends_on": (timezone.localdate() + timedelta(days=9)).isoformat(), "reason": "Project"}
    send_deed(as_(olga), f"{here}until/", said)
    old.refresh_from_db()
    new = PostingPermission.objects.exclude(pk=old.pk).get()
    assert (old.ended_at, old.end_reason) == (new.starts_at, "Project")
    assert permissions.permissions_in_force(timezone.now()).get() == new
    again = send_deed(as_(olga), f"{here}until/", said)
    assert "This role has ended. Give a new one instead." in text(again)


def test_request_is_asked_back_and_answered(blog, olga, ada, carol, as_):
    asked = PermissionRequest.objects.create(
        channel=blog, person=ada, why="News", asked_at=timezone.now()
    )
    url, owner, hers = f"/channels/BLOG/requests/{asked.uuid}/", as_(olga), as_(ada)
    assert "Write what you want to know." in text(
        owner.post(url, {"decision": "ask", "note": ""}, follow=True)
    )
    owner.post(url, {"decision": "ask", "note": "How often?"})
    assert "How often?" in Notification.objects.get(kind="request.questioned").body
    assert "A question for you How often?" in text(hers.get("/channels/BLOG/ask/"))
    assert as_(carol).post("/channels/BLOG/answer/", {"answer": "x"}).status_code == 404
    hers.post("/channels/BLOG/answer/", {"answer": "Weekly"})
    assert "They answered: Weekly" in text(owner.get("/channels/BLOG/"))
    again = hers.post("/channels/BLOG/answer/", {"answer": "Daily"}, follow=True)
    assert "There is no question to answer." in text(again)
    until = timezone.localdate() + timedelta(days=9)
    owner.post(url, {"decision": "approve", "role": "publisher", "ends_on": until.isoformat()})
    assert PostingPermission.objects.get().ends_at > timezone.now() + timedelta(days=8)


@pytest.mark.databases
def test_second_decision_on_a_request_says_what_the_first_was(blog, olga, ada, dana, as_):
    make_owner(blog, dana, "deputy")
    asked = PermissionRequest.objects.create(
        channel=blog, person=ada, why="News", asked_at=timezone.now()
    )
    url = f"/channels/BLOG/requests/{asked.uuid}/"
    as_(olga).post(url, {"decision": "decline", "note": "Enough people"})
    page = as_(dana).post(url, {"decision": "approve", "role": "publisher"}, follow=True)
    assert "This request is decided already: Declined." in text(page)
    assert not PostingPermission.objects.exists()


@pytest.mark.databases
def test_access_rule_is_shown_with_who_could_no_longer_post(blog, olga, ada, ben, as_):
    for person in (ada, ben):
        make_award(person, end=900)
        make_poster(person, blog)
    extra = make_certification("EXTRA")
    make_award(ben, extra, end=900)
    said = {"certification": extra.pk, "beside": "2", "reason": "New law"}
    preview, done = look_and_do(as_(olga), "require", said)
    assert "1 of 2 people with a role could no longer post: Ada Virtanen." in preview
    assert "Needs the certificate “Certificate EXTRA”." in preview
    assert "1 could post then. This channel needs at least 2." in preview
    assert "Corporate blog asks for “Certificate EXTRA”." in done
    assert blog.access_rules.get(certification=extra).reason == "New law"


def test_access_rule_as_alternative_takes_nothing_away(blog, olga, ada, as_):
    make_award(ada, end=900)
    make_poster(ada, blog)
    said = {"certification": make_certification("EXTRA").pk, "beside": "1", "reason": "Also good"}
    preview, _done = look_and_do(as_(olga), "require", said)
    assert "Nobody’s right to post changes." in preview


def test_settings_are_changed_with_old_and_new_values(blog, gov, ada, as_):
    make_award(ada, end=900)
    make_poster(ada, blog)
    said = {
        "title": "Corporate blog",
        "classification": "support",
        "review_mode": "each",
        "region": make_region("BR").pk,
        "region_bound": "on",
        "reason": "Moved",
    }
    preview, done = look_and_do(as_(gov), "settings", said)
    assert "Classification: from “Brand” to “Support”" in preview
    assert "1 of 1 person with a role could no longer post: Ada Virtanen." in preview
    assert "Changed on Corporate blog: Classification, Region" in done
    event = ChannelEvent.objects.get(state="")
    assert event.changes["classification"] == ["brand", "support"]
    assert event.reason == "Moved"


def test_last_day_that_is_past_changes_nothing(blog, gov, as_):
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    said = {"title": "x", "classification": "brand", "review_mode": "free", "sunset_on": day}
    page = send_deed(as_(gov), "/channels/BLOG/change/settings/", {**said, "reason": "x"})
    assert "This day is past." in text(page)
    assert Channel.objects.get().title == "Corporate blog"


@pytest.mark.databases
def test_address_is_pasted_and_the_former_handle_stays_taken(blog, gov, as_):
    client = as_(gov)
    said = {"address": "https://mobile.x.com/NewsRoom?s=20", "reason": "Renamed"}
    preview, _done = look_and_do(client, "address", said)
    assert "Handle: from @news to @newsroom" in preview
    assert Channel.objects.get().url == "https://x.com/newsroom"
    other = {**REGISTER, "address": "x.com/News"}
    page = text(client.post("/channels/register/", {**other, "step": "do"}))
    assert "“news” is a former handle of Corporate blog (BLOG)." in page
    refused = look_at_deed(
        client, "/channels/BLOG/change/address/", {"address": "x.c0m/a", "reason": "x"}
    )
    assert "Error:" in BeautifulSoup(refused.content, "html.parser").title.text


REGISTER = {
    "code": "X-NEW",
    "title": "New",
    "purpose": "For all",
    "language": "en",
    "classification": "brand",
    "min_cover": "1",
    "public": "on",
    "review_on": "2099-01-01",
    "reason": "Asked for",
}


@pytest.mark.databases
def test_channel_goes_from_pasted_address_to_live(blog, gov, ada, carol, dana, as_):
    client = as_(gov)
    page = client.post("/channels/register/", {**REGISTER, "address": "@Fresh", "platform": ""})
    assert "Choose the platform of the handle" in text(page)
    said = {**REGISTER, "address": "www.x.com/Fresh/status/9?s=2"}
    assert "Handle: @fresh" in text(client.post("/channels/register/", said))
    assert not Channel.objects.filter(code="X-NEW").exists()
    client.post("/channels/register/", {**said, "step": "do"})
    again = text(client.post("/channels/register/", {**said, "code": "X-TWO", "step": "do"}))
    assert "This account is in the registry already: New (X-NEW)." in again

    def go(state: str, who=client) -> str:
        asked = {"state": state, "reason": "Next"}
        return text(send_deed(who, "/channels/X-NEW/change/state/", asked))

    assert "A channel needs an owner and a deputy first." in go("requested")
    for kind, person in (("owner", carol), ("deputy", dana)):
        chosen = {"kind": kind, "person": person.hr_id, "reason": "Asked"}
        send_deed(client, "/channels/X-NEW/change/owner/", chosen)
    assert "New is now: Requested." in go("requested")
    go("in_review")
    approved = {"state": "approved", "reason": "x"}
    assert send_deed(client, "/channels/X-NEW/change/state/", approved).status_code == 403
    go("approved", as_(give_role(make_person("Gus Second"), "governance")))
    assert "Say first which shared mailbox the account has" in go("live")
    hands = {"mailbox": "carol@gmail.com", "two_step_on": "2026-01-05", "reason": "Seen"}
    seen = text(look_at_deed(as_(carol), "/channels/X-NEW/change/custody/", hands))
    assert "The mailbox is one person’s." in seen
    hands["mailbox"] = "x-new@northlight.example"
    send_deed(as_(carol), "/channels/X-NEW/change/custody/", hands)
    assert "0 of the 1 people this channel needs could post on it." in go("live")
    permissions.grant_permission(
        Channel.objects.get(code="X-NEW"), ada, "publisher", actor=carol, at=timezone.now()
    )
    assert "New is now: Live." in go("live")


def test_region_governance_registers_in_its_region_only(blog, ada, as_):
    client = as_(give_role(ada, "governance", region=ada.region))
    said = {**REGISTER, "address": "x.com/fresh", "step": "do"}
    elsewhere = {**said, "region": make_region("BR").pk}
    assert "Select a valid choice." in text(client.post("/channels/register/", elsewhere))
    client.post("/channels/register/", {**said, "region": ada.region.pk})
    assert Channel.objects.get(code="X-NEW").region == ada.region


def test_house_rules_of_a_later_day_are_accepted_from_then(blog, olga, ada, as_):
    make_award(ada, end=900)
    make_poster(ada, blog)
    later = timezone.localdate() + timedelta(days=7)
    said = {"text": "Be kind. Always.", "from_day": later.isoformat(), "reason": "Clearer"}
    preview, done = look_and_do(as_(olga), "rules", said)
    assert "Has not accepted version 2 of the rules yet." in preview
    assert "Version 2 of the house rules is published." in done
    newest = blog.rules_versions.get(version=2)
    assert timezone.localdate(newest.effective_at) == later


def test_details_are_confirmed_with_a_button_and_due_when_never_confirmed(blog, olga, as_):
    client = as_(olga)
    assert "Nobody has ever confirmed the details" in text(client.get("/channels/BLOG/"))
    send_deed(client, "/channels/BLOG/change/confirm/", {})
    assert Channel.objects.get().confirmed_at
    assert "confirmed the details of this channel" not in text(client.get("/channels/BLOG/"))


def test_what_was_written_can_be_changed_after_the_look(blog, olga, ada, as_):
    said = {"person": ada.hr_id, "role": "publisher", "reason": "x", "step": "edit"}
    page = BeautifulSoup(
        look_at_deed(as_(olga), "/channels/BLOG/change/grant/", said).content, "html.parser"
    )
    assert page.select_one("[name=reason]")["value"] == "x"
    assert page.select_one("[name=reason]")["type"] == "text"


SETTINGS = {
    "title": "Corporate blog",
    "classification": "brand",
    "review_mode": "free",
    "reason": "Because",
}


@pytest.mark.databases
def test_deed_on_a_stale_page_changes_nothing_and_says_who_was_first(blog, gov, as_):
    client, here = as_(gov), "/channels/BLOG/change/settings/"
    said = {**SETTINGS, "title": "Our blog"}
    opened = hidden_fields(client.get(here))
    assert opened == {"version": fingerprint_channel(Channel.objects.get())}
    seen = {**said, **hidden_fields(look_at_deed(client, here, said)), "step": "do"}
    second = give_role(make_person("Gus Second"), "governance")
    registry.change_channel(blog, actor=second, at=timezone.now(), review_mode="each")
    for sent in ({**said, **opened}, seen, said):
        late = client.post(here, sent)
        assert late.status_code == 409
        assert "Somebody else was first: Gus Second. Nothing was done." in text(late)
        form = BeautifulSoup(late.content, "html.parser")
        assert form.select_one("[name=review_mode] [selected]")["value"] == "each"
        assert form.select_one("[name=reason]")["value"] == "Because"
    assert Channel.objects.get().title == "Corporate blog"
    registry.change_channel(blog, actor=gov, at=timezone.now(), review_mode="free")
    other_tab = text(client.post(here, {**said, **hidden_fields(late)}))
    assert "You have changed this already. Nothing was done now." in other_tab
    registry.change_channel(blog, actor=second, at=timezone.now(), review_mode="each")
    late = client.post(here, {**said, **opened})
    again = {**said, **hidden_fields(late), "review_mode": "each"}
    client.post(here, {**again, **hidden_fields(client.post(here, again)), "step": "do"})
    assert (Channel.objects.get().title, Channel.objects.get().review_mode) == ("Our blog", "each")


def test_deed_with_an_unseen_effect_shows_it_first(blog, gov, as_):
    client, here = as_(gov), "/channels/BLOG/change/settings/"
    sent = {**SETTINGS, "title": "Our blog", **hidden_fields(client.get(here)), "step": "do"}
    shown = client.post(here, sent)
    assert "Nothing was done yet. Look at what would happen now" in text(shown)
    assert Channel.objects.get().title == "Corporate blog"
    client.post(here, {**sent, **hidden_fields(shown)})
    assert Channel.objects.get().title == "Our blog"


def test_certificate_is_asked_for_no_longer_after_the_look(blog, gov, as_):
    rule = blog.access_rules.get()
    _preview, done = look_and_do(as_(gov), "stop-requiring", {"rule": rule.pk, "reason": "Old"})
    assert "no longer asks for" in done
    rule.refresh_from_db()
    assert rule.end_reason == "Old"


def test_channel_is_moved_only_into_a_region_that_its_mover_governs(blog, ada, as_):
    regional = give_role(ada, "governance", region=ada.region)
    blog.region = ada.region
    blog.save()
    elsewhere = make_region("BR")
    for region in (elsewhere, None):
        with pytest.raises(ActorNotAllowedError):
            registry.change_channel(blog, actor=regional, at=timezone.now(), region=region)
    here = "/channels/BLOG/change/settings/"
    for chosen in (elsewhere.pk, ""):
        page = look_at_deed(as_(regional), here, {**SETTINGS, "region": chosen})
        assert "region" in page.context["form"].errors
    assert Channel.objects.get().region == ada.region
    everywhere = give_role(make_person("Gus Second"), "governance")
    send_deed(as_(everywhere), here, {**SETTINGS, "region": elsewhere.pk})
    assert Channel.objects.get().region == elsewhere


def test_next_step_of_an_owner_is_one_that_the_owner_may_do(blog, olga, ada, as_, refusals):
    """The fixture opens each."""
    client, here = as_(olga), "/channels/BLOG/change/state/"
    assert "Say first on which day" in text(
        send_deed(client, here, {"state": "sunsetting", "reason": "Enough"})
    )
    draft = make_channel("NEW", title="New", state="draft", purpose="")
    make_owner(draft, olga)
    new = "/channels/NEW/change/state/"
    asked = {"state": "requested", "reason": "Please"}
    assert "Write first what" in text(send_deed(client, new, asked))
    Channel.objects.filter(pk=draft.pk).update(purpose="News")
    assert "needs an owner and a deputy" in text(send_deed(client, new, asked))
    make_owner(draft, ada, "deputy")
    assert "when somebody looks at it again" in text(send_deed(client, new, asked))
    assert [remedy for _reason, remedy in refusals] == [
        *("/me/contacts/#governance", "/me/contacts/#governance"),
        *("/channels/NEW/change/offer/", "/me/contacts/#governance"),
    ]


def test_account_of_a_channel_of_another_region_is_taken_but_not_named(blog, ada, as_, refusals):
    blog.region, blog.public = make_region("BR"), False
    blog.save()
    client = as_(give_role(ada, "governance", region=ada.region))
    said = {**REGISTER, "region": ada.region.pk}
    taken = text(client.post("/channels/register/", {**said, "address": "x.com/news"}))
    assert "in the registry already: a channel of another region." in taken
    assert "Corporate blog" not in taken
    same = {**said, "code": "BLOG", "address": "x.com/fresh", "step": "do"}
    assert "There is a channel with the code BLOG." in text(
        client.post("/channels/register/", same)
    )
    assert [remedy for _reason, remedy in refusals] == ["/me/contacts/#governance", "/channels/"]

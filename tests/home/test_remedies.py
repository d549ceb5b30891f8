"""Every next step that a refusal names, followed as the person it is told to.

It ends on a page with a form that changes the verdict, or, where only others can act, with a letter to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from accounts.models import Absence, EmploymentEvent, User
from accounts.sign_in.switching import switch_account
from certificates.models import AwardEvent, Hold
from channels import reason_texts
from channels.decisions import DecisionQuery, judge_queries
from channels.models import Channel, Freeze
from tests.conftest import NOW
from tests.factories.certificates import make_award as earn
from tests.factories.certificates import raise_floor
from tests.factories.channels import (
    DAY,
    SYSTEM,
    enter,
    make_award,
    make_certification,
    make_channel,
    make_owner,
    make_permission,
    make_poster,
)
from tests.factories.courses import make_course
from tests.factories.people import give_role, make_person, make_region
from tests.walks import Walker

pytestmark = pytest.mark.django_db
RECORDED = {"starts_at": NOW - DAY, "recorded_at": NOW - DAY, "reason": "x", "actor": SYSTEM}
Arrange = Callable[[User, Channel], object]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def channel(olga: User, hugo: User) -> Channel:
    """A channel of olga's, whose certificate a published course earns."""
    page = make_course("CORE", modules=1, lessons=1)
    core = make_certification()
    core.requirements.update(course=page.course_id)
    made = make_channel("BLOG", title="Blog")
    make_owner(made, olga)
    return made


def happened(person: User, what: str, **fields: Any) -> None:
    moment = {"effective_at": NOW - DAY, "recorded_at": NOW - DAY, "actor": SYSTEM}
    EmploymentEvent.objects.create(person=person, what=what, **(moment | fields))


def lapse(ada: User, channel: Channel) -> None:
    earn(ada, make_certification(), at=NOW - 400 * DAY)
    make_poster(ada, channel)


def outdate(ada: User, channel: Channel) -> None:
    earn(ada, make_certification(), at=NOW - 90 * DAY)
    make_poster(ada, channel)
    course = make_certification().requirements.get().course
    raise_floor(course, 2, effective_at=NOW - DAY, recorded_at=NOW - DAY)


def withdraw(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    AwardEvent.objects.create(
        award=ada.awards.get(),
        kind="revoked",
        effective_at=NOW - DAY,
        recorded_at=NOW - DAY,
        actor=SYSTEM,
    )


def hold_certificate(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    Hold.objects.create(person=ada, certification=make_certification(), **RECORDED)


def hold_person(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    Hold.objects.create(person=ada, **RECORDED)


def end_role(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    ada.permissions.update(ended_at=NOW - DAY, end_recorded_at=NOW - DAY)


def move_away(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    Channel.objects.update(region=make_region("FI"))
    happened(ada, "moved", region=make_region("BR"))


def be_long_away(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    begun = NOW - 95 * DAY
    Absence.objects.create(person=ada, starts_at=begun, recorded_at=NOW - DAY, actor=SYSTEM)


def bind_to_brazil(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    Channel.objects.update(region=make_region("BR"), region_bound=True)
    make_channel("OTHER")


def freeze(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    Freeze.objects.create(scope="channel", channel=channel, **RECORDED)


def suspend(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    enter(channel, "suspended", -1)


def close(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    enter(channel, "sunsetting", -3)
    Channel.objects.update(sunset_on=(NOW - DAY).date())
    make_channel("OTHER")


def lose_sponsor(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    sponsor = make_person()
    User.objects.filter(pk=ada.pk).update(kind="contractor", sponsor=sponsor)
    happened(sponsor, "left")


def switch_off(ada: User, channel: Channel) -> None:
    make_poster(ada, channel)
    switch_account(ada, on=False, actor=SYSTEM, at=NOW - DAY, reason="Seen by others")
    # Whoever is switched off cannot look; the page is asked as somebody with this reason would.
    User.objects.filter(pk=ada.pk).update(is_active=True)


# By reason code: how it comes about, and what the page at the end of the next step offers: the button of a form,
# "letter" where only others can act, or "channels" where another channel is the way.
REMEDIES: dict[str, tuple[Arrange, str]] = {
    "rules_not_accepted": (
        lambda ada, channel: (make_permission(channel, ada), make_award(ada)),
        "Accept these rules",
    ),
    "certificate_missing": (lambda ada, channel: make_permission(channel, ada), "Start the course"),
    "certificate_expired": (lapse, "Start the renewal"),
    "certificate_outdated": (outdate, "Start the renewal"),
    "certificate_withdrawn": (withdraw, "letter"),
    "certificate_on_hold": (hold_certificate, "letter"),
    "own_work": (make_poster, "letter"),
    "no_role": (lambda ada, channel: make_award(ada), "Ask the owner"),
    "role_ended": (end_role, "Ask the owner"),
    "role_ended_by_move": (move_away, "Ask the owner"),
    "role_ended_by_leave": (be_long_away, "Ask the owner"),
    "role_too_small": (make_poster, "letter"),
    "region_mismatch": (bind_to_brazil, "channels"),
    "person_on_hold": (hold_person, "letter"),
    "frozen": (freeze, "letter"),
    "channel_not_live": (suspend, "letter"),
    "channel_closed": (close, "channels"),
    "account_off": (switch_off, "letter"),
    "sponsor_left": (lose_sponsor, "letter"),
    "contract_ended": (
        lambda ada, channel: happened(ada, "contract", ends_at=NOW - DAY),
        "letter",
    ),
    "person_left": (lambda ada, channel: happened(ada, "left"), "letter"),
    "not_joined": (lambda ada, channel: make_person(joined=NOW + DAY), "letter"),
}
# Only a tool asks for these: whoever may ask for decisions looks the id up in a list.
BY_TOOLS = {"person_unknown", "channel_unknown", "author_unknown"}


def test_remedies_of_every_reason_are_followed() -> None:
    assert REMEDIES.keys() | BY_TOOLS == reason_texts.SENTENCES.keys()


@pytest.mark.parametrize(("code", "how"), REMEDIES.items(), ids=REMEDIES)
def test_remedy_leads_to_what_changes_the_verdict(
    ada: User, as_: Any, channel: Channel, code: str, how: tuple[Arrange, str]
) -> None:
    arrange, offered = how
    arranged = arrange(ada, channel)
    person = arranged if isinstance(arranged, User) else ada
    action = {"own_work": "approve", "role_too_small": "administer"}.get(code, "publish")
    author = person.hr_id if code == "own_work" else None
    query = DecisionQuery(person.hr_id or "", channel.code, action, NOW, author=author)
    (decision,) = judge_queries([query], evaluated_at=NOW)
    (reason,) = (one for one in decision.reasons if one.code == code)
    assert reason_texts.remedy_label(reason)
    walk = Walker(as_(person)).go(reason_texts.remedy_address(reason))
    if offered == "letter":
        assert walk.letters
    elif offered == "channels":
        assert "/channels/OTHER/" in walk.links.values()
    else:
        assert offered in walk.forms


def test_remedies_of_tools_lead_to_lists(hugo: User, as_: Any, channel: Channel) -> None:
    queries = [
        DecisionQuery("NOBODY", "NOWHERE", "publish", NOW),
        DecisionQuery(str(hugo.hr_id), channel.code, "approve", NOW, author="NOBODY"),
    ]
    decisions = judge_queries(queries, evaluated_at=NOW)
    reasons = [one for decision in decisions for one in decision.reasons if one.code in BY_TOOLS]
    assert {one.code for one in reasons} == BY_TOOLS
    for reason in reasons:
        page = Walker(as_(hugo)).go(reason_texts.remedy_address(reason)).page
        assert page.select("form input[name=q], form input[name=words]")


def test_role_asked_for_and_rules_accepted_allow_posting(
    ada: User, olga: User, as_: Any, channel: Channel
) -> None:
    """The whole way, as it is told: the role first, then the rules, and both are there to be pressed."""
    make_award(ada)
    walk = Walker(as_(ada)).go("/channels/").follow("Ask for a role")
    walk.press("Ask the owner", why="Release notes")
    walk.follow("Read and accept the rules meanwhile").press("Accept these rules", version="1")
    asked = channel.requests.get()
    as_(olga).post(
        f"/channels/BLOG/requests/{asked.uuid}/", {"decision": "approve", "role": "publisher"}
    )
    assert walk.go("/me/").h1 == "You can post on 1 of 1 channel"


def test_rules_are_not_named_before_a_role_is_asked_for(
    ada: User, as_: Any, channel: Channel
) -> None:
    make_award(ada)
    walk = Walker(as_(ada)).go("/channels/BLOG/")
    assert "accept version" not in walk.text
    assert "Accept these rules" not in walk.forms


def test_closed_channel_tells_only_that_it_is_closed(ada: User, as_: Any, channel: Channel) -> None:
    """Its owner, who has no role, no certificate and accepted nothing, is asked for nothing."""
    make_poster(ada, make_channel("OPEN", title="Open"))
    closed = make_channel("SHUT", title="Shut", state="closed")
    make_owner(closed, ada)
    walk = Walker(as_(ada)).go("/me/")
    assert walk.h1 == "You can post on 1 of 1 channel"
    for words in ("Read and accept", "Ask its owner", "You need the certificate"):
        assert words not in walk.text
    assert "Shut is closed. Nobody posts there any more." in walk.text
    body = as_(ada).get("/me/status.json").json()
    assert (body["can_post"], body["of"]) == (1, 2)


def test_owner_without_a_role_is_not_sent_to_the_owner(
    olga: User, ben: User, as_: Any, channel: Channel
) -> None:
    make_award(olga)
    make_owner(channel, ben, "deputy")
    walk = Walker(as_(olga)).go("/me/")
    assert "Ask its owner" not in walk.text
    assert "Another one who answers for it gives you one." in walk.text
    walk.follow("Ask for a role").press("Ask the owner", why="I answer for it")
    assert list(channel.requests.values_list("person", flat=True)) == [olga.pk]


def test_request_of_the_only_owner_is_told_to_governance(
    olga: User, sam: User, as_: Any, channel: Channel
) -> None:
    make_award(olga)
    Walker(as_(olga)).go("/channels/BLOG/ask/").press("Ask the owner", why="I answer for it")
    assert sam.notifications.filter(kind="request.asked").exists()


def test_asked_channel_stays_visible_when_it_leaves_the_list(
    ada: User, as_: Any, channel: Channel
) -> None:
    make_award(ada)
    Walker(as_(ada)).go("/channels/BLOG/ask/").press("Ask the owner", why="Release notes")
    Channel.objects.update(public=False)
    walk = Walker(as_(ada)).go("/me/").follow("See your request")
    assert "Withdraw the request" in walk.forms


@pytest.fixture
def sam(db: None) -> User:
    return give_role(make_person("Sam Aalto"), "governance")

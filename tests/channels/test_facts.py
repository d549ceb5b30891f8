"""What is read for decisions, and that a batch costs the same whatever its size."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from accounts.models import EmploymentEvent, HrAlias
from certificates.models import Hold
from channels.decisions import Ask, decide
from channels.facts import gather
from channels.models import AccessRule, Channel, DecisionRecord, Freeze, Platform
from tests.conftest import NOW
from tests.factories.channels import (
    DAY,
    SYSTEM,
    enter,
    make_certification,
    make_channel,
    make_platform,
    make_poster,
)
from tests.factories.people import make_person, make_region

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def blog(db: None) -> Channel:
    return make_channel("BLOG")


def answer(person, channel, action="publish", *, at=NOW, known_at=None) -> dict:
    ask = Ask(person.hr_id, channel.code, action, at, known_at)
    return decide([ask], asked_by="system:test", evaluated_at=NOW)[0]


def codes(answered: dict) -> list[str]:
    return [reason["code"] for reason in answered["reasons"]]


def test_a_poster_with_everything_is_allowed(ada, blog) -> None:
    make_poster(ada, blog)
    answered = answer(ada, blog)
    permission, award = ada.permissions.get(), ada.awards.get()
    accepted = ada.acceptances.get()
    assert answered["decision"] == "allow"
    assert answered["evidence"] == [
        *(f"acceptance:{accepted.pk}", f"award:{award.number}"),
        f"permission:{permission.uuid}",
    ]
    assert answered["valid_until"] == "2026-06-15T09:15:00Z"


def test_somebody_with_nothing_hears_all_of_it(ada, blog) -> None:
    assert codes(answer(ada, blog)) == ["rules_not_accepted", "certificate_missing", "no_role"]


def test_strangers_are_refused(ada, blog) -> None:
    asks = [Ask("NOBODY", "BLOG", "publish", NOW), Ask(ada.hr_id, "NOWHERE", "publish", NOW)]
    answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW)
    assert [codes(one) for one in answered] == [["person_unknown"], ["channel_unknown"]]


def test_an_old_hr_id_still_names_the_person(ada, blog) -> None:
    make_poster(ada, blog)
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor=SYSTEM)
    (found,) = gather([("OLD-1", "BLOG")])
    assert found.person is not None
    assert found.person.hr_id == ada.hr_id
    assert found.grants


def test_a_hold_for_everything_stops_the_person(ada, blog) -> None:
    make_poster(ada, blog)
    Hold.objects.create(person=ada, reason="x", starts_at=NOW - DAY, recorded_at=NOW, actor=SYSTEM)
    assert "person_on_hold" in codes(answer(ada, blog))
    assert codes(answer(ada, blog, known_at=NOW - DAY)) == []


def test_the_reason_of_a_hold_stays_in_the_house(ada, blog) -> None:
    make_poster(ada, blog)
    Hold.objects.create(
        person=ada, reason="Secret matter", starts_at=NOW, recorded_at=NOW, actor=SYSTEM
    )
    assert "Secret" not in str(answer(ada, blog))


def scoped(scope: str, channel: Channel) -> dict:
    return {
        "global": {},
        "region": {"region": channel.region},
        "platform": {"platform": channel.platform},
        "channel": {"channel": channel},
        "classification": {"classification": channel.classification},
    }[scope]


@pytest.mark.parametrize("scope", ["global", "region", "platform", "channel", "classification"])
def test_a_freeze_stops_what_it_covers(ada, scope) -> None:
    inside = make_channel("IN", region=make_region("FI"), classification="support")
    outside = make_channel(
        "OUT",
        region=make_region("BR"),
        platform=Platform.objects.create(code="other", name="Other"),
    )
    for channel in (inside, outside):
        make_poster(ada, channel)
    Freeze.objects.create(
        scope=scope,
        reason="x",
        starts_at=NOW,
        recorded_at=NOW,
        actor=SYSTEM,
        **scoped(scope, inside),
    )
    assert codes(answer(ada, inside)) == ["frozen"]
    assert codes(answer(ada, outside)) == (["frozen"] if scope == "global" else [])


def test_a_crisis_poster_goes_on(ada, blog) -> None:
    make_poster(ada, blog)
    Freeze.objects.create(
        scope="global",
        reason="x",
        allowed=[ada.hr_id],
        starts_at=NOW,
        recorded_at=NOW,
        actor=SYSTEM,
    )
    assert answer(ada, blog)["decision"] == "allow"


def test_a_freeze_of_everything_does_not_end_by_its_date(ada, blog) -> None:
    make_poster(ada, blog)
    Freeze.objects.create(
        scope="global",
        reason="x",
        recorded_at=NOW,
        actor=SYSTEM,
        starts_at=NOW - 2 * DAY,
        ends_at=NOW - DAY,
    )
    assert codes(answer(ada, blog)) == ["frozen"]


def test_the_last_day_ends_where_the_channel_is(ada) -> None:
    sydney = make_region("AU", time_zone="Australia/Sydney")
    channel = make_channel("AU", region=sydney, sunset_on=NOW.date())
    make_poster(ada, channel)
    midnight = NOW.replace(hour=14)  # 15 June ends at 14:00 UTC in Sydney
    assert answer(ada, channel, at=midnight - timedelta(seconds=1))["decision"] == "allow"
    assert codes(answer(ada, channel, at=midnight)) == ["channel_closed"]


def test_a_contractor_needs_a_sponsor_who_is_here(ben, blog) -> None:
    guest = make_person("Guest Writer", kind="contractor", sponsor=ben)
    make_poster(guest, blog)
    assert answer(guest, blog)["decision"] == "allow"
    EmploymentEvent.objects.create(
        person=ben, what="left", effective_at=NOW, recorded_at=NOW, actor=SYSTEM
    )
    assert codes(answer(guest, blog)) == ["sponsor_left"]


def test_a_leaver_is_refused_whatever_the_certificate_says(ada, blog) -> None:
    make_poster(ada, blog)
    EmploymentEvent.objects.create(
        person=ada, what="left", effective_at=NOW, recorded_at=NOW, actor=SYSTEM
    )
    assert codes(answer(ada, blog)) == ["person_left"]
    assert answer(ada, blog, at=NOW - DAY)["decision"] == "allow"


def test_alternatives_and_groups_come_from_the_access_rules(ada, blog) -> None:
    make_poster(ada, blog)
    for code, group in (("POST-OTHER", 1), ("POST-VIDEO", 2)):
        AccessRule.objects.create(
            channel=blog,
            certification=make_certification(code),
            group=group,
            starts_at=NOW,
            recorded_at=NOW,
            actor=SYSTEM,
        )
    (reason,) = answer(ada, blog)["reasons"]
    assert "POST-VIDEO" in reason["text"]
    assert reason["remedy"] == "/channels/training/POST-VIDEO/"


def test_of_two_states_at_once_the_later_written_counts(ada, blog) -> None:
    make_poster(ada, blog)
    enter(blog, "suspended", -1)
    enter(blog, "live", -1)
    assert answer(ada, blog)["decision"] == "allow"


def queries(count: int) -> int:
    """How many queries a batch of `count` different questions takes to be judged."""
    asks = [
        Ask(make_person().hr_id, make_channel(platform=make_platform()).code, "publish", NOW)
        for _ in range(count)
    ]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        decide(asks, asked_by=SYSTEM, evaluated_at=NOW, record=False)
    return len(seen)


def test_a_batch_of_any_size_takes_the_same_queries() -> None:
    assert queries(1) == queries(40) == 6


def test_five_hundred_questions_about_one_channel(blog) -> None:
    people = [make_person().hr_id for _ in range(20)] * 25
    asks = [Ask(hr_id, "BLOG", "publish", NOW) for hr_id in people]
    with CaptureQueriesContext(connection) as seen:
        answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW, record=False)
    assert (len(answered), len(seen)) == (500, 6)


def test_nothing_asked_is_nothing_answered() -> None:
    assert decide([], asked_by=SYSTEM, evaluated_at=NOW) == []


def test_answers_come_in_the_order_of_the_questions(ada, ben, blog) -> None:
    make_poster(ada, blog)
    asks = [Ask(who.hr_id, "BLOG", "publish", NOW) for who in (ben, ada, ben, ada)]
    answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW)
    assert [one["decision"] for one in answered] == ["deny", "allow", "deny", "allow"]


def test_every_answer_is_recorded_as_given(ada, blog) -> None:
    answered = answer(ada, blog, known_at=NOW - DAY)
    record = DecisionRecord.objects.get()
    assert record.answer == answered
    assert (record.person_hr_id, record.channel_code) == (ada.hr_id, "BLOG")
    assert (record.at, record.known_at, record.evaluated_at) == (NOW, NOW - DAY, NOW)
    assert (record.decision, record.asked_by) == ("deny", "system:test")


def test_a_status_page_leaves_no_record(ada, blog) -> None:
    ask = Ask(ada.hr_id, "BLOG", "publish", NOW)
    decide([ask], asked_by=ada.actor, evaluated_at=NOW, record=False)
    assert not DecisionRecord.objects.exists()


def test_nobody_approves_their_own_post(ada, blog) -> None:
    make_poster(ada, blog, "approver")
    ask = Ask(ada.hr_id, "BLOG", "approve", NOW, author=ada.hr_id)
    (answered,) = decide([ask], asked_by=SYSTEM, evaluated_at=NOW)
    assert codes(answered) == ["own_work"]

"""Facts read from the database for decisions, and the query count of a batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from accounts.models import EmploymentEvent, HrAlias, User
from accounts.people import change_person
from certificates.models import Hold
from channels.decisions import DecisionQuery, decide, judge_queries
from channels.facts import fact_rows
from channels.facts.gathering import gather_posting_facts
from channels.models import AccessRule, Channel, DecisionRecord, Freeze, Platform
from tests.conftest import NOW
from tests.factories.channels import (
    DAY,
    SYSTEM,
    ask_for,
    enter,
    make_award,
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
    ask = DecisionQuery(person.hr_id, channel.code, action, at, known_at)
    return decide([ask], asked_by="system:test", evaluated_at=NOW)[0]


def codes(answered: dict) -> list[str]:
    return [reason["code"] for reason in answered["reasons"]]


def test_poster_with_every_requirement_is_allowed(ada, blog) -> None:
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


def test_person_without_requirements_gets_every_reason(ada, blog) -> None:
    assert codes(answer(ada, blog)) == ["rules_not_accepted", "certificate_missing", "no_role"]


def test_superuser_in_every_group_still_lacks_every_requirement(ada, blog) -> None:
    ada.is_superuser = True
    ada.save()
    ada.groups.set(Group.objects.all())
    assert codes(answer(ada, blog)) == ["rules_not_accepted", "certificate_missing", "no_role"]


def test_unknown_person_and_unknown_channel_are_refused(ada, blog) -> None:
    asks = [
        DecisionQuery("NOBODY", "BLOG", "publish", NOW),
        DecisionQuery(ada.hr_id, "NOWHERE", "publish", NOW),
    ]
    answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW)
    assert [codes(one) for one in answered] == [["person_unknown"], ["channel_unknown"]]


def test_hr_alias_finds_the_person(ada, blog) -> None:
    make_poster(ada, blog)
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor=SYSTEM)
    (found,) = gather_posting_facts([("OLD-1", "BLOG")])
    assert found.person is not None
    assert found.person.hr_id == ada.hr_id
    assert found.grants


def test_global_hold_refuses_the_person(ada, blog) -> None:
    make_poster(ada, blog)
    Hold.objects.create(person=ada, reason="x", starts_at=NOW - DAY, recorded_at=NOW, actor=SYSTEM)
    assert "person_on_hold" in codes(answer(ada, blog))
    assert codes(answer(ada, blog, known_at=NOW - DAY)) == []


def test_answer_omits_the_hold_reason(ada, blog) -> None:
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
        "certification": {"certification": make_certification("EXTRA")},
    }[scope]


@pytest.mark.parametrize("scope", Freeze.Scope.values)
def test_freeze_refuses_channels_in_its_scope_only(ada, scope) -> None:
    inside = make_channel("IN", region=make_region("FI"), classification="support")
    outside = make_channel(
        "OUT",
        region=make_region("BR"),
        platform=Platform.objects.create(code="other", name="Other"),
    )
    ask_for(inside, make_certification("EXTRA"))
    make_award(ada, make_certification("EXTRA"))
    make_award(ada)
    for channel in (inside, outside):
        make_poster(ada, channel)
    Freeze.objects.create(scope=scope, drill=True, **scoped(scope, inside), **BEGUN_NOW)
    assert codes(answer(ada, inside)) == []
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


BEGUN_NOW = {"reason": "x", "starts_at": NOW, "recorded_at": NOW, "actor": SYSTEM}


def test_freeze_lets_allowed_posters_continue(ada, blog) -> None:
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


def test_global_freeze_ignores_end_date(ada, blog) -> None:
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


def test_sunset_day_ends_in_the_channel_zone(ada) -> None:
    sydney = make_region("AU", time_zone="Australia/Sydney")
    channel = make_channel("AU", region=sydney, sunset_on=NOW.date())
    make_poster(ada, channel)
    midnight = NOW.replace(hour=14)  # 15 June ends at 14:00 UTC in Sydney
    assert answer(ada, channel, at=midnight - timedelta(seconds=1))["decision"] == "allow"
    assert codes(answer(ada, channel, at=midnight)) == ["channel_closed"]


def test_contractor_is_refused_when_sponsor_has_left(ben, blog) -> None:
    guest = make_person("Guest Writer", kind="contractor", sponsor=ben)
    make_poster(guest, blog)
    assert answer(guest, blog)["decision"] == "allow"
    EmploymentEvent.objects.create(
        person=ben, what="left", effective_at=NOW, recorded_at=NOW, actor=SYSTEM
    )
    assert codes(answer(guest, blog)) == ["sponsor_left"]


def test_contractor_is_refused_from_when_the_sponsor_is_no_employee(ben, blog, wall_clock) -> None:
    guest = make_person("Guest Writer", kind="contractor", sponsor=ben)
    make_poster(guest, blog)
    change_person(ben, actor=SYSTEM, at=NOW, effective_at=NOW - DAY, kind="contractor")
    assert codes(answer(guest, blog, at=NOW - 2 * DAY)) == []
    assert codes(answer(guest, blog, at=NOW - DAY)) == ["sponsor_left"]
    assert codes(answer(guest, blog)) == ["sponsor_left"]
    assert codes(answer(guest, blog, known_at=NOW - DAY)) == []


def test_leaver_is_refused_despite_valid_certificate(ada, blog) -> None:
    make_poster(ada, blog)
    EmploymentEvent.objects.create(
        person=ada, what="left", effective_at=NOW, recorded_at=NOW, actor=SYSTEM
    )
    assert codes(answer(ada, blog)) == ["person_left"]
    assert answer(ada, blog, at=NOW - DAY)["decision"] == "allow"


def test_access_rules_give_alternatives_and_groups(ada, blog) -> None:
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


def test_channel_state_written_last_wins_at_same_instant(ada, blog) -> None:
    make_poster(ada, blog)
    enter(blog, "suspended", -1)
    enter(blog, "live", -1)
    assert answer(ada, blog)["decision"] == "allow"


def queries(count: int) -> int:
    """How many queries the decision of a batch of `count` different questions takes."""
    asks = [
        DecisionQuery(
            make_person().hr_id, make_channel(platform=make_platform()).code, "publish", NOW
        )
        for _ in range(count)
    ]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        decide(asks, asked_by=SYSTEM, evaluated_at=NOW, record=False)
    return len(seen)


def test_batch_query_count_is_constant() -> None:
    queries(1)  # the first of a process asks what the database can do
    assert queries(1) == queries(40) == 1


def test_batch_of_500_questions_takes_one_query(blog) -> None:
    people = [make_person().hr_id for _ in range(20)] * 25
    asks = [DecisionQuery(hr_id, "BLOG", "publish", NOW) for hr_id in people]
    with CaptureQueriesContext(connection) as seen:
        answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW, record=False)
    assert (len(answered), len(seen)) == (500, 1)


def test_empty_batch_gives_empty_answer() -> None:
    assert decide([], asked_by=SYSTEM, evaluated_at=NOW) == []


def test_batch_says_of_each_question_what_is_said_of_it_alone(ada, ben, blog) -> None:
    """Sentences are written once for a batch: each reason with its own channel, certificate and day."""
    news = make_channel("X-NEWS", asks=False)
    ask_for(news, make_certification("POST-OTHER"))
    make_award(ada, make_certification("POST-OTHER"), start=-400, end=-20)
    make_award(ben, make_certification("POST-OTHER"), start=-400, end=-50)
    asks = [
        DecisionQuery(who.hr_id, channel.code, action, NOW - days * DAY)
        for who, channel, action, days in product(
            (ada, ben), (blog, news), ("publish", "approve"), (0, 30, 60)
        )
    ]
    answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW)
    assert answered == [decide([ask], asked_by=SYSTEM, evaluated_at=NOW)[0] for ask in asks]
    said = {(one["code"], one["text"]) for answer in answered for one in answer["reasons"]}
    assert len([text for code, text in said if code == "certificate_expired"]) == 2


def test_answers_keep_the_order_of_questions(ada, ben, blog) -> None:
    make_poster(ada, blog)
    asks = [DecisionQuery(who.hr_id, "BLOG", "publish", NOW) for who in (ben, ada, ben, ada)]
    answered = decide(asks, asked_by=SYSTEM, evaluated_at=NOW)
    assert [one["decision"] for one in answered] == ["deny", "allow", "deny", "allow"]


def test_answer_is_recorded_as_given(ada, blog) -> None:
    answered = answer(ada, blog, known_at=NOW - DAY)
    record = DecisionRecord.objects.get()
    assert record.answer == answered
    assert (record.person_hr_id, record.channel_code) == (ada.hr_id, "BLOG")
    assert (record.at, record.known_at, record.evaluated_at) == (NOW, NOW - DAY, NOW)
    assert (record.decision, record.asked_by) == ("deny", "system:test")


def test_decide_without_record_leaves_no_record(ada, blog) -> None:
    ask = DecisionQuery(ada.hr_id, "BLOG", "publish", NOW)
    decide([ask], asked_by=ada.actor, evaluated_at=NOW, record=False)
    assert not DecisionRecord.objects.exists()


def test_own_post_cannot_be_approved(ada, blog) -> None:
    make_poster(ada, blog, "approver")
    ask = DecisionQuery(ada.hr_id, "BLOG", "approve", NOW, author=ada.hr_id)
    (answered,) = decide([ask], asked_by=SYSTEM, evaluated_at=NOW)
    assert codes(answered) == ["own_work"]


@pytest.fixture
def approver(ada: User) -> User:
    """Ada may approve posts on BLOG and has an earlier HR id; ben writes there too."""
    make_poster(ada, make_channel("BLOG"), "approver")
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor="system:test")
    return ada


def approval(person: str, author: str | None, known_at: datetime = NOW) -> list[str]:
    """The decision on approving a post by `author`, and the codes of its reasons."""
    (answer,) = decide(
        [DecisionQuery(person, "BLOG", "approve", NOW, known_at, author=author)],
        asked_by="system:test",
        evaluated_at=NOW,
    )
    return [answer["decision"], *codes(answer)]


@pytest.mark.parametrize("asked_as", ["main", "alias"])
def test_author_is_a_person_by_any_of_their_hr_ids(approver, ben, asked_as):
    person = approver.hr_id if asked_as == "main" else "OLD-1"
    assert approval(person, ben.hr_id) == ["allow"]
    assert approval(person, None) == ["allow"]
    for own in (approver.hr_id, "OLD-1"):
        assert approval(person, own) == ["deny", "own_work"]


def test_authors_other_hr_id_counts_from_its_recording(approver, ben):
    HrAlias.objects.create(hr_id="OLD-2", person=ben, recorded_at=NOW, actor="system:test")
    before, since = NOW - timedelta(microseconds=1), NOW
    assert approval(approver.hr_id, "OLD-1", before) == ["deny", "author_unknown"]
    assert approval(approver.hr_id, "OLD-2", before) == ["deny", "author_unknown"]
    assert approval(approver.hr_id, "OLD-1", since) == ["deny", "own_work"]
    assert approval(approver.hr_id, "OLD-2", since) == ["allow"]
    for known_at in (before, since):
        assert approval(approver.hr_id, approver.hr_id, known_at) == ["deny", "own_work"]


@pytest.mark.parametrize(
    "spell", [str.lower, "{} ".format, " {}".format, "{}\t".format, "0{}".format, "\u200b{}".format]
)
def test_author_written_otherwise_or_unknown_is_never_a_plain_allow(approver, spell):
    for own in (approver.hr_id, "OLD-1", "NOBODY"):
        assert approval(approver.hr_id, spell(own)) == ["deny", "author_unknown"]
    assert approval(approver.hr_id, "") == ["deny", "author_unknown"]


def test_author_of_another_action_changes_nothing(approver):
    ask = DecisionQuery(approver.hr_id, "BLOG", "publish", NOW, author="NOBODY")
    (answer,) = decide([ask], asked_by="system:test", evaluated_at=NOW)
    assert answer["decision"] == "allow"


def test_authors_take_one_query_for_any_number(approver, ben):
    def count(authors: list[str]) -> int:
        asks = [DecisionQuery(approver.hr_id, "BLOG", "approve", NOW, author=a) for a in authors]
        with CaptureQueriesContext(connection) as seen:
            judge_queries(asks, evaluated_at=NOW)
        return len(seen)

    assert count([ben.hr_id, "OLD-1", "NOBODY"]) == count([ben.hr_id])


def test_kept_statement_gives_the_rows_of_the_query(ada, ben, blog) -> None:
    """The SQL that is built once per number of names, asked with other names each time."""
    news = make_channel("X-NEWS")
    make_poster(ada, blog)
    make_poster(ben, news)
    HrAlias.objects.create(person=ben, hr_id="OLD", recorded_at=NOW)
    Hold.objects.create(person=ben, starts_at=NOW, recorded_at=NOW, actor=SYSTEM)
    names = [(ada, blog), (ben, news), (ada, news)]
    asked = [([person.hr_id], [channel.code]) for person, channel in names]
    asked += [([ada.hr_id, "OLD"], ["BLOG"]), ([ben.hr_id, "NOBODY"], ["X-NEWS"])]
    asked += [([ada.hr_id, ben.hr_id, "NOBODY"], ["BLOG", "X-NEWS", "NONE"])]  # padded to four
    for hr_ids, channels in asked:
        kept = fact_rows.read_fact_rows(hr_ids, channels)
        assert kept == fact_rows.sort_fact_rows(fact_rows.query_fact_rows(hr_ids, channels))
        assert kept.keys() >= {"person", "channel", "state"}


def test_kept_statement_is_one_query(ada, blog) -> None:
    with CaptureQueriesContext(connection) as asked:
        fact_rows.read_fact_rows([ada.hr_id], ["BLOG"])
    assert len(asked) == 1

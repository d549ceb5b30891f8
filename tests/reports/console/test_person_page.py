"""The page of one person in the console: statuses with reasons, and the life in order, on any day."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
import time_machine

from certificates.acts import awards, holds, waivers
from certificates.facts.gathering import certification_terms, gather_certification_facts
from certificates.rules.dates import end_of_day
from reports.console.life import build_facts, read_life
from reports.console.timeline import TELLERS
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification
from tests.factories.people import give_role, make_person, make_region
from tests.reports import makers
from tests.reports.test_standings import live

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def words(reply) -> str:
    return " ".join(reply.content.decode().split())


def test_life_tells_last_days_of_employment_as_hr_said_them():
    zone, last = "America/New_York", date(2026, 9, 30)
    row = {"region": None, "zone": None, "home": zone, "ends_at": None, "recorded_at": NOW}
    end = end_of_day(last, zone)
    left = {**row, "what": "left", "effective_at": end}
    contract = {**row, "what": "contract", "effective_at": NOW, "ends_at": end}
    told = [one.more for row in (left, contract) for one in TELLERS["employment"](row, {})]
    assert told == ["last day 30 September 2026", "contract through 30 September 2026"]


@pytest.mark.parametrize("seed", range(3))
def test_life_gives_the_facts_that_are_gathered(db, seed):
    chance = random.Random(seed)
    certification = makers.make_certification()
    for _person in range(12):
        live(make_person(), certification, chance)
    other = make_certification("OTHER")
    person = make_person()
    live(person, certification, chance)
    make_award(person, other, at=NOW - DAY)
    facts = build_facts(person, certification_terms(), read_life(person))
    gathered = gather_certification_facts([person.pk])
    assert facts == {pk: known for (_person, pk), known in gathered.items()}


def test_person_page_takes_six_statements(as_, vera, ada, django_assert_num_queries):
    for number in range(4):
        award = make_award(ada, make_certification(f"C-{number}"), at=NOW - 30 * DAY)
        awards.revoke_award(award, actor=vera.actor, at=NOW - DAY, reason="Mixed up")
    browser = as_(vera)
    browser.get(f"/certification/{ada.uuid}/")
    with django_assert_num_queries(6):
        assert browser.get(f"/certification/{ada.uuid}/").status_code == 200


def lead_a_life(ada, hugo) -> None:
    """Certified in March, on hold in May, withdrawn on 5 June, reinstated on 10 June."""
    with time_machine.travel(NOW - 100 * DAY, tick=False):
        award = make_award(ada, make_certification("POST", policy_tz="UTC"), at=NOW - 100 * DAY)
    with time_machine.travel(NOW - 40 * DAY, tick=False):
        hold = holds.start_hold(ada, actor=hugo.actor, at=NOW - 40 * DAY, reason="Under review")
    with time_machine.travel(NOW - 30 * DAY, tick=False):
        holds.end_hold(hold, actor=hugo.actor, at=NOW - 30 * DAY, reason="Cleared up")
    with time_machine.travel(NOW - 10 * DAY, tick=False):
        awards.revoke_award(award, actor=hugo.actor, at=NOW - 10 * DAY, reason="Mixed up")
    with time_machine.travel(NOW - 5 * DAY, tick=False):
        awards.reinstate_award(award, actor=hugo.actor, at=NOW - 5 * DAY, reason="It was not her")
    waivers.grant_waiver(
        ada, award.certification, actor=hugo.actor, at=NOW, until=NOW + 9 * DAY, reason="Leave"
    )


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        ("", "Certified", "On hold since"),
        ("at=2026-05-10", "On hold since 6 May 2026: Under review", "Nothing asks for it"),
        ("at=2026-05-10&known_at=2026-05-01", "Certified", "On hold since"),
        ("at=2026-06-08", "Certified", "was withdrawn on"),
        (
            "at=2026-06-08&known_at=2026-06-08",
            "was withdrawn on 5 June 2026: Mixed up",
            "Certified",
        ),
        ("at=2026-01-01", "Not required: Posting POST", "counts through"),
        ("at=2027-02-01", "Ends soon", "On hold since"),
    ],
)
def test_person_page_says_status_and_reason_of_any_day(as_, vera, ada, hugo, query, said, unsaid):
    lead_a_life(ada, hugo)
    page = words(as_(vera).get(f"/certification/{ada.uuid}/?{query}"))
    standings = page.partition('id="life"')[0]
    assert said in standings
    assert unsaid not in standings


def test_person_page_tells_the_life_in_order_with_who_and_when(as_, vera, ada, hugo):
    lead_a_life(ada, hugo)
    reply = as_(vera).get(f"/certification/{ada.uuid}/")
    moments = reply.context["timeline"]
    told = [(moment.text, moment.actor) for moment in moments]
    assert told == [
        ("Joined", "Postworthy"),
        ("Quiz passed, course completed", "Postworthy"),
        ("Certificate issued", "Postworthy"),
        ("Put on hold", "Hugo Berg"),
        ("Hold ended", "Hugo Berg"),
        ("Certificate withdrawn", "Hugo Berg"),
        ("Withdrawal corrected: it never counted", "Hugo Berg"),
        ("Excused from the training", "Hugo Berg"),
        ("No longer excused", "The calendar"),
        ("Certificate ended", "The calendar"),
    ]
    assert [moment.later for moment in moments] == [False] * 8 + [True] * 2
    assert "Recorded by Hugo Berg on 6 May 2026" in words(reply)
    assert "Cleared up" in words(reply)


def test_person_page_leaves_out_what_was_recorded_later(as_, vera, ada, hugo):
    lead_a_life(ada, hugo)
    page = as_(vera).get(f"/certification/{ada.uuid}/?known_at=2026-05-10")
    told = [moment.text for moment in page.context["timeline"]]
    assert told[-2:] == ["Put on hold", "Certificate ended"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("at=nope", "On the day: “nope” could be read in several ways"),
        ("at=31.12.26", "On the day: “31.12.26” has a year of two digits"),
        ("at=2026-02-30", "On the day: There is no day 2026-02-30"),
        ("at=9999-12-31", "On the day: Give a day between the years"),
        ("at=1999-12-31", "On the day: Give a day between the years"),
        ("known_at=2026-06-16", "As known on: Nobody knows yet what will be recorded by then"),
        ("known_at=%00", "As known on:"),
    ],
)
def test_person_page_says_what_is_wrong_with_a_day_and_shows_nothing(as_, vera, ada, query, said):
    make_award(ada, make_certification("POST"), at=NOW - DAY)
    reply = as_(vera).get(f"/certification/{ada.uuid}/?{query}")
    assert reply.status_code == 200
    assert said in words(reply)
    assert "timeline" not in reply.context
    assert "counts through" not in words(reply)


def test_person_page_means_a_day_at_its_end_in_the_readers_zone(as_, vera, ada):
    vera.time_zone = "Pacific/Kiritimati"
    vera.save()
    make_award(ada, make_certification("POST"), at=NOW - 100 * DAY)
    page = as_(vera).get(f"/certification/{ada.uuid}/?at=2026-05-10")
    asked = page.context["asked"]
    assert asked.at.date() == date(2026, 5, 10)
    assert asked.at.hour == 9
    assert "At the end of 10 May 2026 (Kiritimati time), by everything" in words(page)


def test_person_page_keeps_its_history_from_governance(as_, ada, olga):
    give_role(olga, "governance")
    make_award(ada, make_certification("POST"), at=NOW - DAY)
    reply = as_(olga).get(f"/certification/{ada.uuid}/")
    assert "counts through" in words(reply)
    assert "timeline" not in reply.context


def test_person_page_of_another_region_is_not_found(as_, ada, carol):
    browser = as_(give_role(make_person(), "hr", region=make_region("BR")))
    assert browser.get(f"/certification/{ada.uuid}/").status_code == 404
    assert browser.get(f"/certification/{carol.uuid}/").status_code == 200

"""The list of the console and the two dates on it and on `/people/`."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine

from accounts import people
from accounts.models import User
from certificates.acts import awards, corrections, holds
from reports.models import ExportRun
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification
from tests.factories.people import give_role, make_person, make_region

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def listed(as_, vera, ada, carol):
    """`listed(path)` gives the names that an auditor gets there, and the answer. Ada was withdrawn 10 days ago."""
    core = make_certification("CORE", policy_tz="UTC")
    with time_machine.travel(NOW - 100 * DAY, tick=False):
        award = make_award(ada, core, at=NOW - 100 * DAY)
        make_award(carol, core, at=NOW - 100 * DAY)
    with time_machine.travel(NOW - 5 * DAY, tick=False):
        since = {"effective_at": NOW - 10 * DAY, "reason": "Mixed up"}
        awards.revoke_award(award, actor=vera.actor, at=NOW - 5 * DAY, **since)
    browser = as_(vera)

    def ask(path: str):
        reply = browser.get(path)
        assert reply.status_code == 200
        return [row.display_name for row in reply.context["page"].rows], reply

    return ask


GAP = {"2026-05-25": True, "2026-06-01": False, "2026-06-10": True}
HELD = ["Carol Souza", "Ada Virtanen"]


PAGES = ("/certification/", "/people/")
LISTED = {
    "status=certified": ["Carol Souza"],
    "status=revoked": ["Ada Virtanen"],
    "status=revoked&region=BR": [],
    "status=certified&region=BR&q=carol&certification=CORE": ["Carol Souza"],
    "status=certified&at=2026-06-01": HELD,
    "status=certified&at=2026-06-08": ["Carol Souza"],
    "status=certified&at=2026-06-08&known_at=2026-06-08": HELD,
    "status=revoked&known_at=2026-06-08": [],
    "status=certified&at=2026-06-15&known_at=2026-06-15": ["Carol Souza"],
    "status=certified&at=2027-12-01": [],
    "status=lapsed&at=2027-12-01&region=BR": ["Carol Souza"],
}


def test_list_answers_for_the_days_asked_about(listed, case):
    for page, (query, names) in product(PAGES, LISTED.items()):
        with case(f"{page}?{query}"):
            assert listed(f"{page}?{query}")[0] == names


NO_DAYS = ("at=nope", "known_at=2026-06-16", "at=0001-01-01", "at=%00", "at=2026-06-08&at2=1")


def test_list_with_a_day_that_is_none_lists_nobody_and_says_so(listed, case):
    for page, query in product(PAGES, NO_DAYS):
        with case(f"{page}?{query}"):
            names, reply = listed(f"{page}?{query}")
            assert names == []
            said = reply.content.decode()
            told = ("On the day:", "As known on:", "so nothing is listed")
            assert any(words in said for words in told)


NO_FILTERS = ("status=nope", "region=XX", "certification=NO", "team=PRESS", "sort=name")


def test_console_list_with_unknown_filter_lists_nobody_and_says_so(listed, case):
    for query in (*NO_FILTERS, "q=" + "x" * 200):
        with case(query):
            names, reply = listed(f"/certification/?{query}")
            assert names == []
            assert "so nothing is listed" in reply.content.decode()


def test_lists_keep_the_days_in_their_links(listed, ada):
    days = "at=2026-06-08&amp;known_at=2026-06-08"
    plain = days.replace("&amp;", "&")
    for page in ("/certification/", "/people/"):
        text = listed(f"{page}?{plain}")[1].content.decode()
        assert f'/certification/{ada.uuid}/?{days}"' in text
    for address in (f"/people/export.csv?{days}", f"/people/?sort=-name&amp;{days}"):
        assert address.rpartition("?")[2] in text or days in text


def test_console_list_leaves_out_people_nobody_knew_then(listed):
    make_person("New Comer", joined=NOW - 3 * DAY)
    assert "New Comer" in listed("/certification/")[0]
    assert "New Comer" not in listed("/certification/?known_at=2026-06-08")[0]


@pytest.mark.parametrize("page", ["/certification/", "/people/"])
def test_list_as_known_yesterday_does_not_change_by_a_leaving_of_today(listed, carol, page):
    days = "at=2026-06-14&known_at=2026-06-14"
    before, today = listed(f"{page}?{days}")[0], listed(page)[0]
    assert before == today
    people.record_leaving(carol, actor="system:test", at=NOW - 3 * DAY)
    assert listed(f"{page}?{days}")[0] == before
    left = [name for name in before if name != "Carol Souza"]
    assert listed(page)[0] == listed(f"{page}?at=2026-06-14")[0] == left


@pytest.mark.parametrize("page", ["/certification/", "/people/"])
def test_list_leaves_out_somebody_in_the_gap_between_leaving_and_return(listed, carol, page):
    with time_machine.travel(NOW - 20 * DAY, tick=False):
        people.record_leaving(carol, actor="system:test", at=NOW - 20 * DAY)
    with time_machine.travel(NOW - 10 * DAY, tick=False):
        people.record_return(carol, actor="system:test", at=NOW - 10 * DAY)
    said = {day: "Carol Souza" in listed(f"{page}?at={day}")[0] for day in GAP}
    assert said == GAP
    assert listed("/people/?employment=left&at=2026-06-01")[0] == ["Carol Souza"]


def test_people_export_is_about_the_days_of_the_list(listed, as_, hugo):
    query = "status=certified&at=2026-06-08&known_at=2026-06-08"
    reply = as_(hugo).get(f"/people/export.csv?{query}")
    text = b"".join(reply.streaming_content).decode()
    assert text.count("certified") == len(HELD)
    assert "2026-06-08T23:59:59.999999Z" in text
    assert ExportRun.objects.get().filters["known_at"] == "2026-06-08"
    assert as_(hugo).get("/people/export.csv?at=nope").status_code == 400


@pytest.mark.parametrize(("query", "statements"), [("", 7), ("?known_at=2026-06-08", 10)])
def test_console_list_takes_so_many_statements_for_any_number(
    as_, hugo, query, statements, django_assert_num_queries
):
    core = make_certification("CORE")
    for _number in range(60):
        make_award(make_person(), core, at=NOW - 30 * DAY)
    browser = as_(hugo)
    browser.get(f"/certification/{query}")
    with django_assert_num_queries(statements):
        assert len(browser.get(f"/certification/{query}").context["page"].rows) == 50


def test_console_list_pages_keep_filters_and_show_everybody_once(as_, hugo):
    for number in range(60):
        make_person(f"Pat {number:03d}")
    browser = as_(hugo)
    first = browser.get("/certification/?q=pat&at=2026-06-14")
    following = first.context["page"].next
    assert "at=2026-06-14" in first.content.decode().partition('rel="next"')[2][:200]
    second = browser.get(f"/certification/?q=pat&at=2026-06-14&after={following}")
    rows = [row.pk for page in (first, second) for row in page.context["page"].rows]
    assert len(rows) == len(set(rows)) == 60


def propose(person: User, by: User) -> None:
    award = person.awards.get()
    said = {"earned_at": award.issued_at, "recipient_name": "Ada Right", "reason": "Married"}
    corrections.propose_correction(award, actor=by.actor, at=NOW, **said)


def test_console_list_names_corrections_that_wait(as_, hugo, vera, ada, carol):
    core = make_certification("CORE")
    for person in (ada, carol):
        make_award(person, core, at=NOW - DAY)
        propose(person, vera)
    regional = give_role(make_person(), "hr", region=make_region("BR"))
    address = "/certification/{}/confirm-correction/"
    for reader, seen, unseen in ((regional, carol, ada), (hugo, ada, None)):
        page = as_(reader).get("/certification/").content.decode()
        assert address.format(seen.uuid) in page
        assert unseen is None or address.format(unseen.uuid) not in page
    assert "confirm-correction" not in as_(vera).get("/certification/").content.decode()


def test_governance_sees_its_region_in_the_console_but_no_list_of_people(as_, ada, carol):
    governor = give_role(make_person("Gov"), "governance", region=make_region("BR"))
    holds.start_hold(carol, actor=ada.actor, at=NOW, reason="Under review")
    page = as_(governor).get("/certification/")
    assert [row.display_name for row in page.context["page"].rows] == ["Carol Souza"]
    assert 'href="/certification/"' in page.content.decode()
    assert as_(governor).get("/people/").status_code == 403

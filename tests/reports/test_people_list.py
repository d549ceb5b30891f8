"""The people list: who sees whom, what filters find, how it is paged."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from django.core.cache import caches
from django.utils import timezone

import pytest
import time_machine

from accounts import people
from accounts.models import User
from certificates.models import Hold, Waiver
from channels.models import Channel
from courses.models import Assignment
from reports.console.moments import AskedMoment
from reports.listing.posters import count_posters
from reports.models import ExportRun
from tests.conftest import NOW
from tests.factories.channels import make_channel, make_permission, make_poster
from tests.factories.people import give_role, make_person, make_region, make_team
from tests.markup import squeeze_markup
from tests.reports.makers import make_award, make_certification

TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def core(db: None):
    return make_certification()


@pytest.fixture
def listed(as_, hugo):
    """`listed("q=ada")` returns the names that HR gets for that query, and the response."""
    browser = as_(hugo)

    def ask(query: str = ""):
        reply = browser.get(f"/people/?{query}")
        assert reply.status_code == 200
        return [row.display_name for row in reply.context["page"].rows], reply

    return ask


def words(reply) -> str:
    return " ".join(reply.content.decode().split())


@pytest.mark.databases
def test_people_list_counts_people_and_certified(listed, ada, core):
    make_award(ada, core, through=TODAY + 300 * DAY)
    _names, reply = listed()
    text = " ".join(reply.content.decode().split())
    assert '<strong class="num">3</strong> people, 1 of them certified today, <strong' in text
    assert 'certified today, <strong class="num">0</strong> may post today' in text


@pytest.mark.databases
def test_people_list_counts_who_may_post_as_decisions_do_and_each_once(as_, ada, carol, core):
    """Ada may on two channels; Carol has roles and no certificate; one person has no role; Ben may, elsewhere."""
    for code in ("BLOG", "NEWS"):
        for person in (ada, carol):
            make_poster(
                person, make_channel(code) if person is ada else Channel.objects.get(code=code)
            )
    Hold.objects.create(
        person=carol,
        starts_at=NOW,
        recorded_at=NOW,
        reason="Under review",
        actor="system:test",
        review_on=NOW.date(),
    )
    lead = give_role(make_person("Rita Regional"), "regional_lead", region=ada.region)
    hugo = give_role(make_person("Hugo Berg"), "hr")
    with time_machine.travel(NOW + DAY, tick=False):
        shown = as_(hugo).get("/people/").context["counts"]
        assert (shown.people, shown.able, shown.judged_at) == (5, 1, None)
        assert as_(hugo).get("/people/?q=carol").context["counts"].able == 0
        assert as_(hugo).get("/people/?q=nobody").context["counts"].able == 0
        assert as_(lead).get("/people/").context["counts"].able == 1
        early, late = (NOW - 400 * DAY).date(), (NOW + 290 * DAY).date()
        assert as_(hugo).get(f"/people/?at={late}").context["counts"].able == 0
        then = as_(hugo).get(f"/people/?at={early}")
        assert then.context["counts"].able == 0
        assert "could post then" in then.content.decode()
    with time_machine.travel(NOW + DAY + DAY / 2880, tick=False):
        again = as_(hugo).get("/people/").context["counts"]
        assert (again.able, again.judged_at) == (1, NOW + DAY)


def test_count_of_posters_costs_as_many_statements_for_one_role_as_for_many(
    ada, django_assert_num_queries
):
    asked = AskedMoment(NOW, NOW)
    make_poster(ada, make_channel("BLOG"))
    with django_assert_num_queries(2):
        assert count_posters(User.objects.people(), asked) == 1
    for number in range(3):
        make_poster(make_person(), make_channel(f"CH-{number}"))
    with django_assert_num_queries(2):
        assert count_posters(User.objects.people(), asked) == 4


FILTERED = {
    "q=virta": ["Ada Virtanen"],
    "q=ADA@": ["Ada Virtanen"],
    "region=BR": ["Carol Souza"],
    "team=press": ["Carol Souza"],
    "status=certified": ["Ada Virtanen"],
    "status=expiring": ["Ben Aalto"],
    "status=lapsed": ["Carol Souza"],
    "ends=30": ["Ben Aalto"],
    "status=overdue": ["Hugo Berg"],
    "employment=left": ["Lea Left"],
    "employment=contractor": ["Cy Contract"],
    "q=nobody-like-this": [],
    "q=100%25": [],
}


@pytest.mark.databases
def test_people_list_filters_find_matching_people(listed, ada, ben, carol, hugo, core, case):
    people.change_person(carol, actor="system:test", at=timezone.now(), team=make_team("PRESS"))
    make_award(ada, core, through=TODAY + 300 * DAY)
    make_award(ben, core, through=TODAY + 10 * DAY)
    make_award(carol, core, through=TODAY - 10 * DAY)
    Assignment.objects.create(
        person=hugo,
        course=core.requirements.get().course,
        assigned_at=timezone.now() - 9 * DAY,
        recorded_at=timezone.now() - 9 * DAY,
        due_on=TODAY - 2 * DAY,
        reason="New",
        actor="system:test",
    )
    make_person("Cy Contract", kind="contractor")
    people.record_leaving(make_person("Lea Left"), actor="system:test", at=timezone.now() - DAY)
    for query, names in FILTERED.items():
        with case(query):
            assert listed(query)[0] == names


@pytest.mark.parametrize(
    "query",
    [
        *("after=garbage", "after=W10=", "after=WyJhIiwgImIiLCAiYyJd", "before=%F0%9F%98%80"),
        *(
            "after=WyJBIiwgIkEiLCAxMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0=",
            "sort=until&after=WyJ4IiwgMV0=",
        ),
        "status=&region=",
    ],
)
def test_people_list_answers_invalid_page_marks_with_first_page(listed, query):
    assert listed(query)[0] == ["Hugo Berg"]


# An unknown name, and an unknown value of each filter, with a right filter beside it.
UNKNOWN = [
    *("status=nope", "status=%00", "region=XX", "employment=some", "certification=NO-SUCH"),
    *("ends=-1", "ends=99999999", "ends=soon", "sort=password", "q=%00", "q=" + "x" * 500),
    *(
        "status=lapsed,nope",
        "unit=NONE",
        "manager=NOBODY",
        "country=ZZ",
        "channel=NONE",
        "role=king",
    ),
    *("compliant=maybe", "exception=luck", "due_before=soon", "due_before=1066-01-01", "release=x"),
    *(
        "locale=tlh",
        "left_since=2026-02-30",
        "changed_since=31.12.2026",
        "employment=leave&unit=%00",
    ),
    *("team=" + "x" * 500, "statuz=lapsed", "Region=FI", "region=FI&x=1", "%00=1"),
]


def test_people_list_with_unknown_filter_lists_nobody_and_says_so(listed, case):
    for query in UNKNOWN:
        with case(query):
            names, page = listed(query)
            assert names == []
            assert "so nothing is listed" in page.content.decode()


def test_people_export_with_unknown_filter_exports_nobody_and_says_so(as_, hugo, case):
    browser = as_(hugo)
    for query in (*UNKNOWN, "profile=nope"):
        with case(query):
            reply = browser.get(f"/people/export.csv?{query}")
            assert reply.status_code == 400
            assert "Nothing was exported" in reply.content.decode()
            assert 'href="/people/"' in reply.content.decode()
            assert not ExportRun.objects.exists()


@pytest.mark.databases
def test_people_list_pages_forward_and_back(listed, as_, hugo):
    for number in range(120):
        make_person(f"Pat {chr(97 + number % 26)}{number:03d}")
    names, page, addresses = [], listed()[1], []
    while True:
        names += [row.display_name for row in page.context["page"].rows]
        addresses.append([row.pk for row in page.context["page"].rows])
        if not page.context["page"].next:
            break
        page = listed(f"after={page.context['page'].next}")[1]
    assert len(names) == len(set(names)) == 121
    assert [len(rows) for rows in addresses] == [50, 50, 21]
    back = listed(f"before={page.context['page'].previous}")[1].context["page"]
    assert [row.pk for row in back.rows] == addresses[1]
    first = listed(f"before={back.previous}")[1].context["page"]
    assert ([row.pk for row in first.rows], first.previous) == (addresses[0], "")


@pytest.mark.databases
def test_people_list_sorts_page_through_everybody_once(listed, core, case):
    for number in range(60):
        person = make_person("Same Name")
        if number % 3 == 0:
            make_award(person, core, through=TODAY + number * DAY)
    for sort in ("name", "-name", "hr_id", "-hr_id", "until", "-until"):
        with case(sort):
            first = listed(f"sort={sort}")[1].context["page"]
            second = listed(f"sort={sort}&after={first.next}")[1].context["page"]
            assert len({row.pk for row in [*first.rows, *second.rows]}) == 61


@pytest.mark.parametrize(("count", "queries"), [(3, 6), (120, 6)])
@pytest.mark.databases
def test_people_list_takes_six_queries_for_any_number(
    as_, hugo, core, count, queries, django_assert_num_queries
):
    for _number in range(count):
        make_award(make_person(), core, through=TODAY + 100 * DAY)
    browser = as_(hugo)
    browser.get("/people/")
    with django_assert_num_queries(queries):
        assert browser.get("/people/").status_code == 200


@pytest.mark.parametrize("address", ["/people/", "/people/export.csv", "/people/import/"])
def test_people_pages_answer_403_with_help_to_others(as_, ada, address):
    reply = as_(ada).get(address)
    assert reply.status_code == 403
    assert "HR" in reply.content.decode()


def test_people_list_redirects_anonymous_to_login(client):
    assert client.get("/people/").headers["Location"] == "/accounts/login/?next=/people/"


@pytest.mark.databases
def test_regional_lead_sees_people_of_own_region_only(as_, ada, carol):
    lead = give_role(make_person("Rita Regional"), "regional_lead", region=make_region("BR"))
    reply = as_(lead).get("/people/?employment=all&region=FI")
    assert list(reply.context["page"].rows) == []
    assert [p.pk for p in as_(lead).get("/people/").context["page"].rows] == [carol.pk]


def test_regional_lead_cannot_open_person_of_other_region(as_, ada, carol):
    browser = as_(give_role(make_person(), "regional_lead", region=make_region("BR")))
    assert browser.get(f"/people/{ada.uuid}/").status_code == 404
    page = browser.get(f"/people/{carol.uuid}/")
    assert page.status_code == 200
    assert "timeline" not in page.context


def test_regional_lead_cannot_import(as_):
    browser = as_(give_role(make_person(), "regional_lead", region=make_region("BR")))
    assert browser.get("/people/import/").status_code == 403


def test_regional_hr_cannot_import(as_):
    browser = as_(give_role(make_person(), "hr", region=make_region("BR")))
    assert browser.get("/people/import/").status_code == 403


def test_ended_hr_role_answers_403(as_, hugo):
    people.end_responsibility(
        hugo.responsibilities.get(), actor="system:test", at=timezone.now() - DAY
    )
    assert as_(hugo).get("/people/").status_code == 403


@pytest.mark.databases
def test_person_page_shows_history_to_hr(as_, hugo, ada, core):
    make_award(ada, core, through=date(2026, 5, 1))
    people.change_person(ada, actor=hugo.actor, at=timezone.now(), site="Oulu")
    text = as_(hugo).get(f"/people/{ada.uuid}/").content.decode()
    for said in ("Joined", "Certificate issued", "Details changed", "Hugo Berg", "Works here."):
        assert said in text


def test_person_page_says_that_the_sponsor_has_left(as_, hugo, ada, ben):
    ada.sponsor = ben
    ada.save()
    page = f"/people/{ada.uuid}/"
    assert "<dd>Ben Aalto</dd>" in squeeze_markup(as_(hugo).get(page).text)
    people.record_leaving(ben, actor="system:test", at=timezone.now())
    assert "Ben Aalto, who has left (last day " in as_(hugo).get(page).text


def test_unknown_person_answers_404(as_, hugo):
    assert as_(hugo).get("/people/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_people_list_escapes_markup_in_names(as_, hugo):
    make_person("<script>alert(1)</script>")
    assert b"<script>alert" not in as_(hugo).get("/people/").content


def test_people_list_works_without_certifications(listed, ada):
    assert "Ada Virtanen" in listed()[0]


# the filters of domain.md, 6.3: each finds whom it is about, alone and beside others


@pytest.fixture
def house(ada, ben, carol, hugo, core):
    """Ben manages Ada, Eve reports to Ada; Gil's team is below GROUP, where Ben works; Lea left, Max is away."""
    group, inner = (
        make_team("GROUP"),
        make_team("INNER", parent=make_team("MID", parent=make_team("GROUP"))),
    )
    eve, gil = (
        make_person("Eve Deep", manager=ada, country="SE"),
        make_person("Gil Inner", team=inner),
    )
    User.objects.filter(pk=ben.pk).update(
        team=group, site="Oulu mill", job_code="J7", job_title="Buyer"
    )
    now = timezone.now()
    lea = make_person("Lea Left")
    people.record_leaving(lea, actor="system:test", at=now - 9 * DAY)
    away = make_person("Max Away")
    people.record_absence(
        away, starts_at=now - DAY, until=now + 20 * DAY, actor="system:test", at=now - DAY
    )
    make_award(ada, core, through=TODAY + 300 * DAY, release=2)
    make_award(carol, core, through=TODAY - 10 * DAY, locale="pt-br")
    course = core.requirements.get().course
    given = {
        "course": course,
        "recorded_at": now - 9 * DAY,
        "reason": "New",
        "actor": "system:test",
    }
    begun = now - 9 * DAY
    Assignment.objects.create(
        person=gil,
        assigned_at=begun,
        due_on=TODAY,
        closed_at=now - DAY,
        closed_why="extended",
        **given,
    )
    Assignment.objects.create(person=gil, assigned_at=begun, due_on=TODAY + 5 * DAY, **given)
    Waiver.objects.create(
        person=eve,
        certification=core,
        starts_at=begun,
        recorded_at=begun,
        until=now + 9 * DAY,
        reason="Elsewhere",
        actor="system:test",
    )
    Hold.objects.create(
        person=hugo, starts_at=begun, recorded_at=begun, reason="X", actor="system:test"
    )
    make_permission(make_channel("BLOG"), carol, "approver")
    User.objects.update(created_at=now - 90 * DAY)
    return course


FOUND = [
    ("unit=group", ["Ben Aalto", "Gil Inner"]),
    ("unit=MID", ["Gil Inner"]),
    ("manager=%(ben)s", ["Eve Deep", "Ada Virtanen"]),
    ("manager=%(ada)s", ["Eve Deep"]),
    ("manager=%(ben)s&country=se", ["Eve Deep"]),
    ("site=MILL&job=j7", ["Ben Aalto"]),
    ("job=buy", ["Ben Aalto"]),
    ("employment=leave", ["Max Away"]),
    ("left_since=%(soon)s", ["Lea Left"]),
    ("left_since=%(soon)s&employment=employed", ["Lea Left"]),
    ("left_since=%(today)s", []),
    ("employment=left&at=%(today)s&left_since=%(soon)s", ["Lea Left"]),
    ("status=lapsed&status=certified", ["Carol Souza", "Ada Virtanen"]),
    ("status=lapsed,certified&country=se", []),
    ("compliant=yes", ["Eve Deep", "Ada Virtanen"]),
    ("compliant=no", ["Hugo Berg", "Gil Inner", "Carol Souza"]),
    ("due_before=%(week)s", ["Gil Inner"]),
    ("due_before=%(today)s", []),
    ("release=v2", ["Ada Virtanen"]),
    ("release=1", ["Carol Souza"]),
    ("locale=pt-br", ["Carol Souza"]),
    ("channel=blog", ["Carol Souza"]),
    ("channel=BLOG&role=publisher", []),
    ("role=approver", ["Carol Souza"]),
    ("exception=waiver", ["Eve Deep"]),
    ("exception=extension", ["Gil Inner"]),
    ("exception=equivalence", ["Carol Souza", "Ada Virtanen"]),
    ("exception=hold", ["Hugo Berg"]),
    ("changed_since=%(soon)s", ["Max Away", "Hugo Berg", "Eve Deep", "Gil Inner"]),
]


@pytest.mark.databases
def test_people_list_filters_of_the_dataset_find_whom_they_name_and_the_export_the_same(
    as_, listed, house, ada, ben
):
    said = {
        "ben": ben.hr_id,
        "ada": ada.hr_id,
        "today": TODAY,
        "soon": TODAY - 20 * DAY,
        "week": TODAY + 9 * DAY,
    }
    browser = as_(make_person("Zoe Reader", is_superuser=True))
    wrong = {}
    for query, names in FOUND:
        query %= said
        shown = browser.get(f"/people/?{query}")
        rows = [
            row.display_name
            for row in shown.context["page"].rows
            if row.display_name != "Zoe Reader"
        ]
        sent = b"".join(browser.get(f"/people/export/machine/?{query}").streaming_content).decode()
        told = {line["display_name"] for line in csv.DictReader(sent.splitlines())} - {"Zoe Reader"}
        if rows != names or told != set(names):
            wrong[query] = (rows, told)
    assert wrong == {}


def test_people_list_filters_count_a_change_of_name_as_a_change(listed, house, ada):
    since = f"changed_since={TODAY + DAY}&known_at={TODAY}"
    assert listed(since)[0] == []
    people.change_person(ada, actor="system:test", at=timezone.now(), given_name="Adele")
    assert "Ada Virtanen" in listed(f"changed_since={TODAY}")[0]


def test_people_list_says_no_choice_for_a_manager_whom_the_reader_may_not_see(as_, ben, carol):
    lead = give_role(make_person("Rita Regional"), "regional_lead", region=make_region("BR"))
    shown = words(as_(lead).get(f"/people/?manager={ben.hr_id}"))
    assert f"“{ben.hr_id}” is no choice for manager, so nothing is listed" in shown


def test_people_list_with_new_filters_is_read_in_the_same_statements(
    as_, hugo, house, django_assert_max_num_queries
):
    browser = as_(hugo)
    for query, most in (
        ("status=lapsed&due_before=2030-01-01&country=FI&exception=waiver", 6),
        ("unit=MID", 7),
    ):
        browser.get(f"/people/?{query}")
        with django_assert_max_num_queries(most):
            assert browser.get(f"/people/?{query}").status_code == 200

"""Acts on many people: seen first, refused where they may not be, one entry for each, a job that goes on and stops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts import people
from accounts.models import User
from certificates.models import Certification
from courses.models import Assignment
from courses.progress.assignments import assign_course
from ledger.models import Entry
from notifications.models import Notification
from reports.bulk import runs
from reports.models import BulkAct
from tests.conftest import NOW
from tests.factories.people import give_role, make_person, make_region
from tests.reports.makers import make_award, make_certification

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def core(db: None) -> Certification:
    return make_certification()


@pytest.fixture
def course(core):
    return core.requirements.get().course


def words(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def address(act: str, *chosen: User, query: str = "") -> str:
    ticks = "&".join(f"person={one.uuid}" for one in chosen)
    return f"/people/bulk/{act}/?{query}&{ticks}".replace("?&", "?").rstrip("&")


def confirm(browser, where: str, **fields: Any) -> Any:
    """Look at the page with these fields, and confirm exactly what it shows."""
    sent = {"reason": "Late summer", "step": "look", **fields}
    shown = browser.post(where, sent)
    return browser.post(where, {**sent, "step": "do", "seen": shown.context["seen"]})


def ask(course, *asked: User, day: str = "2026-06-20") -> None:
    for one in asked:
        assign_course(
            one,
            course,
            due_on=(NOW + 5 * DAY).date(),
            reason="New",
            actor="system:test",
            at=NOW - DAY,
        )


@pytest.mark.databases
def test_bulk_assign_does_to_all_of_the_filter_what_its_page_showed(
    as_, hugo, ada, ben, carol, course
):
    ask(course, ben)
    where = address("assign", query="all=1")
    page = as_(hugo).get(where)
    assert [one.name for one in page.context["plan"].people] == ["Carol Souza", "Ada Virtanen"]
    text = words(page)
    assert 'It is done to <strong class="num">2</strong> people' in text
    assert "Hugo Berg: Nobody acts on their own record" in text
    assert "Ben Aalto: It is asked of them already." in text
    assert Assignment.objects.count() == 1
    done = confirm(as_(hugo), where, course=course.code, due_on="2026-07-31")
    run = BulkAct.objects.get()
    assert done.headers["Location"] == f"/people/bulk/runs/{run.uuid}/"
    given = Assignment.objects.filter(person__in=[ada, carol])
    told = set(given.values_list("due_on", "reason", "actor"))
    assert (given.count(), told) == (2, {((NOW + 46 * DAY).date(), "Late summer", hugo.actor)})
    entries = Entry.objects.filter(kind="assignment.made", actor=hugo.actor)
    assert {entry.data["person"] for entry in entries} == {str(ada.uuid), str(carol.uuid)}
    assert entries.count() == 2
    text = words(as_(hugo).get(done.headers["Location"]))
    assert "2 of 2 people are through, 2 of them done" in text
    assert "It is finished." in text
    assert "Ben Aalto: It is asked of them already." in text


@pytest.mark.databases
def test_bulk_extend_and_remind_reach_whom_they_may(as_, hugo, ada, ben, carol, core, course):
    ask(course, ada, ben)
    make_award(carol, core, through=(NOW + 300 * DAY).date())
    done = confirm(
        as_(hugo), address("extend", ada, carol), course=course.code, due_on="2026-07-31"
    )
    text = words(as_(hugo).get(done.headers["Location"]))
    assert "1 of 1 people are through" in text
    assert "Carol Souza: The course is not asked of them by a day." in text
    assert ada.assignments.open().get().due_on == (NOW + 46 * DAY).date()
    assert ben.assignments.open().get().due_on == (NOW + 5 * DAY).date()
    where = address("remind", ada, ben, carol)
    assert "Carol Souza: There is nothing to be done: Certified." in words(as_(hugo).get(where))
    confirm(as_(hugo), where)
    mail = Notification.objects.get(recipient=ada)
    assert "Hugo Berg writes" in mail.body
    assert "Late summer" in mail.body
    again = confirm(as_(hugo), where)
    text = words(as_(hugo).get(again.headers["Location"]))
    assert "2 of 2 people are through, 0 of them done" in text
    assert "Ada Virtanen: Reminded today already." in text
    assert Notification.objects.count() == 2
    assert Entry.objects.filter(kind="person.reminded").count() == 2


def test_bulk_act_names_whom_the_reader_may_not_act_on_and_counts_strangers(
    as_, ada, carol, course
):
    """Hana is HR in Brazil and auditor everywhere; Lena is HR in Brazil only, and does not learn who Ada is."""
    region = make_region("BR")
    hana = give_role(make_person("Hana Regional", region=region), "hr", region=region)
    give_role(hana, "auditor")
    gone = make_person("Liv Left", region=region, left_at=NOW - DAY)
    text = words(as_(hana).get(address("assign", ada, carol, gone)))
    assert "Ada Virtanen: You are not HR for their region." in text
    assert "Liv Left: They have left." in text
    lena = give_role(make_person("Lena Local", region=region), "hr", region=region)
    page = as_(lena).get(address("assign", ada, carol, query="person=rubbish"))
    assert "1 chosen person is not among those whom you may see." in words(page)
    assert "Ada Virtanen" not in words(page)
    assert [one.name for one in page.context["plan"].people] == ["Carol Souza"]
    lead = give_role(make_person("Rita Regional"), "regional_lead", region=region)
    assert as_(lead).get(address("assign", carol)).status_code == 403
    assert "All" not in words(as_(lead).get("/people/")).split("Valid through")[-1]


def test_bulk_act_of_a_stale_page_does_nothing(as_, hugo, ada, carol, course):
    where = address("assign", ada, carol)
    sent = {"reason": "X", "course": course.code, "due_on": "2026-07-31", "step": "look"}
    seen = as_(hugo).post(where, sent).context["seen"]
    ask(course, ada)
    late = as_(hugo).post(where, {**sent, "step": "do", "seen": seen})
    assert late.status_code == 409
    assert "Nothing was done yet." in words(late)
    other = {**sent, "step": "do", "seen": late.context["seen"], "due_on": "2026-08-31"}
    assert as_(hugo).post(where, other).status_code == 409
    assert not BulkAct.objects.exists()
    assert not carol.assignments.exists()


@pytest.mark.parametrize(
    ("query", "fields", "reason"),
    [
        ("all=1", {"reason": " "}, "Write in one sentence why"),
        ("all=1", {"due_on": "2026-06-01"}, "Give a day from"),
        ("all=1", {"course": "NONE"}, "Choose one of the list"),
        ("all=1&region=XX", {}, "“XX” is no choice for region, so nothing is listed."),
        ("all=1&at=2026-01-01", {}, "Choose people in the list"),
        ("", {}, "Choose people in the list"),
    ],
)
def test_bulk_act_says_what_is_wrong_and_does_nothing(
    as_, hugo, ada, course, query, fields, reason
):
    sent = {"reason": "X", "course": course.code, "due_on": "2026-07-31", "step": "do", **fields}
    shown = as_(hugo).post(address("assign", query=query), sent)
    assert reason in words(shown)
    assert not BulkAct.objects.exists()


@pytest.mark.databases
def test_bulk_job_goes_on_where_a_killed_process_left_it_and_does_nobody_twice(
    as_, hugo, course, monkeypatch
):
    crowd = [make_person(f"Pat {number:02d}") for number in range(12)]
    monkeypatch.setattr(runs, "CHUNK", 5)
    monkeypatch.setattr(runs, "work_on", runs._work_on_chunk)
    confirm(as_(hugo), address("assign", *crowd), course=course.code, due_on="2026-07-31")
    run = BulkAct.objects.get()
    assert (run.done, run.changed, run.total, run.finished_at) == (5, 5, 12, None)
    text = words(as_(hugo).get(f"/people/bulk/runs/{run.uuid}/"))
    assert "5 of 12 people are through, 5 of them done" in text
    assert runs.continue_runs(at=NOW) == 0
    monkeypatch.undo()
    people.record_leaving(crowd[7], actor="system:test", at=NOW - DAY)
    assert runs.continue_runs(at=NOW + runs.STALE) == 1
    run.refresh_from_db()
    assert (run.done, run.changed, run.finished_at) == (12, 11, NOW)
    assert (run.left_alone, run.left_out) == (1, [[crowd[7].pk, "They have left."]])
    assert Assignment.objects.count() == 11
    assert runs.continue_runs(at=NOW + 9 * DAY) == 0


def test_bulk_job_that_breaks_in_a_chunk_does_none_of_it(
    as_, hugo, ada, carol, course, monkeypatch
):
    """What is done and how far it is are one transaction."""
    run = BulkAct.objects.create(
        act="assign",
        choices={"course": course.code, "due_on": "2026-07-31", "reason": "X"},
        people=[ada.pk, carol.pk, 0],
        total=3,
        requested_by=hugo.actor,
        created_at=NOW,
    )
    with pytest.raises(User.DoesNotExist):
        runs.work_on(run.pk)
    run.refresh_from_db()
    assert (run.done, Assignment.objects.count()) == (0, 0)


def test_bulk_job_is_stopped_by_who_asked_and_ends_with_their_role(as_, hugo, ada, carol, course):
    chosen = {"course": course.code, "due_on": "2026-07-31", "reason": "X"}
    made = {"act": "assign", "choices": chosen, "requested_by": hugo.actor, "created_at": NOW}
    run = BulkAct.objects.create(people=[ada.pk, carol.pk], total=2, **made)
    other = give_role(make_person("Eva Else"), "hr")
    assert as_(other).post(f"/people/bulk/runs/{run.uuid}/stop/").status_code == 404
    assert as_(hugo).post(f"/people/bulk/runs/{run.uuid}/stop/").status_code == 302
    runs.work_on(run.pk)
    assert "It was stopped. 2 were left alone" in words(
        as_(hugo).get(f"/people/bulk/runs/{run.uuid}/")
    )
    late = BulkAct.objects.create(people=[ada.pk], total=1, **made)
    people.end_responsibility(hugo.responsibilities.get(), actor="system:test", at=NOW)
    runs.work_on(late.pk)
    late.refresh_from_db()
    assert late.left_out == [[ada.pk, "You may not do this to them any more."]]
    assert not Assignment.objects.exists()


def test_bulk_page_takes_as_many_statements_for_many_as_for_few(
    as_, hugo, course, django_assert_max_num_queries
):
    browser = as_(hugo)
    for crowd in (3, 40):
        for _number in range(crowd):
            make_person()
        browser.get(address("assign", query="all=1"))
        with django_assert_max_num_queries(7):
            assert browser.get(address("assign", query="all=1")).status_code == 200

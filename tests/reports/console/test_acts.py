"""Every act of the console by its form: what it shows before is what happens; what it refuses, and how."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest
import time_machine

from accounts import people
from accounts.models import User
from certificates import acts
from certificates.acts import awards, corrections, holds, waivers
from certificates.models import AwardCorrection, EvidenceFile, Hold
from channels.models import Channel
from courses.models import Enrolment
from courses.progress.assignments import assign_course
from ledger.models import Entry
from notifications.models import Notification
from reports.console.acts import ACTS
from reports.console.effects import compare_records, read_record
from tests.conftest import NOW
from tests.factories.certificates import make_certification, make_course_record
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.people import give_role, make_person, make_region
from tests.reports.console.pages import act_address, do_act, fill_act, look_at_act, send_act

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def poster(ada: User) -> User:
    """Ada holds a certificate and may post on one channel."""
    return make_poster(ada, make_channel("BLOG", title="Blog"))


def words(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def hold(person: User, hugo: User) -> Hold:
    return holds.start_hold(person, actor=hugo.actor, at=NOW - DAY, reason="Under review")


def nothing(person: User, hugo: User) -> None:
    """The poster holds a certificate already."""


def excuse(person: User, hugo: User) -> None:
    award = person.awards.get()
    awards.revoke_award(award, actor=hugo.actor, at=NOW - DAY, reason="Mixed up")
    later = {"until": NOW + 20 * DAY, "reason": "Leave"}
    waivers.grant_waiver(person, award.certification, actor=hugo.actor, at=NOW - DAY, **later)


def withdraw(person: User, hugo: User) -> None:
    awards.revoke_award(person.awards.get(), actor=hugo.actor, at=NOW - DAY, reason="Mixed up")


def ask(person: User, hugo: User) -> None:
    """The certificate is withdrawn for good and the course was due a week ago."""
    course = make_course_record("LATE")
    other = make_certification("LATE", courses=(course,))
    assert other.pk
    made = {"reason": "New here", "actor": hugo.actor, "at": NOW - 30 * DAY}
    assign_course(person, course, due_on=(NOW - 7 * DAY).date(), **made)


def propose(person: User, hugo: User) -> None:
    """Vera's colleague says that the certificate was earned long ago: it has ended by now."""
    colleague = give_role(make_person("Hanna Ros"), "hr")
    award = person.awards.get()
    said = {"earned_at": NOW - 600 * DAY, "recipient_name": "Ada V. Virtanen"}
    corrections.propose_correction(
        award, actor=colleague.actor, at=NOW - DAY, reason="Wrong day", **said
    )


def away(person: User, hugo: User) -> None:
    made = {"starts_at": NOW - 3 * DAY, "until": NOW + 30 * DAY, "at": NOW - DAY}
    people.record_absence(person, actor=hugo.actor, **made)


def evidence(name: str = "proof.pdf", content: bytes = b"%PDF-1.7 proof") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


Arrange = Callable[[User, User], object]
# By act: what has to be there before, and what the form is given; a callable is called when it is sent.
ARRANGED: dict[str, tuple[Arrange, dict[str, Any]]] = {
    "hold": (nothing, {}),
    "end-hold": (hold, {}),
    "issue": (withdraw, {"passed_on": "2026-06-15", "evidence": evidence}),
    "revoke": (nothing, {}),
    "reinstate": (withdraw, {}),
    "extend": (ask, {}),
    "waive": (ask, {"target": "LATE"}),
    "end-waiver": (excuse, {}),
    "leave": (nothing, {}),
    "end-leave": (away, {}),
    "correct": (nothing, {"recipient_name": "Ada Right"}),
    "confirm-correction": (propose, {}),
    "decline-correction": (propose, {}),
}
# Acts that another page has to follow, or that change no status: their own effect is none.
WITHOUT_EFFECT = {"correct", "decline-correction", "leave", "end-leave"}


def test_acts_are_all_arranged():
    assert ARRANGED.keys() == ACTS.keys()


@pytest.mark.databases
def test_act_does_what_its_page_showed(as_, hugo, poster, case):
    for act in ACTS:
        with case(act):
            do_as_shown(as_, hugo, User.objects.get(pk=poster.pk), act)


def do_as_shown(as_, hugo, poster, act):
    arrange, fields = ARRANGED[act]
    arrange(poster, hugo)
    browser, before = as_(hugo), read_record(poster)
    Notification.objects.all().delete()
    entries = Entry.objects.count()
    page = look_at_act(browser, poster, act)
    assert page.status_code == 200
    page = send_act(browser, poster, act, fill_act(page, step="look", **fields))
    shown = page.context["effect"]
    assert (page.status_code, read_record(poster)) == (200, before)
    done = send_act(browser, poster, act, fill_act(page, **fields))
    assert done.headers["Location"] == f"/certification/{poster.uuid}/"
    happened = compare_records(before, read_record(poster), NOW)
    assert happened.digest == replace(shown, mails=()).digest
    assert bool(happened.standings) == (act not in WITHOUT_EFFECT)
    assert Notification.objects.count() == len(shown.mails)
    assert Entry.objects.count() > entries
    assert poster.display_name in words(browser.get(done.headers["Location"]))


@pytest.mark.databases
def test_act_on_a_stale_page_does_nothing_and_says_who_was_first(as_, hugo, vera, poster, case):
    for act in ACTS:
        with case(act):
            come_second(as_, hugo, vera, User.objects.get(pk=poster.pk), act)


def come_second(as_, hugo, vera, poster, act):
    arrange, fields = ARRANGED[act]
    with time_machine.travel(NOW - DAY, tick=False):
        arrange(poster, hugo)
    browser = as_(hugo)
    page = look_at_act(browser, poster, act)
    holds.start_hold(poster, actor=vera.actor, at=NOW, reason="Faster")
    before = read_record(poster)
    late = send_act(browser, poster, act, fill_act(page, **fields))
    assert late.status_code == 409
    assert "Somebody else was first: Vera Costa. Nothing was done." in words(late)
    assert read_record(poster) == before
    assert send_act(browser, poster, act, fill_act(late, **fields)).status_code in {200, 302}


def test_act_without_a_reason_is_refused_with_what_to_do(as_, hugo, poster, case):
    for act in ACTS:
        with case(act):
            give_no_reason(as_, hugo, User.objects.get(pk=poster.pk), act)


def give_no_reason(as_, hugo, poster, act):
    arrange, fields = ARRANGED[act]
    arrange(poster, hugo)
    browser, before = as_(hugo), read_record(poster)
    page = look_at_act(browser, poster, act)
    refused = send_act(browser, poster, act, fill_act(page, **fields, reason=" \n "))
    assert refused.status_code == 200
    assert "Write in one sentence why" in words(refused)
    assert read_record(poster) == before


def test_act_on_oneself_is_refused_with_whom_to_ask(as_, hugo, case):
    browser = as_(hugo)
    for act in ACTS:
        with case(act):
            for reply in (look_at_act(browser, hugo, act), browser.post(act_address(hugo, act))):
                assert reply.status_code == 403
                assert "This is your own record." in words(reply)
                assert "/me/contacts/#hr" in words(reply)


def test_act_is_for_its_roles_in_their_region(as_, ada, vera, case):
    regional = as_(give_role(make_person(), "hr", region=make_region("BR")))
    reader = as_(vera)
    for act in ACTS:
        with case(act):
            assert look_at_act(regional, ada, act).status_code == 404
            refused = look_at_act(reader, ada, act)
            assert refused.status_code == 403
            assert "This is done by: HR" in words(refused)


def test_act_with_an_unseen_effect_shows_it_first(as_, hugo, poster):
    browser = as_(hugo)
    page = look_at_act(browser, poster, "hold")
    sent = fill_act(page, seen="something-else")
    again = send_act(browser, poster, "hold", sent)
    assert "Nothing was done yet. Look at what would happen now" in words(again)
    assert not Hold.objects.exists()
    assert send_act(browser, poster, "hold", fill_act(again)).status_code == 302


@pytest.mark.databases
def test_act_pressed_twice_is_done_once(as_, hugo, poster):
    browser = as_(hugo)
    sent = fill_act(look_at_act(browser, poster, "hold"))
    assert send_act(browser, poster, "hold", sent).status_code == 302
    assert send_act(browser, poster, "hold", sent).status_code == 409
    assert Hold.objects.count() == 1


def test_unknown_act_is_not_found(as_, hugo, ada):
    assert look_at_act(as_(hugo), ada, "promote").status_code == 404


def test_hold_shows_what_is_lost_and_its_end_what_comes_back(as_, hugo, poster):
    browser = as_(hugo)
    page = words(look_at_act(browser, poster, "hold"))
    assert "May no longer post on Blog." in page
    assert "Nobody gets a mail." in page
    do_act(browser, poster, "hold")
    page = words(look_at_act(browser, poster, "end-hold"))
    assert "May post on Blog again." in page


def test_hold_of_one_certification_touches_no_other_channel(as_, hugo, poster):
    make_channel("NEWS", title="News", asks=False)
    page = look_at_act(as_(hugo), poster, "hold")
    sent = fill_act(page, step="look", target="POST-CORE")
    assert send_act(as_(hugo), poster, "hold", sent).context["effect"].lost == ("Blog",)


@pytest.mark.parametrize("day", ["2026-06-14", "2026-07-16", "2026-02-30", "soon", ""])
def test_hold_asks_for_a_day_to_look_again_within_a_month(as_, hugo, poster, day):
    browser = as_(hugo)
    sent = fill_act(look_at_act(browser, poster, "hold"), review_on=day)
    refused = send_act(browser, poster, "hold", sent)
    assert "There is a problem" in words(refused)
    assert not Hold.objects.exists()


def test_end_of_hold_without_a_hold_says_so_and_leads_back(as_, hugo, ada):
    reply = look_at_act(as_(hugo), ada, "end-hold")
    assert reply.status_code == 409
    assert "There is no hold to end." in words(reply)
    assert f'href="/certification/{ada.uuid}/"' in words(reply)


def test_governance_holds_people_of_its_region_only(as_, poster, carol):
    governor = give_role(make_person("Gov"), "governance", region=make_region("BR"))
    assert look_at_act(as_(governor), poster, "hold").status_code == 404
    assert do_act(as_(governor), carol, "hold").status_code == 302
    assert Hold.objects.get().person == carol


def test_acts_of_certificates_all_have_a_screen():
    """Whoever adds an act adds the page on which people do it: nothing needs a shell."""
    shown = {function.__wrapped__ for act in ACTS.values() for function in act.does}
    missing = [
        f"{module.__name__}.{name}"
        for module in act_modules()
        for name, function in vars(module).items()
        if is_act(module, name, function)
        if getattr(function, "__wrapped__", function) not in shown
    ]
    assert sorted(missing) == sorted(BY_OTHERS)


# Acts that are no page of one person on the console, and where they are done instead.
BY_OTHERS = {
    "certificates.acts.earlier.take_in_certificate": "the file of an earlier register on the console",
    "certificates.acts.guards.record_act": "part of every act",
    "certificates.acts.issuing.issue_award": "part of issuing, by a pass or by equivalence",
    "certificates.acts.programmes.record_changes": "the editor of certifications in the CMS",
    "certificates.acts.programmes.record_making": "the editor of certifications in the CMS",
    "certificates.acts.regrades.withdraw_awards": "the correction of marks in the CMS",
}


def act_modules() -> list[ModuleType]:
    found = pkgutil.iter_modules(acts.__path__)
    return [importlib.import_module(f"certificates.acts.{one.name}") for one in found]


def is_act(module: ModuleType, name: str, function: object) -> bool:
    """Whether it is a public function of the module that somebody does at some moment."""
    own = inspect.isfunction(function) and function.__module__ == module.__name__
    return (
        own
        and not name.startswith("_")
        and {"actor", "at"} <= set(inspect.signature(function).parameters)
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.pdf", b"<html>", "This file is no PDF, PNG or JPEG."),
        ("proof.pdf", b"", "This file is empty."),
        ("large.pdf", b"%PDF-" + b"x" * (5 * 1024 * 1024), "This file is larger than 5 MB."),
        (None, None, "Choose the file that proves it"),
    ],
)
def test_equivalence_refuses_other_files_and_issues_nothing(as_, hugo, ada, name, content, said):
    make_certification("POST-CORE")
    browser = as_(hugo)
    sent = fill_act(look_at_act(browser, ada, "issue"))
    if name:
        sent["evidence"] = evidence(name, content)
    refused = send_act(browser, ada, "issue", sent)
    assert said in words(refused)
    assert not ada.awards.exists()
    assert not EvidenceFile.objects.exists()


@pytest.mark.databases
def test_equivalence_keeps_its_file_for_those_who_may_read_the_certificate(
    as_, hugo, vera, ada, ben
):
    make_certification("POST-CORE", policy_tz="UTC")
    sent = fill_act(look_at_act(as_(hugo), ada, "issue"), passed_on="2026-03-01")
    sent["evidence"] = evidence("../../Ada's <b>proof.pdf")
    again = send_act(as_(hugo), ada, "issue", sent)
    assert "Nothing was done yet" in words(again)
    sent = fill_act(again) | {"evidence": evidence("../../Ada's <b>proof.pdf")}
    assert send_act(as_(hugo), ada, "issue", sent).status_code == 302
    award = ada.awards.get()
    assert (award.earned_on, award.valid_through) == (date(2026, 3, 1), date(2027, 2, 28))
    address = f"/certification/evidence/{award.evidence_files.get().uuid}/"
    for reader in (hugo, vera, ada):
        reply = as_(reader).get(address)
        assert reply.content == b"%PDF-1.7 proof"
        assert reply.headers["Content-Disposition"] == 'attachment; filename="Adas_bproof.pdf"'
        assert reply.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert as_(ben).get(address).status_code == 404
    assert address in as_(vera).get(f"/certification/{ada.uuid}/").content.decode()


@pytest.mark.parametrize("day", ["2026-06-16", "1999-12-31", "2026-02-30"])
def test_equivalence_refuses_days_that_cannot_be(as_, hugo, ada, day):
    make_certification("POST-CORE")
    sent = fill_act(look_at_act(as_(hugo), ada, "issue"), passed_on=day, evidence=evidence)
    assert "There is a problem" in words(send_act(as_(hugo), ada, "issue", sent))
    assert not ada.awards.exists()


def test_withdrawal_refuses_a_day_before_the_certificate(as_, hugo, poster):
    sent = fill_act(look_at_act(as_(hugo), poster, "revoke"), since="2020-01-01")
    assert "Give a day from" in words(send_act(as_(hugo), poster, "revoke", sent))


def test_more_time_is_for_a_later_day_only(as_, hugo, poster):
    ask(poster, hugo)
    browser = as_(hugo)
    for day in ("2026-06-08", "2026-06-14", "2030-01-01"):
        sent = fill_act(look_at_act(browser, poster, "extend"), due_on=day)
        assert "Give a day from 15 June 2026 to 16 June 2027" in words(
            send_act(browser, poster, "extend", sent)
        )
    do_act(browser, poster, "extend", due_on="2026-07-01", reason="She was ill")
    first, later = poster.assignments.order_by("pk")
    assert (first.closed_why, later.due_on) == ("extended", date(2026, 7, 1))
    assert later.reason == "New here. More time: She was ill"
    assert later.assigned_at == first.assigned_at


@pytest.mark.databases
def test_correction_takes_two_people(as_, hugo, poster):
    old = poster.awards.get()
    colleague = give_role(make_person("Hanna Ros"), "hr")
    do_act(as_(colleague), poster, "correct", earned_on="2026-05-01", reason="Read the wrong line")
    alone = look_at_act(as_(colleague), poster, "confirm-correction")
    assert alone.status_code == 409
    assert "is confirmed by a colleague in HR" in words(alone)
    assert do_act(as_(hugo), poster, "confirm-correction").status_code == 302
    new = poster.awards.get(previous=old)
    assert (new.earned_on, new.valid_through) == (date(2026, 5, 1), date(2027, 4, 30))
    correction = AwardCorrection.objects.get()
    assert (correction.proposed_by, correction.decided_by) == (colleague.actor, hugo.actor)
    page = words(as_(hugo).get(f"/certification/{poster.uuid}/"))
    for said in ("Correction proposed", "Correction confirmed", "Certificate corrected"):
        assert said in page
    assert "Read the wrong line" in page


def test_correction_of_a_name_keeps_the_dates(as_, hugo, poster):
    old = poster.awards.get()
    colleague = give_role(make_person("Hanna Ros"), "hr")
    do_act(as_(colleague), poster, "correct", recipient_name="Ada Right")
    do_act(as_(hugo), poster, "confirm-correction")
    new = poster.awards.get(previous=old)
    assert new.recipient_name == "Ada Right"
    same = ("valid_from", "valid_through", "expires_at", "policy_tz", "issued_at")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]


def test_correction_that_was_declined_changes_nothing(as_, hugo, poster):
    do_act(as_(hugo), poster, "correct", recipient_name="Ada Wrong")
    do_act(as_(hugo), poster, "decline-correction", reason="My mistake")
    assert poster.awards.count() == 1
    assert AwardCorrection.objects.get().outcome == "declined"


def test_channel_page_leads_who_may_to_the_end_of_a_hold(as_, hugo, olga, poster):
    channel = Channel.objects.get(code="BLOG")
    make_owner(channel, olga)
    hold(poster, hugo)
    governor = give_role(make_person("Gov"), "governance")
    address = act_address(poster, "end-hold")
    assert address in as_(governor).get("/channels/BLOG/").content.decode()
    assert address not in as_(olga).get("/channels/BLOG/").content.decode()


def test_status_leads_who_may_to_the_act_that_mends_it(as_, hugo, vera, poster):
    hold(poster, hugo)
    address = act_address(poster, "end-hold") + "?target="
    assert address in as_(hugo).get(f"/certification/{poster.uuid}/").content.decode()
    assert address not in as_(vera).get(f"/certification/{poster.uuid}/").content.decode()
    past = as_(hugo).get(f"/certification/{poster.uuid}/?at=2026-06-14").content.decode()
    assert address not in past
    assert "Go back to today, to change something" in past


def test_person_page_offers_acts_that_have_something_to_do(as_, hugo, poster, ben, case):
    for act in ACTS:
        with case(act):
            open_what_is_offered(as_, hugo, User.objects.get(pk=poster.pk), ben, act)


def open_what_is_offered(as_, hugo, poster, ben, act):
    arrange, _fields = ARRANGED[act]
    arrange(poster, hugo)
    browser = as_(hugo)
    offered = [one.name for one in browser.get(f"/certification/{poster.uuid}/").context["acts"]]
    assert act in offered
    for name in offered:
        assert look_at_act(browser, poster, name).status_code == 200
    bare = [one.name for one in browser.get(f"/certification/{ben.uuid}/").context["acts"]]
    assert bare == ["hold", "issue", "waive", "leave"]


@pytest.mark.databases
def test_looking_at_an_act_writes_and_locks_nothing(as_, hugo, poster):
    browser = as_(hugo)
    look_at_act(browser, poster, "hold")
    with CaptureQueriesContext(connection) as asked:
        look_at_act(browser, poster, "hold")
    told = [query["sql"] for query in asked]
    assert [sql for sql in told if not sql.lstrip("(").startswith("SELECT")] == []


@pytest.mark.databases
def test_learner_who_goes_on_learning_makes_no_page_stale(as_, hugo, poster):
    ask(poster, hugo)
    browser = as_(hugo)
    page = look_at_act(browser, poster, "hold")
    course = make_course_record("LATE")
    Enrolment.objects.create(person=poster, course=course, started_at=NOW)
    assert send_act(browser, poster, "hold", fill_act(page)).status_code in {200, 302}

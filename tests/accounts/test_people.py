from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from wagtail.models import APIToken

import pytest

from accounts import leaving, people
from accounts.models import EmploymentEvent, User
from accounts.permissions import has_role
from accounts.signals import people_changed
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.people import make_person, make_region

pytestmark = pytest.mark.databases

ACTOR = "system:test"
DAY = timedelta(days=1)


def test_join_creates_person_event_and_ledger_entry(db):
    person = people.add_person(
        actor=ACTOR,
        at=NOW,
        hr_id="0042",
        email=" Mia@Northlight.Example ",
        display_name="Mia",
        region=make_region(),
    )
    assert (person.email, person.has_usable_password()) == ("mia@northlight.example", False)
    assert person.employment.get().what == "joined"
    assert Entry.objects.get(subject=person.actor).kind == "person.joined"


def test_backdated_leaving_is_recorded_now(ada, wall_clock):
    event = people.record_leaving(ada, actor=ACTOR, at=NOW - 3 * DAY)
    assert (event.effective_at, event.recorded_at) == (NOW - 3 * DAY, NOW)


def test_contractor_access_ends_with_the_contract(db):
    person = make_person(kind="contractor")
    people.set_contract_end(person, date(2026, 6, 30), actor=ACTOR, at=NOW)
    assert person.left_at.isoformat() == "2026-06-30T21:00:00+00:00"
    assert leaving.end_leavers_access(at=person.left_at - DAY) == 0
    assert leaving.end_leavers_access(at=person.left_at) == 1
    assert leaving.end_leavers_access(at=person.left_at) == 0


def test_duplicate_email_in_other_case_is_refused(ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        people.add_person(
            actor=ACTOR,
            at=NOW,
            hr_id="0043",
            email="ADA@northlight.example",
            display_name="A",
            region=None,
        )


def test_leaver_is_signed_out_and_tokens_are_revoked(ada, as_):
    browser = as_(ada)
    token = APIToken.objects.create(user=ada, name="t", key_hash="x", prefix="x")
    people.record_leaving(ada, actor=ACTOR, at=NOW)
    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert not User.objects.get(pk=ada.pk).is_active
    assert "_auth_user_id" in browser.session
    assert browser.get("/accounts/password/change/").status_code == 302


def test_future_leaving_keeps_account_active(ada):
    people.record_leaving(ada, actor=ACTOR, at=NOW, effective_at=NOW + DAY)
    ada.refresh_from_db()
    assert (ada.is_active, ada.left_at) == (True, NOW + DAY)
    assert list(User.objects.employed(NOW).filter(pk=ada.pk)) == [ada]


def test_future_leaving_can_be_cancelled(ada):
    people.record_leaving(ada, actor=ACTOR, at=NOW, effective_at=NOW + DAY)
    people.record_return(ada, actor=ACTOR, at=NOW, effective_at=NOW + DAY)
    assert ada.left_at is None
    assert people.employment_of(ada, at=NOW + 2 * DAY).employed


def test_returner_can_sign_in_again(ada):
    people.record_leaving(ada, actor=ACTOR, at=NOW)
    people.record_return(ada, actor=ACTOR, at=NOW + DAY)
    ada.refresh_from_db()
    assert (ada.is_active, ada.left_at) == (True, None)


def test_move_records_event_and_changes_region(ada):
    people.move_person(ada, make_region("BR"), actor=ACTOR, at=NOW)
    assert User.objects.get(pk=ada.pk).region.code == "BR"
    assert ada.employment.last().what == EmploymentEvent.What.MOVED


def test_person_changed_entry_names_fields_without_values(ada):
    assert people.change_person(ada, actor=ACTOR, at=NOW, given_name="Adele", country="") == [
        "given_name"
    ]
    entry = Entry.objects.get(kind="person.changed")
    assert entry.data == {"fields": ["given_name"]}


def test_hr_id_cannot_be_changed(ada):
    with pytest.raises(ValueError, match="hr_id"):
        people.change_person(ada, actor=ACTOR, at=NOW, hr_id="other")


def test_responsibility_is_given_once_and_ended_once(ada):
    given = people.give_responsibility(ada, "hr", actor=ACTOR, at=NOW)
    assert people.give_responsibility(ada, "hr", actor=ACTOR, at=NOW + DAY) == given
    assert has_role(ada, "hr", at=NOW + DAY)
    people.end_responsibility(given, actor=ACTOR, at=NOW + DAY)
    people.end_responsibility(given, actor=ACTOR, at=NOW + 2 * DAY)
    assert not has_role(ada, "hr", at=NOW + DAY)
    assert Entry.objects.filter(kind="responsibility.ended").count() == 1


def test_leave_sends_people_changed_signal(ada):
    heard: list[list[int]] = []

    def hear(person_ids: list[int], **_: object) -> None:
        heard.append(person_ids)

    people_changed.connect(hear)
    try:
        people.record_leaving(ada, actor=ACTOR, at=NOW)
    finally:
        people_changed.disconnect(hear)
    assert heard == [[ada.pk]]

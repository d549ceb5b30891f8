"""Certifications and awards in the CMS: authors edit certifications, nobody edits awards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

import pytest

from accounts.models import User
from certificates.models import Award, Certification, CertificationEvent
from certificates.policies import RolePermissionPolicy
from courses import editor_groups
from ledger import reconciling
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification, make_course_record
from tests.factories.people import make_person
from tests.markup import read_base

As = Callable[[User], Client]
LIST = "/cms/certification/"


@pytest.fixture
def author(dana: User) -> User:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return dana


@pytest.fixture
def boss(db: None) -> User:
    return make_person("Root", is_superuser=True)


def filled(course_id: int, **changes: str) -> dict[str, str]:
    return {
        "code": "NEW",
        "title": "New certification",
        "period_months": "12",
        "window_days": "60",
        "posting_grace_days": "0",
        "policy_tz": "Europe/Helsinki",
        "mode": "anniversary",
        "retired_at": "",
        "requirements-TOTAL_FORMS": "1",
        "requirements-INITIAL_FORMS": "0",
        "requirements-MIN_NUM_FORMS": "1",
        "requirements-MAX_NUM_FORMS": "1000",
        "requirements-0-course": str(course_id),
        **changes,
    }


def test_author_can_create_certification_with_courses(author: User, as_: As) -> None:
    course = make_course_record()
    response = as_(author).post(f"{LIST}new/", filled(course.pk))
    assert response.status_code == 302
    certification = Certification.objects.get(code="NEW")
    assert certification.requirements.get().course == course
    assert find_untold() == []


def send(browser: Client, edited: Certification, form: dict[str, str]) -> Any:
    """Open the form of the certification, and send it filled like that."""
    address = f"{LIST}edit/{edited.pk}/"
    return browser.post(address, read_base(browser.get(address).text) | form)


def find_untold() -> list[str]:
    """What `check_integrity` says of certifications and their requirements."""
    said = reconciling.find_unproved_facts()
    return [line for line in said if re.match("Table certificates_(cert|req)", line)]


def test_terms_and_courses_changed_in_the_cms_are_told_to_the_ledger(author: User, as_: As) -> None:
    course, other = make_course_record(), make_course_record("OTHER")
    as_(author).post(f"{LIST}new/", filled(course.pk))
    made = Certification.objects.get()
    form = filled(course.pk, period_months="6") | {
        "requirements-TOTAL_FORMS": "2",
        "requirements-INITIAL_FORMS": "1",
        "requirements-0-id": str(made.requirements.get().pk),
        "requirements-0-DELETE": "on",
        "requirements-1-course": str(other.pk),
    }
    answer = send(as_(author), made, form)
    assert answer.status_code == 302
    assert list(made.requirements.values_list("course", flat=True)) == [other.pk]
    assert find_untold() == []
    entry = Entry.objects.get(kind="certification.written")
    assert (entry.actor, entry.data) == (author.actor, {"terms": {"period_months": [12, 6]}})


def test_certification_without_course_is_refused(author: User, as_: As) -> None:
    response = as_(author).post(f"{LIST}new/", filled(0, **{"requirements-TOTAL_FORMS": "0"}))
    assert response.status_code == 200
    assert not Certification.objects.exists()


def test_certification_with_unknown_time_zone_is_refused(author: User, as_: As) -> None:
    course = make_course_record()
    response = as_(author).post(f"{LIST}new/", filled(course.pk, policy_tz="Mars/Olympus"))
    assert "Choose a time zone such as Europe/Helsinki." in response.text


def test_author_can_list_and_open_certifications(author: User, as_: As) -> None:
    certification = make_certification()
    client = as_(author)
    assert certification.title in client.get(LIST).text
    assert client.get(f"{LIST}edit/{certification.pk}/").status_code == 200


def test_certification_changed_in_the_cms_keeps_the_old_values_on_record(
    author: User, as_: As
) -> None:
    certification = make_certification()
    requirement = certification.requirements.get()
    other = make_course_record("OTHER")
    form = filled(other.pk, title="Renamed", code="ELSE", policy_tz=certification.policy_tz)
    form |= {"requirements-INITIAL_FORMS": "1", "requirements-0-id": str(requirement.pk)}
    answer = send(as_(author), certification, form)
    assert answer.status_code == 302
    event = CertificationEvent.objects.get()
    assert event.changes == {
        "title": [certification.title, "Renamed"],
        "courses": [[requirement.course_id], [other.pk]],
    }
    assert event.actor == author.actor
    entry = Entry.objects.get(kind="certification.changed")
    assert (entry.subject, entry.data) == (
        f"certification:{certification.code}",
        {"changes": event.changes},
    )
    assert Certification.objects.get().code == certification.code


def test_certification_cannot_be_deleted(boss: User, as_: As) -> None:
    certification = make_certification()
    as_(boss).post(f"{LIST}delete/{certification.pk}/")
    assert Certification.objects.filter(pk=certification.pk).exists()


def test_superuser_can_view_but_not_change_awards(boss: User, ada: User, as_: As) -> None:
    award = make_award(ada)
    client = as_(boss)
    assert award.number in client.get("/cms/award/").text
    assert award.number in client.get(f"/cms/award/inspect/{award.pk}/").text
    for path in ("new/", f"edit/{award.pk}/", f"delete/{award.pk}/"):
        assert client.get(f"/cms/award/{path}").status_code in {302, 403}
        client.post(f"/cms/award/{path}", {"number": "PW-FORGED"})
    assert Award.objects.get().number == award.number


def test_author_cannot_list_awards(author: User, ada: User, as_: As) -> None:
    award = make_award(ada)
    response = as_(author).get("/cms/award/", follow=True)
    assert award.number not in response.text


def test_office_policy_users_match_user_permissions(
    dana: User, hugo: User, ada: User, boss: User
) -> None:
    policy = RolePermissionPolicy(Certification, actions=["change"], roles=["author"])
    able = set(policy.users_with_any_permission(["change"]))
    assert able == {dana, boss}
    assert {p for p in (dana, hugo, ada, boss) if policy.user_has_permission(p, "change")} == able
    assert not policy.users_with_any_permission(["delete"]).exists()


def test_colleague_cannot_open_certification_list(ada: User, as_: As) -> None:
    assert as_(ada).get(LIST).status_code in {302, 403}

"""Two who edit one row, from two tabs or desks: the later is told what stands now, and nothing is lost silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.test import Client

import pytest

from accounts.models import SavedMapping, User
from accounts.readers.known_rows import BASE, KnownRowMixin
from certificates.models import Certification
from courses.models import Principle
from items.models import ItemBank
from tests.factories.certificates import make_certification
from tests.factories.hr_files import make_mapping
from tests.factories.people import make_person
from tests.worlds import make_profile, make_view

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class EditedRow:
    """A form about one row: its address, two fields that two people change, and how to read them back."""

    address: str
    first: tuple[str, str]
    second: tuple[str, str]
    read: Callable[[], tuple[str, str]]


def find_time_and_tries() -> EditedRow:
    person = make_person("Ada Lind")

    def read() -> tuple[str, str]:
        person.refresh_from_db()
        return f"{person.time_factor.normalize():f}", str(person.extra_attempts)

    address = f"/people/{person.uuid}/time-and-tries/"
    return EditedRow(address, ("time_factor", "1.5"), ("extra_attempts", "2"), read)


def find_mapping() -> EditedRow:
    saved = make_mapping(
        b"Employee ID,Work Email,Surname,Market\nE1,e1@a.example,Lind,FI\n", "feed"
    )

    def read() -> tuple[str, str]:
        now = SavedMapping.objects.get(pk=saved.pk).settings
        return str(now.get("label_rows", 0)), "\n".join(now.get("empties", []))

    address = f"/people/import/mappings/{saved.name}/"
    return EditedRow(address, ("label_rows", "1"), ("empties", "NULL"), read)


def find_certification() -> EditedRow:
    made = make_certification()

    def read() -> tuple[str, str]:
        now = Certification.objects.get(pk=made.pk)
        return str(now.period_months), now.title

    return EditedRow(
        f"/cms/certification/edit/{made.pk}/", ("period_months", "7"), ("title", "Renamed"), read
    )


def find_bank() -> EditedRow:
    made = ItemBank.objects.create(code="BANK", title="Bank")

    def read() -> tuple[str, str]:
        now = ItemBank.objects.get(pk=made.pk)
        return now.code, now.title

    address = f"/cms/snippets/quizzes/itembank/edit/{made.pk}/"
    return EditedRow(address, ("code", "OTHER"), ("title", "Renamed"), read)


def find_principle() -> EditedRow:
    made = Principle.objects.create(key=uuid4(), number=9, code="NINE", title="Nine")

    def read() -> tuple[str, str]:
        now = Principle.objects.get(pk=made.pk)
        return str(now.number), now.title

    address = f"/cms/snippets/courses/principle/edit/{made.pk}/"
    return EditedRow(address, ("number", "8"), ("title", "Renamed"), read)


def find_view() -> EditedRow:
    made = make_view(User.objects.get(display_name="Root"))

    def read() -> tuple[str, str]:
        made.refresh_from_db()
        return made.name, made.address

    address = f"/people/views/{made.uuid}/"
    return EditedRow(address, ("name", "Renamed"), ("address", "employment=all"), read)


def find_profile() -> EditedRow:
    made = make_profile("payroll", "machine")

    def read() -> tuple[str, str]:
        made.refresh_from_db()
        return made.settings["zone"], made.settings["columns"][0][1]

    return EditedRow(
        f"/people/profiles/{made.name}/", ("zone", "Europe/Helsinki"), ("header-0", "When"), read
    )


ROWS = [
    find_time_and_tries,
    find_view,
    find_profile,
    find_mapping,
    find_certification,
    find_bank,
    find_principle,
]


@pytest.fixture
def browser() -> Client:
    boss: User = make_person("Root", is_superuser=True)
    client = Client()
    client.force_login(boss, backend="home.backends.PersonBackend")
    return client


def open_form(browser: Client, address: str) -> dict[str, str]:
    """What the form of the page would send as it is."""
    return dict(read_fields(browser.get(address).context["form"]))


def read_fields(form: Any) -> Iterator[tuple[str, str]]:
    for field in form:
        value = field.value()
        if not isinstance(field.field, forms.BooleanField) or value:
            yield field.html_name, "" if value is None else str(value)
    for rows in getattr(form, "formsets", {}).values():
        for one in [rows.management_form, *rows.initial_forms]:
            yield from read_fields(one)


@pytest.mark.parametrize("find", ROWS)
def test_later_of_two_who_edit_one_row_is_told_what_stands(
    find: Callable[[], EditedRow], browser: Client
) -> None:
    row = find()
    one, two = open_form(browser, row.address), open_form(browser, row.address)
    before = row.read()
    assert browser.post(row.address, one | dict([row.first])).status_code == 302
    assert row.read() == (row.first[1], before[1])
    late = browser.post(row.address, two | dict([row.second]))
    assert late.status_code != 302
    assert "Somebody has changed this since you opened the page" in late.text
    assert f"Now it says “{row.first[1]}" in late.text
    assert row.read() == (row.first[1], before[1])
    # The words of the later stay in their form, which knows now what stands: sent again, they count.
    again = dict(read_fields(late.context["form"])) | dict([row.first])
    assert again[row.second[0]] == row.second[1]
    assert browser.post(row.address, again).status_code == 302
    assert row.read() == (row.first[1], row.second[1])


@pytest.mark.parametrize("find", ROWS)
def test_form_about_a_row_says_what_it_knew(find: Callable[[], EditedRow], browser: Client) -> None:
    row = find()
    sent = open_form(browser, row.address) | dict([row.first])
    before = row.read()
    for wrong in ("", "{", "[]", '{"title": 1}'):
        assert browser.post(row.address, sent | {BASE: wrong}).status_code != 302
    assert row.read() == before
    assert browser.post(row.address, sent).status_code == 302


def test_requirements_that_changed_meanwhile_are_seen(browser: Client) -> None:
    """They stand below the certification, in rows of their own."""
    row = find_certification()
    certification = Certification.objects.get()
    sent = open_form(browser, row.address)
    asked = certification.requirements.get()
    other = make_certification("OTHER").requirements.get().course
    certification.requirements.filter(pk=asked.pk).update(course=other)
    late = browser.post(row.address, sent | dict([row.second]))
    assert "Somebody has changed this since you opened the page" in late.text
    assert certification.requirements.get().course == other


def test_new_row_has_no_base() -> None:
    class NewForm(KnownRowMixin, forms.ModelForm):  # type: ignore[type-arg]
        class Meta:
            model = Principle
            fields = ("title",)

    assert BASE not in NewForm().fields
    assert BASE in NewForm(instance=Principle(pk=1)).fields

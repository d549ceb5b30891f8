"""HR gives a person extra time and attempts: they count at once, and only HR sees them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from ledger.models import Entry
from tests.factories.quizzes import make_attempt, make_quiz
from tests.markup import read_base

GIVEN = {"time_factor": "1.5", "extra_attempts": "2"}


def where(person: User) -> str:
    return f"/people/{person.uuid}/time-and-tries/"


def send(browser: Client, person: User, given: dict[str, str]) -> Any:
    """Open the page, and send its form filled like that."""
    page = browser.get(where(person)).content.decode()
    return browser.post(where(person), read_base(page) | given)


def test_hr_can_set_extra_time_and_attempts(as_, hugo, ada):
    sent = send(as_(hugo), ada, GIVEN)
    ada.refresh_from_db()
    assert sent.url == f"/people/{ada.uuid}/"
    assert (ada.time_factor, ada.extra_attempts) == (Decimal("1.5"), 2)


def test_extra_time_extends_running_attempt(as_, hugo, ada, django_capture_on_commit_callbacks):
    attempt = make_attempt(ada, make_quiz(time_limit_minutes=40), timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        send(as_(hugo), ada, GIVEN)
    attempt.refresh_from_db()
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=60)


def test_ledger_entry_names_fields_without_values(as_, hugo, ada):
    send(as_(hugo), ada, GIVEN)
    entry = Entry.objects.filter(kind="person.changed").get()
    assert entry.data == {"fields": ["extra_attempts", "time_factor"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_factor": "0.9"},
        {"time_factor": "11"},
        {"time_factor": "NaN"},
        {"time_factor": ""},
        {"extra_attempts": "-1"},
        {"extra_attempts": "x"},
    ],
)
def test_invalid_values_are_refused_with_a_reason(wrong, as_, hugo, ada):
    shown = send(as_(hugo), ada, GIVEN | wrong)
    ada.refresh_from_db()
    assert "There is a problem" in shown.content.decode()
    assert (ada.time_factor, ada.extra_attempts) == (1, 0)


@pytest.mark.parametrize("who", ["vera", "ben", "dana", "ada"])
def test_accommodations_page_is_for_hr_only(who, as_, ada, request):
    browser = as_(request.getfixturevalue(who))
    assert browser.get(where(ada)).status_code == 403
    assert browser.post(where(ada), GIVEN).status_code == 403
    assert b"time-and-tries" not in browser.get(f"/people/{ada.uuid}/").content


def test_own_accommodations_cannot_be_set(as_, hugo):
    assert as_(hugo).post(where(hugo), GIVEN).status_code == 403

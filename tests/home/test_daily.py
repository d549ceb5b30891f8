"""The command `daily` does what is due, prints what it did, and does nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

import pytest

from accounts.models import User
from certificates.models import Award
from home.operations import daily
from ledger.models import Entry
from notifications import sending
from notifications.models import Notification
from tests.factories.certificates import DAY, make_certification, make_completion
from tests.factories.quizzes import make_attempt, make_quiz, make_ready

pytestmark = pytest.mark.databases


def outcome(*words: str) -> dict[str, int]:
    out = StringIO()
    call_command("daily", *words, stdout=out)
    lines = [line.split(maxsplit=1) for line in out.getvalue().splitlines()]
    return {name: int(number) for number, name in lines if number.isdigit()}


def something_of_everything(ada: User) -> None:
    now = timezone.now()
    make_completion(ada, make_certification().requirements.get().course, at=now - DAY)
    sending.notify_person(
        ada, kind="news", key="k", subject="News", body="Hello.", at=now - timedelta(hours=1)
    )


def test_daily_does_what_is_due_only_once(ada: User) -> None:
    something_of_everything(ada)
    first = outcome()
    assert first["awards issued that had been missed"] == 1
    assert first["messages sent"] == 1
    assert first["ledger entries sealed"] >= 1
    assert len(mail.outbox) == 1
    assert set(outcome().values()) == {0}


def test_daily_dry_run_counts_and_changes_nothing(ada: User) -> None:
    something_of_everything(ada)
    Notification.objects.create(
        recipient=ada,
        kind="news",
        key="old",
        subject="Old",
        body="Old.",
        created_at=timezone.now() - 400 * DAY,
    )
    assert outcome("--dry-run")["messages sent"] == 1
    assert outcome("--dry-run")["awards issued that had been missed"] == 1
    assert not Award.objects.exists()
    assert mail.outbox == []
    assert Entry.objects.filter(place__isnull=True).count() == Entry.objects.count()


def test_daily_closes_attempts_past_their_time_limit(ada: User) -> None:
    page = make_quiz(time_limit_minutes=20)
    start = timezone.now() - DAY
    make_attempt(make_ready(ada, page, start), page, start)
    assert outcome("--dry-run")["attempts closed because time was up"] == 1
    assert outcome()["attempts closed because time was up"] == 1
    assert outcome()["attempts closed because time was up"] == 0


def test_daily_continues_after_a_failed_step(ada: User, monkeypatch) -> None:
    def fall(at: datetime) -> int:
        raise OSError("The disk is full.")

    something_of_everything(ada)
    first, *others = daily.STEPS
    monkeypatch.setattr(daily, "STEPS", (replace(first, do=fall), *others))
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match=f"1 of {len(daily.STEPS)} steps failed"):
        call_command("daily", stdout=out, stderr=err)
    assert err.getvalue() == f"FAILED  {first.name}: OSError: The disk is full.\n"
    assert f"{1:>6}  messages sent" in out.getvalue()
    assert Award.objects.count() == 1


def test_daily_steps_have_unique_names() -> None:
    names = [step.name for step in daily.STEPS]
    assert len(set(names)) == len(names)

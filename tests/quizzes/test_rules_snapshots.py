"""The rules that attempts began with are stored once for all of them and never change."""

from __future__ import annotations

import json
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from quizzes.attempts.snapshots import hash_rules, snapshot_rules
from quizzes.models import Attempt, RulesSnapshot
from quizzes.rules.presets import preset_rules
from quizzes.rules.settings import write_rules
from tests.factories.people import make_person
from tests.factories.quizzes import make_attempt, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
# As the database gives them back: JSON has no tuples.
RULES = json.loads(json.dumps(write_rules(preset_rules("exam", {}))))


def test_attempts_with_the_same_rules_share_a_snapshot_and_others_do_not() -> None:
    page = make_quiz()
    now = timezone.now()
    first, second = (make_attempt(make_person(), page, now) for _ in range(2))
    page.quiz.rules["pass_percent"] = 51
    third = make_attempt(make_person(), page, now)
    assert first.snapshot_id == second.snapshot_id != third.snapshot_id
    told = [Attempt.objects.get(pk=one.pk).rules for one in (first, second, third)]
    assert told == [RulesSnapshot.objects.get(pk=first.snapshot_id).rules] * 2 + [page.quiz.rules]
    assert told[0]["pass_percent"] != 51


def test_snapshot_holds_the_rules_whatever_the_order_of_their_names() -> None:
    mixed = dict(sorted(RULES.items(), reverse=True))
    assert snapshot_rules(mixed) == snapshot_rules(RULES)
    stored = RulesSnapshot.objects.get()
    assert stored.rules == RULES
    # What was read from the database has the hash of what was written.
    assert hash_rules(stored.rules) == stored.sha256
    assert snapshot_rules(RULES | {"pass_percent": 51}).sha256 != stored.sha256


def test_two_writers_of_the_same_rules_get_the_same_snapshot(monkeypatch: Any) -> None:
    """The other writer is between this one's look and its insert."""
    look, looks = QuerySet.get, []

    def look_too_early(rows: Any, *args: Any, **words: Any) -> Any:
        looks.append(words)
        if len(looks) > 1:
            return look(rows, *args, **words)
        RulesSnapshot(sha256=hash_rules(RULES), rules=RULES).save(force_insert=True)
        raise RulesSnapshot.DoesNotExist

    monkeypatch.setattr(QuerySet, "get", look_too_early)
    assert snapshot_rules(RULES).rules == RULES
    assert len(looks) == 2
    assert RulesSnapshot.objects.count() == 1


def test_known_rules_take_one_statement() -> None:
    snapshot_rules(RULES)
    with CaptureQueriesContext(connection) as asked:
        assert snapshot_rules(RULES).rules == RULES
    assert len(asked) == 1


def test_snapshot_is_refused_other_rules() -> None:
    stored = snapshot_rules(RULES)
    stored.rules = RULES | {"pass_percent": 1}
    with pytest.raises(IntegrityError, match="append-only"):
        stored.save()

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from ledger.bulk_rows import store_row, update_rows
from ledger.models import Entry
from quizzes.models import Attempt, Response
from tests.conftest import NOW
from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_row

pytestmark = pytest.mark.databases


def test_update_stores_each_kind_of_column_in_its_own_row(ada: User) -> None:
    bank = make_bank("TWO", make_row(code="A"), make_row(code="B"))
    attempt = make_attempt(ada, make_quiz(bank), NOW)
    one, two = attempt.responses.order_by("slot")
    one.answer, one.mark = {"chosen": ["é", 'a"b']}, Decimal("0.50")
    two.answer, two.mark = None, None
    one.slot = 9  # is not named
    update_rows([one, two], ["answer", "mark"])
    stored = Response.objects.order_by("slot").values_list("slot", "answer", "mark")
    assert list(stored) == [(1, one.answer, one.mark), (2, None, None)]
    attempt.deadline_at, attempt.number = NOW + timedelta(days=1), 2
    update_rows([attempt], ["deadline_at", "number"])
    assert Attempt.objects.filter(deadline_at=attempt.deadline_at, number=2).count() == 1


def test_update_of_no_rows_asks_the_database_nothing(db, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        update_rows([], ["answer"])


def test_stored_row_is_the_one_that_save_would_have_written(db: None) -> None:
    words = {"kind": "k", "subject": "s", "actor": "a", "at": NOW, "effective_at": NOW}
    saved, stored = Entry(**words, data={"é": [1, None]}), Entry(**words, data={"é": [1, None]})
    saved.save()
    store_row(stored)
    assert stored.pk > saved.pk
    rows = Entry.objects.filter(pk__in=[saved.pk, stored.pk]).values()
    one, two = ({name: row[name] for name in row if name != "seq"} for row in rows)
    assert one == two
    stored.refresh_from_db()
    assert not stored._state.adding

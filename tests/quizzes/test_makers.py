"""What the quick makers of banks and quizzes write is what the product writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from wagtail.models import ReferenceIndex

import pytest

from items.models import Item, ItemBank
from ledger.facts import describe_facts
from ledger.models import Entry
from quizzes.models import QuizPage
from tests.factories import kept, published_rows
from tests.factories.quizzes import (
    EVERY,
    STAGED,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def columns_of(row: models.Model, *without: str) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields]
    told = {name: getattr(row, name) for name in names if name not in {"id", *without}}
    return {n: value.raw_data[0] if n == "body" else value for n, value in told.items()}


def told_of(item: Item) -> tuple[Any, ...]:
    """Everything that publishing has written of an item, but for keys of new rows and moments."""
    version = item.versions.get()
    entry = Entry.objects.get(subject=f"item:{item.full_code}")
    assert entry.facts == describe_facts([version])
    uses = ReferenceIndex.objects.filter(
        base_content_type__model="item", object_id=str(item.pk)
    ).exclude(model_path="bank")
    return (
        dict(columns_of(item, "bank_id")["body"]),
        {name: value for name, value in columns_of(item, "bank_id").items() if name != "body"},
        columns_of(version, "item_id", "published_at"),
        columns_of(entry, "seq", "at", "effective_at", "facts"),
        sorted(uses.values_list("to_object_id", "model_path")),
    )


def undone(make: Callable[[], Any]) -> Any:
    with transaction.atomic():
        made = make()
        transaction.set_rollback(True)
    return made


def test_items_published_as_rows_are_those_of_an_import() -> None:
    rows = [make_row(kind) for kind in (*EVERY, *STAGED)]
    rows[0]["principle"] = make_principle().code

    def publish(*, empty: bool) -> list[tuple[Any, ...]]:
        bank = ItemBank.objects.create(code="SAME", title="Same")
        published_rows.publish_rows(bank, rows, empty=empty)
        return [told_of(item) for item in bank.items.select_related("bank").order_by("code")]

    imported = undone(lambda: publish(empty=False))
    assert len(imported) == len(rows)
    # At first the rows are worked out, then they are known.
    assert undone(lambda: publish(empty=True)) == imported
    assert undone(lambda: publish(empty=True)) == imported


def told_of_quiz(page: QuizPage, bank: ItemBank) -> dict[str, Any]:
    quiz = page.quiz
    entry = Entry.objects.filter(subject=f"quiz:{quiz.code}").order_by("-seq")[0]
    assert entry.facts == describe_facts([quiz])
    drawn = [json.loads(page.latest_revision.content["draw"]), list(page.draw.raw_data)]
    values = [block["value"] for blocks in drawn for block in blocks]
    assert [value["bank"] for value in values] == [bank.pk] * 2
    return {
        "rules": quiz.rules,
        "counts": [value["count"] for value in values],
        "kinds": [type(one).__name__ for one in page.get_ancestors().specific()],
        "live": page.live,
    }


@pytest.mark.parametrize("count", [None, 2])
def test_quiz_written_again_for_another_bank_is_that_of_its_maker(count: int | None) -> None:
    def make(size: int) -> tuple[bool, dict[str, Any]]:
        kept.Numbers.restart()
        bank = make_bank(f"OF-{size}", *(make_row() for _place in range(size)))
        # Rules that no other test asks for: what is written at first is not what was kept.
        page = make_quiz(bank, count=count, pass_percent=61 + (count or 0))
        again = {one.pk for found in kept._writings.values() for one in found if one.stand_in}
        return page.pk in again, told_of_quiz(page, bank)

    known, kept.may_keep = kept.may_keep, False
    try:
        made = [undone(lambda size=size: make(size)) for size in (5, 4, 3, 7)]
        assert not any(was_kept for was_kept, _told in made)
    finally:
        kept.may_keep = known
    again = [undone(lambda size=size: make(size)) for size in (5, 4, 3, 7)]
    assert [told for _kept, told in again] == [told for _kept, told in made]
    assert again[-1][0]


def test_rules_of_a_quiz_name_the_principles_of_the_bank_it_was_made_with() -> None:
    make_quiz(make_bank("PLAIN", make_row()), pass_percent=65)
    page = make_quiz(
        make_bank("TAUGHT", make_row(principle=make_principle().code)), pass_percent=62
    )
    assert page.quiz.rules["titles"] == {"P1": "Principle 1"}

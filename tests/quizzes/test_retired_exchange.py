"""Retired questions in exported files: kept as retired where the format can, else named by their code."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

import pytest

from courses import editor_groups
from items.banks import item_files
from items.models import Item, ItemBank
from tests.conftest import NOW
from tests.factories.quizzes import make_bank, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> ItemBank:
    made = make_bank("FROM", make_row("single", code="ON"), make_row("single", code="OFF"))
    Item.objects.filter(code="OFF").update(retired=True)
    return made


@pytest.mark.parametrize("form", item_files.WRITTEN)
def test_retired_question_is_written_as_retired_or_named_as_lost(bank: ItemBank, form: str) -> None:
    writing = item_files.write_item_file(bank, form)
    found = item_files.read_item_file(writing.data, f"items.{form}", form)
    retired = [row["code"] for row in found.rows if row.get("retired")]
    named = [loss.item for loss in writing.losses if "retired" in loss.what]
    kept = form in (item_files.JSON, "moodle-xml")
    assert len(found.rows) == (2 if kept else 1)
    assert (retired, named) == ((["OFF"], []) if kept else ([], ["OFF"]))


def test_export_page_names_the_retired_question_that_is_left_out(
    as_: Any, bank: ItemBank, dana: Any
) -> None:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    page = as_(dana).get(reverse("quiz_exchange:export"), {"bank": bank.pk, "form": "csv"})
    assert "left out: it is retired" in page.text

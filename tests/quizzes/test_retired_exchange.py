"""Retired and unpublished questions in exported files: kept where the format can, else named by their code."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
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


@pytest.mark.parametrize("form", item_files.WRITTEN)
def test_unpublished_question_is_named_by_the_command(
    bank: ItemBank, form: str, tmp_path: Path
) -> None:
    Item.objects.filter(code="OFF").update(live=False)
    told = StringIO()
    call_command("export_items", bank=bank.code, format=form, out=tmp_path / "f", stderr=told)
    assert told.getvalue().splitlines().count("lost      OFF: left out: it is not published") == 1
    assert "OFF: left out: it is retired" not in told.getvalue()


def test_export_page_names_the_unpublished_question(as_: Any, bank: ItemBank, dana: Any) -> None:
    Item.objects.filter(code="ON").update(live=False)
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    page = as_(dana).get(reverse("quiz_exchange:export"), {"bank": bank.pk, "form": "json"})
    assert [loss.item for loss in page.context["losses"]] == ["ON"]
    assert "left out: it is not published" in page.text

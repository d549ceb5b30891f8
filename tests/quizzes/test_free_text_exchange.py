"""Free text exported from one bank and imported into another, in the formats that support it."""

from __future__ import annotations

import pytest

from items.authoring.item_contents import content_of
from items.banks import importing, item_files
from items.models import ItemBank
from tests.factories.quizzes import make_bank, make_row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("form", "criteria"), [("csv", 2), ("json", 2), ("gift", 1), ("moodle-xml", 1), ("qti22", 1)]
)
def test_free_text_export_keeps_the_rubric_or_reports_loss(form: str, criteria: int) -> None:
    writing = item_files.write_item_file(make_bank("FROM", make_row("free_text", code="F-1")), form)
    found = item_files.read_item_file(writing.data, f"items.{form}", "" if form == "json" else form)
    bank = ItemBank.objects.create(code="TO", title="To")
    plan = importing.plan_import(bank, found.rows)
    assert not plan.faults
    content = content_of(plan.changes[0].item)
    assert (content["kind"], content["min_words"], content["max_words"]) == ("free_text", 3, 50)
    assert len(content["criteria"]) == criteria
    lost = [loss.what for loss in writing.losses]
    assert any(what.startswith("rubric") for what in lost) == (criteria == 1)

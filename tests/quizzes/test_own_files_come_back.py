"""A file that we wrote and that comes back untouched changes nothing, whatever its format has no place for."""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from django.core.management import call_command

import pytest

from items.authoring.item_contents import content_of
from items.banks import importing, item_files
from items.models import Item, ItemBank, ItemVersion
from tests.factories.quizzes import EVERY, STAGED, UNSCORED, make_bank, make_row

pytestmark = pytest.mark.django_db
# Aiken has no place for a code: its questions come back as new ones.
FORMS = sorted(set(item_files.WRITTEN) - {"aiken"})


@pytest.fixture
def bank() -> ItemBank:
    """One question of each kind with all that a kind can hold, a pattern and a critical one of a principle."""
    rows = [
        make_row(kind, code=f"K-{place}", hint="Look at the end.", difficulty=3)
        | ({} if kind in UNSCORED else {"points": "2.5"})
        for place, kind in enumerate((*EVERY, *STAGED))
    ]
    accept = [
        {"text": "cats"},
        {"text": "cat*", "pattern": True},
        {"text": "dog", "credit": "0.5", "reason": "Hm"},
    ]
    worded = make_row("short_text", code="WORDS", accept=accept)
    marked = make_row(
        "single", code="MARKED", critical=True, stem="Two\n\nparagraphs & <signs> “quoted”"
    )
    return make_bank("OWN", *rows, worded, marked)


def plan_back(bank: ItemBank, form: str, data: bytes, **options: Any) -> Any:
    found = item_files.read_item_file(data, f"items.{form}", form)
    return item_files.plan_file(bank, found, **options)


@pytest.mark.parametrize("drafts", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_own_file_that_comes_back_leaves_every_question_as_it_is(
    bank: ItemBank, form: str, drafts: bool
) -> None:
    writing = item_files.write_item_file(bank, form)
    plan, notes = plan_back(bank, form, writing.data, drafts=drafts)
    gone = {loss.item for loss in writing.losses if loss.what.startswith("left out")}
    asked = set(bank.items.values_list("code", flat=True))
    assert plan.faults == plan.left_out == []
    assert {one.item.code: one.action for one in plan.changes} == dict.fromkeys(
        asked - gone, importing.UNCHANGED
    )
    assert [note for note in notes if note.code] == []
    versions = ItemVersion.objects.count()
    assert importing.apply_plan(plan, actor=None, drafts=drafts) == 0
    assert ItemVersion.objects.count() == versions


def edit_package(data: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"paragraphs", b"words"))
    return made.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_question_that_was_edited_in_our_file_is_changed_and_no_other(
    bank: ItemBank, form: str
) -> None:
    data = item_files.write_item_file(bank, form).data
    edited = edit_package(data) if form == "qti22" else data.replace(b"paragraphs", b"words")
    assert edited != data
    plan, _notes = plan_back(bank, form, edited)
    changed = [one.item.code for one in plan.changes if one.action != importing.UNCHANGED]
    assert changed == ["MARKED"]


def test_plan_of_an_unchanged_question_holds_what_stands(bank: ItemBank) -> None:
    """The rubric of free text, which GIFT has no place for, is neither planned away nor shown as gone."""
    item = _free_text(bank)
    stands = content_of(item)
    plan, _notes = plan_back(bank, "gift", item_files.write_item_file(bank, "gift").data)
    (change,) = [one for one in plan.changes if one.item.code == item.code]
    assert content_of(change.item) == stands == change.after["content"]
    assert change.differs == ()


def _free_text(bank: ItemBank) -> Item:
    return next(item for item in bank.items.all() if item.kind == "free_text")


def test_command_says_that_nothing_changes(bank: ItemBank, tmp_path: Any) -> None:
    path = tmp_path / "own.xml"
    call_command("export_items", bank=bank.code, format="moodle-xml", out=path, stderr=StringIO())
    told = StringIO()
    call_command("import_items", str(path), bank=bank.code, stdout=told)
    assert re.search(r"^0 new, 0 changed, \d\d unchanged, 0 faults$", told.getvalue(), re.MULTILINE)

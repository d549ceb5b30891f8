"""A file that we wrote and that comes back untouched changes nothing, whatever its format has no place for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from django.core.management import call_command

from wagtail import blocks

import pytest

from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS as KIND_FORMS
from items.banks import importing, item_files
from items.banks.item_rows import item_row
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


# Fields that every question has and that a file may leave out.
COMMON_FIELDS = ("feedback", "hint", "difficulty", "points")
KINDS_IN_FILES = (*EVERY, *STAGED)


def places_of_fields(block: blocks.StructBlock, path: tuple[str, ...] = ()) -> Iterator[Any]:
    """Every field of a kind and of the rows of its lists: its path and its block."""
    for name, child in block.child_blocks.items():
        yield (*path, name), child
        inner = getattr(child, "child_block", None)
        if isinstance(inner, blocks.StructBlock):
            yield from places_of_fields(inner, (*path, name))


def blank_field(row: dict[str, Any], path: tuple[str, ...], *, empty: bool) -> None:
    """Leave a field out, or leave its words or rows empty, wherever the row has it."""
    name, *rest = path
    if rest:
        for one in row.get(name, ()):
            if isinstance(one, dict):
                blank_field(one, tuple(rest), empty=empty)
    elif not empty:
        row.pop(name, None)
    elif isinstance(row.get(name), str | list):
        row[name] = type(row[name])()


def rows_with_blanks(*, empty: bool) -> list[dict[str, Any]]:
    """One question of each kind without anything that its file may leave out, or with it left empty."""
    every = [((name,), None) for name in COMMON_FIELDS]
    places = {kind: [*every, *places_of_fields(KIND_FORMS[kind].block)] for kind in KINDS_IN_FILES}
    whole = {kind: make_row(kind, hint="Look.", difficulty=3) for kind in KINDS_IN_FILES}
    tried = {}
    for kind, paths in places.items():
        for place, (path, _block) in enumerate(paths):
            row = deepcopy(whole[kind]) | {"code": f"{kind.upper().replace('_', '-')}-{place}"}
            blank_field(row, path, empty=empty)
            tried[row["code"]] = (kind, path, row)
    rows = [row for _kind, _path, row in tried.values()]
    plan = importing.plan_import(ItemBank(code="TRY", title="Try"), rows, lenient=True)
    for change in plan.changes:
        kind, path, _row = tried[change.item.code]
        blank_field(whole[kind], path, empty=empty)
    return list(whole.values())


@pytest.mark.parametrize("empty", [False, True], ids=["left out", "empty"])
def test_own_file_of_questions_without_what_may_be_left_out_changes_nothing(empty: bool) -> None:
    """Whatever a kind does without, each format writes what it reads again, our own first."""
    rows = rows_with_blanks(empty=empty)
    assert not any(row.get(name) for row in rows for name in ("reason", "feedback", "hint"))
    bank = make_bank("BLANKS", *rows)
    assert bank.items.count() == len(KINDS_IN_FILES)
    for form in FORMS:
        writing = item_files.write_item_file(bank, form)
        plan, _notes = plan_back(bank, form, writing.data)
        gone = {loss.item for loss in writing.losses if loss.what.startswith("left out")}
        assert (form, plan.faults, plan.left_out) == (form, [], [])
        assert {one.item.code: one.action for one in plan.changes} == dict.fromkeys(
            {row["code"] for row in rows} - gone, importing.UNCHANGED
        ), form


# What is written exactly: a word of a list, a number or a name that other words refer to.
EXACT = frozenset(
    {"code", "kind", "points", "credit", "penalty", "tolerance", "answer", "verdict", "name", "to"}
    | {"x", "y", "width", "height"}
)


def with_spaces(value: Any, name: str = "") -> Any:
    """A row whose words begin and end with spaces."""
    if isinstance(value, dict):
        return {key: with_spaces(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_spaces(each, name) for each in value]
    return f"\n {value}\u00a0 " if isinstance(value, str) and name not in EXACT else value


def test_spaces_around_words_of_a_file_are_taken_away_wherever_it_comes_from() -> None:
    """The CMS and every other format trim words: our own did not, and its files came back changed."""
    plain = [make_row(kind, hint="Look.") for kind in KINDS_IN_FILES]
    bank = make_bank("SPACES", *map(with_spaces, plain))
    for row in plain:
        row["code"] = f"{row['code']}-P"
    made = {item.code: item for item in make_bank("SPACES", *plain).items.all()}
    for row in plain:
        spaced, trimmed = (item_row(made[code]) for code in (row["code"][:-2], row["code"]))
        assert spaced == trimmed | {"code": spaced["code"]}
    for form in FORMS:
        plan, _notes = plan_back(bank, form, item_files.write_item_file(bank, form).data)
        assert {one.action for one in plan.changes} == {importing.UNCHANGED}, form

"""The author's form of every kind: posting it in the CMS gives the same content as importing a file."""

from __future__ import annotations

from random import Random
from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail import blocks
from wagtail.test.utils.form_data import nested_form_data, rich_text

import pytest

from courses import editor_groups
from items.authoring.faults import error_beside_field
from items.authoring.item_contents import content_of
from items.authoring.registry import FORMS, KindBlocks
from items.banks import importing, item_rows
from items.kinds.content import kind_of, parse_content
from items.kinds.registry import KINDS
from items.models import Item, ItemBank
from quizzes.rules.grading import grade_response
from quizzes.screens.previews import example_answer
from tests.factories.quizzes import EVERY, UNSCORED, make_bank, make_item, make_row

every_kind = pytest.mark.parametrize("kind", EVERY)


def planned(row: dict[str, Any]) -> Item:
    """The item that a row of a file would make; nothing is written."""
    item = Item(code=row["code"], stem=item_rows.stem_html(row), feedback=row["feedback"])
    item.body = KindBlocks().to_python([item_rows.stored_body(row, "seed")])
    return item


def posted(block: blocks.Block, value: Any, prefix: str) -> dict[str, str]:
    """What the editor sends for the value of a block."""
    if isinstance(block, blocks.StructBlock):
        parts = [
            posted(b, value[name], f"{prefix}-{name}") for name, b in block.child_blocks.items()
        ]
        return {name: each for part in parts for name, each in part.items()}
    if isinstance(block, blocks.ListBlock):
        made = {f"{prefix}-count": str(len(value))}
        for place, row in enumerate(value):
            here = f"{prefix}-{place}"
            made |= {f"{here}-deleted": "", f"{here}-order": str(place)}
            made |= posted(block.child_block, row, f"{here}-value")
        return made
    if isinstance(block, blocks.BooleanBlock):
        return {prefix: "on"} if value else {}
    return {prefix: "" if value is None else str(value)}


def without_ids(content: Any) -> Any:
    """The content with every id replaced by the place where it first stands."""
    text = repr(content)
    names: dict[str, str] = {}
    for ident in ids_in(content):
        names.setdefault(ident, f"#{len(names)}")
    for ident, name in names.items():
        text = text.replace(ident, name)
    return text


def ids_in(content: Any) -> list[str]:
    if isinstance(content, dict):
        own = [content["id"]] if "id" in content else []
        return own + [ident for value in content.values() for ident in ids_in(value)]
    return (
        [ident for value in content for ident in ids_in(value)] if isinstance(content, list) else []
    )


def test_forms_exist_for_every_kind() -> None:
    assert set(FORMS) == set(KINDS) == set(KindBlocks().child_blocks)


@every_kind
def test_form_content_can_be_asked_graded_and_revealed(kind: str) -> None:
    spec = parse_content(content_of(planned(make_row(kind))))
    rules = kind_of(spec)
    order = rules.deal(spec, Random(3))
    for right in (True, False):
        answer = example_answer(spec, right=right)
        told = rules.reveal(spec, answer).dealt(order)
        assert rules.face(spec, order, answer).kind == kind
        assert (grade_response(spec, answer).correct is right) or kind in UNSCORED
        assert told.correct is (None if kind in UNSCORED else right)


@every_kind
def test_file_row_is_unchanged_by_form_and_export(kind: str) -> None:
    first = item_rows.item_row(planned(make_row(kind)))
    item_rows.check_row(first)
    assert item_rows.item_row(planned(first)) == first


@every_kind
def test_form_rows_keep_their_ids_while_texts_stay(kind: str) -> None:
    row = make_row(kind)
    before = planned(row)
    again = item_rows.stored_body(item_rows.item_row(before), "another seed", before.body)
    after = KindBlocks().to_python([again])
    assert FORMS[kind].content(after[0].value) == FORMS[kind].content(before.body[0].value)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        pytest.param("gap", {"text": "None [[1]]"}, "text", id="a gap that is not in the text"),
        pytest.param("gap", {"gaps": ["x"]}, "gaps.0", id="a gap as words"),
        pytest.param(
            "gap",
            {"text": "[[1]]", "gaps": [{"answers": ["a", "b"], "others": ["c"]}]},
            "gaps.0.accept",
            id="two right choices in a list",
        ),
        pytest.param(
            "rate_post", {"scale": ["Yes", "No"]}, "aspects.0.expert_id", id="off the scale"
        ),
        pytest.param("rate_post", {"credit": "half"}, "credit", id="unknown credit"),
        pytest.param("short_text", {"accept": [{"text": "("}]}, "", id="a bracket is only a word"),
        pytest.param(
            "short_text",
            {"accept": ["cat", {"text": "(cat", "pattern": True}]},
            "accept.1.text",
            id="a pattern that is none",
        ),
        pytest.param(
            "short_text",
            {"accept": [{"text": "c.t", "pattern": True}]},
            "accept",
            id="patterns only",
        ),
        pytest.param("spot", {"segments": ["a", "b"]}, "segments", id="a draft without a fault"),
        pytest.param("spot", {"penalty": "2"}, "penalty", id="a penalty above 1"),
        pytest.param("ranking", {"steps": [5, 6]}, "steps.0", id="steps that are not words"),
        pytest.param("survey", {"options": ["a"]}, "options", id="one answer"),
        pytest.param("description", {"options": []}, "options", id="an answer to nothing"),
        pytest.param("confidence", {"answer": "yes"}, "answer", id="true in words"),
        pytest.param("categorise", {"categories": []}, "categories", id="no groups"),
    ],
)
def test_import_fault_names_the_field(
    kind: str, changes: dict[str, Any], field: str, db: None
) -> None:
    plan = importing.plan_import(ItemBank(code="FILE"), [make_row(kind, **changes)])
    assert [fault.field for fault in plan.faults] == ([field] if field else [])


@pytest.mark.parametrize(
    ("kind", "path", "place"),
    [
        ("single", "options", ["options"]),
        ("single", "options.1.text", ["options", 1, "text"]),
        ("gap", "gaps.0.accept", ["gaps", 0, "answers"]),
        # Rows of a list that stands for another are counted differently: above it, not beside a wrong row.
        ("gap", "gaps.0.options.2.text", ["gaps", 0, "others"]),
        ("matching", "rights.4.text", ["extra"]),
        ("rate_post", "aspects.2.expert_id", ["aspects", 2, "expert"]),
        ("categorise", "items.3.text", []),
        ("number", "answer", ["answer"]),
    ],
)
def test_form_fault_is_shown_beside_its_field(kind: str, path: str, place: list[Any]) -> None:
    fault: Any = error_beside_field(FORMS[kind], path, "Mend this").block_errors[0]
    for step in place:
        fault = fault.block_errors[step]
    told = (
        fault.messages
        if place and not hasattr(fault, "non_block_errors")
        else fault.non_block_errors
    )
    assert list(told) == ["Mend this"]


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    for responsibility in dana.responsibilities.all():
        editor_groups.sync_groups(responsibility.person, at=responsibility.starts_at)
    return as_(dana)


@every_kind
def test_cms_form_post_gives_the_same_content_as_import(kind: str, cms: Client) -> None:
    wanted = planned(make_row(kind))
    form = nested_form_data(
        {
            "bank": str(make_bank("CMS", make_row()).pk),
            "code": "NEW-1",
            "principle": "",
            "difficulty": "2",
            "points": "1",
            "hint": "",
            "feedback": wanted.feedback,
            "stem": rich_text(wanted.stem),
            "body-count": "1",
            "body-0-deleted": "",
            "body-0-order": "0",
            "body-0-type": kind,
            "action-publish": "1",
        }
    )
    form |= posted(FORMS[kind].block, wanted.body[0].value, "body-0-value")
    reply = cms.post(reverse(Item.snippet_viewset.get_url_name("add")), form)
    assert reply.status_code == 302, reply.context["form"].errors.as_data()
    made = Item.objects.get(code="NEW-1")
    assert without_ids(content_of(made)) == without_ids(content_of(wanted))
    assert (
        cms.get(reverse(Item.snippet_viewset.get_url_name("edit"), args=[made.pk])).status_code
        == 200
    )


@pytest.mark.django_db
@every_kind
def test_publish_of_an_unchanged_item_cuts_no_version(kind: str) -> None:
    item = make_item(kind=kind)
    item.save_revision().publish()
    Item.objects.get(pk=item.pk).save_revision().publish()
    assert item.versions.count() == 1

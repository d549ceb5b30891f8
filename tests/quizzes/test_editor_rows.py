"""The editor's rows: as many as needed, with labels of what is in them, long ones folded; nothing is asked twice."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

import pytest

from courses import editor_groups
from courses.blocks import FigureBlock, LessonBlocks
from courses.writing.drafts import RowsBlock, blocks_below
from items.authoring.registry import KindBlocks
from items.models import Item
from quizzes.authoring.settings_blocks import DifferenceBlocks
from quizzes.models.quizzes import DrawBlocks
from tests.conftest import NOW
from tests.factories.courses import make_catalog

STREAMS = [KindBlocks(), LessonBlocks(), DifferenceBlocks(), DrawBlocks()]
LISTS = [one for s in STREAMS for one in blocks_below(s) if isinstance(one, blocks.ListBlock)]
MOST_FIELDS = 6


def named(block: Any) -> str:
    return f"{block.label}"


@pytest.mark.parametrize("rows", LISTS, ids=named)
def test_list_begins_with_as_many_rows_as_it_needs(rows: blocks.ListBlock) -> None:
    assert isinstance(rows, RowsBlock)
    assert len(rows.get_default()) >= (rows.meta.min_num or 0)


@pytest.mark.parametrize("rows", LISTS, ids=named)
def test_row_says_its_content_when_it_is_folded(rows: blocks.ListBlock) -> None:
    row = rows.child_block
    if isinstance(row, blocks.StructBlock):
        first = next(name for name in row.child_blocks if f"{{{name}}}" in row.meta.label_format)
        assert first in row.child_blocks


@pytest.mark.parametrize("rows", LISTS, ids=named)
def test_long_rows_are_folded(rows: blocks.ListBlock) -> None:
    inner = list(blocks_below(rows.child_block))
    if len(inner) > MOST_FIELDS:
        assert rows.meta.collapsed


def test_figure_asks_once_what_the_picture_shows() -> None:
    figure = FigureBlock()
    assert not any(isinstance(block, ImageBlock) for block in blocks_below(figure))
    asked = [name for name in figure.child_blocks if "alt" in name]
    assert asked == ["alt"]


@pytest.mark.django_db
def test_new_question_and_new_page_show_no_fault(as_: Any, dana: Any) -> None:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    cms: Client = as_(dana)
    for path in (
        reverse(Item.snippet_viewset.get_url_name("add")),
        reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make_catalog().pk]),
    ):
        shown = cms.get(path).content.decode()
        assert 'class="error-message"' not in shown

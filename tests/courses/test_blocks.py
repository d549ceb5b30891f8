"""Every block has its own template, says what it holds, and can be previewed by authors."""

from __future__ import annotations

import re

from wagtail.blocks import StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

import pytest

from courses.blocks import CheckBlock, FigureBlock, LessonBlocks

BLOCKS = LessonBlocks().child_blocks
UNSAFE = re.compile(r"<script|\sstyle=|\son[a-z]+=", re.IGNORECASE)


def preview(name: str) -> str:
    block = BLOCKS[name]
    return block.render(block.normalize(block.meta.preview_value))


@pytest.mark.parametrize("name", BLOCKS)
def test_block_has_icon_description_and_own_template(name):
    meta = BLOCKS[name].meta
    assert meta.template == f"blocks/{name}.html"
    assert meta.icon
    assert meta.description


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", "Ask early"),
        ("statement", "A channel is a promise."),
        ("do_dont", "Silence reads as not caring."),
        ("example", "Creators were invited for a day."),
        ("case_study", "Tickets a month"),
        ("figure", "Two bars: 310 before, 190 after."),
        ("quote", "A customer in Pune"),
        ("check", "When do you ask for the social angle?"),
    ],
)
def test_block_preview_shows_its_words(name, said):
    html = preview(name)
    assert said in html
    assert not UNSAFE.search(html)


def test_previewed_blocks_are_all_lesson_blocks():
    assert set(BLOCKS) == {
        "text", "statement", "do_dont", "example", "case_study", "figure", "quote", "check",
    }  # fmt: skip


def test_check_preview_hides_the_key():
    html = preview("check")
    assert "Early costs minutes" not in html
    assert "Ask before decisions harden" not in html


@pytest.mark.parametrize("name", ["statement", "quote", "example"])
def test_plain_fields_escape_markup(name):
    block = BLOCKS[name]
    field = "title" if name == "example" else "text"
    value = block.normalize(block.meta.preview_value | {field: "<script>alert(1)</script>"})
    assert "<script>" not in block.render(value)


def test_figure_draws_bars_and_a_table():
    html = preview("figure")
    assert '<svg class="chart"' in html
    assert html.count("<td") == 2


def test_figure_shows_picture_with_alt_text(db):
    picture = get_image_model().objects.create(title="Lab", file=get_test_image_file())
    block = FigureBlock()
    value = block.to_python(
        {
            "title": "The lab",
            "picture": picture.pk,
            "rows": [],
            "unit": "",
            "alt": "People around a bench.",
            "caption": "Opening day",
        }
    )
    html = block.render(value)
    assert 'alt="People around a bench."' in html
    assert "image/webp" in html
    assert not UNSAFE.search(html)


def clean(**changes: object):
    block = CheckBlock()
    return block.clean(block.normalize(block.meta.preview_value | changes))


def options(*right: bool) -> list[dict[str, object]]:
    return [{"text": f"Answer {n}", "correct": ok, "reason": "So."} for n, ok in enumerate(right)]


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("single", (False, False)),
        ("multiple", (False, False)),
        ("single", (True, True)),
        ("single", (True,)),
    ],
    ids=["none right", "none of many right", "two right of one", "only one answer"],
)
def test_unanswerable_check_is_refused(kind, right):
    with pytest.raises(StructBlockValidationError) as refused:
        clean(kind=kind, options=options(*right))
    assert "options" in refused.value.block_errors


def test_multiple_check_accepts_several_right_answers():
    assert clean(kind="multiple", options=options(True, True, False))["kind"] == "multiple"

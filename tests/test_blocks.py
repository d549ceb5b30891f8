"""Each block tells authors what it is for and shows a preview before they choose it."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse

from wagtail.admin.icons import get_icons
from wagtail.blocks import Block, FieldBlock, ListBlock, StreamBlock
from wagtail.fields import StreamField

import pytest
from bs4 import BeautifulSoup

from courses import editor_groups
from courses.blocks import LessonBlocks
from items.authoring.examples import load_examples
from items.authoring.registry import KindBlocks
from tests.conftest import NOW

BLOCKS: dict[str, Block] = dict(LessonBlocks().child_blocks)

each_block = pytest.mark.parametrize("name", BLOCKS)


@each_block
@pytest.mark.parametrize("what", ["label", "group", "description", "icon"])
def test_block_has_label_group_description_and_icon(name, what):
    assert str(getattr(BLOCKS[name].meta, what, "") or "").strip()


@each_block
@pytest.mark.django_db
def test_block_icon_exists(name):
    assert f'id="icon-{BLOCKS[name].meta.icon}"' in get_icons()


@each_block
def test_block_description_is_a_sentence(name):
    description = str(BLOCKS[name].meta.description)
    assert description[0].isupper()
    assert description.endswith(".")
    assert "!" not in description


@each_block
def test_block_template_has_its_name(name):
    assert BLOCKS[name].meta.template == f"blocks/{name}.html"
    assert get_template(f"blocks/{name}.html")


@each_block
@pytest.mark.django_db
def test_block_preview_value_is_valid(name):
    block = BLOCKS[name]
    value = block.get_preview_value()
    assert value
    assert block.clean(value)


@each_block
@pytest.mark.django_db
def test_block_preview_renders_its_own_words(name):
    block = BLOCKS[name]
    html = block.render(block.get_preview_value(), {"request": RequestFactory().get("/")})
    assert first_words(block.meta.preview_value) in html


EVERY: dict[str, Block] = {
    f"{owner.__name__}.{name}": block
    for owner in (LessonBlocks, KindBlocks)
    for name, block in owner().child_blocks.items()
}


@pytest.mark.parametrize("name", EVERY)
def test_every_block_and_kind_has_a_picture_and_a_description(name):
    block = EVERY[name]
    assert block.is_previewable
    assert str(block.get_description()).endswith(".")


@pytest.mark.django_db
def test_every_block_and_kind_shows_its_example_in_the_chooser(as_, dana):
    """The chooser frames this page; each shows words of its own."""
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    browser = as_(dana)
    shown = {}
    for name, block in EVERY.items():
        answer = browser.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert answer.status_code == 200, name
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        shown[name] = BeautifulSoup(answer.content, "html.parser").main.get_text(" ", strip=True)
    assert len(set(shown.values())) == len(EVERY)
    for kind, example in load_examples().items():
        assert example["stem"] in shown[f"KindBlocks.{kind}"]


# What these ask for, the label says: the box holds that and nothing else, and the block around it has a description.
SELF_EVIDENT = {
    *("Text", "Title", "Quote", "Question", "Picture", "Answer", "Step", "Choice"),
    *("Match this", "with this", "Belongs here", "What such an answer does"),
    *("Right", "This is a fault", "It is a fault", "People may choose several"),
    *("Reason shown to those who say true", "Reason shown to those who say false"),
}


def silent_fields(block: Block, path: str) -> Iterator[tuple[str, str]]:
    """The places and labels of all fields and lists below a block that say nothing about what to write there."""
    inner = getattr(block, "child_blocks", {})
    for name, child in inner.items():
        yield from silent_fields(child, f"{path}.{name}")
    if isinstance(block, ListBlock) and not isinstance(block.child_block, FieldBlock):
        yield from silent_fields(
            block.child_block, path
        )  # the help of a list is that of its only field
    if isinstance(block, FieldBlock | ListBlock):
        help_text = block.field.help_text if isinstance(block, FieldBlock) else block.meta.help_text
        if not str(help_text or "").strip():
            yield path, str(block.label)


def test_every_field_of_every_block_has_help_or_a_label_that_says_all():
    streams = {
        f"{model.__name__}.{field.name}": field.stream_block
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, StreamField) and not model.__module__.startswith("wagtail")
    }
    assert len(streams) >= 10
    silent = {found for name, block in streams.items() for found in silent_fields(block, name)}
    assert [place for place, label in sorted(silent) if label not in SELF_EVIDENT] == []
    assert {label for _place, label in silent} == SELF_EVIDENT


def test_block_labels_are_unique():
    labels = [str(block.label) for block in BLOCKS.values()]
    assert len(set(labels)) == len(labels)


def test_block_groups_are_two_to_six():
    groups = {str(block.meta.group) for block in BLOCKS.values()}
    assert 2 <= len(groups) <= 6


def test_lesson_blocks_have_one_level_of_nesting():
    """Blocks may be nested one level deep, so that authors do not get lost in the editor."""
    assert not any(isinstance(block, StreamBlock) for block in BLOCKS.values())


def first_words(value: object) -> str:
    """The first text in a preview value."""
    while not isinstance(value, str):
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
    return value

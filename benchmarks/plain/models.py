"""The page that ours is compared with: Wagtail's own page with the blocks of a lesson, made of stock blocks."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.blocks import LessonBlocks


def make_stock(block: Any) -> Any:
    """The same fields in Wagtail's own lists, structs and streams."""
    said = {"label": block.meta.label, "icon": block.meta.icon}
    if isinstance(block, blocks.ListBlock):
        return blocks.ListBlock(make_stock(block.child_block), label=block.meta.label)
    if not isinstance(block, blocks.BaseStructBlock | blocks.BaseStreamBlock):
        return block
    children = [(name, make_stock(child)) for name, child in block.child_blocks.items()]
    if isinstance(block, blocks.BaseStructBlock):
        return blocks.StructBlock(children, **said)
    return blocks.StreamBlock(children)


class PlainPage(Page):
    body = StreamField(make_stock(LessonBlocks()))

    content_panels = [*Page.content_panels, FieldPanel("body")]

    class Meta:
        app_label = "plain"

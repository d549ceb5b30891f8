"""Turns a fault in the content into an error that the author's form shows beside the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from items.authoring.form import KindForm


def error_beside_field(form: KindForm, path: str, message: str) -> ValidationError:
    """Return the error for `Item.body`. `path` is that of a ContentError; without a matching field it stands on top."""
    inner = _at(form.block, path.split("."), message, form.aliases)
    return StreamBlockValidationError(block_errors={0: inner})


def _at(
    block: blocks.Block, path: Sequence[str], message: str, aliases: Mapping[str, str]
) -> ValidationError:
    step, rest = (path[0], path[1:]) if path else ("", ())
    if isinstance(block, blocks.StructBlock):
        name = step if step in block.child_blocks else aliases.get(step, "")
        if name not in block.child_blocks:
            return StructBlockValidationError(non_block_errors=[message])
        # A list that stands for another one has other rows: the fault stands above them.
        rest = rest if name == step else ()
        inner = _at(block.child_blocks[name], rest, message, aliases)
        return StructBlockValidationError(block_errors={name: inner})
    if isinstance(block, blocks.ListBlock):
        if not step.isdecimal():
            return ListBlockValidationError(non_block_errors=[message])
        inner = _at(block.child_block, rest, message, aliases)
        return ListBlockValidationError(block_errors={int(step): inner})
    return ValidationError(message)

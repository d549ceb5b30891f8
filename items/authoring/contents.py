"""Turns the value of an author's form into plain content: JSON in which list children keep their ids."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Model

from wagtail import blocks


def struct_content(block: blocks.StructBlock, value: Any, place: str = "new") -> dict[str, Any]:
    """Return a struct as an object with the same field names; `place` is the prefix of ids for new rows."""
    return {
        name: field_content(child, value.get(name), f"{place}-{name}")
        for name, child in block.child_blocks.items()
    }


def field_content(block: blocks.Block, value: Any, place: str = "new") -> Any:
    """Return one field: text, a boolean, a number as text, the id of a picture, or the rows of a list."""
    if isinstance(block, blocks.ListBlock):
        return list_content(block, value, place)
    if isinstance(block, blocks.StructBlock):
        return struct_content(block, value, place)
    if isinstance(block, blocks.BooleanBlock):
        return bool(value)
    if isinstance(value, Model):
        return value.pk
    if value is None:
        return ""
    return format_number(Decimal(value)) if isinstance(block, blocks.DecimalBlock) else value


def list_content(block: blocks.ListBlock, value: Any, place: str = "new") -> list[dict[str, Any]]:
    """Return the rows of a list with their ids; a row that is plain text becomes ``{"id", "text"}``."""
    inner = block.child_block
    found = []
    for ident, row in list_rows(value, place):
        struct = isinstance(inner, blocks.StructBlock)
        found.append(
            {"id": ident, **(struct_content(inner, row, ident) if struct else {"text": row})}
        )
    return found


def list_rows(value: Any, place: str = "new") -> list[tuple[str, Any]]:
    """Return the ids and values of a list. A row just added in the editor has no id before it is saved."""
    children = value.bound_blocks if value is not None else ()
    return [(child.id or f"{place}-{n}", child.value) for n, child in enumerate(children)]


def count_missing_reasons(block: blocks.StructBlock, value: Any) -> int:
    """Return how many reasons a form asks for, in the struct and in the rows of its lists, that nobody has written."""
    missing = 0
    for name, child in block.child_blocks.items():
        inner = value.get(name)
        if isinstance(child, blocks.ListBlock) and isinstance(
            child.child_block, blocks.StructBlock
        ):
            missing += sum(count_missing_reasons(child.child_block, row) for row in inner or ())
        elif name.startswith("reason") and child.required:
            missing += not str(inner or "").strip()
    return missing


def format_number(value: Decimal) -> str:
    """Return an exact number as text, without an exponent or trailing zeros."""
    return f"{value.normalize():f}" if value else "0"

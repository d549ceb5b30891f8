"""The fields of a kind in an item file: checked, stored as the author's form, and written.

A row of a list may be written as plain text where its form requires only the first field.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from wagtail import blocks

from items.kinds.spec import ContentError, ContentFields
from items.phrases import gettext_noop

# Ids are made from the text of rows, so importing the same file elsewhere gives the same ids.
NAMESPACE = uuid.UUID("5b1f8d0e-2f4b-4f0c-9d5e-7a0f6c1d2e3b")
TYPES = {str: "text", bool: "true or false", int: "a number", list: "a list"}


@dataclass
class RowIds:
    """Ids for the rows of one item: that of a known row with the same text, else one made from `seed`."""

    seed: str
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def of(self, path: str, text: str) -> str:
        """Return the id of the next row with this text in the list at `path`."""
        ident = self.known.get((path, text)) or self.made(path, text)
        while (path, ident) in self.used:  # rows with the same text get different ids
            ident = self.made(path, ident)
        self.used.add((path, ident))
        return ident

    def made(self, path: str, text: str) -> str:
        """Return the id that depends only on the seed, the list and the text."""
        return str(uuid.uuid5(NAMESPACE, f"{self.seed}:{path}:{text}"))

    def learn(self, block: blocks.StructBlock, value: Any, path: str = "") -> None:
        """Remember the ids of the rows that a stored form has."""
        for name, child in block.child_blocks.items():
            if not isinstance(child, blocks.ListBlock):
                continue
            here = f"{path}{name}"
            inner = child.child_block
            for bound in value[name].bound_blocks:
                self.known.setdefault((here, row_words(inner, bound.value)), bound.id)
                if isinstance(inner, blocks.StructBlock):
                    self.learn(inner, bound.value, f"{here}.")


def row_words(block: blocks.Block, row: Any) -> str:
    """Return the text by which a row is recognised: that of its first field."""
    found = row.get(first_field(block), "") if isinstance(block, blocks.StructBlock) else row
    return found if isinstance(found, str) else " | ".join(map(str, found or ()))


def first_field(block: blocks.StructBlock) -> str:
    """Return the name of the first field."""
    return str(next(iter(block.child_blocks)))


def check_fields(block: blocks.StructBlock, row: Mapping[str, Any], path: str = "") -> None:
    """Raise ContentError at the first field that is unknown or of the wrong type."""
    for name, value in row.items():
        child = block.child_blocks.get(name)
        if child is None:
            raise ContentError(f"{path}{name}", gettext_noop("This kind has no such field."))
        check_type(value, _type(child), f"{path}{name}")
        if isinstance(child, blocks.DecimalBlock):
            ContentFields({name: value}, path.rstrip(".")).amount(name, least=None)
        if isinstance(child, blocks.ListBlock):
            _check_rows(child.child_block, value, f"{path}{name}")


def check_type(value: object, wanted: type, path: str) -> None:
    """Raise ContentError unless the value is of that type and can be stored."""
    # In Python a bool is an int; in a file it is not.
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ContentError(path, gettext_noop("Write this as %(wanted)s."), wanted=TYPES[wanted])
    if not is_storable(value):
        raise ContentError(path, gettext_noop("Remove the characters that cannot be stored."))


def is_storable(value: object) -> bool:
    """Tell whether a database can hold the text: no NUL (PostgreSQL), no lone surrogate."""
    try:
        return not isinstance(value, str) or b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def to_stream_value(
    block: blocks.StructBlock, row: Mapping[str, Any], idents: RowIds, path: str = ""
) -> dict[str, Any]:
    """Return a row as a StreamField stores it. A missing list is stored as an empty one."""
    value: dict[str, Any] = {}
    for name, child in block.child_blocks.items():
        here = f"{path}{name}"
        if isinstance(child, blocks.ListBlock):
            value[name] = [
                _child(child.child_block, one, idents, here) for one in row.get(name, ())
            ]
        elif name in row:
            value[name] = row[name]
    return value


def to_file_fields(block: blocks.StructBlock, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of plain content that the form has, without ids."""
    return {
        name: _written_list(child.child_block, content[name])
        if isinstance(child, blocks.ListBlock)
        else content[name]
        for name, child in block.child_blocks.items()
        if name in content
    }


def _type(block: blocks.Block) -> type:
    if isinstance(block, blocks.BooleanBlock):
        return bool
    if isinstance(block, blocks.IntegerBlock | blocks.ChooserBlock):
        return int
    return list if isinstance(block, blocks.ListBlock) else str


def _check_rows(inner: blocks.Block, values: list[Any], path: str) -> None:
    struct = isinstance(inner, blocks.StructBlock)
    for place, one in enumerate(values):
        here = f"{path}.{place}"
        if struct and isinstance(one, Mapping):
            check_fields(inner, one, f"{here}.")
        elif struct and not _words_do(inner):
            raise ContentError(here, gettext_noop("Write a row with fields here."))
        else:
            check_type(one, str, here)


def _words_do(block: blocks.StructBlock) -> bool:
    """Tell whether the first field is the only one that the form of a row requires."""
    own, *others = block.child_blocks.values()
    return isinstance(own, blocks.FieldBlock) and not any(
        child.required and child.meta.default is None for child in others
    )


def _child(inner: blocks.Block, one: Any, idents: RowIds, path: str) -> dict[str, Any]:
    if not isinstance(inner, blocks.StructBlock):
        return {"type": "item", "value": one, "id": idents.of(path, one)}
    row = {first_field(inner): one} if isinstance(one, str) else one
    ident = idents.of(path, row_words(inner, row))
    return {"type": "item", "value": to_stream_value(inner, row, idents, f"{path}."), "id": ident}


def _written_list(inner: blocks.Block, values: Any) -> list[Any]:
    if not isinstance(inner, blocks.StructBlock):
        return [one["text"] if isinstance(one, Mapping) else one for one in values]
    return [_written_row(inner, one) for one in values]


def _written_row(inner: blocks.StructBlock, one: Mapping[str, Any]) -> Any:
    row = to_file_fields(inner, one)
    if not _words_do(inner):
        return row
    own = first_field(inner)
    told = {
        name: value
        for name, value in row.items()
        if name == own or not _is_usual(inner.child_blocks[name], value)
    }
    return told if len(told) > 1 else row.get(own, "")


def _is_usual(block: blocks.Block, value: Any) -> bool:
    """Tell whether the value is the default, so that a file can leave the field out."""
    if not isinstance(block, blocks.DecimalBlock):
        return value in ("", [], block.meta.default if isinstance(block, blocks.FieldBlock) else "")
    try:
        return block.meta.default is not None and Decimal(value) == Decimal(block.meta.default)
    except InvalidOperation:
        return False

"""Blocks of which a draft may be half-written: every rule of a block waits until publishing.

Only what cannot be stored or read again is refused in a draft, so that no block stops autosave or "Save draft" of
the whole page.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from threading import RLock
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail import blocks

# No number of a question or a setting is longer; written out, a much longer one would fill the memory.
MOST_DIGITS = 40
CHECKING = RLock()


def refuse_endless_number(value: object) -> None:
    """Refuse a number that has more digits, before or behind the point, than anybody writes."""
    if isinstance(value, Decimal) and abs(value.adjusted()) > MOST_DIGITS:
        raise ValidationError(_("Write a shorter number."))


class FinishedBlock(blocks.StructBlock):
    """A struct with a rule of its own. `check_finished` raises; it is not asked while a draft is saved."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            self.check_finished(cleaned)
        return cleaned

    def check_finished(self, value: Any) -> None:
        """Raise a ValidationError for a value that cannot be published."""


class DraftBlocks(blocks.StreamBlock):
    """The top of a StreamField: while a draft is saved, the validators of all fields below wait, too.

    So does the most that there may be of each kind.

    Blocks are shared by all requests of a process, so drafts and publications are checked one at a time.
    """

    def clean_deferred(self, value: Any) -> Any:
        with CHECKING:
            return super().clean_deferred(value)

    def clean(self, value: Any) -> Any:
        with CHECKING:
            return super().clean(value)

    def defer_required_validation(self) -> None:
        super().defer_required_validation()
        self._waiting = [(field, field.validators) for field in _fields_below(self)]
        for field, validators in self._waiting:
            field.validators = [*filter(_is_about_storing, validators), refuse_endless_number]
        self._most = (self.meta.max_num, self.meta.block_counts)
        self.meta.max_num, self.meta.block_counts = None, {}

    def restore_deferred_validation(self) -> None:
        self.meta.max_num, self.meta.block_counts = self._most
        for field, validators in self._waiting:
            field.validators = validators
        super().restore_deferred_validation()


class RowsBlock(blocks.ListBlock):
    """A list that begins with as many empty rows as it needs. Each row says its content when it is folded."""

    def __init__(self, child_block: Any, search_index: bool = True, **kwargs: Any) -> None:
        super().__init__(child_block, search_index, **kwargs)
        if not self._has_default:
            needed = max(self.meta.min_num or 1, 1)
            self.meta.default = [self.child_block.get_default() for _row in range(needed)]

    __init__.has_child_block_arg = True  # type: ignore[attr-defined]  # Wagtail reads it in migrations

    def deconstruct(self) -> tuple[str, Any, Any]:
        """In migrations it is a plain list."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.ListBlock", args, kwargs


class MomentBlock(blocks.DateTimeBlock):
    """A moment that a form shows as it was written, where the reader's time zone has no such moment."""

    def value_for_form(self, value: Any) -> Any:
        try:
            timezone.localtime(value)
        except OverflowError:  # in the first and the last hours of the calendar
            return value.replace(tzinfo=None)
        except (AttributeError, ValueError):  # no moment, or words that are none
            pass
        return value

    def deconstruct(self) -> tuple[str, Any, Any]:
        """In migrations it is a plain moment."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.DateTimeBlock", args, kwargs


def finished_children(stream: blocks.StreamValue) -> Iterator[blocks.StreamValue.StreamChild]:
    """The children of a stream that could be published; a draft may hold others."""
    for child in stream:
        try:
            with CHECKING:
                child.block.clean(child.value)
        except ValidationError:
            continue
        yield child


def blocks_below(block: blocks.Block) -> Iterator[blocks.Block]:
    """All blocks inside this one, each once for every place."""
    inner = getattr(block, "child_block", None)
    children = [inner] if inner else getattr(block, "child_blocks", {}).values()
    for child in children:
        yield child
        yield from blocks_below(child)


def _fields_below(block: blocks.Block) -> list[forms.Field]:
    found = {
        id(one): one.field for one in blocks_below(block) if isinstance(one, blocks.FieldBlock)
    }
    return list(found.values())


def _is_about_storing(validator: object) -> bool:
    """Whether the validator refuses what a database cannot hold."""
    return isinstance(validator, ProhibitNullCharactersValidator)

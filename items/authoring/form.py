"""How authors write one kind of item, in the CMS and in a file: all of it follows from the kind's block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from wagtail.blocks import StructBlock

from items.authoring import contents, rows
from items.authoring.rows import Idents


class KindForm(ABC):
    """One kind as its authors meet it. Stateless: one instance serves everybody.

    The plain content (`quizzes.content`), the fields in an item file (docs/items.md) and the form are the
    same names and rows. A kind whose content is of another shape overrides `content` and `row`, which
    are the inverse of each other.
    """

    name: ClassVar[str]
    block_class: ClassVar[type[StructBlock]]
    # The template in quizzes/reveals/ that shows the answer beside the better one.
    shown_as: ClassVar[str] = "rows"
    # The template in quizzes/paper/ with boxes and lines to fill in by hand.
    printed_as: ClassVar[str] = "boxes"
    # Names in the content that stand for another field of the form, for showing a fault beside it.
    aliases: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def block(self) -> StructBlock:
        """The form in the CMS."""
        return self.block_class()

    def content(self, value: Any) -> dict[str, Any]:
        """The form's value as the kind's part of the plain content; incomplete where the form is."""
        return contents.plain(self.block, value)

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The kind's fields in a file, without ids."""
        return rows.written(self.block, content)

    def value(self, row: Mapping[str, Any], idents: Idents) -> dict[str, Any]:
        """The fields of a file as a StreamField stores them."""
        return rows.stored(self.block, row, idents)

    def check(self, row: Mapping[str, Any]) -> None:
        """Raise ContentError at the first field of a file that is unknown or of the wrong type."""
        rows.check(self.block, row)

    @abstractmethod
    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        """A right, or a plausible wrong, answer: what the preview shows."""

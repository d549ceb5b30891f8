"""How authors write one kind of item, in the CMS and in a file; both are derived from the kind's block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from wagtail.blocks import StructBlock

from items.authoring import contents, rows
from items.authoring.rows import RowIds


class KindForm(ABC):
    """The author's form of one kind. Stateless: one instance serves everybody.

    The plain content (`quizzes.content`), the fields in an item file (docs/items.md) and the form have the
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
        """The block that is the form in the CMS.

        In the block chooser a kind is shown as learners meet it: the template asks for its example. Said here, and
        not as an option of the block, it is no part of migrations.
        """
        block = self.block_class()
        block.meta.preview_template = "quizzes/cms/kind_preview.html"
        return block

    def content(self, value: Any) -> dict[str, Any]:
        """Return the kind's part of the plain content from the form's value; a draft may be incomplete."""
        return contents.struct_content(self.block, value)

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the kind's fields as a file has them, without ids."""
        return rows.to_file_fields(self.block, content)

    def value(self, row: Mapping[str, Any], idents: RowIds) -> dict[str, Any]:
        """Return the fields of a file as a StreamField stores them."""
        return rows.to_stream_value(self.block, row, idents)

    def check(self, row: Mapping[str, Any]) -> None:
        """Raise ContentError at the first field of a file that is unknown or of the wrong type."""
        rows.check_fields(self.block, row)

    @abstractmethod
    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        """Return a right, or a plausible wrong, response for the preview."""

"""A new question says nothing in red before anything is typed, and what is missing once it is to be published."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from wagtail.admin.telepath import JSContext
from wagtail.blocks.stream_block import StreamValue

import pytest

from items.models import Item

KINDS = Item.body.field.stream_block


def test_script_of_a_new_question_knows_no_least_number_of_kinds() -> None:
    packed = JSContext().pack(KINDS)
    assert packed["_args"][3]["maxNum"] == 1
    assert packed["_args"][3]["minNum"] is None


def test_publishing_without_a_kind_is_refused_in_our_words() -> None:
    with pytest.raises(ValidationError) as refused:
        KINDS.clean(StreamValue(KINDS, []))
    said = [str(each.message) for each in refused.value.non_block_errors.as_data()]
    assert said == ["Choose what kind of question it is."]


def test_draft_without_a_kind_is_kept() -> None:
    assert len(KINDS.clean_deferred(StreamValue(KINDS, []))) == 0

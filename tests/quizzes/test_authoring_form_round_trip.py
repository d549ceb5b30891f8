"""Any content of any kind is unchanged by the author's form: from a file into the form and out again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from items.authoring.registry import FORMS, KindBlocks
from items.authoring.rows import RowIds
from items.exchange.departures import question_from_item
from items.kinds.content import parse_content
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from quizzes.screens.previews import example_answer
from tests.factories.quizzes import EVERY, UNSCORED
from tests.quizzes.exchange.items import contents, make_item

calm = settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    # Shrinking a failing example takes minutes, so that phase is left out.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
# Kinds whose rows the form reorders: items stand below their group, a gap's right choice comes first.
SORTED_ANEW = {"categorise", "gap"}


def through_the_form(content: dict[str, Any]) -> dict[str, Any]:
    kind = content["kind"]
    form = FORMS[kind]
    row = form.row(content)
    form.check(row)
    stored = {"type": kind, "value": form.value(row, RowIds("seed")), "id": "body"}
    value = KindBlocks().to_python([stored])[0].value
    return {**content, **form.content(value)}


@pytest.mark.parametrize("kind", EVERY)
@calm
@given(data=st.data())
def test_arbitrary_content_survives_the_authoring_form(kind: str, data: st.DataObject) -> None:
    content = data.draw(contents(kind))
    try:
        again = through_the_form(content)
    except ContentError as fault:
        assume("cannot be stored" not in fault.message)  # NUL, half a character: refused by name
        raise
    spec = parse_content(again)
    assert FORMS[kind].row(through_the_form(again)) == FORMS[kind].row(again)
    if kind not in SORTED_ANEW:
        assert question_from_item(make_item(again))[0] == question_from_item(make_item(content))[0]
    if kind not in UNSCORED:
        assert grade_response(spec, example_answer(spec, right=True)).correct

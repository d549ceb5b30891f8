"""What stands twice in a question where one counts: named, or, where two keys would count, the question is left out."""

from __future__ import annotations

import pytest

from items.exchange.formats import FORMATS
from items.exchange.records import FileReading

MOODLE = (
    '<quiz><question type="multichoice"><name><text>N</text></name><questiontext format="html"><text>Why?</text>'
    "</questiontext>{0}<single>true</single><answer fraction='100'><text>a</text></answer>"
    "<answer fraction='0'><text>b</text></answer></question></quiz>"
)
QTI = (
    '<assessmentItem identifier="Q" title="Q"><responseDeclaration identifier="R" cardinality="single" '
    'baseType="identifier"><correctResponse><value>A</value></correctResponse>{key}</responseDeclaration>{more}'
    "<itemBody><choiceInteraction responseIdentifier='R' maxChoices='1'><prompt>Pick.</prompt>{prompt}"
    "<simpleChoice identifier='A'>tin</simpleChoice><simpleChoice identifier='B'>lead</simpleChoice>"
    "</choiceInteraction>{hints}</itemBody>{rules}</assessmentItem>"
)
PARTS = dict.fromkeys(("key", "more", "prompt", "hints", "rules"), "")
KEY_B = "<correctResponse><value>B</value></correctResponse>"
RULES = '<responseProcessing template="x/{0}"/>'


CSV = """code,kind,stem,part,text,value,reason
A,single,Q,answer,a,right,
,,,answer,b,wrong,
,,,setting,shuffle,no,
,,,setting,shuffle,yes,
"""


def qti(**parts: str) -> FileReading:
    return FORMATS["qti22"].read(QTI.format(**PARTS | parts).encode(), "q.xml")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"key": KEY_B}, "<correctResponse> stands twice in it"),
        ({"prompt": "<prompt>And?</prompt>"}, "<prompt> stands twice in it"),
        ({"rules": "<itemBody><p>More</p></itemBody>"}, "<itemBody> stands twice in it"),
        (
            {"rules": RULES.format("match_correct") + RULES.format("map_response")},
            "<responseProcessing> stands twice in it",
        ),
        (
            {"more": f'<responseDeclaration identifier="R" cardinality="single">{KEY_B}</responseDeclaration>'},
            "two keys are declared for one answer",
        ),
        (
            {"more": '<outcomeDeclaration identifier="SCORE"><defaultValue><value>1</value></defaultValue>'
                     "</outcomeDeclaration>"},
            "it gives 1 points before it is answered",
        ),
    ],
)  # fmt: skip
def test_qti_item_with_two_keys_or_points_from_the_start_is_left_out(parts, said):
    reading = qti(**parts)
    assert (reading.items, f"left out: {said}" in str(reading.problems[0])) == ((), True)


def test_qti_item_with_points_of_nothing_from_the_start_is_read():
    zero = '<outcomeDeclaration identifier="SCORE"><defaultValue><value>0.0</value></defaultValue></outcomeDeclaration>'
    assert qti(more=zero).items[0].notes == ()


def test_second_hint_of_a_qti_item_is_named():
    hint = "<rubricBlock class='hint' view='candidate'><p>{0}</p></rubricBlock>"
    (item,) = qti(hints=hint.format("One") + hint.format("Two")).items
    assert "only the first hint is kept" in item.notes


@pytest.mark.parametrize(
    ("second", "note"),
    [
        (
            "<defaultgrade>2</defaultgrade><defaultgrade>3</defaultgrade>",
            "only the first <defaultgrade> is kept",
        ),
        (
            "<generalfeedback><text>x</text></generalfeedback><generalfeedback><text>y</text></generalfeedback>",
            "only the first <generalfeedback> is kept",
        ),
        ("<tags><tag>a</tag><tag>a</tag></tags>", "the tag a is not kept"),
    ],
)
def test_second_part_of_a_moodle_question_is_named(second, note):
    (item,) = FORMATS["moodle-xml"].read(MOODLE.format(second).encode(), "m.xml").items
    assert item.notes == (note,)


def test_second_body_of_a_moodle_question_keeps_it_out():
    second = "<questiontext><text>How?</text></questiontext>"
    reading = FORMATS["moodle-xml"].read(MOODLE.format(second).encode(), "m.xml")
    assert reading.items == ()
    assert reading.problems[0].message == "left out: <questiontext> stands twice in it"


@pytest.mark.parametrize(
    ("form", "text", "note"),
    [
        ("gift", "// [tag:points:2] [tag:points:3]\n::A::Q{=a ~b}", "points:3"),
        ("csv", CSV, "shuffle:yes"),
    ],
)  # fmt: skip
def test_second_setting_of_a_name_is_named_and_the_first_counts(form, text, note):
    (item,) = FORMATS[form].read(text.encode(), "a.txt").items
    assert item.notes == (f"the tag {note} is not kept",)
    assert item.content["points"] == "2" if form == "gift" else item.content["shuffle"] is False

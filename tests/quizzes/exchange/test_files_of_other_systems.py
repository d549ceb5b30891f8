"""Files as other systems write them, with the notes and problems that reading reports."""

from __future__ import annotations

from decimal import Decimal

import pytest

from items.exchange.formats import FORMATS
from items.kinds.content import parse_content
from tests.quizzes.contents import SAMPLES, STAGED
from tests.quizzes.exchange.items import WRITTEN, make_item

# The examples of https://docs.moodle.org/en/GIFT_format, shortened.
GIFT = r"""
// multiple choice with specified feedback for right and wrong answers
::Q2:: What's between orange and green in the spectrum?
{ =yellow # right; good! ~red # wrong, it's yellow ~blue # wrong, it's yellow }

::Q0:: Mahatma Gandhi's birthday is {~ an Indian holiday =October 2} of each year.

::Q1:: 1+1\=2 {T}

// [id:SA-1] [tag:principle:P2] [tag:colour]
Who's buried in Grant's tomb?{=no one#Right =%50%nobody}

::Q4:: Two plus {=two =2} equals four.

::Q5:: Match. { =cat -> cat food =dog -> dog food = -> hay }

::Q7:: When was Grant born? {#1822:5#About}

::Q8:: A number from 1 to 5? {#1..5}

::Q9:: What two people are entombed? {~%-50%No one ~%50%Grant ~%50%Grant's wife ~%-50%Grant's father ####Both.}

::Q10:: Write a short biography {}

::Q11::[html]<p>Read <b>this</b><img src="x"></p>
"""

MOODLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
 <question type="category"><category><text>$course$/x</text></category></question>
 <question type="multichoice"><name><text>Weights</text></name>
  <questiontext format="html"><text><![CDATA[<p>Which <em>two</em>?</p>]]></text></questiontext>
  <defaultgrade>2.0000000</defaultgrade><single>false</single><shuffleanswers>0</shuffleanswers>
  <answer fraction="50"><text>A &amp; B</text><feedback><text>Yes</text></feedback></answer>
  <answer fraction="50"><text>C</text></answer>
  <answer fraction="-25"><text>D</text></answer></question>
 <question type="cloze"><name><text>Gaps</text></name>
  <questiontext format="html"><text><![CDATA[<p>Fill.</p><p>I {1:MULTICHOICE:=work#Yes~%0%play} at
  {1:SHORTANSWER:=Northlight~%50%N}.</p>]]></text></questiontext></question>
 <question type="calculated"><name><text>Sum</text></name></question>
</quiz>"""

QTI2 = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="choice" title="Luggage"
 adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>ChoiceA</value></correctResponse></responseDeclaration>
<itemBody><p>Look at the sign.</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
<prompt>What does it say?</prompt><simpleChoice identifier="ChoiceA">Stay with it.</simpleChoice>
<simpleChoice identifier="ChoiceB">Leave it.</simpleChoice></choiceInteraction></itemBody></assessmentItem>"""

QTI3 = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="order"
 title="Order" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="ordered" base-type="identifier">
<qti-correct-response><qti-value>C</qti-value><qti-value>A</qti-value></qti-correct-response>
</qti-response-declaration><qti-item-body>
<qti-order-interaction response-identifier="RESPONSE" shuffle="true"><qti-prompt>Order these.</qti-prompt>
<qti-simple-choice identifier="A">Last</qti-simple-choice><qti-simple-choice identifier="C">First</qti-simple-choice>
</qti-order-interaction></qti-item-body></qti-assessment-item>"""


PLAIN = "the file has no rubric: a plain one was made, write your own"
GUIDED = "the words for the reviewer are kept; levels for the mark were made, look at them"
ESSAY = b"""<quiz>
<question type="essay"><name><text>E-1</text></name>
<questiontext format="html"><text><![CDATA[<p>Write the reply.</p>]]></text></questiontext>
<responseformat>editor</responseformat><attachments>1</attachments>
<minwordlimit>20</minwordlimit><maxwordlimit>80</maxwordlimit>
<graderinfo format="html"><text><![CDATA[<p>Sorry first.</p>]]></text></graderinfo>
</question></quiz>"""
EXTENDED = b"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="E-2" title="E-2">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>
<itemBody><p>Read this.</p><extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200">
<prompt>Write the reply.</prompt></extendedTextInteraction></itemBody></assessmentItem>"""


def gift():
    reading = FORMATS["gift"].read(GIFT.encode(), "grant.gift")
    return {item.code: item for item in reading.items}, reading


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Q2", "single"),
        ("Q0", "single"),
        ("Q1", "true_false"),
        ("SA-1", "short_text"),
        ("Q4", "short_text"),
        ("Q5", "matching"),
        ("Q7", "number"),
        ("Q8", "number"),
        ("Q9", "multiple"),
        ("Q10", "free_text"),
        ("Q11", "description"),
    ],
)
def test_gift_documentation_examples_are_read(code, kind):
    items, _reading = gift()
    assert items[code].kind == kind
    parse_content(items[code].content)


def test_gift_texts_weights_and_ranges_are_read_as_moodle_does():
    items, _reading = gift()
    assert items["Q0"].content["stem"] == "<p>Mahatma Gandhi's birthday is _____ of each year.</p>"
    assert items["Q1"].content["stem"] == "<p>1+1=2</p>"
    assert items["Q2"].content["options"][0]["reason"] == "right; good!"
    assert (items["Q8"].content["answer"], items["Q8"].content["tolerance"]) == ("3", "2")
    assert items["Q9"].content["credit"] == "proportional_correct"
    assert Decimal(items["Q9"].content["penalty"]) == Decimal("0.5")
    assert [right["text"] for right in items["Q5"].content["rights"]] == [
        "cat food",
        "dog food",
        "hay",
    ]
    assert (items["SA-1"].principle, items["SA-1"].line) == ("P2", 11)


def test_gift_reader_notes_what_it_cannot_keep():
    items, reading = gift()
    assert reading.problems == ()
    assert items["Q10"].notes == (PLAIN,)
    assert items["Q11"].notes == ("<img> is not kept in the question",)
    assert items["SA-1"].notes == ("the tag colour is not kept",)


def test_moodle_xml_reader_names_what_it_leaves_out():
    reading = FORMATS["moodle-xml"].read(MOODLE, "m.xml")
    weights, gaps = reading.items
    assert [(p.line, p.fatal) for p in reading.problems] == [(3, False), (13, False)]
    assert weights.content["points"] == "2"
    assert weights.content["options"][0]["text"] == "A & B"
    assert (weights.content["penalty"], weights.content["shuffle"]) == ("0.25", False)
    assert gaps.content["text"] == "I [[g1]] at [[g2]]."
    assert gaps.content["gaps"][0]["answer"] == "o1"


def test_qti_2_single_item_is_read():
    (item,) = FORMATS["qti22"].read(QTI2.encode(), "q.xml").items
    assert (item.code, item.kind) == ("CHOICE", "single")
    assert item.content["stem"] == "<p>Look at the sign.</p><p>What does it say?</p>"
    assert [option["correct"] for option in item.content["options"]] == [True, False]


def test_qti_3_ordering_item_is_read():
    (item,) = FORMATS["qti30"].read(QTI3.encode(), "q.xml").items
    assert [step["text"] for step in item.content["steps"]] == ["First", "Last"]


def test_qti_reader_names_an_unknown_interaction_it_leaves_out():
    data = QTI2.replace("choiceInteraction", "hotspotInteraction").encode()
    problem, whole = FORMATS["qti22"].read(data, "q.xml").problems
    assert problem.message == "left out: the interaction hotspotInteraction has no equivalent here"
    # It is all that the file holds, so the file is at fault.
    assert (whole.fatal, "no question in it" in whole.message) == (True, True)


def test_csv_with_semicolons_and_two_items_is_read():
    text = (
        "code;kind;stem;critical;part;text;value;reason\n"
        "A-1;single;1 < 2?;yes;answer;Yes;right;So it is\n;;;;answer;'=No;wrong;\nA-2;number;How many?;;number;8,x;;\n"
    )
    reading = FORMATS["csv"].read(text.encode(), "x.csv")
    assert [(p.item, p.line) for p in reading.problems] == [("A-2", 4)]
    assert reading.items[0].content["stem"] == "<p>1 &lt; 2?</p>"
    assert reading.items[0].content["options"][1]["text"] == "=No"
    assert reading.items[0].critical


def test_csv_writer_escapes_formulas():
    from tests.quizzes.contents import make_single
    from tests.quizzes.exchange.items import make_item

    data = FORMATS["csv"].write([make_item(make_single(feedback='=HYPERLINK("x")'))]).data
    assert b"\"'=HYPERLINK" in data


def test_moodle_essay_becomes_free_text_with_plain_rubric():
    (item,) = FORMATS["moodle-xml"].read(ESSAY, "m.xml").items
    assert (item.kind, item.content["min_words"], item.content["max_words"]) == (
        "free_text",
        20,
        80,
    )
    # Learners read the model answer; these words are for the reviewer.
    assert (item.content["model"], item.content["guide"]) == ("", "Sorry first.")
    assert item.notes == ("files cannot be handed in", GUIDED)
    parse_content(item.content)


def test_qti_extended_text_becomes_free_text():
    (item,) = FORMATS["qti22"].read(EXTENDED, "e.xml").items
    assert (item.kind, item.content["stem"]) == (
        "free_text",
        "<p>Read this.</p><p>Write the reply.</p>",
    )
    parse_content(item.content)


@pytest.mark.parametrize("kind", ["image_choice", "hotspot", "scenario"])
def test_kinds_that_no_format_supports_are_reported_as_losses(kind):
    item = make_item((SAMPLES | STAGED)[kind][0], "X-1")
    for format_ in WRITTEN.values():
        losses = format_.write([item]).losses
        assert [loss.what for loss in losses] == [f"left out: no format has the kind {kind}"]

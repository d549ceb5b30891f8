"""Small files of other systems with their right values: what is scored is honoured or named."""

from __future__ import annotations

import io
import time
import zipfile
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.writing.unseen import find_unseen
from items.exchange.formats import FORMATS, detect_format
from items.exchange.markup import LONGEST
from items.exchange.records import ExchangeItem, FileReading
from items.exchange.unseen_words import drop_unseen
from items.kinds.content import parse_content
from quizzes.rules.grading import grade_response

CASES = Path(__file__).parent / "cases"


def read(name: str) -> FileReading:
    data = (CASES / name).read_bytes()
    return FORMATS[detect_format(data, name)].read(data, name)


def read_text(text: str, name: str) -> FileReading:
    data = text.encode()
    return FORMATS[detect_format(data, name)].read(data, name)


def texts(item: ExchangeItem) -> list[str]:
    return [option["text"] for option in item.content["options"]]


def key(item: ExchangeItem) -> list[str]:
    return [option["text"] for option in item.content["options"] if option["correct"]]


def told(reading: FileReading) -> str:
    return "\n".join(map(str, reading.problems))


def filled(item: ExchangeItem, **gaps: str) -> Decimal:
    return grade_response(parse_content(item.content), {"gaps": gaps}).fraction


def ticked(item: ExchangeItem, *names: str) -> Decimal:
    places = {option["text"]: option["id"] for option in item.content["options"]}
    answer = {"choices": [places[name] for name in names]}
    return grade_response(parse_content(item.content), answer).fraction


def test_every_case_stands_in_a_test_of_this_page():
    page = Path(__file__).read_text()
    assert [path.name for path in CASES.iterdir() if f'"{path.name}"' not in page] == []


def test_aiken_answer_word_is_read_in_any_case():
    (item,) = read("a-lowerans.txt").items
    assert (item.kind, key(item)) == ("single", ["wool"])


def test_aiken_question_with_two_keys_is_left_out_by_line_and_reason():
    reading = read("a-multi.txt")
    assert (reading.items, reading.fatal) == ((), True)
    assert "line 1: -: left out: it has several right answers: A, C" in told(reading)


@pytest.mark.parametrize("name", ["g-dup.gift", "m-dup.xml"])
def test_second_question_of_a_name_arrives_under_a_free_code(name):
    first, second = read(name).items
    assert (first.code, second.code) == ("QUICK-CHECK", "QUICK-CHECK-2")
    assert any("named QUICK-CHECK-2 here" in note for note in second.notes)
    assert (first.content["answer"], second.content["answer"]) == (True, False)


def test_letter_is_no_question_file():
    reading = read("g-notquestions.gift")
    assert reading.fatal
    assert "no question in it" in told(reading)


def test_empty_gift_answer_is_skipped_and_named():
    first, second = read("g-tildeeq.gift").items
    assert (texts(first), key(first)) == (["much", "many"], ["much"])
    assert first.notes == ("answer 1 is empty and is left out",)
    assert second.code == "B"


def test_question_with_two_right_answers_is_left_out_and_the_rest_arrives():
    reading = read("g-tworight.gift")
    assert [item.code for item in reading.items] == ["B"]
    assert "line 1: A: left out: answers 1 and 2 are both fully right" in told(reading)
    assert not reading.fatal


def test_three_right_answers_are_named_in_a_sentence():
    (problem, _whole) = FORMATS["gift"].read(b"::A::Q{=a =b ~c =d}", "a.gift").problems
    words = "answers 1, 2 and 4 are all fully right, and only one can be chosen"
    assert problem.message == f"left out: {words}"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ddwtos", "questions of the type ddwtos have no equivalent here"),
        ("", "the file does not say of which type the question is"),
    ],
)
def test_moodle_question_of_a_type_that_is_not_read_says_why_in_a_sentence(kind, said):
    text = f'<quiz><question type="{kind}"><name><text>A</text></name></question></quiz>'
    assert (
        FORMATS["moodle-xml"].read(text.encode(), "m.xml").problems[0].message
        == f"left out: {said}"
    )


SHEET = "code{0}kind{0}stem{0}part{0}text{0}value{0}points\nA{0}number{0}How much?{0}number{0}{1}{0}{2}{0}{3}\n"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_comma_is_read_where_semicolons_part_the_cells(delimiter):
    reading = FORMATS["csv"].read(SHEET.format(delimiter, "2,5", "0,5", "1,5").encode(), "a.csv")
    if delimiter == "\t":
        assert (reading.items, "is not a number" in told(reading)) == ((), True)
        return
    (item,) = reading.items
    found = [Decimal(str(item.content[name])) for name in ("answer", "tolerance", "points")]
    assert found == [Decimal("2.5"), Decimal("0.5"), Decimal("1.5")]


@pytest.mark.parametrize(
    ("cell", "number"), [("0,125", "0.125"), ("1234,5", "1234.5"), ("1,000", "")]
)
def test_comma_that_may_part_thousands_keeps_the_question_out(cell, number):
    reading = FORMATS["csv"].read(SHEET.format(";", cell, "", "1").encode(), "a.csv")
    assert [str(item.content["answer"]) for item in reading.items] == ([number] if number else [])


def test_words_with_a_comma_stay_words_beside_semicolons():
    text = "code;kind;stem;part;text;value\nA;matching;Join.;pair;one half;0,5\n;;;pair;one third;0,3\n"
    (item,) = FORMATS["csv"].read(text.encode(), "a.csv").items
    assert "0,5" in str(item.content)


def test_cloze_keeps_weights_half_answers_and_capitals():
    (item,) = read("m-cloze.xml").items
    assert item.content["points"] == "4"
    assert filled(item, g1="Rome", g2="o1") == 1
    assert filled(item, g1="Rome") == Decimal("0.75")
    assert filled(item, g1="rome") == 0
    assert filled(item, g1="Milan") == Decimal("0.375")
    assert filled(item, g2="o2") == Decimal("0.125")
    assert filled(item, g1="no", g2="o3") == 0


def test_combined_feedback_becomes_reasons_or_is_named():
    (item,) = read("m-combined.xml").items
    assert [option["reason"] for option in item.content["options"]] == [
        "Bravo, because stone lasts.",
        "Read page 4.",
    ]
    assert any("Half." in note for note in item.notes)


def test_number_whose_best_answer_is_worth_80_percent_is_left_out():
    reading = read("m-num80.xml")
    assert "line 3: N1: left out: no number in it earns everything" in told(reading)


def test_one_odd_question_of_21_does_not_stop_the_file():
    reading = read("m-oneBad.xml")
    assert [item.code for item in reading.items] == [f"G{n}" for n in range(20)]
    assert not reading.fatal
    assert "line 3: BAD: left out: an answer shows <img>" in told(reading)


def test_qti_match_correct_is_all_or_nothing():
    (item,) = read("q-allornothing.xml").items
    assert item.content["credit"] == "exact"
    assert ticked(item, "lead") == 0
    assert ticked(item, "lead", "tin") == 1


def test_qti_feedback_block_is_not_the_question():
    (item,) = read("q-feedbackblock.xml").items
    assert item.content["stem"] == "<p>Pick.</p>"
    assert texts(item) == ["granite", "chalk"]
    assert "granite is the harder one" in item.content["feedback"]


def test_qti_fixed_answer_keeps_its_place():
    (item,) = read("q-fixed.xml").items
    assert item.content["shuffle"] is False
    assert texts(item)[-1] == "none of these"
    assert item.notes == ("the answers keep their order, because one of them has a fixed place",)


@pytest.mark.parametrize(
    ("words", "earned"),
    [("Rome", "2/3"), ("rome", "0"), ("Milan", "1/6"), ("Paris", "0")],
)
def test_qti_gap_honours_its_mapping(words, earned):
    (item,) = read("q-gapcase.xml").items
    assert abs(Fraction(filled(item, g1=words)) - Fraction(earned)) < Fraction(1, 10**6)
    assert filled(item, g1="Rome", g2="Po") == 1


@pytest.mark.parametrize("first", ["2.5", "2,5", "2.50"])
@pytest.mark.parametrize("second", ["7", "7.0"])
def test_qti_numeric_gap_is_compared_as_a_number(first, second):
    (item,) = read("q-gapnum.xml").items
    assert filled(item, g1=first, g2=second) == 1
    assert filled(item, g1="2.4", g2="8") == 0


def test_qti_answers_that_are_pictures_are_left_out():
    reading = read("q-imgonly.xml")
    assert reading.items == ()
    assert "left out: an answer is nothing but a picture" in told(reading)


def test_qti_rubric_of_the_scorer_is_for_the_reviewer():
    (item,) = read("q-scorer-rubric.xml").items
    assert item.content["guide"] == "3 points: names both causes."
    shown = {name: value for name, value in item.content.items() if name != "guide"}
    assert "both causes" not in str(shown)
    assert not any("no rubric" in note for note in item.notes)


def test_qti_answers_keep_raised_and_lowered_signs_formulas_and_descriptions():
    (item,) = read("q-supchoice.xml").items
    assert texts(item) == ["10³", "10₃", "one ½", "box (a red bus)"]
    assert key(item) == ["10₃"]


def test_qti_item_with_a_template_is_left_out():
    reading = read("q-template.xml")
    assert "line 2: Q-TEMPLATE: left out: its values are drawn by a template" in told(reading)


# more of each kind

ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="Q" title="Q" {about}>
<responseDeclaration identifier="R" cardinality="{many}" baseType="{base}">{key}</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>{more}
<itemBody>{body}</itemBody>{rules}</assessmentItem>"""
CHOICES = """<choiceInteraction responseIdentifier="R" maxChoices="{most}"><prompt>Pick.{prompt}</prompt>
<simpleChoice identifier="A">tin{first}</simpleChoice><simpleChoice identifier="B">{second}</simpleChoice>
<simpleChoice identifier="C">wood</simpleChoice></choiceInteraction>"""
BOX = '<p>Capital?</p><p><textEntryInteraction responseIdentifier="R"/></p>'
RULES = "<responseProcessing{about}>{rules}</responseProcessing>"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/"


def right(*names: str) -> str:
    return (
        f"<correctResponse>{''.join(f'<value>{name}</value>' for name in names)}</correctResponse>"
    )


def mapping(about: str = "", **worth: str) -> str:
    rows = "".join(f'<mapEntry mapKey="{k}" mappedValue="{v}"/>' for k, v in worth.items())
    return f"<mapping {about}>{rows}</mapping>"


def template(name: str) -> str:
    return RULES.format(about=f' template="{TEMPLATES}{name}"', rules="")


def qti(
    body: str = "", *, many: str = "single", base: str = "identifier", key: str = "", **more: str
) -> FileReading:
    words = {"first": "", "second": "lead", "prompt": "", "most": "0" if many != "single" else "1"}
    asked = body or CHOICES.format(**{n: more.pop(n, value) for n, value in words.items()})
    rest = {"about": "", "more": "", "rules": ""} | more
    text = ITEM.format(body=asked, many=many, base=base, key=key or right("A"), **rest)
    return FORMATS["qti22"].read(text.encode(), "q.xml")


DECLARED = '<responseDeclaration identifier="{}" cardinality="single" baseType="string">{}</responseDeclaration>'
CROSSED = (
    '<responseCondition><responseIf><match><variable identifier="{}"/><correct identifier="{}"/></match>'
    '<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">1</baseValue>'
    "</sum></setOutcomeValue></responseIf></responseCondition>"
)
SHOWN = '<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">It melts.</feedbackInline>'


def test_qti_inline_feedback_is_in_no_answer_and_no_question():
    (item,) = qti(first=SHOWN, prompt=SHOWN.replace("A", "B")).items
    assert item.content["stem"] == "<p>Pick.</p>"
    assert texts(item) == ["tin", "lead", "wood"]
    assert [option["reason"] for option in item.content["options"]][:2] == [
        "It melts.",
        "It melts.",
    ]


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ('<rubricBlock view="candidate"><p>Use a pen.</p></rubricBlock>', True),
        ('<rubricBlock view="author candidate"><p>Use a pen.</p></rubricBlock>', True),
        ('<rubricBlock view="scorer"><p>Use a pen.</p></rubricBlock>', False),
        ('<rubricBlock view="tutor"><p>Use a pen.</p></rubricBlock>', False),
        ("<rubricBlock><p>Use a pen.</p></rubricBlock>", False),
        ('<infoControl title="i"><p>Use a pen.</p></infoControl>', False),
    ],
)
def test_qti_words_for_others_are_not_the_question(element, shown):
    (item,) = qti(element + CHOICES.format(most=1, prompt="", first="", second="lead")).items
    assert ("Use a pen." in item.content["stem"]) is shown
    assert shown or item.notes


ASKED = CHOICES.format(most=1, prompt="", first="{first}", second="lead")
NOT_READ = [
    *("solutionBlock", "rationale", "my-answer", "template", "noscript", "dialog"),
    *("select", "textarea", "button", "datalist", "canvas"),
]


@pytest.mark.parametrize("tag", NOT_READ)
def test_qti_words_of_an_element_on_no_list_are_left_out_and_named(tag):
    """Nobody knows for whom they are; often they are the answer."""
    element = f"<{tag}><p>Tin is right.</p></{tag}>"
    for around in ("{}", "<p>{}</p>", "<div><div>{}</div></div>"):
        (item,) = qti(around.format(element) + ASKED.format(first="")).items
        assert "Tin is right" not in str(item.content)
        assert any(f"<{tag}> is not known here" in note for note in item.notes)
    reading = qti(ASKED.format(first=f"<p>alloy {element}</p>"))
    assert "Tin is right" not in str([item.content for item in reading.items])
    assert f"<{tag}>" in str(reading)


def test_qti_words_of_unknown_elements_are_in_no_reason_and_no_hint():
    said = "<p>It melts.<rationale>Tin is right.</rationale></p>"
    hint = f'<rubricBlock view="candidate" class="hint">{said}</rubricBlock>'
    reason = SHOWN.replace("It melts.", said)
    (item,) = qti(hint + ASKED.format(first=reason)).items
    assert item.content["hint"] == item.content["options"][0]["reason"] == "It melts."
    assert "Tin is right" not in str(item.content)


@pytest.mark.parametrize("tag", ["my-layout", "infoControl"])
def test_qti_answer_that_is_asked_for_inside_such_an_element_keeps_the_item_out(tag):
    reading = qti(f"<div><{tag}>{ASKED.format(first='')}</{tag}></div>")
    assert reading.items == ()
    assert f"its answer is asked for inside <{tag}>, which is not kept" in told(reading)


@pytest.mark.parametrize("element", ["div", "blockquote", "p", "span"])
@pytest.mark.parametrize("name", ["hint", "passage", "unit"])
def test_qti_words_of_others_stay_whatever_their_class_is_called(element, name):
    """Only in our own files a class says that words stand elsewhere."""
    words = f'<div><{element} class="{name}">Read me.</{element}></div>'
    (item,) = qti(words + ASKED.format(first="")).items
    assert "Read me." in item.content["stem"]


@pytest.mark.parametrize("tag", ["select", "textarea", "noscript", "video", "audio", "dialog"])
def test_words_that_a_page_does_not_show_as_text_are_left_out_and_named(tag):
    rest = answer("Yes") + answer("No", "0")
    (item,) = moodle("multichoice", rest, f"<![CDATA[<p>Why?<{tag}>Yes</{tag}></p>]]>").items
    assert item.content["stem"] == "<p>Why?</p>"
    assert item.notes == (f"<{tag}> is not kept in the question",)


SURE = 'mapKey="Rome" mappedValue="1" caseSensitive='
EXACT = (
    '<responseCondition><responseIf><stringMatch caseSensitive={0} substring={1}><variable identifier="R"/>'
    '<correct identifier="R"/></stringMatch><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1'
    "</baseValue></setOutcomeValue></responseIf></responseCondition>"
)
NEARLY = (
    '<responseCondition><responseIf><equal toleranceMode="absolute" tolerance="1" includeLowerBound={0}>'
    '<variable identifier="R"/><correct identifier="R"/></equal><setOutcomeValue identifier="SCORE">'
    '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>'
)


def rules_of(text: str) -> str:
    return f"<responseProcessing>{text}</responseProcessing>"


def in_both_spellings(text: str) -> list[str]:
    """What a reader makes of an item whose yes and no are written as words, and as 1 and 0."""
    made = []
    for yes, no in (('"true"', '"false"'), ('"1"', '"0"'), ('" 1 "', '"0 "')):
        data = text.replace("{yes}", yes).replace("{no}", no).encode()
        made.append(str(FORMATS["qti22"].read(data, "q.xml")))
    return made


@pytest.mark.parametrize("said", ["{yes}", "{no}"])
@pytest.mark.parametrize(
    ("base", "parts"),
    [
        ("identifier", {"about": "adaptive={0}"}),
        ("identifier", {"about": "timeDependent={0}"}),
        ("identifier", {"body": CHOICES.replace(" max", " shuffle={0} max")}),
        ("identifier", {"body": CHOICES.replace('"C"', '"C" fixed={0}').replace(" max", " shuffle={1} max")}),
        ("string", {"body": BOX, "key": f"{right('Rome')}<mapping><mapEntry {SURE}{{0}}/></mapping>",
                    "rules": template("map_response")}),
        ("string", {"body": BOX, "key": right("Rome"), "rules": rules_of(EXACT.replace("{1}", '"false"'))}),
        ("string", {"body": BOX, "key": right("Rome"), "rules": rules_of(EXACT.replace("{1}", "{0}"))}),
        ("float", {"body": BOX, "key": right("3"), "rules": rules_of(NEARLY)}),
    ],
)  # fmt: skip
def test_qti_yes_and_no_are_read_in_every_spelling_of_xml(base, parts, said):
    whole = {"body": CHOICES, "about": "", "more": "", "rules": "", "key": right("A")} | parts
    names = {"most": "1", "prompt": "", "first": "", "second": "lead"}
    text = ITEM.format(many="single", base=base, **whole).replace("{0}", said)
    for name, value in {**names, "1": "{yes}"}.items():
        text = text.replace(f"{{{name}}}", value)
    words, *others = in_both_spellings(text)
    assert others == [words, words]
    assert "ExchangeItem(" in words or "adaptive" in words or "a part of the words" in words


@pytest.mark.parametrize("many", ["single", "multiple"])
def test_qti_survey_whose_answers_earn_nothing_is_read(many):
    nothing = mapping('lowerBound="0" upperBound="1"', A="0", B="0", C="0")
    found = {"many": many, "key": nothing, "rules": template("map_response")}
    (item,) = qti(about='label="kind:survey several:yes"', **found).items
    assert (item.kind, item.notes) == ("survey", ())
    assert qti(**found).items == ()


@pytest.mark.parametrize("many", ["single", "multiple"])
def test_question_with_a_key_is_no_survey_whatever_its_tag_says(many):
    (item,) = qti(about='label="kind:survey"', many=many, key=right("A")).items
    assert (item.kind, key(item)) == (many, ["tin"])
    assert "the tag kind:survey does not fit this question" in item.notes


@pytest.mark.parametrize("worth", [("-1", "-100 %"), ("0.5", "50 %")])
def test_qti_number_beside_the_right_one_is_named_with_what_it_earns(worth):
    rows = mapping("", **{"3": "1", "4": worth[0], "5": "0"})
    (item,) = qti(BOX, base="integer", key=rows, rules=template("map_response")).items
    assert item.notes == (f"the number 4 earns {worth[1]} in the file, and nothing here",)


def test_qti_number_in_another_base_keeps_the_item_out():
    box = BOX.replace("<textEntryInteraction", '<textEntryInteraction base="{}"')
    found = {"base": "integer", "key": right("10")}
    assert qti(box.format(10), **found).items[0].content["answer"] == "10"
    assert "its number is written in another base" in told(qti(box.format(16), **found))


@pytest.mark.parametrize(
    ("view", "hint"), [("candidate", "Tin melts."), ("scorer", ""), ("tutor scorer", ""), ("", "")]
)
def test_qti_hint_is_for_those_who_answer(view, hint):
    """A class says how words look, and a view for whom they are: words for who marks name the answer."""
    rubric = f'<rubricBlock view="{view}" class="hint"><p>Tin melts.</p></rubricBlock>'
    asked = CHOICES.format(most=1, prompt="", first="", second="lead")
    (item,) = qti(rubric + asked).items
    assert (item.content.get("hint", ""), item.content["stem"]) == (hint, "<p>Pick.</p>")
    assert ("the words for those who mark are not kept" in item.notes) is (not hint)


@pytest.mark.parametrize(
    ("about", "more"),
    [
        ({"about": 'adaptive="true"'}, "adaptive"),
        ({"more": '<assessmentStimulusRef identifier="s" href="s.xml"/>'}, "another file"),
        ({"first": '<img src="a.png"/>'}, "<img>"),
        ({"first": "<table><tr><td>a</td></tr></table>"}, "<table>"),
        ({"second": "tin"}, "answer 2: “tin” reads like row 1"),
        ({"second": "<b>tin</b>"}, "answer 2: “tin” reads like row 1"),
        ({"second": "ｔin\u00ad"}, "reads like row 1"),
        ({"key": mapping(A="1", B="1"), "rules": template("map_response")}, "both fully right"),
        ({"rules": RULES.format(about="", rules="<patternMatch/>")}, "rule of its own"),
        ({"rules": RULES.format(about=' template="x/odd"', rules="")}, "rule of its own"),
    ],
)
def test_qti_item_that_cannot_be_marked_or_read_rightly_is_left_out(about, more):
    reading = qti(**about)
    assert reading.items == ()
    assert "left out: " in told(reading)
    assert more in told(reading)


def test_qti_points_for_single_answers_by_a_rule_are_not_the_key():
    branch = (
        "<responseCondition><responseIf><match><variable identifier='R'/>"
        "<baseValue baseType='identifier'>B</baseValue></match><setOutcomeValue identifier='SCORE'>"
        "<baseValue baseType='float'>1</baseValue></setOutcomeValue></responseIf></responseCondition>"
    )
    reading = qti(rules=RULES.format(about="", rules=branch))
    assert "points for single answers" in told(reading)


def test_qti_answer_compared_with_the_key_of_another_keeps_the_item_out():
    """The key of each gap was taken for its own, and the words of the other one were wrong."""
    gap = '<textEntryInteraction responseIdentifier="{}"/>'
    both = ITEM.replace("<outcome", DECLARED.format("S", right("C")) + "<outcome", 1).format(
        body=f"<p>Pick.</p><p>{gap.format('R')} and {gap.format('S')}.</p>",
        about="", many="single", base="string", key=right("B"), more="",
        rules=RULES.format(about="", rules=CROSSED.format("R", "S") + CROSSED.format("S", "R")),
    )  # fmt: skip
    reading = FORMATS["qti22"].read(both.encode(), "q.xml")
    assert reading.items == ()
    assert "compared with the key of another" in told(reading)
    own = both
    for here, there in ("RS", "SR"):
        own = own.replace(CROSSED.format(here, there), CROSSED.format(here, here))
    (item,) = FORMATS["qti22"].read(own.encode(), "q.xml").items
    assert filled(item, g1="B", g2="C") == 1


@pytest.mark.parametrize(
    ("many", "worth"),
    [("single", {"B": "2"}), ("single", {"A": "1", "B": "2"}), ("multiple", {"B": "1", "C": "1"})],
)
def test_qti_key_that_its_points_contradict_keeps_the_item_out(many, worth):
    reading = qti(many=many, key=right("A") + mapping(**worth), rules=template("map_response"))
    assert reading.items == ()
    assert "its key A is not what earns most by its points" in told(reading)


def test_qti_mapping_gives_the_weights_and_the_points():
    worth = mapping(A="2", B="1", C="-1")
    (item,) = qti(
        many="multiple", key=right("A", "B") + worth, rules=template("map_response")
    ).items
    assert (item.content["points"], item.content["credit"]) == ("3", "proportional_correct")
    assert any("weighs them differently" in note for note in item.notes)


def test_qti_mapping_is_not_used_where_the_key_alone_counts():
    worth = mapping(A="2", B="1")
    (item,) = qti(
        many="multiple", key=right("A", "B") + worth, rules=template("match_correct")
    ).items
    assert (item.content["points"], item.content["credit"]) == ("1", "exact")


def mapped(many: str, about: str, base: str = "identifier", **worth: str) -> FileReading:
    key, by_map = right(*(["A", "B"] if many == "multiple" else ["A"])), template("map_response")
    body = BOX if base != "identifier" else ""
    return qti(body, many=many, base=base, key=key + mapping(about, **worth), rules=by_map)


def test_qti_lower_bound_of_a_mapping_is_named():
    (item,) = mapped("multiple", 'lowerBound="-2"', A="2", B="1").items
    assert any("take points of other questions" in note for note in item.notes)


def test_qti_points_of_any_other_answer_are_kept_or_named():
    """Beside choices they are what a wrong tick takes; typed words have no such thing."""
    (item,) = mapped("multiple", 'defaultValue="-1"', A="1", B="1").items
    assert (item.content["credit"], item.content["penalty"]) == ("proportional_correct", "0.5")
    assert not any("any other answer" in note for note in item.notes)
    assert ticked(item, "tin", "lead", "wood") == Decimal("0.5")
    (item,) = mapped("single", 'defaultValue="-1"', "string", A="1").items
    assert "any other answer earns -1 in the file, and nothing here" in item.notes


ALL_POINTS = "some of its right answers earn all of the {} points in the file"


@pytest.mark.parametrize(
    ("many", "about", "worth", "said"),
    [
        ("multiple", 'upperBound="2"', {"A": "2", "B": "1"}, ALL_POINTS.format(2)),
        ("multiple", 'lowerBound="0" upperBound="1"', {"A": "1", "B": "1"}, ALL_POINTS.format(1)),
        ("single", 'upperBound="1"', {"A": "3", "B": "1"}, "answers 1 and 2 are both fully right"),
        ("single", 'upperBound="0"', {"A": "3", "B": "1"}, "no answer of it earns points"),
        ("single", 'lowerBound="1"', {"A": "3", "B": "0"}, "any answer earns at least 1 points"),
        ("multiple", 'lowerBound="1"', {"A": "1", "B": "1"}, "any answer earns at least 1 points"),
        ("single", 'defaultValue="3"', {"A": "3"}, "any other answer earns points"),
        ("multiple", 'defaultValue="5"', {"A": "1", "B": "1"}, "any other answer earns points"),
    ],
)
def test_qti_bounds_by_which_another_answer_is_as_good_as_the_key_keep_the_item_out(
    many, about, worth, said
):
    reading = mapped(many, about, **worth)
    assert reading.items == ()
    assert said in told(reading)


@given(
    st.dictionaries(st.sampled_from("ABC"), st.integers(-2, 3), min_size=1),
    st.tuples(*[st.sampled_from([None, -1, 0, 1, 2, 3])] * 3),
    st.booleans(),
)
def test_qti_item_that_is_kept_earns_all_points_for_the_same_answers(worth, bounds, many):
    """Whatever its bounds: what earns all points here does so in the file, and the reverse, or a note says why not."""
    other, lower, upper = bounds
    said = zip(("defaultValue", "lowerBound", "upperBound"), bounds, strict=True)
    about = " ".join(f'{name}="{value}"' for name, value in said if value is not None)
    rows = {name: str(value) for name, value in worth.items()}
    names = {"A": "tin", "B": "lead", "C": "wood"}

    def earned(ticks: tuple[str, ...]) -> int:
        whole = sum(worth.get(tick, other or 0) for tick in ticks)
        whole = whole if upper is None else min(whole, upper)
        return whole if lower is None else max(whole, lower)

    form, by_map = "multiple" if many else "single", template("map_response")
    reading = qti(many=form, key=mapping(about, **rows), rules=by_map)
    sizes = range(1, 4) if many else [1]
    answers = [ticks for size in sizes for ticks in combinations("ABC", size)]
    best = max(map(earned, answers))
    for item in reading.items:
        for ticks in answers:
            said = [names[tick] for tick in ticks]
            whole = ticked(item, *said) == 1 if many else said == key(item)
            assert whole is (earned(ticks) == best) or (many and not whole and item.notes)
        assert Decimal(item.content["points"]) == best


def test_qti_typed_answers_above_the_upper_bound_all_earn_everything():
    (item,) = mapped("single", 'upperBound="1"', "string", A="2", B="1", C="0.5").items
    credits = [Decimal(row["credit"]) for row in item.content["accept"]]
    assert (credits, item.content["points"]) == ([1, 1, Decimal("0.5")], "1")
    assert item.notes == ()


def test_qti_text_for_which_any_answer_earns_is_left_out():
    reading = qti(BOX, base="string", key=mapping('defaultValue="1"', Rome="2"))
    assert "any other answer earns points" in told(reading)


TOLERANT = (
    '<responseCondition><responseIf><equal {about}><variable identifier="R"/><correct identifier="R"/></equal>'
    '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    "</responseIf></responseCondition>"
)


@pytest.mark.parametrize(
    ("about", "tolerance"),
    [
        ('toleranceMode="absolute" tolerance="0.5"', "0.5"),
        ('toleranceMode="absolute" tolerance="0.5 0.5"', "0.5"),
        ('toleranceMode="relative" tolerance="10"', "4"),
        ('toleranceMode="exact"', "0"),
        ('toleranceMode="absolute" tolerance="1 2"', None),
    ],
)
def test_qti_tolerance_is_honoured_or_keeps_the_question_out(about, tolerance):
    rules = RULES.format(about="", rules=TOLERANT.format(about=about))
    reading = qti(BOX, base="float", key=right("40"), rules=rules)
    if tolerance is None:
        assert "1 less and 2 more" in told(reading)
    else:
        assert Decimal(reading.items[0].content["tolerance"]) == Decimal(tolerance)


def test_qti_number_between_bounds_of_a_rule_is_left_out():
    rules = '<gte><baseValue baseType="float">3</baseValue><variable identifier="R"/></gte>'
    reading = qti(BOX, base="float", key=right("4"), rules=RULES.format(about="", rules=rules))
    assert "rule of its own" in told(reading)


def test_qti_true_and_false_with_words_of_their_own_stay_choices():
    body = CHOICES.format(most=1, prompt="", first="", second="no").replace('"A"', '"true"')
    body = body.replace('"B"', '"false"').replace(
        '<simpleChoice identifier="C">wood</simpleChoice>', ""
    )
    (item,) = qti(body, key=right("true")).items
    assert (item.kind, texts(item), key(item)) == ("single", ["tin", "no"], ["tin"])


# packages


def package(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


GOOD = ITEM.format(
    body=CHOICES.format(most=1, prompt="", first="", second="lead"),
    about="", many="single", base="identifier", key=right("A"), more="", rules="",
)  # fmt: skip


DTD = '<!DOCTYPE a [<!ENTITY b "c">]>'


def manifest(*resources: str) -> str:
    return f"<manifest><resources>{''.join(resources)}</resources></manifest>"


def test_package_that_lists_its_items_as_files_of_a_test_is_read():
    test = (
        '<assessmentTest identifier="t"><testPart><assessmentSection><timeLimits maxTime="60"/>'
        '<assessmentItemRef identifier="i" href="../items/my%20item.xml"><weight identifier="W" value="3"/>'
        "</assessmentItemRef></assessmentSection></testPart></assessmentTest>"
    )
    resource = '<resource type="imsqti_test_xmlv2p1" href="tests/t.xml"><file href="tests/t.xml"/></resource>'
    data = package(
        imsmanifest_xml=manifest(resource), tests__t_xml=test, **{"items__my item_xml": GOOD}
    )
    reading = FORMATS["qti22"].read(data, "p.zip")
    assert [item.code for item in reading.items] == ["Q"]
    assert "the weight of a question in the quiz is not kept" in told(reading)
    assert "the time limit of the quiz is not kept" in told(reading)
    assert not reading.fatal


@pytest.mark.parametrize("listed", [False, True], ids=["by the test alone", "as a file too"])
def test_package_names_the_files_of_a_test_that_cannot_be_read_or_are_not_there(listed):
    """A malformed question that only the test named was dropped without a word; so was one that is missing."""
    refs = "".join(
        f'<assessmentItemRef identifier="i" href="{name}.xml"/>' for name in ("good", "bad", "gone")
    )
    files = "".join(f'<file href="{name}.xml"/>' for name in ("t", "good", "bad")) if listed else ""
    resource = f'<resource type="imsqti_test_xmlv2p2" href="t.xml">{files}</resource>'
    test = f"<assessmentTest><testPart><assessmentSection>{refs}</assessmentSection></testPart></assessmentTest>"
    bad = "<assessmentItem><p>"
    data = package(imsmanifest_xml=manifest(resource), t_xml=test, good_xml=GOOD, bad_xml=bad)
    reading = FORMATS["qti22"].read(data, "p.zip")
    assert ([item.code for item in reading.items], reading.fatal) == (["Q"], False)
    said = told(reading)
    assert said.count("bad.xml: left out: ") == 1
    assert "t.xml asks gone.xml, which is not in the package." in said


def test_package_names_the_file_of_each_note_and_fault():
    odd = GOOD.replace('adaptive="', "").replace('title="Q" ', 'title="ODD" adaptive="true"')
    fixed = GOOD.replace("<choiceInteraction ", '<choiceInteraction minChoices="2" ')
    reading = FORMATS["qti22"].read(package(a_xml=odd, b_xml=fixed), "p.zip")
    assert "ODD: a.xml: left out: it is adaptive" in told(reading)
    assert reading.items[0].notes == ("b.xml: the least number of ticks (2) is not kept",)


@pytest.mark.parametrize(("bad", "stops"), [("<assessmentItem><p>", False), (DTD + GOOD, True)])
def test_package_stops_for_a_document_type_and_not_for_one_malformed_file(bad, stops):
    reading = FORMATS["qti22"].read(package(a_xml=bad, b_xml=GOOD), "p.zip")
    (problem,) = reading.problems
    assert (len(reading.items), reading.fatal) == (1, stops)
    assert problem.message.startswith("a.xml: " if stops else "a.xml: left out: ")


@pytest.mark.parametrize(
    ("top", "all_", "one", "href"),
    [
        ("", "items/", "", "my%20one.xml"),
        ("items/", "", "", "my%20one.xml"),
        ("", "", "items/", "my%20one.xml"),
        ("", "", "items", "my%20one.xml"),
        ("a/", "../items/", "", "my%20one.xml"),
        ("one", "two", "../../items/", "my%20one.xml"),
        ("", "", "", "items/my%20one.xml"),
        ("%69tems/", "./", "", "my%20one.xml"),
    ],
)
def test_package_whose_manifest_names_its_files_below_a_base_is_read(top, all_, one, href):
    """`xml:base`, on the manifest, on its list and on one file of it, each below the other."""
    bases = [f' xml:base="{each}"' if each else "" for each in (top, all_, one)]
    resource = f'<resource{bases[2]} type="imsqti_item_xmlv2p1" href="{href}"><file href="{href}"/></resource>'
    whole = f"<manifest{bases[0]}><resources{bases[1]}>{resource}</resources></manifest>"
    data = package(imsmanifest_xml=whole, **{"items__my one_xml": GOOD})
    reading = FORMATS["qti22"].read(data, "p.zip")
    assert ([item.code for item in reading.items], list(reading.problems)) == (["Q"], [])


def test_package_names_where_a_file_below_a_base_is_missing_and_leaves_no_package_by_it():
    missing, there = (
        f'<resource{{}} type="imsqti_item_xmlv2p1" href="{name}.xml"/>' for name in "ab"
    )
    for base, stops in (("items/", False), ("https://else.example/", False), ("../../", True)):
        whole = manifest(missing.format(f' xml:base="{base}"'), there.format(""))
        reading = FORMATS["qti22"].read(package(imsmanifest_xml=whole, b_xml=GOOD), "p.zip")
        assert f"{base}a.xml is named in the manifest but is not in the package." in told(reading)
        assert (
            any(problem.fatal for problem in reading.problems if "a.xml" in problem.message)
            == stops
        )


def test_package_names_an_item_that_its_manifest_does_not_list():
    resource = '<resource type="imsqti_item_xmlv2p2" href="a.xml"/>'
    data = package(imsmanifest_xml=manifest(resource), a_xml=GOOD, b_xml=GOOD)
    reading = FORMATS["qti22"].read(data, "p.zip")
    assert len(reading.items) == 1
    assert "b.xml: left out: the manifest does not name it" in told(reading)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"<questestinterop/>", "a.xml", "QTI 1.2"),
        (b"<POOL/>", "a.xml", "pool of Blackboard"),
        (package(a_xml="<questestinterop/>"), "a.zip", "QTI 1.2"),
        (
            package(imsmanifest_xml=manifest('<resource type="imsqti_xmlv1p2" href="a.xml"/>')),
            "a.zip",
            "QTI 1.2",
        ),
        (
            package(
                imsmanifest_xml=manifest('<resource type="assessment/x-bb-qti-pool" href="r.dat"/>')
            ),
            "a.zip",
            "package of Blackboard",
        ),
    ],
    ids=["QTI 1.2", "pool", "QTI 1.2 inside", "QTI 1.2 package", "Blackboard"],
)
def test_files_of_older_systems_are_named_as_such(data, name, said):
    reading = FORMATS[detect_format(data, name)].read(data, name)
    assert reading.fatal
    assert said in told(reading)


# GIFT and Aiken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pick {a}.\nA. tin\nB. wool\nAnswer: b", "aiken"),
        ("Pick.\r\na) tin\r\nb) wool\r\nANSWER : A", "aiken"),
        ("::A:: Ice {T}", "gift"),
        ("Dear all {sic}", ""),
    ],
)
def test_format_is_known_by_what_only_it_has(text, found):
    assert detect_format(text.encode(), "a.doc") == found


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\t"])
def test_aiken_answer_is_parted_from_its_letter_by_any_space(space):
    (item,) = read_text(f"Pick.\nA.{space}tin\nB.{space}wool\nANSWER: B", "a.txt").items
    assert (texts(item), key(item)) == (["tin", "wool"], ["wool"])


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("ANSWER: B. wool", "ANSWER: names “B. wool”, which is none"),
        ("ANSWER: A and B", "several right answers"),
        ("ANSWER: A/B", "several right answers"),
    ],
)
def test_aiken_key_that_cannot_be_read_is_left_out_by_its_own_reason(last, said):
    assert said in told(read_text(f"Pick.\nA. tin\nB. wool\n{last}", "a.txt"))


def test_aiken_braces_are_text():
    (item,) = read_text("Pick {a}.\nA. {tin}\nB. wool\nAnswer: b", "a.txt").items
    assert (item.content["stem"], texts(item)) == ("<p>Pick {a}.</p>", ["{tin}", "wool"])


GIFT_ODD = {
    "a second block": "::B::Two {=a ~b}\nand {=c ~d}",
    "a brace in an answer": "::B::Two {=a\n~b {c}}",
    "words before the answers": "::B::Two {c; =a ~b}",
    "a number that is none": "::B::Two {#ten}",
    "a pair without its half": "::B::Two {=a->b =c}",
    "one answer": "::B::Two {~c}",
    "no right answer": "::B::Two {~c ~d}",
    "a best answer of 80 %": "::B::Two {=%80%c ~d}",
    "two right numbers": "::B::Two {#=1 =2}",
    "the same answer twice": "::B::Two {=“c” ~„c“}",
}


@pytest.mark.parametrize("text", GIFT_ODD.values(), ids=GIFT_ODD)
def test_odd_gift_question_is_left_out_and_the_rest_arrives(text):
    reading = read_text(f"::A::One?{{T}}\n\n{text}\n\n::C::Three?{{F}}", "x.gift")
    assert [item.code for item in reading.items] == ["A", "C"]
    assert not reading.fatal
    (problem,) = reading.problems
    assert (problem.line in (3, 4), problem.message.startswith("left out: ")) == (True, True)
    assert "options." not in problem.message


UNHELD = [
    "credit:exact",
    "unit:km",
    "case:yes",
    "words:1-2",
    "weights:3",
    "several:yes",
    "penalty:0.2",
]
CHOICE = "single", "answer,tin,right,\n,,,answer,wool,wrong,"
PART = "multiple", "answer,tin,right,\n,,,answer,wool,wrong,"
TWO_GAPS = "gap", '"passage",a [[1]] b [[2]],,\n,,,gap 1,x,accept,\n,,,gap 2,y,accept,'


@pytest.mark.parametrize(
    ("kind", "rows", "tag"),
    [
        *((*CHOICE, tag) for tag in [*UNHELD, "shuffle:perhaps"]),
        *((*PART, tag) for tag in ["unit:km", "several:yes", "shuffle:2"]),
        *((*TWO_GAPS, tag) for tag in ["weights:3", "weights:1/2/3", "shuffle:no"]),
    ],
)
def test_setting_that_changes_nothing_in_its_question_is_named(kind, rows, tag):
    """Each of these was read and forgotten without a word."""
    name, _colon, value = tag.partition(":")
    head = "code,kind,stem,part,text,value,reason"
    sheet = f"{head}\nA,{kind},Q?,{rows}\n,,,setting,{name},{value},"
    (item,) = read_text(sheet, "a.csv").items
    assert item.notes == (f"the tag {tag} is not kept",)


def test_gift_tag_that_changes_nothing_is_named_and_one_that_does_is_not():
    text = "// [tag:unit:km] [tag:shuffle:no] [tag:critical] [tag:points:2]\n::A::Q{=a ~b}"
    (item,) = read_text(text, "x.gift").items
    assert item.notes == ("the tag unit:km is not kept",)
    assert (item.content["shuffle"], item.content["points"], item.critical) == (False, "2", True)


def test_csv_row_that_is_too_long_keeps_its_own_question_out_and_empty_cells_nothing():
    head = "code,kind,stem,part,text,value,reason"
    good = "{},single,Q?,answer,tin,right,,,\n,,,answer,wool,wrong,,"
    bad = "B,single,Hello, world,answer,tin,right,Why.\n,,,answer,wool,wrong,"
    reading = read_text("\n".join([head, good.format("A"), bad, good.format("C")]), "a.csv")
    assert ([item.code for item in reading.items], reading.fatal) == (["A", "C"], False)
    assert "line 4: B: left out: this row has more cells" in told(reading)


def test_gift_wildcard_becomes_a_pattern():
    (item,) = read_text("::A::Who?{=Grant =%50%*gr\\*nt* =%0%*#No.}", "x.gift").items
    spec = parse_content(item.content)
    assert [row.pattern for row in spec.accept] == [False, True]
    for words, earned in (("Grant", 1), ("the Gr*nt.", Decimal("0.5")), ("Grunt", 0)):
        assert grade_response(spec, {"text": words}).fraction == earned
    assert "pattern" in item.notes[0]


def test_gift_order_marked_by_another_rule_is_named():
    text = "::A::Sort.{>2 ALL VERTICAL LONGEST_ORDERED_SUBSET SHOW none\na\nb\n}"
    (item,) = read_text(text, "x.gift").items
    assert any("LONGEST_ORDERED_SUBSET" in note for note in item.notes)


def test_code_made_unique_is_no_code_of_another_question():
    reading = read_text("::A::1{T}\n\n::A::2{T}\n\n::A-2::3{T}\n\n::A::4{T}", "x.gift")
    assert [item.code for item in reading.items] == ["A", "A-3", "A-2", "A-4"]


# Moodle

QUESTION = (
    '<quiz><question type="{kind}"><name><text>Q</text></name>'
    '<questiontext format="html"><text>{stem}</text></questiontext>{rest}</question></quiz>'
)


def moodle(kind: str, rest: str, stem: str = "Why?") -> FileReading:
    return FORMATS["moodle-xml"].read(
        QUESTION.format(kind=kind, stem=stem, rest=rest).encode(), "m"
    )


def answer(text: str, fraction: str = "100", more: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def test_moodle_hidden_question_arrives_retired():
    truth = answer("true") + answer("false", "0")
    (item,) = moodle("truefalse", f"<hidden>1</hidden>{truth}").items
    assert item.retired
    assert item.notes == ("it is hidden in the file: it arrives as retired",)


def test_moodle_numbers_that_earn_a_part_are_named():
    (item,) = moodle("numerical", answer("5") + answer("6", "50") + answer("*", "0")).items
    assert item.notes == ("the number 6 earns 50 % in the file, and nothing here",)


def test_moodle_order_rule_is_named():
    rest = "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>" + answer("a") + answer("b")
    (item,) = moodle("ordering", rest).items
    assert any("RELATIVE_NEXT_EXCLUDE_LAST" in note for note in item.notes)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("{1:NUMERICAL:=2.5:0.1}", ""),
        ("{1:SA:=a~=b}", ""),
        ("{1:MC:=a~=b~c}", "gap 1 has not exactly one right answer"),
        ("{1:MC:%50%a~b}", "gap 1 has not exactly one right answer"),
        ("{1:MULTIRESPONSE:=a~b}", "gap 1 is of the type MULTIRESPONSE"),
        ("{1:SA:=a*}", "gap 1 takes any words for *"),
        ("{1:NUMERICAL:=2:1~=3:2}", "different tolerances"),
    ],
)
def test_cloze_gap_is_kept_or_keeps_the_question_out(field, said):
    reading = moodle("cloze", "", stem=f"It is {field}.")
    assert bool(reading.items) is not bool(said)
    assert said in told(reading)


def test_cloze_number_is_right_within_its_tolerance():
    (item,) = moodle("cloze", "", stem="It is {2:NUMERICAL:=2.5:0.1~%50%3:0.1}.").items
    assert [filled(item, g1=words) for words in ("2,6", "2.7", "3.1")] == [1, 0, Decimal("0.5")]


def test_short_question_mark_is_an_answer_of_its_own():
    (item,) = moodle("shortanswer", answer("?")).items
    spec = parse_content(item.content)
    assert [grade_response(spec, {"text": text}).fraction for text in ("?", "？", "!")] == [1, 1, 0]


UNSEEN_FILES = {
    "x.gift": "::A::Stay\x96calm?{=Ye\x9fs#Because\x85 so ~No}",
    "x.txt": "Stay\x96calm?\nA. Ye\x9fs\nB. No\nANSWER: A",
    "x.xml": (
        "<quiz><question type='multichoice'><name><text>A</text></name><questiontext format='html'><text>"
        "<![CDATA[<p>Stay\x96calm?</p>]]></text></questiontext><single>true</single>"
        "<answer fraction='100'><text>Ye\x9fs</text></answer>"
        "<answer fraction='0'><text>No</text></answer></question></quiz>"
    ),
    "x.csv": "code,kind,stem,part,text,value,reason\nA,single,Stay\x96calm?,answer,Ye\x9fs,right,\n,,,answer,No,wrong,",
    "q.xml": (CASES / "q-allornothing.xml").read_text(),
}


@pytest.mark.parametrize("name", UNSEEN_FILES)
def test_control_character_of_another_file_is_taken_away_and_named(name):
    """It was published, or left out without a word."""
    text = UNSEEN_FILES[name].replace("</prompt>", "\x96</prompt>")
    (item,) = read_text(text, name).items
    notes = [note for note in item.notes if "control character" in note]
    assert "question: the control character U+0096 is taken away" in notes
    assert ("answer 1: the control character U+009F is taken away" in notes) == (name[0] == "x")
    assert find_unseen(item.content) is None
    assert "Stay calm?" in item.content["stem"] or name == "q.xml"


@pytest.mark.parametrize("name", ["x.gift", "x.txt", "x.csv"])
def test_bell_in_a_file_of_text_is_refused_by_its_line(name):
    reading = read_text(UNSEEN_FILES[name].replace("\x96", "\x07"), name)
    assert (reading.items, "0x07, not text" in told(reading)) == ((), True)


HIDDEN = "words that the file hides are left out"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('Why? <span style="display:none">Because B.</span>Now.', "<p>Why? Now.</p>"),
        ('<p>Why?</p><p style="color: red; DISPLAY : none">It is B', "<p>Why?</p>"),
        ('<p style="display:none">B<p>Why?', "<p>Why?</p>"),
        ("<div hidden>B <div>and C</div> too</div>Why?", "<p>Why?</p>"),
        ('Why? <i style="visibility: hidden">B &amp; C<br/>D</i>', "<p>Why?</p>"),
        ('Why?<img style="display:none" src="b.png" alt="B"/> Now.', "<p>Why? Now.</p>"),
        ('<ul><li>One<li style="display:none">B<li>Two</ul>', "<ul><li>One</li><li>Two</li></ul>"),
    ],
)
def test_words_that_a_file_hides_are_shown_to_nobody(written, shown):
    """In the question, the answers and the reasons: what Moodle does not show is often the answer."""
    rest = answer("Yes") + answer("No", "0")
    (item,) = moodle("multichoice", rest, f"<![CDATA[{written}]]>").items
    assert item.content["stem"] == shown
    assert item.notes.count(HIDDEN) == 1
    rest = answer("<![CDATA[Yes <span hidden>it is B</span>]]>") + answer("No", "0")
    (item,) = moodle("multichoice", rest).items
    assert (texts(item), HIDDEN in item.notes) == (["Yes", "No"], True)


def test_words_about_hiding_are_words():
    rest = answer("none &lt;b&gt;hidden&lt;/b&gt;") + answer("No", "0")
    stem = "<![CDATA[Is display:none hidden? <i lang='none'>Yes</i>]]>"
    (item,) = moodle("multichoice", rest, stem).items
    assert item.content["stem"] == "<p>Is display:none hidden? <i>Yes</i></p>"
    assert HIDDEN not in item.notes


@pytest.mark.parametrize("odd", ["<", "<p hidden>", "</p>", "&#", "<a style='display:none"])
def test_hidden_words_are_looked_for_in_little_time(odd):
    begun = time.monotonic()
    drop_unseen(("hidden" + odd * 20_000)[:LONGEST])
    assert time.monotonic() - begun < 5


def test_reason_for_which_a_question_is_left_out_is_a_sentence():
    gift = FORMATS["gift"].read(b"Q?{>STRANGE\n=one\n=two\n}", "q.gift")
    assert "left out: its order is asked for in a way that is not known here" in told(gift)


def test_language_and_title_of_markup_are_no_words_of_the_question():
    stem = '<![CDATA[<p lang="de" title="b">Ja <i lang="en">Yes</i></p>]]>'
    (item,) = moodle("multichoice", answer("Yes") + answer("No", "0"), stem).items
    assert item.content["stem"] == "<p>Ja <i>Yes</i></p>"


def test_moodle_number_beside_which_any_number_is_right_is_left_out():
    reading = moodle("numerical", answer("3") + answer("*"))
    assert reading.items == ()
    assert "any number is right in the file" in told(reading)
    (item,) = moodle("numerical", answer("3") + answer("*", "0")).items
    assert item.content["answer"] == "3"

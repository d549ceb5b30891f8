"""Rules of marking in QTI: the key and its points arrive, and every other rule is named or keeps its item out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.quizzes.exchange.test_question_files import (
    BOX,
    DECLARED,
    RULES,
    TEMPLATES,
    mapping,
    qti,
    right,
    template,
    told,
)

KEY = '<match><variable identifier="R"/><correct identifier="R"/></match>'
WORDS = '<stringMatch {about}><variable identifier="R"/><correct identifier="R"/></stringMatch>'


def other(tag: str, value: str) -> str:
    return (
        f'<{tag}><variable identifier="R"/><baseValue baseType="string">{value}</baseValue></{tag}>'
    )


def score(points: str) -> str:
    value = f'<baseValue baseType="float">{points}</baseValue>'
    return f'<setOutcomeValue identifier="SCORE">{value}</setOutcomeValue>'


def rules(test: str, points: str = "1", rest: str = "") -> str:
    branch = f"<responseIf>{test}{score(points)}</responseIf>{rest}"
    return RULES.format(about="", rules=f"<responseCondition>{branch}</responseCondition>")


def otherwise(points: str) -> str:
    return f"<responseElse>{score(points)}</responseElse>"


def next_if(test: str, points: str) -> str:
    return f"<responseElseIf>{test}{score(points)}</responseElseIf>"


def boxed(rule: str, key: str = "") -> object:
    return qti(BOX, base="string", key=key or right("Rome"), rules=rule)


NOT_ASKED = '<isNull><variable identifier="R"/></isNull>'
SINGLE, OTHERS = "points for single answers", "points for an answer that is not the key"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (rules(f"<or>{KEY}{other('match', 'B')}</or>"), SINGLE),
        (rules(f"<and>{KEY}{other('equal', 'B')}</and>"), SINGLE),
        (rules(f"<or>{KEY}{other('member', 'B')}</or>"), SINGLE),
        (rules(f"<or>{KEY}{other('contains', 'B')}</or>"), SINGLE),
        (rules(f"<or>{KEY}{other('stringMatch', 'B')}</or>"), SINGLE),
        (rules(f"<not>{KEY}</not>"), OTHERS),
        (rules(f"<not>{NOT_ASKED}</not>"), OTHERS),
        (rules(KEY, "0", otherwise("1")), OTHERS),
        (rules(NOT_ASKED, "0", otherwise("1")), OTHERS),
        (rules(KEY, "1", next_if(KEY, "0.5")), "several branches give points"),
        (rules(KEY, "0"), "the key earns nothing"),
        (rules(KEY, "-1"), "the key earns nothing"),
        (rules(KEY.replace("match", "contains")), "more than the key is right"),
    ],
)
def test_qti_rule_that_gives_points_for_another_answer_keeps_the_item_out(rule, said):
    reading = qti(rules=rule)
    assert reading.items == ()
    assert said in told(reading)


def test_qti_text_that_also_takes_another_word_is_left_out():
    test = WORDS.format(about='caseSensitive="true"')
    assert SINGLE in told(boxed(rules(f"<or>{test}{other('stringMatch', 'Roma')}</or>")))


@pytest.mark.parametrize(
    "rule",
    [
        rules(KEY),
        rules(KEY, "1", otherwise("0")),
        rules(NOT_ASKED, "0", next_if(KEY, "1") + otherwise("0.0")),
        rules(KEY, "1.0", otherwise("-0")),
    ],
)
def test_qti_rule_that_only_says_the_key_is_read_without_a_note(rule):
    (item,) = qti(rules=rule).items
    assert [option["correct"] for option in item.content["options"]] == [True, False, False]
    assert (item.content["points"], item.notes) == ("1", ())


NORMAL = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"'
MOST = (
    '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue>'
    "<value>4</value></defaultValue></outcomeDeclaration>"
)


@pytest.mark.parametrize(
    ("more", "rule", "points"),
    [
        ("", rules(KEY, "5"), "5"),
        (MOST, rules(KEY, "5"), "4"),
        (f'{NORMAL} normalMaximum="3"/>', "", "3"),
    ],
)
def test_qti_points_are_those_of_the_key(more, rule, points):
    (item,) = qti(rules=rule, more=more).items
    assert (item.content["points"], item.notes) == (points, ())


def test_qti_points_that_a_rule_takes_are_named():
    (item,) = qti(rules=rules(KEY, "2", otherwise("-1"))).items
    assert item.notes == ("an answer takes points by a rule of the file, and none here",)


def test_qti_largest_points_that_differ_are_named():
    (item,) = qti(rules=rules(KEY, "2"), more=f'{NORMAL} normalMaximum="10"/>').items
    assert item.content["points"] == "2"
    assert item.notes == ("the file also calls 10 the most points; 2 are kept",)


@pytest.mark.parametrize(
    ("about", "capitals"), [('caseSensitive="false"', False), ('caseSensitive="true"', True)]
)
def test_qti_capitals_count_as_the_rule_says(about, capitals):
    (item,) = boxed(rules(WORDS.format(about=about))).items
    assert item.content["case_sensitive"] is capitals
    assert item.notes == ()


def test_qti_part_of_the_words_that_is_enough_keeps_the_item_out():
    reading = boxed(rules(WORDS.format(about='caseSensitive="false" substring="true"')))
    assert "a part of the words is enough" in told(reading)


def test_qti_attribute_of_a_rule_that_is_on_no_list_is_named():
    (item,) = qti(rules=rules(KEY.replace("<match>", '<match strange="1">'))).items
    assert item.notes == ("strange of <match> is not known here and is not kept",)


def test_qti_capitals_that_count_in_some_answers_are_named():
    rows = (
        '<mapping><mapEntry mapKey="Rome" mappedValue="1" caseSensitive="true"/>'
        '<mapEntry mapKey="Roma" mappedValue="1" caseSensitive="false"/></mapping>'
    )
    (item,) = boxed("", right("Rome") + rows).items
    assert item.content["case_sensitive"] is False
    assert item.notes == ("capitals count in some answers of the file; here in none of them",)


@pytest.mark.parametrize("key", [right("A", "Z"), right("A") + mapping(A="1", Z="1")])
def test_qti_key_that_is_none_of_the_answers_keeps_the_item_out(key):
    assert "none of its answers" in told(qti(many="multiple", key=key))


def gap_pair(rule: str) -> object:
    second = (
        '<responseDeclaration identifier="S" cardinality="single" baseType="string">'
        f"{right('Po')}</responseDeclaration>"
    )
    box = '<p>{} <textEntryInteraction responseIdentifier="{}"/></p>'
    body = box.format("Capital", "R") + box.format("River", "S")
    return qti(body, base="string", key=right("Rome"), more=second, rules=rule)


OTHER_KEY = KEY.replace('"R"', '"S"')


def test_qti_gaps_that_earn_only_together_are_named():
    (item,) = gap_pair(rules(f"<and>{KEY}{OTHER_KEY}</and>", "3")).items
    assert item.content["points"] == "3"
    assert any(note.startswith("only all gaps together earn points") for note in item.notes)
    assert "more than the key" in told(gap_pair(rules(f"<or>{KEY}{OTHER_KEY}</or>", "3")))


def condition(test: str, then: str, rest: str = "") -> str:
    return f"<responseCondition><responseIf>{test}{then}</responseIf>{rest}</responseCondition>"


def processing(*each: str) -> str:
    return RULES.format(about="", rules="".join(each))


def scored(inner: str) -> str:
    return f'<setOutcomeValue identifier="SCORE">{inner}</setOutcomeValue>'


def more(points: str) -> str:
    value = f'<baseValue baseType="float">{points}</baseValue>'
    return scored(f'<sum><variable identifier="SCORE"/>{value}</sum>')


def test_qti_gaps_count_what_their_rules_give():
    both = processing(condition(KEY, more("3")), condition(OTHER_KEY, more("1")))
    (item,) = gap_pair(both).items
    assert item.content["points"] == "4"
    assert [Decimal(gap.get("weight", "1")) for gap in item.content["gaps"]] == [3, 1]


TABLE = """<matchInteraction responseIdentifier="R"><prompt>Join.</prompt><simpleMatchSet>
<simpleAssociableChoice identifier="a">A</simpleAssociableChoice>
<simpleAssociableChoice identifier="b">B</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>
<simpleAssociableChoice identifier="x">X</simpleAssociableChoice>
<simpleAssociableChoice identifier="y">Y</simpleAssociableChoice></simpleMatchSet></matchInteraction>"""


def weighed(first: str, second: str) -> str:
    rows = (("a x", first), ("b y", second))
    return "".join(f'<mapEntry mapKey="{k}" mappedValue="{v}"/>' for k, v in rows)


@pytest.mark.parametrize(
    ("key", "note"),
    [
        (
            right("a x", "b y"),
            "only all pairs together earn points in the file; here each earns its part",
        ),
        (
            f"<mapping>{weighed('1', '3')}</mapping>",
            "every pair counts the same; the file weighs them differently",
        ),
        (f"<mapping>{weighed('1', '1')}</mapping>", None),
    ],
)
def test_qti_pairs_that_count_otherwise_are_named(key, note):
    rule = rules(KEY) if "correctResponse" in key else ""
    (item,) = qti(TABLE, many="multiple", base="directedPair", key=key, rules=rule).items
    assert item.notes == ((note,) if note else ())


ORDER = (
    '<orderInteraction responseIdentifier="R"><prompt>Order.</prompt>'
    '<simpleChoice identifier="A">One</simpleChoice><simpleChoice identifier="B">Two</simpleChoice>'
    "</orderInteraction>"
)
WHOLE_ORDER = "here for the whole order"
SUMMED = '<setOutcomeValue identifier="SCORE"><mapResponse identifier="R"/></setOutcomeValue>'


@pytest.mark.parametrize("rule", ["", template("map_response")])
def test_qti_points_for_single_steps_of_an_order_are_named(rule):
    key = right("B", "A") + mapping(A="1", B="3")
    (item,) = qti(ORDER, many="ordered", key=key, rules=rule).items
    told = "the file gives points for single steps, whatever their place (75 %, 25 %)"
    assert item.notes == (f"{told}; {WHOLE_ORDER}",)
    assert (item.content["credit"], item.content["points"]) == ("exact", "4")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (template("match_correct"), True),
        (rules(KEY), True),
        (RULES.format(about="", rules=SUMMED), False),
    ],
)
def test_qti_order_is_kept_by_a_rule_that_asks_for_the_whole_and_by_no_other(rule, kept):
    """A mapping that no rule reads says nothing; by one that is read, every order is right."""
    key = right("B", "A") + mapping(A="1", B="3")
    items = qti(ORDER, many="ordered", key=key, rules=rule).items
    assert [item.notes for item in items] == ([()] if kept else [])


@pytest.mark.parametrize(
    ("base", "key", "mapped"),
    [("float", "2.5", "2.50"), ("integer", "7", "07"), ("float", "4.0", "4")],
)
@pytest.mark.parametrize("is_gap", [False, True], ids=["number", "gap"])
def test_qti_numbers_of_key_and_mapping_are_the_same_however_they_are_written(
    base, key, mapped, is_gap
):
    worth = f'<mapping><mapEntry mapKey="{mapped}" mappedValue="1"/></mapping>'
    template = f' template="{TEMPLATES}map_response"'
    rule = "" if is_gap else RULES.format(about=template, rules="")
    more = DECLARED.format("S", right("Po")) if is_gap else ""
    second = 'river <textEntryInteraction responseIdentifier="S"/></p>'
    body = BOX.removesuffix("</p>") + second if is_gap else BOX
    (item,) = qti(body, base=base, key=right(key) + worth, more=more, rules=rule).items
    found = item.content["gaps"][0]["accept"][0] if is_gap else item.content["answer"]
    assert Decimal(str(found)) == Decimal(key)


def test_qti_words_are_the_same_only_letter_by_letter():
    worth = '<mapping><mapEntry mapKey="07" mappedValue="1"/></mapping>'
    rule = RULES.format(about=f' template="{TEMPLATES}map_response"', rules="")
    reading = qti(BOX, base="string", key=right("7") + worth, rules=rule)
    assert "is not what earns most" in told(reading)


PRODUCT, SUM = "<product>{}</product>", "<sum>{}</sum>"
MAPPED = '<mapResponse identifier="R"/>'
ALSO = MAPPED.replace('"R"', '"S"')
MAPPED_KEY = right("Rome") + '<mapping><mapEntry mapKey="Rome" mappedValue="1"/></mapping>'
EARNS = condition(KEY, score("1"))
NEVER, EMPTY = "one of its answers is never marked", "the key earns nothing"


def constant(points: str) -> str:
    return f'<baseValue baseType="float">{points}</baseValue>'


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (processing(EARNS, condition(KEY, score("0"), otherwise("0"))), EMPTY),
        (processing(EARNS, score("0")), EMPTY),
        (processing("<exitResponse/>", EARNS), EMPTY),
        (processing(condition(NOT_ASKED, "<exitResponse/>"), score("0")), EMPTY),
        (processing(condition(f"<and>{KEY}{NOT_ASKED}</and>", score("1"))), EMPTY),
        (processing(EARNS.replace("SCORE", "OTHER")), EMPTY),
        (processing(score("1"), EARNS), OTHERS),
        (processing(EARNS, more("1")), OTHERS),
        (processing(scored(PRODUCT.format(MAPPED + constant("0")))), EMPTY),
        (processing(scored(SUM.format(MAPPED + constant("1")))), OTHERS),
        (processing(condition(KEY, score("1"), otherwise("1").replace("SCORE", "N")), more("1")), OTHERS),
    ],
)  # fmt: skip
def test_qti_points_beside_or_after_the_conditions_keep_the_item_out(rule, said):
    key = right("A") + mapping(A="1", B="0")
    reading = qti(rules=rule, key=key)
    assert reading.items == ()
    assert said in told(reading)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (processing(EARNS), NEVER),
        (processing(condition(KEY, score("3")), condition(OTHER_KEY, score("1"))), NEVER),
        (processing(condition(KEY, more("1")), condition(f"<and>{KEY}{OTHER_KEY}</and>", more("1"))),
         "other points together than each alone"),
        (RULES.format(about=' template="x/match_correct"', rules=""), "its template marks one answer"),
    ],
)  # fmt: skip
def test_qti_gap_that_is_not_marked_for_itself_keeps_the_item_out(rule, said):
    reading = gap_pair(rule)
    assert reading.items == ()
    assert said in told(reading)


def mapped_pair(rule: str) -> object:
    worth = '<mapping><mapEntry mapKey="{0}" mappedValue="1"/></mapping>'
    second = (
        '<responseDeclaration identifier="S" cardinality="single" baseType="string">'
        f"{right('Po')}{worth.format('Po')}</responseDeclaration>"
    )
    box = '<p>{} <textEntryInteraction responseIdentifier="{}"/></p>'
    body = box.format("Capital", "R") + box.format("River", "S")
    return qti(body, base="string", key=MAPPED_KEY, more=second, rules=rule)


def test_qti_gap_that_the_sum_leaves_out_keeps_the_item_out():
    assert NEVER in told(mapped_pair(processing(scored(MAPPED))))
    (item,) = mapped_pair(processing(scored(SUM.format(MAPPED + ALSO)))).items
    assert [gap.get("weight", "1") for gap in item.content["gaps"]] == ["1", "1"]


def test_qti_gaps_weigh_what_the_sum_makes_of_their_mappings():
    tripled = PRODUCT.format(MAPPED + constant("3"))
    (item,) = mapped_pair(processing(scored(SUM.format(tripled + ALSO)))).items
    assert [Decimal(gap.get("weight", "1")) for gap in item.content["gaps"]] == [3, 1]


def test_qti_part_that_a_rule_changes_keeps_the_item_out():
    key = right("A") + mapping(A="1", B="0.5")
    halves = condition(other("match", "B"), score("0"))
    assert SINGLE not in told(qti(key=key, rules=processing(scored(MAPPED))))
    reading = qti(key=key, rules=processing(scored(MAPPED), halves))
    assert (reading.items, "other points than its mapping says" in told(reading)) == ((), True)


def test_qti_rules_that_take_long_to_follow_keep_the_item_out():
    again = '<variable identifier="X"/>'
    begin, double = (
        f'<setOutcomeValue identifier="X"><multiple>{inner}</multiple></setOutcomeValue>'
        for inner in (constant("1"), again + again)
    )
    square = '<product><variable identifier="SCORE"/><variable identifier="SCORE"/></product>'
    assert "too long to be followed" in told(qti(rules=processing(begin, *[double] * 60, EARNS)))
    large = processing(condition(KEY, score("1e9")), *[scored(square)] * 60)
    assert "left out" in told(qti(rules=large))


COPY = '<setOutcomeValue identifier="X"><containerSize><variable identifier="R"/></containerSize></setOutcomeValue>'
TICKED = f"<equal><variable identifier='X'/>{constant('2')}</equal>"
BOTH = (
    f"<match><variable identifier='R'/><multiple>{constant('B')}{constant('C')}</multiple></match>"
)
GOOD = '<setOutcomeValue identifier="G"><baseValue baseType="string">good</baseValue></setOutcomeValue>'
IS_GOOD = "<match><variable identifier='G'/><baseValue baseType='string'>good</baseValue></match>"


@pytest.mark.parametrize(
    "rule",
    [
        processing(COPY, condition(TICKED, score("1"))),
        processing(condition(BOTH, GOOD), EARNS, condition(IS_GOOD, score("1"))),
    ],
)
def test_qti_condition_on_what_was_made_of_an_answer_keeps_the_item_out(rule):
    reading = qti(many="multiple", key=right("A", "B"), rules=rule)
    assert reading.items == ()
    assert "another rule made of the answer" in told(reading)


def test_qti_points_for_any_two_ticks_keep_the_item_out():
    size = '<containerSize><variable identifier="R"/></containerSize>'
    rule = processing(scored(size))
    reading = qti(many="multiple", key=right("A", "B"), rules=rule)
    assert (reading.items, OTHERS in told(reading)) == ((), True)


@pytest.mark.parametrize("rule", ["<responseProcessing/>", ""])
def test_qti_item_without_any_rule_is_marked_by_its_key(rule):
    (item,) = qti(rules=rule).items
    assert [option["correct"] for option in item.content["options"]] == [True, False, False]

"""Each sign of GIFT, line of Aiken and cell of CSV meets the fate of its list; the page of files is the lists."""

from __future__ import annotations

import re

import pytest

from items.exchange.formats import FORMATS
from items.exchange.gift_answers import ORDER_WORDS
from items.exchange.held import KEPT, LEFT_OUT, NAMED, SILENT
from items.exchange.records import FileReading
from items.exchange.sheet_rows import HELD, PARTS
from items.exchange.text_held import (
    AIKEN_RULES,
    CELLS,
    COLUMNS,
    CSV_RULES,
    GIFT_RULES,
    STOPS,
)
from tests.quizzes.exchange.test_held_lists import PAGE

LISTS = {"gift": GIFT_RULES, "aiken": AIKEN_RULES, "csv": CSV_RULES}
TITLES = {"gift": "GIFT", "aiken": "Aiken", "csv": "CSV"}
CHOICE = "{=yes ~no}"
ORDER = "{>3 ALL VERTICAL ALL_OR_NOTHING SHOW none\none\ntwo\nthree\n}"
# What stands in a file, and what of it has to be in the question that is read.
GIFT = {
    "::name::": ("::My name::Q" + CHOICE, "MY-NAME"),
    "[html]": ("[html]Is <b>it</b>?" + CHOICE, "<b>it</b>"),
    "[moodle]": ("[moodle]Is it?" + CHOICE, "<p>Is it?</p>"),
    "[plain]": ("[plain]Is <b>it</b>?" + CHOICE, "&lt;b&gt;it"),
    "{…} amid words": ("One {=two ~three} four.", "One _____ four."),
    "{}": ("Why?{}", "free_text"),
    "{T}": ("Yes?{T}", "'answer': True"),
    "{FALSE}": ("Yes?{FALSE}", "'answer': False"),
    "=answer": ("Q?" + CHOICE, "'text': 'yes'"),
    "~answer": ("Q?" + CHOICE, "'text': 'no'"),
    "~%50%answer": ("Q?{~%50%a ~%50%b ~%-100%c}", "multiple"),
    "=%50%answer": ("Q?{=all =%50%half}", "'credit': '0.5'"),
    "#reason": ("Q?{=yes#Because. ~no}", "Because."),
    "{T#wrong#right}": ("Q?{T#No.#Right so.}", "'reason_true': 'Right so.'"),
    "####explanation": ("Q?{=yes ~no ####All of it.}", "'feedback': 'All of it.'"),
    "left -> right": ("Q?{=a -> b =c -> d}", "matching"),
    "= -> right": ("Q?{=a -> b =c -> d = -> never}", "never"),
    "{#3}": ("Q?{#3}", "'answer': '3'"),
    "{#3:1}": ("Q?{#3:1}", "'tolerance': '1'"),
    "{#1..5}": ("Q?{#1..5}", "'tolerance': '2'"),
    "{#…~#reason}": ("Q?{#=3:1#Yes. ~#Not so.}", "'reason_wrong': 'Not so.'"),
    "=%0%*#reason": ("Q?{=yes =%0%*#Not so.}", "'reason_wrong': 'Not so.'"),
    "\\*": ("Q?{=3\\*4}", "'3*4'"),
    "{>3 ALL …}": ("Q?" + ORDER, "three"),
    "ALL_OR_NOTHING": ("Q?" + ORDER, "'credit': 'exact'"),
    **{f"\\{sign}": (f"Is it \\{sign} or not?" + CHOICE, f"it {sign} or") for sign in "~=#{}:\\"},
    "\\n": ("One\\ntwo" + CHOICE, "One<br/>two"),
    "// [id:…]": ("// [id:OWN-7]\nQ?" + CHOICE, "OWN-7"),
    "// [tag:…]": ("// [tag:difficulty:3]\nQ?" + CHOICE, "difficulty=3"),
    "// words": ("// question: 3  name: x [a:b]\nQ?" + CHOICE, ""),
    **{
        word: (f"Q?{{>3 ALL {word} ALL_OR_NOTHING\none\ntwo\nthree\n}}", "three")
        for word in ("HORIZONTAL", "VERTICAL", "SHOW", "HIDE", "none", "abc", "ABCD", "123")
    },
    **{
        word: (f"Q?{{>3 ALL {word} ALL_OR_NOTHING\none\ntwo\nthree\n}}", "three")
        for word in ("iii", "IIII")
    },
    "[markdown]": ("[markdown]Is *it*?" + CHOICE, "*it*"),
    "[another word]": ("[latex]Is it?" + CHOICE, "[latex]"),
    "$CATEGORY:": ("$CATEGORY: a/b\n\nQ?" + CHOICE, ""),
    "$ANOTHER:": ("$COURSE: x" + CHOICE, "$COURSE: x"),
    "\\ before another sign": ("Is it \\q?" + CHOICE, "\\q"),
    "%another%": ("Q?{=%half%yes ~no}", "%half%yes"),
    "// [tag:another]": ("// [tag:mood:good]\nQ?" + CHOICE, ""),
    "an answer without words": ("Q?{=yes ~ ~no}", "no"),
    "* amid an accepted answer": ("Q?{=go on =go*on}", "go.*on"),
    "=%50% of a number": ("Q?{#=3:1 =%50%4:1}", "'answer': '3'"),
    "=%-50%answer": ("Q?{=yes =%-50%no}", "no"),
    "~%50% of a single choice": ("Q?{=yes ~%50%half ~no}", "half"),
    "{>2 …} of three steps": ("Q?" + ORDER.replace(">3 ALL", ">2 RANDOM"), "three"),
    "another rule of an order": ("Q?" + ORDER.replace("ALL_OR_NOTHING", "RELATIVE_TO_CORRECT"), ""),
    "$CATEGORY: with lines below": ("$CATEGORY: a/b\nQ?" + CHOICE, ""),
    "words before the first answer": ("Q?{maybe =yes ~no}", ""),
    "words without a sign": ("Q?{yes}", ""),
    "a second {…}": ("Q?{=yes ~no} or {=a ~b}", ""),
    "a pair without ->": ("Q?{=a -> b =c}", ""),
    "another word in {>…}": ("Q?" + ORDER.replace("SHOW", "SIDEWAYS"), ""),
    "two numbers": ("Q?{#=3:1 =5:1}", ""),
    "no number of 100 %": ("Q?{#=%50%3:1}", ""),
    "two = in one choice": ("Q?{=yes =sure ~no}", ""),
    "{#no number}": ("Q?{#many}", ""),
    "#### behind }": ("Q?{=yes ~no}####It is yes.", ""),
    "{ alone": ("Q?{=yes ~no", ""),
    "} alone": ("Q? }", ""),
    "::name": ("::My name Q" + CHOICE, ""),
}
AIKEN_TAIL = "\nA. yes\nB. no\nANSWER: A\n"
AIKEN = {
    "words": ("Is it?" + AIKEN_TAIL, "Is it?"),
    "A. answer": ("Q" + AIKEN_TAIL, "'text': 'yes'"),
    "A) answer": ("Q" + AIKEN_TAIL.replace(". ", ") "), "'text': 'no'"),
    "a. answer": ("Q" + AIKEN_TAIL.replace("A. y", "a. y").replace("B.", "b."), "'text': 'no'"),
    "ANSWER: A": ("Q" + AIKEN_TAIL, "single"),
    "Answer: a": ("Q" + AIKEN_TAIL.replace("ANSWER: A", "Answer: a"), "single"),
    "{…} in words": ("Q {x}" + AIKEN_TAIL, "Q {x}"),
    "an empty line": ("Q\n" + AIKEN_TAIL, "single"),
    "ANOTHER: words": ("FEEDBACK: Because.\nQ" + AIKEN_TAIL, "FEEDBACK: Because."),
    "ANSWER: A, C": ("Q" + AIKEN_TAIL.replace("R: A", "R: A, B"), ""),
    "ANSWER: Q": ("Q" + AIKEN_TAIL.replace("R: A", "R: Q"), ""),
    "an answer out of its turn": ("Q" + AIKEN_TAIL.replace("B.", "D."), ""),
    "words after the answers": ("Q\nA. yes\nB. no\nmore words" + AIKEN_TAIL, None),
    "no line ANSWER:": (AIKEN_TAIL.join(["Q", "More\n"]), None),
    "no line A.": ("Q\nA.yes\nB.no\nANSWER: A\n", ""),
    "ANSWER: alone": ("ANSWER: A\nQ" + AIKEN_TAIL, None),
}
HEAD = ",".join(COLUMNS)


def sheet(*rows: str, first: str = "A-1,single,,2,no,,Q?,,") -> str:
    more = "".join(f"A-1{',' * 8},{row}\n" for row in rows[1:])
    return f"{HEAD}\n{first},{rows[0]}\n{more}"


TWO = ("answer,yes,right,Because.", "answer,no,wrong,")


def of_kind(kind: str, *rows: str) -> str:
    return sheet(*rows, first=f"A-1,{kind},,2,no,,Q?,,")


GAPS = ("passage,a [[1]] b,,", "gap 1,yes,accept,Because.")
RUBRIC = ("criterion,Clear,,", "level,Not,0,", "level,Very,1,", "model,So.,,", "guide,Look.,,")
PAIRS = ("group,b,,", "group,d,,", "pair,a,b,", "pair,c,d,", "reason,All of it.,,")
WORDS = ("accept,yes,1,So.", "capitals,yes,,", "otherwise,,,Not so.")
CSV = {
    "code": (sheet(*TWO), "A-1"),
    "kind": (sheet(*TWO), "single"),
    "principle": (sheet(*TWO, first="A-1,single,P1,2,no,,Q?,,"), "principle=P1"),
    "difficulty": (sheet(*TWO, first="A-1,single,,3,no,,Q?,,"), "difficulty=3"),
    "critical": (sheet(*TWO, first="A-1,single,,2,yes,,Q?,,"), "critical=True"),
    "points": (sheet(*TWO, first="A-1,single,,2,no,2.5,Q?,,"), "'points': '2.5'"),
    "stem": (sheet(*TWO), "Q?"),
    "feedback": (sheet(*TWO, first="A-1,single,,2,no,,Q?,All of it.,"), "'feedback': 'All of it.'"),
    "hint": (sheet(*TWO, first="A-1,single,,2,no,,Q?,,Think."), "'hint': 'Think.'"),
    **dict.fromkeys(("part", "text", "part answer"), (sheet(*TWO), "'text': 'yes'")),
    "value": (sheet(*TWO), "'correct': True"),
    "reason": (sheet(*TWO), "Because."),
    "part answer of a survey": (of_kind("survey", "answer,a,,So.", "answer,b,,"), "So."),
    "part true": (of_kind("true_false", "true,,right,So.", "false,,wrong,No."), "'answer': True"),
    "part false": (of_kind("true_false", "true,,right,So.", "false,,wrong,No."), "No."),
    "part number": (of_kind("number", "number,3,1,So."), "'tolerance': '1'"),
    "part unit": (of_kind("number", "number,3,1,So.", "unit,km,,"), "km"),
    "part otherwise": (of_kind("short_text", *WORDS), "Not so."),
    "part accept": (of_kind("short_text", *WORDS), "So."),
    "part capitals": (of_kind("short_text", *WORDS), "True"),
    **dict.fromkeys(("part pair", "part group"), (of_kind("matching", *PAIRS), "'d'")),
    "part reason": (of_kind("matching", *PAIRS), "All of it."),
    "part step": (of_kind("ordering", "step,one,,", "step,two,,", "step,three,,"), "three"),
    "part passage": (of_kind("gap", *GAPS), "a "),
    "part gap": (of_kind("gap", *GAPS), "Because."),
    **dict.fromkeys(("part criterion", "part level"), (of_kind("free_text", *RUBRIC), "Very")),
    "part model": (of_kind("free_text", *RUBRIC), "So."),
    "part guide": (of_kind("free_text", *RUBRIC), "Look."),
    "part setting": (
        of_kind("multiple", *TWO, "answer,too,right,", "setting,credit,exact,"),
        "'credit': 'exact'",
    ),
    "an empty row": (sheet(*TWO) + "," * 12 + "\n", ""),
    "a cell that its part has not": (
        of_kind("ordering", "step,one,,", "step,two,,Why?", "step,three,,"),
        "",
    ),
    "a cell of the question below its first row": (
        f"{sheet(TWO[0])}A-1,,,,,,,Too late.,,{TWO[1]}\n",
        "",
    ),
    "setting of another name": (sheet(*TWO, "setting,mood,good,"), ""),
    "another difficulty": (sheet(*TWO, first="A-1,single,,7,no,,Q?,,"), ""),
    "another code": (sheet(*TWO, first="a 1,single,,2,no,,Q?,,"), None),
    "another kind": (sheet(*TWO, first="A-1,puzzle,,2,no,,Q?,,"), ""),
    "another part": (sheet(*TWO, "step,one,,"), ""),
    "another value": (sheet(TWO[0], "answer,no,maybe,"), ""),
    "another word for critical": (sheet(*TWO, first="A-1,single,,2,perhaps,,Q?,,"), ""),
    "points that are no number": (sheet(*TWO, first="A-1,single,,2,no,many,Q?,,"), ""),
    "another word for capitals": (
        of_kind("short_text", WORDS[0], "capitals,perhaps,,"),
        "",
    ),
    "a gap that the passage has not": (of_kind("gap", *GAPS, "gap 2,no,accept,"), ""),
    "right or wrong beside accept": (of_kind("gap", *GAPS, "gap 1,no,right,"), ""),
    "another column": (sheet(*TWO).replace("hint", "mood", 1), ""),
    "more cells than columns": (sheet(*TWO) + "," * 20 + "x\n", ""),
    "a quote that never ends": (sheet(*TWO) + '"x', ""),
}
# What is said beside the fate of a sign: a name that is no code, an essay without a rubric.
MORE = {"::name::": "named My name in the file", "{}": "rubric"}
EXAMPLES = {"gift": GIFT, "aiken": AIKEN, "csv": CSV}
CASES = [(name, place) for name, rules in LISTS.items() for place in rules]


def told(reading: FileReading) -> str:
    items = [
        f"{item.code} difficulty={item.difficulty} principle={item.principle}"
        f" critical={item.critical} {item.kind} {item.content}"
        for item in reading.items
    ]
    # What is written as an entity or an escape is read as the sign it stands for.
    return " ".join(items).replace("\\\\", "\\")


@pytest.mark.parametrize("name", LISTS)
def test_lists_have_an_example_of_each_sign(name: str) -> None:
    assert set(EXAMPLES[name]) == set(LISTS[name])


@pytest.mark.parametrize(("name", "place"), CASES, ids=[f"{n}: {p}" for n, p in CASES])
def test_sign_meets_the_fate_that_its_list_says(name: str, place: str) -> None:
    (source, kept), rule = EXAMPLES[name][place], LISTS[name][place]
    reading = FORMATS[name].read(source.encode(), "x")
    notes = [note for item in reading.items for note in item.notes]
    problems = [problem for problem in reading.problems if problem.line]
    if rule.fate in (KEPT, SILENT):
        assert (len(reading.items), reading.problems) == (1, ())
        assert [note for note in notes if MORE.get(place, note + "-") not in note] == []
        assert kept in told(reading)
    elif rule.fate == NAMED:
        assert (len(reading.items), reading.fatal) == (1, False)
        assert any(rule.words in said for said in (*notes, *(each.message for each in problems)))
        assert reading.items[0].line > 0
        assert kept in told(reading)
    elif rule.fate == LEFT_OUT:
        assert len(reading.items) <= (kept is None)
        assert any(
            rule.words in each.message and each.message.startswith("left out: ")
            for each in problems
        )
    else:
        assert rule.fate == STOPS
        assert reading.fatal
        assert any(rule.words in each.message for each in problems)


@pytest.mark.parametrize(("name", "rules"), LISTS.items(), ids=LISTS)
def test_page_has_every_sign_under_its_fate(name: str, rules: dict) -> None:
    section = PAGE.partition(f"\n## {TITLES[name]}\n")[2].partition("\n## ")[0]
    fates = {NAMED: "named: ", LEFT_OUT: "the question is left out: ", STOPS: "the file stops: "}
    rows = {
        f"| `{r.place}` | {fates[r.fate]}{r.words} |" for r in rules.values() if r.fate in fates
    }
    assert {line for line in section.split("\n") if line.startswith("| `")} == rows
    for fate, start in ((KEPT, "Kept: "), (SILENT, "Of no effect: ")):
        said = section.partition(f"\n{start}")[2].partition("\n\n")[0]
        assert set(re.findall(r"`([^`]+)`", said)) == {
            r.place for r in rules.values() if r.fate == fate
        }


def test_lists_know_every_word_of_an_order_and_every_part_of_a_sheet() -> None:
    listed = " ".join(GIFT_RULES)
    rules = {"ALL", "RANDOM", "CONTIGUOUS"}
    assert {word for word in ORDER_WORDS if "_" not in word} - rules <= set(listed.split())
    parts = {re.sub(r" [0-9]+", "", part) for kind in HELD for part in PARTS[kind]}
    assert parts | {"", "setting", "answer of a survey"} == set(CELLS)

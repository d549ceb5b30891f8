"""What becomes of each sign of GIFT, each line of Aiken and each cell of our CSV. The readers say these words.

Named places hold a sign as people write it, so that the page of question files can show the same lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from items.exchange.held import KEPT, LEFT_OUT, NAMED, SILENT, HeldRule, Rules

STOPS = "the file stops"


def _rules(*groups: tuple[str, dict[str, str]]) -> Rules:
    return {
        place: HeldRule(place, fate, words)
        for fate, rows in groups
        for place, words in rows.items()
    }


def _bare(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


GIFT_RULES = _rules(
    (
        KEPT,
        _bare(
            *(
                "::name::",
                "[html]",
                "[moodle]",
                "[plain]",
                "{…} amid words",
                "{}",
                "{T}",
                "{FALSE}",
            ),
            *("=answer", "~answer", "~%50%answer", "=%50%answer", "#reason", "{T#wrong#right}"),
            *("####explanation", "left -> right", "= -> right", "{#3}", "{#3:1}", "{#1..5}"),
            *("{#…~#reason}", "=%0%*#reason", "\\*", "{>3 ALL …}", "ALL_OR_NOTHING"),
            *("\\~", "\\=", "\\#", "\\{", "\\}", "\\:", "\\\\", "\\n", "// [id:…]", "// [tag:…]"),
        ),
    ),
    (
        SILENT,
        _bare(
            *("// words", "HORIZONTAL", "VERTICAL", "SHOW", "HIDE"),
            *("none", "abc", "ABCD", "123", "iii", "IIII"),
        ),
    ),
    (
        NAMED,
        {
            "[markdown]": "Markdown is kept as typed",
            "[another word]": "is no text format of GIFT and is kept as words",
            "$CATEGORY:": "categories have no place here",
            "$ANOTHER:": "is no line of GIFT and is kept as words",
            "\\ before another sign": "is no escape; it is read as it stands",
            "%another%": "is no part of the points and is kept as words",
            "// [tag:another]": "is not kept",
            "an answer without words": "is empty and is left out",
            "* amid an accepted answer": "is kept as a pattern: * stands for any words",
            "=%50% of a number": "earns a part in the file, and nothing here",
            "~%50% of a single choice": "nothing here",
            "=%-50%answer": "takes points in the file, and none here",
            "{>2 …} of three steps": "all steps are asked, not a part of them",
            "another rule of an order": "here each step loses by its distance",
        },
    ),
    (
        LEFT_OUT,
        {
            "$CATEGORY: with lines below": "categories have no place here; the lines below it belong to it",
            "words before the first answer": "words stand before the first answer; begin each answer with = or ~",
            "words without a sign": "the words in braces are no answer; begin each answer with = or ~",
            "a second {…}": "a second { stands here; write \\{ if it is meant as a sign",
            "a pair without ->": "write -> between the two halves of each pair",
            "another word in {>…}": "its order is asked for in a way that is not known here",
            "two numbers": "several numbers are right",
            "no number of 100 %": "no number in it earns everything",
            "two = in one choice": "are both fully right",
            "{#no number}": "is not a number",
            "#### behind }": "an explanation stands behind the braces, as part of the question; write it inside them",
        },
    ),
    (
        STOPS,
        {
            "{ alone": "The { on this line is not closed before the next blank line.",
            "} alone": "A } stands here without a { before it.",
            "::name": "The name that begins with :: does not end with ::.",
        },
    ),
)

AIKEN_RULES = _rules(
    (
        KEPT,
        _bare(
            *(
                "words",
                "A. answer",
                "A) answer",
                "a. answer",
                "ANSWER: A",
                "Answer: a",
                "{…} in words",
            )
        ),
    ),
    (SILENT, _bare("an empty line")),
    (NAMED, {"ANOTHER: words": "is no line of Aiken and is kept as words of the question"}),
    (
        LEFT_OUT,
        {
            "ANSWER: A, C": "it has several right answers",
            "ANSWER: Q": "which is none of the answers",
            "an answer out of its turn": "stands out of its turn",
            "words after the answers": "an answer or a line ANSWER: is missing before this line",
            "no line ANSWER:": "no line ANSWER: ends it",
            "no line A.": "no answer stands in it that begins with A. and a space",
            "ANSWER: alone": "this line ANSWER: belongs to no question",
        },
    ),
)

OWN = ("code", "kind", "principle", "difficulty", "critical", "points", "stem", "feedback", "hint")
COLUMNS = (*OWN, "part", "text", "value", "reason")
# Which of the cells text, value and reason each part has.
TEXT, VALUE, REASON = "text", "value", "reason"
CELLS: dict[str, tuple[str, ...]] = {
    "answer": (TEXT, VALUE, REASON),
    "answer of a survey": (TEXT, REASON),
    "true": (VALUE, REASON),
    "false": (VALUE, REASON),
    "number": (TEXT, VALUE, REASON),
    "unit": (TEXT,),
    "otherwise": (REASON,),
    "accept": (TEXT, VALUE, REASON),
    "capitals": (TEXT,),
    "pair": (TEXT, VALUE, REASON),
    "group": (TEXT,),
    "step": (TEXT,),
    "reason": (TEXT,),
    "passage": (TEXT,),
    "gap": (TEXT, VALUE, REASON),
    "criterion": (TEXT,),
    "level": (TEXT, VALUE),
    "model": (TEXT,),
    "guide": (TEXT,),
    "setting": (TEXT, VALUE),
    "": (),
}
CSV_RULES = _rules(
    (KEPT, _bare(*COLUMNS, *(f"part {name}" for name in CELLS if name))),
    (SILENT, _bare("an empty row")),
    (
        NAMED,
        {
            "a cell that its part has not": "has no place for this and it is not kept",
            "a cell of the question below its first row": "counts on the first row of a question only",
            "setting of another name": "is not kept",
            "another difficulty": "is not 1, 2 or 3",
        },
    ),
    (
        LEFT_OUT,
        {
            "another code": "Use capital letters, digits and hyphens, at most 50.",
            "another kind": "Choose one of: single,",
            "another part": "Choose one of: answer",
            "another value": "Write right or wrong as the value.",
            "another word for critical": "Write yes or no.",
            "points that are no number": "is not a number",
            "more cells than columns": "this row has more cells than there are columns; put commas in quotes",
            "another word for capitals": "Write yes or no.",
            "a gap that the passage has not": "The passage has no such gap.",
            "right or wrong beside accept": "Give answers to accept, or answers of which one is right, not both.",
        },
    ),
    (
        STOPS,
        {
            "another column": "The first row must name the columns",
            "a quote that never ends": "This is not CSV",
        },
    ),
)


def list_spare_cells(name: str, cells: Iterable[tuple[str, str]]) -> list[str]:
    """Return a note for each filled cell that the part of a row has no place for."""
    held = CELLS.get("gap" if name.startswith("gap ") else name, (TEXT, VALUE, REASON))
    words = CSV_RULES["a cell that its part has not"].words
    part = f"the part {name}" if name else "a row without a part"
    return [
        f"{part} {words}: {column} “{cell[:40]}”"
        for column, cell in cells
        if cell and column not in held
    ]

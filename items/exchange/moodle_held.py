"""The elements of Moodle XML, and what becomes of each (`items.exchange.held`)."""

from __future__ import annotations

from items.exchange.held import KEPT, NAMED, SILENT, make_rules, places

# What may stand several times in a question, or in a part of it; of all else the first one counts.
MOODLE_REPEATED = frozenset({"answer", "hint", "subquestion", "unit", "tag", "file"})
MOODLE_RULES = make_rules(
    (
        KEPT,
        "",
        places(
            "question question@type name questiontext questiontext@format text text@format",
            "generalfeedback generalfeedback@format defaultgrade idnumber tags tag hidden",
            "single shuffleanswers correctfeedback correctfeedback@format",
            "partiallycorrectfeedback partiallycorrectfeedback@format",
            "incorrectfeedback incorrectfeedback@format",
            "answer answer@fraction answer@format feedback feedback@format tolerance",
            "usecase units unit unit_name multiplier subquestion subquestion@format",
            "selecttype selectcount gradingtype hint hint@format",
            "minwordlimit maxwordlimit graderinfo graderinfo@format",
            "responsetemplate responsetemplate@format attachments",
        ),
    ),
    (
        NAMED,
        "0 0.1 0.2 0.25 0.3 0.3333333 0.333333 0.3333 0.5 1",
        {"penalty": "the penalty for a further try"},
    ),
    (NAMED, "0", {"unitgradingtype": "the marks for the unit"}),
    (NAMED, "0", {"attachmentsrequired": "the number of files to hand in"}),
    (NAMED, "editor plain", {"responseformat": "the way in which the answer is written"}),
    (
        NAMED,
        "",
        {
            "file": "a file in the question",
            "image": "the picture of the question",
            "image_base64": "the picture of the question",
        },
    ),
    (
        SILENT,
        "",
        places(
            "answernumbering showstandardinstruction",
            "shownumcorrect clearwrong hint/options layouttype showgrading numberingstyle",
            "unitpenalty showunits unitsleft unitpenalty responserequired responsefieldlines",
            "filetypeslist maxbytes stamp version synchronize instructions instructions@format",
        ),
    ),
)

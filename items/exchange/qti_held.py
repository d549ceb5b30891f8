"""The elements of QTI items, with their names in QTI 2.2, and what becomes of each (`items.exchange.held`)."""

from __future__ import annotations

from items.exchange.held import KEPT, LEFT_OUT, NAMED, SILENT, make_rules, places

TEMPLATE = "its values are drawn by a template"
OWN_RULE = "it is marked by a rule of its own"
TABLE = "its marks stand in a table"
STARTS = "the answer that is filled in from the start"
PATTERN = "the pattern that typed words have to fit"
INSIDE = "what is written inside an empty text box"
FIXED = "the fixed place of a row"
RESTRICTED = "the restriction of what may be chosen"

# Attributes that say yes or no.
QTI_FLAGS = frozenset(
    places(
        "adaptive timeDependent shuffle fixed required caseSensitive substring includeLowerBound includeUpperBound"
    )
)
# The elements of HTML in the words of an item: cleaning names those that are not kept.
MARKUP = frozenset(
    places(
        "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup",
        "data dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd",
        "li main map mark area math menu nav nobr object ol p param picture pre q rb rp rt ruby s samp section small",
        "source span strike strong style sub summary sup svg table tbody td tfoot th thead time tr track tt u ul var",
        "video wbr",
        "mi mn mo ms mtext mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup msubsup",
        "munder mover munderover mmultiscripts mtable mtr mtd mspace semantics annotation annotation-xml mprescripts",
        "none maction mlabeledtr maligngroup malignmark",
    )
)

ITEM = (
    (
        KEPT,
        "",
        places(
            "assessmentItem assessmentItem@identifier assessmentItem@title assessmentItem@label itemBody",
            "responseDeclaration responseDeclaration@identifier responseDeclaration@cardinality",
            "responseDeclaration@baseType correctResponse value mapping mapping@lowerBound",
            "mapping@upperBound mapping@defaultValue mapEntry mapEntry@mapKey mapEntry@mappedValue",
            "mapEntry@caseSensitive outcomeDeclaration outcomeDeclaration@identifier",
            "outcomeDeclaration@normalMaximum",
            "rubricBlock rubricBlock@view contentBody prompt label",
            "feedbackBlock feedbackBlock@identifier feedbackBlock@showHide feedbackInline",
            "feedbackInline@identifier feedbackInline@showHide modalFeedback modalFeedback@identifier",
            "modalFeedback@showHide stylesheet stylesheet@href",
        ),
    ),
    (LEFT_OUT, "false", {"assessmentItem@adaptive": "it is adaptive: it changes with the answers"}),
    (NAMED, "false", {"assessmentItem@timeDependent": "the dependence on time"}),
    (
        LEFT_OUT,
        "",
        {
            "templateDeclaration": TEMPLATE,
            "templateProcessing": TEMPLATE,
            "templateBlock": TEMPLATE,
            "templateInline": TEMPLATE,
            "printedVariable": TEMPLATE,
            "mathVariable": TEMPLATE,
            "assessmentStimulusRef": "the text that it asks about stands in another file",
            "include": "a part of it stands in another file",
            "areaMapping": "it is answered on a picture",
            "matchTable": TABLE,
            "interpolationTable": TABLE,
        },
    ),
    (
        NAMED,
        "",
        {
            "responseDeclaration/defaultValue": STARTS,
            "contextDeclaration": "a variable of the session",
            "catalogInfo": "a catalogue of other wordings",
            "apipAccessibility": "a wording for accessibility",
            "accessibilityInfo": "a wording for accessibility",
            "companionMaterialsInfo": "a tool or material beside the question",
            "correctResponse@interpretation": "a remark on the right answer",
            "value@fieldIdentifier": "the name of a part of the answer",
            "modalFeedback@title": "the title of a reason",
            "infoControl": "information that opens on request",
        },
    ),
    (
        SILENT,
        "",
        places(
            "assessmentItem@toolName assessmentItem@toolVersion assessmentItem@schemaLocation",
            "outcomeDeclaration@cardinality outcomeDeclaration@baseType defaultValue value@baseType",
            "outcomeDeclaration@normalMinimum",
            "outcomeDeclaration@masteryValue outcomeDeclaration@interpretation",
            "outcomeDeclaration@longInterpretation outcomeDeclaration@view",
            "outcomeDeclaration@externalScored outcomeDeclaration@variableIdentifierRef",
            "stylesheet@type stylesheet@media stylesheet@title",
            "rubricBlock@use feedbackBlock@outcomeIdentifier feedbackInline@outcomeIdentifier",
            "modalFeedback@outcomeIdentifier",
        ),
    ),
)

INTERACTIONS = (
    (
        KEPT,
        "",
        places(
            "choiceInteraction choiceInteraction@responseIdentifier choiceInteraction@shuffle",
            "choiceInteraction@maxChoices simpleChoice simpleChoice@identifier simpleChoice@fixed",
            "orderInteraction orderInteraction@responseIdentifier matchInteraction",
            "orderInteraction@minChoices orderInteraction@maxChoices",
            "matchInteraction@responseIdentifier simpleMatchSet simpleAssociableChoice",
            "simpleAssociableChoice@identifier textEntryInteraction",
            "textEntryInteraction@responseIdentifier extendedTextInteraction",
            "extendedTextInteraction@responseIdentifier inlineChoiceInteraction",
            "inlineChoiceInteraction@responseIdentifier inlineChoice inlineChoice@identifier",
        ),
    ),
    (NAMED, "0 1", {"choiceInteraction@minChoices": "the least number of ticks"}),
    (
        LEFT_OUT,
        "",
        {
            "simpleChoice@templateIdentifier": TEMPLATE,
            "inlineChoice@templateIdentifier": TEMPLATE,
            "simpleAssociableChoice@templateIdentifier": TEMPLATE,
            "simpleAssociableChoice@matchGroup": "only some rows may be joined with others",
        },
    ),
    (NAMED, "true", {"inlineChoiceInteraction@shuffle": "the fixed order of a list"}),
    (
        NAMED,
        "false",
        {"inlineChoice@fixed": FIXED, "simpleAssociableChoice@fixed": FIXED},
    ),
    (
        NAMED,
        "0",
        {
            "matchInteraction@minAssociations": RESTRICTED,
            "simpleAssociableChoice@matchMin": RESTRICTED,
        },
    ),
    (
        NAMED,
        "0 1",
        {
            "extendedTextInteraction@minStrings": "the number of texts to write",
            "extendedTextInteraction@maxStrings": "the number of texts to write",
        },
    ),
    (LEFT_OUT, "10", {"textEntryInteraction@base": "its number is written in another base"}),
    (NAMED, "10", {"extendedTextInteraction@base": "the base of the number"}),
    (
        NAMED,
        "",
        {
            "textEntryInteraction@patternMask": PATTERN,
            "extendedTextInteraction@patternMask": PATTERN,
            "textEntryInteraction@placeholderText": INSIDE,
            "extendedTextInteraction@placeholderText": INSIDE,
            "textEntryInteraction@stringIdentifier": "the answer as it was typed",
            "extendedTextInteraction@stringIdentifier": "the answer as it was typed",
        },
    ),
    (
        SILENT,
        "",
        places(
            "choiceInteraction@orientation simpleChoice@showHide inlineChoice@showHide",
            "simpleAssociableChoice@showHide orderInteraction@orientation orderInteraction@shuffle",
            "matchInteraction@shuffle matchInteraction@maxAssociations",
            "simpleAssociableChoice@matchMax textEntryInteraction@expectedLength",
            "textEntryInteraction@format extendedTextInteraction@format",
            "extendedTextInteraction@expectedLength extendedTextInteraction@expectedLines",
            "inlineChoiceInteraction@required inlineChoiceInteraction@minChoices",
        ),
    ),
)

# The rules of marking that only say: the key, the mapping, or which reason is shown.
PLAIN_RULES = frozenset(
    places(
        "responseProcessing responseCondition responseIf responseElseIf responseElse match variable correct",
        "setOutcomeValue baseValue mapResponse sum product equal stringMatch multiple ordered isNull not and or",
        "exitResponse default containerSize member contains max min gt gte lt lte",
    )
)
QTI_RULES_OF_MARKING = make_rules(
    (
        KEPT,
        "",
        {
            **dict.fromkeys(sorted(PLAIN_RULES), ""),
            **places(
                "responseProcessing@template variable@identifier correct@identifier",
                "mapResponse@identifier default@identifier setOutcomeValue@identifier",
                "stringMatch@caseSensitive equal@toleranceMode equal@tolerance",
                "equal@includeLowerBound equal@includeUpperBound",
            ),
        },
    ),
    (LEFT_OUT, "false", {"stringMatch@substring": "a part of the words is enough in the file"}),
    (SILENT, "", places("responseProcessing@templateLocation baseValue@baseType")),
)
QTI_RULES = make_rules(*ITEM, *INTERACTIONS)
# Two of these would be two questions, or two keys.
QTI_ONCE = frozenset(
    {"itemBody", "responseProcessing", "correctResponse", "mapping", "prompt", "contentBody"}
)
QTI_RULES_OF_TESTS = make_rules(
    (
        NAMED,
        "",
        {
            "assessmentTest": "the quiz itself, its title and its order,",
            "timeLimits": "the time limit of the quiz",
            "weight": "the weight of a question in the quiz",
            "selection": "the drawing of questions",
            "preCondition": "a condition for asking a question",
            "branchRule": "a jump between questions",
            "rubricBlock": "the text above a part of the quiz",
            "testFeedback": "the text at the end of the quiz",
            "outcomeProcessing": "the marking of the quiz as a whole",
            "itemSessionControl": "the number of tries",
        },
    ),
)

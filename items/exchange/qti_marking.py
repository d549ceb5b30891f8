"""How a QTI item is marked: by its key, by a mapping of answers to points, or by a rule that is unknown here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from items.exchange.arrivals import NUMBER, parse_exact
from items.exchange.held import check_held
from items.exchange.qti_held import OWN_RULE, PLAIN_RULES, QTI_RULES_OF_MARKING
from items.exchange.qti_rules import TAKES, ScoringRules
from items.exchange.qti_trial import TrialResult, try_answers
from items.exchange.records import LeftOutError
from items.exchange.texts import remove_unstorable
from items.exchange.trees import XmlNode

EXACT, MAPPED, UNSAID = "exact", "mapped", "unsaid"
TEMPLATES = {
    "match_correct": EXACT,
    "cc2_match": EXACT,
    "cc2_match_basic": EXACT,
    "map_response": MAPPED,
    "cc2_map_response": MAPPED,
}
ONE_ONLY = f"{OWN_RULE}: its template marks one answer, and it asks several"
ZERO, ONE = Decimal(0), Decimal(1)
EXACTNESS = Decimal("0.0000001")
# Thirds are rounded in files.
ROUNDED = Decimal("0.02")
Notes = list[str]


BOUNDS = ("defaultValue", "lowerBound", "upperBound")


@dataclass(frozen=True)
class MappingBounds:
    """What any answer that a mapping does not list earns, and the least and the most that its answers earn together."""

    other: Decimal | None
    lower: Decimal | None
    upper: Decimal | None

    @property
    def default(self) -> Decimal:
        """What any other answer earns."""
        return self.other or ZERO

    def within(self, value: Decimal) -> Decimal:
        """Return points that lie between the bounds."""
        value = value if self.upper is None else min(value, self.upper)
        return value if self.lower is None else max(value, self.lower)

    def check(self, best: Decimal, notes: Notes, *, listed: bool) -> None:
        """Name what is not kept. Raises LeftOutError for bounds by which another answer is as good as the key."""
        if self.lower is not None and self.lower > 0:
            raise LeftOutError(f"any answer earns at least {self.lower} points in the file")
        if self.default > 0 and (not listed or self.default >= best):
            raise LeftOutError("any other answer earns points in the file")
        if self.upper is not None and best - self.upper > ROUNDED * best:
            raise LeftOutError(
                f"some of its right answers earn all of the {self.upper} points in the file"
            )
        if self.default and not listed:
            notes.append(f"any other answer earns {self.default} in the file, and nothing here")
        if self.lower is not None and self.lower < 0:
            notes.append(
                "wrong answers can take points of other questions in the file, and none here"
            )


@dataclass(frozen=True)
class KeyedAnswers:
    """What each answer earns of the most one can earn; `best` is that most in points of the file.

    `exact` tells that only the whole key earns anything, `case` that capitals count, `default` what any other
    answer earns.
    """

    credits: Mapping[str, Decimal]
    best: Decimal = ONE
    exact: bool = True
    case: bool = False
    default: Decimal = ZERO

    @property
    def full(self) -> list[str]:
        """The answers that earn everything."""
        return [key for key, credit in self.credits.items() if credit == ONE]

    @property
    def partly(self) -> tuple[tuple[str, Decimal], ...]:
        """The answers that earn a part."""
        return tuple((key, credit) for key, credit in self.credits.items() if ZERO < credit < ONE)


class QtiMarking:
    """The response processing of an item. Raises LeftOutError for a rule that nothing here stands for."""

    def __init__(self, root: XmlNode, responses: frozenset[str]) -> None:
        numbers = {
            node.get("identifier")
            for node in root.nodes("outcomeDeclaration")
            if node.get("baseType") in ("float", "integer")
        }
        _check_declarations(root)
        self._root = root
        self._scoring = ScoringRules(responses, frozenset({"SCORE", *numbers}))
        self._rules = root.child("responseProcessing")
        self._template = ""
        if self._rules is not None:
            self._template = (
                self._rules.get("template").rpartition("/")[2].partition(".")[0].casefold()
            )
            self._check(self._rules)
            if any(read_right(node) for node in root.nodes("responseDeclaration")):
                self._scoring.check_key_earns()

    def check_parts(self, notes: Notes) -> None:
        """Name what a rule says beside its elements. Raises LeftOutError."""
        if self._rules is not None:
            check_held(self._rules, QTI_RULES_OF_MARKING, notes)
        if self._scoring.takes:
            notes.append(TAKES)

    def try_answers(self, interactions: Iterable[XmlNode]) -> TrialResult | None:
        """Return what answers earn by the rules; None where a template or nobody says it. Raises LeftOutError."""
        asked = list(interactions)
        if self._rules is None or not self._rules.nodes():
            if self._template and len(asked) > 1:
                raise LeftOutError(ONE_ONLY)
            return None
        names = [node.get("responseIdentifier") for node in asked]
        mapped = frozenset(name for name in names if self.mode(name) == MAPPED)
        return try_answers(self._root, self._rules, asked, mapped)

    def worth(self, *responses: str) -> Decimal | None:
        """Return the points that a rule gives for the key of just these responses."""
        found = {
            each.points
            for each in self._scoring.worth
            if each.responses == frozenset(responses) and each.points > 0
        }
        return found.pop() if len(found) == 1 else None

    def takes_capitals(self, response: str) -> bool:
        """Tell whether typed words are compared with the key letter by letter, capitals and all."""
        for node in self._rules.all("stringMatch") if self._rules is not None else ():
            if any(each.get("identifier") == response for each in node.all("correct")):
                return node.get("caseSensitive", "true") != "false"
        return True

    def mode(self, response: str) -> str:
        """Return whether a response is marked by the key, by its mapping, or the item does not say."""
        if self._rules is None:
            return UNSAID
        if self._template in TEMPLATES and not self._rules.nodes():
            return TEMPLATES[self._template]
        if any(node.get("identifier") == response for node in self._rules.all("mapResponse")):
            return MAPPED
        named = any(node.get("identifier") == response for node in self._rules.all("correct"))
        return EXACT if named else UNSAID

    def all_or_nothing(self) -> bool:
        """Tell whether several responses earn only together."""
        if self._rules is None:
            return False
        return any(sum(1 for _ in node.all("correct")) > 1 for node in self._rules.all("and"))

    def tolerance(self, response: str, answer: Decimal, notes: Notes) -> Decimal:
        """Return how far a number may be from the answer. Raises LeftOutError where the sides differ."""
        for node in self._rules.all("equal") if self._rules is not None else ():
            if any(each.get("identifier") == response for each in node.all("variable")):
                return _tolerance(node, answer, notes)
        return ZERO

    def _check(self, rules: XmlNode) -> None:
        nodes = list(rules.below())
        if self._template and self._template not in TEMPLATES and not nodes:
            raise LeftOutError(f"{OWN_RULE} ({self._template[:40]})")
        strange = sorted({node.tag for node in nodes} - PLAIN_RULES)
        if strange:
            raise LeftOutError(f"{OWN_RULE} (<{strange[0][:40]}>)")
        self._scoring.check_bounds(rules)
        self._scoring.read(rules)


def _check_declarations(root: XmlNode) -> None:
    """Raise LeftOutError for two keys of one response, and for points that are there before an answer."""
    names = [node.get("identifier") for node in root.nodes("responseDeclaration")]
    if len(names) > len(set(names)):
        raise LeftOutError("two keys are declared for one answer")
    for node in root.nodes("outcomeDeclaration"):
        start = node.words("defaultValue", "value")
        if node.get("identifier") == "SCORE" and start and parse_exact(start, "SCORE"):
            raise LeftOutError(f"it gives {start[:20]} points before it is answered")


def read_right(declared: XmlNode) -> list[str]:
    """Return the values of the correct response."""
    found = declared.child("correctResponse")
    return [remove_unstorable(each.text()) for each in found.nodes("value")] if found else []


@dataclass(frozen=True)
class AskedAnswer:
    """How an answer is given: `several` at once, `typed` as words, whose `capitals` count when they are compared with
    the key, or chosen among all that are `listed`, so that what any other earns counts."""

    several: bool = False
    typed: bool = False
    capitals: bool = True
    listed: bool = False


def read_key(declared: XmlNode, mode: str, notes: Notes, asked: AskedAnswer) -> KeyedAnswers:
    """Return what the answers to one response earn."""
    typed, several = asked.typed, asked.several
    mapping = declared.child("mapping")
    rows = mapping.nodes("mapEntry") if mapping else []
    right, keys = _spell_alike(declared, rows)
    if mapping is None or mode == EXACT:
        case = typed and mode == EXACT and asked.capitals
        return KeyedAnswers(dict.fromkeys(right, ONE), case=case)
    bounds = MappingBounds(*(_bound(mapping, name) for name in BOUNDS))
    values = [_value(row) if several else bounds.within(_value(row)) for row in rows]
    worth = dict(zip(keys, values, strict=True))
    gains = [value for value in worth.values() if value > 0]
    best = sum(gains, ZERO) if several else max(gains, default=ZERO)
    bounds.check(best, notes, listed=asked.listed)
    if asked.listed and not right and not any(worth.values()):
        return KeyedAnswers({})  # an opinion is asked for
    if best <= 0:
        raise LeftOutError("no answer of it earns points")
    if declared.get("cardinality") != "ordered":
        _check_agreement(right, worth, ZERO if several else best, typed=typed)
    gaining = [row for row, value in zip(rows, values, strict=True) if value > 0]
    top = [row for row, value in zip(rows, values, strict=True) if value == best]
    case = _says_case(gaining if several else top) == {True}
    if typed and len(_says_case(gaining)) > 1:
        here = "all" if case else "none"
        notes.append(f"capitals count in some answers of the file; here in {here} of them")
    return KeyedAnswers(
        {key: _part(value, best) for key, value in worth.items()},
        bounds.within(best),
        exact=False,
        case=case,
        default=_part(bounds.default if several else bounds.within(bounds.default), best),
    )


def _says_case(rows: Iterable[XmlNode]) -> set[bool]:
    """Return what rows of a mapping say of capitals: that they count, that they do not, or both."""
    return {row.get("caseSensitive") == "true" for row in rows}


def _spell_alike(declared: XmlNode, rows: Iterable[XmlNode]) -> tuple[list[str], list[str]]:
    """Return the right values and the answers of a mapping; numbers that are the same are written the same."""
    first: dict[str | Decimal, str] = {}
    is_number = declared.get("baseType") in ("float", "integer")

    def spell(text: str) -> str:
        found = NUMBER.fullmatch(text.strip()) if is_number else None
        return first.setdefault(Decimal(found[0]) if found else text, text)

    right = list(dict.fromkeys(map(spell, read_right(declared))))
    return right, [spell(remove_unstorable(row.get("mapKey"))) for row in rows]


def _check_agreement(
    right: Iterable[str], worth: Mapping[str, Decimal], least: Decimal, *, typed: bool
) -> None:
    """Raise LeftOutError where the answer that the item calls right earns less than another by its points.

    An order is not asked: it is marked as a whole, whatever its places are worth."""
    fold = str.casefold if typed else str
    earning = {fold(key) for key, value in worth.items() if value > 0 and value >= least}
    other = [name for name in right if fold(name) not in earning]
    if other:
        raise LeftOutError(f"its key {other[0][:40]} is not what earns most by its points")


def _part(value: Decimal, best: Decimal) -> Decimal:
    """Return the part of the best; what thirds lose in a file is rounded away."""
    return value if best == 1 else (value / best).quantize(EXACTNESS).normalize()


def _bound(mapping: XmlNode, name: str) -> Decimal | None:
    return parse_exact(mapping.get(name), name) if mapping.get(name) else None


def _value(row: XmlNode) -> Decimal:
    return parse_exact(row.get("mappedValue"), "mapEntry")


def _tolerance(node: XmlNode, answer: Decimal, notes: Notes) -> Decimal:
    sizes = [parse_exact(each, "tolerance") for each in node.get("tolerance").split()]
    form = node.get("toleranceMode", "exact")
    if form == "exact" or not sizes:
        return ZERO
    if len(set(sizes)) > 1:
        raise LeftOutError(f"the number may be {sizes[0]} less and {sizes[-1]} more")
    if "false" in (node.get("includeLowerBound"), node.get("includeUpperBound")):
        notes.append("the ends of the tolerance are right here, and not in the file")
    return sizes[0] if form == "absolute" else abs(answer) * sizes[0] / 100

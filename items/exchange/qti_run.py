"""The rules of marking of a QTI item, followed step by step for given answers: the points that they earn.

A value is a tuple: empty is NULL, and a single value, a truth or a container is what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from items.exchange.arrivals import parse_exact
from items.exchange.qti_held import OWN_RULE
from items.exchange.records import LeftOutError
from items.exchange.texts import remove_unstorable
from items.exchange.trees import XmlNode

Value = tuple[str | Decimal, ...]
NULL: Value = ()
YES: Value = ("true",)
NO: Value = ("false",)
ZERO = Decimal(0)
SCORE = "SCORE"
NUMBERS = frozenset({"float", "integer"})
MOST_STEPS = 300_000
LONG = f"{OWN_RULE}, too long to be followed"
UNCLEAR = f"{OWN_RULE}, which is not written out"


def read_value(text: str, base: str) -> str | Decimal:
    """Return a value as it is compared. Raises ContentError for a number that is none."""
    if base in NUMBERS:
        return parse_exact(text, "value")
    words = remove_unstorable(text)
    if base == "boolean":
        return {"1": "true", "0": "false"}.get(words, words)
    if base in ("pair", "directedPair"):
        ends = words.split()
        return " ".join(sorted(ends) if base == "pair" else ends)
    return words


def fold(value: str | Decimal) -> str | Decimal:
    """Return a value without its capitals."""
    return value.casefold() if isinstance(value, str) else value


class DeclaredResponse:
    """What an item declares of one answer: its form, its key, and what each value is worth."""

    def __init__(self, node: XmlNode) -> None:
        self.name = node.get("identifier")
        self.base = node.get("baseType")
        self.form = node.get("cardinality")
        found = node.child("correctResponse")
        values = [each.text() for each in found.nodes("value")] if found else []
        self.key = self.make([read_value(text, self.base) for text in values])
        self.mapping = node.child("mapping")
        self.worth: dict[str | Decimal, Decimal] = {}
        self._folded: dict[str | Decimal, Decimal] = {}
        for row in self.mapping.nodes("mapEntry") if self.mapping else ():
            value = read_value(row.get("mapKey"), self.base)
            self.worth[value] = parse_exact(row.get("mappedValue"), "mapEntry")
            if self.base == "string" and row.get("caseSensitive") != "true":
                self._folded[fold(value)] = self.worth[value]

    def make(self, values: Iterable[str | Decimal]) -> Value:
        """Return values as an answer of this form."""
        return tuple(values) if self.form == "ordered" else tuple(sorted(values, key=str))

    def mapped(self, answer: Value) -> Decimal:
        """Return what the mapping gives for an answer."""
        if self.mapping is None:
            return ZERO
        other = self._bound("defaultValue") or ZERO
        points = sum((self._one(value, other) for value in dict.fromkeys(answer)), ZERO)
        lower, upper = self._bound("lowerBound"), self._bound("upperBound")
        points = points if upper is None else min(points, upper)
        return points if lower is None else max(points, lower)

    def _one(self, value: str | Decimal, other: Decimal) -> Decimal:
        if value in self.worth:
            return self.worth[value]
        return self._folded.get(fold(value), other)

    def _bound(self, name: str) -> Decimal | None:
        said = self.mapping.get(name) if self.mapping else ""
        return parse_exact(said, name) if said else None


@dataclass
class RuleBook:
    """The rules of an item and all that they read; `steps` counts what following them has cost."""

    rules: XmlNode
    responses: Mapping[str, DeclaredResponse]
    start: Mapping[str, Value]
    steps: int = field(default=0)

    def points(self, answers: Mapping[str, Value]) -> Decimal:
        """Return the SCORE that answers earn. Raises LeftOutError for rules that cannot be followed."""
        run = _Run(self, answers)
        try:
            run.follow(self.rules.nodes())
        except ArithmeticError as fault:
            raise LeftOutError(UNCLEAR) from fault
        score = run.outcomes.get(SCORE, NULL)
        return score[0] if len(score) == 1 and isinstance(score[0], Decimal) else ZERO

    def pay(self, size: int) -> None:
        """Count steps. Raises LeftOutError where they are too many."""
        self.steps += 1 + size
        if self.steps > MOST_STEPS:
            raise LeftOutError(LONG)


def make_book(root: XmlNode, rules: XmlNode) -> RuleBook:
    """Return the rules of an item with its declarations."""
    responses = [DeclaredResponse(node) for node in root.nodes("responseDeclaration")]
    start: dict[str, Value] = {SCORE: (ZERO,)}
    for node in root.nodes("outcomeDeclaration"):
        base, said = node.get("baseType"), node.child("defaultValue")
        none: Value = (ZERO,) if base in NUMBERS else NULL
        values = [each.text() for each in said.nodes("value")] if said else []
        start[node.get("identifier")] = tuple(read_value(text, base) for text in values) or none
    return RuleBook(rules, {each.name: each for each in responses}, start)


class _Run:
    def __init__(self, book: RuleBook, answers: Mapping[str, Value]) -> None:
        self.book = book
        self.answers = answers
        self.outcomes = dict(book.start)

    def follow(self, rules: Iterable[XmlNode]) -> bool:
        """Follow rules one after the other; tell whether the marking ends there."""
        for rule in rules:
            self.book.pay(0)
            if rule.tag == "exitResponse":
                return True
            if rule.tag == "setOutcomeValue":
                self.outcomes[rule.get("identifier")] = self._first(rule)
            elif rule.tag != "responseCondition":
                raise LeftOutError(UNCLEAR)
            elif self._choose(rule):
                return True
        return False

    def _choose(self, condition: XmlNode) -> bool:
        for branch in condition.nodes("responseIf", "responseElseIf", "responseElse"):
            inner = branch.nodes()
            if branch.tag == "responseElse":
                return self.follow(inner)
            if self._first(branch) == YES:
                return self.follow(inner[1:])
        return False

    def _first(self, node: XmlNode) -> Value:
        inner = node.nodes()
        if not inner:
            raise LeftOutError(UNCLEAR)
        return self._value(inner[0])

    def _value(self, node: XmlNode) -> Value:
        if node.tag in _READ:
            found = _READ[node.tag](self, node)
        elif node.tag in _WORKED_OUT:
            found = _WORKED_OUT[node.tag](node, [self._value(each) for each in node.nodes()])
        else:
            raise LeftOutError(UNCLEAR)
        self.book.pay(len(found))
        return found

    def variable(self, node: XmlNode) -> Value:
        """Return the answer, or the outcome as it stands now."""
        name = node.get("identifier")
        return self.answers.get(name, NULL) if name in self.book.responses else self._outcome(name)

    def _outcome(self, name: str) -> Value:
        return self.outcomes.get(name, NULL)

    def correct(self, node: XmlNode) -> Value:
        """Return the key of an answer."""
        found = self.book.responses.get(node.get("identifier"))
        return found.key if found else NULL

    def default(self, node: XmlNode) -> Value:
        """Return what an outcome is from the start."""
        return self.book.start.get(node.get("identifier"), NULL)

    def mapped(self, node: XmlNode) -> Value:
        """Return what the mapping gives for the answer."""
        found = self.book.responses.get(node.get("identifier"))
        return (found.mapped(self.answers.get(found.name, NULL)),) if found else NULL

    def plain(self, node: XmlNode) -> Value:
        """Return a value that is written in the rule."""
        return (read_value(node.text(), node.get("baseType")),)


_READ: Mapping[str, Callable[[_Run, XmlNode], Value]] = {
    "variable": _Run.variable,
    "correct": _Run.correct,
    "default": _Run.default,
    "mapResponse": _Run.mapped,
    "baseValue": _Run.plain,
}


def _truth(yes: bool) -> Value:
    return YES if yes else NO


def _numbers(values: Iterable[Value]) -> list[Decimal] | None:
    """Return the numbers in some values; None where one of them is NULL."""
    found: list[Decimal] = []
    for value in values:
        if not value:
            return None
        for each in value:
            if not isinstance(each, Decimal):
                raise LeftOutError(UNCLEAR)
            found.append(each)
    return found or None


def _total(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, ZERO)


def _product(numbers: Iterable[Decimal]) -> Decimal:
    found = Decimal(1)
    for each in numbers:
        found *= each
    return found


def _reckon(
    work: Callable[[Iterable[Decimal]], Decimal],
) -> Callable[[XmlNode, list[Value]], Value]:
    def worked_out(_node: XmlNode, values: list[Value]) -> Value:
        numbers = _numbers(values)
        return NULL if numbers is None else (work(numbers),)

    return worked_out


def _compare(
    test: Callable[[XmlNode, Value, Value], bool],
) -> Callable[[XmlNode, list[Value]], Value]:
    def compared(node: XmlNode, values: list[Value]) -> Value:
        if len(values) != 2:
            raise LeftOutError(UNCLEAR)
        return _truth(test(node, *values)) if all(values) else NULL

    return compared


def _bounded(test: Callable[[Decimal, Decimal], bool]) -> Callable[[XmlNode, list[Value]], Value]:
    def compared(_node: XmlNode, one: Value, two: Value) -> bool:
        numbers = _numbers([one, two]) or []
        if len(numbers) != 2:
            raise LeftOutError(UNCLEAR)
        return test(*numbers)

    return _compare(compared)


def _same_words(node: XmlNode, one: Value, two: Value) -> bool:
    if node.get("caseSensitive", "true") != "false":
        return one == two
    return [fold(each) for each in one] == [fold(each) for each in two]


def _near(node: XmlNode, one: Value, two: Value) -> bool:
    numbers = _numbers([one, two]) or []
    if len(numbers) != 2:
        raise LeftOutError(UNCLEAR)
    sizes = [parse_exact(each, "tolerance") for each in node.get("tolerance").split()]
    form = node.get("toleranceMode", "exact")
    if form == "exact" or not sizes:
        return numbers[0] == numbers[1]
    whole = Decimal(1) if form == "absolute" else abs(numbers[1]) / 100
    return numbers[1] - sizes[0] * whole <= numbers[0] <= numbers[1] + sizes[-1] * whole


def _no(_node: XmlNode, values: list[Value]) -> Value:
    return _truth(values[0] != YES) if values and values[0] else NULL


def _every(_node: XmlNode, values: list[Value]) -> Value:
    return NO if NO in values else _truth(all(values)) if all(values) else NULL


def _some(_node: XmlNode, values: list[Value]) -> Value:
    return YES if YES in values else NO if all(values) else NULL


def _size(_node: XmlNode, values: list[Value]) -> Value:
    return (Decimal(sum(len(each) for each in values)),)


def _joined(_node: XmlNode, values: list[Value]) -> Value:
    return tuple(each for value in values for each in value)


def _mixed(node: XmlNode, values: list[Value]) -> Value:
    return tuple(sorted(_joined(node, values), key=str))


_WORKED_OUT: Mapping[str, Callable[[XmlNode, list[Value]], Value]] = {
    "sum": _reckon(_total),
    "product": _reckon(_product),
    "max": _reckon(max),
    "min": _reckon(min),
    "match": _compare(lambda _node, one, two: one == two),
    "stringMatch": _compare(_same_words),
    "equal": _compare(_near),
    "member": _compare(lambda _node, one, two: set(one) <= set(two)),
    "contains": _compare(lambda _node, one, two: set(two) <= set(one)),
    "gt": _bounded(lambda one, two: one > two),
    "gte": _bounded(lambda one, two: one >= two),
    "lt": _bounded(lambda one, two: one < two),
    "lte": _bounded(lambda one, two: one <= two),
    "isNull": lambda _node, values: _truth(not any(values)),
    "not": _no,
    "and": _every,
    "or": _some,
    "containerSize": _size,
    "multiple": _mixed,
    "ordered": _joined,
}

"""A trial of the rules of marking of a QTI item: right, wrong and missing answers earn what they earn here.

Whatever the rules look like, an item is kept only where the key earns points, nothing else does, and every
answer is marked. What each answer earns alone is what it weighs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from items.exchange.qti_held import OWN_RULE
from items.exchange.qti_rules import BRANCHES, NOTHING, OTHERS, find_variables
from items.exchange.qti_run import (
    NULL,
    NUMBERS,
    ZERO,
    DeclaredResponse,
    RuleBook,
    Value,
    fold,
    make_book,
    read_value,
)
from items.exchange.records import LeftOutError
from items.exchange.trees import XmlNode

NEAR = Decimal("0.0001")
FAR = Decimal("1e60")
STRANGE = "\x00"
UNMARKED = f"{OWN_RULE}: one of its answers is never marked"
TOGETHER = f"{OWN_RULE}: its answers earn other points together than each alone"
COPIED = f"{OWN_RULE}: a rule asks for something that another rule made of the answer"
MOST_OF_ALL = 7
PARTLY = f"{OWN_RULE}: an answer earns other points than its mapping says"
Answers = Mapping[str, Value]


@dataclass(frozen=True)
class TrialResult:
    """What each answer earns alone; `together` tells that they earn only when all are right."""

    alone: Mapping[str, Decimal]
    together: bool


@dataclass(frozen=True)
class TriedResponse:
    """One answer that is asked: what is right, what is wrong, and what else a learner may give."""

    declared: DeclaredResponse
    mapped: bool
    right: Value
    wrong: Value
    others: tuple[Value, ...]

    def part(self, answer: Value) -> Decimal:
        """Return the part of the points that an answer earns here."""
        if not self.mapped:
            return ZERO
        zero = self.declared.mapped(self.wrong)
        best = self.declared.mapped(self.right) - zero
        return max(self.declared.mapped(answer) - zero, ZERO) / best if best > 0 else ZERO


def try_answers(
    root: XmlNode, rules: XmlNode, interactions: Iterable[XmlNode], mapped: frozenset[str]
) -> TrialResult | None:
    """Return what the answers to some interactions earn; None where one of them has no key.

    `mapped` are the responses that earn what their mapping says. Raises LeftOutError where the rules mark
    otherwise than here.
    """
    book = make_book(root, rules)
    _check_copies(rules, book)
    tried = []
    for node in interactions:
        declared = book.responses.get(node.get("responseIdentifier"))
        found = _prepare(declared, node, rules, mapped) if declared else None
        if found is None:
            return None
        tried.append(found)
    return _Trial(book, tried).result()


class _Trial:
    def __init__(self, book: RuleBook, tried: list[TriedResponse]) -> None:
        self._book = book
        self._tried = tried
        self._right: dict[str, Value] = {each.declared.name: each.right for each in tried}
        self._wrong: dict[str, Value] = {each.declared.name: each.wrong for each in tried}

    def result(self) -> TrialResult:
        """Return what each answer earns alone. Raises LeftOutError."""
        best = self._book.points(self._right)
        if best <= NEAR:
            raise LeftOutError(NOTHING)
        base = self._book.points(self._wrong)
        if base > NEAR or self._book.points({}) > NEAR:
            raise LeftOutError(OTHERS)
        for each in self._tried:
            self._check_marked(each, best)
        return self._weigh(best, base)

    def _check_marked(self, each: TriedResponse, best: Decimal) -> None:
        name = each.declared.name
        least = self._book.points(self._right | {name: each.wrong})
        none = self._book.points(self._right | {name: NULL})
        if best - max(least, none) <= NEAR:
            raise LeftOutError(UNMARKED)
        for answer in each.others:
            earned = self._book.points(self._right | {name: answer})
            part = max(earned - least, ZERO) / (best - least)
            if abs(part - each.part(answer)) > NEAR:
                raise LeftOutError(PARTLY if each.mapped else OTHERS)

    def _weigh(self, best: Decimal, base: Decimal) -> TrialResult:
        alone = {
            name: self._book.points(self._wrong | {name: right}) - base
            for name, right in self._right.items()
        }
        together = len(alone) > 1 and all(abs(each) <= NEAR for each in alone.values())
        apart = abs(sum(alone.values(), ZERO) - (best - base)) <= NEAR * best
        if not together and not (apart and all(each > NEAR for each in alone.values())):
            raise LeftOutError(TOGETHER)
        return TrialResult(alone, together)


def _prepare(
    declared: DeclaredResponse, node: XmlNode, rules: XmlNode, mapped: frozenset[str]
) -> TriedResponse | None:
    choices = [
        read_value(each.get("identifier"), "identifier")
        for each in node.nodes("simpleChoice", "inlineChoice")
    ]
    by_map = declared.name in mapped and declared.form != "ordered"
    right = _right_by_map(declared) if by_map else declared.key
    if not right:
        return None
    others: list[Value] = []
    if declared.form == "single":
        others = [(each,) for each in (choices or _written(declared, rules))]
    elif choices and declared.form == "multiple":
        others = [declared.make(each) for each in _ticked(choices)]
    if by_map:
        others += [(value,) for value in declared.worth if not choices or value in choices]
    known = {fold(each) for each in (*right, *(declared.worth if by_map else ()))}
    if not choices and not by_map:
        others = [each for each in others if fold(each[0]) not in known]
    wrong = _wrong(declared, choices, right, by_map=by_map)
    rest = tuple(each for each in dict.fromkeys(others) if each not in (right, wrong))
    return TriedResponse(declared, by_map, right, wrong, rest)


def _ticked(choices: list[str | Decimal]) -> Iterator[tuple[str | Decimal, ...]]:
    """Return what may be ticked: each choice, all of them, and of few choices every part."""
    most = len(choices) if len(choices) <= MOST_OF_ALL else 2
    for size in range(1, most + 1):
        yield from combinations(choices, size)
    yield tuple(choices)


def _check_copies(rules: XmlNode, book: RuleBook) -> None:
    """Raise LeftOutError where a condition reads an outcome that was made of an answer.

    What such a condition takes for right cannot be tried with every answer. Points are judged by what they are."""
    flows: dict[str, set[str]] = {}
    for node in rules.all("setOutcomeValue"):
        for read in find_variables(node):
            flows.setdefault(read, set()).add(node.get("identifier"))
    for branch in _branches(rules):
        for read in find_variables(branch.nodes()[0]) & book.responses.keys():
            flows.setdefault(read, set()).update(
                node.get("identifier") for node in branch.all("setOutcomeValue")
                if not _is_number(book, node.get("identifier"))
            )  # fmt: skip
    made: set[str] = set()
    rest = list(book.responses)
    while rest:
        new = flows.pop(rest.pop(), set()) - made
        made |= new
        rest += new
    if any(find_variables(branch.nodes()[0]) & made for branch in _branches(rules)):
        raise LeftOutError(COPIED)


def _is_number(book: RuleBook, name: str) -> bool:
    """Tell whether an outcome is points."""
    return any(isinstance(each, Decimal) for each in book.start.get(name, NULL))


def _branches(rules: XmlNode) -> Iterator[XmlNode]:
    return (each for each in rules.all(*BRANCHES) if each.nodes())


def _right_by_map(declared: DeclaredResponse) -> Value:
    gains = {value: points for value, points in declared.worth.items() if points > 0}
    if declared.form == "multiple":
        return declared.make(gains)
    return (max(gains, key=lambda value: gains[value]),) if gains else NULL


def _wrong(
    declared: DeclaredResponse, choices: list[str | Decimal], right: Value, *, by_map: bool
) -> Value:
    """Return an answer that is wrong here."""
    if declared.form == "ordered":
        return tuple(reversed(right)) if len(right) > 1 else NULL
    if choices:
        rest = [each for each in choices if each not in right]
        if by_map:
            rest = [each for each in rest if declared.mapped((each,)) == 0]
        return tuple(rest[:1])
    if declared.base in NUMBERS:
        return (FAR,)
    return (f"{STRANGE} {STRANGE}" if declared.base.casefold().endswith("pair") else STRANGE,)


def _written(declared: DeclaredResponse, rules: XmlNode) -> Iterator[str | Decimal]:
    """Return the words that the rules name. A number is compared with its key only (`ScoringRules`)."""
    if declared.base not in NUMBERS:
        for node in rules.all("baseValue"):
            yield read_value(node.text(), declared.base)

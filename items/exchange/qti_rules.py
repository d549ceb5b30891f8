"""What the rules of marking of a QTI item score, and what they are compared with.

Only rules that say "the key earns its points" have an equivalent here. One that gives points for other answers, for
an answer that is not the key, or by a second branch, keeps its item out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from items.exchange.arrivals import parse_exact
from items.exchange.qti_held import OWN_RULE
from items.exchange.records import LeftOutError
from items.exchange.trees import XmlNode

COMPARISONS = ("match", "stringMatch", "equal", "member", "contains")
BOUNDED = ("gt", "gte", "lt", "lte")
BRANCHES = ("responseIf", "responseElseIf")
FIXED = frozenset({"sum", "variable", "baseValue"})
SINGLE = f"{OWN_RULE}: points for single answers"
OTHERS = f"{OWN_RULE}: points for an answer that is not the key"
CROSSED = f"{OWN_RULE}: an answer is compared with the key of another"
SECOND = f"{OWN_RULE}: several branches give points"
ANY = f"{OWN_RULE}: more than the key is right"
NOTHING = f"{OWN_RULE}: the key earns nothing"
TAKES = "an answer takes points by a rule of the file, and none here"


@dataclass(frozen=True)
class KeyWorth:
    """The points that the keys of some responses earn, together where there are several."""

    responses: frozenset[str]
    points: Decimal


@dataclass
class ScoringRules:
    """The branches that score. `responses` are what is answered, `numbers` the outcomes that are points."""

    responses: frozenset[str]
    numbers: frozenset[str]
    worth: list[KeyWorth] = field(default_factory=list)
    takes: bool = False

    def read(self, rules: XmlNode) -> None:
        """Read what each branch earns. Raises LeftOutError for points that nothing here stands for."""
        for condition in rules.all("responseCondition"):
            self._read_condition(condition)

    def check_key_earns(self) -> None:
        """Raise LeftOutError where the rules give the key nothing."""
        if self.worth and all(each.points <= 0 for each in self.worth):
            raise LeftOutError(NOTHING)

    def _read_condition(self, condition: XmlNode) -> None:
        has_asked = has_key = False
        for branch in condition.nodes(*BRANCHES):
            test = next(iter(branch.nodes()), None)
            if test is None:
                continue
            if self._scores(branch):
                self._check_test(test, fixed=self._gives_fixed(branch))
            keys = frozenset(node.get("identifier") for node in test.all("correct"))
            if keys and has_key and self._gives_fixed(branch):
                raise LeftOutError(SECOND)
            self._add_worth(branch, keys)
            has_asked |= bool(keys) or self._asks(test)
            has_key |= bool(keys)
        for branch in condition.nodes("responseElse"):
            if has_asked and self._gives_fixed(branch):
                raise LeftOutError(OTHERS)
            self._add_worth(branch, frozenset())

    def _add_worth(self, branch: XmlNode, keys: frozenset[str]) -> None:
        found = [each for node in self._outcomes(branch) if (each := _fixed(node)) is not None]
        self.takes |= any(each < 0 for each in found)
        if keys and len(found) == 1:
            self.worth.append(KeyWorth(keys, found[0]))

    def _outcomes(self, branch: XmlNode) -> list[XmlNode]:
        nodes = branch.nodes("setOutcomeValue")
        return [node for node in nodes if node.get("identifier") in self.numbers]

    def _scores(self, branch: XmlNode) -> bool:
        """Tell whether a branch, or one inside it, gives points."""
        return any(
            node.get("identifier") in self.numbers and _fixed(node) != 0
            for node in branch.all("setOutcomeValue")
        )

    def _gives_fixed(self, branch: XmlNode) -> bool:
        """Tell whether a branch itself gives points that no mapping says."""
        return any(
            not any(True for _ in node.all("mapResponse"))
            for node in self._outcomes(branch)
            if (points := _fixed(node)) is None or points > 0
        )

    def _answers(self, node: XmlNode) -> set[str]:
        """Name the answers of people that stand in a comparison."""
        return find_variables(node) & self.responses

    def _asks(self, node: XmlNode) -> bool:
        return bool(self._answers(node))

    def _check_test(self, test: XmlNode, *, fixed: bool) -> None:
        """Raise LeftOutError where a branch scores by anything but the key."""
        names = {node.tag for node in _with(test)}
        for node in _with(test):
            keys = {each.get("identifier") for each in node.all("correct")}
            if node.tag in COMPARISONS and self._asks(node) and "baseValue" in _tags(node):
                raise LeftOutError(SINGLE)
            if node.tag in COMPARISONS and keys and not keys >= self._answers(node):
                raise LeftOutError(CROSSED)
            if node.tag == "not" and keys:
                raise LeftOutError(OTHERS)
            if (node.tag == "or" and len(keys) > 1) or (node.tag == "contains" and keys):
                raise LeftOutError(ANY)
        if fixed and "correct" not in names and self._asks(test):
            raise LeftOutError(SINGLE if "baseValue" in names else OTHERS)

    def check_bounds(self, rules: XmlNode) -> None:
        """Raise LeftOutError where the answer is compared with a bound."""
        for node in rules.all(*BOUNDED):
            if self._asks(node):
                raise LeftOutError(f"{OWN_RULE} (<{node.tag}> of the answer)")


def find_variables(node: XmlNode) -> set[str]:
    """Name the variables that are read in an expression."""
    return {each.get("identifier") for each in _with(node) if each.tag == "variable"}


def _with(node: XmlNode) -> Iterator[XmlNode]:
    yield node
    yield from node.below()


def _tags(node: XmlNode) -> set[str]:
    return {each.tag for each in node.below()}


def _fixed(node: XmlNode) -> Decimal | None:
    """Return the points that an outcome is set to, or raised by; None where they are worked out."""
    values = list(node.all("baseValue"))
    if len(values) != 1 or not _tags(node) <= FIXED:
        return None
    return parse_exact(values[0].text(), "points")

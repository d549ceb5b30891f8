"""What becomes of each element and attribute of a format: kept, named, left out, or of no effect.

A format has one list. `check_held` walks a question and names what its list names, keeps out the question
with something that nothing here can stand for, and names everything that is on no list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from items.exchange.records import LeftOutError
from items.exchange.texts import remove_unstorable
from items.exchange.trees import XmlNode

KEPT, NAMED, LEFT_OUT, SILENT = "kept", "named", "left out", "no effect"
# Attributes that any element may have, and that say nothing a learner reads or earns.
COMMON = frozenset({"id", "class", "lang", "dir", "role", "base", "space", "style"})
COMMON_STARTS = ("data", "aria")
MOST_SAID = 40


@dataclass(frozen=True)
class HeldRule:
    """What becomes of an element (``answer``) or an attribute (``answer@fraction``), perhaps below a parent
    (``hint/options``).

    `words` say it to people; the values in `usual` change nothing and are not named.
    """

    place: str
    fate: str
    words: str = ""
    usual: frozenset[str] = frozenset()

    def unusual(self, value: str) -> bool:
        """Tell whether a value says something."""
        return value not in self.usual and _plain(value) not in self.usual


Rules = Mapping[str, HeldRule]


def make_rules(*groups: tuple[str, str, Mapping[str, str]]) -> Rules:
    """Return the rules of a format. A group is a fate, the values of no effect, and the words of each place."""
    rules: dict[str, HeldRule] = {}
    for fate, usual, places in groups:
        for place, words in places.items():
            values = frozenset({"", *usual.split()})
            rules[place] = HeldRule(place, fate, words, values if usual else frozenset())
    return rules


def places(*names: str) -> dict[str, str]:
    """Return places that need no words."""
    return dict.fromkeys(" ".join(names).split(), "")


def check_held(
    node: XmlNode, rules: Rules, notes: list[str], passed: frozenset[str] = frozenset()
) -> None:
    """Add a note for everything at and below `node` that is named or on no list.

    `passed` are elements that another part reports on, such as those of HTML. Raises LeftOutError.
    """
    for told in _found(node, rules, passed, "", 0):
        if told not in notes:
            notes.append(told)


def find_repeated(node: XmlNode, once: frozenset[str]) -> list[str]:
    """Return the elements that stand twice or more below one parent, though one counts."""
    found = [
        tag
        for each in (node, *node.below())
        for tag, number in Counter(inner.tag for inner in each.nodes()).items()
        if number > 1 and tag in once
    ]
    return list(dict.fromkeys(found))


def _found(
    node: XmlNode, rules: Rules, passed: frozenset[str], parent: str, line: int
) -> Iterator[str]:
    rule = rules.get(f"{parent}/{node.tag}") or rules.get(node.tag)
    if rule is None and node.tag not in passed:
        where = f" (line {node.line})" if node.line > line else ""
        yield f"<{node.tag[:MOST_SAID]}> is not known here and is not kept{where}"
        return
    if rule is not None:
        yield from _told(rule, node.text() if rule.usual else "…")
        if rule.fate == NAMED:
            return  # what is not kept takes its parts with it
        for name, value in node.attributes.items():
            yield from _attribute(node.tag, name, value, rules)
    for each in node.nodes():
        yield from _found(each, rules, passed, node.tag, node.line)


def _attribute(tag: str, name: str, value: str, rules: Rules) -> Iterator[str]:
    rule = rules.get(f"{tag}@{name}")
    if rule is not None:
        yield from _told(rule, value)
    elif name not in COMMON and not name.startswith(COMMON_STARTS):
        yield f"{name[:MOST_SAID]} of <{tag}> is not known here and is not kept"


def _told(rule: HeldRule, value: str) -> Iterator[str]:
    value = remove_unstorable(value)
    if rule.fate in (KEPT, SILENT) or not rule.unusual(value):
        return
    if rule.fate == LEFT_OUT:
        raise LeftOutError(rule.words)
    said = f" ({value[:MOST_SAID]})" if rule.usual else ""
    yield f"{rule.words}{said} is not kept"


def _plain(value: str) -> str:
    """Return a number without zeros at its end: 0.3333333 stays, 1.0000000 is 1."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value.casefold()
    return f"{number.normalize():f}" if number.is_finite() and abs(number) < 1000 else value

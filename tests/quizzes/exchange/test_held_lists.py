"""Each element and attribute of a format is kept, named or keeps its question out; the page of it is the lists."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

import pytest

from items.exchange.formats import FORMATS
from items.exchange.held import KEPT, LEFT_OUT, NAMED, SILENT, HeldRule, check_held
from items.exchange.moodle_held import MOODLE_RULES
from items.exchange.qti_held import (
    PLAIN_RULES,
    QTI_RULES,
    QTI_RULES_OF_MARKING,
    QTI_RULES_OF_TESTS,
)
from items.exchange.records import LeftOutError
from items.exchange.trees import XmlNode
from tests.quizzes.exchange.items import make_all

PAGE = (Path(settings.BASE_DIR) / "docs/question-files.md").read_text(encoding="utf-8")
LISTS = {
    "Moodle XML": MOODLE_RULES,
    "QTI": QTI_RULES,
    "The rules of marking of QTI": QTI_RULES_OF_MARKING,
}
RULES = [(name, rule) for name, rules in LISTS.items() for rule in rules.values()]


def node_of(rule: HeldRule, value: str) -> XmlNode:
    """The element of a rule, with this value in it, below its parent where the rule names one."""
    path, _at, attribute = rule.place.partition("@")
    *parents, tag = path.split("/")
    node = XmlNode(tag, {attribute: value} if attribute else {}, 1, [] if attribute else [value])
    return XmlNode(parents[0], {}, 1, [node]) if parents else node


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[f"{n}: {r.place}" for n, r in RULES])
def test_part_of_a_file_meets_the_fate_that_its_list_says(name, rule):
    notes: list[str] = []
    if rule.fate == LEFT_OUT:
        with pytest.raises(LeftOutError, match=re.escape(rule.words)):
            check_held(node_of(rule, "odd 77"), LISTS[name], notes)
        return
    check_held(node_of(rule, "odd 77"), LISTS[name], notes)
    assert notes == ([f"{rule.words} (odd 77) is not kept"] if rule.fate == NAMED and rule.usual else
                     [f"{rule.words} is not kept"] if rule.fate == NAMED else [])  # fmt: skip
    for usual in rule.usual:
        notes.clear()
        check_held(node_of(rule, usual), LISTS[name], notes)
        assert notes == []


@pytest.mark.parametrize("rules", LISTS.values(), ids=LISTS)
def test_what_is_on_no_list_is_named_with_its_line(rules):
    notes: list[str] = []
    root = next(iter(rules))
    node = XmlNode(root, {"strange": "1"}, 1, [XmlNode("frob", {}, 7, [XmlNode("inner", {}, 8)])])
    check_held(node, rules, notes)
    assert notes == [
        f"strange of <{root}> is not known here and is not kept",
        "<frob> is not known here and is not kept (line 7)",
    ]


@pytest.mark.parametrize("name", ["moodle-xml", "qti22"])
def test_lists_know_all_that_our_own_files_hold(name):
    data = FORMATS[name].write(make_all()).data
    reading = FORMATS[name].read(data, "x")
    assert len(reading.items) > 10
    notes = [note for item in reading.items for note in item.notes]
    assert [note for note in notes if "is not known here" in note] == []


@pytest.mark.parametrize(
    ("title", "rules"), [*LISTS.items(), ("The test around QTI items", QTI_RULES_OF_TESTS)]
)
def test_page_has_every_part_of_a_list_under_its_fate(title, rules):
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    for fate, start in ((KEPT, "Kept: "), (SILENT, "Of no effect: ")):
        told = section.partition(f"\n{start}")[2].partition("\n\n")[0]
        assert set(re.findall(r"`([^`]+)`", told)) == {
            rule.place for rule in rules.values() if rule.fate == fate
        }
    for rule in rules.values():
        if rule.fate in (NAMED, LEFT_OUT):
            (row,) = (
                line
                for line in section.split("\n")
                if line.startswith("|") and f"`{rule.place}`" in line
            )
            assert rule.words in row
            assert ("left out" in row) is (rule.fate == LEFT_OUT)


def test_page_names_every_rule_of_marking():
    told = PAGE.partition("\nThey are: ")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([^`]+)`", told)) == set(PLAIN_RULES)

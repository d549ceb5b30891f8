"""The quizzes of two releases of a course side by side: their rules, and the questions that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from courses.changes.comparing import ComparedPart, compare_lines
from items import sentences
from items.models import ItemVersion
from items.phrases import Phrase
from quizzes.rules import settings
from quizzes.rules.descriptions import SettingLine, describe_settings

# What a stored question says about itself and not to people.
NOT_WORDS = frozenset({"id", "kind", "points", "image", "to", "name"})
VersionName = tuple[str, str, int]


def compare_quizzes(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> list[ComparedPart]:
    """The rules of every quiz, and every question that has another version on the other side. One query."""
    return [*_compare_rules(before, after), *_compare_items(before, after)]


def _compare_rules(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[ComparedPart]:
    was = {quiz["code"]: quiz["rules"] for quiz in before}
    now = {quiz["code"]: quiz["rules"] for quiz in after}
    for code in dict.fromkeys([*now, *was]):
        sides = [list(_tell_rules(rules.get(code))) for rules in (was, now)]
        yield ComparedPart(_("Rules of a quiz"), code, compare_lines(*sides))


def _tell_rules(stored: dict[str, Any] | None) -> Iterator[str]:
    if stored is None:
        return
    rules = settings.read_rules(stored)
    for row in rules.sections:
        told = {"count": row.count, "bank": row.bank, "principle": row.principle or _("all")}
        if row.mandatory:
            yield _("Always asked: all of %(bank)s, %(principle)s") % told
        else:
            yield _("Drawn: %(count)s of %(bank)s, %(principle)s") % told
    yield from map(_tell_setting, describe_settings(rules))


def _tell_setting(line: SettingLine) -> str:
    values = ", ".join(sentences.translate(value, line.when) for value in line.values)
    return f"{sentences.translate(Phrase(line.label))}: {values}"


def _compare_items(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[ComparedPart]:
    was, now = _numbers(before), _numbers(after)
    names = [name for name in dict.fromkeys([*now, *was]) if was.get(name) != now.get(name)]
    sides = [{(*name, side[name]) for name in names if name in side} for side in (was, now)]
    words = _read_words(sides[0] | sides[1])
    for name in names:
        lines = [words.get((*name, side[name]), ()) if name in side else () for side in (was, now)]
        yield ComparedPart(_("Question"), f"{name[0]} {name[1]}", compare_lines(*lines))


def _numbers(quizzes: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    rows = [row for quiz in quizzes for row in quiz["items"]]
    return {(bank, code): number for bank, code, number, _sha256 in rows}


def _read_words(names: Iterable[VersionName]) -> dict[VersionName, tuple[str, ...]]:
    """The lines of versions by bank, code and number."""
    wanted = set(names)
    codes = Q(item__bank__code__in={name[0] for name in wanted})
    codes &= Q(item__code__in={name[1] for name in wanted})
    rows = ItemVersion.objects.filter(codes).values_list(
        "item__bank__code", "item__code", "number", "content"
    )
    return {
        (bank, code, number): tuple(_tell_content(content))
        for bank, code, number, content in rows
        if (bank, code, number) in wanted
    }


def _tell_content(value: Any) -> Iterator[str]:
    """The texts of a stored question in their order; right answers are marked."""
    if isinstance(value, str):
        if said := strip_tags(value).strip():
            yield said
    elif isinstance(value, list):
        for one in value:
            yield from _tell_content(one)
    elif isinstance(value, dict):
        told = {name: one for name, one in value.items() if name not in NOT_WORDS}
        found = [line for one in told.values() for line in _tell_content(one)]
        if value.get("correct") is True and found:
            found[0] = _("%(option)s (right)") % {"option": found[0]}
        yield from found

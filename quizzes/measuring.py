"""From attempts in the database to columns that `quizzes.analysis` reads, in one pass over the answers.

Who counts: people who have handed in and whose answers are all marked. People who write or review questions,
now or ever, and superusers are left out, because they know the answers. What counts: the marks as they are
now, regrades included. An answer whose question was dropped by a regrade is as good as never asked.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import FloatField, Q, QuerySet, TextChoices, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from quizzes.analysis import ItemColumn
from quizzes.content import Spec, kind_of, parse
from quizzes.kinds import KINDS
from quizzes.kinds.options import OptionsKind
from quizzes.kinds.true_false import TrueFalse
from quizzes.models import Attempt, ItemVersion, Quiz, Response

INSIDERS = (Role.AUTHOR, Role.REVIEWER)
CHUNK = 20_000
# Kinds whose answers are options, each chosen or not.
PICKED = frozenset(n for n, kind in KINDS.items() if isinstance(kind, OptionsKind | TrueFalse))
UNSCORED = frozenset(name for name, kind in KINDS.items() if not kind.scored)


class Tries(TextChoices):
    """Which of a person's tries count. The first is the honest one: nobody has seen the answers before."""

    FIRST = "first", _("First try of each person")
    BEST = "best", _("Best try of each person")
    LAST = "last", _("Last try of each person")
    ALL = "all", _("All tries")


@dataclass(frozen=True)
class Sat:
    """One attempt that counts. `percent` is 0-100."""

    pk: int
    person: int
    percent: float
    passed: bool
    locale: str


@dataclass(frozen=True)
class Measured:
    """What was asked and earned: a column per item version (or per item), an entry per attempt.

    `versions` names for each column the versions in it, the newest first; `slots` are the marks by place.
    """

    attempts: tuple[Sat, ...]
    columns: tuple[ItemColumn, ...]
    slots: tuple[Sequence[float], ...]
    versions: Mapping[str, tuple[ItemVersion, ...]]


@dataclass
class _Column:
    """One column while it is read. `codes` says which of `texts` each attempt answered."""

    marks: array[float]
    codes: array[int]
    versions: dict[int, None] = field(default_factory=dict)
    texts: dict[tuple[int, str], int] = field(default_factory=dict)
    worth: float = 0.0
    asked: int = 0


def measure(quiz: Quiz, *, tries: str = Tries.FIRST, joined: bool = False) -> Measured:
    """Read a quiz's answers. With `joined` all versions of an item are one column, else each has its own."""
    attempts = tuple(_chosen(_sat(quiz), tries))
    kinds = {pk: (item, kind) for pk, item, kind in _known_versions()}
    columns: dict[int, _Column] = {}
    slots: dict[int, array[float]] = {}
    asked: dict[int, int] = {}
    place = {attempt.pk: row for row, attempt in enumerate(attempts)}
    empty = array("d", [math.nan]) * len(attempts)
    no_code = array("l", [0]) * len(attempts)
    for pk, slot, version, mark, worth, answer in _answers(quiz):
        row = place.get(pk)
        if row is None:
            continue
        item, kind = kinds[version]
        asked[item] = asked.get(item, 0) + 1
        column = columns.get(item if joined else version)
        if column is None:
            column = columns[item if joined else version] = _Column(empty[:], no_code[:])
        column.versions[version] = None
        if kind in PICKED:
            column.codes[row] = column.texts.setdefault((version, answer), len(column.texts) + 1)
        value = _scaled(column, mark, worth, scored=kind not in UNSCORED)
        column.marks[row] = value
        if kind not in UNSCORED:
            slots.setdefault(slot, empty[:])[row] = value
    return _measured(attempts, columns, slots, asked, kinds)


def insiders() -> QuerySet[User]:
    """People who know the answers: authors, reviewers, now or ever, and superusers."""
    return User.objects.filter(Q(is_superuser=True) | Q(responsibilities__role__in=INSIDERS))


def submitted(quiz: Quiz) -> QuerySet[Attempt]:
    """The attempts at a quiz that may count, whoever's first or last they are."""
    attempts = Attempt.objects.filter(quiz=quiz, state=Attempt.State.SUBMITTED)
    return attempts.exclude(person__in=insiders())


def _sat(quiz: Quiz) -> Iterator[Sat]:
    rows = submitted(quiz).order_by("person_id", "number")
    fields = ("pk", "person_id", "percent", "passed", "locale")
    for pk, person, percent, passed, locale in rows.values_list(*fields).iterator(CHUNK):
        yield Sat(pk, person, float(percent), bool(passed), locale)


def _chosen(attempts: Iterable[Sat], tries: str) -> Iterable[Sat]:
    if tries == Tries.ALL:
        return attempts
    kept: dict[int, Sat] = {}
    for attempt in attempts:
        known = kept.get(attempt.person)
        better = known is None or tries == Tries.LAST
        if better or (tries == Tries.BEST and known and attempt.percent > known.percent):
            kept[attempt.person] = attempt
    return kept.values()


def _known_versions() -> Iterator[tuple[int, int, str]]:
    return ItemVersion.objects.order_by().values_list("pk", "item_id", "kind").iterator(CHUNK)


def _answers(quiz: Quiz) -> Iterator[tuple[int, int, int, float | None, float, str]]:
    """All answers to a quiz as plain values: floats instead of Decimals, the answer's JSON unread."""
    rows = Response.objects.filter(attempt__quiz=quiz, attempt__state=Attempt.State.SUBMITTED)
    return (
        rows.order_by()
        .annotate(
            points=Cast("mark", FloatField()),
            worth=Cast("max_mark", FloatField()),
            text=Cast("answer", TextField()),
        )
        .values_list("attempt_id", "slot", "version_id", "points", "worth", "text")
        .iterator(CHUNK)
    )


def _scaled(column: _Column, mark: float | None, worth: float, *, scored: bool) -> float:
    """Return the mark out of what the column's item is worth; NaN for one that is not marked or was dropped."""
    if not scored:
        return 0.0
    if mark is None or not worth:
        return math.nan
    column.worth = column.worth or worth
    return mark if worth == column.worth else mark * column.worth / worth


def _measured(
    attempts: tuple[Sat, ...],
    columns: Mapping[int, _Column],
    slots: Mapping[int, Sequence[float]],
    asked: Mapping[int, int],
    kinds: Mapping[int, tuple[int, str]],
) -> Measured:
    known = ItemVersion.objects.select_related("item__bank", "principle").in_bulk(
        [version for column in columns.values() for version in column.versions]
    )
    made, versions = [], {}
    for key, column in columns.items():
        mine = sorted((known[pk] for pk in column.versions), key=lambda v: -v.number)
        drawn = asked[mine[0].item_id] < len(attempts)
        made.append(_finished(str(key), column, mine, drawn=drawn))
        versions[str(key)] = tuple(mine)
    return Measured(attempts, tuple(made), tuple(slots[slot] for slot in sorted(slots)), versions)


def _finished(
    key: str, column: _Column, versions: Sequence[ItemVersion], *, drawn: bool
) -> ItemColumn:
    specs = {version.pk: parse(version.content) for version in versions}
    newest = specs[versions[0].pk]
    offered = _offered(newest) if newest.kind in PICKED else ()
    guess = kind_of(newest).guess(newest)
    return ItemColumn(
        id=key,
        max_mark=column.worth,
        marks=column.marks,
        picks=_picks(column, specs, [part.id for part in offered]),
        key=frozenset(part.id for part in offered if part.right),
        labels={part.id: part.text for part in offered},
        drawn=drawn,
        guess=None if guess is None else float(guess),
    )


def _offered(spec: Spec) -> tuple[Any, ...]:
    return kind_of(spec).reveal(spec, {}).parts


def _picks(
    column: _Column, specs: Mapping[int, Spec], options: Sequence[str]
) -> dict[str, bytearray]:
    """Return for each option a 1 per attempt that chose it. Each different answer is read once."""
    if not options:
        return {}
    chosen: list[frozenset[str]] = [frozenset()]
    for version, text in column.texts:
        spec = specs[version]
        parts = kind_of(spec).reveal(spec, json.loads(text) if text else {}).parts
        chosen.append(frozenset(part.id for part in parts if part.chosen))
    flags = {option: bytes(option in picked for picked in chosen) for option in options}
    return {
        option: bytearray(map(flag.__getitem__, column.codes)) for option, flag in flags.items()
    }

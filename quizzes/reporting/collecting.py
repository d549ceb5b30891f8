"""Turn the attempts of a quiz into the columns that the item analysis reads, in one pass over the answers.

Who counts: people who have handed in and whose answers are all marked. People who write or review questions,
now or ever, and superusers are left out, because they know the answers. What counts: the marks as they are
now, regrades included. An answer whose question was dropped by a regrade counts as not asked.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import FloatField, Q, QuerySet, TextChoices, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from items.kinds.content import kind_of, parse_content
from items.kinds.options import OptionsKind
from items.kinds.registry import KINDS
from items.kinds.spec import Spec
from items.kinds.true_false import TrueFalseKind
from items.models import ItemVersion
from ledger.statements import compile_query
from quizzes.models import Attempt, Quiz, Response
from quizzes.statistics.item_analysis import ItemColumn

INSIDERS = (Role.AUTHOR, Role.REVIEWER)
CHUNK = 20_000
# Kinds whose answers are options, each chosen or not.
PICKED = frozenset(n for n, kind in KINDS.items() if isinstance(kind, OptionsKind | TrueFalseKind))
UNSCORED = frozenset(name for name, kind in KINDS.items() if not kind.scored)


class CountedTries(TextChoices):
    """Which of a person's attempts count. In the first one nobody has seen the answers before."""

    FIRST = "first", _("First try of each person")
    BEST = "best", _("Best try of each person")
    LAST = "last", _("Last try of each person")
    ALL = "all", _("All tries")


@dataclass(frozen=True)
class CountedAttempt:
    """One attempt that counts. `percent` is 0-100 and exact: of two tries the better one counts."""

    pk: int
    person: int
    percent: float
    passed: bool
    locale: str


@dataclass(frozen=True)
class MeasuredQuiz:
    """The columns of a quiz: one per item version (or per item), each with an entry per attempt.

    `versions` names for each column the versions in it, the newest first; `slots` are the marks by place.
    """

    attempts: tuple[CountedAttempt, ...]
    columns: tuple[ItemColumn, ...]
    slots: tuple[Sequence[float], ...]
    versions: Mapping[str, tuple[ItemVersion, ...]]


@dataclass
class _Column:
    """One column while it is read. `codes` says which of `texts` each attempt answered."""

    marks: array[float]
    codes: array[int]
    texts: dict[tuple[int, str], int] = field(default_factory=dict)
    worth: float = 0.0


@dataclass(slots=True)
class _Version:
    """One item version while its answers are read: its column, and the codes of its own answers."""

    pk: int
    item: int
    picked: bool
    scored: bool
    column: _Column
    codes: dict[str, int] = field(default_factory=dict)
    asked: int = 0

    def code(self, answer: str) -> int:
        """Return the number of an answer in the column, from 1."""
        texts = self.column.texts
        return self.codes.setdefault(answer, texts.setdefault((self.pk, answer), len(texts) + 1))


def measure_quiz(
    quiz: Quiz, *, tries: str = CountedTries.FIRST, joined: bool = False
) -> MeasuredQuiz:
    """Read a quiz's answers. With `joined` all versions of an item are one column, else each has its own."""
    attempts = tuple(_chosen(_sat(quiz), tries))
    versions = _Versions(len(attempts), joined=joined)
    slots: dict[int, array[float]] = {}
    place = {attempt.pk: row for row, attempt in enumerate(attempts)}
    for pk, slot, version_pk, mark, worth, answer in _answers(quiz):
        row = place.get(pk)
        if row is None:
            continue
        version = versions[version_pk]
        column = version.column
        version.asked += 1
        if version.picked:
            column.codes[row] = version.codes.get(answer) or version.code(answer)
        if not version.scored:
            column.marks[row] = 0.0
        elif worth and mark is not None:
            if worth != column.worth:
                mark = _scaled(column, mark, worth)
            column.marks[row] = mark
            if slot not in slots:
                slots[slot] = versions.empty[:]
            slots[slot][row] = mark
    return _measured(attempts, versions, slots)


class _Versions(dict[int, _Version]):
    """The versions met so far, by row; a new one gets its column: its own, or with `joined` that of its item."""

    def __init__(self, attempts: int, *, joined: bool) -> None:
        super().__init__()
        self.empty = array("d", [math.nan]) * attempts
        self.no_code = array("l", [0]) * attempts
        self.columns: dict[int, _Column] = {}
        self._joined = joined
        known = ItemVersion.objects.values_list("pk", "item_id", "kind")
        self._known = {pk: (item, kind) for pk, item, kind in known.iterator(CHUNK)}

    def __missing__(self, pk: int) -> _Version:
        item, kind = self._known[pk]
        key = item if self._joined else pk
        if key not in self.columns:
            self.columns[key] = _Column(self.empty[:], self.no_code[:])
        made = _Version(pk, item, kind in PICKED, kind not in UNSCORED, self.columns[key])
        self[pk] = made
        return made


def find_insiders() -> QuerySet[User]:
    """People who know the answers: authors, reviewers, now or ever, and superusers."""
    return User.objects.filter(Q(is_superuser=True) | Q(responsibilities__role__in=INSIDERS))


def countable_attempts(quiz: Quiz) -> QuerySet[Attempt]:
    """The attempts at a quiz that may count, before `tries` picks the first or last of each person."""
    attempts = Attempt.objects.filter(quiz=quiz, state=Attempt.State.SUBMITTED)
    return attempts.exclude(person__in=find_insiders())


def _sat(quiz: Quiz) -> Iterator[CountedAttempt]:
    rows = countable_attempts(quiz).order_by("person_id", "number")
    fields = ("pk", "person_id", "score", "max_score", "passed", "locale")
    for pk, person, score, most, passed, locale in rows.values_list(*fields).iterator(CHUNK):
        share = 100 * float(score) / float(most) if most else 0.0
        yield CountedAttempt(pk, person, share, bool(passed), locale)


def _chosen(attempts: Iterable[CountedAttempt], tries: str) -> Iterable[CountedAttempt]:
    if tries == CountedTries.ALL:
        return attempts
    kept: dict[int, CountedAttempt] = {}
    for attempt in attempts:
        known = kept.get(attempt.person)
        better = known is None or tries == CountedTries.LAST
        if better or (tries == CountedTries.BEST and known and attempt.percent > known.percent):
            kept[attempt.person] = attempt
    return kept.values()


def _answers(quiz: Quiz) -> Iterator[tuple[int, int, int, float | None, float, str]]:
    """All answers to a quiz as plain values: floats instead of Decimals, the answer's JSON unread.

    Read with a cursor: there may be millions of rows, and a QuerySet takes as long per row as all other work.
    """
    rows = Response.objects.filter(attempt__quiz=quiz, attempt__state=Attempt.State.SUBMITTED)
    query = (
        rows.order_by()
        .annotate(
            points=Cast("mark", FloatField()),
            worth=Cast("max_mark", FloatField()),
            text=Cast("answer", TextField()),
        )
        .values_list("attempt_id", "slot", "version_id", "points", "worth", "text")
        .query
    )
    compiled = compile_query(query, connection.alias)
    if compiled is None:
        return
    _compiler, statement, values = compiled
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _scaled(column: _Column, mark: float, worth: float) -> float:
    """Return the mark scaled to the maximum of the column, which is that of its first mark."""
    if not column.worth:
        column.worth = worth
    return mark * column.worth / worth if worth != column.worth else mark


def _measured(
    attempts: tuple[CountedAttempt, ...], versions: _Versions, slots: Mapping[int, Sequence[float]]
) -> MeasuredQuiz:
    rows = ItemVersion.objects.select_related("item__bank", "principle").in_bulk(list(versions))
    asked: dict[int, int] = {}
    mine: dict[int, list[ItemVersion]] = {}
    for version in versions.values():
        asked[version.item] = asked.get(version.item, 0) + version.asked
        mine.setdefault(id(version.column), []).append(rows[version.pk])
    made, known = [], {}
    for key, column in versions.columns.items():
        newest_first = sorted(mine[id(column)], key=lambda row: -row.number)
        drawn = asked[newest_first[0].item_id] < len(attempts)
        made.append(_finished(str(key), column, newest_first, drawn=drawn))
        known[str(key)] = tuple(newest_first)
    return MeasuredQuiz(attempts, tuple(made), tuple(slots[slot] for slot in sorted(slots)), known)


def _finished(
    key: str, column: _Column, versions: Sequence[ItemVersion], *, drawn: bool
) -> ItemColumn:
    specs = {version.pk: parse_content(version.content) for version in versions}
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

"""The statistics of each quiz, counted at most every quarter of an hour and kept in the cache.

A report is counted anew as soon as an attempt is handed in or voided, a reviewer marks the last answer of one,
or something is regraded: the number of attempts and the newest regrade are part of its name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

from django.core.cache import cache
from django.db.models import Count, Max

from items.models import ItemVersion
from items.sentences import plain_text
from quizzes.models import Attempt, Quiz, Regrade
from quizzes.reporting.collecting import CountedTries, countable_attempts, measure_quiz
from quizzes.statistics.item_analysis import LEAST_ATTEMPTS, ItemColumn, analyse_quiz
from quizzes.statistics.results import ItemStatistics, QuizAnalysis

KEPT = 15 * 60
# A big quiz is counted at night or when somebody opens its statistics, not while somebody waits for a list.
MOST_AT_ONCE = 2_000
KEPT_LONG = 7 * 24 * 60 * 60
BINS = 10
# Codes of advice that an author may ignore; every other code is serious.
HARMLESS = frozenset({"too_few", "too_easy", "unused_option"})
EDITION = 2


@dataclass(frozen=True)
class LanguageFacility:
    """An item in one language: how many were asked it and which fraction they earned."""

    locale: str
    attempts: int
    facility: float | None


@dataclass(frozen=True)
class AnalysedQuestion:
    """The item of a column, in one version (`version` is its primary key) or in several joined."""

    id: str
    version: int
    item: int
    numbers: tuple[int, ...]
    bank: str
    code: str
    kind: str
    stem: str
    principle: str
    drawn: bool
    scored: bool
    tongues: tuple[LanguageFacility, ...]


@dataclass(frozen=True)
class QuizReport:
    """The statistics of one quiz. `histogram` is how many scored 0-9, 10-19 … 90-100 percent."""

    quiz: int
    tries: str
    joined: bool
    counted_at: datetime
    analysis: QuizAnalysis
    questions: Mapping[str, AnalysedQuestion]
    histogram: tuple[int, ...]
    passed: int
    least: int = LEAST_ATTEMPTS

    @property
    def lacks_reliability(self) -> bool:
        """Whether there are tries enough, and still no reliability can be told."""
        return self.analysis.quiz.enough and self.analysis.quiz.cic is None

    def rows(self) -> list[tuple[AnalysedQuestion, ItemStatistics]]:
        """Return every item with its numbers, by bank, code and version."""
        pairs = [(self.questions[item.id], item) for item in self.analysis.items]
        return sorted(pairs, key=lambda pair: (pair[0].bank, pair[0].code, pair[0].numbers))

    def worth_a_look(self) -> list[tuple[AnalysedQuestion, ItemStatistics]]:
        """Return the items that have serious advice, most of it first."""
        found = [pair for pair in self.rows() if needs_a_look(pair[1])]
        return sorted(found, key=lambda pair: -len(serious_advice(pair[1])))


def serious_advice(item: ItemStatistics) -> list[str]:
    """The codes of the serious advice about an item."""
    return [advice.code for advice in item.advice if advice.code not in HARMLESS]


def needs_a_look(item: ItemStatistics) -> bool:
    """Whether somebody should look at this item."""
    return bool(serious_advice(item))


def get_report(
    quiz: Quiz, *, at: datetime, tries: str = CountedTries.FIRST, joined: bool = False
) -> QuizReport:
    """The statistics of a quiz as of now, from the cache if nothing has happened since."""
    happened = _happened(quiz)
    name = f"quiz-report:{EDITION}:{quiz.pk}:{tries}:{int(joined)}:{happened}"
    found: QuizReport | None = cache.get(name)
    if found is None:
        found = count_quiz(quiz, at=at, tries=tries, joined=joined)
        cache.set(name, found, KEPT)
    if tries == CountedTries.FIRST and not joined:
        _keep_for_lists(found, happened)
    return found


def get_reports(quizzes: Iterable[Quiz], *, at: datetime) -> dict[int, QuizReport]:
    """The statistics of several quizzes, first attempts only, for lists: one cache read.

    Missing reports of small quizzes are counted now. Reports may be a quarter of an hour old; those of a big
    quiz are from last night (`recount_stale_quizzes`) or from when somebody last opened its statistics.
    """
    names = {_list_name(quiz.pk): quiz for quiz in quizzes}
    found = {names[name].pk: kept for name, (_then, kept) in cache.get_many(list(names)).items()}
    missing = [quiz for quiz in names.values() if quiz.pk not in found]
    for quiz in _small(missing):
        found[quiz.pk] = count_quiz(quiz, at=at)
        _keep_for_lists(found[quiz.pk], "")
    return found


def find_stale_quizzes() -> list[Quiz]:
    """The big quizzes whose figures in lists are older than their newest attempt."""
    quizzes = list(Quiz.objects.order_by("pk"))
    small = {quiz.pk for quiz in _small(quizzes)}
    return [quiz for quiz in quizzes if quiz.pk not in small and not _is_new(quiz)]


def recount_stale_quizzes(*, at: datetime) -> int:
    """Count the stale big quizzes anew, for lists; returns how many. Meant for the night."""
    old = find_stale_quizzes()
    for quiz in old:
        happened = _happened(quiz)
        _keep_for_lists(count_quiz(quiz, at=at), happened)
    return len(old)


def newest_item_statistics(
    known: Iterable[QuizReport],
) -> dict[int, tuple[QuizReport, ItemStatistics]]:
    """For each item (by row) its newest version's numbers, from the quiz that asked it most."""
    found: dict[int, tuple[QuizReport, ItemStatistics]] = {}
    for each in known:
        for question, item in each.rows():
            best = found.get(question.item)
            if best is None or _rank(question, item) > _rank(
                best[0].questions[best[1].id], best[1]
            ):
                found[question.item] = (each, item)
    return found


def count_quiz(
    quiz: Quiz, *, at: datetime, tries: str = CountedTries.FIRST, joined: bool = False
) -> QuizReport:
    """Count a quiz from its attempts, whatever the cache holds."""
    measured = measure_quiz(quiz, tries=tries, joined=joined)
    masks = _masks([attempt.locale for attempt in measured.attempts])
    return QuizReport(
        quiz=quiz.pk,
        tries=str(tries),
        joined=joined,
        counted_at=at,
        analysis=analyse_quiz(measured.columns, slots=measured.slots),
        questions={
            column.id: _question(column, measured.versions[column.id], masks)
            for column in measured.columns
        },
        histogram=_histogram([attempt.percent for attempt in measured.attempts]),
        passed=sum(attempt.passed for attempt in measured.attempts),
    )


def _rank(question: AnalysedQuestion, item: ItemStatistics) -> tuple[int, int]:
    return question.numbers[0], item.attempts


def _happened(quiz: Quiz) -> str:
    handed_in = countable_attempts(quiz).count()
    regrade = Regrade.objects.aggregate(newest=Max("pk"))["newest"]
    return f"{handed_in}:{regrade or 0}"


def _is_new(quiz: Quiz) -> bool:
    then, _kept = cache.get(_list_name(quiz.pk), ("", None))
    return bool(then == _happened(quiz))


def _list_name(quiz: int) -> str:
    return f"quiz-report:{EDITION}:{quiz}:list"


def _keep_for_lists(found: QuizReport, happened: str) -> None:
    """`happened` is the state of the quiz (see `_happened`) before the count, '' where it is not needed."""
    small = found.analysis.quiz.attempts <= MOST_AT_ONCE
    cache.set(_list_name(found.quiz), (happened, found), KEPT if small else KEPT_LONG)


def _small(quizzes: Sequence[Quiz]) -> list[Quiz]:
    if not quizzes:
        return []
    rows = Attempt.objects.filter(quiz__in=quizzes, state=Attempt.State.SUBMITTED)
    counts = dict(rows.values_list("quiz").annotate(Count("pk")))
    return [quiz for quiz in quizzes if counts.get(quiz.pk, 0) <= MOST_AT_ONCE]


def _histogram(percents: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * BINS
    for percent in percents:
        counts[min(int(percent * BINS / 100), BINS - 1)] += 1
    return tuple(counts)


def _question(
    column: ItemColumn, versions: Sequence[ItemVersion], masks: Mapping[str, bytearray]
) -> AnalysedQuestion:
    newest = versions[0]
    return AnalysedQuestion(
        id=column.id,
        version=newest.pk,
        item=newest.item_id,
        numbers=tuple(version.number for version in versions),
        bank=newest.item.bank.code,
        code=newest.item.code,
        kind=newest.kind,
        stem=plain_text(newest.content["stem"]),
        principle=newest.principle.code if newest.principle else "",
        drawn=column.drawn,
        scored=bool(column.max_mark),
        tongues=_tongues(column, masks),
    )


def _masks(locales: Sequence[str]) -> dict[str, bytearray]:
    """Return by language a 1 for each attempt in it; empty with fewer than two languages."""
    different = sorted(set(locales))
    if len(different) < 2:
        return {}
    return {each: bytearray(locale == each for locale in locales) for each in different}


def _tongues(column: ItemColumn, masks: Mapping[str, bytearray]) -> tuple[LanguageFacility, ...]:
    found = []
    for locale, mask in masks.items():
        marks = [mark for mark in compress(column.marks, mask) if not math.isnan(mark)]
        worth = len(marks) * column.max_mark
        found.append(
            LanguageFacility(locale, len(marks), math.fsum(marks) / worth if worth else None)
        )
    asked = [tongue for tongue in found if tongue.attempts]
    return tuple(asked) if len(asked) > 1 else ()

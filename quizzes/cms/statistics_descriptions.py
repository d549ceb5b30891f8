"""Every number of a quiz and of an item with its name, its interval, and what it means in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from items.sentences import translate
from quizzes.cms.tables import COUNT, NUMBER, PERCENT, SHARE, format_cell, format_interval
from quizzes.statistics.results import ItemStatistics, QuizStatistics


@dataclass(frozen=True)
class StatisticDescription:
    """The label and meaning of one statistic. `field` and `interval` name attributes of the record."""

    field: str
    name: Any
    unit: str
    meaning: Any
    interval: str = ""


QUIZ_STATISTICS = (
    StatisticDescription(
        "attempts", _("Tries counted"), COUNT, _("Handed in and marked; voided ones left out.")
    ),
    StatisticDescription(
        "mean", _("Mean, points"), NUMBER, _("What people earn on average."), "mean_interval"
    ),
    StatisticDescription(
        "median", _("Median, points"), NUMBER, _("Half of the tries earn less, half earn more.")
    ),
    StatisticDescription(
        "sd", _("Standard deviation, points"), NUMBER, _("How far apart the scores are.")
    ),
    StatisticDescription(
        "cic",
        _("Reliability (Cronbach's alpha), of 100"),
        PERCENT,
        _("How well the questions agree about who is strong. 70 is usual, 90 is high."),
        "cic_interval",
    ),
    StatisticDescription(
        "error_ratio",
        _("Error ratio, %"),
        PERCENT,
        _("How much of the spread between scores is chance. Under 50 is good."),
    ),
    StatisticDescription(
        "standard_error",
        _("Standard error, points"),
        NUMBER,
        _("Two people of the same skill may differ by about this much by chance."),
    ),
    StatisticDescription(
        "skewness",
        _("Skewness"),
        NUMBER,
        _("Below 0: most score high and a few far lower. Above 0: the other way round."),
    ),
    StatisticDescription(
        "kurtosis",
        _("Kurtosis"),
        NUMBER,
        _("Above 0: many scores are close to the middle, and a few are far away."),
    ),
)

ITEM_STATISTICS = (
    StatisticDescription(
        "attempts", _("Asked"), COUNT, _("How many of the tries counted were asked it.")
    ),
    StatisticDescription(
        "facility", _("Facility"), SHARE, _("The part of the points that people earn."), "interval"
    ),
    StatisticDescription(
        "random_guess_score",
        _("By guessing"),
        SHARE,
        _("What blind guessing would earn on average."),
    ),
    StatisticDescription(
        "sd", _("Standard deviation, points"), NUMBER, _("How far apart the marks are.")
    ),
    StatisticDescription(
        "discrimination_index",
        _("Discrimination, −100 to 100"),
        PERCENT,
        _(
            "Whether people who do well on the rest do well here. 30 and more is good, below 0 is a fault."
        ),
        "discrimination_interval",
    ),
    StatisticDescription(
        "discriminative_efficiency",
        _("Discriminative efficiency, %"),
        PERCENT,
        _("Discrimination as a part of what is possible with these marks."),
    ),
    StatisticDescription(
        "effective_weight",
        _("Effective weight, %"),
        PERCENT,
        _("How much of the spread between scores comes from this question."),
    ),
)


def describe_statistics(
    record: QuizStatistics | ItemStatistics, figures: Sequence[StatisticDescription]
) -> list[dict[str, Any]]:
    """Rows for a page: name, number, interval, meaning; "–" for what is not defined."""
    rows = []
    for figure in figures:
        value = getattr(record, figure.field)
        interval = getattr(record, figure.interval) if figure.interval else None
        rows.append(
            {
                "name": figure.name,
                "value": format_cell(value, figure.unit),
                "interval": format_interval(interval, figure.unit) if interval else "",
                "meaning": figure.meaning,
            }
        )
    return rows


def advice_sentences(record: QuizStatistics | ItemStatistics) -> list[str]:
    """The sentences of advice in the reader's language."""
    return [translate(each.phrase) for each in record.advice]

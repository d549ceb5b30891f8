"""What an analysis tells: plain records, where None always means "not defined".

Names follow Moodle's statistics report, so that authors who know it find their way.
"""

from __future__ import annotations

from dataclasses import dataclass

from items.phrases import Phrase


@dataclass(frozen=True)
class Advice:
    """One thing to do about an item or a quiz; `code` is stable, `phrase` is for people."""

    code: str
    phrase: Phrase


@dataclass(frozen=True)
class OptionStatistics:
    """How often an option was chosen, and whether stronger people chose it.

    `share` is 0-1 of those asked. `point_biserial` is in [−1, 1]: above 0, those who
    chose it scored more on the whole quiz than those who did not.
    """

    id: str
    label: str
    right: bool
    chosen: int
    share: float
    point_biserial: float | None


@dataclass(frozen=True)
class ItemStatistics:
    """One item. `facility`, its interval and bands are 0-1, `sd` is in points, the rest percent.

    `discrimination_interval` is Fisher's 95 % interval of `discrimination_index`.
    `interval` is Wilson's 95 % interval (JASA 22, 1927). It is exact in form for right or
    wrong; for partial credit it errs on the wide side, because marks between 0 and 1 vary
    at most as much as right-or-wrong ones with the same mean. `bands` are the mean
    facilities of the bottom, middle and top scorers.
    """

    id: str
    attempts: int
    enough: bool
    facility: float | None
    interval: tuple[float, float] | None
    random_guess_score: float | None = None
    sd: float | None = None
    discrimination_index: float | None = None
    discrimination_interval: tuple[float, float] | None = None
    discriminative_efficiency: float | None = None
    effective_weight: float | None = None
    negative_covariance: bool = False
    bands: tuple[float | None, float | None, float | None] = (None, None, None)
    options: tuple[OptionStatistics, ...] = ()
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class QuizStatistics:
    """The whole quiz. `cic` is Cronbach's alpha × 100; `error_ratio` percent.

    `mean`, `median`, `sd` and `standard_error` are in points. The intervals are 95 %:
    `mean_interval` in points, `cic_interval` (Feldt) in percent.
    """

    attempts: int
    enough: bool
    mean: float | None
    median: float | None
    mean_interval: tuple[float, float] | None = None
    sd: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    cic: float | None = None
    cic_interval: tuple[float, float] | None = None
    error_ratio: float | None = None
    standard_error: float | None = None
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class QuizAnalysis:
    """A quiz and its items, in the order given."""

    quiz: QuizStatistics
    items: tuple[ItemStatistics, ...]

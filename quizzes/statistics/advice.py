"""Statistics in plain words: what an author should look at, and why.

Advice is given only when chance is an unlikely cause: a correlation must pass
|r| · √S > 1.96 (about 5 %); facility, discrimination and reliability must lie beyond the
mark with their whole interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from items.phrases import Phrase, counted_phrase, gettext_noop, ngettext_noop
from quizzes.statistics.results import Advice, ItemStatistics, OptionStatistics, QuizStatistics

TOO_EASY, TOO_HARD = 0.9, 0.3
WEAK_DISCRIMINATION = 20.0
TEMPTING, UNUSED = 0.05, 0.02
RELIABLE = 70.0
CHANCE = 1.96


def advise_too_few(attempts: int, least: int) -> Advice:
    """Return the advice to wait: fewer than `least` attempts say nothing reliable."""
    return Advice(
        "too_few",
        counted_phrase(
            ngettext_noop(
                "%(attempts)s try so far. Wait for %(least)s before you judge.",
                "%(attempts)s tries so far. Wait for %(least)s before you judge.",
            ),
            attempts,
            {"attempts": attempts, "least": least},
        ),
    )


def advise_on_item(item: ItemStatistics) -> tuple[Advice, ...]:
    """Return the advice about an item, the most serious first."""
    return (
        *_on_options(item),
        *_on_discrimination(item),
        *_on_facility(item),
        *_on_unused(item),
    )


def advise_on_quiz(quiz: QuizStatistics) -> tuple[Advice, ...]:
    """Return the advice about the quiz as a whole."""
    if quiz.cic is None or _highest(quiz.cic, quiz.cic_interval) >= RELIABLE:
        return ()
    if _highest(quiz.cic, quiz.cic_interval) < 0:
        words = gettext_noop(
            "The questions contradict one another: people who get one right tend to get "
            "others wrong. Look at the questions with advice first."
        )
        return (Advice("contradictory", Phrase(words)),)
    words = gettext_noop(
        "Reliability is %(cic)s of 100, and 70 is usual. Add questions, or mend the ones "
        "with advice."
    )
    return (Advice("unreliable", Phrase(words, {"cic": round(quiz.cic)})),)


def _on_options(item: ItemStatistics) -> Iterator[Advice]:
    for option in item.options:
        if option.right and _beyond_chance(option, item) < 0:
            words = gettext_noop(
                "Strong people avoid “%(option)s”, the right answer: check the key."
            )
            yield Advice("strong_avoid_right", Phrase(words, {"option": option.label}))
        tempting = not option.right and option.share >= TEMPTING
        if tempting and _beyond_chance(option, item) > 0:
            words = gettext_noop("Strong people choose “%(option)s”: check the key.")
            yield Advice("strong_choose_wrong", Phrase(words, {"option": option.label}))


def _beyond_chance(option: OptionStatistics, item: ItemStatistics) -> int:
    """Return the sign of an option's correlation with the score, 0 where chance explains it."""
    r = option.point_biserial or 0.0
    return (r > 0) - (r < 0) if abs(r) * math.sqrt(item.attempts) > CHANCE else 0


def _on_discrimination(item: ItemStatistics) -> Iterator[Advice]:
    index = item.discrimination_index
    if index is None:
        return
    if index * math.sqrt(item.attempts) < -100 * CHANCE:
        words = gettext_noop(
            "People who do well elsewhere do worse here. Check the key, then the words."
        )
        yield Advice("discriminates_backwards", Phrase(words))
    elif _highest(index, item.discrimination_interval) < WEAK_DISCRIMINATION:
        words = gettext_noop(
            "This question hardly tells strong people from others. Make it less obvious, "
            "or clearer."
        )
        yield Advice("discriminates_weakly", Phrase(words))


def _highest(value: float, interval: tuple[float, float] | None) -> float:
    """Return the upper end of the interval of a number, or the number where it has none."""
    return interval[1] if interval else value


def _on_facility(item: ItemStatistics) -> Iterator[Advice]:
    if item.interval is None or item.facility is None:
        return
    low, high = item.interval
    told = {"facility": round(100 * item.facility)}
    if high < (item.random_guess_score or 0.0):
        words = gettext_noop(
            "People earn %(facility)s%% here, less than by guessing. Check the key."
        )
        yield Advice("below_guessing", Phrase(words, told))
    elif high < TOO_HARD:
        words = gettext_noop(
            "People earn %(facility)s%% here. Check that the lesson teaches it and that "
            "the words are clear."
        )
        yield Advice("too_hard", Phrase(words, told))
    elif low > TOO_EASY:
        words = gettext_noop(
            "People earn %(facility)s%% here. Keep it only if everybody must know it."
        )
        yield Advice("too_easy", Phrase(words, told))


def _on_unused(item: ItemStatistics) -> Iterator[Advice]:
    for option in item.options:
        if not option.right and option.share < UNUSED:
            words = gettext_noop(
                "Hardly anybody chooses “%(option)s”. Make it more tempting or take it out."
            )
            yield Advice("unused_option", Phrase(words, {"option": option.label}))

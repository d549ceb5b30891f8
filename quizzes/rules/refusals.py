"""Why an attempt may not start, in words: each with the next step and where it leads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from items.phrases import Phrase, gettext_noop
from quizzes.rules.attempt_limits import AttemptsLeft, PastAttempt

RefusalCode = Literal[
    "not_ready",
    "open_attempt",
    "marking",
    "passed",
    "answered",
    "closed",
    "not_open_yet",
    "not_started",
    "lessons_left",
    "recaps_left",
    "no_tries_left",
    "closes_first",
    "cool_down",
]


@dataclass(frozen=True)
class StartRefusal:
    """Why not, and the next step. `when` fills `%(when)s` in the words. `target` says where the step leads:

    course, lesson (at `path` in the page tree), attempt, result or recap (`path` is the attempt's uuid),
    later (the obstacle passes by itself), wait (it passes by itself, but a manager or an author can shorten it),
    ask (only the manager can help) or team (only the global social team can help).
    """

    code: RefusalCode
    phrase: Phrase
    remedy: Phrase
    target: str
    when: datetime | None = None
    path: str = ""


def not_ready() -> StartRefusal:
    return StartRefusal(
        "not_ready",
        Phrase(gettext_noop("This quiz is not open yet.")),
        Phrase(gettext_noop("Read the lessons meanwhile")),
        "course",
    )


def attempt_open(opened: PastAttempt) -> StartRefusal:
    return StartRefusal(
        "open_attempt",
        Phrase(gettext_noop("You have started try %(number)s."), {"number": opened.number}),
        Phrase(gettext_noop("Continue where you stopped")),
        "attempt",
        path=opened.uuid,
    )


def waits_for_a_reviewer(handed_in: PastAttempt) -> StartRefusal:
    return StartRefusal(
        "marking",
        Phrase(
            gettext_noop("A reviewer is reading try %(number)s, handed in on %(when)s."),
            {"number": handed_in.number},
        ),
        Phrase(gettext_noop("See where it stands")),
        "result",
        when=handed_in.submitted_at,
        path=handed_in.uuid,
    )


def already_passed(best: PastAttempt, *, with_score: bool) -> StartRefusal:
    """The refusal for a passed quiz; `with_score`: the score may be told as well."""
    return StartRefusal(
        "passed",
        Phrase(
            gettext_noop("You passed on %(when)s with %(percent)s%%."), {"percent": best.percent}
        )
        if with_score
        else Phrase(gettext_noop("You passed on %(when)s.")),
        Phrase(gettext_noop("Read your result")),
        "result",
        when=best.submitted_at,
        path=best.uuid,
    )


def already_answered(handed_in: PastAttempt) -> StartRefusal:
    return StartRefusal(
        "answered",
        Phrase(gettext_noop("You answered on %(when)s. Thank you.")),
        Phrase(gettext_noop("Read your answers")),
        "result",
        when=handed_in.submitted_at,
        path=handed_in.uuid,
    )


def quiz_closed(when: datetime) -> StartRefusal:
    return StartRefusal(
        "closed",
        Phrase(gettext_noop("This quiz closed on %(when)s.")),
        Phrase(gettext_noop("Ask the global social team")),
        "team",
        when=when,
    )


def opens_later(when: datetime, *, has_course: bool) -> StartRefusal:
    return StartRefusal(
        "not_open_yet",
        Phrase(gettext_noop("This quiz opens on %(when)s.")),
        Phrase(gettext_noop("Read the lessons meanwhile"))
        if has_course
        else Phrase(gettext_noop("Come back then")),
        "course" if has_course else "later",
        when=when,
    )


def course_not_started() -> StartRefusal:
    return StartRefusal(
        "not_started",
        Phrase(gettext_noop("The quiz opens when you have read the lessons.")),
        Phrase(gettext_noop("Start the course")),
        "course",
    )


def lessons_left(left: int, lesson: str, path: str) -> StartRefusal:
    return StartRefusal(
        "lessons_left",
        Phrase(gettext_noop("Lessons still to read: %(left)s."), {"left": left}),
        Phrase(gettext_noop("Continue with “%(lesson)s”"), {"lesson": lesson}),
        "lesson",
        path=path,
    )


def recaps_left(left: int, attempt: str) -> StartRefusal:
    return StartRefusal(
        "recaps_left",
        Phrase(gettext_noop("Recaps to read before your next try: %(left)s."), {"left": left}),
        Phrase(gettext_noop("Read the recaps")),
        "recap",
        path=attempt,
    )


def no_try_now(tries: AttemptsLeft, closes: datetime | None) -> StartRefusal | None:
    """The refusal for used-up attempts or a cool-down, with the moment when it ends by itself, if it does."""
    if not tries.used_up and not tries.cooling:
        return None
    if tries.next_at is None:
        return _ask("no_tries_left", gettext_noop("You have used all your tries."))
    if closes and tries.next_at >= closes:
        words = gettext_noop("The quiz closes on %(when)s, before your next try would open.")
        return _ask("closes_first", words, when=closes)
    if tries.used_up:
        return StartRefusal(
            "no_tries_left",
            Phrase(gettext_noop("You have used all your tries. Your next try opens on %(when)s.")),
            Phrase(gettext_noop("Read the recaps until then")),
            "wait",
            when=tries.next_at,
        )
    return StartRefusal(
        "cool_down",
        Phrase(
            gettext_noop("After a failed try there is a pause. Your next one opens on %(when)s.")
        ),
        Phrase(gettext_noop("Read the recaps until then")),
        "wait",
        when=tries.next_at,
    )


def _ask(code: RefusalCode, words: str, when: datetime | None = None) -> StartRefusal:
    remedy = gettext_noop("Ask your manager for another try.")
    return StartRefusal(code, Phrase(words), Phrase(remedy), "ask", when=when)

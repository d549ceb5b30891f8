"""Where a person goes on in the courses they have begun: the lesson, the open question, the recaps, the next try.

The rows come with the one query of `/me/`; outlines are remembered for a minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from channels.facts.fact_rows import FactRow, FactRows, rows_of_kind
from channels.facts.stored_values import parse_stored_instant
from courses import outlines, rules
from courses.models import Assignment, Enrolment, StepCompletion
from courses.pages.due_days import DueDay, tell_due_day
from courses.pages.openings import openings_of
from courses.pages.routing import page_address
from courses.progress import course_states, enrolments, updates
from home.open_tries import (
    TRY_COLUMNS,
    RunningTry,
    read_json,
    read_running_try,
    read_try,
    with_open_question,
)
from quizzes.attempts.recaps import codes_behind_failure
from quizzes.models import Attempt, Quiz, Recap, Response, Unlock
from quizzes.rules import settings
from quizzes.rules.attempt_limits import GivenTries
from quizzes.rules.eligibility import QuizFacts, judge_eligibility, newest_failed_attempt
from quizzes.rules.refusals import StartRefusal
from quizzes.screens.refusal_words import refusal_message


@dataclass(frozen=True, slots=True)
class LearningPlace:
    """Where somebody goes on in a course: a sentence, the label of the button and its exact address.

    `codes`: of the certificates that the course earns; `catching_up`: only what has changed in it is asked.
    """

    course_id: int
    title: str
    text: str
    deed: str
    href: str
    due_on: date | None = None
    due: DueDay | None = None
    required: bool = False
    codes: frozenset[str] = frozenset()
    begun: bool = False
    catching_up: bool = False

    def is_waived(self, exempt: Container[str]) -> bool:
        """Whether nobody asks for it: not begun, and the person is exempt from every certificate that it earns."""
        earned = [one.code for one in openings_of(self.course_id)]
        return bool(earned) and not self.begun and all(code in exempt for code in earned)


def learning_queries(person: User, at: datetime) -> list[QuerySet[Any]]:
    """The queries for `read_fact_rows`: what the person has begun or has to begin, and how far they are."""
    enrolled = Enrolment.objects.current(at).filter(person=person)
    opened = enrolled.annotate(is_open=course_states.is_open_to(person.pk, "course"))
    assigned = Assignment.objects.current(at).filter(person=person)
    begun = enrolled.values("course")
    attempts = Attempt.objects.filter(person=person, quiz__course__in=begun)
    asked = with_open_question(attempts)
    failed = {"attempt__in": attempts.filter(state="submitted", passed=False)}
    missed = Response.objects.filter(version__critical=True, **failed)
    return [
        rows_of_kind(
            "begun",
            opened,
            *("started_at", "is_open"),
            course="course_id",
            title="course__title",
            code="course__requirements__certification__code",
            source="source",
        ),
        rows_of_kind("assignment", assigned, "due_on", course="course_id", title="course__title"),
        rows_of_kind(
            "step", StepCompletion.objects.filter(person=person, course__in=begun), *_STEP
        ),
        rows_of_kind("quiz", Quiz.objects.filter(course__in=begun), "key", "rules", "course_id"),
        rows_of_kind("attempt", asked, *TRY_COLUMNS, "result", rules="snapshot__rules"),
        rows_of_kind("unlock", Unlock.objects.filter(person=person), "quiz_id", "at", "tries"),
        rows_of_kind("recap", Recap.objects.filter(**failed), "attempt_id", code="principle__code"),
        rows_of_kind("missed", missed, "attempt_id", "slot", code="version__principle__code"),
    ]


_STEP = ("step", "completed_at")


def find_places(
    person: User, found: FactRows, at: datetime, request: HttpRequest
) -> list[LearningPlace]:
    """Each course that is under way or asked for, once, with the exact place to go on."""
    due = {row["course"]: row for row in found["assignment"]}
    begun: dict[int, list[FactRow]] = defaultdict(list)
    for row in found["begun"]:
        begun[row["course"]].append(row)
    reader = _PlaceReader(person, found, at, request)
    titles = {course: rows[0]["title"] for course, rows in begun.items()}
    titles |= {course: row["title"] for course, row in due.items()}
    return [
        _placed(reader, course, title, begun.get(course, []), due.get(course))
        for course, title in titles.items()
    ]


def find_codes_under_way(found: FactRows) -> set[str]:
    """The codes of the certifications that the person is learning for: catching up earns none anew."""
    begun = (row for row in found["begun"] if row["source"] != enrolments.UPDATE)
    return {row["code"] for row in begun if row["code"]}


def _placed(
    reader: _PlaceReader, course: int, title: str, begun: list[FactRow], due: FactRow | None
) -> LearningPlace:
    text, deed, href = reader.read(course, begun[0] if begun else None)
    due_on = date.fromisoformat(due["due_on"]) if due and due["due_on"] else None
    return LearningPlace(
        *(course, title, text, deed, href),
        due_on=due_on,
        due=tell_due_day(due_on, course, reader.at) if due_on else None,
        required=due is not None,
        codes=frozenset(one.code for one in openings_of(course)),
        begun=bool(begun),
        catching_up=any(row["source"] == enrolments.UPDATE for row in begun),
    )


Place = tuple[str, str, str]


def _go_on(opened: list[RunningTry]) -> Place | None:
    """To the first of the tries, if there is one."""
    for one in opened:
        return one.text, one.deed, one.href
    return None


def _tell_unpublished(*, begun: bool) -> Place:
    """In a course without a published page; the list of courses shows what there is."""
    text = _("This course is not published at the moment, so nobody can start it.")
    if begun:
        text = _("This course is not published at the moment. What you have done in it is kept.")
    return text, _("Go to your courses"), reverse("page", args=["courses/"])


def _tell_empty(here: str, *, begun: bool) -> Place:
    """In a course whose page is published, and nothing below it."""
    text = _("This course has no lessons at the moment, so there is nothing to start.")
    if begun:
        text = _("This course has no lessons at the moment. What you have done in it is kept.")
    return text, _("Go to the course"), here


class _PlaceReader:
    """Finds the place in one course after another, from rows that were fetched together."""

    def __init__(self, person: User, found: FactRows, at: datetime, request: HttpRequest) -> None:
        self.person, self.found, self.at, self.request = person, found, at, request
        self.read_steps = {
            UUID(row["step"]): parse_stored_instant(row["completed_at"]) for row in found["step"]
        }

    def read(self, course: int, begun: FactRow | None) -> Place:
        """The sentence, the deed and the address for one course, whose round that is under way is `begun`, if any."""
        published = outlines.outline_for_reader(course)
        if published is None:
            return _tell_unpublished(begun=begun is not None)
        outline = published.outline
        here = self._address(outline, published.language)
        if not (outline.lessons or outline.after):
            return _tell_empty(here, begun=begun is not None)
        if begun is None:
            return "", _("Start the course"), here
        since, progress = parse_stored_instant(begun["started_at"]), self._fold(outline, begun)
        opened = self._open_tries(course)
        certifying = [one for one in opened if one.rules.certifies]
        return (
            _go_on(certifying)
            or self._in_a_lesson(progress, published.language)
            or self._at_the_quiz(course, since, published, opened, told=progress.read_all)
            or _go_on(opened)
            or (_("You have read every lesson."), _("Go to the course"), here)
        )

    def _fold(self, outline: rules.Outline, begun: FactRow) -> rules.Progress:
        """How far they are in this round. Of somebody who catches up some queries more."""
        update = None
        if begun["source"] == enrolments.UPDATE:
            update = updates.find_update(self.person, outline.course_id, self.at)
        return rules.fold_progress(
            outline,
            self.read_steps,
            completed=bool(begun["is_open"]),
            under_way=True,
            asked=update.numbers if update else None,
        )

    def _address(self, place: Any, language: str) -> str:
        return page_address(self.request, place.url_path, language=language)

    def _open_tries(self, course: int) -> list[RunningTry]:
        """The open tries of the course. One that does not certify, such as practice, stands in the way of nothing."""
        quizzes = {row["id"] for row in self._quizzes(course)}
        return [
            read_running_try(row, self.at)
            for row in self.found["attempt"]
            if row["quiz_id"] in quizzes and row["state"] == "open"
        ]

    def _in_a_lesson(self, progress: rules.Progress, language: str) -> Place | None:
        place = progress.next_step
        if not isinstance(place, rules.Lesson):
            return None
        text = ngettext(
            "Your next lesson is “%(lesson)s”, %(left)s lesson left.",
            "Your next lesson is “%(lesson)s”, %(left)s lessons left.",
            len(progress.unread),
        ) % {"lesson": place.title, "left": len(progress.unread)}
        deed = _("Start reading") if not progress.done else _("Continue with the lesson")
        return text, deed, self._address(place, language)

    def _at_the_quiz(
        self,
        course: int,
        since: datetime,
        published: outlines.PublishedOutline,
        opened: list[RunningTry],
        *,
        told: bool,
    ) -> Place | None:
        """At the quiz after the lessons; `told`: that every lesson is read, where there are any."""
        rows = {UUID(row["key"]): row for row in self._quizzes(course)}
        known = [(place, rows[place.key]) for place in published.outline.after if place.key in rows]
        if not known:
            return None
        asked = [(place, row, settings.read_rules(read_json(row["rules"]))) for place, row in known]
        place, row, quiz_rules = min(asked, key=lambda one: not one[2].certifies)
        if begun := _go_on([one for one in opened if one.row["quiz_id"] == row["id"]]):
            return begun
        there = self._address(place, published.language)
        facts = self._facts(row, since, quiz_rules)
        found = judge_eligibility(facts, quiz_rules, at=self.at)
        if found.reasons:
            return self._refused(found.reasons[0], there)
        if found.failed is None:
            read = _("You have read every lesson. The quiz is next.")
            return read if told else _("The quiz is next."), _("Take the quiz"), there
        return (*self._try_again(found.attempts_left), there)

    def _try_again(self, left: int | None) -> tuple[str, str]:
        if left is None:
            return _("Your last try was not passed. Your next one is open."), _("Try again")
        text = ngettext(
            "Your last try was not passed. You have %(left)s try left.",
            "Your last try was not passed. You have %(left)s tries left.",
            left,
        )
        return text % {"left": left}, _("Try again")

    def _refused(self, reason: StartRefusal, there: str) -> Place:
        said = refusal_message(reason, self.person)
        pages = {"result": "quizzes:result", "recap": "quizzes:recaps"}
        if reason.target in pages:
            return said["text"], said["remedy"], reverse(pages[reason.target], args=[reason.path])
        return said["text"], _("See your next try"), there

    def _quizzes(self, course: int) -> Iterable[FactRow]:
        return (row for row in self.found["quiz"] if row["course_id"] == course)

    def _facts(self, quiz: FactRow, since: datetime, quiz_rules: settings.QuizRules) -> QuizFacts:
        rows = sorted(
            (row for row in self.found["attempt"] if row["quiz_id"] == quiz["id"]),
            key=lambda row: row["number"],
        )
        past = [read_try(row) for row in rows]
        failed = newest_failed_attempt(past, since)
        row = next((row for row, one in zip(rows, past, strict=True) if one is failed), None)
        return QuizFacts(
            ready=True,
            has_course=True,
            enrolled_since=since,
            lessons_left=0,
            next_lesson="",
            past=past,
            extra_attempts=self.person.extra_attempts,
            given=[
                GivenTries(parse_stored_instant(one["at"]), one["tries"])
                for one in self.found["unlock"]
                if one["quiz_id"] == quiz["id"]
            ],
            recaps_left=self._recaps_left(row) if row and quiz_rules.recap_gate else 0,
        )

    def _recaps_left(self, failed: FactRow) -> int:
        result = read_json(failed["result"])
        slots = result.get("critical_missed") or ()
        mine = (row for row in self.found["missed"] if row["attempt_id"] == failed["id"])
        critical = {row["code"] for row in mine if row["slot"] in slots}
        weak = codes_behind_failure(
            result, settings.read_rules(read_json(failed["rules"])), critical
        )
        read = {r["code"] for r in self.found["recap"] if r["attempt_id"] == failed["id"]}
        return len(set(weak) - {""} - read)

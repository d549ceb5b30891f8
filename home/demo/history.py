"""More than a year of Northlight's history: who learnt, passed, lapsed, was stopped, was given a channel.

Everything is done through the acts of the product, in the order of time, each recorded on its day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from accounts.people import record_absence
from certificates.acts import awards, holds, waivers
from certificates.models import Award, Certification
from courses.changes import reading, reviewing
from courses.models import Course, CoursePage, LessonPage, Principle, StepCompletion
from courses.progress import assignments, course_progress, enrolments
from home.demo import clock
from home.demo.answers import answer_form
from ledger import entries
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Quiz, Response

ACTOR = "system:demo"
WHY = "Posts or replies on official channels"


@dataclass
class Story:
    """The demo's acts: `add` collects them, `tell` runs them in the order of time."""

    today: datetime
    course: Course
    quiz: Quiz
    lessons: list[LessonPage]
    acts: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)

    def day(self, days: float) -> datetime:
        """So many days from today at nine in the morning (UTC); negative is the past."""
        return self.today + timedelta(days=days, hours=9)

    def add(self, moment: datetime, act: Callable[[datetime], object]) -> None:
        self.acts.append((moment, len(self.acts), act))

    def tell(self) -> None:
        for moment, _number, act in sorted(self.acts, key=lambda entry: entry[:2]):
            with clock.clock_set_to(moment):
                act(moment)

    def assign(self, person: User, days: float, due_in: int = 30) -> None:
        at = self.day(days)
        due = (at + timedelta(days=due_in)).date()
        self.add(
            at,
            lambda at: assignments.assign_course(
                person, self.course, due_on=due, reason=WHY, actor=ACTOR, at=at
            ),
        )

    def study(self, person: User, days: float, lessons: int | None = None) -> None:
        """Read so many lessons (default all), three a day."""
        moments = [
            self.day(days + number // 3) + timedelta(minutes=6 * number)
            for number, _lesson in enumerate(self.lessons[:lessons])
        ]
        if lessons is None:
            self.add(moments[-1], lambda _at: self._read_all(person, moments))
            return
        for at, lesson in zip(moments, self.lessons, strict=False):
            self.add(at, partial(self._read, person, lesson))

    def _read(self, person: User, lesson: LessonPage, at: datetime) -> None:
        course_progress.complete_step(person, lesson, at=at)

    def _read_all(self, person: User, moments: list[datetime]) -> None:
        """The whole course at once: the same rows, written together because there are more than a thousand."""
        enrolments.start_enrolment(person, self.course, actor=person.actor, at=moments[0])
        steps = StepCompletion.objects.bulk_create(
            StepCompletion(
                person=person,
                course=self.course,
                step=lesson.translation_key,
                locale="en",
                completed_at=at,
            )
            for at, lesson in zip(moments, self.lessons, strict=True)
        )
        entries.append_entry(
            kind="step.completed",
            subject=f"course:{self.course.key}",
            actor=person.actor,
            at=moments[-1],
            data={"person": person.uuid, "steps": len(moments)},
            facts=steps,
        )

    def sit(self, person: User, days: float, wrong: int = 0) -> None:
        """Take the quiz with so many wrong answers; one or two still pass unless they are critical."""
        begin = self.day(days) + timedelta(minutes=150)
        self.add(begin, lambda at: self._answer(person, at, wrong))
        self.add(begin + timedelta(minutes=14), lambda at: self._hand_in(person, at))

    def _answer(self, person: User, at: datetime, wrong: int) -> None:
        attempt = start_attempt(person, self.quiz, at=at, locale="en")
        responses = list(attempt.responses.select_related("version").order_by("slot"))
        mistakes = _mistakes(responses, wrong)
        for response in responses:
            form = answer_form(response, right=response.slot not in mistakes)
            save_answer(attempt.uuid, person, response.slot, form, seq=1, at=at)

    def _hand_in(self, person: User, at: datetime) -> None:
        submit_attempt(person.attempts.get(state="open").uuid, person, at=at)

    def certify(self, person: User, days: float, wrong: int = 0) -> None:
        """Assigned three weeks before, studied the week before, passed on the day."""
        self.assign(person, days - 21)
        self.study(person, days - 8)
        self.sit(person, days, wrong)


def _mistakes(responses: list[Response], wrong: int) -> set[int]:
    """The slots answered wrongly: one or two of different principles, none of them critical; or simply many."""
    if wrong > 2:
        return {response.slot for response in responses[:wrong]}
    harmless = [response for response in responses if not response.version.critical]
    by_principle = {response.version.principle_id: response.slot for response in harmless}
    return set(list(by_principle.values())[:wrong])


# The principles whose words the second release has changed.
CHANGED = ("P2", "P4")


def plan_new_release(story: Story, page: CoursePage, author: User, reviewer: User) -> None:
    """Plan a second course release; a reviewer confirms it later, with a floor that the first one does not reach."""

    def publish(at: datetime) -> None:
        page.refresh_from_db()
        page.change_class = "material"
        page.change_note = "New: what counts as a safety report, and the four lines."
        page.promise = page.promise.rstrip(".") + ", safety reports included."
        page.save_revision(user=author).publish(user=author)

    def confirm(at: datetime) -> None:
        newest = story.course.releases.latest("number")
        reviewing.confirm_change(
            newest,
            principles=Principle.objects.filter(code__in=CHANGED).values_list("pk", flat=True),
            effective_at=story.today + timedelta(days=21),
            actor=reviewer.actor,
            at=at,
            reason="Everybody has to know the safety report steps.",
            seen=reading.version_of_change(newest),
        )

    story.add(story.day(-250), publish)
    story.add(story.day(-9), confirm)


def plan_crowd(story: Story, people: list[User]) -> dict[str, list[User]]:
    """Distribute the people over all statuses; returns the people by status."""
    dealt: dict[str, list[User]] = {}
    queue = iter(people)
    for name, count in COUNTS.items():
        dealt[name] = [person for _n, person in zip(range(count), queue, strict=False)]
        for number, person in enumerate(dealt[name]):
            PLOTS[name](story, person, number)
    dealt["certified"] = list(queue)
    for number, person in enumerate(dealt["certified"]):
        story.certify(person, -20 - (number * 13) % 150, wrong=number % 3)
    return dealt


def plan_leaves(story: Story, away: list[User], hr: User) -> None:
    """Plan that some people are on leave now."""
    for person in away:

        def leave(at: datetime, person: User = person) -> None:
            until = story.day(60)
            record_absence(person, starts_at=at, until=until, actor=hr.actor, at=at)

        story.add(story.day(-20), leave)


COUNTS = {
    "expiring": 8,
    "update_due": 6,
    "lapsed": 6,
    "overdue": 6,
    "in_progress": 7,
    "failed": 3,
    "assigned": 5,
    "exempt": 2,
    "suspended": 2,
    "revoked": 1,
    "grace": 3,
}


def _exempt(story: Story, person: User, number: int) -> None:
    story.assign(person, -40)
    core = Certification.objects.get(code="POST-CORE")
    until = story.day(90)
    reason = "On leave; does not post."
    story.add(
        story.day(-30 + number),
        lambda at: waivers.grant_waiver(
            person, core, until=until, reason=reason, actor=ACTOR, at=at
        ),
    )


def _suspended(story: Story, person: User, number: int) -> None:
    story.certify(person, -120 - number)
    reason = "A complaint is being looked into."
    story.add(
        story.day(-6 + number),
        lambda at: holds.start_hold(person, reason=reason, actor=ACTOR, at=at),
    )


def _revoked(story: Story, person: User, number: int) -> None:
    story.certify(person, -200 - number)
    reason = "Shared unreleased plans."

    def withdraw(at: datetime) -> None:
        for award in Award.objects.filter(recipient=person):
            awards.revoke_award(award, actor=ACTOR, at=at, reason=reason)

    story.add(story.day(-15), withdraw)


def _failed(story: Story, person: User, number: int) -> None:
    story.assign(person, -20, due_in=40)
    story.study(person, -12)
    story.sit(person, -3, wrong=8 + number)


def _in_progress(story: Story, person: User, number: int) -> None:
    story.assign(person, -12)
    story.study(person, -9, lessons=2 + 2 * number)


def _lapsed(story: Story, person: User, number: int) -> None:
    story.certify(person, -374 - 2 * number)
    story.assign(person, -6)


def _overdue(story: Story, person: User, number: int) -> None:
    story.assign(person, -60 - number)
    story.study(person, -50, lessons=number % 3)


PLOTS: dict[str, Callable[[Story, User, int], None]] = {
    "expiring": lambda story, person, n: story.certify(person, -322 + 2 * n, wrong=n % 2),
    "update_due": lambda story, person, n: story.certify(person, -252 - n),
    "lapsed": _lapsed,
    "overdue": _overdue,
    "in_progress": _in_progress,
    "failed": _failed,
    "assigned": lambda story, person, n: story.assign(person, -4 - n),
    "exempt": _exempt,
    "suspended": _suspended,
    "revoked": _revoked,
    "grace": lambda story, person, n: story.certify(person, -186 - n),
}

"""Acts that are killed at every step, each in a process of its own: what `manage.py shell` runs for `test_killed_acts`.

A forked process does the act and sends itself SIGKILL at one moment: after a statement that writes, before or after the
commit, before or after a mail is handed over. What it has left is looked at from outside.
"""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from certificates.acts import corrections
from certificates.acts.guards import CertificateRefusedError
from certificates.models import Award, AwardCorrection, AwardEvent
from courses.models import CourseCompletion, LessonPage
from courses.progress import course_progress, enrolments
from home.demo.answers import answer_form
from home.operations import integrity
from ledger.models import Entry
from notifications import sending
from notifications.models import Notification
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, Quiz

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
PROPOSER, CONFIRMER = "person:of-hr", "person:of-hr-as-well"


class Assassin:
    """Kills its own process at the moment of this number."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def pass_moment(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a moment before it and one after it."""

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.pass_moment()
            done = act(*args, **kwargs)
            self.pass_moment()
            return done

        return watched

    def watch_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        done = execute(sql, params, many, context)
        if WRITES.match(sql):
            self.pass_moment()
        return done


@dataclass(frozen=True)
class Victim:
    """Somebody to whom an act is done, and the act, which may be done again."""

    person: User
    act: Callable[[], object]

    def look(self) -> dict[str, int]:
        """What the act writes, counted: all of it is there, or nothing."""
        theirs = {"recipient": self.person}
        return {
            "awards": Award.objects.filter(**theirs).count(),
            "ended": AwardEvent.objects.filter(award__recipient=self.person).count(),
            "completions": CourseCompletion.objects.filter(person=self.person).count(),
            "submitted": self.person.attempts.exclude(state=Attempt.State.OPEN).count(),
            "decided": AwardCorrection.objects.exclude(decided_at=None).count(),
            "mails": Notification.objects.filter(**theirs).count(),
            "entries": Entry.objects.count(),
        }


def kill_at(moment: int, act: Callable[[], object]) -> bool:
    """Do the act in a process that is killed at the moment; whether it was killed before it had done."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            assassin = Assassin(moment)
            EmailBackend.send_messages = assassin.around(EmailBackend.send_messages)  # type: ignore[method-assign]
            connection._commit = assassin.around(connection._commit)
            with connection.execute_wrapper(assassin.watch_statement):
                act()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def kill_at_every_moment(victims: Iterator[Victim]) -> dict[str, Any]:
    """Kill the act at its first moment, its second, …, until it survives. One victim serves until the act is committed,
    and one for each moment after that: without another the last one is that of the commit.

    Returns the number of moments, who was certified, and what was left half done.
    """
    victim = next(victims)
    with transaction.atomic():
        # Whatever is built at its first use is built once, and not anew in each process.
        victim.act()
        transaction.set_rollback(True)
    before, done, half = victim.look(), [], []
    for moment in count(1):
        killed = kill_at(moment, victim.act)
        left = victim.look()
        if left["awards"] > before["awards"]:
            done.append(victim.person)
            victim.act()
            half += [(moment, left)] * (victim.look() != left)
            another = next(victims, None) if killed else None
            if another is None:
                return {"moments": moment, "done": done, "half": half}
            victim, before = another, another.look()
        elif left != before or not killed:
            half.append((moment, left))
    raise AssertionError("There is no end to the moments.")


def pass_quiz(person: User) -> Victim:
    """All is read and answered; the act is to hand in, which passes, completes the course and certifies."""
    now = timezone.now()
    quiz = next(one for one in Quiz.objects.select_related("course") if one.rules.get("certifies"))
    enrolments.start_enrolment(person, quiz.course, actor=person.actor, at=now)
    for lesson in LessonPage.objects.live().filter(locale__language_code="en").order_by("path"):
        course_progress.complete_step(person, lesson, at=now)
    attempt = start_attempt(person, quiz, at=now, locale="en")
    for response in attempt.responses.select_related("version").order_by("slot"):
        form = answer_form(response, right=True)
        save_answer(attempt.uuid, person, response.slot, form, seq=1, at=now)
    return Victim(person, lambda: submit_attempt(attempt.uuid, person, at=timezone.now()))


def correct_name(person: User) -> Victim:
    """One has proposed another name; the act is that another confirms it."""
    now = timezone.now()
    award = Award.objects.get(recipient=person, next=None, certification__code="POST-CORE")
    said = {"reason": "Married", "actor": PROPOSER, "at": now}
    name = {"earned_at": award.issued_at, "recipient_name": "Somebody Else"}
    proposed = corrections.propose_correction(award, **name, **said)

    def confirm() -> None:
        found = AwardCorrection.objects.get(pk=proposed.pk)
        try:
            corrections.confirm_correction(
                found, actor=CONFIRMER, at=timezone.now(), reason="Seen the passport"
            )
        except CertificateRefusedError:
            # Done again it says so, and does nothing.
            if found.decided_at is None:
                raise

    return Victim(person, confirm)


def find_people() -> dict[str, Iterator[Victim]]:
    """For each act those to whom it can be done, prepared one after another as they are needed.

    Sending mails is the same for all three acts, so only corrections, which cost least, are killed there.
    """
    people = User.objects.people().filter(left_at=None).order_by("pk")
    now = timezone.now()
    ending = Award.objects.filter(next=None, events=None, certification__code="POST-CORE")
    soon = ending.filter(expires_at__range=(now, now + timedelta(days=55)))
    later = ending.filter(expires_at__gt=now + timedelta(days=70), release__number__gt=1)
    return {
        "issue": map(pass_quiz, people.filter(awards=None, attempts=None)[:1]),
        "renewal": map(pass_quiz, people.filter(awards__in=soon)[:1]),
        "correction": map(correct_name, people.filter(awards__in=later)),
    }


def send_what_waits(at: datetime) -> None:
    """As `send_messages` does, once whoever died has held the messages long enough."""
    with mock.patch.object(timezone, "now", return_value=at):
        sending.send_due_messages(at=at)


def count_gains(person: User, since: datetime, mails: str) -> list[tuple[int, int, int]]:
    """For each certification that was earned since then: certificates, messages noted as sent, mails."""
    gained = []
    awards = Award.objects.filter(recipient=person, recorded_at__gte=since).order_by("pk")
    for certification in set(awards.values_list("certification", flat=True)):
        keys = [f"certified:{one.uuid}" for one in awards.filter(certification=certification)]
        noted = Notification.objects.filter(key__in=keys, sent_at__isnull=False)
        told = {sending.build_email(one).extra_headers["Message-ID"] for one in noted}
        sent = sum(one in mails for one in told)
        gained.append((len(keys), len(noted), sent))
    return gained


def main() -> None:
    since = timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
        settings.EMAIL_FILE_PATH = folder
        found = {name: kill_at_every_moment(people) for name, people in find_people().items()}
        send_what_waits(timezone.now() + timedelta(minutes=20))
        mails = "".join(path.read_text() for path in Path(folder).iterdir())
        for act in found.values():
            act["gains"] = [count_gains(person, since, mails) for person in act.pop("done")]
    found["breaks"] = list(integrity.find_breaks(timezone.now()))  # type: ignore[assignment]
    print("FACTS" + json.dumps(found))  # noqa: T201 - read by the test

"""One more try for somebody who has none, given by their manager or by an author, with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import has_role_in
from courses.pages.routing import catalogue_address
from ledger import entries
from notifications import sending
from quizzes.attempts import facts, starting
from quizzes.models import Quiz, QuizPage, Unlock
from quizzes.rules import settings
from quizzes.rules.eligibility import judge_eligibility

FEWEST_WORDS = 3
MOST_TRIES = 10
MOST_CHARACTERS = 500


class UnlockRefusedError(Exception):
    """No try is given; the message says why and what to do."""


@dataclass(frozen=True)
class StuckQuiz:
    """A quiz in which somebody has to wait for their next try: until when by itself (None: for ever)."""

    quiz: Quiz
    next_at: datetime | None


def may_give_tries(actor: User, person: User, at: datetime) -> bool:
    """Whether `actor` may give `person` another try: their manager, authors of their region or of all, superusers.

    Nobody gives one to themselves.
    """
    if actor.pk == person.pk or not actor.is_authenticated:
        return False
    return person.manager_id == actor.pk or has_role_in(actor, person.region_id, Role.AUTHOR, at=at)


@transaction.atomic
def give_tries(
    person: User, quiz: Quiz, *, tries: int = 1, reason: str, actor: User, at: datetime
) -> Unlock:
    """Give more tries from `at`: no limit and no pause holds them up. The person is told by mail.

    Raises UnlockRefusedError without the right, without a reason of a few words, and when the person does not
    wait for an attempt, so that pressing twice gives one.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not may_give_tries(actor, person, at):
        raise UnlockRefusedError(_("Only their manager or an author can give another try."))
    reason = " ".join(reason.split())
    if len(reason.split()) < FEWEST_WORDS:
        raise UnlockRefusedError(_("Write in a few words why. The person will read it."))
    if not 1 <= tries <= MOST_TRIES:
        raise UnlockRefusedError(_("Give between 1 and %(most)s tries.") % {"most": MOST_TRIES})
    if not starting.check_tries(person, quiz, at=at).waits:
        raise UnlockRefusedError(
            _("They do not wait for a try: they have one already, or have passed.")
        )
    unlock = Unlock.objects.create(
        person=person,
        quiz=quiz,
        tries=tries,
        reason=reason[:MOST_CHARACTERS],
        at=at,
        actor=actor.actor,
    )
    entries.append_entry(
        kind="attempts.unlocked",
        subject=person.actor,
        actor=actor.actor,
        at=at,
        data={"quiz": quiz.code, "tries": tries},
        facts=[unlock],
    )
    _tell(unlock, actor)
    return unlock


def find_stuck_people(people: Collection[User], at: datetime) -> dict[User, list[StuckQuiz]]:
    """The people who wait for an attempt at a quiz they have not passed, with these quizzes. Three queries."""
    limited = [
        quiz for quiz in Quiz.objects.select_related("course").order_by("title") if _limits(quiz)
    ]
    found: dict[User, list[StuckQuiz]] = {}
    for person, known in facts.gather_facts_by_person(people, limited).items():
        judged = [
            (quiz, judge_eligibility(one, settings.read_rules(quiz.rules), at=at))
            for quiz, one in known
        ]
        waiting = [StuckQuiz(quiz, stands.next_at) for quiz, stands in judged if stands.waits]
        if waiting:
            found[person] = sorted(waiting, key=lambda one: one.quiz.title)
    return found


def _limits(quiz: Quiz) -> bool:
    rules = settings.read_rules(quiz.rules)
    return rules.judged and bool(rules.attempts_allowed or any(rules.cool_down_hours))


def _tell(unlock: Unlock, actor: User) -> None:
    person, quiz = unlock.person, unlock.quiz
    pages = QuizPage.objects.live().filter(quiz=quiz).order_by("pk")
    page = pages.filter(locale__language_code=person.locale).first() or pages.first()
    address = page.get_url_parts() if page else None
    with sending.use_language_of(person):
        sending.notify_person(
            person,
            kind="attempts.unlocked",
            key=f"attempts.unlocked:{unlock.pk}",
            subject=ngettext(
                "You have another try at “%(quiz)s”",
                "You have %(tries)s more tries at “%(quiz)s”",
                unlock.tries,
            )
            % {"quiz": quiz.title, "tries": unlock.tries},
            body=_("%(name)s gave it to you and writes: %(reason)s\n\nYou can start at once.")
            % {"name": actor.display_name, "reason": unlock.reason},
            link=address[2] if address else catalogue_address(),
            at=unlock.at,
        )

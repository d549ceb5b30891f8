"""What a correction of quiz marks does to certificates: foretold before the regrade, carried out with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from certificates.acts import awards
from certificates.facts import gathering
from certificates.models import Award, AwardCorrection, AwardEvent
from courses.models import CourseCompletion
from quizzes.models import Attempt

MAX_REASON_LENGTH = 500
# The stored reason stays in the source language, like every stored reason.
REASON = gettext_noop("Marks were corrected: %(reason)s")


def foretell_award_changes(
    won: Sequence[Attempt], lost: Sequence[Attempt], at: datetime
) -> dict[int, str]:
    """For each attempt (by primary key) what happens to certificates: `won` now pass, `lost` no longer do."""
    return {**_issued(won), **_withdrawn(lost, at)}


def withdraw_awards(attempt: Attempt, *, reason: str, actor: str, at: datetime) -> list[Award]:
    """Withdraw from `at` on the awards that rest on an attempt which is no longer passed.

    Before `at` they still count. Awards that were superseded, withdrawn or have expired stay as they are.
    """
    resting = _resting([attempt], at)[attempt.pk]
    told = (REASON % {"reason": reason})[:MAX_REASON_LENGTH]
    # Nobody withdraws an own award: if the actor is the recipient, the system is recorded as the actor.
    by = awards.SYSTEM_ACTOR if actor == attempt.person.actor else actor
    for award in resting:
        awards.revoke_award(award, actor=by, at=at, reason=told)
    return resting


def _issued(won: Sequence[Attempt]) -> dict[int, str]:
    people = {attempt.person_id for attempt in won}
    newest = _newest(people)
    done = _completed(people)
    programmes = gathering.certification_terms() if won else []
    said = {}
    for attempt in won:
        asking = [one for one in programmes if attempt.quiz.course_id in one.course_ids]
        words = [_word(attempt, one, newest, done) for one in asking]
        said[attempt.pk] = " ".join(words) or _("No certificate asks for this course.")
    return said


def _word(
    attempt: Attempt,
    programme: gathering.CertificationTerms,
    newest: Mapping[tuple[int, int], Award],
    done: Mapping[tuple[int, int], list[datetime]],
) -> str:
    """What `awards.issue_earned_awards` will do for one certification, in words."""
    told = {"title": programme.title}
    last = newest.get((attempt.person_id, programme.id))
    passed_at = attempt.submitted_at
    if passed_at is None or (programme.retired_at and passed_at >= programme.retired_at):
        return _("%(title)s: no longer issued.") % told
    if last is not None and passed_at <= last.issued_at:
        return _("%(title)s: has a later certificate already, which stays as it is.") % told
    others = programme.course_ids - {attempt.quiz.course_id}
    since = last.issued_at if last else None
    missing = [course for course in others if not _since(done[attempt.person_id, course], since)]
    if missing:
        return _("%(title)s: one step closer, other courses are still to be done.") % told
    if last is not None:
        return _("%(title)s: certificate renewed, from the day of the pass.") % told
    return _("%(title)s: certificate issued, from the day of the pass.") % told


def _since(moments: Sequence[datetime], since: datetime | None) -> bool:
    return any(since is None or moment > since for moment in moments)


def _newest(people: set[int]) -> dict[tuple[int, int], Award]:
    rows = Award.objects.filter(recipient__in=people, next=None)
    return {(award.recipient_id, award.certification_id): award for award in rows}


def _completed(people: set[int]) -> dict[tuple[int, int], list[datetime]]:
    found: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    rows = CourseCompletion.objects.filter(person__in=people)
    for person, course, moment in rows.values_list("person_id", "course_id", "completed_at"):
        found[person, course].append(moment)
    return found


def _withdrawn(lost: Sequence[Attempt], at: datetime) -> dict[int, str]:
    said = {}
    for key, found in _resting(lost, at).items():
        numbers = ", ".join(award.number for award in found)
        said[key] = (
            _("Certificate %(numbers)s is withdrawn.") % {"numbers": numbers}
            if found
            else _("No certificate rests on it now.")
        )
    return said


def _resting(attempts: Sequence[Attempt], at: datetime) -> dict[int, list[Award]]:
    """The awards that count at `at` and would not have been issued without these attempts."""
    keys = {f"attempt:{attempt.uuid}": attempt.pk for attempt in attempts}
    found: dict[int, list[Award]] = {attempt.pk: [] for attempt in attempts}
    for completion in CourseCompletion.objects.filter(evidence__in=keys):
        standing = Award.objects.filter(
            recipient=completion.person_id,
            certification__requirements__course=completion.course_id,
            issued_at__gte=completion.completed_at,
            expires_at__gt=at,
        ).exclude(events__kind=AwardEvent.Kind.SUPERSEDED)
        for award in standing.select_related("previous", "recipient", "certification").distinct():
            if _rests(award, completion, keys) and not awards.is_withdrawn(award):
                found[keys[completion.evidence]].append(award)
    return found


def _rests(award: Award, completion: CourseCompletion, lost: Mapping[str, int]) -> bool:
    """Whether the award needed this completion: no other completion of the course lies between the previous award
    and this one."""
    if award.basis == Award.Basis.EQUIVALENCE:
        # A corrected award rests on what the one rests on whose place it took.
        corrected = AwardCorrection.objects.filter(replacement=award).select_related(
            "award__previous"
        )
        correction = corrected.first()
        return correction is not None and _rests(correction.award, completion, lost)
    same = CourseCompletion.objects.filter(
        person=completion.person_id,
        course=completion.course_id,
        completed_at__lte=award.issued_at,
    )
    if award.previous is not None:
        if completion.completed_at <= award.previous.issued_at:
            return False
        same = same.filter(completed_at__gt=award.previous.issued_at)
    return not same.exclude(evidence__in=lost).exists()

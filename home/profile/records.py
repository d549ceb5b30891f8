"""Everything held about one person, as plain values for a file. Nobody else's names are among it.

People who acted stand as `person:<uuid>`, as everywhere outside of their own pages. Of a quiz it tells what
the person may be told: their own answers always, scores and questions as the result page does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.models import User
from accounts.readers.browsers import describe_browser
from certificates.models import AwardCorrection, AwardEvent, EvidenceFile
from channels.models import DecisionRecord, RoleNeed
from items import sentences
from ledger.models import Entry
from quizzes.attempts import open_items
from quizzes.models import Attempt, Recap, Response
from quizzes.screens import questions, tries

Row = dict[str, Any]
# What entries of a try tell of how it went.
OUTCOME = {"percent", "passed", "score"}
PROFILE = (
    *("uuid", "hr_id", "email", "given_name", "family_name", "display_name", "kind", "country"),
    *("site", "job_code", "job_title", "locale", "time_zone", "starts_on", "contract_ends_on"),
    *("left_at", "is_active", "is_superuser", "time_factor", "extra_attempts", "created_at"),
    *("last_login", "region__code", "region__name", "team__code", "team__name"),
    *("manager__hr_id", "sponsor__hr_id"),
)
# By section and by the person's related rows: the columns that are told.
RELATED: dict[str, dict[str, tuple[str, ...]]] = {
    "employment": {
        "employment": (
            *("what", "effective_at", "recorded_at", "region__code", "ends_at", "corrects"),
            *("other__hr_id", "former__hr_id", "kind", "former_kind", "reason"),
        ),
        "absences": ("starts_at", "until", "ended_at"),
        "aliases": ("hr_id", "recorded_at"),
        "responsibilities": (
            *("role", "region__code", "starts_at", "ends_at", "reason", "ended_at", "end_reason"),
        ),
    },
    "courses": {
        "assignments": ("course__title", "assigned_at", "due_on", "reason", "closed_at"),
        "enrolments": ("course__title", "started_at", "closed_at", "source"),
        "steps": ("course__title", "step", "locale", "completed_at"),
        "completions": ("course__title", "release__number", "completed_at", "evidence"),
    },
    "certificates": {
        "awards": (
            *("number", "code", "certification_title", "basis", "recipient_name", "issued_at"),
            *("valid_from", "valid_through", "policy_tz", "expires_at", "grace_days"),
            *("locale", "evidence_note", "public_name"),
        ),
        "holds": (
            *("certification__title", "reason", "starts_at", "review_on", "ended_at"),
            *("end_recorded_at", "end_reason"),
        ),
        "waivers": (
            *("certification__title", "reason", "starts_at", "until", "ended_at"),
            "end_reason",
        ),
    },
    "channels": {
        "permissions": (
            *("channel__code", "role", "starts_at", "ends_at", "reason", "ended_at"),
            "end_reason",
        ),
        "channel_requests": (
            *("channel__code", "why", "asked_at", "outcome", "decided_at", "note"),
            *("question", "answer"),
        ),
        "acceptances": ("rules__channel__code", "rules__version", "accepted_at"),
        "owned": ("channel__code", "kind", "started_at", "ended_at"),
        "offers": ("channel__code", "kind", "reason", "offered_at", "outcome", "note"),
        **dict.fromkeys(
            ("sponsorships", "proposals"),
            ("channel__code", "reason", "asked_at", "outcome", "decided_at", "note"),
        ),
    },
    "quizzes": {
        "unlocks": ("quiz__title", "tries", "reason", "at"),
        "item_reports": (
            *("response__attempt__uuid", "response__slot", "category", "text", "reported_at"),
            *("resolution", "answer", "resolved_at"),
        ),
    },
    "lists": {
        "saved_views": ("name", "address", "shared_with", "created_at", "changed_at"),
    },
    "messages": {
        "notifications": ("kind", "subject", "body", "link", "created_at", "sent_at", "read_at"),
    },
}


def collect_records(person: User, at: datetime) -> Row:
    """What is held about the person, by section. The number of queries grows only with the quizzes tried."""
    related = {
        section: {name: _rows(getattr(person, name).all(), columns) for name, columns in of.items()}
        for section, of in RELATED.items()
    }
    related["certificates"]["events"] = _rows(
        AwardEvent.objects.filter(award__recipient=person),
        ("award__number", "kind", "effective_at", "recorded_at", "reason"),
    )
    related["certificates"]["evidence_files"] = _rows(
        EvidenceFile.objects.filter(award__recipient=person),
        ("award__number", "name", "content_type", "size", "sha256", "recorded_at"),
    )
    related["certificates"]["corrections"] = _rows(
        AwardCorrection.objects.filter(award__recipient=person),
        (
            *("award__number", "earned_at", "recipient_name", "reason", "proposed_at"),
            *("decided_at", "outcome", "note"),
        ),
    )
    related["channels"] |= _channel_records(person)
    related["quizzes"]["tries"] = list(_tries(person, at))
    related["quizzes"]["recaps"] = _rows(
        Recap.objects.filter(attempt__person=person),
        ("attempt__uuid", "principle__code", "read_at"),
    )
    return {
        "made_at": at,
        "profile": User.objects.filter(pk=person.pk).values(*PROFILE).get(),
        **related,
        "sign_in": _sign_in(person),
        "history": _history(person),
    }


def _history(person: User) -> list[Row]:
    """The ledger about the person and their acts, without how tries went that share a question with an open exam."""
    found = _rows(
        Entry.objects.filter(Q(subject=person.actor) | Q(actor=person.actor)),
        ("kind", "subject", "at", "effective_at", "data"),
    )
    examined = open_items.find_examined_attempts(person)
    held = Attempt.objects.filter(pk__in=examined).values_list("uuid", flat=True)
    subjects = {f"attempt:{uuid}" for uuid in held} if examined else set()
    for row in found:
        if row["subject"] in subjects:
            row["data"] = {key: row["data"][key] for key in row["data"].keys() - OUTCOME}
    return found


def _channel_records(person: User) -> dict[str, list[Row]]:
    """What is about the person without naming them in a column of its own."""
    return {
        "decisions": _rows(
            DecisionRecord.objects.filter(person_hr_id__in=_hr_ids(person)),
            ("channel_code", "action", "at", "known_at", "evaluated_at", "decision", "answer"),
        ),
        "role_needs": _rows(
            RoleNeed.objects.filter(permission__person=person),
            ("permission__channel__code", "said_at"),
        ),
    }


def _rows(found: QuerySet[Any], columns: Iterable[str]) -> list[Row]:
    return list(found.order_by("pk").values(*columns))


def _hr_ids(person: User) -> list[str]:
    aliases = person.aliases.values_list("hr_id", flat=True)
    return [hr_id for hr_id in (person.hr_id, *aliases) if hr_id]


def _tries(person: User, at: datetime) -> Iterable[Row]:
    """Each try with the person's own answers in words."""
    answers = Response.objects.filter(attempt__person=person).select_related("version")
    by_attempt: dict[int, list[Response]] = {}
    for response in answers.order_by("attempt_id", "slot"):
        by_attempt.setdefault(response.attempt_id, []).append(response)
    for quiz in tries.own_tries(person, at):
        for one in quiz.tries:
            yield {
                "quiz": quiz.quiz.title,
                "uuid": one.attempt.uuid,
                "number": one.attempt.number,
                "state": one.attempt.state,
                "language": one.attempt.locale,
                "started_at": one.attempt.started_at,
                "handed_in_at": one.attempt.submitted_at,
                "result": one.headline,
                "comments": list(_comments(one.attempt)),
                "answers": [
                    _answer(response, told=one.tells_questions)
                    for response in by_attempt.get(one.attempt.pk, ())
                ],
            }


def _comments(attempt: Attempt) -> Iterable[Row]:
    """What reviewers wrote, but for questions that stand in an exam of the person that is open."""
    found = attempt.result.get("comments", ())
    examined = open_items.find_examined_slots(attempt) if found else ()
    return (comment for comment in found if comment["slot"] not in examined)


def _answer(response: Response, *, told: bool) -> Row:
    asked = questions.AskedQuestion(response)
    return {
        "slot": response.slot,
        "question": sentences.plain_text(asked.spec.stem) if told else "",
        "answer": asked.lines,
        "saved_at": response.saved_at,
        "come_back_to": response.flagged,
    }


def _sign_in(person: User) -> Row:
    return {
        "sessions": [
            {
                "since": session.created_at,
                "browser": describe_browser(session.user_agent),
                "user_agent": session.user_agent,
                "address": session.ip,
            }
            for session in UserSession.objects.filter(user=person).order_by("created_at")
        ],
        "second_steps": _rows(
            Authenticator.objects.filter(user=person), ("type", "created_at", "last_used_at")
        ),
        "addresses": _rows(
            EmailAddress.objects.filter(user=person), ("email", "verified", "primary")
        ),
    }

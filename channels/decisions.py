"""Answers to "may this person do this there, then?": the public answer and its DecisionRecord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels import reason_texts
from channels.facts.gathering import gather_posting_facts
from channels.models import DecisionRecord
from channels.rules.fact_types import Decision, PostingAction, PostingFacts
from channels.rules.posting import may_post
from channels.timestamps import format_timestamp

MAX_QUERIES = 500


@dataclass(frozen=True, slots=True)
class DecisionQuery:
    """One query: may `person` (HR id) do `action` on `channel` (code) at `at`?

    `known_at`: by what was recorded until then; None means by what is recorded now. `author` is the
    HR id of whoever wrote the post that is to be approved, when the asker knows it.
    """

    person: str
    channel: str
    action: str
    at: datetime
    known_at: datetime | None = None
    author: str | None = None


def decide(
    items: Sequence[DecisionQuery], *, asked_by: str, evaluated_at: datetime, record: bool = True
) -> list[dict[str, Any]]:
    """The public answer to each item, in order (docs/api.md). Reads in one batch, writes in one.

    With `record` every answer is kept as a DecisionRecord, as it must be for every answer given to a tool.
    A person's own status page does not record.
    Raises ValueError for an instant without a zone or an action that does not exist.
    """
    decisions = judge_queries(items, evaluated_at=evaluated_at)
    answers = [public_answer(decision) for decision in decisions]
    if record:
        _record(items, answers, asked_by, evaluated_at)
    return answers


def judge_queries(items: Sequence[DecisionQuery], *, evaluated_at: datetime) -> list[Decision]:
    """The decision on each item, in order, without sentences and without a record."""
    gathered = gather_posting_facts([(item.person, item.channel) for item in items])
    return [
        may_post(
            _with_author(facts, item),
            action=item.action,
            at=item.at,
            known_at=item.known_at or evaluated_at,
            evaluated_at=evaluated_at,
        )
        for item, facts in zip(items, gathered, strict=True)
    ]


def _with_author(facts: PostingFacts, item: DecisionQuery) -> PostingFacts:
    if item.action != PostingAction.APPROVE or item.author is None or facts.person is None:
        return facts
    return replace(facts, own_work=item.author in (facts.person.hr_id, facts.person_asked))


def public_answer(decision: Decision) -> dict[str, Any]:
    """The decision as the public JSON object (docs/api.md), its reasons in the active language."""
    return {
        "decision": decision.decision,
        "reasons": [
            {
                "code": reason.code,
                "text": reason_texts.reason_text(reason),
                "remedy": reason_texts.remedy_address(reason),
            }
            for reason in decision.reasons
        ],
        "evidence": list(decision.evidence),
        "valid_until": format_timestamp(decision.valid_until),
    }


def _record(
    items: Sequence[DecisionQuery],
    answers: list[dict[str, Any]],
    asked_by: str,
    evaluated_at: datetime,
) -> None:
    DecisionRecord.objects.bulk_create(
        DecisionRecord(
            person_hr_id=item.person,
            channel_code=item.channel,
            action=item.action,
            at=item.at,
            known_at=item.known_at or evaluated_at,
            evaluated_at=evaluated_at,
            decision=answer["decision"],
            answer=answer,
            asked_by=asked_by,
        )
        for item, answer in zip(items, answers, strict=True)
    )

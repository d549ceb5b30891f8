"""The part of a pack about one answer: what was asked, what was said, and that the records say the same today."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels import decisions
from channels.decisions import DecisionQuery
from channels.models import DecisionRecord
from channels.rules.fact_types import PostingAction
from reports.packs.questions import PackQuestion
from reports.packs.tables import PackPart, PackRows, fill_table


def build_decision_part(question: PackQuestion, now: datetime) -> PackPart:
    """The answer that was given, beside the one that follows from what had been recorded then; or the latter alone."""
    part = PackPart(_("The decision"))
    record = question.decision
    if record is not None:
        part.lines += [
            _("Given as %(uuid)s, asked by %(who)s")
            % {"uuid": record.uuid, "who": record.asked_by},
        ]
        part.tables.append(_tell_answer(_("As it was given"), record.answer, _asked(record)))
        part.facts.append(record)
        part.told_in.append(decisions.find_entry(record))
    query = _query(question)
    (decision,) = decisions.judge_queries([query], evaluated_at=now)
    answer = decisions.public_answer(decision)
    title = _("As it follows from the records today")
    part.tables.append(_tell_answer(title, answer, query))
    if record is not None:
        same = _codes(record.answer) == _codes(answer)
        part.lines.append(
            _("Both say the same.")
            if same
            else _(
                "They differ: something was recorded, or removed, for a time that had been decided about."
            )
        )
    return part


def _asked(record: DecisionRecord) -> DecisionQuery:
    return DecisionQuery(
        record.person_hr_id, record.channel_code, record.action, record.at, record.known_at
    )


def _query(question: PackQuestion) -> DecisionQuery:
    """What is asked again: the question of the record, or publishing at the moment of the post."""
    if question.decision is not None:
        return _asked(question.decision)
    if question.person is None or question.channel is None:
        raise ValueError("A decision is about a person and a channel.")
    return DecisionQuery(
        question.person.hr_id or "",
        question.channel.code,
        PostingAction.PUBLISH,
        question.at,
        question.known_at,
    )


def _codes(answer: dict[str, Any]) -> tuple[str, list[str]]:
    return answer["decision"], sorted(reason["code"] for reason in answer["reasons"])


def _tell_answer(title: str, answer: dict[str, Any], query: DecisionQuery) -> PackRows:
    rows = [
        (_("Person (HR id)"), query.person),
        (_("Channel"), query.channel),
        (_("To do"), query.action),
        (_("For"), query.at),
        (_("By what had been recorded until"), query.known_at),
        (_("Answer"), answer["decision"]),
        *((_("Reason"), f"{one['code']}: {one['text']}") for one in answer["reasons"]),
        *((_("Evidence"), one) for one in answer["evidence"]),
    ]
    return fill_table(title, [_("What"), _("Said")], rows)

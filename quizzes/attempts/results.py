"""The verdict on an attempt as it is stored: numbers in columns, words as message ids with their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from items.kinds.free_text import COMMENT
from quizzes.models import Attempt, Response
from quizzes.rules.grading import AttemptResult, FailReason
from quizzes.rules.percentages import tell_percent
from quizzes.rules.settings import QuizRules


def write_result(
    attempt: Attempt, result: AttemptResult, responses: Sequence[Response], rules: QuizRules
) -> None:
    """Write the verdict onto the attempt; saving it is the caller's. Needs the marks on `responses`."""
    attempt.score, attempt.max_score = result.score, result.max_score
    # A quiz without a pass mark is passed by handing it in.
    attempt.percent, attempt.passed = result.percent, result.passed or not rules.judged
    attempt.result = stored_result(result, responses)


def stored_result(result: AttemptResult, responses: Sequence[Response]) -> dict[str, Any]:
    """The verdict as JSON: message ids with the values for their placeholders, translated when shown."""
    return {
        "told": tell_percent(result.percent),
        "answered": sum(response.answer is not None for response in responses),
        "questions": result.questions,
        "right": result.right,
        "critical_missed": list(result.critical_missed),
        "reasons": [_reason(reason) for reason in result.reasons],
        "by_principle": [
            {
                name: str(value) if isinstance(value, Decimal) else value
                for name, value in row.items()
            }
            for row in map(asdict, result.by_principle)
        ],
        "comments": _comments(responses),
    }


def _comments(responses: Sequence[Response]) -> list[dict[str, Any]]:
    """The reviewers' comments to the person, who may read them whatever the feedback policy says."""
    said = ((response.slot, (response.answer or {}).get(COMMENT)) for response in responses)
    return [{"slot": slot, "comment": comment} for slot, comment in said if comment]


def waiting_result(responses: Sequence[Response]) -> dict[str, Any]:
    """What is stored while answers wait for a reviewer: counts, and no verdict."""
    return {
        "answered": sum(response.answer is not None for response in responses),
        "questions": sum(bool(response.max_mark) for response in responses),
        "waiting": sum(response.mark is None for response in responses),
    }


def _reason(reason: FailReason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "about": reason.about,
        "text": reason.phrase.text,
        "params": dict(reason.phrase.params),
        "remedy": reason.remedy.text,
        "remedy_params": dict(reason.remedy.params),
    }

"""What the result page says about corrected marks and about questions the person reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from items import sentences
from quizzes.models import Attempt, ItemReport, Regrade
from quizzes.models.attempts import CORRECTIONS


def list_corrections(attempt: Attempt, *, with_score: bool) -> list[dict[str, str]]:
    """Each correction of the attempt's marks in words, the newest first. One query, only if there is one."""
    rows = attempt.result.get(CORRECTIONS, ())
    if not rows:
        return []
    found = Regrade.objects.filter(pk__in=[row["regrade"] for row in rows])
    notes = dict(found.values_list("pk", "note"))
    return [
        {
            "heading": _heading(row, attempt, with_score=with_score),
            "text": _text(row),
            "note": notes.get(row["regrade"], ""),
        }
        for row in reversed(rows)
    ]


def list_report_outcomes(attempt: Attempt) -> dict[int, str]:
    """The outcome of the person's reports on questions of the attempt, by slot. One query."""
    rows = ItemReport.objects.filter(person=attempt.person_id, response__attempt=attempt)
    found = rows.select_related("response").order_by("reported_at", "id")
    return {row.response.slot: _state(row, attempt) for row in found}


def _heading(row: Mapping[str, Any], attempt: Attempt, *, with_score: bool) -> str:
    day = sentences.format_day(datetime.fromisoformat(row["at"]), attempt.person)
    told = {"day": day, "before": row["before"]["told"], "after": row["after"]["told"]}
    if not with_score or told["before"] == told["after"]:
        return _("Marks were corrected on %(day)s") % told
    return _("Marks were corrected on %(day)s: before %(before)s%%, now %(after)s%%") % told


def _text(row: Mapping[str, Any]) -> str:
    wrong = _("One of your questions was wrong.")
    before, after = row["before"]["passed"], row["after"]["passed"]
    if row["kept"]:
        return f"{wrong} {_('You passed, and that stays so.')}"
    if after and not before:
        return (
            f"{wrong} {_('With the corrected marks you have passed, from the day you handed in.')}"
        )
    if before and not after:
        return f"{wrong} {_('With the corrected marks you have not passed.')}"
    return wrong


def _state(row: ItemReport, attempt: Attempt) -> str:
    told = {"day": sentences.format_day(row.reported_at, attempt.person)}
    if row.resolved_at is None:
        return _("You reported this question on %(day)s. The authors will look at it.") % told
    told["what"] = row.get_resolution_display()
    said = _("You reported this question on %(day)s. What came of it: %(what)s.") % told
    return f"{said} {row.answer}".strip()

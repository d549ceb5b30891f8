"""Where the questions of an attempt stand, without their words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from ledger.prepared_queries import PreparedQuery
from quizzes.models import Attempt, Response


@dataclass(frozen=True)
class SlotState:
    """Where a question stands in its attempt: its slot, whether it is answered, whether flagged."""

    slot: int
    answered: bool
    flagged: bool


def list_slot_states(attempt: Attempt) -> list[SlotState]:
    """Every question's place and state. One query."""
    return [
        SlotState(slot, any(map(any, form.values())), flagged)
        for slot, form, flagged in _kept_states.fetch(attempt.pk)
    ]


def _states_in(attempt: int) -> QuerySet[Response, tuple[int, dict[str, list[str]], bool]]:
    rows = Response.objects.filter(attempt=attempt).order_by("slot")
    return rows.values_list("slot", "form", "flagged")


_kept_states = PreparedQuery(_states_in)


def find_resume_slot(attempt: Attempt) -> int:
    """The slot to continue at: the first question without an answer, else the last one."""
    found = list_slot_states(attempt)
    open_ones = (place.slot for place in found if not place.answered and not place.flagged)
    return next(open_ones, found[-1].slot if found else 1)

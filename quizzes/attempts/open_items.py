"""Which questions a person is being examined on right now: nobody tells them the answers meanwhile."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from quizzes.models import Attempt, Response
from quizzes.rules import settings

# Annotation of an attempt: whether the same person has another attempt open. It saves the query where there is none.
OTHERS_OPEN = {
    "others_open": Exists(
        Attempt.objects.filter(person=OuterRef("person"), state=Attempt.State.OPEN)
        .exclude(pk=OuterRef("pk"))
        .order_by()
    )
}


def find_examined_slots(attempt: Attempt) -> frozenset[int]:
    """The slots of `attempt` whose items stand in another open, judged attempt of the same person.

    Any version of an item counts. One query, and a second where there is such an attempt.
    """
    items = _examined_items(attempt)
    if not items:
        return frozenset()
    slots = attempt.responses.filter(version__item__in=items).order_by()
    return frozenset(slots.values_list("slot", flat=True))


def _examined_items(attempt: Attempt) -> set[int]:
    if not getattr(attempt, "others_open", True):
        return set()
    others = Response.objects.filter(
        attempt__person=attempt.person_id, attempt__state=Attempt.State.OPEN
    ).exclude(attempt=attempt.pk)
    judged: dict[int, bool] = {}
    found = set()
    rows = others.order_by().values_list(
        "attempt_id", "attempt__snapshot__rules", "version__item_id"
    )
    for pk, rules, item in rows:
        if pk not in judged:
            judged[pk] = settings.read_rules(rules).judged
        if judged[pk]:
            found.add(item)
    return found

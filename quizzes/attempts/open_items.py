"""Which questions a person is being examined on right now: nobody tells them the answers meanwhile.

That goes for staff as well: marking, evidence packs, previews and the editor's pages with keys ask here.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
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


def find_examined_items(person: User | int, *, besides: Attempt | None = None) -> set[int]:
    """The items (primary keys) of the open, judged attempts of the person (or their key), of all but one. One query.

    Whatever tells an answer asks this of whoever reads it, learner or staff.
    """
    others = Response.objects.filter(attempt__person=person, attempt__state=Attempt.State.OPEN)
    if besides is not None:
        others = others.exclude(attempt=besides.pk)
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


def find_examined_attempts(person: User) -> frozenset[int]:
    """The person's attempts (primary keys) with an item that one of their open, judged attempts asks. Two queries."""
    items = find_examined_items(person)
    rows = Response.objects.filter(attempt__person=person, version__item__in=items).order_by()
    return frozenset(rows.values_list("attempt_id", flat=True)) if items else frozenset()


def find_examining_attempt(attempt: Attempt) -> Attempt | None:
    """Another open, judged attempt of the person that asks an item of `attempt`, if there is one. One query."""
    mine = attempt.responses.order_by().values("version__item")
    others = Attempt.objects.filter(person=attempt.person_id).exclude(pk=attempt.pk)
    return _newest_exam(others.filter(responses__version__item__in=mine).distinct())


def find_open_exam(person: User) -> Attempt | None:
    """The open attempt at which the person can fail that was started last, if there is one. One query."""
    return _newest_exam(Attempt.objects.filter(person=person))


def _newest_exam(tries: QuerySet[Attempt]) -> Attempt | None:
    """The open, judged one that was started last."""
    found = tries.filter(state=Attempt.State.OPEN).select_related("quiz", "snapshot")
    judged = (one for one in found.order_by("-started_at") if settings.read_rules(one.rules).judged)
    return next(judged, None)


def _examined_items(attempt: Attempt) -> set[int]:
    if not getattr(attempt, "others_open", True):
        return set()
    return find_examined_items(attempt.person_id, besides=attempt)

"""`accounts.rules.fold_employment` in SQL, for lists: who was employed at one moment, by what was known at another.

The row of a person says what holds today, so a list about any other moment asks the facts. A test compares the two
readings (tests/reports/console/test_sql_employment.py).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.dated_columns import DATED_COLUMNS, employment_facts
from accounts.models import EmploymentEvent, PersonKind, User
from accounts.querysets import PersonQuerySet
from accounts.rules import fold_employment
from certificates.rules.dates import INSTANT

What = EmploymentEvent.What
STARTS = (What.JOINED, What.RETURNED)
STEPS = (*STARTS, What.LEFT)
TERMS = (*STARTS, What.CONTRACT)
NEWEST = ("-effective_at", "-recorded_at", "-pk")


def filter_by_employment(
    employment: str, within: PersonQuerySet, *, at: datetime, known_at: datetime
) -> PersonQuerySet:
    """The people of `within` who were `employment` at `at`, by what had been recorded by `known_at`. One query of
    its own; a person without any fact is what the row says."""
    if employment == "all":
        return within
    facts = _kept_facts(at, known_at).filter(person=OuterRef("pk")).order_by(*NEWEST)
    asked = within.alias(
        told=Exists(EmploymentEvent.objects.filter(person=OuterRef("pk"), what__in=STEPS)),
        step=Subquery(facts.filter(what__in=STEPS).values("what")[:1]),
        term=Subquery(facts.filter(what__in=TERMS).values("term")[:1]),
    )
    here, gone = _fold_people(_find_special_cases(at, known_at), at, known_at)
    folded = Q(pk__in=here | set(gone))
    over = Q(term__isnull=False, term__lte=at)
    row_left = Q(left_at__isnull=False, left_at__lte=at)
    if employment == "left":
        ended = Q(step=What.LEFT) | Q(step__in=STARTS) & over
        return asked.filter(Q(pk__in=set(gone)) | ~folded & (ended | Q(told=False) & row_left))
    working = Q(step__in=STARTS) & (Q(term__isnull=True) | Q(term__gt=at))
    found = asked.filter(Q(pk__in=here) | ~folded & (working | Q(told=False) & ~row_left))
    return (
        _of_kind(PersonKind.CONTRACTOR, found, at, known_at)
        if employment == "contractor"
        else found
    )


def filter_left_since(
    left: PersonQuerySet, since: datetime, *, at: datetime, known_at: datetime
) -> PersonQuerySet:
    """Of those who had `left` at `at`, by what had been recorded by `known_at`: who did so from `since` on.

    Whoever had left before is left out. Of the few with a beginning or a contract since then, and of those who left
    twice, the rule itself is asked. Three queries of its own.
    """
    before = since - INSTANT
    gone_before = filter_by_employment("left", User.objects.people(), at=before, known_at=known_at)
    earlier = gone_before.order_by().values("pk")
    lately_told = EmploymentEvent.objects.filter(effective_at__gte=since, effective_at__lte=at)
    anew = lately_told.filter(Q(what__in=TERMS) | Q(what=What.LEFT, person__in=earlier))
    special = _find_special_cases(at, known_at) | Q(person__in=anew.order_by().values("person"))
    here, gone = _fold_people(special, at, known_at)
    lately = {person for person, left_at in gone.items() if left_at >= since}
    others = ~Q(pk__in=here | set(gone)) & ~Q(pk__in=earlier)
    return left.filter(Q(pk__in=lately) | others)


def _told_facts(known_at: datetime) -> QuerySet[Any]:
    """With `term`, the end that a contract has."""
    return EmploymentEvent.objects.annotate(term=F("ends_at")).filter(recorded_at__lte=known_at)


def _kept_facts(at: datetime, known_at: datetime) -> QuerySet[Any]:
    """The facts that count at `at`: recorded by then, and replaced by none that was recorded after them."""
    after = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(
        recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
    )
    replacing = _told_facts(known_at).filter(
        after,
        person=OuterRef("person"),
        what=OuterRef("what"),
        corrects=OuterRef("effective_at"),
    )
    return _told_facts(known_at).filter(~Exists(replacing), effective_at__lte=at)


def _find_special_cases(at: datetime, known_at: datetime) -> Q:
    """The events of the few whose facts depend on all that came before: the rule itself is asked about them.

    They have begun anew without an end after a contract that has one, or a leaving of theirs was called off: whether
    the contract goes on, and whether a return is one, no single fact says.
    """
    anew = _told_facts(known_at).filter(
        person=OuterRef("person"),
        what__in=STARTS,
        term__isnull=True,
        effective_at__gte=OuterRef("effective_at"),
        effective_at__lte=at,
    )
    agreed = _told_facts(known_at).filter(Exists(anew), term__isnull=False)
    same_instant = {"person": OuterRef("person"), "effective_at": OuterRef("effective_at")}
    returns = _told_facts(known_at).filter(what=What.RETURNED, effective_at__lte=at)
    called_off = returns.filter(
        Exists(_told_facts(known_at).filter(what=What.LEFT, **same_instant))
    )
    return Q(person__in=agreed.order_by().values("person")) | Q(
        person__in=called_off.order_by().values("person")
    )


def _fold_people(
    events_of: Q, at: datetime, known_at: datetime
) -> tuple[set[int], dict[int, datetime]]:
    """Of the people with these events: who worked, and who had left, when. One query."""
    events = EmploymentEvent.objects.filter(events_of)
    told: dict[int, list[EmploymentEvent]] = defaultdict(list)
    for event in events.select_related("region").order_by("pk"):
        told[event.person_id].append(event)
    here: set[int] = set()
    gone: dict[int, datetime] = {}
    for person, rows in told.items():
        then = fold_employment(employment_facts(rows), at=at, known_at=known_at)
        if then.employed:
            here.add(person)
        elif then.left_at is not None:
            gone[person] = then.left_at
    return here, gone


def _of_kind(kind: str, within: PersonQuerySet, at: datetime, known_at: datetime) -> PersonQuerySet:
    """Those who were of the kind then: `accounts.rules.DatedValue.value_at` in SQL."""
    former, now = DATED_COLUMNS[What.KIND][1:]
    changes = EmploymentEvent.objects.filter(person=OuterRef("pk"), what=What.KIND)
    told = changes.filter(recorded_at__lte=known_at, effective_at__lte=at).order_by(*NEWEST)
    then = Coalesce(
        Subquery(told.values(now)[:1]),
        Subquery(changes.order_by("pk").values(former)[:1]),
        F("kind"),
    )
    return within.alias(kind_then=then).filter(kind_then=kind)

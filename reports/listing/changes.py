"""About whom anything was recorded since a day: what a file for another system has to bring anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, Func, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import Absence, EmploymentEvent
from accounts.querysets import PersonQuerySet
from certificates.models import Award, AwardEvent, Hold, Waiver
from channels.models import PostingPermission
from courses.models import Assignment, Enrolment
from ledger.models import Entry
from reports.console.moments import AskedMoment

SPAN = ("recorded_at", "end_recorded_at")
# Of each table about people: the way to the person, and when a row of it and its end were recorded.
TABLES: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (EmploymentEvent, "person", ("recorded_at",)),
    (Absence, "person", SPAN),
    (Award, "recipient", ("recorded_at",)),
    (AwardEvent, "award__recipient", ("recorded_at",)),
    (Hold, "person", SPAN),
    (Waiver, "person", SPAN),
    (Assignment, "person", ("recorded_at", "closed_at")),
    (Enrolment, "person", ("recorded_at", "closed_at")),
    (PostingPermission, "person", SPAN),
)


class ActorName(Func):
    """How the ledger names a person whose `uuid` is given, without "person:"."""

    output_field = CharField()
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::text")

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        column, values = compiler.compile(self.source_expressions[0])
        places = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        pieces = [f"substr({column}, {start}, {length})" for start, length in places]
        return " || '-' || ".join(pieces), [*values] * len(pieces)


def changed_since(found: PersonQuerySet, since: datetime, asked: AskedMoment) -> PersonQuerySet:
    """Those of `found` about whom something was recorded from `since` on, until the moment of knowing.

    What only time has brought, like the end of a certificate, is no change.
    """
    changed = Q()
    for table, whose, columns in TABLES:
        recorded = Q()
        for column in columns:
            recorded |= Q(**{f"{column}__gte": since, f"{column}__lte": asked.known_at})
        rows: QuerySet[Any] = QuerySet(table).filter(recorded, **{whose: OuterRef("pk")})
        changed |= Q(Exists(rows))
    named = found.alias(ledger_name=Concat(Value("person:"), ActorName(F("uuid"))))
    told = Entry.objects.filter(subject=OuterRef("ledger_name"))
    return named.filter(changed | Q(Exists(told.filter(at__gte=since, at__lte=asked.known_at))))

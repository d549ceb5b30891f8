"""Rows that hold from one moment until another: the one definition of what is current, and of what was known when.

A span is half-open: it holds at its beginning and no longer at its end. Each model says in `span` which of its
columns mean what, and has `objects = SpanQuerySet.as_manager()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q


@dataclass(frozen=True, slots=True)
class Span:
    """The columns of a span. `agreed` is an end that was known from the start; `ended` is one that an act set.

    Where no column says when the end was recorded, the end counts as recorded when it took effect.
    """

    begins: str = "starts_at"
    agreed: str = ""
    ended: str = "ended_at"
    recorded: str = "recorded_at"
    end_recorded: str = "end_recorded_at"


class SpanQuerySet(models.QuerySet[Any]):
    """Narrows the rows of a model that has a `span`."""

    @property
    def _span(self) -> Span:
        span: Span = self.model.span
        return span

    def current(self, at: datetime, known_at: datetime | None = None) -> Self:
        """What holds at `at`: by all that is recorded, or by what had been recorded by `known_at`."""
        rows = self if known_at is None else self.known(known_at)
        return rows.begun(at).unended(at, known_at).filter(self._before_agreed_end(at))

    def known(self, known_at: datetime) -> Self:
        """What had been recorded by `known_at`."""
        return self.filter(**{f"{self._span.recorded}__lte": known_at})

    def begun(self, at: datetime) -> Self:
        """What holds at `at` or held before."""
        return self.filter(**{f"{self._span.begins}__lte": at})

    def unended(self, at: datetime, known_at: datetime | None = None) -> Self:
        """What nobody has ended by `at`: it may be past its agreed end, or begin later."""
        span = self._span
        unended = _lies_after(span.ended, at)
        if known_at is not None:
            unended |= Q(**{f"{span.end_recorded or span.ended}__gt": known_at})
        return self.filter(unended)

    def held(self, since: datetime, at: datetime) -> Self:
        """What holds at some moment from `since` on and not later than `at`."""
        return self.begun(at).unended(since).filter(self._before_agreed_end(since))

    def overlapping(self, starts_at: datetime, until: datetime | None) -> Self:
        """What is agreed for some moment from `starts_at` on and before `until` (None: however late)."""
        rows = self.filter(self._before_agreed_end(starts_at))
        return rows if until is None else rows.filter(**{f"{self._span.begins}__lt": until})

    def lasting(self) -> Self:
        """What was not ended at its own beginning, as what is called off or replaced is."""
        return self.exclude(**{self._span.ended: F(self._span.begins)})

    def ended(self, at: datetime) -> Self:
        """What somebody, or a rule, has ended at `at` or before."""
        return self.filter(**{f"{self._span.ended}__lte": at})

    def ended_since(self, since: datetime) -> Self:
        """What somebody, or a rule, has ended after `since`."""
        return self.filter(**{f"{self._span.ended}__gt": since})

    def _before_agreed_end(self, at: datetime) -> Q:
        return _lies_after(self._span.agreed, at) if self._span.agreed else Q()

    def open(self) -> Self:
        """What nobody has ended, whatever the time: the rows of which the database allows one."""
        return self.filter(**{f"{self._span.ended}__isnull": True})


def _lies_after(column: str, at: datetime) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": at})


def check_end_recorded(name: str) -> models.CheckConstraint:
    """`ended_at` and `end_recorded_at` are set together: an end says when it was recorded."""
    neither = Q(ended_at__isnull=True, end_recorded_at__isnull=True)
    both = Q(ended_at__isnull=False, end_recorded_at__isnull=False)
    return models.CheckConstraint(condition=neither | both, name=name)


def check_choice(field: str, values: Sequence[str], name: str) -> models.CheckConstraint:
    """The column holds one of the values that the code knows."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": list(values)}), name=name)

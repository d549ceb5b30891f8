"""Since when accounts are switched off, for pages that tell of people: at a moment, by what was known at another.

`accounts.dated_columns.switched_off` in SQL, for lists; a test compares the two (tests/accounts/test_switching.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import EmploymentEvent, User
from accounts.readers import days

What = EmploymentEvent.What
WORDS = gettext_lazy(
    "The account is switched off since %(since)s. An administrator switches it on again."
)
ORDER = ("effective_at", "recorded_at", "pk")


@dataclass(frozen=True, slots=True)
class AccountStep:
    """Where whoever reads of an account that is off goes on: to the switch, or to whom they ask."""

    href: str
    deed: str


def off_since(at: datetime, known_at: datetime | None = None, person: str = "pk") -> Subquery:
    """For an annotation: since when the account of `person` is off at `at`; NULL where it is not.

    By what had been recorded by `known_at`, else by everything.
    """
    told = EmploymentEvent.objects.filter(effective_at__lte=at)
    if known_at is not None:
        told = told.filter(recorded_at__lte=known_at)
    on_again = told.filter(_after(), person=OuterRef("person"), what=What.SWITCHED_ON)
    off = told.filter(~Exists(on_again), person=OuterRef(person), what=What.SWITCHED_OFF)
    return Subquery(off.order_by(*ORDER).values("effective_at")[:1])


def _after() -> Q:
    """Later in the order in which facts count: by when they count, then by when they were recorded."""
    recorded_later = Q(recorded_at__gt=OuterRef("recorded_at"))
    recorded_later |= Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    same_moment = Q(effective_at=OuterRef("effective_at")) & recorded_later
    return Q(effective_at__gt=OuterRef("effective_at")) | same_moment


def spell_off(since: datetime | None) -> str:
    """The sentence about an account that is switched off, with the reader's day; "" for one that is not."""
    if since is None:
        return ""
    return str(WORDS) % {"since": days.spell_day(timezone.localtime(since))}


def find_switch_step(reader: User, person: User) -> AccountStep:
    """An administrator switches the account on; everybody else asks for it."""
    if reader.has_perm("accounts.change_user"):
        address = reverse("wagtailusers_users:edit", args=[person.pk])
        return AccountStep(address, _("Switch the account on"))
    return AccountStep(reverse("home:contacts") + "#team", _("See who to ask"))

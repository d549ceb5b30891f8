"""`/me/contacts/`: whom to ask where only others can act, each with a letter to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.models import Responsibility, Role, User

MOST_NAMES = 5
# A database of its own accord may put those of no region first or last.
REGION_FIRST = F("region_id").asc(nulls_last=True)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to; `letter` is a mailto address."""

    name: str
    letter: str


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """Who can help with one kind of thing; `anchor` names its place on the page."""

    anchor: str
    heading: str
    text: str
    contacts: list[Contact]


@require_safe
@login_required
def show_contacts(request: PersonRequest) -> HttpResponse:
    """Show whom the signed-in person asks about what."""
    groups = list_contacts(request.user, timezone.now())
    return render(request, "home/contacts.html", {"groups": groups})


def list_contacts(person: User, at: datetime) -> list[ContactGroup]:
    """HR, the sponsor or manager, channel governance and the social team, as they are at `at`."""
    team = Contact(_("Global social team"), _letter(settings.HELP_EMAIL, person))
    hr = _holders(Role.HR, person, at) or [team]
    governing = _holders(Role.GOVERNANCE, person, at) or [team]
    above = [one for one in (person.sponsor, person.manager) if one and _answers(one, at)]
    return [
        ContactGroup(
            "hr",
            _("HR"),
            _("About a hold, a certificate that was withdrawn, your employment and your contract."),
            hr,
        ),
        ContactGroup(
            "manager",
            _("Your sponsor and your manager"),
            _("About your contract, another try at a quiz, and what your work needs."),
            [Contact(one.display_name, _letter(one.email, person)) for one in above] or hr,
        ),
        ContactGroup(
            "governance",
            _("Channel governance"),
            _("About opening, pausing and closing channels, and who answers for them."),
            governing,
        ),
        ContactGroup(
            "team",
            _("Everything else"),
            _(
                "About courses, quizzes, this site and accounts, which an administrator switches off and on."
            ),
            [team],
        ),
    ]


def _answers(one: User, at: datetime) -> bool:
    return one.is_active and not one.has_left(at)


def _holders(role: str, person: User, at: datetime) -> list[Contact]:
    """The people with this role for the person's region or everywhere, those of the region first."""
    here = Q(region=None) | Q(region=person.region_id)
    held = Responsibility.objects.current(at).filter(here, role=role).exclude(person=person)
    rows = held.select_related("person").order_by(REGION_FIRST, "person__display_name")
    people = {row.person: None for row in rows if _answers(row.person, at)}
    return [Contact(one.display_name, _letter(one.email, person)) for one in people][:MOST_NAMES]


def _letter(email: str, person: User) -> str:
    subject = _("A question from %(person)s") % {"person": person.display_name}
    return f"mailto:{quote(email, safe='@')}?subject={quote(subject)}"

"""`/me/profile/`: what HR told us about the signed-in person, how they read, and a file with all we hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.models import User
from accounts.readers.days import spell_day
from certificates.reminders import STAGES
from home.profile import records

NEWEST = 10


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One fact and its value in words; `missing`: HR has told us none."""

    label: str
    value: str
    missing: bool = False


@require_safe
@login_required
def show_profile(request: PersonRequest) -> HttpResponse:
    """The profile page."""
    person = User.objects.select_related("team", "region", "manager", "sponsor").get(
        pk=request.user.pk
    )
    newest = person.notifications.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")
    context = {
        "person": person,
        "facts": [*_employment_facts(person), *_quiz_facts(person)],
        "language": _language(person.locale),
        "notices": describe_notices(),
        "newest": newest[:NEWEST],
    }
    return render(request, "home/profile.html", context)


@require_safe
@login_required
def download_records(request: PersonRequest) -> HttpResponse:
    """Everything held about the signed-in person as one JSON file."""
    at = timezone.now()
    found = records.collect_records(request.user, at)
    response = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = f"{_('my-data')}-{timezone.localdate(at):%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _employment_facts(person: User) -> list[KnownFact]:
    told: list[tuple[str, Any]] = [
        (_("Name"), person.display_name),
        (_("HR id"), person.hr_id),
        (_("E-mail"), person.email),
        (_("Kind"), person.get_kind_display()),
        (_("Unit"), person.team),
        (_("Manager"), person.manager),
        (_("Region"), person.region),
        (_("Country"), person.country),
        (_("Site"), person.site),
        (_("Job"), person.job_title or person.job_code),
        (_("First working day"), person.starts_on),
    ]
    if person.sponsor:
        told.append((_("Answers for you"), person.sponsor))
    ends = KnownFact(_("Last day of the contract"), _spell(person.contract_ends_on) or _("No end"))
    return [*(_fact(label, value) for label, value in told), ends]


def _fact(label: str, value: Any) -> KnownFact:
    return KnownFact(label, _spell(value) or _("Not told"), missing=not value)


def _spell(value: Any) -> str:
    return spell_day(value) if isinstance(value, date) else str(value or "")


def _quiz_facts(person: User) -> list[KnownFact]:
    """What HR has set so that the person takes quizzes on equal terms; nothing where nothing is set."""
    found = []
    if person.time_factor != 1:
        times = f"{person.time_factor.normalize():f}"
        found.append(
            KnownFact(_("Time in quizzes"), _("%(times)s times as long") % {"times": times})
        )
    if person.extra_attempts:
        words = ngettext("%(n)s more", "%(n)s more", person.extra_attempts)
        found.append(KnownFact(_("Tries at quizzes"), words % {"n": person.extra_attempts}))
    return found


def _language(code: str) -> str:
    known = dict(settings.LANGUAGES)
    return str(get_language_info(code)["name_translated"]) if code in known else code


def describe_notices() -> list[str]:
    """What Postworthy writes to people about, and when. Nobody can switch these off: rights hang on them."""
    days = sorted(STAGES, reverse=True)
    return [
        _(
            "Before a certificate ends: %(first)s, %(second)s and %(third)s days before, in your working hours."
        )
        % dict(zip(("first", "second", "third"), days, strict=True)),
        _("When you are certified, when a certificate is withdrawn, and when marks are corrected."),
        _("When a reviewer has marked your answers, and when you get another try."),
        _("When somebody asks you for a role on a channel, and when your own request is answered."),
        _("When your password or your second step changes."),
    ]

"""What a course page says it opens: certificates, the listed channels that ask for them, and what is due."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from certificates import renewals
from certificates.models import Certification, Requirement
from certificates.policy_days import spell_policy_day
from certificates.renewals import Renewal
from certificates.rules.standings import Standing, Status
from channels.addresses import channel_address
from channels.listing import channels_with_state
from channels.models import AccessRule, Channel, ChannelEvent
from channels.rules.posting import OPEN_STATES
from courses.pages import editions, openings
from courses.pages.openings import CourseOpening, OpenedChannel, RenewalOutlook


def connect() -> None:
    """Called once, when the apps are ready."""
    openings.register_openings(read_openings, read_outlooks)
    # What a course page says it opens is read from these.
    for model in (Certification, Requirement, AccessRule, Channel, ChannelEvent):
        for news in (post_save, post_delete):
            news.connect(editions.begin_edition, model, dispatch_uid="channels.edition")


def read_openings() -> dict[int, tuple[CourseOpening, ...]]:
    """By course id, the certificates it earns and the listed open channels that ask for them. Three queries."""
    now = timezone.now()
    asking = _asking_channels(now)
    unretired = Certification.objects.exclude(retired_at__lte=now).order_by("code")
    rows = unretired.filter(requirements__isnull=False).values_list(
        *("requirements__course_id", "pk", "code", "title", "period_months"),
        *("requirements__course__title", "policy_tz"),
    )
    found: dict[int, list[CourseOpening]] = defaultdict(list)
    for course, certification, code, title, months, taken, zone in rows:
        opened = tuple(asking.get(certification, ()))
        found[course].append(CourseOpening(code, title, months, taken, zone, opened))
    return {course: tuple(made) for course, made in found.items()}


def _asking_channels(now: datetime) -> dict[int, list[OpenedChannel]]:
    listed = channels_with_state(now).filter(Q(public=True, state_now__in=OPEN_STATES))
    titles = {row["pk"]: row for row in listed.order_by("title").values("pk", "code", "title")}
    rules = AccessRule.objects.current(now).filter(channel__in=titles)
    pairs = set(rules.values_list("certification_id", "channel_id"))
    found: dict[int, list[OpenedChannel]] = defaultdict(list)
    for pk, row in titles.items():
        opened = OpenedChannel(row["title"], channel_address(row["code"]))
        for certification in {asked for asked, channel in pairs if channel == pk}:
            found[certification].append(opened)
    return found


def read_outlooks(person: User, course_id: int, at: datetime) -> list[RenewalOutlook]:
    """One sentence for each certificate of the course that the person has or had, with the dates of a renewal."""
    found = renewals.find_renewals(person, course_id, at)
    return [
        RenewalOutlook(
            *(_outlook(one), one.due, _changes(one.standing, at)),
            whole=one.whole,
            over=one.standing.status in {Status.LAPSED, Status.REVOKED},
        )
        for one in found
    ]


def _changes(known: Standing, at: datetime) -> str:
    """The page of what has changed, for somebody whose certificate is of an old version."""
    if renewals.is_caught_up(known, at):
        return reverse("certificates:update", args=[known.certification_code])
    return ""


def _outlook(one: Renewal) -> str:
    """Where the certificate stands, and until when a pass today would make it hold."""
    known, zone = one.standing, one.standing.policy_tz
    named = {
        "title": known.certification_title,
        "end": spell_policy_day(known.valid_through, zone),
        "last": spell_policy_day(known.last_day, zone),
        "renewed": spell_policy_day(one.renewed_through, zone),
    }
    return _sentence(known) % named


def _sentence(known: Standing) -> str:
    if known.status is Status.EXPIRING and known.is_below_floor:
        return _(
            "“%(title)s” is of an old version and counts until %(last)s. "
            "Renew it today and it holds until %(renewed)s: that covers what has changed."
        )
    told = {
        Status.EXPIRING: _(
            "“%(title)s” holds until %(end)s. Renew it today and it holds until %(renewed)s: early loses no day."
        ),
        Status.UPDATE_DUE: _(
            "The course has changed: “%(title)s” of the old version counts until %(last)s. Catching up keeps its end, "
            "%(end)s. Take the whole course today and it holds until %(renewed)s."
        ),
        Status.GRACE: _(
            "“%(title)s” has ended. Days of grace let you post until %(last)s. "
            "Renew it today and it holds until %(renewed)s."
        ),
        Status.CERTIFIED: _("“%(title)s” holds until %(end)s. Nothing is due."),
        Status.SUSPENDED: _(
            "“%(title)s” is on hold. You may take the course again; the hold stays until HR ends it."
        ),
        Status.REVOKED: _(
            "“%(title)s” was withdrawn. Pass again today and a new one holds until %(renewed)s."
        ),
    }
    return told.get(known.status) or _(
        "“%(title)s” has ended. Renew it today and it holds until %(renewed)s."
    )

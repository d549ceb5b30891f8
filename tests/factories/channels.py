"""Plain makers of channels, roles and certificates for tests; times in days from `NOW`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from certificates.models import Award, Certification, Requirement
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    Owner,
    Platform,
    PostingPermission,
    RulesAcceptance,
)
from courses.models import Course
from tests.conftest import NOW
from tests.factories.kept import Numbers

DAY = timedelta(days=1)
BEGUN = NOW - 300 * DAY
SYSTEM = "system:test"
_numbers = Numbers()


def make_platform(code: str = "blog") -> Platform:
    return Platform.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def make_certification(code: str = "POST-CORE") -> Certification:
    """A certification that asks for a course of the same code."""
    certification, created = Certification.objects.get_or_create(
        code=code, defaults={"title": f"Certificate {code}"}
    )
    if created:
        course = Course.objects.create(key=uuid4(), code=code, title=f"Course {code}")
        Requirement.objects.create(certification=certification, course=course)
    return certification


def make_channel(
    code: str = "", *, state: str = "live", asks: bool = True, **fields: Any
) -> Channel:
    """A channel that asks for POST-CORE and has one version of house rules, unless `asks` is False."""
    code = code or f"CH-{next(_numbers)}"
    fields.setdefault("platform", make_platform())
    fields.setdefault("url", f"https://{code.lower()}.example/")
    fields.setdefault("title", f"Channel {code}")
    channel = Channel.objects.create(code=code, **fields)
    if state:
        enter(channel, state)
    if asks:
        ask_for(channel, make_certification())
        write_rules(channel)
    return channel


def enter(channel: Channel, state: str, days: float = -300) -> ChannelEvent:
    when = NOW + days * DAY
    return ChannelEvent.objects.create(
        channel=channel, state=state, effective_at=when, recorded_at=when, actor=SYSTEM
    )


def ask_for(channel: Channel, certification: Certification, group: int = 1) -> AccessRule:
    return AccessRule.objects.create(
        channel=channel,
        certification=certification,
        group=group,
        starts_at=BEGUN,
        recorded_at=BEGUN,
        actor=SYSTEM,
    )


def write_rules(channel: Channel, version: int = 1, days: float = -300) -> ChannelRules:
    when = NOW + days * DAY
    return ChannelRules.objects.create(
        channel=channel,
        version=version,
        text=f"Be kind. Version {version}.",
        effective_at=when,
        recorded_at=when,
        actor=SYSTEM,
    )


def make_owner(channel: Channel, person: User, kind: str = "owner") -> Owner:
    return Owner.objects.create(
        channel=channel, person=person, kind=kind, started_at=BEGUN, actor=SYSTEM
    )


def make_permission(
    channel: Channel, person: User, role: str = "publisher", days: float = -100, **fields: Any
) -> PostingPermission:
    when = NOW + days * DAY
    fields.setdefault("recorded_at", when)
    return PostingPermission.objects.create(
        channel=channel, person=person, role=role, starts_at=when, actor=SYSTEM, **fields
    )


def accept_rules(channel: Channel, person: User, days: float = -90) -> RulesAcceptance:
    when = NOW + days * DAY
    rules = channel.rules_versions.latest("version")
    return RulesAcceptance.objects.create(
        rules=rules, person=person, accepted_at=when, recorded_at=when
    )


def make_award(
    person: User,
    certification: Certification | None = None,
    *,
    start: float = -90,
    end: float = 275,
) -> Award:
    """An award that is valid from `start` to `end`, in days from NOW."""
    number = next(_numbers)
    begun, over = NOW + start * DAY, NOW + end * DAY
    certification = certification or make_certification()
    return Award.objects.create(
        number=f"PW-T-{number:06d}",
        code=f"{number:026d}",
        certification=certification,
        recipient=person,
        basis="equivalence",
        evidence_note="Made for a test",
        recipient_name=person.display_name,
        certification_title=certification.title,
        locale="en",
        issued_at=begun,
        valid_from=begun,
        valid_through=(over - timedelta(seconds=1)).date(),
        policy_tz="UTC",
        expires_at=over,
        recorded_at=begun,
        actor=SYSTEM,
    )


def make_poster(person: User, channel: Channel, role: str = "publisher") -> User:
    """Everything in order: a role, the rules accepted, a certificate."""
    make_permission(channel, person, role)
    accept_rules(channel, person)
    if not person.awards.exists():
        make_award(person)
    return person

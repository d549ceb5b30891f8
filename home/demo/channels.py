"""Twelve official channels of Northlight on six platforms, in the states that channels can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Region, User
from certificates.models import Certification
from channels import acceptances, registry
from channels.desk import platforms, registration
from channels.models import Channel, Platform

ACTOR = "system:demo"
PLATFORMS = {
    "blog": (
        "Company blog",
        ["blog.northlight.example"],
        "https://blog.northlight.example/{handle}",
    ),
    "linkedin": ("LinkedIn", ["linkedin.com"], "https://www.linkedin.com/{handle}"),
    "x": ("X", ["x.com", "twitter.com"], "https://x.com/{handle}"),
    "instagram": ("Instagram", ["instagram.com"], "https://www.instagram.com/{handle}/"),
    "youtube": ("YouTube", ["youtube.com"], "https://www.youtube.com/@{handle}"),
    "facebook": ("Facebook", ["facebook.com"], "https://www.facebook.com/{handle}"),
}
RULES = (
    "Say in the post that you work at Northlight. Read the thread before you answer. Nothing about people's "
    "data, unreleased plans, results before results day, or work we have no rights to. Come back when you said "
    "you would."
)


@dataclass(frozen=True)
class DemoChannel:
    """A channel as the demo wants it. `states` follow "requested, in review, approved, live"."""

    code: str
    platform: str
    handle: str
    title: str
    purpose: str
    owner: str
    deputy: str
    region: str = ""
    kind: str = "brand"
    review: str = "free"
    bound: bool = False
    needs: tuple[str, ...] = ("POST-CORE",)
    states: tuple[str, ...] = ()


OLGA, DANA, BEN, CAROL, SAM = "N0004", "N0002", "N0007", "N0009", "N0001"
DEMO_CHANNELS = (
    DemoChannel(
        "BLOG-CORPORATE",
        "blog",
        "company",
        "Corporate blog",
        "What we make and why, for everybody.",
        OLGA,
        DANA,
    ),
    DemoChannel(
        "LINKEDIN-COMPANY",
        "linkedin",
        "company/northlight",
        "LinkedIn company page",
        "News about the company for customers, partners and future colleagues.",
        OLGA,
        SAM,
    ),
    DemoChannel(
        "X-NEWS",
        "x",
        "northlight",
        "X news account",
        "Short news and replies in English.",
        DANA,
        OLGA,
    ),
    DemoChannel(
        "X-SUPPORT-UK",
        "x",
        "northlightukhelp",
        "X support account, UK",
        "Answers for owners in the UK.",
        BEN,
        OLGA,
        "UK",
        "support",
        needs=("POST-CORE", "SUPPORT-REPLY"),
    ),
    DemoChannel(
        "INSTAGRAM-FI",
        "instagram",
        "northlight.fi",
        "Instagram, Finland",
        "Sound and everyday life in Finland.",
        OLGA,
        DANA,
        "FI",
    ),
    DemoChannel(
        "INSTAGRAM-BR",
        "instagram",
        "northlight.br",
        "Instagram, Brazil",
        "Builders and listeners in Brazil.",
        CAROL,
        OLGA,
        "BR",
        bound=True,
    ),
    DemoChannel(
        "YOUTUBE-GLOBAL",
        "youtube",
        "northlight",
        "YouTube channel",
        "How-to films, with captions.",
        DANA,
        OLGA,
        review="each",
    ),
    DemoChannel(
        "YOUTUBE-IN",
        "youtube",
        "northlightindia",
        "YouTube, India",
        "Films in Hindi and English.",
        OLGA,
        DANA,
        "IN",
    ),
    DemoChannel(
        "FACEBOOK-US",
        "facebook",
        "northlightus",
        "Facebook, US",
        "Help and news for owners in the US.",
        OLGA,
        SAM,
        "US",
        "support",
        needs=("POST-CORE", "SUPPORT-REPLY"),
    ),
    DemoChannel(
        "FACEBOOK-UK",
        "facebook",
        "northlightuk",
        "Facebook, UK",
        "Closed: look at X and LinkedIn instead.",
        BEN,
        OLGA,
        "UK",
        states=("sunsetting", "closed"),
    ),
    DemoChannel(
        "LINKEDIN-CAREERS-IN",
        "linkedin",
        "company/northlight-careers-in",
        "LinkedIn careers, India",
        "Open positions and the people behind them.",
        OLGA,
        DANA,
        "IN",
        "careers",
        states=("suspended",),
    ),
    DemoChannel(
        "BLOG-ENGINEERING",
        "blog",
        "engineering",
        "Engineering blog",
        "How we build sound.",
        DANA,
        OLGA,
        states=("in_review",),
    ),
)
REASONS = {
    "suspended": "Two people have to take over before the old owner leaves.",
    "closed": "Too few people to answer. Followers were told where to go.",
}


def load_channels(people: dict[str, User], opened: datetime, today: datetime) -> dict[str, Channel]:
    """Register every channel."""
    return {row.code: _channel(row, people, opened, today) for row in DEMO_CHANNELS}


def _channel(
    row: DemoChannel, people: dict[str, User], opened: datetime, today: datetime
) -> Channel:
    platform = _platform(row.platform, opened)
    channel = Channel(
        code=row.code,
        platform=platform,
        handle=row.handle,
        url=platform.url_template.format(handle=row.handle),
        title=row.title,
        purpose=row.purpose,
        region=Region.objects.filter(code=row.region).first(),
        classification=row.kind,
        review_mode=row.review,
        region_bound=row.bound,
        opened_on=_day(opened),
        confirmed_at=today - timedelta(days=70),
    )
    registration.add_channel(channel, actor=ACTOR, at=opened)
    _open(channel, row, people, opened, today)
    return channel


def _open(
    channel: Channel, row: DemoChannel, people: dict[str, User], opened: datetime, today: datetime
) -> None:
    registry.appoint_owner(channel, people[row.owner], "owner", actor=ACTOR, at=opened)
    registry.appoint_owner(channel, people[row.deputy], "deputy", actor=ACTOR, at=opened)
    for group, code in enumerate(row.needs, 1):
        certification = Certification.objects.get(code=code)
        registry.require_certification(channel, certification, actor=ACTOR, at=opened, group=group)
    acceptances.publish_rules(channel, RULES, actor=ACTOR, at=opened)
    steps = ["requested", "in_review", "approved", "live"]
    if row.states == ("in_review",):
        steps = steps[:2]
    for day, state in enumerate(steps):
        registry.enter_state(channel, state, actor=ACTOR, at=opened + timedelta(days=day))
    for day, state in enumerate(row.states if len(steps) == 4 else ()):
        at = today - timedelta(days=60 - 30 * day)
        registry.enter_state(channel, state, actor=ACTOR, at=at, reason=REASONS.get(state, ""))


def _platform(code: str, at: datetime) -> Platform:
    name, hosts, template = PLATFORMS[code]
    return Platform.objects.filter(code=code).first() or platforms.add_platform(
        code, name=name, hosts=hosts, url_template=template, actor=ACTOR, at=at
    )


def _day(moment: datetime) -> date:
    return moment.date()

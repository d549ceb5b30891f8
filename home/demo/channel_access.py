"""The demo's channel roles, requests and freezes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from channels import acceptances, freezes, permissions, requests
from channels.models import Channel
from home.demo.channels import BEN, CAROL, OLGA, SAM
from home.demo.history import ACTOR, Story

ADA = "N0008"
# How many days ago the people passed who answer for channels; Olga's certificate ends soon.
OWNERS_PASSED = {OLGA: -310, BEN: -100, CAROL: -210, SAM: -160, "N0002": -110, "N0005": -60}
LIVE = (
    "BLOG-CORPORATE",
    "LINKEDIN-COMPANY",
    "X-NEWS",
    "INSTAGRAM-FI",
    "YOUTUBE-GLOBAL",
    "YOUTUBE-IN",
)


def plan_access(
    story: Story,
    people: dict[str, User],
    channels: dict[str, Channel],
    dealt: dict[str, list[User]],
) -> None:
    """Add the roles, requests and freezes of the year to the story."""
    _ada(story, people[ADA], channels)
    _owners(story, people, channels)
    for group in ("certified", "expiring", "update_due", "lapsed", "suspended", "grace"):
        for number, person in enumerate(dealt[group]):
            _give(story, person, channels[LIVE[number % len(LIVE)]], -100 - number)
            if person.region and person.region.code == "UK":
                _give(story, person, channels["X-SUPPORT-UK"], -90 - number)
    asking = dealt["certified"][:3]
    for number, person in enumerate(asking):
        channel = channels["BLOG-CORPORATE" if number else "LINKEDIN-COMPANY"]
        story.add(
            story.day(-2 + number / 10),
            partial(_ask, person, channel),
        )
    _stops(story, channels)


def _ada(story: Story, ada: User, channels: dict[str, Channel]) -> None:
    """Ada has one module to go. Three channels wait for her certificate, a fourth also for her accepting its rules."""
    story.assign(ada, -16, due_in=30)
    story.study(ada, -13, lessons=len(story.lessons) - 3)
    _give(story, ada, channels["X-SUPPORT-UK"], -5)
    _give(story, ada, channels["LINKEDIN-COMPANY"], -5)
    _give(story, ada, channels["BLOG-CORPORATE"], -5, accepts=False)
    _give(story, ada, channels["YOUTUBE-GLOBAL"], -5, role="contributor")


def _owners(story: Story, people: dict[str, User], channels: dict[str, Channel]) -> None:
    """The people who answer for channels are certified themselves."""
    for hr_id, days in OWNERS_PASSED.items():
        story.certify(people[hr_id], days)
    _give(story, people[OLGA], channels["LINKEDIN-COMPANY"], -250)
    _give(story, people[OLGA], channels["BLOG-CORPORATE"], -250)
    _give(story, people[BEN], channels["X-SUPPORT-UK"], -95)
    _give(story, people[CAROL], channels["INSTAGRAM-BR"], -200)
    _give(story, people[CAROL], channels["INSTAGRAM-FI"], -200, role="contributor")


def _give(
    story: Story,
    person: User,
    channel: Channel,
    days: float,
    *,
    role: str = "publisher",
    accepts: bool = True,
) -> None:
    def act(at: datetime) -> None:
        permissions.grant_permission(
            channel, person, role, actor=ACTOR, at=at, reason="Agreed with the owner."
        )
        if accepts:
            acceptances.accept_rules(channel, person, version=1, at=at)

    story.add(story.day(days), act)


def _ask(person: User, channel: Channel, at: datetime) -> None:
    why = "I answer questions about this every week and want to do it from the account."
    if not channel.permissions.open().filter(person=person).exists():
        requests.ask_for_role(person, channel, why=why, at=at)


def _stops(story: Story, channels: dict[str, Channel]) -> None:
    """An afternoon without posts in spring, and the US page stopped since yesterday."""

    def spring(at: datetime) -> None:
        freezes.start_freeze(
            "channel",
            channel=channels["X-NEWS"],
            actor=ACTOR,
            at=at,
            reason="A post with a wrong figure is being corrected.",
            ends_at=at + timedelta(hours=5),
        )

    def now(at: datetime) -> None:
        freezes.start_freeze(
            "channel",
            channel=channels["FACEBOOK-US"],
            actor=ACTOR,
            at=at,
            reason="The sign-in of the page is being moved to the shared mailbox.",
        )

    story.add(story.day(-220), spring)
    story.add(story.day(-1), now)

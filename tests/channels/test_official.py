"""The public list of official channels and the check of an address: a stranger's account is never official."""

from __future__ import annotations

from django.test import Client

import pytest
from bs4 import BeautifulSoup

from channels import registry
from tests.conftest import NOW
from tests.factories.channels import make_channel, make_owner, make_platform

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
CHECK = "/verify/channel"


@pytest.fixture
def accounts(olga) -> dict:
    platform = make_platform("x")
    platform.hosts, platform.url_template = ["x.com", "twitter.com"], "https://x.com/{handle}"
    platform.save()
    states = {
        "live": "live",
        "closing": "sunsetting",
        "paused": "suspended",
        "gone": "closed",
        "idea": "draft",
    }
    made = {
        handle: make_channel(
            handle.upper(),
            state=state,
            platform=platform,
            handle=handle,
            url=f"https://x.com/{handle}",
            title=f"Our {handle}",
        )
        for handle, state in states.items()
    }
    secret = {"handle": "secret", "url": "https://x.com/secret", "public": False}
    made["secret"] = make_channel("SECRET", platform=platform, **secret)
    for channel in made.values():
        make_owner(channel, olga)
    return made


ANSWERS = {
    "https://mobile.twitter.com/Live?s=20": ("official", 200),
    "x.com/closing": ("official", 200),
    "x.com/paused": ("official", 200),
    "x.com/gone": ("closed", 410),
    "x.com/idea": ("not_listed", 404),
    "x.com/secret": ("not_listed", 404),
    "x.com/live2": ("not_listed", 404),
    "x.com.evil.example/live": ("unsupported", 422),
    "https://x.com@evil.example/live": ("unsupported", 422),
    "": ("unsupported", 422),
}


@pytest.mark.parametrize("url", ANSWERS)
def test_check_of_an_address_answers_in_one_of_four_ways(accounts, url):
    status, code = ANSWERS[url]
    reply = Client().get(f"{CHECK}.json", {"url": url})
    assert (reply.json()["status"], reply.status_code) == (status, code)
    page = Client().get(CHECK, {"url": url})
    assert page.status_code == code
    assert ("Official: " in page.text) == (status == "official")


def test_former_handle_is_not_official(accounts, olga):
    new = {"handle": "alive", "url": "https://x.com/alive"}
    registry.change_details(accounts["live"], actor="system:test", at=NOW, reason="x", **new)
    ask = Client().get
    assert ask(f"{CHECK}.json", {"url": "x.com/live"}).json()["status"] == "not_listed"
    assert ask(f"{CHECK}.json", {"url": "x.com/alive"}).json()["status"] == "official"


def test_directory_lists_public_official_channels_and_names_nobody(accounts):
    reply = Client().get("/channels/official.json")
    items = reply.json()["items"]
    assert [item["title"] for item in items] == ["Our closing", "Our live", "Our paused"]
    assert set(items[0]) == {
        *("title", "platform", "handle", "url", "region", "language", "state"),
    }
    page = Client().get("/channels/official/")
    titles = [h.text for h in BeautifulSoup(page.content, "html.parser").select(".cards h2")]
    assert titles == ["Our closing", "Our live", "Our paused"]
    assert "Olga" not in page.text
    filtered = Client().get("/channels/official.json", {"platform": "x"}).json()
    assert filtered["items"] == []
    assert "no filter called “platform”" in filtered["misread"][0]


def test_answer_for_machines_may_be_kept_and_strangers_are_limited(accounts, settings):
    settings.VERIFY_RATE = "2/m/ip"
    replies = [Client().get(f"{CHECK}.json", {"url": "x.com/live"}) for _ in range(3)]
    assert [one.status_code for one in replies] == [200, 200, 429]
    assert replies[0].headers["Cache-Control"] == "public, max-age=60"
    assert "no-store" in replies[2].headers["Cache-Control"]

"""What a person reads of themselves: what HR told us, where they are signed in, and all we hold, in one file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from channels.decisions import DecisionQuery, decide
from home.profile.records import RELATED
from tests.factories.channels import make_channel, make_poster
from tests.factories.people import give_role, make_region, make_team
from tests.factories.quizzes import CANARY, answer_all, make_attempt, make_quiz, take

DAY = timedelta(days=1)
# Rows about a person that stand elsewhere in the file, and rows that only name the person as somebody acting.
ELSEWHERE = {
    *("attempts", "usersession", "authenticator", "emailaddress"),
    *("reports", "sponsored"),  # other people, whose manager or sponsor the person is
    "locked_items",  # what an author is editing just now
}


def download(browser: Client) -> dict[str, Any]:
    reply = browser.get("/me/data.json")
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert reply.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(reply.content)
    return found


def test_profile_shows_what_hr_told_us_and_whom_to_ask(ada: User, as_: Any) -> None:
    ada.time_zone, ada.contract_ends_on = "Europe/Helsinki", date(2027, 3, 14)
    ada.team, ada.region = make_team("SOCIAL"), make_region("FI", name="Finland")
    ada.save()
    soup = BeautifulSoup(as_(ada).get("/me/profile/").content, "html.parser")
    facts = {
        row.dt.get_text(strip=True): row.dd.get_text(strip=True) for row in soup.select("dl > div")
    }
    assert facts["Name"] == "Ada Virtanen"
    assert facts["HR id"] == ada.hr_id
    assert (facts["Unit"], facts["Manager"]) == ("Social", "Ben Aalto")
    assert facts["Region"] == ada.region.name
    assert facts["Last day of the contract"] == "14 March 2027"
    assert facts["Country"] == "Not told"
    assert (facts["Language"], facts["Time zone"]) == ("English", "Europe/Helsinki")
    links = {link["href"] for link in soup.select("main a")}
    assert {"/me/contacts/#hr", "/me/data.json", "/accounts/sessions/"} <= links
    assert "30, 14 and 3 days before" in soup.get_text(" ")


def test_profile_is_in_the_account_menu(ada: User, as_: Any) -> None:
    assert 'href="/me/profile/"' in as_(ada).get("/me/").content.decode()


def test_sessions_are_listed_with_browser_device_and_time(ada: User) -> None:
    ada.set_password("twelve-letters-and-more")
    ada.save()
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"
    browser = Client(headers={"user-agent": agent})
    browser.post("/accounts/login/", {"login": ada.email, "password": "twelve-letters-and-more"})
    shown = " ".join(browser.get("/accounts/sessions/").content.decode().split())
    session = ada.usersession_set.get()
    assert "Safari on iPhone" in shown
    assert "Mozilla" not in shown
    assert f"{timezone.localtime(session.created_at):%H:%M} UTC" in shown
    (told,) = download(browser)["sign_in"]["sessions"]
    assert (told["browser"], told["user_agent"]) == ("Safari on iPhone", agent)


def test_download_holds_every_kind_of_row_about_a_person() -> None:
    """A new table with a person in it has to be told, or to be named here with the place where it stands."""
    told = {name for section in RELATED.values() for name in section}
    related = {
        relation.get_accessor_name().removesuffix("_set")
        for relation in User._meta.related_objects
        if not relation.related_model.__module__.startswith("wagtail.")
    }
    assert related - told - ELSEWHERE == set()
    assert told <= related


def test_download_tells_everything_we_hold(ada: User, as_: Any) -> None:
    channel = make_channel("BLOG")
    make_poster(ada, channel)
    decide(
        [DecisionQuery(ada.hr_id or "", "BLOG", "publish", timezone.now())],
        asked_by="system:test",
        evaluated_at=timezone.now(),
    )
    give_role(ada, "reviewer")
    done = take(ada, make_quiz(preset="practice"), timezone.now() - DAY)
    found = download(as_(ada))
    assert found["profile"]["hr_id"] == ada.hr_id
    assert [row["what"] for row in found["employment"]["employment"]] == ["joined"]
    assert [row["role"] for row in found["employment"]["responsibilities"]] == ["reviewer"]
    assert [row["channel__code"] for row in found["channels"]["permissions"]] == ["BLOG"]
    assert [row["channel_code"] for row in found["channels"]["decisions"]] == ["BLOG"]
    assert len(found["channels"]["acceptances"]) == len(found["certificates"]["awards"]) == 1
    (told,) = found["quizzes"]["tries"]
    assert told["uuid"] == str(done.uuid)
    assert len(told["answers"]) == done.responses.count()
    assert all(row["answer"] and row["question"] for row in told["answers"])
    assert {row["kind"] for row in found["history"]} >= {"attempt.submitted"}


def test_download_is_about_nobody_else(ada: User, ben: User, as_: Any) -> None:
    make_poster(ben, make_channel("BLOG"))
    text = json.dumps(download(as_(ada)))
    assert ben.display_name not in text
    assert ben.email not in text


@pytest.mark.parametrize("handed_in", [False, True])
def test_download_tells_no_key_and_of_an_exam_no_questions(
    ada: User, as_: Any, *, handed_in: bool
) -> None:
    page = make_quiz()
    at = timezone.now() - DAY
    if handed_in:
        take(ada, page, at, right=False)
    else:
        answer_all(make_attempt(ada, page, at), at, right=False)
    found = download(as_(ada))
    assert CANARY not in json.dumps(found)
    (told,) = found["quizzes"]["tries"]
    assert all(row["answer"] for row in told["answers"])
    assert any(row["question"] for row in told["answers"]) is not handed_in
    assert "%" not in told["result"] or handed_in

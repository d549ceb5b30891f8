"""The auditor's question: was this person allowed to post there then, on which version, and who decided?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest
import time_machine
from bs4 import BeautifulSoup

from accounts.models import User
from certificates.acts import awards
from certificates.acts.holds import start_hold
from channels import acceptances, decisions, permissions
from channels.decisions import DecisionQuery
from channels.models import Channel
from tests.conftest import NOW
from tests.factories.certificates import make_certification, make_course_record
from tests.factories.channels import make_channel
from tests.factories.people import give_role, make_person, make_region

DAY = timedelta(days=1)
PAGE = "/certification/post/"
POSTED = NOW - 10 * DAY


@pytest.fixture
def blog(ada: User, olga: User, hugo: User) -> Channel:
    """Ada may post there since forty days: by a diploma that Hugo saw and a role that Olga gave her."""
    core = make_certification("POST-CORE", courses=(make_course_record("CORE"),))
    channel = make_channel("BLOG-UK", title="The blog", region=ada.region)
    with time_machine.travel(NOW - 40 * DAY, tick=False):
        seen = {"evidence": "A diploma of the agency", "actor": hugo.actor, "at": NOW - 40 * DAY}
        awards.issue_equivalence(ada, core, **seen)
        given = {"reason": "She asked", "actor": olga.actor, "at": NOW - 40 * DAY}
        permissions.grant_permission(channel, ada, "publisher", **given | {"actor": "system:test"})
        acceptances.accept_rules(channel, ada, version=1, at=NOW - 40 * DAY)
    return channel


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def auditor(as_: Any, vera: User) -> Client:
    return as_(vera)


def ask(client: Client, person: str, channel: str, at: Any = POSTED) -> Any:
    said = at if isinstance(at, str) else f"{at:%Y-%m-%dT%H:%M}"
    return client.get(PAGE, {"person": person, "channel": channel, "at": said})


def words(page: Any) -> str:
    return " ".join(BeautifulSoup(page.content, "html.parser").select_one("main").text.split())


@pytest.mark.databases
@pytest.mark.django_db
def test_question_is_answered_with_the_version_and_who_decided(auditor, ada, hugo, blog):
    query = DecisionQuery(ada.hr_id, blog.code, "publish", POSTED)
    decisions.decide([query], asked_by="token:suite", evaluated_at=POSTED)
    said = words(ask(auditor, "ada virtanen", "the blog"))
    assert "Yes: Ada Virtanen could post on The blog" in said
    assert "The records of that moment say the same." in said
    assert f"Issued by {hugo.display_name}" in said
    assert "Rests on A diploma of the agency" in said
    assert "Version CORE v1, published on" in said
    assert "Why She asked" in said
    assert "Accepted version 1, on 6 May 2026" in said
    assert "Allowed, to token:suite on 5 June 2026" in said
    page = BeautifulSoup(ask(auditor, ada.hr_id, "blog-uk").content, "html.parser")
    pack = next(one["href"] for one in page.select("a.button") if "pack" in one.text)
    form = BeautifulSoup(auditor.get(pack).content, "html.parser")
    assert form.select_one("[name=at]")["value"] == f"{POSTED:%Y-%m-%dT%H:%M}"


@pytest.mark.django_db
def test_question_tells_an_answer_that_was_another_by_the_records_of_then(auditor, ada, hugo, blog):
    start_hold(ada, reason="Forged", actor=hugo.actor, at=NOW)
    assert "Yes: Ada" in words(ask(auditor, ada.hr_id, "BLOG-UK"))
    award = ada.awards.get()
    back = {"effective_at": NOW - 20 * DAY, "reason": "Forged"}
    awards.revoke_award(award, actor=hugo.actor, at=NOW, **back)
    said = words(ask(auditor, ada.hr_id, "BLOG-UK"))
    assert "No: Ada Virtanen could not post on The blog" in said
    assert "was withdrawn. HR knows more." in said
    assert "By what had been recorded at that moment, the answer was another: Yes: Ada" in said


@pytest.mark.django_db
def test_question_offers_those_who_are_called_so_and_says_when_nobody_is(auditor, ada, blog):
    other = make_person("Ada Byron", region=make_region("BR"))
    make_channel("BLOG-BR", title="The other blog")
    page = ask(auditor, "ada", "blog")
    assert "Yes:" not in words(page)
    links = BeautifulSoup(page.content, "html.parser").select("main li a")
    assert [one.text for one in links][:2] == [
        f"Ada Byron, {other.hr_id}",
        f"Ada Virtanen, {ada.hr_id}",
    ]
    chosen = auditor.get(PAGE + links[1]["href"])
    assert "Which channel is meant?" in words(chosen)
    links = BeautifulSoup(chosen.content, "html.parser").select("main li a")
    assert "Yes: Ada Virtanen" in words(auditor.get(PAGE + links[0]["href"]))
    wrong = words(ask(auditor, "Nemo", "Nowhere", "2027-01-01T09:00"))
    for told in ("Nobody whom you may read", "No channel that you may read", "This is ahead"):
        assert told in wrong
    assert "Write a day and a time that exist" in words(ask(auditor, "ada", "blog", "soon"))


@pytest.mark.django_db
def test_question_reaches_only_the_region_of_the_reader(client, ada, blog):
    bia = give_role(make_person("Bia"), "auditor", region=make_region("BR"))
    client.force_login(bia)
    said = words(ask(client, ada.hr_id, "BLOG-UK"))
    assert "Nobody whom you may read" in said
    assert "No channel that you may read" in said


@pytest.mark.django_db
def test_question_asks_as_much_for_many_answers_as_for_few(auditor, ada, blog):
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(auditor, ada.hr_id, "BLOG-UK")
        return len(asked)

    count()
    few = count()
    query = DecisionQuery(ada.hr_id, blog.code, "publish", POSTED)
    decisions.decide([query] * 5, asked_by="token:suite", evaluated_at=POSTED)
    assert count() == few <= 20


@pytest.mark.django_db
def test_person_page_leads_to_the_question(auditor, ada):
    page = auditor.get(reverse("console:person", args=[ada.uuid]))
    href = f"{PAGE}?person={ada.hr_id}"
    assert href in page.text
    form = BeautifulSoup(auditor.get(href).content, "html.parser")
    assert form.select_one("[name=person]")["value"] == ada.hr_id
    assert not form.select(".error-summary")

"""One fact, one figure: a score is rounded once, down; the days of an award are those of its policy's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from accounts import people
from accounts.models import User
from accounts.readers.days import spell_day
from accounts.rules import end_of_day
from certificates import notices
from certificates.acts import awards
from certificates.models import Award
from certificates.policy_days import spell_policy_day
from channels.screens import posting_days
from home import contacts
from ledger.models import Entry
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt
from quizzes.rules.percentages import reaches_percent, share_in_percent, tell_percent
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification, raise_floor
from tests.factories.channels import make_channel, make_permission, make_poster
from tests.factories.people import give_role, make_person, make_region
from tests.factories.quizzes import (
    answer_all,
    form_for,
    make_attempt,
    make_bank,
    make_quiz,
    make_row,
)

DAY = timedelta(days=1)
# 5 of 7 points are 71.428571… percent: 71 rounded down, 71.43 or 71.42 in the ways that once stood beside it.
OTHERWISE = re.compile(r"71[.,]4|72\s?%")


@given(earned=st.integers(0, 700), total=st.integers(1, 700), mark=st.integers(0, 100))
def test_score_told_reaches_a_pass_mark_exactly_if_the_points_do(
    earned: int, total: int, mark: int
) -> None:
    points, most = Decimal(min(earned, total)), Decimal(total)
    told = share_in_percent(points, most)
    assert (told >= mark) is reaches_percent(points, most, Decimal(mark))
    assert told == int(told) == min(earned, total) * 100 // total


@pytest.mark.parametrize(
    ("stored", "told"),
    [("71.43", "71"), ("79.99", "79"), ("100.00", "100"), ("0", "0"), (None, "")],
)
def test_score_stored_with_decimals_is_told_whole(stored: str | None, told: str) -> None:
    assert tell_percent(None if stored is None else Decimal(stored)) == told


def test_no_page_formats_a_score_in_another_way() -> None:
    """A template that tells `score_percent` or `.percent` tells it with the one filter."""
    bare = re.compile(r"\b(?:score_percent|\w+\.percent)\b(?!\|told_percent)(?! is not None)")
    files = [*Path(settings.BASE_DIR, "templates").rglob("*.html")]
    files += Path(settings.BASE_DIR, "templates").rglob("*.txt")
    assert [path.name for path in files if bare.search(path.read_text())] == []
    assert [path.name for path in files if "floatformat" in path.read_text()] == []


@pytest.fixture
def five_of_seven(ada: User) -> Attempt:
    """A passed exam with five of seven points."""
    bank = make_bank("SEVEN", *(make_row() for _place in range(7)))
    page = make_quiz(bank, pass_percent=70)
    make_certification("POST-SEVEN", courses=(page.quiz.course,))
    at = timezone.now() - DAY
    attempt = make_attempt(ada, page, at)
    answer_all(attempt, at)
    for response in attempt.responses.select_related("version")[:2]:
        wrong = form_for(response, right=False)
        save_answer(attempt.uuid, ada, response.slot, wrong, seq=response.seq + 9, at=at)
    return submit_attempt(attempt.uuid, ada, at=at)


def test_score_is_the_same_whole_figure_everywhere(
    five_of_seven: Attempt, ada: User, as_, hugo: User
) -> None:
    awards.issue_earned_awards(ada, at=timezone.now())
    award = Award.objects.get(recipient=ada)
    assert (five_of_seven.percent, award.get_score_percent_display()) == (71, "71")
    quiz = five_of_seven.quiz.pages.get().get_url()
    learner = as_(ada)
    shown = {
        path: learner.get(path).content.decode()
        for path in (
            *("/me/", "/quiz/tries/", "/certificates/", "/me/data.json", quiz),
            *(f"/certificates/{award.code}/", f"/quiz/{five_of_seven.uuid}/result/"),
        )
    }
    shown["/people/"] = as_(hugo).get(f"/people/{ada.uuid}/").content.decode()
    shown["ledger"] = str([entry.data for entry in Entry.objects.all()])
    shown["mails"] = " ".join(message.body for message in mail.outbox)
    assert [where for where, text in shown.items() if OTHERWISE.search(text)] == []
    telling = [where for where, text in shown.items() if re.search(r"\b71\s?%", text)]
    assert set(telling) >= {
        *("/quiz/tries/", "/me/data.json", quiz, f"/certificates/{award.code}/"),
        f"/quiz/{five_of_seven.uuid}/result/",
    }


# Half past ten in the evening in New York is the next morning in Helsinki.
LATE = datetime(2026, 6, 15, 2, 30, tzinfo=UTC)
THERE, HERE = "15 June 2026", "14 June 2026"


@pytest.fixture
def traveller(ada: User) -> User:
    ada.time_zone = "America/New_York"
    ada.save()
    return ada


@pytest.fixture
def late_award(traveller: User) -> Award:
    return make_award(traveller, make_certification(policy_tz="Europe/Helsinki"), at=LATE)


def test_award_days_are_days_of_the_policy_zone_on_every_page(
    late_award: Award, traveller: User, as_, hugo: User, client
) -> None:
    """A reader in New York meets one day of earning, with the zone's name; so do HR and strangers."""
    learner, hr = as_(traveller), as_(hugo)
    pages = {
        "/me/": learner.get("/me/"),
        "/certificates/": learner.get("/certificates/"),
        "certificate": learner.get(f"/certificates/{late_award.code}/"),
        "verify": client.get(f"/verify/{late_award.code}/"),
        "person": hr.get(f"/people/{traveller.uuid}/"),
    }
    shown = {name: " ".join(page.content.decode().split()) for name, page in pages.items()}
    assert [name for name, text in shown.items() if f"{THERE} (Helsinki)" not in text] == []
    told = {name: text for name, text in shown.items() if name != "person"}
    assert [name for name, text in told.items() if HERE in text] == []


def test_award_days_in_mails_name_the_zone_where_the_readers_differs(
    late_award: Award, traveller: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notices.notify_ends_soon(late_award, 3, at=timezone.now())
    day = spell_day(late_award.valid_through)
    assert f"{day} (Helsinki)" in mail.outbox[-1].body
    with timezone.override("Europe/Helsinki"):
        assert spell_policy_day(LATE, "Europe/Helsinki") == THERE


@pytest.mark.parametrize(
    ("grace", "words"),
    [
        (0, "You can post until 14 June 2027 (Helsinki)."),
        (1, "You can post until 15 June 2027 (Helsinki), of which 1 day is grace."),
        (7, "You can post until 21 June 2027 (Helsinki), of which 7 days are grace."),
    ],
)
def test_right_that_outlives_its_certificate_says_how_many_days_are_grace(
    ada: User, as_, grace: int, words: str
) -> None:
    """On the status page, the list of channels and the channel's page."""
    core = make_certification(
        policy_tz="Europe/Helsinki", period_months=12, posting_grace_days=grace
    )
    make_award(ada, core, at=LATE)
    make_poster(ada, make_channel("BLOG"))
    browser = as_(ada)
    pages = [
        browser.get(path).content.decode() for path in ("/me/", "/channels/", "/channels/BLOG/")
    ]
    assert [words in " ".join(page.split()) for page in pages] == [True] * 3


def test_grace_of_alternatives_counts_from_the_certificate_that_lasts_longest() -> None:
    end = posting_days.PostingEnd(date(2027, 6, 21), "UTC", 0)
    assert posting_days.spell_posting_end(end) == "You can post until 21 June 2027."
    assert posting_days.spell_posting_end(None) == "No end date."


def test_day_of_an_instant_is_the_one_in_the_zone_of_the_policy() -> None:
    """Late in the evening in London it is tomorrow in Helsinki already, and still today in New York."""
    late = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
    with timezone.override("Europe/London"):
        assert spell_policy_day(late, "Europe/Helsinki") == "2 May 2026 (Helsinki)"
        assert spell_policy_day(late, "America/New_York") == "1 May 2026 (New York)"


# the same person on two pages


def test_last_day_in_the_history_is_the_one_that_hr_said(ada: User, hugo: User, as_) -> None:
    """Whoever reads `/people/`, the console or the head of the page reads one last day, and the end of a contract."""
    last, until = date(2026, 6, 30), date(2026, 12, 31)
    zone = ada.region.time_zone
    people.set_contract_end(ada, until, actor=hugo.actor, at=NOW)
    left_at = end_of_day(last, zone)
    people.record_leaving(ada, actor=hugo.actor, at=NOW, effective_at=left_at)
    for address in (f"/people/{ada.uuid}/", f"/certification/{ada.uuid}/"):
        told = " ".join(as_(hugo).get(address).content.decode().split())
        assert f"last day {spell_day(last)}" in told, address
        assert f"contract through {spell_day(until)}" in told, address
    assert f"Left on {spell_day(last)}." in as_(hugo).get(f"/people/{ada.uuid}/").content.decode()


def test_roles_on_the_page_of_a_person_are_told_as_decisions_and_the_team_page_tell_them(
    ada: User, ben: User, hugo: User, as_
) -> None:
    make_poster(ada, make_channel("OPEN", title="Open"))
    bound = make_channel("FAR", title="Far", region=make_region("BR"), region_bound=True)
    make_permission(bound, ada)
    make_permission(make_channel("SHUT", title="Shut", state="closed"), ada)
    later = (timezone.now() - NOW).days + 9
    make_permission(make_channel("SOON", title="Soon"), ada, days=later, recorded_at=NOW)
    page = BeautifulSoup(as_(hugo).get(f"/people/{ada.uuid}/").content, "html.parser")
    rows = page.select("[aria-labelledby=channels] dl > div")
    told = {row.dt.text: " ".join(row.get_text(" ").split()) for row in rows}
    team = BeautifulSoup(as_(ben).get("/team/").content, "html.parser").select("li > p.cluster")
    states = {" ".join(one.get_text(" ").split()) for one in team}
    for channel, state in {"Open": "Can post", "Far": "Cannot post yet", "Shut": "Closed"}.items():
        assert state in told[channel]
        assert f"{channel} {state}" in states
    assert "Only people who work in its region" in told["Far"]
    assert "Cannot post yet from " in told["Soon"]
    assert "since" not in told["Soon"]


@pytest.mark.databases
def test_contacts_of_ones_region_come_first_in_every_database(ada: User) -> None:
    for number in range(contacts.MOST_NAMES):
        give_role(make_person(f"Anywhere {number}"), "hr")
    give_role(make_person("Zoe Here"), "hr", region=ada.region)
    (hr, *_others) = contacts.list_contacts(ada, timezone.now())
    assert [one.name for one in hr.contacts][:2] == ["Zoe Here", "Anywhere 0"]
    assert len(hr.contacts) == contacts.MOST_NAMES


def test_document_for_machines_tells_the_day_that_the_page_of_a_certificate_tells(
    ada: User, client
) -> None:
    """Below a floor a certificate counts less long than it was issued for."""
    award = make_award(ada, at=NOW)
    raise_floor(award.release.course, 2, effective_at=timezone.now() + 9 * DAY)
    told = client.get(f"/verify/{award.code}.json").json()
    page = client.get(f"/verify/{award.code}/").content.decode()
    assert told["counts_through"] < told["valid_through"]
    assert spell_day(date.fromisoformat(told["counts_through"])) in page

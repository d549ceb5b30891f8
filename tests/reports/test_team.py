from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from bs4 import BeautifulSoup

from accounts import people
from courses.models import Assignment
from tests.factories.channels import make_channel, make_permission, make_poster
from tests.factories.people import make_person
from tests.factories.quizzes import make_quiz, take
from tests.reports.makers import happen, make_award, make_certification

TODAY = timezone.now().date()
DAY = timedelta(days=1)


def test_team_page_groups_members_by_status(as_, ada, ben):
    core = make_certification()
    make_award(ada, core, through=TODAY + 300 * DAY)
    make_award(make_person("Eve Ending", manager=ben), core, through=TODAY + 5 * DAY)
    make_award(make_person("Leo Lapsed", manager=ben), core, through=TODAY - 5 * DAY)
    happen(
        make_award(make_person("Wes Withdrawn", manager=ben), core, through=TODAY + 99 * DAY),
        "revoked",
        timezone.now() - DAY,
    )
    page = as_(ben).get("/team/")
    grouped = {
        name: [m.person.display_name for m in found]
        for name, _h, _tone, found in page.context["groups"]
    }
    assert grouped == {
        "needs": ["Wes Withdrawn"],
        "overdue": ["Leo Lapsed"],
        "soon": ["Eve Ending"],
        "fine": ["Ada Virtanen"],
    }
    assert "0 of 4 in your team can post" in page.content.decode()


def test_team_page_omits_leavers(as_, ada, ben):
    people.record_leaving(ada, actor="system:test", at=timezone.now() - DAY)
    assert "Nobody reports to you" in as_(ben).get("/team/").content.decode()


def test_team_page_shows_direct_reports_only(as_, ada, ben, carol):
    assert [member.person for member in as_(ben).get("/team/").context["team"]] == [ada]


def test_team_page_redirects_anonymous(client):
    assert client.get("/team/").status_code == 302


def test_team_page_query_count_is_bounded_for_large_team(as_, ben, django_assert_max_num_queries):
    core = make_certification()
    for _number in range(30):
        make_award(make_person(manager=ben), core, through=TODAY + 99 * DAY)
    browser = as_(ben)
    with django_assert_max_num_queries(19):
        browser.get("/team/")


def test_team_page_links_manager_to_unlock_attempt(as_, ada, ben):
    page = make_quiz(attempts_allowed=1, attempts_window_hours=0)
    take(ada, page, timezone.now(), right=False)
    shown = as_(ben).get("/team/").content.decode()
    assert f"No try left at “{page.title}”." in shown
    assert f'href="/quiz/unlock/{ada.uuid}/{page.quiz.code}/"' in shown


def test_team_page_query_count_is_bounded_with_failed_attempts(
    as_, ben, django_assert_max_num_queries
):
    page = make_quiz(attempts_allowed=1, attempts_window_hours=0)
    for _number in range(5):
        take(make_person(manager=ben), page, timezone.now(), right=False)
    browser = as_(ben)
    with django_assert_max_num_queries(19):
        browser.get("/team/")


def test_team_page_with_a_filter_lists_nobody_and_says_so(as_, ada, ben):
    page = as_(ben).get("/team/?status=lapsed").content.decode()
    assert "There is no filter called “status” here" in page
    assert ada.display_name not in page


def in_group(page, name: str) -> list[str]:
    groups = {
        key: [m.person.display_name for m in found] for key, _h, _t, found in page.context["groups"]
    }
    return groups.get(name, [])


def test_team_page_tells_time_in_the_readers_zone(as_, ada, ben):
    ben.time_zone = "Asia/Kolkata"
    ben.save()
    page = as_(ben).get("/team/")
    there = page.context["checked_at"].astimezone(ZoneInfo("Asia/Kolkata"))
    text = " ".join(page.content.decode().split())
    assert f"at {there:%H:%M} Kolkata time." in text
    assert "UTC" not in text


def test_team_page_says_on_track_only_where_nothing_is_to_be_done(as_, ada, ben):
    """Not of somebody who is learning, whom a channel refuses, or of whom nothing is asked."""
    core = make_certification()
    make_award(ada, core, through=TODAY + 300 * DAY)
    make_person("Nils Nothing", manager=ben)
    learning = make_person("Lea Learning", manager=ben)
    Assignment.objects.create(
        person=learning,
        course=core.requirements.get().course,
        assigned_at=timezone.now() - DAY,
        recorded_at=timezone.now() - DAY,
        reason="New here",
        actor="system:test",
    )
    refused = make_person("Rita Refused", manager=ben)
    make_award(refused, core, through=TODAY + 300 * DAY)
    make_permission(make_channel("X-NEWS"), refused)
    page = as_(ben).get("/team/")
    assert in_group(page, "fine") == ["Ada Virtanen"]
    assert in_group(page, "todo") == ["Lea Learning", "Rita Refused"]
    assert in_group(page, "nothing") == ["Nils Nothing"]


def test_team_page_heading_counts_people_and_open_channels(as_, ada, ben):
    """A person who can post on one of two channels can post; a closed channel is none any more."""
    for channel in (make_channel("BLOG"), make_channel("FORUM", state="closed")):
        make_poster(ada, channel)
    make_permission(make_channel("X-NEWS"), ada)
    make_person("Nils Nothing", manager=ben)
    page = as_(ben).get("/team/").content.decode()
    assert "1 of 2 in your team can post, on 1 of 2 channels</h1>" in page
    assert "1 person has no role on an open channel." in page


def test_team_page_opens_each_person_to_states_and_one_action(as_, ada, ben):
    core = make_certification()
    make_poster(ada, make_channel("BLOG"))
    make_award(make_person("Leo Lapsed", manager=ben), core, through=TODAY - 5 * DAY)
    quiz = make_quiz(attempts_allowed=1, attempts_window_hours=0)
    take(make_person("Stan Stuck", manager=ben), quiz, timezone.now(), right=False)
    soup = BeautifulSoup(as_(ben).get("/team/").content, "html.parser")
    people = soup.select("main details")
    assert [len(one.select("a.button")) for one in people] == [1, 1, 1]
    for one in people:
        states = [
            tag for tag in one.select(".tag") if tag.select_one("svg") and tag.get_text().strip()
        ]
        assert states == one.select(".tag")
        assert states
    actions = {one.summary.get_text(" ", strip=True): one.select_one("a.button") for one in people}
    told = {
        name: link.get_text(" ", strip=True).partition(":")[0].strip()
        for name, link in actions.items()
    }
    assert told == {
        "Stan Stuck Needs you": "Give another try",
        "Leo Lapsed Overdue or lapsed": "Write to Leo",
        "Ada Virtanen On track": "Write to Ada",
    }
    assert actions["Leo Lapsed Overdue or lapsed"]["href"].startswith("mailto:leo.lapsed.")

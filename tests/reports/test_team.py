from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts import people
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
        name: [m.person.display_name for m in found] for name, _h, found in page.context["groups"]
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

"""Roles end by themselves: after a move, a long leave, and when their holders do not say that they need them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts import people
from accounts.models import Absence, User
from channels import listing
from channels.decisions import DecisionQuery, judge_queries
from channels.desk import automatic_ends, unused_roles
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, DecisionRecord, PostingPermission
from ledger.models import Entry
from notifications.models import Notification
from tests.channels.dossier import DAY
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import make_person, make_region, make_team
from tests.home.test_daily import outcome

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
HR = "system:test"
STEP = timedelta(hours=7)


@pytest.fixture
def blog(olga: User) -> Channel:
    """Of a region and of a team, and for those who know of it."""
    channel = make_channel(
        "BLOG",
        title="Corporate blog",
        public=False,
        region=make_region("FI"),
        team=make_team("SOCIAL"),
    )
    make_owner(channel, olga)
    return channel


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def judge(person: User, at: datetime, known_at: datetime | None = None) -> list[str]:
    """The answer now known about publishing on the blog at `at`, with the codes of its reasons."""
    ask = DecisionQuery(person.hr_id or "", "BLOG", "publish", at, known_at)
    decision = judge_queries([ask], evaluated_at=timezone.now())[0]
    return [decision.decision, *(reason.code for reason in decision.reasons)]


def judge_through(person: User, since: datetime) -> list[list[str]]:
    return [judge(person, since + step * STEP) for step in range(-9, 30)]


def moves_region(person: User, at: datetime) -> None:
    people.move_person(person, make_region("BR"), actor=HR, at=timezone.now(), effective_at=at)


def moves_team(person: User, at: datetime) -> None:
    team = make_team("PR")
    people.change_person(person, actor=HR, at=timezone.now(), effective_at=at, team=team)


def is_long_away(person: User, at: datetime) -> None:
    begun = at - timedelta(days=90)
    people.record_absence(person, actor=HR, at=timezone.now(), starts_at=begun)


@pytest.mark.parametrize(
    ("happens", "code", "why"),
    [
        (moves_region, "role_ended_by_move", "A move away from the region or the team"),
        (moves_team, "role_ended_by_move", "A move away from the region or the team"),
        (is_long_away, "role_ended_by_leave", "More than 90 days away"),
    ],
)
def test_role_ends_at_its_instant_and_the_daily_run_only_writes_it_down(
    blog, ada, happens, code, why
):
    now = timezone.now()
    role = make_poster(ada, blog).permissions.get()
    over = now - 2 * DAY
    assert judge(ada, over) == ["allow"]
    happens(ada, over)
    assert judge(ada, over - STEP) == ["allow"]
    assert judge(ada, over) == ["deny", code]
    before = judge_through(ada, over)
    assert outcome("--dry-run")["roles ended by a move or a long leave"] == 1
    assert outcome()["roles ended by a move or a long leave"] == 1
    assert outcome()["roles ended by a move or a long leave"] == 0
    role.refresh_from_db()
    assert (role.ended_at, role.end_actor) == (over, automatic_ends.SYSTEM)
    assert judge_through(ada, over) == before
    entry = Entry.objects.get(kind="permission.ended")
    assert (entry.subject, entry.effective_at) == (f"permission:{role.uuid}", over)
    told = Notification.objects.get(kind="permission.ended")
    assert (told.recipient, told.link) == (ada, "/channels/BLOG/ask/")
    assert why in told.body
    assert "ask for a new role" in told.body


def test_move_of_today_can_still_be_taken_back(blog, ada):
    make_poster(ada, blog)
    now = timezone.now()
    moves_region(ada, now - STEP)
    assert judge(ada, now) == ["deny", "role_ended_by_move"]
    assert automatic_ends.find_ended_roles(now) == []
    people.move_person(ada, make_region("FI"), actor=HR, at=now)
    assert judge(ada, timezone.now()) == ["allow"]
    assert automatic_ends.find_ended_roles(now + 9 * DAY) == []


def test_holder_whose_role_ended_by_itself_still_finds_the_form_to_ask(blog, ada, as_):
    make_poster(ada, blog)
    moves_team(ada, timezone.now() - 2 * DAY)
    automatic_ends.end_roles(at=timezone.now())
    page = text(as_(ada).get("/channels/BLOG/ask/"))
    assert "What do you want to post there?" in page
    later = timezone.now() + listing.ASKS_AGAIN
    assert listing.find_visible_channel(ada, "BLOG", later - 3 * DAY) == blog
    assert listing.find_visible_channel(ada, "BLOG", later) is None


def test_teams_and_leaves_of_a_file_have_dates_and_are_taken_back(blog, world_of_hr):
    lea, now = world_of_hr, timezone.now()
    make_poster(lea, blog)
    since = (now - 3 * DAY).date().isoformat()
    away = (now - 200 * DAY).date().isoformat()
    import_file(make_row("L1", team_code="PR", team_since=since), at=now)
    # Late in the evening of UTC it is tomorrow already where Lea works.
    assert judge(lea, now - 5 * DAY) == ["allow"]
    assert judge(lea, now) == ["deny", "role_ended_by_move"]
    back = import_file(make_row("L1", team_code="SOCIAL", team_since=since), at=timezone.now())
    assert judge(lea, timezone.now()) == ["allow"]
    assert back.state == "applied"
    import_file(make_row("L1", leave_from=away), at=timezone.now())
    assert judge(lea, timezone.now()) == ["deny", "role_ended_by_leave"]
    before, until = timezone.now(), (now - 150 * DAY).date().isoformat()
    import_file(make_row("L1", leave_from=away, leave_until=until), at=timezone.now())
    assert judge(lea, timezone.now()) == ["allow"]
    assert judge(lea, timezone.now(), known_at=before) == ["deny", "role_ended_by_leave"]
    again = import_file(make_row("L1", leave_from=away, leave_until=until), at=timezone.now())
    assert again.plan["counts"]["unchanged"] == 1


def test_leave_of_a_file_is_the_record_that_acts_and_releases_read(world_of_hr):
    now, first = timezone.now(), (timezone.now() - 9 * DAY).date().isoformat()
    new = make_row("L2", leave_from=first)
    import_file(make_row("L1", leave_from=first), new, at=now)
    assert Absence.objects.current(now, now + DAY).count() == 2
    (leave,) = world_of_hr.absences.current(now)
    people.end_absence(leave, actor=HR, at=now)
    import_file(make_row("L1", leave_from=first), at=timezone.now())
    assert not world_of_hr.absences.current(timezone.now())
    told = Entry.objects.filter(subject=world_of_hr.actor, kind__startswith="absence.")
    assert list(told.order_by("pk").values_list("kind", flat=True)) == [
        "absence.recorded",
        "absence.ended",
    ]


@pytest.fixture
def world_of_hr(db: None) -> User:
    make_team("SOCIAL")
    return make_person("Lea Lind", hr_id="L1", email="l1@northlight.example")


# Roles that nobody has seen in use.


@pytest.fixture
def role(blog: Channel, ada: User, wall_clock) -> PostingPermission:
    return make_poster(ada, blog).permissions.get()


def test_holder_is_asked_after_180_days_and_silence_ends_the_role(blog, role, ada, wall_clock):
    due = role.starts_at + unused_roles.UNUSED_FOR
    assert not unused_roles.unused_roles(due - DAY)
    assert unused_roles.end_unneeded_roles(at=due + 99 * DAY) == 0
    assert len(unused_roles.unasked_roles(due)) == 1
    assert unused_roles.ask_holders(at=due) == 1
    assert unused_roles.ask_holders(at=due + DAY) == 0
    told = Notification.objects.get(kind="permission.need_asked")
    assert (told.recipient, told.link) == (ada, unused_roles.need_address(role))
    assert unused_roles.end_unneeded_roles(at=due + 13 * DAY) == 0
    assert len(unused_roles.unanswered_roles(due + 14 * DAY)) == 1
    assert unused_roles.end_unneeded_roles(at=due + 14 * DAY) == 1
    assert (
        "nobody answered that it is still needed"
        in Notification.objects.get(kind="permission.ended").body
    )


def test_role_that_a_tool_has_seen_used_is_not_asked_about(blog, role, ada):
    due = role.starts_at + unused_roles.UNUSED_FOR
    seen = due - 9 * DAY
    said = {"action": "publish", "at": seen, "known_at": seen, "evaluated_at": seen, "answer": {}}
    said |= {"channel_code": "BLOG", "asked_by": "tool:suite"}
    DecisionRecord.objects.create(person_hr_id=ada.hr_id, decision="deny", **said)
    DecisionRecord.objects.create(person_hr_id="SOMEBODY", decision="allow", **said)
    mine = {"person_hr_id": ada.hr_id, "decision": "allow"}
    DecisionRecord.objects.create(**said, **mine, listed=True)
    assert unused_roles.unused_roles(due).count() == 1
    ada.aliases.create(hr_id="OLD-ID", recorded_at=seen, actor=HR)
    DecisionRecord.objects.create(person_hr_id="OLD-ID", decision="allow", **said)
    assert not unused_roles.unused_roles(due)
    assert unused_roles.unused_roles(seen + unused_roles.UNUSED_FOR).count() == 1


def test_nobody_is_asked_on_leave_or_where_nobody_posts(blog, role, ada, ben):
    due = role.starts_at + unused_roles.UNUSED_FOR
    idle = make_channel("IDLE", state="suspended")
    make_poster(ben, idle)
    assert [one.person for one in unused_roles.unasked_roles(due)] == [ada]
    people.record_absence(ada, actor=HR, at=due, starts_at=due - DAY, until=due + DAY)
    known = max(due, timezone.now())
    assert [one.person for one in unused_roles.unasked_roles(known)] == (
        [] if known < due + DAY else [ada]
    )


def test_holder_keeps_the_role_or_gives_it_back_on_a_page(
    blog, role, ada, ben, olga, as_, wall_clock
):
    due = role.starts_at + unused_roles.UNUSED_FOR
    unused_roles.ask_holders(at=due)
    wall_clock(due + DAY)
    client, here = as_(ada), unused_roles.need_address(role)
    assert "Do you still need your role on Corporate blog?" in text(
        client.get("/channels/attention/")
    )
    page = text(client.get(here))
    assert "Nobody has seen you use it for 180 days. If you do not answer by" in page
    assert "Choose whether you still need the role." in text(client.post(here, follow=True))
    done = client.post(here, {"answer": "keep"}, follow=True)
    assert "You keep your role on Corporate blog." in text(done)
    assert Entry.objects.get(kind="permission.needed").actor == ada.actor
    assert unused_roles.end_unneeded_roles(at=due + 30 * DAY) == 0
    assert unused_roles.unused_roles(due + 181 * DAY).count() == 1
    assert as_(olga).get(here).status_code == 404
    with pytest.raises(ActorNotAllowedError):
        unused_roles.keep_needed_role(role, actor=olga, at=due + DAY)
    assert "has ended" in text(client.post(here, {"answer": "end"}, follow=True))
    role.refresh_from_db()
    assert (role.end_actor, role.end_reason) == (ada.actor, "The holder gave the role back.")
    with pytest.raises(ChannelRefusedError, match="This role has ended"):
        unused_roles.keep_needed_role(role, actor=ada, at=due + 2 * DAY)

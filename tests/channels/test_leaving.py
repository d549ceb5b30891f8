"""Leaving ends responsibilities, ownerships and rights in one transaction; returning gives none of them back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from wagtail.models import APIToken

import pytest

from accounts import dated_columns, leaving, people
from accounts.models import EmploymentEvent, User
from accounts.permissions import current_responsibilities, has_role
from channels import channel_roles, permissions, requests
from channels.desk import exit_alarms, handover
from channels.guards import ActorNotAllowedError
from channels.models import Channel, Owner, PostingPermission
from courses import editor_groups
from ledger.models import Entry
from notifications.models import Notification
from tests.channels.dossier import DAY, NOW, codes, decide, facts, grant, job, person
from tests.factories.channels import make_channel, make_owner, make_permission
from tests.factories.hr_files import import_file, make_row
from tests.factories.people import give_role, make_person, make_region

ACTOR = "system:test"
HOUR = timedelta(hours=1)


@pytest.fixture
def blog(db: None) -> Channel:
    return make_channel("BLOG", region=make_region("FI"), asks=False)


@pytest.fixture
def lea(blog: Channel) -> User:
    """Author, governance and superuser, in the editors' group, owner of the blog."""
    editor_groups.prepare_groups()
    lea = make_person("Lea Lind", hr_id="L1", email="l1@northlight.example", is_superuser=True)
    for role in ("author", "governance"):
        give_role(lea, role)
    editor_groups.sync_groups(lea, at=timezone.now())
    make_owner(blog, lea)
    assert lea.groups.exists()
    return lea


def leave_by_act(lea: User, at: datetime) -> None:
    people.record_leaving(lea, actor=ACTOR, at=at)


def leave_by_plan(lea: User, at: datetime) -> None:
    """The leaving was recorded for later; the daily run does the rest."""
    people.record_leaving(lea, actor=ACTOR, at=at - DAY, effective_at=at - HOUR)
    assert lea.responsibilities.open().exists()
    leaving.end_leavers_access(at=at)


def leave_by_contract(lea: User, at: datetime) -> None:
    people.set_contract_end(lea, at.date() - 3 * DAY, actor=ACTOR, at=at - 9 * DAY)
    leaving.end_leavers_access(at=at)


def leave_by_file(lea: User, at: datetime) -> None:
    gone = (at - 2 * DAY).date().isoformat()
    row = make_row("L1", status="left", left_on=gone)
    import_file(row, make_row("L2"), at=at, allow_many_leavers=True)


LEAVINGS = [leave_by_act, leave_by_plan, leave_by_contract, leave_by_file]


@pytest.mark.parametrize("leave", LEAVINGS)
def test_leaving_ends_responsibilities_ownerships_and_editor_rights(
    lea: User, blog: Channel, leave: Callable[[User, datetime], None]
) -> None:
    leave(lea, timezone.now())
    lea.refresh_from_db()
    later = timezone.now() + HOUR
    assert (lea.is_active, lea.is_superuser) == (False, False)
    assert not lea.responsibilities.open().exists()
    assert not has_role(lea, "author", at=later)
    assert not lea.groups.exists()
    assert not Owner.objects.open().exists()
    assert not channel_roles.is_steward(lea, blog, later)
    kinds = Entry.objects.values_list("kind", flat=True)
    assert list(kinds).count("responsibility.ended") == 2
    assert "channel.owner_left" in kinds


def test_leaving_and_what_it_ends_are_one_transaction(lea: User) -> None:
    with transaction.atomic():
        people.record_leaving(lea, actor=ACTOR, at=timezone.now())
        assert not lea.responsibilities.open().exists()
        transaction.set_rollback(True)
    assert lea.responsibilities.open().count() == 2
    assert Owner.objects.get().ended_at is None
    assert not Entry.objects.filter(kind="channel.owner_left").exists()


def test_planned_leaving_ends_roles_at_its_instant_before_any_job_runs(
    lea: User, blog: Channel
) -> None:
    goes = timezone.now() + DAY
    people.record_leaving(lea, actor=ACTOR, at=timezone.now(), effective_at=goes)
    assert current_responsibilities(lea, goes - HOUR).count() == 2
    assert [o.person for o in channel_roles.owners_of(blog, goes - HOUR)] == [lea]
    assert not current_responsibilities(lea, goes).exists()
    assert channel_roles.owners_of(blog, goes) == []
    assert not channel_roles.owns_channel(lea, blog, goes)


def return_by_act(lea: User, at: datetime) -> None:
    people.record_return(lea, actor=ACTOR, at=at)


def return_by_contract(lea: User, at: datetime) -> None:
    people.record_return(lea, actor=ACTOR, at=at, contract_ends_on=at.date() + 90 * DAY)


def return_by_file(lea: User, at: datetime) -> None:
    import_file(make_row("L1", status="active"), at=at)


@pytest.mark.parametrize("come_back", [return_by_act, return_by_contract, return_by_file])
def test_returning_gives_back_no_role_no_ownership_and_no_editor(
    lea: User, blog: Channel, come_back: Callable[[User, datetime], None], as_
) -> None:
    now = timezone.now()
    leave_by_file(lea, now - 3 * DAY)
    lea.refresh_from_db()
    come_back(lea, now)
    lea.refresh_from_db()
    editor_groups.sync_all_groups(at=timezone.now())
    later = timezone.now() + HOUR
    assert lea.is_active
    assert not lea.is_superuser
    assert not current_responsibilities(lea, later).exists()
    assert not lea.groups.exists()
    assert not channel_roles.is_steward(lea, blog, later)
    assert as_(lea).get("/cms/login/").status_code == 403
    assert as_(lea).get("/people/").status_code == 403


# Somebody returns before the daily run has written the leaving down


def plan_leaving(lea: User, left_at: datetime) -> None:
    people.record_leaving(lea, actor=ACTOR, at=left_at - DAY, effective_at=left_at)


def let_contract_end(lea: User, left_at: datetime) -> None:
    """The contract runs until the end of a day in Helsinki; here it is an instant of that kind."""
    EmploymentEvent.objects.create(
        person=lea,
        what="contract",
        effective_at=left_at - 9 * DAY,
        recorded_at=left_at - 9 * DAY,
        ends_at=left_at,
        actor=ACTOR,
    )
    User.objects.filter(pk=lea.pk).update(left_at=left_at)


def renew_contract(lea: User, at: datetime) -> None:
    people.set_contract_end(lea, at.date() + 90 * DAY, actor=ACTOR, at=at)


def return_by_plan(lea: User, at: datetime) -> None:
    """The return was recorded before the leaving came; both have come when the daily run goes next."""
    EmploymentEvent.objects.create(
        person=lea,
        what="returned",
        effective_at=at - timedelta(minutes=1),
        recorded_at=lea.left_at - HOUR,
        region=lea.region,
        actor=ACTOR,
    )
    dated_columns.follow_planned_changes(at=at)
    leaving.end_leavers_access(at=at)


def return_by_renewing_file(lea: User, at: datetime) -> None:
    until = (at + 90 * DAY).date().isoformat()
    import_file(make_row("L1", contract_ends_on=until), at=at)


MISSED = [
    (plan_leaving, return_by_act),
    (plan_leaving, return_by_contract),
    (plan_leaving, return_by_file),
    (plan_leaving, return_by_plan),
    (let_contract_end, renew_contract),
    (let_contract_end, return_by_renewing_file),
]


@pytest.mark.parametrize(("hours", "kept"), [(20, True), (25, False), (240, False)])
@pytest.mark.parametrize(("leave", "come_back"), MISSED)
def test_return_before_the_daily_run_gives_nothing_back(
    lea: User, blog: Channel, ben: User, leave, come_back, hours: float, kept: bool, wall_clock
) -> None:
    now = timezone.now()
    left_at = now - hours * HOUR
    token = APIToken.objects.create(user=lea, name="t", key_hash="x", prefix="x")
    role = make_permission(make_channel("NEWS"), lea)
    APIToken.objects.update(created=left_at - DAY)
    wall_clock(left_at - DAY)
    leave(lea, left_at)
    wall_clock(now)
    lea.refresh_from_db()
    assert lea.is_active
    assert lea.responsibilities.open().count() == 2
    come_back(lea, now)
    lea.refresh_from_db()
    token.refresh_from_db()
    assert (lea.is_active, lea.has_left(now)) == (True, False)
    held = {
        "superuser": lea.is_superuser,
        "groups": lea.groups.exists(),
        "roles": current_responsibilities(lea, now).exists(),
        "owner": channel_roles.is_steward(lea, blog, now),
        "token": token.revoked_at is None,
        "poster": PostingPermission.objects.open().exists(),
    }
    assert set(held.values()) == {kept}, held
    if kept:
        return
    ends = {one.ended_at for one in [*lea.responsibilities.all(), *Owner.objects.all()]}
    role.refresh_from_db()
    assert {*ends, role.ended_at} == {left_at}
    # What is given again counts, whatever else is recorded then.
    people.give_responsibility(lea, "author", actor=ACTOR, at=now)
    permissions.grant_permission(role.channel, lea, role.role, actor=ACTOR, at=now)
    leaving.set_superuser(lea, True, actor=ACTOR, at=now)
    wall_clock(now + HOUR)
    people.set_contract_end(lea, now.date() + 80 * DAY, actor=ACTOR, at=now + HOUR)
    lea.refresh_from_db()
    assert lea.is_superuser
    assert has_role(lea, "author", at=now + HOUR)
    assert PostingPermission.objects.open().count() == 1


def test_deputy_acts_as_owner_when_the_owner_has_left(
    lea: User, blog: Channel, ada: User, ben: User, as_
) -> None:
    make_owner(blog, ben, "deputy")
    people.record_leaving(lea, actor=ACTOR, at=timezone.now())
    page = as_(ada).get("/channels/BLOG/").content.decode()
    assert "Nobody at the moment: Ben Aalto acts as owner." in page
    assert "Lea Lind" not in page
    given = permissions.grant_permission(blog, ada, "publisher", actor=ben, at=timezone.now())
    with pytest.raises(ActorNotAllowedError):
        permissions.end_permission(given, actor=lea, at=timezone.now(), reason="I was the owner.")


def test_governance_answers_where_there_is_neither_owner_nor_deputy(
    lea: User, blog: Channel, ada: User, as_
) -> None:
    gov = give_role(make_person("Gil Governs"), "governance", region=blog.region)
    give_role(make_person("Elsewhere"), "governance", region=make_region("BR"))
    people.record_leaving(lea, actor=ACTOR, at=timezone.now())
    for path in ("/channels/BLOG/", "/channels/BLOG/ask/"):
        page = as_(ada).get(path).content.decode()
        assert "channel governance answers for it" in page
        assert "Elsewhere" not in page
    assert f"mailto:{gov.email}" in as_(ada).get("/channels/BLOG/").content.decode()
    assert channel_roles.people_who_answer(blog, timezone.now()) == [gov]
    requests.ask_for_role(ada, blog, why="To answer", at=timezone.now())
    asked = Notification.objects.filter(kind="request.asked")
    assert list(asked.values_list("recipient", flat=True)) == [gov.pk]


# a gap in the contract


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, []), (1, []), (23.9, []), (24, ["no_role"]), (25, ["no_role"]), (720, ["no_role"])],
)
def test_contract_gap_of_a_day_ends_posting_roles_like_leaving(
    hours: float, expected: list[str]
) -> None:
    ends = NOW - 60 * DAY
    contract = job(ends_at=ends)
    for back in (
        job("contract", -60 + hours / 24, ends_at=NOW + 90 * DAY),
        job("returned", -60 + hours / 24, ends_at=NOW + 90 * DAY),
    ):
        asked = facts(person=person(employment=(contract, back)))
        assert codes(decide(asked)) == expected
        # A role that is given after the gap counts.
        assert decide(facts(person=asked.person, grants=(grant(start=-1),))).allowed


def test_contract_made_longer_before_its_end_keeps_posting_roles() -> None:
    work = (job(ends_at=NOW - 60 * DAY), job("contract", -61, ends_at=NOW + DAY))
    assert decide(facts(person=person(employment=work))).allowed


# The alarm before an exit


@pytest.fixture
def alarms(blog: Channel, lea: User, ben: User) -> tuple[Channel, User, User]:
    """Lea owns the blog with Ben as deputy, and leaves in 20 days."""
    make_owner(blog, ben, "deputy")
    now = timezone.now()
    people.record_leaving(lea, actor=ACTOR, at=now, effective_at=now + 20 * DAY)
    return blog, lea, ben


def told(kind: str) -> list[tuple[int, str]]:
    found = Notification.objects.filter(kind=kind).order_by("pk")
    return list(found.values_list("recipient", "link"))


def test_leaving_owner_is_an_alarm_once_and_daily_in_the_last_days(alarms) -> None:
    _blog, lea, ben = alarms
    gov = give_role(make_person("Gil Governs"), "governance")
    now, offer = timezone.now(), "/channels/BLOG/change/offer/"
    # They were told with the act. Lea governs channels, too, and so appoints somebody.
    assert exit_alarms.ring_exit_alarms(at=now) == exit_alarms.ring_exit_alarms(at=now + DAY) == 0
    assert told("channel.owner_leaves") == [
        (lea.pk, "/channels/BLOG/change/owner/"),
        (ben.pk, offer),
    ]
    entry = Entry.objects.get(kind="channel.owner_leaves")
    assert (entry.subject, entry.data["person"]) == ("channel:BLOG", lea.actor)
    assert exit_alarms.ring_exit_alarms(at=now + 14 * DAY) == 0
    for day in (15, 16, 17):
        assert exit_alarms.ring_exit_alarms(at=now + day * DAY) == 1
    assert exit_alarms.ring_exit_alarms(at=now + 17 * DAY) == 0
    assert [who for who, _link in told("channel.owner_leaves")].count(gov.pk) == 3
    assert Entry.objects.filter(kind="channel.owner_leaves").count() == 1


def say_by_act(lea: User, last: date) -> None:
    leaves_at = timezone.make_aware(datetime.combine(last, time.max))
    people.record_leaving(lea, actor=ACTOR, at=timezone.now(), effective_at=leaves_at)


def say_by_contract(lea: User, last: date) -> None:
    people.set_contract_end(lea, last, actor=ACTOR, at=timezone.now())


def say_by_file(lea: User, last: date) -> None:
    row = make_row("L1", status="left", left_on=last.isoformat())
    import_file(row, at=timezone.now(), allow_many_leavers=True)


@pytest.mark.parametrize("in_days", [0, 9])
@pytest.mark.parametrize("say", [say_by_act, say_by_contract, say_by_file])
def test_leaving_owner_is_an_alarm_as_soon_as_hr_says_it(
    blog: Channel, lea: User, ben: User, say: Callable[[User, date], None], in_days: int
) -> None:
    make_owner(blog, ben, "deputy")
    say(lea, timezone.localdate() + in_days * DAY)
    assert {who for who, _link in told("channel.owner_leaves")} == {lea.pk, ben.pk}
    assert exit_alarms.ring_exit_alarms(at=timezone.now()) == 0


def test_alarms_take_the_same_statements_for_any_number_of_leaving_owners(
    alarms, django_assert_num_queries
) -> None:
    now = timezone.now()
    for number in range(3):
        person = make_person(f"Leaver {number}")
        people.record_leaving(person, actor=ACTOR, at=now, effective_at=now + 30 * DAY)
        # They were not told with the act: they have become owners since.
        make_owner(make_channel(f"LEFT-{number}"), person)
    with django_assert_num_queries(2):
        assert len(exit_alarms.due_alarms(now)) == 3
    assert exit_alarms.ring_exit_alarms(at=now) == 3
    # To the last day: an alarm that was given is not given again.
    assert exit_alarms.ring_exit_alarms(at=now + 25 * DAY - timedelta(minutes=1)) == 0


def test_leaving_owner_is_a_reason_with_the_way_to_the_handover(alarms, as_) -> None:
    blog, lea, ben = alarms
    assert "You answer for it and leave on" in as_(lea).get("/channels/attention/").content.decode()
    for path in ("/channels/attention/", "/channels/BLOG/"):
        page = as_(ben).get(path).content.decode()
        assert "Lea Lind answers for it and leaves on" in page
        assert 'href="/channels/BLOG/change/offer/"' in page
    # The deputy hands over for an owner who is going to leave.
    said = {"at": timezone.now(), "reason": "Lea leaves"}
    offer = handover.offer_channel(blog, make_person("Next"), "owner", actor=ben, **said)
    assert offer.outcome == "open"


def test_leaving_that_is_far_or_taken_back_is_no_alarm(alarms) -> None:
    _blog, lea, _ben = alarms
    now = timezone.now()
    assert not exit_alarms.find_leaving_owners(now - 41 * DAY)
    closed = make_channel("OVER", state="closed")
    make_owner(closed, lea)
    assert [one.channel.code for one in exit_alarms.find_leaving_owners(now)] == ["BLOG"]
    people.record_return(lea, actor=ACTOR, at=now, effective_at=lea.left_at)
    assert not exit_alarms.find_leaving_owners(now)


def test_exit_tells_the_deputy_who_acts_and_governance_where_nobody_is_left(
    blog: Channel, lea: User, ben: User
) -> None:
    make_owner(blog, ben, "deputy")
    gov = give_role(make_person("Gil Governs"), "governance")
    people.record_leaving(lea, actor=ACTOR, at=timezone.now())
    assert told("channel.owner_left") == [(ben.pk, "/channels/BLOG/change/offer/")]
    people.record_leaving(ben, actor=ACTOR, at=timezone.now())
    assert told("channel.owner_left")[1:] == [(gov.pk, "/channels/BLOG/change/owner/")]
    words = Notification.objects.filter(kind="channel.owner_left").order_by("pk")
    assert [one.subject.split()[0] for one in words] == ["You", blog.title.split()[0]]

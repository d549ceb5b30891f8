"""What was changed around the program is named by table, row and column; and a head kept outside proves the chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.test import RequestFactory
from django.utils import timezone

from wagtail import hooks

import pytest

from accounts import people
from accounts.models import EmploymentEvent, Responsibility, User
from certificates.acts import awards, holds, waivers
from certificates.models import Award, AwardEvent, Hold, Waiver
from channels import acceptances, freezes, permissions, registry
from channels.models import Freeze, Owner, PostingPermission, RulesAcceptance
from courses.models import CourseCompletion
from home.operations import anchoring, integrity
from home.operations.anchoring import Anchors
from ledger import entries, facts, heads, reconciling, triggers
from ledger.models import Entry
from quizzes.models import MarkEvent
from tests.factories.certificates import make_award, make_certification
from tests.factories.channels import make_channel
from tests.factories.ledger import tell_of_facts
from tests.factories.quizzes import make_quiz, make_ready, take
from tests.home.test_decisive_columns import UNPROVED
from tests.test_migrations import FACTS

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
ACTOR = "system:test"
YEAR = timedelta(days=365)


def test_every_guarded_fact_is_proved_or_says_why_not() -> None:
    proved = {model.model._meta.label for model in facts.list_proved_models()}
    assert set(FACTS) - proved == {"ledger.Entry", "quizzes.RulesSnapshot"} < UNPROVED.keys()


def live_a_life(ada: User, ben: User, olga: User) -> None:
    """Acts of every room, by the functions that people call."""
    now = timezone.now()
    said = {"actor": ACTOR, "at": now}
    page = make_quiz()
    certification = make_certification("REAL", courses=(page.quiz.course,))
    take(make_ready(ada, page), page, now)
    kim = people.add_person(
        hr_id="K1", email="kim@northlight.example", display_name="Kim", region=ada.region, **said
    )
    people.change_person(kim, email="kim.new@northlight.example", **said)
    people.give_responsibility(ben, "hr", **said)
    people.record_leaving(kim, **said)
    withdrawn = make_award(ben)
    awards.revoke_award(withdrawn, reason="Found out", **said)
    holds.start_hold(ada, reason="To be looked at", **said)
    waivers.grant_waiver(ben, certification, until=now + YEAR, reason="On leave", **said)
    channel = make_channel("LIFE")
    registry.appoint_owner(channel, olga, "owner", **said)
    permissions.grant_permission(channel, ada, "publisher", **said)
    acceptances.accept_rules(channel, ada, version=1, at=now)
    freezes.start_freeze("channel", channel=channel, reason="A storm", **said)


def rows_of(model: type[Model], **chosen: Any) -> Callable[[], QuerySet[Any]]:
    return lambda: QuerySet(model).filter(**chosen)


def changed(found: Callable[[], QuerySet[Any]], **values: Any) -> Callable[[], object]:
    return lambda: found().update(**values)


def deleted(found: Callable[[], QuerySet[Any]]) -> Callable[[], object]:
    return lambda: found()._raw_delete("default")


def lengthened() -> object:
    award = real_award().get()
    return real_award().update(
        valid_through=award.valid_through + YEAR, expires_at=award.expires_at + YEAR
    )


def slipped_in() -> object:
    """A second permission like the first, written into the table."""
    given = PostingPermission.objects.get()
    return QuerySet(PostingPermission).bulk_create(
        [
            PostingPermission(
                channel=given.channel,
                person=given.person,
                role="approver",
                starts_at=given.starts_at,
                recorded_at=given.recorded_at,
                actor=ACTOR,
            )
        ]
    )


real_award = rows_of(Award, certification__code="REAL")
left = rows_of(EmploymentEvent, what="left")
revoked = rows_of(AwardEvent, kind="revoked")
GONE = "the row is gone that ledger entry [0-9]+ "
UNTOLD = "no ledger entry tells of it"


def cut(number: int) -> object:
    """The newest entries are gone."""
    newest = list(Entry.objects.order_by("-seq").values_list("seq", flat=True)[:number])
    return Entry.objects.filter(seq__in=newest)._raw_delete("default")


LONG_AGO, TODAY = timezone.now() - YEAR, timezone.now()
role, kim = rows_of(PostingPermission), rows_of(User, hr_id="K1")
PERMISSION, AWARD = "channels_postingpermission", "certificates_award"
# What was done, the table, and what is said of the row.
TAMPERINGS: list[tuple[Callable[[], object], str, str]] = [
    (changed(role, role="approver"), PERMISSION, "role not as ledger entry [0-9]+ .perm"),
    (changed(role, starts_at=LONG_AGO), PERMISSION, "starts_at not as"),
    (changed(role, ends_at=TODAY + YEAR), PERMISSION, "ends_at not as"),
    (deleted(role), PERMISSION, GONE + ".permission.granted"),
    (slipped_in, PERMISSION, UNTOLD),
    (deleted(left), "accounts_employmentevent", GONE + ".person.left"),
    (deleted(revoked), "certificates_awardevent", GONE + ".award.revoked"),
    (deleted(rows_of(Hold)), "certificates_hold", GONE + ".hold.started"),
    (
        changed(rows_of(Hold), ended_at=TODAY, end_recorded_at=TODAY),
        "certificates_hold",
        "ended_at",
    ),
    (deleted(rows_of(Freeze)), "channels_freeze", GONE + ".freeze.started"),
    (deleted(rows_of(Waiver)), "certificates_waiver", GONE + ".waiver.granted"),
    (lengthened, AWARD, "valid_through, expires_at not as"),
    (changed(real_award, number="PW-0"), AWARD, "number not as"),
    (changed(real_award, recipient_name="Eve"), AWARD, "recipient_name not as"),
    (deleted(real_award), AWARD, GONE + ".award.issued"),
    (changed(rows_of(CourseCompletion), completed_at=LONG_AGO), "courses_coursecompletion", "comp"),
    (changed(rows_of(MarkEvent), mark=0), "quizzes_markevent", "mark not as"),
    (changed(rows_of(Owner), kind="deputy"), "channels_owner", "kind not as"),
    (deleted(rows_of(RulesAcceptance)), "channels_rulesacceptance", GONE + ".rules.accepted"),
    (changed(rows_of(Responsibility), role="auditor"), "accounts_responsibility", "role not as"),
    (changed(kim, email="eve@northlight.example"), "accounts_user", "email not as"),
    (changed(kim, is_superuser=True), "accounts_user", "is_superuser not as"),
    (deleted(rows_of(Entry)), AWARD, UNTOLD),
    (lambda: cut(3), "channels_freeze", UNTOLD),
]


def drop_guards() -> None:
    """Whoever owns the database can do this."""
    with connection.cursor() as cursor:
        for label in FACTS:
            table = apps.get_model(label)._meta.db_table
            for statement in triggers.drop_trigger_sql(connection.vendor, table):
                cursor.execute(statement)


def test_every_tampering_is_named_by_table_row_and_column(ada: User, ben: User, olga: User) -> None:
    live_a_life(ada, ben, olga)
    tell_of_facts()
    assert list(reconciling.find_unproved_facts()) == []
    drop_guards()
    unnamed = []
    for number, (tamper, table, words) in enumerate(TAMPERINGS):
        point = transaction.savepoint()
        tamper()
        said = list(reconciling.find_unproved_facts())
        transaction.savepoint_rollback(point)
        named = rf"Table {table}, row [0-9]+( \(.*?\))?: .*{words}"
        if not any(re.match(named, one) for one in said):
            unnamed.append((number, said))
    assert unnamed == []
    assert list(reconciling.find_unproved_facts()) == []


def test_acts_leave_no_fact_untold(ada: User, ben: User, olga: User) -> None:
    tell_of_facts()
    live_a_life(ada, ben, olga)
    untold = "\n".join(reconciling.find_unproved_facts())
    made_by_hand = (
        "Table [a-z]+_(itemversion|coursecompletion|accessrule|channelrules|channelevent|courserelease"
        "|certification|requirement|platform|channel|attempt|quiz),"
    )
    assert not [line for line in untold.splitlines() if not re.match(made_by_hand, line)]


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_integrity", *arguments, stdout=out)
    return out.getvalue()


def add_entries(number: int) -> None:
    for _one in range(number):
        entries.append_entry(kind="k", subject="s", actor=ACTOR, at=timezone.now())


def test_expected_head_proves_that_the_end_was_cut() -> None:
    add_entries(5)
    report = anchoring.seal_ledger(at=timezone.now())
    assert "Nothing is broken" in check("--expect", str(report.head))
    drop_guards()
    cut(2)
    assert "Nothing is broken" in check()
    with pytest.raises(CommandError, match="Ledger place 5: no entry is there"):
        check("--expect", str(report.head))


def test_expected_head_proves_that_the_ledger_was_written_anew() -> None:
    add_entries(2)
    report = anchoring.seal_ledger(at=timezone.now())
    drop_guards()
    cut(2)
    add_entries(2)
    entries.seal_entries()
    assert "Nothing is broken" in check()
    with pytest.raises(CommandError, match="Ledger place 2: the hash is"):
        check("--expect", str(report.head))


@pytest.mark.parametrize("text", ["", "5", "0:" + "a" * 64, "5:" + "A" * 64, "5:abc"])
def test_expected_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="is no head") as error:
        check("--expect", text)
    assert error.value.returncode == 2


def test_seal_prints_mails_and_keeps_the_head(tmp_path: Path) -> None:
    add_entries(1)
    kept, out = tmp_path / "heads", StringIO()
    told = ["--mail", "audit@northlight.example", "--out", str(kept)]
    call_command("seal", *told, stdout=out)
    head = str(heads.newest_head())
    assert out.getvalue().strip() == head == kept.read_text().split()[0]
    assert mail.outbox[0].to == ["audit@northlight.example"]
    assert f"--expect {head}" in mail.outbox[0].body
    call_command("seal", "--dry-run", stdout=out)
    assert len(mail.outbox) == 1


def test_seal_says_that_a_head_did_not_arrive(tmp_path: Path) -> None:
    add_entries(1)
    out = StringIO()
    with pytest.raises(CommandError, match="did not arrive everywhere"):
        call_command("seal", "--out", str(tmp_path / "none" / "heads"), stdout=out)
    assert out.getvalue().strip() == str(heads.newest_head())


def test_head_is_posted_by_https_only() -> None:
    head = heads.ChainHead(1, "a" * 64)
    with pytest.raises(OSError, match="https:// only"):
        anchoring.anchor_head(head, Anchors(url="http://audit.example/"), at=timezone.now())


def test_old_unsealed_entry_is_a_finding() -> None:
    add_entries(2)
    now = timezone.now()
    assert list(integrity.check_ledger(now + timedelta(hours=47))) == []
    (said,) = integrity.check_ledger(now + timedelta(hours=49))
    assert "is not sealed, like 1 more" in said


def test_fact_written_while_the_check_runs_is_no_finding(ada: User) -> None:
    tell_of_facts()
    told = reconciling._NewestLines(facts.list_proved_models())
    assert list(told.learn()) == []
    holds.start_hold(ada, reason="Just now", actor=ACTOR, at=timezone.now())
    proved = facts.proved_model(Hold)
    assert list(reconciling._compare_model(proved, told)) == []


def test_account_written_in_the_editor_is_told(ada: User, dana: User) -> None:
    tell_of_facts()
    ada.email = "ada.new@northlight.example"
    ada.save()
    request = RequestFactory().post("/")
    request.user = dana
    for hook in hooks.get_hooks("after_edit_user"):
        hook(request, ada)
    assert list(reconciling.find_unproved_facts()) == []
    assert Entry.objects.latest("seq").actor == dana.actor


def test_superuser_is_told_when_made_and_when_they_leave(db: None) -> None:
    root = User.objects.create_superuser("root@x.example", "pw", display_name="Root", hr_id="R1")
    people.record_leaving(root, actor=ACTOR, at=timezone.now())
    kinds = set(Entry.objects.filter(subject=root.actor).values_list("kind", flat=True))
    assert {"person.superuser", "person.no_superuser", "person.left"} <= kinds
    assert list(reconciling.find_unproved_facts()) == []

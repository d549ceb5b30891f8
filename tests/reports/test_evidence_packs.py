"""Evidence packs: what is in them, for whom, by what was known, and that they prove themselves."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from accounts import people
from accounts.models import Absence, EmploymentEvent, HrAlias, Region, User
from accounts.people import record_leaving
from certificates.acts import awards, corrections, holds, programmes, waivers
from certificates.acts.evidence import EvidenceUpload
from certificates.facts.gathering import gather_certification_facts
from certificates.models import (
    Award,
    AwardEvent,
    Certification,
    CertificationEvent,
    Hold,
    Requirement,
    Waiver,
)
from channels import acceptances, decisions, permissions, registry
from channels.decisions import DecisionQuery
from channels.facts.fact_rows import read_fact_rows
from channels.models import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    DecisionRecord,
    Freeze,
    PostingPermission,
    RulesAcceptance,
)
from courses.changes import reviewing
from courses.models import Assignment, Course, CoursePage, ReleaseEvent, VersionFloor
from courses.pages.release_texts import read_release
from courses.progress.assignments import assign_course
from ledger.models import Entry
from quizzes.models import Attempt
from reports.packs.making import make_pack
from reports.packs.questions import PackQuestion
from tests.factories.certificates import make_certification, make_course_record
from tests.factories.channels import make_channel
from tests.factories.ledger import tell_of_facts
from tests.factories.people import give_role, make_person, make_region
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row, take
from tests.home.test_decisive_columns import list_read_columns, statements

pytestmark = pytest.mark.django_db
ADDRESS = "/certification/pack/"
PDF = EvidenceUpload("diploma.pdf", b"%PDF-1.7 diploma")


class PackWorld:
    """Ada passed, was corrected, held and may post; a decision about her was given."""

    def __init__(self, ada: User, hugo: User, dana: User) -> None:
        self.ada, self.now = ada, timezone.now()
        said = {"actor": hugo.actor, "at": self.now}
        page = make_quiz(make_bank("PACKED", make_row("single"), make_row("ordering")))
        CoursePage.objects.get(pk=page.get_parent().pk).save_revision(user=dana).publish()
        self.certification = make_certification("PACK", courses=(page.quiz.course,))
        self.attempt = take(make_ready(ada, page), page, self.now)
        self.award = Award.objects.get(recipient=ada)
        other = make_certification("ELSE")
        diploma = awards.issue_equivalence(ada, other, evidence="A diploma", upload=PDF, **said)
        corrections.propose_correction(
            diploma,
            earned_at=diploma.issued_at,
            recipient_name="Ada Byron",
            reason="Married",
            **said,
        )
        waivers.grant_waiver(ada, other, until=self.now + timedelta(9), reason="On leave", **said)
        self.channel = make_channel("PACK-BLOG", region=ada.region)
        permissions.grant_permission(
            self.channel, ada, "publisher", reason="She asked", **said | {"actor": "system:test"}
        )
        query = DecisionQuery(ada.hr_id or "", self.channel.code, "publish", self.now)
        decisions.decide([query], asked_by="token:suite", evaluated_at=self.now)
        self.decision = DecisionRecord.objects.get()
        tell_of_facts()


@pytest.fixture
def world(ada: User, hugo: User, dana: User) -> PackWorld:
    return PackWorld(ada, hugo, dana)


def pack_of(person: User | None, channel: Channel | None = None, **asked: Any) -> zipfile.ZipFile:
    now = timezone.now()
    moments = {"at": now, "known_at": now} | asked
    question = PackQuestion(why="audit", person=person, channel=channel, **moments)
    made = make_pack(question, User.objects.all(), actor="system:test", now=now)
    return zipfile.ZipFile(io.BytesIO(made.content.read()))


def index_of(pack: zipfile.ZipFile) -> str:
    return pack.read("index.html").decode()


@pytest.mark.databases
def test_pack_of_person_holds_what_an_auditor_asks(world: PackWorld) -> None:
    pack = pack_of(world.ada)
    index = index_of(pack)
    for told in (world.award.number, "A diploma", "Ada Byron", "Married", "On leave", "She asked"):
        assert told in index, told
    assert world.decision.decision in index
    assert str(world.decision.uuid) in index
    assert "NOT as the ledger tells" not in index
    proofs = re.findall(r"<td>([a-z]+_[a-z]+)</td><td>\d+</td><td>([^<]+)</td>", index)
    # Makers of tests write these without an act, so nothing tells of them by name.
    by_hand = {
        *("accounts_user", "accounts_employmentevent", "accounts_region"),
        *("certificates_certification", "certificates_requirement", "courses_courserelease"),
    }
    assert {one for one in proofs if one[1] != "as the ledger tells"} == {
        (table, "no entry tells of it") for table in by_hand
    }
    assert {"certificates_award", "certificates_waiver", "quizzes_markevent"} <= dict(proofs).keys()
    assert pack.read("evidence/" + Path(one_of(pack, "evidence/")).name) == PDF.content
    assert {"index.html", "verify.py", "manifest.json", "ledger/entries.jsonl"} <= set(
        pack.namelist()
    )


def one_of(pack: zipfile.ZipFile, folder: str) -> str:
    (name,) = [name for name in pack.namelist() if name.startswith(folder)]
    return name


def test_pack_shows_questions_in_the_order_in_which_they_were_shown(world: PackWorld) -> None:
    words = pack_of(world.ada).read(one_of(pack_of(world.ada), "tries/")).decode()
    response = world.attempt.responses.select_related("version").get(version__kind="single")
    options = {row["id"]: row["text"] for row in response.version.content["options"]}
    shown = [options[row["id"]] for row in response.order]
    places = [words.index(f"\n  {text}") for text in shown]
    assert places == sorted(places)
    assert "[chosen]" in words
    assert "graded" in words


def test_pack_shows_the_words_of_the_version_and_who_published_it(
    world: PackWorld, dana: User
) -> None:
    pack = pack_of(world.ada)
    release = world.attempt.release
    assert release is not None
    pages = read_release(release)
    assert pages
    assert all(page.is_proved for page in pages)
    words = pack.read(f"versions/{release.course.code}-v{release.number}.html").decode()
    lesson = next(page for page in pages if page.lines)
    assert lesson.title in words
    assert str(dana) in index_of(pack)


def test_pack_says_that_words_were_changed_behind_a_version(world: PackWorld) -> None:
    release = world.attempt.release
    assert release is not None
    page = release.content["pages"][0]
    page["words"] = "0" * 64
    assert not read_release(release)[0].is_proved


def test_pack_as_known_before_an_act_does_not_tell_of_it(world: PackWorld, hugo: User) -> None:
    before = timezone.now()
    holds.start_hold(world.ada, reason="Found later", actor=hugo.actor, at=world.now)
    assert "Found later" not in index_of(pack_of(world.ada, known_at=before))
    assert "Found later" in index_of(pack_of(world.ada))


@pytest.mark.databases
def test_pack_names_a_row_that_the_ledger_tells_otherwise(world: PackWorld) -> None:
    table = Award._meta.db_table
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else f" ON {table}"
        cursor.execute(f"DROP TRIGGER {table}_no_update{on}")
        cursor.execute(f"UPDATE {table} SET recipient_name = 'Eve' WHERE id = %s", [world.award.pk])
    assert "NOT as the ledger tells" in index_of(pack_of(world.ada))


def test_pack_proves_itself_with_nothing_but_python(world: PackWorld, tmp_path: Path) -> None:
    pack_of(world.ada).extractall(tmp_path)
    verify = [sys.executable, str(tmp_path / "verify.py")]
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    for name in ("index.html", "ledger/entries.jsonl"):
        whole = (tmp_path / name).read_text()
        (tmp_path / name).write_text(whole.replace("system:", "sistem:", 1) + " ")
        assert subprocess.run(verify, check=False, capture_output=True).returncode == 1
        (tmp_path / name).write_text(whole)


def test_pack_is_in_the_ledger_with_its_digest(world: PackWorld) -> None:
    pack_of(world.ada)
    entry = Entry.objects.get(kind="evidence.packed")
    assert entry.data["person"] == world.ada.actor
    assert (entry.data["why"], len(entry.data["sha256"])) == ("audit", 64)
    assert "Ada" not in json.dumps(entry.data)


def test_pack_of_channel_says_who_was_allowed_and_hides_people_of_other_regions(
    world: PackWorld,
) -> None:
    carol = make_person("Carol Souza", region=make_region("BR"))
    permissions.grant_permission(
        world.channel, carol, "publisher", actor="system:test", at=world.now
    )
    now = timezone.now()
    question = PackQuestion(now, now, "audit", channel=world.channel)
    visible = User.objects.filter(region=world.ada.region)
    made = make_pack(question, visible, actor="system:test", now=now)
    index = index_of(zipfile.ZipFile(io.BytesIO(made.content.read())))
    assert world.ada.display_name in index
    assert "Carol" not in index
    assert "somebody of another region" in index
    assert "Be kind. Version 1." in index


def test_pack_of_post_and_of_decision_say_what_was_answered(world: PackWorld) -> None:
    post = index_of(pack_of(world.ada, world.channel, at=world.now))
    assert "As it follows from the records today" in post
    given = index_of(pack_of(world.ada, world.channel, decision=world.decision))
    assert "As it was given" in given
    assert "Both say the same." in given
    assert told_of(world.decision, "as the ledger tells") in given


# The kinds of rows that a decision reads, and the table that proves each. A new kind belongs here and into the pack.
READ_KINDS: dict[str, type[Model]] = {
    "person": User,
    "alias": HrAlias,
    "employment": EmploymentEvent,
    "dated": EmploymentEvent,
    "sponsor_employment": EmploymentEvent,
    "hold": Hold,
    "waiver": Waiver,
    "absence": Absence,
    "channel": Channel,
    "state": ChannelEvent,
    "access": AccessRule,
    "rules": ChannelRules,
    "region": Region,
    "freeze": Freeze,
    "floor": VersionFloor,
    "grant": PostingPermission,
    "acceptance": RulesAcceptance,
    "certification": Certification,
    "requirement": Requirement,
    "certification_event": CertificationEvent,
    "award": Award,
    "award_event": AwardEvent,
}
# Tables that a decision or a standing reads besides, and why no row of them stands for itself.
NAMED_BY_OTHERS = {
    "accounts_team": "a code, which stands in the rows of people and channels",
}


def raise_floor(course: Course, said: dict[str, Any]) -> None:
    """One proposes that the next version is material, another confirms it with a day."""
    release = make_course_record(course.code, releases=2).releases.get(number=2)
    said, seen = said | {"reason": "The law"}, reviewing.version_of_change(release)
    reviewing.propose_material(release, note="New rules", seen=seen, **said)
    confirm = {"principles": [], "effective_at": said["at"] + timedelta(30)}
    seen = reviewing.version_of_change(release)
    reviewing.confirm_change(release, seen=seen, **confirm, **said | {"actor": "system:test"})


def live_through_everything(world: PackWorld, hugo: User) -> None:
    """Something of every kind that a decision reads."""
    ada, channel, now = world.ada, world.channel, world.now
    said = {"actor": hugo.actor, "at": now}
    HrAlias.objects.create(hr_id="OLD", person=ada, recorded_at=now, actor="system:test")
    people.change_person(ada, sponsor=make_person("Spon Sor"), **said)
    people.record_absence(ada, starts_at=now, until=now + timedelta(9), **said)
    holds.start_hold(ada, reason="Under review", **said)
    acceptances.accept_rules(channel, ada, version=1, at=now)
    core = Certification.objects.get(code="POST-CORE")
    earned = awards.issue_equivalence(ada, core, evidence="Seen", **said)
    awards.revoke_award(earned, reason="Mixed up", **said)
    with programmes.record_changes(core.pk, **said):
        Certification.objects.filter(pk=core.pk).update(title="Another")
    assert world.attempt.release is not None
    course = world.attempt.release.course
    assign_course(ada, course, due_on=None, reason="New here", **said)
    raise_floor(course, said)
    for scope in ({"scope": "global"}, {"scope": "classification", "classification": "support"}):
        Freeze.objects.create(
            **scope, starts_at=now, recorded_at=now, reason="Storm", actor="system:test"
        )


def test_pack_of_post_holds_every_row_that_a_decision_and_a_standing_read(
    world: PackWorld, hugo: User
) -> None:
    live_through_everything(world, hugo)
    ada, channel = world.ada, world.channel
    pair = [DecisionQuery(ada.hr_id or "", channel.code, "publish", world.now)]
    with statements() as asked:
        decisions.decide(pair, asked_by="system:test", evaluated_at=timezone.now(), record=False)
        gather_certification_facts([ada.pk])
    tables = {
        name.split(".")[0] for sql in asked for told in list_read_columns(sql) for name in told
    }
    index = index_of(pack_of(ada, channel))
    proofs = re.findall(r"<td>(\w+)</td><td>(\d+)</td><td>([^<]+)</td>", index)
    shown = {(name, int(key)) for name, key, _proof in proofs}
    assert tables - {table for table, _key in shown} == NAMED_BY_OTHERS.keys()
    rows = read_fact_rows([ada.hr_id or "", "OLD"], [channel.code])
    assert rows.keys() == READ_KINDS.keys()
    read = {(READ_KINDS[kind]._meta.db_table, row["id"]) for kind in rows for row in rows[kind]}
    assert read - shown == set()
    told = {name for name, _key, proof in proofs if proof == "as the ledger tells"}
    acted = (Absence, VersionFloor, ReleaseEvent, CertificationEvent, Assignment, AwardEvent, Hold)
    assert told >= {model._meta.db_table for model in acted}


def told_of(decision: DecisionRecord, proof: str) -> str:
    return f"<td>channels_decisionrecord</td><td>{decision.pk}</td><td>{proof}"


def test_pack_of_post_proves_the_channel_and_the_acceptance(world: PackWorld) -> None:
    acceptances.accept_rules(world.channel, world.ada, version=1, at=world.now)
    registry.require_certification(
        world.channel, world.certification, actor="system:test", at=world.now, group=7
    )
    tables = ("channels_rulesacceptance", "channels_accessrule")
    for pack, expected in (
        (pack_of(world.ada), tables[:1]),
        (pack_of(world.ada, world.channel), tables),
    ):
        proved = re.findall(r"<td>(\w+)</td><td>\d+</td><td>as the ledger tells", index_of(pack))
        assert set(expected) <= set(proved)


def test_pack_tells_a_decision_that_would_be_another_today(world: PackWorld) -> None:
    question = {"decision": world.decision}
    world.decision.answer = {"decision": "deny", "reasons": [], "evidence": []}
    world.decision.answer["decision"] = "allow" if world.decision.decision == "deny" else "deny"
    index = index_of(pack_of(world.ada, world.channel, **question))
    assert "They differ" in index
    assert told_of(world.decision, "NOT as the ledger tells") in index


@pytest.mark.databases
def test_pack_asks_as_much_for_many_tries_as_for_few(world: PackWorld) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            pack_of(world.ada)
        return len(asked)

    count()
    few = count()
    for number in range(3):
        holds.start_hold(world.ada, reason=f"Reason {number}", actor="system:test", at=world.now)
        Attempt.objects.create(
            person=world.ada,
            quiz=world.attempt.quiz,
            number=10 + number,
            locale="en",
            seed="s",
            snapshot=world.attempt.snapshot,
            started_at=world.now,
            state=Attempt.State.VOID,
        )
    count()
    assert count() == few


def ask(client: Client, reader: User, **said: str) -> Any:
    client.force_login(reader)
    return client.post(reverse("console:pack"), {"why": "audit"} | said)


def test_pack_page_sends_a_file_and_keeps_to_the_region(world: PackWorld, client: Client) -> None:
    vera = give_role(make_person("Vera"), "auditor", region=world.ada.region)
    carol = make_person("Carol", region=make_region("BR"))
    answer = ask(client, vera, person=world.ada.hr_id or "")
    assert answer["Content-Type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(answer.getvalue()))
    for said in ({"person": carol.hr_id}, {"channel": "NONE"}, {"decision": "x"}, {}):
        assert ask(client, vera, **said)["Content-Type"].startswith("text/html")
    assert "Nobody whom you may read" in ask(client, vera, person=carol.hr_id or "").text
    assert Entry.objects.filter(kind="evidence.packed").count() == 1


def test_pack_of_oneself_is_refused(client: Client) -> None:
    vera = give_role(make_person("Vera"), "auditor")
    assert "your own record" in ask(client, vera, person=vera.hr_id or "").text


def test_pack_of_what_nobody_can_know_yet_is_refused(world: PackWorld, client: Client) -> None:
    vera = give_role(make_person("Vera"), "auditor")
    said = {"person": world.ada.hr_id or "", "known_at": "2098-01-01T00:00"}
    assert "Nobody knows yet" in ask(client, vera, **said).text


def test_pack_page_is_filled_in_by_a_link(world: PackWorld, client: Client) -> None:
    client.force_login(give_role(make_person("Vera"), "auditor"))
    page = client.get(f"{ADDRESS}?person={world.ada.hr_id}&at=2026-03-01&known_at=x").text
    assert f'value="{world.ada.hr_id}"' in page
    assert 'value="2026-03-01T23:59"' in page


def test_pack_of_leaver_is_made(world: PackWorld) -> None:
    record_leaving(world.ada, actor="system:test", at=timezone.now())
    assert "Left" in index_of(pack_of(world.ada))


def test_command_writes_a_pack_and_refuses_what_is_not_there(
    world: PackWorld, tmp_path: Path
) -> None:
    file = tmp_path / "pack.zip"
    call_command("evidence_pack", person=world.ada.hr_id, why="authority", out=file)
    assert "index.html" in zipfile.ZipFile(file).namelist()
    with pytest.raises(CommandError, match="has this HR id") as error:
        call_command("evidence_pack", person="NOBODY", why="audit", out=file)
    assert error.value.returncode == 2

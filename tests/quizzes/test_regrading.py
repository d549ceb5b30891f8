"""Marks are corrected for everybody who was asked a faulty question: dry run, apply, and what follows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import mail
from django.utils import timezone

import pytest

from accounts.models import User
from certificates.models import Award, AwardEvent
from courses.models import CourseCompletion
from ledger.models import Entry
from notifications.models import Notification
from quizzes.attempts import regrade_decisions
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.submitting import submit_attempt
from quizzes.authoring import written_rules
from quizzes.models import Attempt, ItemReport, MarkEvent, Regrade
from quizzes.regrades import applying, dry_run, item_reports
from quizzes.regrades.dry_run import RegradeChoice
from quizzes.rules import settings
from quizzes.rules.regrading import BEST_OF_BOTH, CORRECTED_KEY, DROP, FULL_CREDIT, NONE
from tests.factories.people import make_person
from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_row
from tests.quizzes.faulty import KEYED, TRUE, WRONG, Faulty, make_faulty, planned, regrade

pytestmark = [pytest.mark.django_db]
DAY = timedelta(days=1)
HANDED_IN = datetime.fromisoformat("2026-06-15T09:00:00+00:00")


@pytest.fixture
def faulty(db: None) -> Faulty:
    return make_faulty()


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.get(pk=attempt.pk)


@pytest.mark.parametrize(
    ("option", "answered", "percent"),
    [
        (FULL_CREDIT, TRUE, 75),
        (FULL_CREDIT, WRONG, 75),
        (FULL_CREDIT, None, 75),
        (BEST_OF_BOTH, TRUE, 75),
        (BEST_OF_BOTH, KEYED, 75),
        (BEST_OF_BOTH, WRONG, 50),
        (CORRECTED_KEY, TRUE, 75),
        (CORRECTED_KEY, KEYED, 50),
        (CORRECTED_KEY, None, 50),
        (DROP, TRUE, Decimal(66)),
        (DROP, KEYED, Decimal(66)),
        (NONE, TRUE, 50),
    ],
)
@pytest.mark.databases
def test_regrade_option_changes_the_score(
    faulty: Faulty, ada: User, dana: User, option: str, answered: int | None, percent: Any
) -> None:
    attempt = faulty.take(ada, HANDED_IN, answered)
    corrected = faulty.correct() if option in {BEST_OF_BOTH, CORRECTED_KEY} else None
    regrade(faulty.version, option, corrected, actor=dana)
    assert fresh(attempt).percent == percent


@pytest.mark.databases
def test_dry_run_lists_changes_and_writes_nothing(
    faulty: Faulty, ada: User, carol: User, ben: User
) -> None:
    faulty.take(ada, HANDED_IN, TRUE)
    faulty.take(carol, HANDED_IN, WRONG)
    faulty.take(ben, HANDED_IN, KEYED)
    corrected = faulty.correct()
    before = (Entry.objects.count(), MarkEvent.objects.count(), Award.objects.count())
    plan = planned(faulty.version, CORRECTED_KEY, corrected)
    told = [(one.attempt.person, one.before.told, one.after.told, one.won) for one in plan.changes]
    assert told == [(ada, "50", "75", True), (ben, "75", "50", False)]
    counts = dict(plan.counts)
    assert (counts["answers"], counts["scores"], counts["passes_won"]) == (3, 2, 1)
    assert (counts["passes_lost"], counts["passes_kept"]) == (0, 1)
    assert plan.consequences.words()
    assert (Entry.objects.count(), MarkEvent.objects.count(), Award.objects.count()) == before
    assert not Regrade.objects.exists()


def test_dry_run_describes_effects_on_certificates(faulty: Faulty, ada: User, ben: User) -> None:
    faulty.take(ada, HANDED_IN, TRUE)
    faulty.take(ben, HANDED_IN, KEYED)
    plan = planned(faulty.version, CORRECTED_KEY, faulty.correct(), keep_passes=False)
    words = plan.consequences.words()
    won, lost = plan.changes
    assert words[won.attempt.pk] == [
        "Posting FAULTY: certificate issued, from the day of the pass."
    ]
    assert words[lost.attempt.pk] == [f"Certificate {ben.awards.get().number} is withdrawn."]


@pytest.mark.databases
def test_new_pass_issues_a_certificate_dated_from_submission(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    assert not Award.objects.exists()
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    award = Award.objects.get()
    assert (award.recipient, award.attempt) == (ada, attempt)
    assert award.issued_at == award.valid_from == HANDED_IN
    assert award.valid_through.isoformat() == "2027-06-14"
    assert CourseCompletion.objects.get().completed_at == HANDED_IN
    assert award.recorded_at > HANDED_IN


@pytest.mark.databases
def test_apply_twice_is_refused(faulty: Faulty, ada: User, dana: User, ravi: User) -> None:
    faulty.take(ada, HANDED_IN, TRUE)
    choice = RegradeChoice(FULL_CREDIT)
    digest = dry_run.plan_regrade(faulty.version, choice).digest
    told = {"reason": "Wrong key.", "note": "", "at": timezone.now(), "digest": digest}
    applying.apply_regrade(faulty.version, choice, actor=dana, **told)
    for author in (dana, ravi):
        with pytest.raises(applying.FactsChangedError) as refused:
            applying.apply_regrade(faulty.version, choice, actor=author, **told)
        assert refused.value.plan.changes == []
    assert (Regrade.objects.count(), Award.objects.count()) == (1, 1)
    assert Entry.objects.filter(kind="attempt.regraded").count() == 1
    assert Notification.objects.filter(kind="regraded").count() == 1


@pytest.mark.databases
def test_apply_is_refused_when_facts_changed_since_dry_run(
    faulty: Faulty, ada: User, carol: User, dana: User
) -> None:
    faulty.take(ada, HANDED_IN, TRUE)
    digest = planned(faulty.version, FULL_CREDIT).digest
    faulty.take(carol, HANDED_IN, WRONG)
    with pytest.raises(applying.FactsChangedError) as refused:
        applying.apply_regrade(
            faulty.version,
            RegradeChoice(FULL_CREDIT),
            digest=digest,
            reason="Wrong key.",
            note="",
            actor=dana,
            at=timezone.now(),
        )
    assert len(refused.value.plan.changes) == 2
    assert not Regrade.objects.exists()


@pytest.mark.databases
def test_regrade_appends_marks_and_keeps_the_old_verdict(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    corrected = faulty.correct()
    done = regrade(faulty.version, CORRECTED_KEY, corrected, actor=dana)
    events = MarkEvent.objects.filter(response__version=faulty.version).order_by("id")
    assert [(event.reason, event.mark) for event in events] == [("graded", 0), ("regraded", 1)]
    assert (events[1].regrade, events[1].version) == (done, corrected)
    row = fresh(attempt).result["corrections"][0]
    assert row["before"]["told"] == "50"
    assert row["before"]["result"]["reasons"][0]["code"] == "below_pass_mark"
    assert (row["after"]["told"], row["after"]["passed"], row["kept"]) == ("75", True, False)
    assert (row["before"]["result"]["right"], fresh(attempt).result["right"]) == (2, 3)
    assert fresh(attempt).result["questions"] == 4


def test_ledger_records_the_decision_and_each_changed_attempt(
    faulty: Faulty, ada: User, carol: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    faulty.take(carol, HANDED_IN, KEYED)
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    decision = Entry.objects.get(kind="item.regraded")
    assert (decision.actor, decision.data["option"]) == (dana.actor, FULL_CREDIT)
    one = Entry.objects.get(kind="attempt.regraded")
    assert one.subject == f"attempt:{attempt.uuid}"
    assert (one.data["before"]["passed"], one.data["after"]["passed"]) == (False, True)


def test_regrade_keeps_passes_by_default(faulty: Faulty, ada: User, dana: User) -> None:
    attempt = faulty.take(ada, HANDED_IN, KEYED)
    regrade(faulty.version, CORRECTED_KEY, faulty.correct(), actor=dana)
    kept = fresh(attempt)
    assert (kept.percent, kept.passed) == (50, True)
    assert kept.result["corrections"][0]["kept"] is True
    assert not AwardEvent.objects.exists()


@pytest.mark.databases
def test_lost_pass_revokes_the_certificate_from_the_regrade_on(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, KEYED)
    at = timezone.now()
    regrade(faulty.version, CORRECTED_KEY, faulty.correct(), actor=dana, keep_passes=False, at=at)
    assert fresh(attempt).passed is False
    event = AwardEvent.objects.get()
    assert (event.kind, event.effective_at, event.actor) == ("revoked", at, dana.actor)
    assert event.reason == "Marks were corrected: The key was wrong."


def test_regrade_adds_no_second_certificate_beside_a_later_pass(
    faulty: Faulty, ada: User, dana: User
) -> None:
    """The second attempt passes by its other answers, before and after the regrade."""
    faulty.take(ada, HANDED_IN, TRUE)
    faulty.take(ada, HANDED_IN + DAY, TRUE, others=3)
    assert Award.objects.get().issued_at == HANDED_IN + DAY
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    assert Award.objects.count() == 1
    assert CourseCompletion.objects.count() == 1
    assert [one.passed for one in Attempt.objects.order_by("number")] == [True, True]


@pytest.mark.databases
def test_two_attempts_passed_by_one_regrade_give_one_certificate(
    faulty: Faulty, ada: User, dana: User
) -> None:
    faulty.take(ada, HANDED_IN, TRUE)
    faulty.take(ada, HANDED_IN + DAY, TRUE)
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    assert Award.objects.get().issued_at == HANDED_IN
    assert Attempt.objects.filter(passed=True).count() == 2


def test_open_attempt_is_marked_by_the_regrade_on_submit(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.answer(ada, HANDED_IN, TRUE)
    corrected = faulty.correct()
    assert planned(faulty.version, CORRECTED_KEY, corrected).counts["open"] == 1
    done = regrade(faulty.version, CORRECTED_KEY, corrected, actor=dana)
    handed_in = submit_attempt(attempt.uuid, ada, at=HANDED_IN)
    assert (handed_in.percent, handed_in.passed) == (75, True)
    event = MarkEvent.objects.get(response__version=faulty.version)
    assert (event.reason, event.regrade, event.version) == ("graded", done, corrected)
    assert applying.find_unfinished_regrades() == []


@pytest.mark.parametrize(("option", "expected"), [(FULL_CREDIT, (75, 4)), (DROP, (Decimal(66), 3))])
def test_submit_after_a_regrade_follows_its_option(
    faulty: Faulty, ada: User, dana: User, option: str, expected: tuple[Any, int]
) -> None:
    attempt = faulty.answer(ada, HANDED_IN, WRONG)
    regrade(faulty.version, option, actor=dana)
    handed_in = submit_attempt(attempt.uuid, ada, at=HANDED_IN)
    assert (handed_in.percent, handed_in.max_score) == expected


def test_submit_looks_up_no_regrade_without_faulty_questions(
    faulty: Faulty, ada: User, django_assert_max_num_queries: Any, monkeypatch: Any
) -> None:
    def never(*_args: object) -> None:
        raise AssertionError("There is nothing to look up.")

    monkeypatch.setattr("quizzes.attempts.regrade_decisions.newest_decisions", never)
    assert faulty.take(ada, HANDED_IN, KEYED).passed


@pytest.mark.databases
def test_catch_up_regrades_attempts_that_were_missed(
    faulty: Faulty, ada: User, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody hands in by the old key while the regrade is being written: the decision is not seen yet."""
    attempt = faulty.answer(ada, HANDED_IN, TRUE)
    done = regrade(faulty.version, FULL_CREDIT, actor=dana)
    with monkeypatch.context() as before_the_commit:
        before_the_commit.setattr(regrade_decisions, "decision_for", lambda version: None)
        attempt = submit_attempt(attempt.uuid, ada, at=HANDED_IN)
    assert not attempt.passed
    assert applying.find_unfinished_regrades() == [done.pk]
    assert applying.catch_up_regrades(at=timezone.now()) == 1
    assert fresh(attempt).passed
    assert Award.objects.get().issued_at == HANDED_IN
    assert applying.catch_up_regrades(at=timezone.now()) == 0


def test_faulty_version_is_drawn_no_more_but_its_successor(faulty: Faulty, dana: User) -> None:
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    rules = settings.read_rules(faulty.page.quiz.rules)
    drawn = [one.item for one in written_rules.load_pool(rules)[rules.banks[0]]]
    assert faulty.item.pk not in drawn
    faulty.correct()
    drawn = [one.item for one in written_rules.load_pool(rules)[rules.banks[0]]]
    assert faulty.item.pk in drawn


def test_regrade_without_changes_settles_reports_and_withdraws_nothing(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    report(faulty, attempt, ada)
    regrade(faulty.version, NONE, actor=dana)
    assert ItemReport.objects.get().resolution == "kept"
    assert faulty.version.withdrawn_at is None
    assert fresh(attempt).percent == 50


@pytest.mark.databases
def test_later_regrade_replaces_the_earlier_one(faulty: Faulty, ada: User, dana: User) -> None:
    attempt = faulty.take(ada, HANDED_IN, WRONG)
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    regrade(faulty.version, CORRECTED_KEY, faulty.correct(), actor=dana, keep_passes=False)
    again = fresh(attempt)
    assert (again.percent, again.passed) == (50, False)
    assert [row["after"]["told"] for row in again.result["corrections"]] == ["75", "50"]
    assert "corrections" not in again.result["corrections"][1]["before"]["result"]


def test_drop_of_the_only_question_leaves_the_attempt_unchanged(
    ada: User, ben: User, dana: User
) -> None:
    faulty = make_faulty(pass_percent=75)
    others = faulty.item.bank.items.exclude(pk=faulty.item.pk)
    others.update(retired=True)
    faulty.page.quiz.rules["sections"][0]["count"] = 1
    faulty.page.quiz.save()
    passed = faulty.take(ada, HANDED_IN, KEYED)
    failed = faulty.take(ben, HANDED_IN, TRUE)
    plan = planned(faulty.version, DROP, keep_passes=False)
    assert (plan.changes, plan.counts["emptied"]) == ([], 2)
    regrade(faulty.version, DROP, actor=dana, keep_passes=False)
    assert (fresh(passed).passed, fresh(failed).passed) == (True, False)
    assert fresh(passed).responses.get().mark == 1
    assert applying.find_unfinished_regrades() == []


def test_full_credit_makes_a_missed_critical_question_right(ada: User, dana: User) -> None:
    faulty = make_faulty(critical=True)
    attempt = faulty.take(ada, HANDED_IN, TRUE, others=3)
    assert (attempt.percent, attempt.passed) == (75, False)
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    assert fresh(attempt).passed
    assert fresh(attempt).result["critical_missed"] == []


def test_regrade_counts_right_answers_with_partial_credit_as_right(ada: User, dana: User) -> None:
    sound = make_row("confidence", credit="quadratic", answer=True)
    page = make_quiz(make_bank("MIXED", sound, make_row("single", code="FAULTY")), pass_percent=90)
    attempt = make_attempt(ada, page, HANDED_IN)
    slot = attempt.responses.get(version__kind="confidence").slot
    said = {"choice": ["true"], "confidence": ["fair"]}
    save_answer(attempt.uuid, ada, slot, said, seq=1, at=HANDED_IN)
    submit_attempt(attempt.uuid, ada, at=HANDED_IN)
    faulty = attempt.responses.get(version__kind="single").version
    regrade(faulty, FULL_CREDIT, actor=dana)
    again = fresh(attempt)
    assert (again.score, again.passed) == (Decimal("1.9375"), True)
    assert (again.result["right"], again.result["questions"]) == (2, 2)


def test_corrected_multiple_choice_version_marks_single_choice_answers(
    faulty: Faulty, ada: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    corrected = faulty.correct(TRUE, kind="multiple")
    regrade(faulty.version, CORRECTED_KEY, corrected, actor=dana)
    assert fresh(attempt).passed


def test_removed_option_earns_nothing(faulty: Faulty, ada: User, dana: User) -> None:
    attempt = faulty.take(ada, HANDED_IN, WRONG)
    corrected = faulty.correct(TRUE, options=[KEYED, TRUE])
    regrade(faulty.version, CORRECTED_KEY, corrected, actor=dana)
    assert fresh(attempt).percent == 50


@pytest.mark.parametrize("option", [BEST_OF_BOTH, CORRECTED_KEY])
def test_corrected_key_must_be_a_newer_version(faulty: Faulty, dana: User, option: str) -> None:
    other = make_faulty().correct()
    for corrected in (None, faulty.version, other):
        with pytest.raises(applying.UnfitVersionError):
            applying.check_choice(faulty.version, RegradeChoice(option, corrected))


def test_author_cannot_regrade_their_own_pass(faulty: Faulty, dana: User, ravi: User) -> None:
    attempt = faulty.take(dana, HANDED_IN, TRUE)
    with pytest.raises(applying.OwnPassError):
        regrade(faulty.version, FULL_CREDIT, actor=dana)
    assert not Regrade.objects.exists()
    regrade(faulty.version, FULL_CREDIT, actor=ravi)
    assert fresh(attempt).passed


@pytest.mark.databases
def test_changed_learners_are_notified_once_with_the_note(
    faulty: Faulty, ada: User, carol: User, dana: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        faulty.take(ada, HANDED_IN, TRUE)
        faulty.take(carol, HANDED_IN, KEYED)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        regrade(faulty.version, FULL_CREDIT, actor=dana)
    told = [message for message in mail.outbox if "You have passed" in message.subject]
    assert [message.to for message in told] == [[ada.email]]
    assert "Your score was 50%, it is 75% now." in told[0].body
    assert "Sorry for this." in told[0].body
    assert not any(carol.email in message.to for message in mail.outbox)


def test_people_who_left_are_regraded_but_not_notified(faulty: Faulty, dana: User) -> None:
    gone = make_person("Gone Person", email="gone@northlight.example")
    attempt = faulty.take(gone, HANDED_IN, TRUE)
    gone.left_at, gone.is_active = HANDED_IN + DAY, False
    gone.save()
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    assert fresh(attempt).passed
    assert not Notification.objects.filter(recipient=gone).exists()


def test_regrade_settles_open_reports_with_its_note(
    faulty: Faulty, ada: User, carol: User, dana: User
) -> None:
    attempt = faulty.take(ada, HANDED_IN, TRUE)
    report(faulty, attempt, ada)
    right = faulty.take(carol, HANDED_IN, KEYED)
    report(faulty, right, carol)
    regrade(faulty.version, FULL_CREDIT, actor=dana)
    rows = ItemReport.objects.values_list("resolution", "answer", "resolver")
    assert set(rows) == {("regraded", "Sorry for this.", dana.actor)}
    kinds = [(row.recipient, row.kind) for row in Notification.objects.exclude(kind="certified")]
    assert set(kinds) == {(ada, "regraded"), (carol, "report_settled")}


def report(faulty: Faulty, attempt: Attempt, person: User) -> ItemReport:
    slot = attempt.responses.get(version=faulty.version).slot
    return item_reports.record_report(
        attempt.uuid, person, slot, category="key", text="It is the third.", at=HANDED_IN
    )

"""Revocations, reinstatements, holds, waivers and equivalences: who may make them and what they change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

import pytest

from accounts.models import User
from certificates.acts import awards, holds, waivers
from certificates.acts.guards import CertificateRefusedError
from certificates.facts import gathering
from certificates.models import Award, Hold
from certificates.rules.standings import Standing, Status, standing
from certificates.signals import standing_changed
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.certificates import DAY, make_award, make_certification, make_course_record
from tests.factories.people import make_person

HR = "person:hr"

pytestmark = [pytest.mark.usefixtures("wall_clock"), pytest.mark.databases]


def stands(person: User, *, at=NOW, known_at=NOW) -> Standing:
    ((_pair, known),) = gathering.gather_certification_facts([person.pk]).items()
    return standing(known, at=at, known_at=known_at)


def test_revocation_counts_from_its_moment_only(ada: User) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    awards.revoke_award(award, actor=HR, at=NOW, effective_at=NOW - 10 * DAY, reason="Cheated")
    assert stands(ada).status is Status.REVOKED
    assert stands(ada, at=NOW - 11 * DAY).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 9 * DAY, known_at=NOW - 9 * DAY).status is Status.CERTIFIED


def test_revocation_never_begins_before_the_award(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    event = awards.revoke_award(
        award, actor=HR, at=NOW, effective_at=NOW - 9 * DAY, reason="Cheated"
    )
    assert event.effective_at == award.valid_from


def test_reinstatement_keeps_the_revocation_as_known_then(
    ada: User, wall_clock: Callable[[datetime], None]
) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    wall_clock(NOW - 10 * DAY)
    awards.revoke_award(award, actor=HR, at=NOW - 10 * DAY, reason="Mixed up")
    wall_clock(NOW)
    awards.reinstate_award(award, actor=HR, at=NOW, reason="It was somebody else")
    assert stands(ada, at=NOW - 5 * DAY).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 5 * DAY, known_at=NOW - 5 * DAY).status is Status.REVOKED


def test_pass_after_revocation_issues_new_award_with_gap(ada: User) -> None:
    old = make_award(ada, at=NOW - 90 * DAY)
    awards.revoke_award(old, actor=HR, at=NOW - 50 * DAY, reason="Cheated")
    new = make_award(ada, at=NOW)
    assert new.number != old.number
    assert new.valid_through == date(2027, 6, 14)
    assert stands(ada).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 20 * DAY).status is Status.REVOKED


def test_hold_suspends_until_it_ends(ada: User) -> None:
    make_award(ada, at=NOW - 30 * DAY)
    hold = holds.start_hold(ada, actor=HR, at=NOW - 5 * DAY, reason="Under review")
    assert stands(ada).status is Status.SUSPENDED
    holds.end_hold(hold, actor=HR, at=NOW, reason="Cleared")
    assert stands(ada).status is Status.CERTIFIED


def test_hold_on_one_certification_leaves_the_others(ada: User) -> None:
    first, second = make_certification("A"), make_certification("B")
    make_award(ada, first, at=NOW - DAY)
    make_award(ada, second, at=NOW - DAY)
    holds.start_hold(ada, certification=first, actor=HR, at=NOW, reason="Under review")
    known = gathering.gather_certification_facts([ada.pk])
    found = {pair[1]: standing(one, at=NOW, known_at=NOW).status for pair, one in known.items()}
    assert found == {first.pk: Status.SUSPENDED, second.pk: Status.CERTIFIED}


def test_pass_during_hold_issues_award_but_stays_suspended(ada: User) -> None:
    old = make_award(ada, at=NOW - 330 * DAY)
    holds.start_hold(ada, actor=HR, at=NOW - DAY, reason="Under review")
    new = make_award(ada, at=NOW)
    assert new.valid_through > old.valid_through.replace(year=old.valid_through.year + 1) - DAY
    assert stands(ada).status is Status.SUSPENDED


def test_waiver_is_compliant_without_posting_rights(ada: User) -> None:
    certification = make_certification()
    waiver = waivers.grant_waiver(
        ada, certification, actor=HR, at=NOW, until=NOW + 9 * DAY, reason="Parental leave"
    )
    assert (stands(ada).compliant, stands(ada).supports_posting) == (True, False)
    waivers.end_waiver(waiver, actor=HR, at=NOW + DAY, reason="Back early")
    later = NOW + 2 * DAY
    assert stands(ada, at=later, known_at=later).status is Status.NOT_REQUIRED


@pytest.mark.parametrize(
    "act",
    [
        lambda ada, award, at: holds.start_hold(ada, actor=HR, at=at, reason="Under review"),
        lambda ada, award, at: waivers.grant_waiver(
            ada, award.certification, actor=HR, at=at, until=NOW, reason="Leave"
        ),
        lambda ada, award, at: awards.revoke_award(award, actor=HR, at=at, reason="Cheated"),
        lambda ada, award, at: awards.issue_equivalence(
            ada, award.certification, actor=HR, at=at, evidence="Paper certificate"
        ),
    ],
    ids=["hold", "waiver", "withdrawal", "recognition"],
)
def test_backdated_act_is_recorded_now(ada: User, act: Callable[..., Any]) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    assert act(ada, award, NOW - 5 * DAY).recorded_at == NOW


def test_equivalence_counts_from_its_earned_date(ada: User) -> None:
    award = awards.issue_equivalence(
        ada,
        make_certification(),
        actor=HR,
        at=NOW,
        earned_at=NOW - 100 * DAY,
        evidence="Paper certificate of 2026, seen by HR",
    )
    assert (award.basis, award.valid_from, award.recorded_at) == (
        "equivalence",
        NOW - 100 * DAY,
        NOW,
    )
    assert stands(ada).status is Status.CERTIFIED


def test_equivalence_may_be_issued_for_expired_training(ada: User) -> None:
    award = awards.issue_equivalence(
        ada,
        make_certification(),
        actor=HR,
        at=NOW,
        earned_at=NOW - 500 * DAY,
        evidence="Paper certificate",
    )
    assert award.expires_at < NOW
    assert stands(ada).status is Status.LAPSED


def equivalence(award: Award, actor: str, **fields: Any) -> Award:
    return awards.issue_equivalence(
        award.recipient,
        award.certification,
        **{"actor": actor, "at": NOW, "evidence": "Paper", **fields},
    )


REFUSED: dict[str, Callable[[Award, str], object]] = {
    "withdrawing": lambda award, own: awards.revoke_award(award, actor=own, at=NOW, reason="No"),
    "recognising": equivalence,
    "holding": lambda award, own: holds.start_hold(award.recipient, actor=own, at=NOW, reason="No"),
    "excusing": lambda award, own: waivers.grant_waiver(
        award.recipient,
        award.certification,
        actor=own,
        at=NOW,
        until=NOW + DAY,
        reason="No",
    ),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED.keys())
def test_own_record_acts_are_refused(ada: User, act: Callable[[Award, str], object]) -> None:
    award = make_award(ada, at=NOW - DAY)
    with pytest.raises(CertificateRefusedError) as refusal:
        act(award, ada.actor)
    assert str(refusal.value.reason) == "This is your own record."
    assert refusal.value.remedy


def test_own_record_reinstate_and_end_are_refused(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    awards.revoke_award(award, actor=HR, at=NOW, reason="Cheated")
    hold = holds.start_hold(ada, actor=HR, at=NOW, reason="Under review")
    waiver = waivers.grant_waiver(
        ada, award.certification, actor=HR, at=NOW, until=NOW + DAY, reason="Leave"
    )
    for act in (
        lambda: awards.reinstate_award(award, actor=ada.actor, at=NOW, reason="Please"),
        lambda: holds.end_hold(hold, actor=ada.actor, at=NOW, reason="Cleared"),
        lambda: waivers.end_waiver(waiver, actor=ada.actor, at=NOW, reason="Back early"),
    ):
        with pytest.raises(CertificateRefusedError, match="own record"):
            act()


WRONG: dict[str, tuple[Callable[[Award], object], str]] = {
    "withdraw without a reason": (
        lambda award: awards.revoke_award(award, actor=HR, at=NOW, reason=" "),
        "There is no reason",
    ),
    "reinstate what is not withdrawn": (
        lambda award: awards.reinstate_award(award, actor=HR, at=NOW, reason="Mistake"),
        "not withdrawn",
    ),
    "hold without a reason": (
        lambda award: holds.start_hold(award.recipient, actor=HR, at=NOW, reason=""),
        "There is no reason",
    ),
    "recognise without evidence": (
        lambda award: equivalence(award, HR, evidence=" "),
        "no evidence",
    ),
    "recognise from the future": (
        lambda award: equivalence(award, HR, earned_at=NOW + DAY),
        "in the future",
    ),
    "recognise below a newer one": (
        lambda award: equivalence(award, HR, earned_at=NOW - 99 * DAY),
        "newer certificate",
    ),
    "excuse into the past": (
        lambda award: waivers.grant_waiver(
            award.recipient, award.certification, actor=HR, at=NOW, until=NOW, reason="Leave"
        ),
        "passed already",
    ),
}


@pytest.mark.parametrize(("act", "words"), WRONG.values(), ids=WRONG.keys())
def test_invalid_acts_are_refused_with_a_message(
    ada: User, act: Callable[[Award], object], words: str
) -> None:
    award = make_award(ada, at=NOW - DAY)
    before = Entry.objects.count()
    with pytest.raises(CertificateRefusedError, match=words):
        act(award)
    assert Entry.objects.count() == before


def test_ended_revocation_or_hold_is_not_ended_twice(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    awards.revoke_award(award, actor=HR, at=NOW, reason="Cheated")
    hold = holds.start_hold(ada, actor=HR, at=NOW, reason="Under review")
    holds.end_hold(hold, actor=HR, at=NOW + DAY, reason="Cleared")
    with pytest.raises(CertificateRefusedError, match="withdrawn already"):
        awards.revoke_award(award, actor=HR, at=NOW, reason="Again")
    with pytest.raises(CertificateRefusedError, match="ended already"):
        holds.end_hold(hold, actor=HR, at=NOW + 2 * DAY, reason="Cleared")


def test_acts_write_ledger_entries_and_send_standing_changed(ada: User) -> None:
    told: list[int | None] = []

    def listen(certification_id: int | None, **_news: Any) -> None:
        told.append(certification_id)

    standing_changed.connect(listen)
    award = make_award(ada, at=NOW - DAY)
    awards.revoke_award(award, actor=HR, at=NOW, reason="Cheated")
    holds.start_hold(ada, actor=HR, at=NOW, reason="Under review")
    standing_changed.disconnect(listen)
    kinds = list(Entry.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["award.issued", "award.revoked", "hold.started"]
    assert told == [award.certification_id, award.certification_id, None]


def test_ledger_omits_hold_reasons(ada: User) -> None:
    holds.start_hold(ada, actor=HR, at=NOW, reason="A private matter")
    assert "private" not in str(Entry.objects.get(kind="hold.started").data)


def test_hold_start_cannot_be_updated_in_the_database(ada: User) -> None:
    hold = holds.start_hold(ada, actor=HR, at=NOW, reason="Under review")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(starts_at=NOW + DAY)


@pytest.mark.parametrize("people", [1, 40])
def test_facts_query_count_is_independent_of_people(
    ada: User, people: int, django_assert_num_queries: Any
) -> None:
    certification = make_certification()
    make_course_record("UNUSED")
    everybody = [ada, *[make_person() for _ in range(people - 1)]]
    for person in everybody[:5]:
        make_award(person, certification, at=NOW - DAY)
    with django_assert_num_queries(7):
        known = gathering.gather_certification_facts([person.pk for person in everybody])
    assert len(known) == people
    with django_assert_num_queries(5):
        gathering.gather_certification_facts([ada.pk], [certification.pk], training=False)

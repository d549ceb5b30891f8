"""Revoking, reinstating, holding, excusing and recognising: who may, what it changes, what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

import pytest

from accounts.models import User
from certificates import awards, facts, holds, waivers
from certificates.models import Award, Hold
from certificates.refusals import Refused
from certificates.rules import Standing, Status, standing
from certificates.signals import standing_changed
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.certificates import DAY, make_award, make_certification, make_course_record
from tests.factories.people import make_person

HR = "person:hr"

pytestmark = [pytest.mark.usefixtures("wall_clock"), pytest.mark.databases]


def stands(person: User, *, at=NOW, known_at=NOW) -> Standing:
    ((_pair, known),) = facts.gather([person.pk]).items()
    return standing(known, at=at, known_at=known_at)


def test_a_withdrawal_counts_from_its_moment_and_leaves_the_past_alone(ada: User) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    awards.revoke(award, actor=HR, at=NOW, effective_at=NOW - 10 * DAY, reason="Cheated")
    assert stands(ada).status is Status.REVOKED
    assert stands(ada, at=NOW - 11 * DAY).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 9 * DAY, known_at=NOW - 9 * DAY).status is Status.CERTIFIED


def test_a_withdrawal_never_begins_before_the_award(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    event = awards.revoke(award, actor=HR, at=NOW, effective_at=NOW - 9 * DAY, reason="Cheated")
    assert event.effective_at == award.valid_from


def test_a_mistaken_withdrawal_is_corrected_and_still_known_as_it_was(
    ada: User, wall_clock: Callable[[datetime], None]
) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    wall_clock(NOW - 10 * DAY)
    awards.revoke(award, actor=HR, at=NOW - 10 * DAY, reason="Mixed up")
    wall_clock(NOW)
    awards.reinstate(award, actor=HR, at=NOW, reason="It was somebody else")
    assert stands(ada, at=NOW - 5 * DAY).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 5 * DAY, known_at=NOW - 5 * DAY).status is Status.REVOKED


def test_withdrawn_then_passed_again_is_a_new_award_with_a_gap(ada: User) -> None:
    old = make_award(ada, at=NOW - 90 * DAY)
    awards.revoke(old, actor=HR, at=NOW - 50 * DAY, reason="Cheated")
    new = make_award(ada, at=NOW)
    assert new.number != old.number
    assert new.valid_through == date(2027, 6, 14)
    assert stands(ada).status is Status.CERTIFIED
    assert stands(ada, at=NOW - 20 * DAY).status is Status.REVOKED


def test_a_hold_stops_and_its_end_lets_go(ada: User) -> None:
    make_award(ada, at=NOW - 30 * DAY)
    hold = holds.start(ada, actor=HR, at=NOW - 5 * DAY, reason="Under review")
    assert stands(ada).status is Status.SUSPENDED
    holds.end(hold, actor=HR, at=NOW)
    assert stands(ada).status is Status.CERTIFIED


def test_a_hold_in_one_certification_leaves_the_others(ada: User) -> None:
    first, second = make_certification("A"), make_certification("B")
    make_award(ada, first, at=NOW - DAY)
    make_award(ada, second, at=NOW - DAY)
    holds.start(ada, certification=first, actor=HR, at=NOW, reason="Under review")
    known = facts.gather([ada.pk])
    found = {pair[1]: standing(one, at=NOW, known_at=NOW).status for pair, one in known.items()}
    assert found == {first.pk: Status.SUSPENDED, second.pk: Status.CERTIFIED}


def test_passing_while_on_hold_issues_but_the_hold_still_wins(ada: User) -> None:
    old = make_award(ada, at=NOW - 330 * DAY)
    holds.start(ada, actor=HR, at=NOW - DAY, reason="Under review")
    new = make_award(ada, at=NOW)
    assert new.valid_through > old.valid_through.replace(year=old.valid_through.year + 1) - DAY
    assert stands(ada).status is Status.SUSPENDED


def test_a_waiver_excuses_without_a_right_to_post(ada: User) -> None:
    certification = make_certification()
    waiver = waivers.grant(
        ada, certification, actor=HR, at=NOW, until=NOW + 9 * DAY, reason="Parental leave"
    )
    assert (stands(ada).compliant, stands(ada).supports_posting) == (True, False)
    waivers.end(waiver, actor=HR, at=NOW + DAY)
    later = NOW + 2 * DAY
    assert stands(ada, at=later, known_at=later).status is Status.NOT_REQUIRED


@pytest.mark.parametrize(
    "act",
    [
        lambda ada, award, at: holds.start(ada, actor=HR, at=at, reason="Under review"),
        lambda ada, award, at: waivers.grant(
            ada, award.certification, actor=HR, at=at, until=NOW, reason="Leave"
        ),
        lambda ada, award, at: awards.revoke(award, actor=HR, at=at, reason="Cheated"),
        lambda ada, award, at: awards.issue_equivalence(
            ada, award.certification, actor=HR, at=at, evidence="Paper certificate"
        ),
    ],
    ids=["hold", "waiver", "withdrawal", "recognition"],
)
def test_an_act_of_the_past_is_recorded_when_it_is_done(ada: User, act: Callable[..., Any]) -> None:
    award = make_award(ada, at=NOW - 30 * DAY)
    assert act(ada, award, NOW - 5 * DAY).recorded_at == NOW


def test_training_from_elsewhere_counts_from_its_own_date(ada: User) -> None:
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


def test_old_training_may_be_recognised_though_it_has_expired(ada: User) -> None:
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
    "withdrawing": lambda award, own: awards.revoke(award, actor=own, at=NOW, reason="No"),
    "recognising": equivalence,
    "holding": lambda award, own: holds.start(award.recipient, actor=own, at=NOW, reason="No"),
    "excusing": lambda award, own: waivers.grant(
        award.recipient,
        award.certification,
        actor=own,
        at=NOW,
        until=NOW + DAY,
        reason="No",
    ),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED.keys())
def test_nobody_acts_on_their_own_record(ada: User, act: Callable[[Award, str], object]) -> None:
    award = make_award(ada, at=NOW - DAY)
    with pytest.raises(Refused) as refusal:
        act(award, ada.actor)
    assert str(refusal.value.reason) == "This is your own record."
    assert refusal.value.remedy


def test_nobody_reinstates_or_frees_or_ends_for_themselves(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    awards.revoke(award, actor=HR, at=NOW, reason="Cheated")
    hold = holds.start(ada, actor=HR, at=NOW, reason="Under review")
    waiver = waivers.grant(
        ada, award.certification, actor=HR, at=NOW, until=NOW + DAY, reason="Leave"
    )
    for act in (
        lambda: awards.reinstate(award, actor=ada.actor, at=NOW, reason="Please"),
        lambda: holds.end(hold, actor=ada.actor, at=NOW),
        lambda: waivers.end(waiver, actor=ada.actor, at=NOW),
    ):
        with pytest.raises(Refused, match="own record"):
            act()


WRONG: dict[str, tuple[Callable[[Award], object], str]] = {
    "withdraw without a reason": (
        lambda award: awards.revoke(award, actor=HR, at=NOW, reason=" "),
        "There is no reason",
    ),
    "reinstate what is not withdrawn": (
        lambda award: awards.reinstate(award, actor=HR, at=NOW, reason="Mistake"),
        "not withdrawn",
    ),
    "hold without a reason": (
        lambda award: holds.start(award.recipient, actor=HR, at=NOW, reason=""),
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
        lambda award: waivers.grant(
            award.recipient, award.certification, actor=HR, at=NOW, until=NOW, reason="Leave"
        ),
        "passed already",
    ),
}


@pytest.mark.parametrize(("act", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_the_rules_do_not_allow_is_refused_in_words(
    ada: User, act: Callable[[Award], object], words: str
) -> None:
    award = make_award(ada, at=NOW - DAY)
    before = Entry.objects.count()
    with pytest.raises(Refused, match=words):
        act(award)
    assert Entry.objects.count() == before


def test_what_is_over_is_not_ended_twice(ada: User) -> None:
    award = make_award(ada, at=NOW - DAY)
    awards.revoke(award, actor=HR, at=NOW, reason="Cheated")
    hold = holds.start(ada, actor=HR, at=NOW, reason="Under review")
    holds.end(hold, actor=HR, at=NOW + DAY)
    with pytest.raises(Refused, match="withdrawn already"):
        awards.revoke(award, actor=HR, at=NOW, reason="Again")
    with pytest.raises(Refused, match="ended already"):
        holds.end(hold, actor=HR, at=NOW + 2 * DAY)


def test_every_act_is_in_the_ledger_and_told(ada: User) -> None:
    told: list[int | None] = []

    def listen(certification_id: int | None, **_news: Any) -> None:
        told.append(certification_id)

    standing_changed.connect(listen)
    award = make_award(ada, at=NOW - DAY)
    awards.revoke(award, actor=HR, at=NOW, reason="Cheated")
    holds.start(ada, actor=HR, at=NOW, reason="Under review")
    standing_changed.disconnect(listen)
    kinds = list(Entry.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["award.issued", "award.revoked", "hold.started"]
    assert told == [award.certification_id, award.certification_id, None]


def test_reasons_stay_out_of_the_ledger(ada: User) -> None:
    holds.start(ada, actor=HR, at=NOW, reason="A private matter")
    assert "private" not in str(Entry.objects.get(kind="hold.started").data)


def test_the_database_keeps_a_hold_as_it_was_started(ada: User) -> None:
    hold = holds.start(ada, actor=HR, at=NOW, reason="Under review")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(starts_at=NOW + DAY)


@pytest.mark.parametrize("people", [1, 40])
def test_facts_of_any_number_of_people_cost_seven_queries(
    ada: User, people: int, django_assert_num_queries: Any
) -> None:
    certification = make_certification()
    make_course_record("UNUSED")
    everybody = [ada, *[make_person() for _ in range(people - 1)]]
    for person in everybody[:5]:
        make_award(person, certification, at=NOW - DAY)
    with django_assert_num_queries(7):
        known = facts.gather([person.pk for person in everybody])
    assert len(known) == people
    with django_assert_num_queries(5):
        facts.gather([ada.pk], [certification.pk], training=False)

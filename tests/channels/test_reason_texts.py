"""Sentences and remedies of reasons, and timestamps read and written as text."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import timezone, translation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import EmploymentFact, end_of_day, fold_employment
from channels import reason_texts, timestamps
from channels.rules.fact_types import RefusalReason
from tests.channels.dossier import DAY, NOW, decide, facts, job, person

PARAMS = {
    "channel": "BLOG",
    "channel_title": "Corporate blog",
    "person": "N1",
    "author": "N2",
    "version": 2,
    "certification": "POST-CORE",
    "certification_title": "Core",
    "region": "FI",
    "named": "Finland",
    "on": date(2026, 5, 3),
    "since": datetime(2026, 5, 3, tzinfo=UTC),
    "state": "draft",
}


@pytest.mark.parametrize("code", reason_texts.SENTENCES)
def test_reason_has_a_sentence_and_a_remedy_path(code) -> None:
    reason = RefusalReason(code, PARAMS)
    sentence = reason_texts.reason_text(reason)
    assert sentence.endswith(".")
    assert "%" not in sentence
    assert "!" not in sentence
    assert reason_texts.remedy_address(reason).startswith("/")


def test_sentence_spells_out_dates() -> None:
    assert (
        reason_texts.reason_text(RefusalReason("person_left", PARAMS))
        == "You left the company on 3 May 2026."
    )


@pytest.mark.parametrize("reader", ["America/Los_Angeles", "Europe/Helsinki", "Asia/Kolkata"])
@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata", "America/Sao_Paulo"])
@pytest.mark.parametrize("ending", ["left", "contract"])
def test_last_day_is_the_one_hr_said_whoever_reads_it(ending, zone, reader) -> None:
    last, early = date(2026, 6, 10), NOW - 400 * DAY
    end = end_of_day(last, zone)
    over = {
        "left": EmploymentFact("left", end, early),
        "contract": EmploymentFact("contract", early, early, ends_at=end),
    }
    employment = (EmploymentFact("joined", early, early, "X", zone=zone), over[ending])
    assert fold_employment(employment, at=NOW, known_at=NOW).last_day == last
    (reason, *_others) = decide(facts(person=person(employment=employment))).reasons
    assert reason.code in {"person_left", "contract_ended"}
    with timezone.override(reader):
        for about_another in (False, True):
            text = reason_texts.reason_text(reason, about_another=about_another)
            assert "10 June 2026" in text


@pytest.mark.parametrize(
    ("sponsor", "named"),
    [
        pytest.param(None, "your manager", id="nobody-was-sponsor"),
        pytest.param((job(), job("left", -2)), "your manager", id="sponsor-has-left"),
        pytest.param((job(),), "your sponsor", id="sponsor"),
    ],
)
def test_ended_contract_names_somebody_who_can_renew_it(sponsor, named) -> None:
    over = person(employment=(job(ends_at=NOW),), sponsor=sponsor)
    (reason,) = (one for one in decide(facts(person=over)).reasons if one.code == "contract_ended")
    assert f"Ask {named} to renew it" in reason_texts.reason_text(reason)


@pytest.mark.parametrize("code", ["role_ended", "role_ended_by_leave", "channel_closed"])
def test_end_of_a_day_is_told_as_that_day(code) -> None:
    ended = RefusalReason(code, PARAMS | {"on": datetime(2026, 5, 4, tzinfo=UTC)})
    assert "3 May 2026" in reason_texts.reason_text(ended)


@pytest.mark.parametrize("language", ["fi", "pt-br"])
def test_dates_follow_the_active_language(language) -> None:
    with translation.override(language):
        assert "2026" in reason_texts.reason_text(RefusalReason("certificate_expired", PARAMS))


def test_remedy_path_quotes_odd_channel_codes() -> None:
    odd = RefusalReason("no_role", {"channel": "../x?y#z", "channel_title": "x"})
    assert reason_texts.remedy_address(odd) == "/channels/..%2Fx%3Fy%23z/ask/"


def test_refusal_reasons_all_have_sentences() -> None:
    for reason in decide(facts(grants=(), acceptances=())).reasons:
        assert reason_texts.reason_text(reason)


moments_ = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2099, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


@given(moments_)
def test_timestamp_round_trips_through_text(moment) -> None:
    assert timestamps.parse_timestamp(timestamps.format_timestamp(moment)) == moment


@given(st.text(max_size=40))
def test_timestamp_parse_raises_value_error_for_other_text(text) -> None:
    if not timestamps.PATTERN.fullmatch(text):
        with pytest.raises(ValueError, match="time zone"):
            timestamps.parse_timestamp(text)


def test_reason_about_another_person_is_in_third_person():
    reason = RefusalReason("certificate_missing", {"certification_title": "Core"})
    assert reason_texts.reason_text(reason, about_another=True) == "Needs the certificate “Core”."
    assert reason_texts.reason_text(reason).startswith("You need the certificate “Core”.")


@pytest.mark.parametrize("code", sorted(reason_texts.ABOUT_OTHERS))
def test_sentence_about_another_person_never_says_you(code):
    assert "you" not in str(reason_texts.ABOUT_OTHERS[code]).lower().replace("your", "you").split()

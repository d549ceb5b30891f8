"""Every reason has its sentence, its remedy, and its moment read right."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import translation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import moments, words
from channels.questions import Reason
from tests.channels.dossier import decide, facts

PARAMS = {
    "channel": "BLOG",
    "channel_title": "Corporate blog",
    "person": "N1",
    "version": 2,
    "certification": "POST-CORE",
    "certification_title": "Core",
    "region": "FI",
    "on": date(2026, 5, 3),
    "since": datetime(2026, 5, 3, tzinfo=UTC),
    "state": "draft",
}


@pytest.mark.parametrize("code", words.SENTENCES)
def test_a_reason_has_a_sentence_and_a_path(code) -> None:
    reason = Reason(code, PARAMS)
    sentence = words.text(reason)
    assert sentence.endswith(".")
    assert "%" not in sentence
    assert "!" not in sentence
    assert words.remedy(reason).startswith("/")


def test_a_day_is_written_out() -> None:
    assert words.text(Reason("person_left", PARAMS)) == "You left the company on 3 May 2026."


@pytest.mark.parametrize("language", ["fi", "pt-br"])
def test_days_follow_the_language(language) -> None:
    with translation.override(language):
        assert "2026" in words.text(Reason("certificate_expired", PARAMS))


def test_a_strange_code_cannot_break_out_of_the_path() -> None:
    odd = Reason("no_role", {"channel": "../x?y#z", "channel_title": "x"})
    assert words.remedy(odd) == "/channels/..%2Fx%3Fy%23z/ask/"


def test_every_refusal_of_the_rules_has_words() -> None:
    for reason in decide(facts(grants=(), acceptances=())).reasons:
        assert words.text(reason)


moments_ = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2099, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


@given(moments_)
def test_what_is_written_is_read_again(moment) -> None:
    assert moments.parse(moments.written(moment)) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_plain_no(text) -> None:
    if not moments.FORM.fullmatch(text):
        with pytest.raises(ValueError, match="time zone"):
            moments.parse(text)


def test_an_owner_reads_about_somebody_else_in_the_third_person():
    reason = Reason("certificate_missing", {"certification_title": "Core"})
    assert words.text(reason, about_another=True) == "Needs the certificate “Core”."
    assert words.text(reason).startswith("You need the certificate “Core”.")


@pytest.mark.parametrize("code", sorted(words.ABOUT_OTHERS))
def test_a_sentence_about_somebody_else_never_says_you(code):
    assert "you" not in str(words.ABOUT_OTHERS[code]).lower().replace("your", "you").split()

"""`manage.py decide` prints the same decision as the API."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command

import pytest

from channels.models import DecisionRecord
from tests.config.test_api_decisions import ask, token_of
from tests.factories.channels import make_channel, make_poster

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
AT = "2026-06-15T09:00:00Z"


def decide(*flags: str, person: str = "T1", at: str = AT) -> str:
    out = StringIO()
    call_command("decide", f"--person={person}", "--channel=BLOG", f"--at={at}", *flags, stdout=out)
    return out.getvalue()


def same(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without `valid_until`, which moves with the clock."""
    return {name: value for name, value in answer.items() if name != "valid_until"}


def test_decide_command_prints_the_api_object(tool, ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    (answered,) = ask(token_of(tool), person=ada.hr_id).json()["items"]
    printed = json.loads(decide("--json", person=ada.hr_id))
    assert same(printed) == same(answered)
    assert list(printed) == list(answered)


def test_decide_command_prints_and_records_refusal(ada) -> None:
    make_channel("BLOG")
    printed = decide(person=ada.hr_id)
    assert printed.startswith("No\n- ")
    assert DecisionRecord.objects.get().asked_by == "system:command"


def test_decide_command_obeys_known_at(ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    early = "--known-at=2025-01-01T00:00:00Z"
    assert json.loads(decide("--json", early, person=ada.hr_id))["decision"] == "deny"


def test_decide_command_exits_2_for_what_nobody_can_know_yet(ada) -> None:
    with pytest.raises(CommandError, match="Nobody knows yet") as refused:
        decide("--known-at=2099-12-01T00:00:00Z", person=ada.hr_id)
    assert refused.value.returncode == 2
    assert not DecisionRecord.objects.exists()


@pytest.mark.parametrize(
    ("person", "at"),
    [("T1", "soon"), ("T1", "2026-06-15"), ("", AT), ("x" * 51, AT), ("a\0", AT), ("\udcff", AT)],
)
def test_decide_command_exits_2_for_invalid_input(db, person, at) -> None:
    with pytest.raises(CommandError) as refused:
        decide(person=person, at=at)
    assert refused.value.returncode == 2

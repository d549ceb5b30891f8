"""Days of acts are days of the certification's zone: after midnight there, today is today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from certificates.acts import holds
from certificates.acts.evidence import EvidenceUpload, keep_evidence
from courses.models import Assignment
from tests.factories.certificates import make_award, make_certification
from tests.reports.console.pages import fill_act, look_at_act, send_act

pytestmark = pytest.mark.django_db

# Half past midnight on 16 June in Helsinki.
AT = datetime(2026, 6, 15, 21, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _after_midnight():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def core():
    return make_certification("CORE", policy_tz="Europe/Helsinki")


def errors(browser, person, act, **fields):
    """What the page says is wrong with the fields."""
    sent = fill_act(look_at_act(browser, person, act), **fields)
    reply = send_act(browser, person, act, sent | {"step": "look"})
    return {name for name in reply.context["form"].errors if name != "reason"}


def test_equivalence_proposes_and_takes_today_of_the_certification(as_, hugo, ada, core):
    page = look_at_act(as_(hugo), ada, "issue")
    assert fill_act(page)["passed_on"] == date(2026, 6, 16)
    assert errors(as_(hugo), ada, "issue", passed_on="2026-06-16") == set()
    assert errors(as_(hugo), ada, "issue", passed_on="2026-06-17") == {"passed_on"}


def test_correction_takes_today_of_the_certificate(as_, hugo, ada, core):
    make_award(ada, core, at=AT - 30 * DAY)
    assert errors(as_(hugo), ada, "correct", earned_on="2026-06-16") == set()
    assert errors(as_(hugo), ada, "correct", earned_on="2026-06-17") == {"earned_on"}


def test_later_due_day_is_not_over_in_the_zone_of_the_certification(as_, hugo, ada, core):
    Assignment.objects.create(
        person=ada,
        course=core.requirements.get().course,
        assigned_at=AT - 9 * DAY,
        recorded_at=AT - 9 * DAY,
        due_on=date(2026, 6, 1),
        reason="New",
        actor="system:test",
    )
    assert errors(as_(hugo), ada, "extend", due_on="2026-06-15") == {"due_on"}
    assert errors(as_(hugo), ada, "extend", due_on="2026-06-16") == set()


def test_waiver_goes_on_through_tomorrow_of_the_certification(as_, hugo, ada, core):
    assert errors(as_(hugo), ada, "waive", through="2026-06-16") == {"through"}
    assert errors(as_(hugo), ada, "waive", through="2026-06-17") == set()


def test_hold_has_one_day_in_its_reason_and_where_it_is_ended(as_, hugo, vera, ada, core):
    holds.start_hold(ada, certification=core, actor=vera.actor, at=AT, reason="Under review")
    page = as_(hugo).get(f"/certification/{ada.uuid}/").content.decode()
    assert "On hold since 16 June 2026 (Helsinki)" in page
    assert (
        "since 16 June 2026 (Helsinki)" in look_at_act(as_(hugo), ada, "end-hold").content.decode()
    )


@pytest.mark.parametrize(
    ("sent", "kept"), [("!!!", "evidence"), ("..", "evidence"), ("a b.pdf", "a_b.pdf")]
)
def test_evidence_with_a_name_of_signs_is_kept(ada, core, sent, kept):
    award = make_award(ada, core, at=AT - DAY)
    upload = EvidenceUpload(sent, b"%PDF-1.7 proof")
    assert keep_evidence(award, upload, actor="system:test").name == kept

"""The authors' queue, a reported question, and correcting marks in the CMS."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import Any

from django.test import Client

import pytest

from accounts.models import User
from quizzes.models import Attempt, ItemReport, Regrade
from quizzes.regrades import item_reports
from quizzes.rules import presets
from tests.factories.people import give_role
from tests.quizzes.faulty import KEYED, TRUE, Faulty, make_faulty

pytestmark = pytest.mark.django_db
QUEUE = "/cms/question-reports/"
WHY = {"reason": "The key was wrong.", "note": "Sorry for this."}


@pytest.fixture
def faulty(db: None) -> Faulty:
    return make_faulty(feedback=presets.EVERYTHING)


@pytest.fixture
def reported(faulty: Faulty, ada: User, now: datetime) -> Attempt:
    attempt = faulty.take(ada, now, TRUE)
    slot = attempt.responses.get(version=faulty.version).slot
    item_reports.record_report(
        attempt.uuid, ada, slot, category="key", text="I think <b>three</b> is right.", at=now
    )
    return attempt


def about(faulty: Faulty) -> str:
    return f"{QUEUE}{faulty.version.pk}/"


def marks(faulty: Faulty, **chosen: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return f"{about(faulty)}marks/?{query}"


def h1(html: str) -> str:
    return " ".join(re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1].split())


def hidden(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_queue_counts_and_describes_reports_without_names(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    shown = as_(dana).get(QUEUE).text
    assert h1(shown) == "1 report is open"
    assert "1 × The right answer is wrong" in shown
    assert about(faulty) in shown
    assert "Ada" not in shown


def test_empty_queue_says_so(dana: User, as_: Any) -> None:
    assert h1(as_(dana).get(QUEUE).text) == "No report is open"


def test_menu_links_to_the_queue_with_its_count(reported: Attempt, dana: User, as_: Any) -> None:
    assert "Question reports (1)" in as_(dana).get("/cms/").text


def test_reported_question_is_shown_with_key_and_without_names(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    shown = as_(dana).get(about(faulty)).text
    assert "I think &lt;b&gt;three&lt;/b&gt; is right." in shown
    assert "CANARY reason 2" in shown
    assert "Correct marks…" in shown
    assert "Ada" not in shown


def test_settle_needs_an_answer_and_closes_the_reports(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    browser = as_(dana)
    refused = browser.post(about(faulty), {"resolution": "kept", "answer": ""})
    assert (refused.status_code, ItemReport.objects.get().resolved_at) == (200, None)
    done = browser.post(about(faulty), {"resolution": "kept", "answer": "It is right: see 3."})
    assert (done.status_code, done.headers["Location"]) == (302, QUEUE)
    assert ItemReport.objects.get().answer == "It is right: see 3."


def test_settle_form_cannot_record_a_regrade(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    as_(dana).post(about(faulty), {"resolution": "regraded", "answer": "Yes"})
    assert ItemReport.objects.get().resolution == ""


def test_dry_run_is_shown_and_writes_nothing(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    shown = as_(dana).get(marks(faulty, option="full_credit", keep_passes="on")).text
    assert h1(shown).startswith("1 person would pass, 1 score would change")
    assert "not passed → passed" in shown
    assert "Posting FAULTY: certificate issued, from the day of the pass." in shown
    assert "The question is asked no more until you publish a corrected version." in shown
    assert not Regrade.objects.exists()


def test_apply_corrects_marks_and_returns_to_the_question(
    reported: Attempt, faulty: Faulty, ada: User, dana: User, as_: Any
) -> None:
    browser = as_(dana)
    shown = browser.get(marks(faulty, option="full_credit", keep_passes="on")).text
    done = browser.post(marks(faulty), hidden(shown) | WHY, follow=True)
    assert done.request["PATH_INFO"] == about(faulty)
    assert "Marks are corrected: 1 scores changed, 1 new passes." in done.text
    assert "Full points for everybody" in done.text
    assert Attempt.objects.get(pk=reported.pk).passed
    result = as_(ada).get(f"/quiz/{reported.uuid}/result/").text
    assert "You passed with 75%" in result
    assert re.search(r"Marks were corrected on .*: before 50%, now 75%", result)
    assert "Sorry for this." in result
    assert "It counts as right for everybody." in result
    assert "What came of it: Marks were corrected." in result


def test_apply_twice_shows_a_new_dry_run(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    browser = as_(dana)
    sent = hidden(browser.get(marks(faulty, option="full_credit")).text) | WHY
    browser.post(marks(faulty), sent)
    again = browser.post(marks(faulty), sent)
    assert h1(again.text).startswith("No score would change")
    assert "Somebody has corrected these marks meanwhile." in again.text
    assert "Sorry for this." in again.text
    assert Regrade.objects.count() == 1


def test_author_cannot_regrade_their_own_attempt(
    faulty: Faulty, dana: User, now: datetime, as_: Any
) -> None:
    faulty.take(dana, now, TRUE)
    browser = as_(dana)
    sent = hidden(browser.get(marks(faulty, option="full_credit")).text) | WHY
    assert "Ask another author to apply it." in browser.post(marks(faulty), sent).text
    assert not Regrade.objects.exists()


def test_regrade_by_current_key_needs_a_newer_version(
    reported: Attempt, faulty: Faulty, ada: User, dana: User, as_: Any
) -> None:
    browser = as_(dana)
    missing = browser.get(marks(faulty, option="current_only")).text
    assert "There is no newer version. Edit and publish the question first" in missing
    corrected = faulty.correct()
    chosen = {"option": "current_only", "corrected": corrected.pk, "keep_passes": "on"}
    shown = browser.get(marks(faulty, **chosen)).text
    browser.post(marks(faulty), hidden(shown) | WHY)
    assert Regrade.objects.get().corrected == corrected
    result = as_(ada).get(f"/quiz/{reported.uuid}/result/").text
    assert "It is marked by the corrected answer." in result


@pytest.mark.parametrize("field", ["reason", "note"])
def test_apply_requires_reason_and_note(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any, field: str
) -> None:
    browser = as_(dana)
    sent = hidden(browser.get(marks(faulty, option="full_credit")).text) | WHY | {field: " "}
    assert "This field is required." in browser.post(marks(faulty), sent).text
    assert not Regrade.objects.exists()


def test_csv_has_the_rows_of_the_page(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    reply = as_(dana).get(marks(faulty, option="full_credit", table="csv"))
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [rows[0][0], rows[1][0]] == ["Reference", str(reported.uuid)[:8]]
    assert rows[1][4:7] == ["50 %", "75 %", "not passed → passed"]


@pytest.mark.parametrize(("role", "named"), [("", False), ("hr", True)], ids=["author", "also HR"])
def test_dry_run_shows_names_only_with_permission(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any, role: str, named: bool
) -> None:
    if role:
        give_role(dana, role)
    shown = as_(dana).get(marks(faulty, option="full_credit")).text
    assert ("Ada Virtanen" in shown) is named


@pytest.mark.parametrize("path", ["", "{version}/", "{version}/marks/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_regrade_screens_are_for_editors_only(
    reported: Attempt, faulty: Faulty, ada: User, hugo: User, as_: Any, path: str, method: str
) -> None:
    here = QUEUE + path.format(version=faulty.version.pk)
    for person in (ada, hugo):
        reply = getattr(as_(person), method)(here, {"option": "full_credit"} | WHY)
        assert reply.status_code in {302, 403}
        assert reply.headers.get("Location", "/cms/login/").startswith("/cms/login/")
    assert not Regrade.objects.exists()


def test_forms_without_csrf_token_change_nothing(
    reported: Attempt, faulty: Faulty, dana: User, as_: Any
) -> None:
    sent = hidden(as_(dana).get(marks(faulty, option="full_credit")).text) | WHY
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(dana, backend="home.backends.PersonBackend")
    assert forged.post(marks(faulty), sent).status_code == 403
    assert forged.post(about(faulty), {"resolution": "kept", "answer": "No"}).status_code == 403
    assert forged.get(marks(faulty, **sent)).status_code == 200
    assert not Regrade.objects.exists()
    assert ItemReport.objects.get().resolved_at is None


def test_dry_run_counts_kept_and_lost_passes(
    faulty: Faulty, ada: User, dana: User, now: datetime, as_: Any
) -> None:
    faulty.take(ada, now, KEYED)
    chosen = {"option": "current_only", "corrected": faulty.correct().pk}
    browser = as_(dana)
    kept = browser.get(marks(faulty, **chosen, keep_passes="on")).text
    assert "1 try would not pass any more. It stays passed." in kept
    lost = browser.get(marks(faulty, **chosen)).text
    assert h1(lost).startswith("1 person would lose their pass, 1 score would change")
    assert f"Certificate {ada.awards.get().number} is withdrawn." in lost

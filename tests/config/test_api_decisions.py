"""POST /api/v1/decisions: the public contract and the answers to invalid requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.cache import caches
from django.test import Client

from wagtail.models import APIToken

import pytest

from accounts.models import User
from channels.api import Answers
from channels.models import DecisionRecord
from tests.factories.channels import make_channel, make_poster

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
URL = "/api/v1/decisions"
AT = "2026-06-15T09:00:00Z"


@pytest.fixture(autouse=True)
def _no_rate() -> None:
    caches["calls"].clear()


def token_of(person: User) -> str:
    return APIToken.create_token(user=person, name="Test")[1]


def call(token: str, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}"} | headers
    return Client().post(URL, data, content_type="application/json", headers=headers)


def question(**fields: Any) -> dict[str, Any]:
    return {"person": "T1", "channel": "BLOG", "action": "publish", "at": AT} | fields


def ask(token: str, **fields: Any) -> Any:
    return call(token, {"items": [question(**fields)]})


def is_problem(response: Any, status: int) -> bool:
    problem = response.json()
    return (
        response.status_code == status
        and response["Content-Type"] == "application/problem+json"
        and problem["status"] == status
        and bool(problem["title"])
        and bool(problem["detail"])
    )


def test_decision_allows_complete_poster(tool, ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    response = ask(token_of(tool), person=ada.hr_id)
    (item,) = response.json()["items"]
    assert response.status_code == 200
    assert set(item) == {"decision", "reasons", "evidence", "valid_until"}
    assert (item["decision"], item["reasons"]) == ("allow", [])
    assert len(item["evidence"]) == 3


def test_decision_denial_has_code_text_and_remedy(tool, ada) -> None:
    make_channel("BLOG")
    (item,) = ask(token_of(tool), person=ada.hr_id).json()["items"]
    assert item["decision"] == "deny"
    for reason in item["reasons"]:
        assert set(reason) == {"code", "text", "remedy"}
        assert reason["text"]
        assert reason["remedy"].startswith("/")


def test_decisions_keep_order_and_duplicates(tool, ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    items = [question(person=who) for who in (ada.hr_id, "NOBODY", ada.hr_id, ada.hr_id)]
    answered = call(token_of(tool), {"items": items}).json()["items"]
    assert [one["decision"] for one in answered] == ["allow", "deny", "allow", "allow"]


def test_decision_is_recorded_under_the_calling_tool(tool, ada) -> None:
    make_channel("BLOG")
    ask(token_of(tool), person=ada.hr_id)
    assert DecisionRecord.objects.get().asked_by == tool.actor


@pytest.mark.parametrize("count", [1, 500])
def test_decisions_accept_up_to_500_items(tool, count) -> None:
    response = call(token_of(tool), {"items": [question()] * count})
    assert len(response.json()["items"]) == count


@pytest.mark.parametrize("count", [1, 50, 500])
def test_decisions_of_any_number_take_four_queries(
    tool, ada, django_assert_num_queries, count
) -> None:
    """The token, the rows, one insertion of all records, and their ledger entry."""
    make_poster(ada, make_channel("BLOG"))
    token, items = token_of(tool), [question(person=ada.hr_id)] * count
    assert call(token, {"items": items[:1]}).status_code == 200  # writes when the token was used
    with django_assert_num_queries(4):
        response = call(token, {"items": items})
    assert response.status_code == 200
    Answers.model_validate(response.json(), strict=True)
    kept = DecisionRecord.objects.order_by("pk").values_list("answer", flat=True)[1:]
    assert list(kept) == response.json()["items"]


def test_decisions_refuse_501_items(tool) -> None:
    assert is_problem(call(token_of(tool), {"items": [question()] * 501}), 422)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "Bearer ü"]
)
def test_decisions_answer_401_without_token(db, header) -> None:
    response = call("", {"items": [question()]}, Authorization=header)
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_decisions_answer_401_for_session_login(hugo, as_) -> None:
    response = as_(hugo).post(URL, json.dumps({"items": []}), content_type="application/json")
    assert is_problem(response, 401)


def test_revoked_token_answers_401(tool) -> None:
    token, secret = APIToken.create_token(user=tool, name="Old")
    token.revoke()
    assert is_problem(ask(secret), 401)


def test_token_of_inactive_user_answers_401(tool) -> None:
    token = token_of(tool)
    User.objects.filter(pk=tool.pk).update(is_active=False)
    assert is_problem(ask(token), 401)


@pytest.mark.parametrize(
    ("who", "status"),
    [("ada", 403), ("ben", 403), ("dana", 403), ("ravi", 403), ("hugo", 200), ("vera", 200)],
)
def test_decisions_are_for_tools_hr_and_auditors(request, who, status) -> None:
    response = ask(token_of(request.getfixturevalue(who)))
    assert response.status_code == status
    assert status == 200 or is_problem(response, 403)


BAD = {
    "no body": "",
    "not JSON": "{",
    "a list": [],
    "a number": 7,
    "null": None,
    "no items": {},
    "items are text": {"items": "x"},
    "items are null": {"items": None},
    "an item is null": {"items": [None]},
    "an item is a list": {"items": [[]]},
    "no question": {"items": []},
    "something extra": {"items": [question()], "more": 1},
    "an extra field": {"items": [question(more=1)]},
    "person is a number": {"items": [question(person=7)]},
    "person is huge": {"items": [question(person="x" * 51)]},
    "person is empty": {"items": [question(person="")]},
    "person is null": {"items": [question(person=None)]},
    "person is true": {"items": [question(person=True)]},
    "a huge integer": {"items": [question(person=10**400)]},
    "a lone surrogate as a name": {"items": [question(**{"\udfff": 1})]},
    "a lone surrogate at": {"items": [question(at="\ud800")]},
    "unknown action": {"items": [question(action="delete")]},
    "no moment": {"items": [{"person": "T1", "channel": "BLOG", "action": "publish"}]},
    "moment is a number": {"items": [question(at=1750000000)]},
    "moment is null": {"items": [question(at=None)]},
    "no zone": {"items": [question(at="2026-06-15T09:00:00")]},
    "only a day": {"items": [question(at="2026-06-15")]},
    "a zone by name": {"items": [question(at="2026-06-15T09:00:00 Europe/Helsinki")]},
    "no such day": {"items": [question(at="2026-02-30T09:00:00Z")]},
    "hour 24": {"items": [question(at="2026-06-15T24:00:00Z")]},
    "a leap second": {"items": [question(at="2026-06-15T23:59:60Z")]},
    "offset of 25 hours": {"items": [question(at="2026-06-15T09:00:00+25:00")]},
    "year 1": {"items": [question(at="0001-01-01T00:00:00+14:00")]},
    "year 9999": {"items": [question(at="9999-12-31T23:59:59-14:00")]},
    "Arabic digits": {"items": [question(at="٢٠٢٦-06-15T09:00:00Z")]},
    "known at nonsense": {"items": [question(known_at="yesterday")]},
    "known later than now": {"items": [question(), question(known_at="2099-12-01T00:00:00Z")]},
    "infinity": '{"items": Infinity}',
    "too deep": "[" * 100_000,
    "not UTF-8": b"\xff\xfe{}",
    "digits without end": '{"items": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_invalid_body_answers_a_problem_and_records_nothing(tool, body) -> None:
    response = call(token_of(tool), body)
    assert response.status_code in (400, 422)
    assert is_problem(response, response.status_code)
    assert not DecisionRecord.objects.exists()


def test_known_at_ahead_of_our_clock_is_refused_as_a_wrong_at_is(tool, time_machine) -> None:
    time_machine.move_to(datetime(2026, 6, 15, 9, tzinfo=UTC), tick=False)
    make_channel("BLOG")
    token = token_of(tool)
    items = [question(), question(known_at="2026-06-15T09:00:06Z")]
    refused = call(token, {"items": items})
    assert is_problem(refused, 422)
    assert "Nobody knows yet" in refused.text
    assert refused.json()["errors"][0]["loc"][-3:] == ["items", 1, "known_at"]
    # The clock of a tool may be a little ahead: the answer is that of now.
    assert ask(token, known_at="2026-06-15T09:00:04Z").status_code == 200
    kept = DecisionRecord.objects.get()
    assert kept.known_at == kept.evaluated_at == datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", ["2026-06-15T12:00:00+03:00", "2026-06-15t09:00z", "2026-06-15T09:00:00.000001Z"]
)
def test_timestamp_is_accepted_in_several_forms(tool, moment) -> None:
    assert ask(token_of(tool), at=moment).status_code == 200


@pytest.mark.parametrize("name", ["Äö", "名前", "🎉", "' OR 1=1 --", "%s{}", "../../x"])
def test_unknown_names_in_any_script_are_denied(tool, name) -> None:
    (item,) = ask(token_of(tool), person=name, channel=name).json()["items"]
    assert [reason["code"] for reason in item["reasons"]] == ["person_unknown", "channel_unknown"]


ODD = ["\ud800", "a\0b", "T1\u200b", "\u202eT1", "T1\n"]


@pytest.mark.databases
@pytest.mark.parametrize("field", ["person", "channel", "author"])
@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_id_in_one_item_is_denied_and_costs_the_others_nothing(tool, ada, field, text) -> None:
    channel = make_channel("BLOG")
    make_poster(ada, channel, role="approver")
    good = question(person=ada.hr_id, channel="BLOG", action="approve", author="T1")
    answers = call(token_of(tool), {"items": [good | {field: text}, good]}).json()["items"]
    codes = [{reason["code"] for reason in answer["reasons"]} for answer in answers]
    assert answers[0]["decision"] == "deny"
    assert f"{field}_unknown" in codes[0]
    assert codes[1] == {"author_unknown"}
    assert DecisionRecord.objects.count() == 2


def test_oversized_body_answers_413(tool) -> None:
    assert is_problem(call(token_of(tool), "x" * (1024 * 1024 + 1)), 413)


def test_rate_limit_answers_429_with_retry_after(tool, settings) -> None:
    settings.API_RATE = 2
    token = token_of(tool)
    assert [ask(token).status_code for _ in range(3)] == [200, 200, 429]
    response = ask(token)
    assert is_problem(response, 429)
    assert response["Retry-After"] == "60"


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_decisions_refuse_other_methods(tool, method) -> None:
    response = getattr(Client(), method)(URL, headers={"Authorization": f"Bearer {token_of(tool)}"})
    assert is_problem(response, 405)
    assert response["Allow"] == "POST"


def test_openapi_names_every_refusal_status(db) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    responses = described["paths"]["/api/v1/decisions"]["post"]["responses"]
    refusals = {"400", "401", "403", "404", "405", "411", "413", "422", "429", "500", "503"}
    assert set(responses) == {"200"} | refusals
    assert {kind for status in refusals for kind in responses[status]["content"]} == {
        "application/problem+json"
    }
    assert "WWW-Authenticate" in responses["401"]["headers"]
    items = described["components"]["schemas"]["Questions"]["properties"]["items"]
    assert (items["minItems"], items["maxItems"]) == (1, 500)
    assert described["components"]["securitySchemes"]

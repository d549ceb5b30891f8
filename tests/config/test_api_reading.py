"""The GET operations of the API: permissions of a person, posters of a channel, the list of channels."""

from __future__ import annotations

from typing import Any

from django.test import Client

import pytest

from accounts.models import HrAlias
from tests.config.test_api_decisions import AT, is_problem, token_of
from tests.conftest import NOW
from tests.factories.channels import make_channel, make_permission, make_poster
from tests.factories.people import make_region

pytestmark = pytest.mark.django_db


def get(token: str, path: str, **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get(f"/api/v1/{path}", query, headers=headers)


def test_person_permissions_list_decisions_by_channel(tool, ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    make_permission(make_channel("VIDEO"), ada)
    body = get(token_of(tool), f"people/{ada.hr_id}/permissions", at=AT).json()
    assert (body["person"], body["at"]) == (ada.hr_id, AT)
    assert [(item["channel"], item["decision"]) for item in body["items"]] == [
        ("BLOG", "allow"),
        ("VIDEO", "deny"),
    ]


def test_person_permissions_are_empty_without_roles(tool, ada) -> None:
    body = get(token_of(tool), f"people/{ada.hr_id}/permissions").json()
    assert body["items"] == []


def test_person_permissions_accept_hr_alias(tool, ada) -> None:
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor="system:test")
    assert get(token_of(tool), "people/OLD-1/permissions").json()["person"] == ada.hr_id


@pytest.mark.parametrize("hr_id", ["NOBODY", "%00", "%ED%A0%80", "x" * 300, "名前"])
def test_person_permissions_answer_404_for_unknown_id(tool, hr_id) -> None:
    assert is_problem(get(token_of(tool), f"people/{hr_id}/permissions"), 404)


@pytest.mark.parametrize("query", [{"at": "soon"}, {"at": "2026-06-15T09:00:00"}, {"action": "x"}])
def test_person_permissions_answer_422_for_bad_query(tool, ada, query) -> None:
    assert is_problem(get(token_of(tool), f"people/{ada.hr_id}/permissions", **query), 422)


def test_timestamp_query_accepts_unencoded_plus(tool, ada) -> None:
    path = f"people/{ada.hr_id}/permissions?at=2026-06-15T12:00:00+03:00"
    assert get(token_of(tool), path).json()["at"] == AT


def test_person_permissions_are_forbidden_to_employees(ada) -> None:
    assert is_problem(get(token_of(ada), f"people/{ada.hr_id}/permissions"), 403)


def test_channel_posters_list_people_who_may_post(tool, ada, ben) -> None:
    blog = make_channel("BLOG")
    make_poster(ada, blog)
    make_permission(blog, ben)
    body = get(token_of(tool), "channels/BLOG/posters", at=AT).json()
    assert [item["person"] for item in body["items"]] == [ada.hr_id]


def test_channel_posters_answer_404_for_unknown_channel(tool) -> None:
    assert is_problem(get(token_of(tool), "channels/NOWHERE/posters"), 404)


def test_channel_list_is_paginated_by_cursor(tool) -> None:
    for code in "CABD":
        make_channel(code, asks=False)
    token, cursor, seen = token_of(tool), "", []
    while cursor is not None:
        body = get(token, "channels", cursor=cursor, limit=3).json()
        seen += [item["code"] for item in body["items"]]
        cursor = body["next"]
    assert seen == list("ABCD")


def test_channel_list_filters_by_state_and_region(tool) -> None:
    make_channel("A", region=make_region("FI"), asks=False)
    make_channel("B", state="suspended", asks=False)
    token = token_of(tool)
    assert [c["code"] for c in get(token, "channels", state="suspended").json()["items"]] == ["B"]
    assert [c["code"] for c in get(token, "channels", region="FI").json()["items"]] == ["A"]


@pytest.mark.parametrize("limit", ["0", "201", "99999999999999999999", "x", "-1"])
def test_channel_list_answers_422_for_bad_limit(tool, limit) -> None:
    assert is_problem(get(token_of(tool), "channels", limit=limit), 422)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("channels", {"state": "nope"}),
        ("channels", {"region": "XX"}),
        ("channels", {"region": "\0"}),
        ("channels", {"regions": "FI"}),
        ("channels/A/posters", {"role": "admin"}),
        ("people/{hr_id}/permissions", {"channel": "A"}),
    ],
)
def test_api_filter_that_is_unknown_answers_422_and_lists_nobody(tool, ada, path, query) -> None:
    make_poster(ada, make_channel("A", region=make_region("FI")))
    reply = get(token_of(tool), path.format(hr_id=ada.hr_id), **query)
    assert is_problem(reply, 422)
    assert "so nothing is listed" in reply.json()["detail"]


def test_unknown_api_path_answers_404(tool) -> None:
    assert is_problem(get(token_of(tool), "nothing"), 404)

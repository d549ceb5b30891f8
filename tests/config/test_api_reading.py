"""The reading half of the API: a person's permissions, posters of a channel, the list of channels."""

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


def test_what_a_person_may_do(tool, ada) -> None:
    make_poster(ada, make_channel("BLOG"))
    make_permission(make_channel("VIDEO"), ada)
    body = get(token_of(tool), f"people/{ada.hr_id}/permissions", at=AT).json()
    assert (body["person"], body["at"]) == (ada.hr_id, AT)
    assert [(item["channel"], item["decision"]) for item in body["items"]] == [
        ("BLOG", "allow"),
        ("VIDEO", "deny"),
    ]


def test_somebody_without_roles_has_an_empty_list(tool, ada) -> None:
    body = get(token_of(tool), f"people/{ada.hr_id}/permissions").json()
    assert body["items"] == []


def test_an_old_hr_id_leads_to_the_person(tool, ada) -> None:
    HrAlias.objects.create(hr_id="OLD-1", person=ada, recorded_at=NOW, actor="system:test")
    assert get(token_of(tool), "people/OLD-1/permissions").json()["person"] == ada.hr_id


@pytest.mark.parametrize("hr_id", ["NOBODY", "%00", "%ED%A0%80", "x" * 300, "名前"])
def test_nobody_of_that_id_is_not_found(tool, hr_id) -> None:
    assert is_problem(get(token_of(tool), f"people/{hr_id}/permissions"), 404)


@pytest.mark.parametrize("query", [{"at": "soon"}, {"at": "2026-06-15T09:00:00"}, {"action": "x"}])
def test_bad_query_is_a_problem(tool, ada, query) -> None:
    assert is_problem(get(token_of(tool), f"people/{ada.hr_id}/permissions", **query), 422)


def test_a_plus_that_was_not_encoded_is_understood(tool, ada) -> None:
    path = f"people/{ada.hr_id}/permissions?at=2026-06-15T12:00:00+03:00"
    assert get(token_of(tool), path).json()["at"] == AT


def test_an_employee_may_not_look_others_up(ada) -> None:
    assert is_problem(get(token_of(ada), f"people/{ada.hr_id}/permissions"), 403)


def test_who_may_post_on_a_channel(tool, ada, ben) -> None:
    blog = make_channel("BLOG")
    make_poster(ada, blog)
    make_permission(blog, ben)
    body = get(token_of(tool), "channels/BLOG/posters", at=AT).json()
    assert [item["person"] for item in body["items"]] == [ada.hr_id]


def test_posters_of_nowhere_are_not_found(tool) -> None:
    assert is_problem(get(token_of(tool), "channels/NOWHERE/posters"), 404)


def test_the_registry_is_read_page_by_page(tool) -> None:
    for code in "CABD":
        make_channel(code, asks=False)
    token, cursor, seen = token_of(tool), "", []
    while cursor is not None:
        body = get(token, "channels", cursor=cursor, limit=3).json()
        seen += [item["code"] for item in body["items"]]
        cursor = body["next"]
    assert seen == list("ABCD")


def test_the_registry_is_filtered(tool) -> None:
    make_channel("A", region=make_region("FI"), asks=False)
    make_channel("B", state="suspended", asks=False)
    token = token_of(tool)
    assert [c["code"] for c in get(token, "channels", state="suspended").json()["items"]] == ["B"]
    assert [c["code"] for c in get(token, "channels", region="FI").json()["items"]] == ["A"]


@pytest.mark.parametrize("limit", ["0", "201", "99999999999999999999", "x", "-1"])
def test_a_limit_out_of_bounds_is_a_problem(tool, limit) -> None:
    assert is_problem(get(token_of(tool), "channels", limit=limit), 422)


def test_an_address_that_does_not_exist_is_not_found(tool) -> None:
    assert is_problem(get(token_of(tool), "nothing"), 404)

"""Dana writes questions in the CMS: drafts, what keeps one from being published, preview, the list."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

import pytest

from courses import editor_groups
from items.models import Item, ItemBank
from tests.factories.quizzes import CANARY, EVERY, UNSCORED, make_bank, make_item, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    for responsibility in dana.responsibilities.all():
        editor_groups.sync_groups(responsibility.person, at=responsibility.starts_at)
    return as_(dana)


def item_form(bank: ItemBank, *, right: int | None = 0, **fields: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"options-count": "3"}
    for place in range(3):
        options |= {
            f"options-{place}-order": str(place),
            f"options-{place}-deleted": "",
            f"options-{place}-value-text": f"Option {place}",
            f"options-{place}-value-reason": "Because.",
        }
        if place == right:
            options[f"options-{place}-value-correct"] = "on"
    known = {
        "bank": str(bank.pk),
        "code": "NEW-1",
        "principle": "",
        "points": "1",
        "difficulty": "2",
        "stem": rich_text("<p>What first?</p>"),
        "body": streamfield([("single", options)]),
        "feedback": "",
        "hint": "",
    }
    return nested_form_data(known | fields)


def post(cms: Client, form: dict[str, Any]) -> Any:
    return cms.post(reverse(Item.snippet_viewset.get_url_name("add")), form)


def test_draft_item_may_be_incomplete(cms: Client) -> None:
    response = post(cms, item_form(make_bank(), right=None))
    assert response.status_code == 302, response.context["form"].errors
    item = Item.objects.get(code="NEW-1")
    assert not item.live
    assert not item.versions.exists()


def test_publish_cuts_a_version_with_the_right_option(cms: Client, dana: Any) -> None:
    response = post(cms, item_form(make_bank()) | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    version = Item.objects.get(code="NEW-1").versions.get()
    assert version.actor == dana.actor
    assert [option["correct"] for option in version.content["options"]] == [True, False, False]


def test_publish_without_a_right_option_shows_an_error(cms: Client) -> None:
    response = post(cms, item_form(make_bank(), right=None) | {"action-publish": "1"})
    assert response.status_code == 200
    fault = response.context["form"].errors["body"].as_data()[0].block_errors[0]
    told = fault.block_errors["options"].non_block_errors
    assert told == ["Mark exactly one answer as right."]
    assert "Mark exactly one answer as right." in response.content.decode()
    assert not Item.objects.filter(code="NEW-1").exists()


def test_publish_with_answers_that_read_alike_shows_an_error(cms: Client) -> None:
    form = item_form(make_bank())
    (alike,) = [name for name in form if name.endswith("options-1-value-text")]
    form[alike] = "Option\u00a00 "
    assert post(cms, form).status_code == 302  # as a draft it waits
    item = Item.objects.get(code="NEW-1")
    edit = reverse(Item.snippet_viewset.get_url_name("edit"), args=[item.pk])
    reply = cms.post(edit, form | {"action-publish": "1"})
    assert "reads like row 1. Change one of them" in reply.text
    assert not item.versions.exists()


@pytest.mark.parametrize("mode", ["", "wrong", "right", "print"])
@pytest.mark.parametrize("kind", EVERY)
def test_preview_shows_each_kind_in_each_mode(kind: str, mode: str, rf: Any, dana: Any) -> None:
    item = make_item(kind=kind)
    shown = item.make_preview_request(preview_mode=mode).content.decode()
    assert item.code.removeprefix("Q-") in shown
    assert (CANARY in shown) is bool(mode)
    verdict = mode if kind not in UNSCORED else ""
    assert ("Not quite." in shown, "Right." in shown) == (verdict == "wrong", verdict == "right")


@pytest.mark.parametrize("kind", EVERY)
def test_print_preview_puts_the_key_on_the_second_page(kind: str) -> None:
    shown = make_item(kind=kind).make_preview_request(preview_mode="print").content.decode()
    sheet, key = shown.split('class="stack paper-key"')
    assert CANARY not in sheet
    assert CANARY in key
    assert not {"Your answer", "No answer", "You marked this"} & set(
        re.findall("[A-Z][a-z ]+", key)
    )
    assert not re.search("<(input|select)", sheet.split("<main")[1])


def test_preview_of_an_unfinished_item_says_so() -> None:
    item = Item(bank=make_bank(), code="NEW-1", stem="")
    shown = item.make_preview_request(preview_mode="").content.decode()
    assert "This question cannot be asked yet" in shown


def test_item_list_filters_by_kind(cms: Client) -> None:
    make_bank("LIST", make_row(stem="Where to begin?", critical=True), make_row("number"))
    address = reverse(Item.snippet_viewset.get_url_name("list"))
    assert "Where to begin?" in cms.get(address).content.decode()
    assert "Where to begin?" not in cms.get(address, {"kind": "number"}).content.decode()


def test_item_list_query_count_does_not_grow_with_items(
    cms: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse(Item.snippet_viewset.get_url_name("list"))
    make_bank("LIST", *[make_row() for _ in range(3)])
    with django_assert_max_num_queries(60) as few:
        cms.get(address)
    make_bank("LIST", *[make_row() for _ in range(20)])
    with django_assert_max_num_queries(len(few)):
        cms.get(address)

"""Pictures on the pages of a quiz: their descriptions, their queries, and pictures that were deleted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from wagtail.images import get_image_model

import pytest

from accounts.models import User
from items.authoring.item_contents import content_of
from items.banks import item_rows
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt
from tests.factories.quizzes import (
    CANARY,
    STAGED,
    answer_all,
    make_attempt,
    make_bank,
    make_image,
    make_item,
    make_quiz,
    make_row,
)
from tests.markup import squeeze_markup

pytestmark = pytest.mark.django_db
Image = get_image_model()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def asked(ada: User, kind: str) -> tuple[Attempt, str]:
    attempt = make_attempt(ada, make_quiz(make_bank("PICTURES", make_row(kind))), timezone.now())
    return attempt, f"/quiz/{attempt.uuid}/1/"


@pytest.mark.parametrize(
    ("kind", "words"), [("image_choice", "Picture of 2"), ("hotspot", "A post on a phone")]
)
def test_picture_is_shown_with_its_description(
    kind: str, words: str, ada: User, browser: Client
) -> None:
    shown = browser.get(asked(ada, kind)[1]).content.decode()
    assert re.search(rf'<img[^>]* alt="{words}"', shown)
    assert CANARY not in shown
    assert "style=" not in shown


@pytest.mark.parametrize(
    ("kind", "words"), [("image_choice", "Picture of 2"), ("hotspot", "A post on a phone")]
)
def test_deleted_picture_leaves_its_description(
    kind: str, words: str, ada: User, browser: Client
) -> None:
    attempt, here = asked(ada, kind)
    Image.objects.all()._raw_delete(
        "default"
    )  # the product refuses it; a hand in the database does not
    shown = browser.get(here).content.decode()
    assert "<img" not in shown.split("<form", 1)[1]
    assert words in shown
    answer_all(attempt, timezone.now())
    assert submit_attempt(attempt.uuid, ada, at=timezone.now()).passed


@pytest.mark.parametrize("kind", ["image_choice", "hotspot"])
def test_right_pictures_and_regions_pass(kind: str, ada: User) -> None:
    attempt, _here = asked(ada, kind)
    answer_all(attempt, timezone.now())
    assert submit_attempt(attempt.uuid, ada, at=timezone.now()).percent == 100


def test_hotspot_regions_are_drawn_in_percent_and_listed(ada: User, browser: Client) -> None:
    shown = squeeze_markup(browser.get(asked(ada, "hotspot")[1]).content.decode())
    assert '<rect x="10%" y="35%" width="50%" height="20%"/>' in shown
    assert len(re.findall(r'<input type="checkbox" name="choice"', shown)) == 3
    tokens = re.findall(r'type="checkbox" name="choice" value="([a-z0-9]+)"', shown)
    assert re.findall(r'data-region="([a-z0-9]+)"', shown) == tokens


def test_picture_query_count_does_not_grow_with_pictures(
    ada: User, browser: Client, django_assert_max_num_queries: Any
) -> None:
    _attempt, here = asked(ada, "image_choice")
    browser.get(here)  # the first visit makes the smaller copies
    # Session, person, question, places, pictures, their copies.
    with django_assert_max_num_queries(6):
        browser.get(here)


@pytest.mark.parametrize("kind", STAGED)
def test_export_row_contains_all_that_the_form_has(kind: str) -> None:
    item = make_item(kind=kind)
    again = make_item(item.bank, **(item_rows.item_row(item) | {"code": "AGAIN"}))
    assert item_rows.item_row(again) | {"code": item.code} == item_rows.item_row(item)
    assert content_of(again)["kind"] == kind


@pytest.mark.parametrize("kind", STAGED)
@pytest.mark.parametrize("mode", ["", "wrong", "right", "print"])
def test_preview_shows_staged_kinds_in_every_mode(kind: str, mode: str, rf: Any) -> None:
    item = make_item(kind=kind)
    shown = item.serve_preview(rf.get("/"), mode).content.decode()
    assert item.stem.removeprefix("<p>").removesuffix("</p>") in shown
    assert "cannot be asked" not in shown
    if mode in ("", "print"):
        assert mode or CANARY not in shown
    else:
        assert CANARY in shown


def test_import_refuses_a_picture_that_does_not_exist() -> None:
    row = make_row("hotspot")
    make_image()
    with pytest.raises(Exception, match="no picture number 999"):
        make_bank("BANK", row | {"image": 999})

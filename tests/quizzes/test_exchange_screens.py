"""Import and export of questions in the CMS: a preview first, then exactly what it showed; hostile files."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import pytest

from accounts.models import User
from courses import editor_groups
from items.banks import importing, item_files
from items.models import Item, ItemBank, ItemVersion
from tests.conftest import NOW
from tests.factories.people import give_role
from tests.factories.quizzes import KINDS, make_attempt, make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/cms/items/import/", "/cms/items/export/"
TWO = "::A-1::One?{=yes ~no}\n\n::A-2::Two?{=yes ~no}\n"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return as_(dana)


@pytest.fixture
def bank() -> ItemBank:
    return ItemBank.objects.create(code="FILE", title="From files")


def upload(
    cms: Client, data: str | bytes, bank: ItemBank, name: str = "items.gift", **form: str
) -> Any:
    """Choose a file and press "Show what would happen"; the answer is the page with the table."""
    file = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    form = {"then": "publish", "bank": str(bank.pk)} | form
    return cms.post(IMPORT, {"file": file, **form}, follow=True)


def press(cms: Client, page: Any) -> Any:
    """Press the button below the table."""
    digest = page.context["plan"].digest
    return cms.post(page.request["PATH_INFO"], {"digest": digest}, follow=True)


def problems(page: Any) -> list[tuple[int, str]]:
    return [(each["line"], each["message"]) for each in page.context["problems"]]


def package(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def test_import_preview_lists_items_and_writes_nothing(cms: Client, bank: ItemBank) -> None:
    page = upload(cms, TWO, bank)
    assert page.context["headline"] == "2 new, 0 changed, 0 unchanged"
    assert [(row["line"], row["code"], row["action"]) for row in page.context["rows"]] == [
        (1, "A-1", "new"),
        (3, "A-2", "new"),
    ]
    assert not Item.objects.exists()


def test_import_confirmation_publishes_the_previewed_items(
    cms: Client, bank: ItemBank, dana: Any
) -> None:
    page = press(cms, upload(cms, TWO, bank))
    assert "2 questions are published." in page.content.decode()
    assert [v.actor for v in ItemVersion.objects.all()] == [dana.actor] * 2
    again = upload(cms, TWO, bank)
    assert again.context["headline"] == "0 new, 0 changed, 2 unchanged"
    assert "There is nothing to do." in again.content.decode()


def test_import_plan_says_who_is_in_the_questions_that_it_replaces(
    cms: Client, ada: User, now: datetime
) -> None:
    row = make_row(code="A-1")
    bank = make_bank("ASKED", row, make_row(code="A-2"))
    make_attempt(ada, make_quiz(bank), now)
    said = "1 try is open."
    new, changed = row | {"code": "A-3"}, row | {"stem": "Which one?"}
    for rows, then, told in (
        ([new, changed], "publish", True),
        ([new, row], "publish", False),
        ([changed], "drafts", False),
    ):
        data = json.dumps({"format": "postworthy-items/1", "items": rows})
        page = upload(cms, data, bank, "items.json", then=then)
        assert (page.context["changes"] > 0, said in page.text) == (True, told)


def test_import_as_drafts_publishes_nothing(cms: Client, bank: ItemBank) -> None:
    page = press(cms, upload(cms, TWO, bank, then="drafts"))
    assert "2 questions are kept as drafts." in page.content.decode()
    assert not Item.objects.filter(live=True).exists()
    assert not ItemVersion.objects.exists()
    assert upload(cms, TWO, bank, then="drafts").context["plan"].count("unchanged") == 2


def test_import_as_draft_keeps_the_live_item(cms: Client, bank: ItemBank) -> None:
    press(cms, upload(cms, TWO, bank))
    page = upload(cms, TWO.replace("One?", "Changed?"), bank, then="drafts")
    assert [(row["action"], row["differs"]) for row in page.context["rows"]] == [
        ("changed", "question"),  # in words
        ("unchanged", ""),
    ]
    press(cms, page)
    item = Item.objects.get(code="A-1")
    assert ("One?" in item.stem, item.has_unpublished_changes) == (True, True)
    assert "Changed?" in item.get_latest_revision_as_object().stem
    assert ItemVersion.objects.count() == 2


def test_import_shows_a_new_preview_after_a_concurrent_change(cms: Client, bank: ItemBank) -> None:
    page = upload(cms, TWO, bank)
    importing.apply_plan(importing.plan_import(bank, [make_row(code="A-1")]), actor=None)
    answer = press(cms, page)
    assert "nothing was imported" in answer.content.decode()
    assert answer.context["plan"].count("changed") == 1
    assert not Item.objects.filter(code="A-2").exists()
    press(cms, answer)
    assert Item.objects.filter(code="A-2", live=True).exists()


def test_uploaded_file_is_private_and_expires(
    cms: Client, bank: ItemBank, as_: Any, ravi: Any
) -> None:
    give_role(ravi, "author")
    page = upload(cms, TWO, bank)
    path, form = page.request["PATH_INFO"], {"digest": page.context["plan"].digest}
    assert "Choose it again" in as_(ravi).post(path, form, follow=True).content.decode()
    cache.clear()
    assert "Choose it again" in cms.post(path, form, follow=True).content.decode()
    assert not Item.objects.exists()


def test_import_page_names_what_it_reads_and_promises_what_it_does(cms: Client) -> None:
    page = " ".join(cms.get(IMPORT).text.split())
    assert "QTI 2.1, 2.2 and 3.0" in page
    assert "each question that cannot be kept and why; the others are taken in together" in page


def test_import_cannot_publish_without_the_permission(
    cms: Client, bank: ItemBank, dana: Any
) -> None:
    page = upload(cms, TWO, bank)
    for group in dana.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="publish_item"))
    assert b"Publish them now" not in cms.get(IMPORT).content
    assert upload(cms, TWO, bank).context["form"].errors["then"]
    press(cms, page)
    assert not Item.objects.exists()


def test_odd_question_is_left_out_on_the_plan_and_the_rest_arrives(
    cms: Client, bank: ItemBank
) -> None:
    page = upload(cms, f"{TWO}\n::A-1::Three?{{=yes ~no}}\n\n::X::Four?{{=a =b ~c}}\n", bank)
    assert page.context["headline"] == "3 new, 0 changed, 0 unchanged"
    assert [(note.line, note.code) for note in page.context["left_out"]] == [(7, "X")]
    assert "answers 1 and 2 are both fully right" in page.content.decode()
    press(cms, page)
    assert set(Item.objects.values_list("code", flat=True)) == {"A-1", "A-2", "A-1-2"}


@pytest.mark.parametrize(
    ("data", "name", "line"),
    [
        pytest.param("::A-1::One?{=yes ~no}\n\n::A-2::Two?{=yes", "a.gift", 3, id="GIFT, no end"),
        pytest.param("::A::One?{=yes}{=no}", "a.gift", 1, id="one question, odd"),
        pytest.param("Dear all,\n\nit has {no} question.", "a.gift", 3, id="a letter"),
        pytest.param(b"::A::One?{=yes ~no}\n\n::B::\xffTwo?{=a ~b}", "a.gift", 3, id="not UTF-8"),
        pytest.param("::A::One?{=yes\x00 ~no}", "a.gift", 1, id="NUL"),
        pytest.param('{"format":\n "x"', "a.json", 2, id="JSON, cut off"),
        pytest.param('[[item]]\ncode = "A"\nkind = ', "a.toml", 3, id="TOML, cut off"),
        pytest.param("<quiz>\n<question>\n</quiz>", "a.xml", 3, id="XML, crossed"),
        pytest.param(
            '<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a "b">]>\n<quiz>&a;</quiz>',
            "a.xml",
            2,
            id="DTD",
        ),
        pytest.param(
            'code,kind,stem,part,text,value\nA,single,"Open', "a.csv", 2, id="CSV, open quote"
        ),
        pytest.param(package(a__xml="<assessmentItem>\n<"), "a.zip", 2, id="package, cut off"),
        pytest.param(package(a__xml=b"0" * 20_000_000), "a.zip", 0, id="bomb"),
        pytest.param(b"PK\x03\x04 no archive", "a.zip", 0, id="no archive"),
        pytest.param("Dear all", "a.doc", 0, id="no format"),
    ],
)
def test_hostile_file_is_reported_by_line_and_writes_nothing(
    cms: Client, bank: ItemBank, data: str | bytes, name: str, line: int
) -> None:
    page = upload(cms, data, bank, name)
    assert page.status_code == 200
    assert "Nothing can be imported" in page.context["headline"]
    assert problems(page)[0][0] == line, problems(page)
    assert b'name="digest"' not in page.content
    assert cms.post(page.request["PATH_INFO"], {"digest": ""}, follow=True).status_code == 200
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        "::A-1::Set \\{a; b\\}?{=\\} and ; ~no \\{}",
        "::A-1::Set \\{a; b\\}?{\n=\\} and ;\n~\\{\n}",
    ],
    ids=["in a line", "on lines"],
)
def test_escaped_braces_and_semicolons_are_read_as_text(
    cms: Client, bank: ItemBank, data: str
) -> None:
    press(cms, upload(cms, data, bank))
    content = ItemVersion.objects.get().content
    assert "{a; b}" in content["stem"]
    assert content["options"][0]["text"].startswith("} and ;")


def test_import_fault_in_one_item_blocks_the_file(cms: Client, bank: ItemBank) -> None:
    rows = [make_row(code="OK-1"), make_row(code="BAD-1", options=[])]
    data = json.dumps({"format": importing.FORMAT, "items": rows}, indent=1)
    line = next(n for n, text in enumerate(data.split("\n"), 1) if "BAD-1" in text)
    page = upload(cms, data, bank, "items.json")
    problem = page.context["problems"][0]
    assert (problem["line"], problem["code"], problem["field"]) == (line, "BAD-1", "answers")
    assert not Item.objects.exists()


def test_uploaded_text_is_never_rendered_as_markup(cms: Client, bank: ItemBank) -> None:
    hostile = "<script>alert(1)</script>"
    row = make_row(code="A-1") | {"code": hostile}
    data = json.dumps({"format": importing.FORMAT, "items": [row, row | {"code": "A", hostile: 1}]})
    assert hostile not in upload(cms, data, bank, f"{hostile}.json").content.decode()
    gift = f"::A-1::One?{{=yes ~no}}\n\n::{hostile}::Write.{{}}\n\n// [tag:{hostile}]\n::A-3::x?{{=a ~b}}"
    page = upload(cms, gift, bank, f"{hostile}.gift").content.decode()
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_import_preview_names_skipped_items_by_line(cms: Client, bank: ItemBank) -> None:
    sum_of_two = '<question type="calculated">\n<name><text>A-2</text></name>\n</question>'
    words = '<question type="description"><name>A-1</name><questiontext><text>Read.</text></questiontext></question>'
    page = upload(cms, f"<quiz>\n{sum_of_two}\n{words}</quiz>", bank, "a.xml")
    left = page.context["left_out"][0]
    assert (left.line, left.code) == (2, "A-2")
    assert "left out" in left.words
    assert "A-2" in page.content.decode()


def test_upload_refuses_large_missing_and_empty_files(cms: Client, bank: ItemBank) -> None:
    page = upload(cms, b"x" * 5_000_001, bank)
    assert "larger than 5 MB" in page.content.decode()
    assert "Choose the file first." in cms.post(IMPORT, {"bank": bank.pk}).content.decode()
    assert "The file is empty." in upload(cms, b"", bank).content.decode()


@pytest.mark.parametrize("form", [name for name in item_files.WRITTEN if name != "aiken"])
def test_export_is_identical_after_import_into_another_bank(cms: Client, form: str) -> None:
    first = make_bank("ONE", *[make_row(kind) for kind in KINDS])
    second = ItemBank.objects.create(code="TWO", title="Two")
    taken = cms.get(EXPORT, {"bank": first.pk, "form": form, "take": "1"})
    assert taken["Content-Disposition"].startswith('attachment; filename="ONE.')
    press(cms, upload(cms, taken.content, second, "items.bin", form=form))
    assert second.items.filter(live=True).count() == len(KINDS)
    again = cms.get(EXPORT, {"bank": second.pk, "form": form, "take": "1"})
    assert again.content == taken.content


def test_export_lists_every_loss_before_download(cms: Client) -> None:
    bank = make_bank("ONE", make_row(code="L-1"), make_row("number", code="L-2"))
    page = cms.get(EXPORT, {"bank": bank.pk, "form": "aiken"})
    assert {loss.item for loss in page.context["losses"]} == {"L-1", "L-2"}
    assert "Aiken loses" in page.content.decode()
    assert "holds everything" in cms.get(EXPORT, {"bank": bank.pk, "form": "json"}).content.decode()


def test_export_and_import_handle_invalid_choices(cms: Client, bank: ItemBank) -> None:
    assert cms.get(EXPORT).status_code == 200
    assert cms.get(EXPORT, {"bank": "x", "form": "doc", "take": "1"}).status_code == 200
    assert upload(cms, TWO, bank, form="doc").context["form"].errors["form"]


@pytest.mark.parametrize("person", ["ada", "ben", "hugo", "vera"])
def test_import_and_export_are_for_authors_only(
    as_: Any, bank: ItemBank, person: str, request: pytest.FixtureRequest
) -> None:
    browser = as_(request.getfixturevalue(person))
    file = SimpleUploadedFile("a.gift", TWO.encode())
    assert browser.get(IMPORT).status_code in (302, 403)
    assert browser.post(IMPORT, {"file": file, "bank": bank.pk}).status_code in (302, 403)
    taken = browser.get(EXPORT, {"bank": bank.pk, "form": "json", "take": "1"})
    assert taken.status_code in (302, 403)
    assert not Item.objects.exists()


def test_item_list_links_to_import_and_export(cms: Client) -> None:
    page = cms.get(reverse(Item.snippet_viewset.get_url_name("list"))).content.decode()
    assert IMPORT in page
    assert EXPORT in page

"""Two saves of one new object at once: the second goes on with what the first made, and no code ends in a 500."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from wagtail.images import get_image_model
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import PIL.Image
import pytest

from config.editor import first_saves
from courses import editor_groups
from courses.models import Course, CoursePage
from courses.page_records import bind_course
from courses.writing.file_places import find_open_collection
from items.models import Item, ItemBank
from tests.conftest import NOW
from tests.factories.courses import make_catalog, make_course
from tests.factories.quizzes import make_bank, make_row
from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.django_db

ADD_ITEM = "/cms/snippets/quizzes/item/add/"
ADD_BANK = "/cms/snippets/quizzes/itembank/add/"
JSON = {"Accept": "application/json"}
TAKEN = IntegrityError("UNIQUE constraint failed: items_item.bank_id, items_item.code")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return as_(dana)


def item_form(bank: ItemBank, words: str, **fields: str) -> dict[str, Any]:
    known = {"bank": str(bank.pk), "code": "NEW", "points": "1", "difficulty": "2", "hint": words}
    known |= {"stem": rich_text(f"<p>{words}</p>"), "body": streamfield([]), "feedback": ""}
    return nested_form_data(known | {"csrfmiddlewaretoken": "form-1"} | fields)


def course_form(**fields: str) -> dict[str, Any]:
    known = {"title": "Crisis", "slug": "crisis", "code": "", "promise": "", "audience": ""}
    known |= {"change_class": "editorial", "change_note": "", "body": streamfield([])}
    return nested_form_data(
        known | {"comments": inline_formset([]), "csrfmiddlewaretoken": "form-1"} | fields
    )


def test_second_save_of_a_new_question_goes_on_with_the_first(cms: Client) -> None:
    bank = make_bank()
    assert cms.post(ADD_ITEM, item_form(bank, "First"), headers=JSON).json()["success"]
    reply = cms.post(ADD_ITEM, item_form(bank, "Second"))
    made = Item.objects.get(code="NEW")
    assert (reply.status_code, reply.url) == (302, ADD_ITEM.replace("add", f"edit/{made.pk}"))
    assert made.get_latest_revision_as_object().hint == "Second"


def test_second_save_of_a_new_page_goes_on_with_the_first(cms: Client) -> None:
    path = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", make_catalog().pk])
    assert cms.post(path, course_form()).status_code == 302
    assert cms.post(path, course_form(promise="You can.")).status_code == 302
    page = CoursePage.objects.get()
    assert page.get_latest_revision_as_object().promise == "You can."
    assert Course.objects.count() == 1


def test_second_save_of_a_new_bank_goes_on_with_the_first(cms: Client) -> None:
    form = {"code": "NEW", "title": "New bank", "csrfmiddlewaretoken": "form-1"}
    assert [cms.post(ADD_BANK, form).status_code for _save in range(2)] == [302, 302]
    assert ItemBank.objects.get(code="NEW").title == "New bank"


def test_another_picture_from_the_same_form_is_stored_and_the_same_one_once(
    cms: Client, settings: Any, tmp_path: Path
) -> None:
    """A browser that goes back shows the old form with its token: nothing that differs is thrown away."""
    settings.MEDIA_ROOT = str(tmp_path)
    for name, colour in (("one", "red"), ("one", "red"), ("one", "blue"), ("two", "blue")):
        file = SimpleUploadedFile("same.png", draw_picture(colour), "image/png")
        form = {"title": name, "file": file, "csrfmiddlewaretoken": "form-1"}
        form |= {"collection": str(find_open_collection().pk), "description": "A picture"}
        assert cms.post("/cms/images/add/", form).status_code == 302
    made = get_image_model().objects.order_by("pk")
    assert list(made.values_list("title", flat=True)) == ["one", "one", "two"]
    assert len(set(made.values_list("file_hash", flat=True)[:2])) == 2


def draw_picture(colour: str) -> bytes:
    file = BytesIO()
    PIL.Image.new("RGB", (4, 3), colour).save(file, "PNG")
    return file.getvalue()


def test_page_copied_again_in_another_way_is_another_copy(cms: Client) -> None:
    page = make_course("CORE", modules=0)
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    for slug in ("one", "one", "two"):
        form = {"new_title": slug, "new_slug": slug, "new_parent_page": page.get_parent().pk}
        assert cms.post(path, form | {"csrfmiddlewaretoken": "form-1"}).status_code == 302
    assert set(CoursePage.objects.exclude(pk=page.pk).values_list("slug", flat=True)) == {
        "one",
        "two",
    }


def test_form_sent_again_after_its_question_was_deleted_makes_a_new_one(cms: Client) -> None:
    bank = make_bank()
    cms.post(ADD_ITEM, item_form(bank, "First"))
    Item.objects.get(code="NEW").delete()
    assert cms.post(ADD_ITEM, item_form(bank, "Second")).status_code == 302
    assert Item.objects.get(code="NEW").hint == "Second"


def test_form_that_comes_back_with_another_code_makes_another_question(cms: Client) -> None:
    """Save draft, the browser's Back, another code and other words, Save: the first question stays as it was."""
    bank = make_bank()
    cms.post(ADD_ITEM, item_form(bank, "First"))
    for _time in range(2):  # the second of these goes on with the other question
        assert cms.post(ADD_ITEM, item_form(bank, "Other", code="OTHER")).status_code == 302
    made = bank.items.filter(code__in=("NEW", "OTHER"))
    kept = {one.code: one.get_latest_revision_as_object().hint for one in made}
    assert kept == {"NEW": "First", "OTHER": "Other"}


def test_another_form_with_the_same_code_is_sent_back_with_the_reason(cms: Client) -> None:
    bank = make_bank()
    cms.post(ADD_ITEM, item_form(bank, "First"))
    reply = cms.post(ADD_ITEM, item_form(bank, "Other", csrfmiddlewaretoken="form-2"))
    assert (reply.status_code, "already exists" in reply.text) == (200, True)


def test_form_with_faults_may_be_sent_again(cms: Client) -> None:
    form = {"code": "", "title": "New bank", "csrfmiddlewaretoken": "form-1"}
    assert cms.post(ADD_BANK, form).status_code == 200
    assert cms.post(ADD_BANK, form | {"code": "NEW"}).status_code == 302


@pytest.mark.parametrize("address", ["add", "edit"])
def test_code_that_somebody_else_made_meanwhile_is_explained(
    cms: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The form allowed the code, and only the database saw the other one."""
    bank = make_bank("ONE", make_row(code="MINE"), make_row(code="NEW"))
    mine = bank.items.get(code="MINE")
    checks = []
    checked = Item.validate_constraints

    def overlook_once(self: Item, *args: Any, **kwargs: Any) -> None:
        checks.append(self)
        if len(checks) > 1:
            checked(self, *args, **kwargs)

    monkeypatch.setattr(Item, "validate_constraints", overlook_once)
    path = ADD_ITEM if address == "add" else ADD_ITEM.replace("add", f"edit/{mine.pk}")
    if address == "edit":
        Item.objects.filter(pk=mine.pk).update(live=False)
    reply = cms.post(path, item_form(bank, "Other"))
    assert (reply.status_code, "already exists" in reply.text) == (200, True)


def test_records_of_two_drafts_with_one_code_are_two(db: None) -> None:
    first, second = make_course("SAME"), CoursePage(title="Same", code="SAME")
    assert bind_course(second, Course.objects.all()).code == "SAME-2" == second.code
    assert first.course.code == "SAME"


@pytest.mark.databases
def test_append_only_refusal_is_not_tried_twice(rf: Any) -> None:
    calls = []

    def view(*_args: Any) -> None:
        calls.append(1)
        raise IntegrityError("ledger_entry is append-only")

    with pytest.raises(IntegrityError):
        first_saves._try_again(view, rf.post("/"), (), {})
    assert calls == [1]


@pytest.mark.databases
@pytest.mark.parametrize(
    "clash",
    [
        TAKEN,
        ValidationError({"slug": "already in use within the parent page"}),
    ],
)
def test_refused_save_is_tried_until_the_fourth_writer_finds_a_free_name(
    rf: Any, clash: Exception
) -> None:
    refusals = [clash] * 3

    def view(*_args: Any) -> HttpResponse:
        if refusals:
            raise refusals.pop()
        return HttpResponse()

    assert first_saves._try_again(view, rf.post("/"), (), {}).status_code == 200


@pytest.mark.databases
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_writer_who_is_beaten_each_time_gets_the_words_back(
    monkeypatch: pytest.MonkeyPatch, cms: Client, accept: str
) -> None:
    """It was a failure of the program, and what was written was lost."""
    form = item_form(make_bank(), "Words", hint='Kept "words" <b>\r\nand lines')
    monkeypatch.setattr(first_saves, "TURN_SECONDS", 0)
    monkeypatch.setattr(Item, "save", MagicMock(side_effect=TAKEN))
    reply = cms.post(ADD_ITEM, form, headers={"Accept": accept})
    assert reply.status_code == 409
    monkeypatch.undo()
    if accept == "application/json":
        assert (reply.json()["success"], reply.json()["error_code"]) == (False, "validation_error")
        return
    page = read_form(reply.text)
    assert "Nothing is lost" in reply.text
    assert page == {name: str(value) for name, value in form.items()}
    assert cms.post(ADD_ITEM, page).status_code == 302
    assert Item.objects.get(code="NEW").hint == form["hint"]


def read_form(page: str) -> dict[str, str]:
    sent = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in sent}


@pytest.mark.databases
def test_fault_of_the_program_is_not_called_a_taken_name(rf: Any) -> None:
    def view(*_args: Any) -> None:
        raise IntegrityError("NOT NULL constraint failed: items_item.stem")

    with pytest.raises(IntegrityError):
        first_saves._try_again(view, rf.post("/"), (), {})


def test_refused_page_save_for_another_reason_is_not_tried_again(rf: Any) -> None:
    calls = []

    def view(*_args: Any) -> None:
        calls.append(1)
        raise ValidationError({"title": "wrong"})

    with pytest.raises(ValidationError):
        first_saves._try_again(view, rf.post("/"), (), {})
    assert calls == [1]


# Two and eight authors, each with a form of their own, save a new question and a new course without a code at once.
SCRIPT = """
import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
from accounts.models import User
from courses.models import CoursePage
from items.models import Item, ItemBank
from wagtail.admin.views.pages.edit import EditView
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
bank, parent = ItemBank.objects.first(), CoursePage.objects.first().get_parent()
dana = User.objects.get(email="dana@northlight.example")
question = {"bank": bank.pk, "code": "", "points": "1", "difficulty": "2", "hint": "", "feedback": "",
            "stem": rich_text("<p>x</p>"), "body": streamfield([])}
course = {"title": "At once", "slug": "", "code": "", "promise": "", "audience": "", "change_class": "editorial",
          "change_note": "", "body": streamfield([]), "comments": inline_formset([])}
MANY = (2, 8) if connection.vendor == "postgresql" else (2,)  # SQLite has one writer at a time
adds = {"item": ("ADD_ITEM", question),
        "page": (reverse("wagtailadmin_pages:add", args=["courses", "coursepage", parent.pk]), course)}
# A server makes its middleware once; WhiteNoise looks at a thousand files for it.
handler = Client().handler
handler.load_middleware()
def save(kind, token, code, start):
    try:
        browser = Client(headers={"host": "localhost", "accept": "application/json"})
        browser.handler = handler
        browser.force_login(dana, backend="home.backends.PersonBackend")
        path, form = adds[kind]
        form = form | {"csrfmiddlewaretoken": token} | ({"code": code} if code else {})
        start.wait()
        return browser.post(path, nested_form_data(form)).status_code
    finally:
        connection.close()
def at_once(kind, tokens, code=""):
    start = Barrier(len(tokens))
    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(lambda token: save(kind, token, code, start), tokens))
def save_version(form, start):
    # Wagtail's check takes its time, as on a slow machine: the other save arrives meanwhile.
    adds["edit"] = (reverse("wagtailadmin_pages:edit", args=[form["pk"]]), course | form)
    return save("edit", "editing", "", start)
def edit_at_once():
    checked = EditView.is_out_of_date.func
    def check_slowly(self):
        said = checked(self)
        time.sleep(0.3)
        return said
    EditView.is_out_of_date = property(check_slowly)
    page = CoursePage.objects.latest("pk")
    newest = page.latest_revision
    form = {"pk": page.pk, "slug": page.slug, "code": page.code, "loaded_revision_id": newest.pk,
            "loaded_revision_created_at": newest.created_at.isoformat()}
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(lambda _: save_version(form, start), range(2)))
before = Item.objects.count(), CoursePage.objects.count()
many = {f"{kind}{n}": at_once(kind, [f"{kind}-{n}-{i}" for i in range(n)]) for kind in adds for n in MANY}
made = [Item.objects.count() - before[0], CoursePage.objects.count() - before[1]]
one = list(zip("aaabbc", at_once("item", list("aaabbc"), "AT-ONCE")))
print("FACTS" + json.dumps([one, Item.objects.filter(code="AT-ONCE").count(), many, made, edit_at_once()]))
""".replace("ADD_ITEM", ADD_ITEM)


@pytest.mark.databases
def test_saves_at_once_make_one_question_and_no_failure() -> None:
    """Six messages from three forms with one code: the first form makes it, the others are told.

    Two (on PostgreSQL also eight) forms without a code make as many questions, and as many courses.
    """
    database, remove = copy_of_demo("first-saves")
    try:
        said = Site(database).manage("shell", "--verbosity", "0", "-c", SCRIPT).stdout
    finally:
        remove()
    answers, made, many, new, edited = json.loads(said.split("FACTS")[1])
    assert {name: codes for name, codes in many.items() if {*codes} != {200}} == {}
    assert new == [10, 10] if connection.vendor == "postgresql" else [2, 2]
    assert edited == [200, 400]  # of one loaded version: the second is told of the first
    assert made == 1
    assert {code for _form, code in answers} == {200, 400}
    # Whichever form was first: all its messages are answered as saved, and no other's.
    (first,) = {form for form, code in answers if code == 200}
    assert {code for form, code in answers if form == first} == {200}

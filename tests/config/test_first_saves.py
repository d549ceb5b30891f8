"""Two saves of one new object at once: the second goes on with what the first made, and no code ends in a 500."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from config.editor import first_saves
from courses import editor_groups
from courses.models import Course, CoursePage
from courses.page_records import bind_course
from items.models import Item, ItemBank
from tests.conftest import NOW
from tests.factories.courses import make_catalog, make_course
from tests.factories.quizzes import make_bank, make_row
from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.django_db

ADD_ITEM = "/cms/snippets/quizzes/item/add/"
ADD_BANK = "/cms/snippets/quizzes/itembank/add/"
JSON = {"Accept": "application/json"}


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
    assert bind_course(second, Course.objects.all()).code == "SAME-2"
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
        IntegrityError("UNIQUE constraint failed: items_item.bank_id, items_item.code"),
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


def test_refused_page_save_for_another_reason_is_not_tried_again(rf: Any) -> None:
    calls = []

    def view(*_args: Any) -> None:
        calls.append(1)
        raise ValidationError({"title": "wrong"})

    with pytest.raises(ValidationError):
        first_saves._try_again(view, rf.post("/"), (), {})
    assert calls == [1]


SCRIPT = f"""
import json
from concurrent.futures import ThreadPoolExecutor
from django.conf import settings
from django.db import connection
from django.test import Client
plain = {{"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
settings.STORAGES = {{**settings.STORAGES, "staticfiles": plain}}
from accounts.models import User
from items.models import Item, ItemBank
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
bank = ItemBank.objects.first()
dana = User.objects.get(email="dana@northlight.example")
def save(token):
    try:
        browser = Client(headers={{"host": "localhost", "accept": "application/json"}})
        browser.force_login(dana, backend="home.backends.PersonBackend")
        form = {{"bank": bank.pk, "code": "AT-ONCE", "points": "1", "difficulty": "2", "hint": "", "feedback": "",
                 "stem": rich_text("<p>x</p>"), "body": streamfield([]), "csrfmiddlewaretoken": token}}
        return browser.post("{ADD_ITEM}", nested_form_data(form)).status_code
    finally:
        connection.close()
with ThreadPoolExecutor(6) as pool:
    codes = list(pool.map(save, "aaabbc"))
print("FACTS" + json.dumps([list(zip("aaabbc", codes)), Item.objects.filter(code="AT-ONCE").count()]))
"""


@pytest.mark.databases
def test_saves_at_once_make_one_question_and_no_failure() -> None:
    """Six messages from three forms with one code: the first form makes it, the others are told."""
    database, remove = copy_of_demo("first-saves")
    try:
        said = Site(database).manage("shell", "--verbosity", "0", "-c", SCRIPT).stdout
    finally:
        remove()
    answers, made = json.loads(said.split("FACTS")[1])
    assert made == 1
    assert {code for _form, code in answers} == {200, 400}
    # Whichever form was first: all its messages are answered as saved, and no other's.
    (first,) = {form for form, code in answers if code == 200}
    assert {code for form, code in answers if form == first} == {200}

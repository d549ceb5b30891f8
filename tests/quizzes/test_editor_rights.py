"""What authors and reviewers may do in the editor: the table of docs/authoring.md, row by row; and in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.utils import timezone

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Workflow
from wagtail.permissions import policy_registry

import pytest

from accounts.models import User
from courses import editor_groups
from courses.models import LessonPage, ModulePage
from items.models import Item, ItemBank
from tests.factories.courses import BODY, lessons_of, make_course
from tests.factories.people import give_role, make_person
from tests.factories.quizzes import make_bank, make_item, make_row

PAGE = (Path(settings.BASE_DIR) / "docs/authoring.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("| | Author | Reviewer |\n")[2].partition("\n\n")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.split("\n")[1:]]


@dataclass(frozen=True)
class Editor:
    """Somebody in the editor, and what is in it: pages and records by name, their numbers for addresses."""

    person: User
    things: dict[str, Any]

    def opens(self, path: str) -> bool:
        browser = Client()
        browser.force_login(self.person, backend="home.backends.PersonBackend")
        numbers = {name: thing.pk for name, thing in self.things.items()}
        return bool(browser.get(path.format(**numbers)).status_code == 200)

    def may(self, model: type[Any], act: str) -> bool:
        return bool(policy_registry.get_by_type(model).user_has_permission(self.person, act))


Probe = Callable[[Editor], bool]


def door(path: str) -> Probe:
    return lambda editor: editor.opens(path)


def right(kind: str, act: str) -> Probe:
    models = {"item": Item, "image": get_image_model(), "document": get_document_model()}
    return lambda editor: editor.may(models[kind], act)


def on_page(act: str) -> Probe:
    """What Wagtail offers on a page, for example `can_lock`."""
    return lambda editor: bool(
        getattr(editor.things["lesson"].permissions_for_user(editor.person), act)()
    )


ITEM = "/cms/snippets/quizzes/item"
FILES = ("image", "document")
# Each row of the table, by the doors and buttons that it speaks of.
PROBES: dict[str, dict[str, Probe]] = {
    "Write and change pages and questions": {
        "add a page": door("/cms/pages/add/courses/coursepage/{catalog}/"),
        "add a question": door(f"{ITEM}/add/"),
        "change a page": door("/cms/pages/{lesson}/edit/"),
        "change a question": door(f"{ITEM}/edit/{{item}}/"),
    },
    "Translate pages": {
        "translate": door("/cms/translation/submit/page/{lesson}/"),
        "translate a draft": door("/cms/translation/submit/page/{draft}/"),
    },
    "Add languages": {"add": door("/cms/locales/new/")},
    "Submit for review, compare versions": {
        "submit": on_page("can_submit_for_moderation"),
        "compare": door("/cms/pages/{lesson}/revisions/compare/live...latest/"),
        "compare a question": door(f"{ITEM}/history/{{item}}/revisions/compare/earliest...latest/"),
    },
    "Move and delete pages, also drafts": {
        "move": door("/cms/pages/{lesson}/move/"),
        "move a draft": door("/cms/pages/{draft}/move/{module}/confirm/"),
        "delete": door("/cms/pages/{lesson}/delete/"),
        "delete a draft": door("/cms/pages/{draft}/delete/"),
        "delete a course with its pages": door("/cms/pages/{course}/delete/"),
    },
    "Delete questions and banks": {
        "a question": door(f"{ITEM}/delete/{{item}}/"),
        "a bank": door("/cms/snippets/quizzes/itembank/delete/{bank}/"),
    },
    "Add and change certifications": {"add": door("/cms/certification/new/")},
    "Publish and unpublish": {
        "publish": on_page("can_publish"),
        "publish a question": right("item", "publish"),
        "unpublish": door("/cms/pages/{lesson}/unpublish/"),
        "unpublish a question": door(f"{ITEM}/unpublish/{{item}}/"),
    },
    "Approve, or ask for changes": {
        act: door(f"/cms/pages/workflow/collect_action_data/{{waiting}}/{act}/{{task}}/")
        for act in ("approve", "reject")
    },
    "Add questions and banks, import and export files": {
        "add": door(f"{ITEM}/add/"),
        "add a bank": door("/cms/snippets/quizzes/itembank/add/"),
        "import": door("/cms/items/import/"),
        "export": door("/cms/items/export/"),
    },
    "Correct marks of a faulty question": {
        "correct": door("/cms/question-reports/{version}/marks/")
    },
    "Settle reports about questions": {"settle": door("/cms/question-reports/{version}/")},
    "Mark free text": {"mark": door("/quiz/marking/")},
    "Lock and unlock": {
        **{act: on_page(act) for act in ("can_lock", "can_unlock")},
        **{f"{act} a question": right("item", act) for act in ("lock", "unlock")},
    },
    "Pictures and documents": {
        f"{act} a {kind}": right(kind, act) for act in ("add", "change", "choose") for kind in FILES
    },
}
# What a cell says that is neither "yes" nor "no".
SAID = {
    "change, not add": {"change a page", "change a question"},
    "by approving what was submitted": set(),
    "export": {"export"},
    "choose": {f"choose a {kind}" for kind in FILES},
    "add, change, choose": {*PROBES["Pictures and documents"]},
}


@pytest.fixture(scope="module")
def editors(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Editor]]:
    """An author and a reviewer among the same things."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = {
            role: give_role(make_person(role.title()), role) for role in ("author", "reviewer")
        }
        editor_groups.prepare_groups()
        for person in people.values():
            editor_groups.sync_groups(person, at=timezone.now())
        things = make_things(people["author"])
        yield {role: Editor(person, things) for role, person in people.items()}
        transaction.set_rollback(True)


def make_things(author: User) -> dict[str, Any]:
    course = make_course()
    lesson, waiting, *_others = lessons_of(course)
    item = make_item(make_bank("USED", make_row(code="U-1")), code="U-1")
    item.save_revision()
    for page in (lesson, waiting):
        page.save_revision()
    Workflow.objects.get().start(waiting, author)
    module = lesson.get_parent()
    other = ModulePage.objects.child_of(course).exclude(pk=module.pk).get()
    draft = LessonPage(title="Draft", slug="draft", live=False, body=BODY)
    other.add_child(instance=draft)
    draft.save_revision()
    waiting = LessonPage.objects.get(pk=waiting.pk)
    things = {"catalog": course.get_parent(), "module": other, "lesson": lesson, "draft": draft}
    things |= {"course": course}
    things |= {"waiting": waiting, "task": waiting.current_workflow_task_state}
    things |= {"item": item, "bank": item.bank, "version": item.versions.get()}
    return things | {"retired": make_item(retired=True), "draft item": make_draft(item.bank)}


def make_draft(bank: ItemBank) -> Item:
    return Item.objects.create(bank=bank, code="D-1", stem="What?", live=False)


@pytest.fixture
def _nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a door opens is known before its page is drawn, which takes most of the time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.usefixtures("_nothing_is_shown")
def test_table_of_rights_says_what_author_and_reviewer_may_do(editors: dict[str, Editor]) -> None:
    assert [row[0] for row in ROWS] == list(PROBES)
    told, found = {}, {}
    for act, *cells in ROWS:
        for cell, (role, editor) in zip(cells, editors.items(), strict=True):
            every = set(PROBES[act])
            told[act, role] = {"yes": every, "no": set(), **SAID}[cell]
            found[act, role] = {name for name, probe in PROBES[act].items() if probe(editor)}
    assert found == told


def state_of_content() -> dict[str, Any]:
    """What acts in bulk change: where pages and questions are, whether they are live, what is in them."""
    pages = Page.objects.order_by("pk").values_list("pk", "path", "live")
    items = Item.objects.order_by("pk").values_list("pk", "bank", "difficulty", "retired", "live")
    return {"pages": list(pages), "items": list(items)}


def change_many(editor: Editor, act: str, names: list[str]) -> bool:
    """Whether a confirmed act in bulk changes anything; it is rolled back."""
    before, kind = state_of_content(), "wagtailcore/page"
    if act.endswith(" questions"):
        act, kind = act.removesuffix(" questions"), "items/item"
    query = "&".join(f"id={editor.things[name].pk}" for name in names)
    chosen = {"chooser": str(editor.things["module"].pk), "bank": str(editor.things["bank"].pk)}
    with transaction.atomic():
        browser = Client()
        browser.force_login(editor.person, backend="home.backends.PersonBackend")
        path = f"/cms/bulk/{kind}/{act}/?{query}&next=/cms/"
        reply = browser.post(path, chosen | {"difficulty": "3"})
        changed = state_of_content() != before
        transaction.set_rollback(True)
    assert reply.status_code in {200, 302, 403}, (act, reply.status_code)
    return changed


@pytest.mark.usefixtures("_nothing_is_shown")
@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("publish", ["draft"]),
        ("unpublish", ["lesson"]),
        ("delete", ["draft", "lesson", "module"]),
        ("move", ["lesson", "draft"]),
        ("retire questions", ["item"]),
        ("bring-back questions", ["retired"]),
        ("move questions", ["retired"]),
        ("difficulty questions", ["item"]),
        ("delete questions", ["item", "draft item"]),
    ],
)
def test_reviewer_does_nothing_in_bulk_that_is_not_theirs(
    editors: dict[str, Editor], act: str, names: list[str]
) -> None:
    """What one page or question refuses, many refuse as well, whether or not the button is offered."""
    changed = {role: change_many(editor, act, names) for role, editor in editors.items()}
    assert changed == {"author": act != "delete questions", "reviewer": False}

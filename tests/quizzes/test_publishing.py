"""From the author's form to what learners are asked: versions, rules, releases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

import pytest

from courses import releases
from items import publishing
from items.kinds.content import parse_content
from items.models import Item, ItemVersion
from quizzes.models import Quiz
from quizzes.rules import settings
from tests.factories.courses import make_course, translate
from tests.factories.quizzes import EVERY, make_bank, make_item, make_principle, make_quiz, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.mark.parametrize("kind", EVERY)
def test_version_of_every_kind_can_be_parsed(kind: str) -> None:
    item = make_item(kind=kind)
    spec = parse_content(item.versions.get().content)
    assert spec.kind == item.kind == kind


def test_publish_of_a_draft_cuts_a_version() -> None:
    item = make_item()
    item.stem = "<p>Another question</p>"
    revision = item.save_revision()
    assert item.versions.count() == 1
    revision.publish()
    newest = item.versions.latest("number")
    assert (newest.number, newest.content["stem"]) == (2, "<p>Another question</p>")


def test_publish_of_the_same_text_cuts_no_version() -> None:
    item = make_item()
    item.save_revision().publish()
    Item.objects.get(pk=item.pk).save_revision().publish()
    assert item.versions.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("critical", True), ("difficulty", 3), ("feedback", "Because.")]
)
def test_change_that_affects_marking_cuts_a_version(field: str, value: Any) -> None:
    item = make_item()
    setattr(item, field, value)
    item.save_revision().publish()
    assert item.versions.count() == 2


def test_item_without_a_right_answer_cannot_be_published() -> None:
    item = make_item()
    for option in item.body[0].value["options"]:
        option["correct"] = False
    revision = item.save_revision()
    with pytest.raises(ValidationError, match="Mark exactly one answer as right"):
        revision.publish()
    assert item.versions.count() == 1


def test_equal_right_sides_become_one_target() -> None:
    pairs = [{"left": left, "right": "Now"} for left in ("a", "b")]
    item = make_item(kind="matching", pairs=pairs, extra=["Later"])
    spec = parse_content(item.versions.get().content)
    assert [target.text for target in spec.targets] == ["Now", "Later"]
    assert spec.rows[0].target == spec.rows[1].target


def test_retired_and_withdrawn_items_are_not_drawn(now: datetime) -> None:
    bank = make_bank("DRAWN", make_row(code="IN"), make_row(code="OLD"), make_row(code="BAD"))
    bank.items.filter(code="OLD").update(retired=True)
    ItemVersion.objects.filter(item__code="BAD").update(withdrawn_at=now)
    drawn = publishing.newest_versions((bank.code,))
    assert [version.item.code for version in drawn] == ["IN"]


def test_source_page_sets_the_quiz_rules() -> None:
    principle = make_principle()
    page = make_quiz(principle=principle, count=2, pass_percent=70)
    rules = settings.read_rules(Quiz.objects.get().rules)
    assert (rules.pass_percent, rules.questions) == (70, 2)
    assert rules.sections[0].principle == principle.code
    assert rules.titles == {principle.code: principle.title}
    assert page.quiz.course == page.get_parent().specific.course


def test_translated_page_shares_the_quiz_and_keeps_its_rules() -> None:
    page = make_quiz(pass_percent=70)
    finnish = translate(page)
    finnish.differences = [("pass_percent", 10)]
    finnish.save_revision().publish()
    assert finnish.quiz == page.quiz
    assert Quiz.objects.get().rules["pass_percent"] == 70


def test_copied_page_is_a_new_quiz() -> None:
    page = make_quiz()
    copy = page.copy(update_attrs={"slug": "copy"})
    assert copy.quiz != page.quiz
    assert Quiz.objects.count() == 2


def test_release_contains_the_item_versions_of_its_quizzes() -> None:
    course = make_course(modules=1, lessons=1)
    quiz = make_quiz(make_bank("R", make_row(code="R-1")), course=course)
    release = releases.cut_release(
        course.course, actor="system:test", at=timezone.now(), change_class="minor"
    )
    part = release.content["parts"]["quizzes"][0]
    assert part["code"] == quiz.quiz.code
    assert [row[:3] for row in part["items"]] == [["R", "R-1", 1]]

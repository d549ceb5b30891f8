"""The quizzes and the certificates of two releases side by side: rules, questions and terms that differ."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

import pytest

from certificates.acts.programmes import record_changes
from certificates.compared_terms import compare_terms
from courses.changes.comparing import ComparedPart
from items import publishing
from items.models import Item
from quizzes.publishing.quiz_rules import release_part
from quizzes.publishing.released_quizzes import compare_quizzes
from tests.factories.certificates import make_certification, make_course_record
from tests.factories.quizzes import make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db


def changes(parts: list[ComparedPart]) -> set[tuple[str, str]]:
    return {
        (line.before, line.after) for part in parts for line in part.lines if line.kind != "same"
    }


def test_quizzes_differ_by_their_rules_and_by_the_versions_of_their_questions() -> None:
    page = make_quiz(make_bank("B", make_row(code="Q-A", stem="Old words"), make_row(code="Q-B")))
    course, quiz = page.quiz.course, page.quiz
    before = release_part(course)
    item = Item.objects.get(code="Q-A")
    item.stem = "<p>New words</p>"
    publishing.cut_version(item, actor="system:test", at=timezone.now())
    quiz.rules |= {"pass_percent": 90}
    quiz.save()
    after = release_part(course)
    parts = compare_quizzes(before, after)
    assert changes(parts) == {("Pass mark: 80%", "Pass mark: 90%"), ("Old words", "New words")}
    assert [part.title for part in parts] == [quiz.code, "B Q-A"]
    told = [line.after for line in parts[1].lines]
    assert [line for line in told if line.endswith("(right)")] == ["Option 2 (right)"]
    assert {line.kind for part in compare_quizzes([], after) for line in part.lines} == {"new"}
    assert not any(part.differs for part in compare_quizzes(after, after))


def test_terms_are_those_of_the_days_on_which_the_releases_were_published() -> None:
    course = make_course_record("CORE", releases=2)
    core = make_certification("CORE", courses=(course,), title="Core", policy_tz="UTC")
    first, second = course.releases.order_by("number")
    second.published_at = timezone.now() + timedelta(days=1)
    with record_changes(core.pk, actor="system:test", at=timezone.now()):
        core.title = "Core of posting"
        core.save()
    make_certification("OTHER")
    parts = compare_terms(first, second)
    assert changes(parts) == {("Title: Core", "Title: Core of posting")}
    assert len(parts) == 1

"""Staff who are being examined read no keys of their exam: not in packs, marking, previews, nor in the editor."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

import pytest

from accounts.models import User
from config.editor.exam_guard import TELLING
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, Response
from tests.factories.people import give_role, make_person
from tests.factories.quizzes import CANARY, make_attempt, make_bank, make_quiz, make_row, take

pytestmark = pytest.mark.django_db
FREE = "free_text"


class ExaminedStaff:
    """Root may read everything, and has an exam open; Ada and Ben have done what it asks, Ben waits for a mark."""

    def __init__(self, ada: User, ben: User) -> None:
        self.root = make_person("Root Reads", is_superuser=True)
        for role in ("auditor", "reviewer"):
            give_role(self.root, role)
        bank = make_bank("KEYS", make_row("single"), make_row("ordering"))
        self.page, self.other = make_quiz(bank), make_quiz(make_bank("OTHER", make_row("single")))
        self.essay = make_quiz(make_bank("ESSAYS", make_row(FREE)))
        self.ada, now = ada, timezone.now()
        self.done = take(ada, self.page, now)
        take(ada, self.other, now)
        take(ben, self.essay, now)
        self.browser = Client()
        self.browser.force_login(self.root, backend="home.backends.PersonBackend")

    def examine(self) -> list[Attempt]:
        return [make_attempt(self.root, page, timezone.now()) for page in (self.page, self.essay)]

    def read_pack(self) -> dict[str, str]:
        said = {"person": self.ada.hr_id, "why": "audit"}
        answer = self.browser.post("/certification/pack/", said)
        pack = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        return {
            name: pack.read(name).decode() for name in pack.namelist() if not name.endswith(".zip")
        }

    def mark_page(self) -> Any:
        waiting = Response.objects.get(attempt__state="marking")
        return self.browser.get(reverse("quizzes:mark", args=[waiting.pk]))

    def preview_page(self) -> str:
        here = reverse("wagtailadmin_pages:view_draft", args=[self.page.pk])
        return self.browser.get(f"{here}?mode=whole").content.decode()


@pytest.fixture
def staff(ada: User, ben: User) -> ExaminedStaff:
    return ExaminedStaff(ada, ben)


def editor_addresses(staff: ExaminedStaff) -> list[str]:
    """Every address of the editor's pages about questions, filled in with one of the exam."""
    version = staff.done.responses.order_by("slot").first().version
    known = {
        "pk": version.item_id,
        "version": version.pk,
        "item": version.item_id,
        "quiz": staff.page.quiz.pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "sha256": "a" * 64,
        "revision_id": 1,
    }
    found = []
    for name, keys in editor_names(get_resolver()):
        try:
            found.append(reverse(name, kwargs={key: known[key] for key in keys}))
        except (KeyError, NoReverseMatch):
            continue
    return found


def editor_names(resolver: Any, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from editor_names(one, inner)
        elif isinstance(one, URLPattern) and one.name and not TELLING.isdisjoint(spaces):
            yield ":".join((*spaces, one.name)), list(one.pattern.converters)


def test_staff_with_an_open_exam_read_none_of_its_keys(staff: ExaminedStaff) -> None:
    paths = editor_addresses(staff)
    assert len(paths) > 20

    def telling() -> set[str]:
        answers = {path: staff.browser.get(path) for path in paths}
        return {path for path, page in answers.items() if CANARY in page.content.decode()}

    before = telling()
    assert {path.split("/")[2] for path in before} >= {"snippets", "question-reports"}
    assert CANARY in staff.preview_page()
    assert staff.mark_page().status_code == 200
    assert any(CANARY in text for text in staff.read_pack().values())
    exams = staff.examine()
    assert telling() == set()
    for path in paths:
        for answer in (staff.browser.get(path), staff.browser.post(path)):
            assert answer.status_code == 403, path
            assert "Hand it in first" in answer.content.decode()
    resume = reverse("quizzes:resume", args=[exams[-1].uuid])
    assert f'href="{resume}"' in staff.browser.get(paths[0]).content.decode()
    assert CANARY not in staff.preview_page()
    assert staff.mark_page().status_code == 302
    for exam in exams:
        submit_attempt(exam.uuid, staff.root, at=timezone.now())
    assert telling() == before


def test_pack_leaves_out_what_its_reader_is_being_asked_and_nothing_else(
    staff: ExaminedStaff,
) -> None:
    staff.examine()
    pack = staff.read_pack()
    mine, other = (
        next(text for name, text in pack.items() if name.startswith(f"tries/{page.quiz.code}"))
        for page in (staff.page, staff.other)
    )
    assert mine.count("stands in an open try of whoever made this pack") == 2
    for told in (CANARY, "[right]", "[chosen]", "1 / 1"):
        assert told not in mine, told
    assert CANARY in other
    assert "[right]" in other
    assert "stands in an open try" not in other


def test_practice_of_staff_closes_no_page_of_the_editor(staff: ExaminedStaff) -> None:
    practice = make_quiz(make_bank("FREE", make_row("single")), preset="practice")
    make_attempt(staff.root, practice, timezone.now())
    path = reverse("wagtailsnippets_items_item:list")
    assert staff.browser.get(path).status_code == 200

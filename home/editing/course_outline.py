"""The outline of a course on one page: what is in it, in which order and state, for its authors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from courses.models import CoursePage, Enrolment, LessonPage, ModulePage, StepCompletion
from courses.writing.addresses import find_edit_address
from courses.writing.originals import step_key

SIDES = {"up": "left", "down": "right"}


@dataclass(frozen=True)
class OutlineRow:
    """One page of the course; `before` and `after` are the neighbours below the same parent."""

    page: Page
    edit: str
    minutes: int
    checks: int
    principle: str
    translations: tuple[str, ...]
    readers: int | None
    is_module: bool
    is_inner: bool
    before: int | None
    after: int | None

    @property
    def parent(self) -> str:
        """The tree path of the parent: a row is dragged among rows with the same one."""
        return self.page.path[: -Page.steplen]


@dataclass(frozen=True)
class CourseOutline:
    """The course as it is written, drafts too."""

    page: CoursePage
    rows: tuple[OutlineRow, ...]
    people: int
    checks: tuple[tuple[str, int], ...]

    @property
    def edit(self) -> str:
        return find_edit_address(self.page)

    @property
    def opens_in_order(self) -> bool:
        """Whether another order opens and closes modules for people who are in the course."""
        return bool(self.people and self.page.in_order)

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows if row.is_inner)


@require_http_methods(["GET", "HEAD", "POST"])
def show_outline(request: HttpRequest, pk: int) -> HttpResponse:
    """The outline, and putting one of its pages before or after another."""
    course = get_object_or_404(CoursePage, pk=pk)
    if not course.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method == "POST":
        button = move_page(request, course)
        return redirect(f"{reverse('course_outline', args=[pk])}#{button}")
    may_move = course.permissions_for_user(request.user).can_reorder_children()
    context = {"outline": read_course_outline(course), "may_move": may_move}
    return render(request, "home/cms/course_outline.html", context)


def move_page(request: HttpRequest, course: CoursePage) -> str:
    """Put a page before or after another of the same parent: "up=7 4" is page 7 before page 4.

    What is not below this course is not found. Returns the id of the button that keeps the focus.
    """
    name = next((name for name in SIDES if name in request.POST), "")
    moved_pk, beside_pk = _two_numbers(request.POST.get(name, ""))
    below = Page.objects.descendant_of(course)
    moved = get_object_or_404(below, pk=moved_pk)
    parent = moved.get_parent()
    beside = get_object_or_404(below.child_of(parent).exclude(pk=moved.pk), pk=beside_pk)
    if not parent.permissions_for_user(request.user).can_reorder_children():
        raise PermissionDenied
    moved.specific.move(beside.specific, pos=SIDES[name], user=request.user)
    messages.success(request, " ".join(_word_move(moved, course)))
    return _find_button(parent, moved, name)


def _word_move(moved: Page, course: CoursePage) -> Iterator[str]:
    yield _("“%(title)s” has its new place.") % {"title": moved.title}
    if people := count_people(course):
        yield ngettext(
            "%(count)s person in the course meets it there.",
            "%(count)s people in the course meet it there.",
            people,
        ) % {"count": people}


def count_people(course: CoursePage) -> int:
    """How many people are in the middle of the course."""
    return Enrolment.objects.open().filter(course=course.course_id).count()


def _find_button(parent: Page, moved: Page, name: str) -> str:
    """The button that was pressed or, at the end of its way, the other one of its row."""
    order = list(parent.get_children().order_by("path").values_list("pk", flat=True))
    ends = {"up": (order[0], "down"), "down": (order[-1], "up")}
    end, other = ends[name]
    return f"{other if moved.pk == end else name}-{moved.pk}"


def offer_outline(page: Page, **_more: Any) -> Iterator[Button]:
    """Wagtail's hook for the buttons at the top of a page."""
    if isinstance(page.specific_deferred, CoursePage):
        address = reverse("course_outline", args=[page.pk])
        yield Button(_("Outline"), url=address, icon_name="list-ul", priority=12)


def read_course_outline(course: CoursePage) -> CourseOutline:
    """The number of queries does not grow with the course."""
    pages = list(Page.objects.descendant_of(course).order_by("path").specific())
    pages = [page for page in pages if not page.alias_of_id or isinstance(page, LessonPage)]
    codes = _principle_codes(pages)
    translated, readers = _translations(pages, course), _readers(course)
    siblings: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        siblings[page.path[: -Page.steplen]].append(page.pk)
    rows = tuple(_row(page, pages, codes, translated, readers, siblings) for page in pages)
    return CourseOutline(
        page=course,
        rows=rows,
        people=count_people(course),
        checks=_checks_by_principle(rows),
    )


def _row(
    page: Page,
    pages: list[Page],
    codes: dict[str, str],
    translated: dict[UUID, tuple[str, ...]],
    readers: dict[Any, int],
    siblings: dict[str, list[int]],
) -> OutlineRow:
    beside = siblings[page.path[: -Page.steplen]]
    place = beside.index(page.pk)
    within = [one for one in pages if one.path.startswith(page.path)]
    lessons = [one for one in within if isinstance(one, LessonPage)]
    is_lesson = isinstance(page, LessonPage)
    return OutlineRow(
        page=page,
        edit=find_edit_address(page),
        minutes=sum(lesson.minutes or 0 for lesson in lessons),
        checks=sum(_count_checks(lesson) for lesson in lessons),
        principle=codes.get(page.path[: -Page.steplen] if is_lesson else page.path, ""),
        translations=translated.get(page.translation_key, ()),
        readers=readers.get(step_key(page), 0) if is_lesson else None,
        is_module=isinstance(page, ModulePage),
        is_inner=is_lesson,
        before=beside[place - 1] if place else None,
        after=beside[place + 1] if place + 1 < len(beside) else None,
    )


def _principle_codes(pages: list[Page]) -> dict[str, str]:
    """The tree path of each module → the code of the principle it teaches."""
    modules = ModulePage.objects.filter(pk__in=[page.pk for page in pages])
    return dict(modules.exclude(principle=None).values_list("path", "principle__code"))


def _count_checks(lesson: LessonPage) -> int:
    return sum(block.block_type == "check" for block in lesson.body)


def _checks_by_principle(rows: tuple[OutlineRow, ...]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for row in rows:
        if row.is_inner:
            found[row.principle] += row.checks
    return tuple(sorted(found.items()))


def _translations(pages: list[Page], course: CoursePage) -> dict[UUID, tuple[str, ...]]:
    """The other languages of each page; a draft in brackets."""
    found: dict[UUID, tuple[str, ...]] = {}
    keys = [page.translation_key for page in pages]
    others = Page.objects.filter(translation_key__in=keys).exclude(locale=course.locale_id)
    rows = others.order_by("locale__language_code")
    for key, code, live in rows.values_list("translation_key", "locale__language_code", "live"):
        found[key] = (*found.get(key, ()), code if live else f"({code})")
    return found


def _readers(course: CoursePage) -> dict[Any, int]:
    """How many people have read each lesson."""
    steps = StepCompletion.objects.filter(course=course.course_id).order_by()
    return dict(steps.values("step").annotate(count=Count("pk")).values_list("step", "count"))


def _two_numbers(text: str) -> tuple[int | None, int | None]:
    """The two keys of a press; one that is no number names no page."""
    first, _space, second = text.partition(" ")
    keys = [int(one) if one.isdecimal() and len(one) < 10 else None for one in (first, second)]
    return keys[0], keys[1]
